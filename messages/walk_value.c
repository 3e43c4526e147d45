#include <string.h>

#include "messages/walk.h"

/* The first `characters` of a text, without white space at the new end. */
static const char *cut(struct walk *walk, const char *text, size_t characters)
{
	const char *end = text, *copy;

	while (*end != '\0' && characters > 0) {
		for (end++; ((uint8_t)*end & 0xC0) == 0x80; end++)
			;
		characters--;
	}
	copy = arena_text(walk->arena, bytes_of(text, (size_t)(end - text)));
	if (copy == NULL)
		walk->err = ERR_MEMORY;
	return copy == NULL ? "" : walk_trimmed(walk, copy);
}

static const char *converted(struct walk *walk, const struct convert *convert, const char *text,
			     const char **reason)
{
	const char *result = NULL, *why = "";
	enum err err = convert_text(convert, text, walk->arena, &result, &why);

	if (err != OK)
		walk->err = err;
	if (result != NULL && (result != text || strcmp(why, "code-list-lossy") == 0))
		*reason = why;
	return result;
}

static const char *converted_all(struct walk *walk, const struct map_rule *rule,
				 struct branch *value, const char *text, const char **reason)
{
	for (size_t i = 0; i < rule->convert_count && text != NULL; i++)
		text = converted(walk, &rule->converts[i], text, reason);
	if (text == NULL)
		walk_finding(walk, &(struct walk_fault){.code = "value-not-convertible",
							.where = value,
							.value = value->text,
							.words = {value->name, rule->ref}});
	return text;
}

/*
 * A source value as the target takes it, and why it differs, NULL when it does not. NULL when it
 * cannot be carried: then it is taken and a finding says why, or it is empty and dropped.
 */
static const char *fit(struct walk *walk, const struct map_rule *rule, struct branch *value,
		       const struct shape *shape, const char **ret_reason)
{
	const char *text = walk_trimmed(walk, value->text);

	*ret_reason = text == value->text ? NULL : "white-space";
	if (text[0] == '\0') {
		if (!value->is_taken && walk->err == OK)
			tally_drop(&walk->tally, value, "empty");
		return NULL;
	}
	text = converted_all(walk, rule, value, text, ret_reason);
	if (text == NULL) {
		value->is_taken = true;
		return NULL;
	}
	if (shape->max_length == 0 || walk_length(text) <= shape->max_length)
		return text;
	if (rule->may_cut) {
		*ret_reason = "cut";
		return cut(walk, text, shape->max_length);
	}
	value->is_taken = true;
	walk_too_long(walk, value, NULL, text, shape);
	return NULL;
}

static const struct shape *end_of(const struct map_path *path, const struct branch *base)
{
	return path->count == 0 ? base->shape : path->steps[path->count - 1];
}

/* An equal value that an earlier rule carried there already: it is said once. */
static bool is_said(const struct map_rule *rule, struct branch *base, const struct map_path *to,
		    const char *text)
{
	const char *there = rule->is_again ? target_text(base, to) : NULL;

	return there != NULL && strcmp(there, text) == 0;
}

/*
 * The target has no free place. For "same" that is too many only when another source element of the
 * same kind stands there; what an earlier rule wrote wins, and the value has no counterpart.
 */
static void find_no_place(struct walk *walk, const struct map_rule *rule, struct branch *source,
			  struct branch *base, const struct map_path *to)
{
	const struct branch *there = target_last(base, to);
	const struct branch *maker = there == NULL ? NULL : there->maker;
	bool is_rival = maker != NULL && maker != source && maker->shape == source->shape;

	if (!walk_has_failed(walk) && !rule->has_rest && (rule->kind != MAP_SAME || is_rival))
		walk_too_many(walk, rule, source);
}

/* false: there was nothing but white space. */
static bool carry(struct walk *walk, const struct map_rule *rule, struct branch *value,
		  struct branch *base, const struct map_path *to)
{
	const char *reason, *text = fit(walk, rule, value, end_of(to, base), &reason);
	struct branch *made;

	if (text == NULL)
		return value->text[strspn(value->text, " \t\r\n")] != '\0';
	if (is_said(rule, base, to, text)) {
		if (!value->is_taken)
			tally_drop(&walk->tally, value, "supplied-again");
		return true;
	}
	made = target_put(&walk->target, base, to, value, text);
	if (made == NULL) {
		find_no_place(walk, rule, value, base, to);
		return true;
	}
	if (value->is_taken)
		tally_supply(&walk->tally, made, "document", NULL, value);
	else
		tally_carry(&walk->tally, value, made, reason);
	walk->carried++;
	walk->written++;
	return true;
}

struct carrying {
	struct walk *walk;
	const struct map_rule *rule;
	struct branch *base;
	bool is_met;
};

static bool visit_value(void *context, struct branch *value)
{
	struct carrying *carrying = context;

	if (value->text != NULL && !(value->is_taken && carrying->rule->is_rest))
		carrying->is_met |= carry(carrying->walk, carrying->rule, value, carrying->base,
					  &carrying->rule->to);
	return !walk_has_failed(carrying->walk);
}

void walk_value(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct carrying carrying = {
		.walk = walk, .rule = rule, .base = walk_target_base(walk, &rule->to, pair)};

	branch_each(walk_source_base(walk, &rule->from, pair), rule->from.steps, rule->from.count,
		    visit_value, &carrying);
	if (!carrying.is_met && rule->text != NULL)
		walk_supply_text(walk, &rule->to, pair, rule->text, "constant", rule->ref);
}

/* ---- Subtrees with the same names ---- */

static void same(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		 const struct walk_pair *pair);

static bool is_open_value(const struct branch *branch)
{
	return branch->text != NULL && !branch->is_taken;
}

static bool may_be_empty(const struct shape *shape)
{
	size_t i = 0;

	while (i < shape->child_count && shape->children[i]->min == 0)
		i++;
	return i == shape->child_count && !shape->is_leaf;
}

/* An element without anything that others of its kind follow says which place these have. */
static bool keeps_a_place(const struct branch *source, const struct map_twin *twin)
{
	return source->next != NULL && source->text == NULL && source->slots == NULL &&
	       source->strays.first == NULL && may_be_empty(twin->target);
}

static void same_element(struct walk *walk, const struct map_rule *rule,
			 const struct map_twin *twin, struct branch *source, struct branch *base,
			 const struct map_path *to)
{
	size_t mark = target_mark(&walk->target), carried = walk->carried;
	struct walk_pair pair = {.source = source};

	pair.target = target_paired(source, base, to);
	if (pair.target == NULL)
		pair.target = target_put_element(&walk->target, base, to, source);
	if (pair.target == NULL) {
		find_no_place(walk, rule, source, base, to);
		return;
	}
	same(walk, rule, twin, &pair);
	if (walk->carried == carried && !walk_has_failed(walk) && !keeps_a_place(source, twin))
		target_take_back(&walk->target, mark);
}

static void same_child(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		       struct branch *child, struct branch *base)
{
	struct map_path to = {.text = rule->to.text, .steps = &twin->target, .count = 1};

	if (!child->is_attribute) {
		if (!child->is_grouped)
			same_element(walk, rule, twin, child, base, &to);
	} else if (is_open_value(child)) {
		(void)carry(walk, rule, child, base, &to);
	}
}

/* Depth is bounded by the shapes, which are not recursive. */
static void same(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		 const struct walk_pair *pair)
{
	struct map_path here = {.text = rule->to.text};

	if (is_open_value(pair->source) && twin->target->is_leaf)
		(void)carry(walk, rule, pair->source, pair->target, &here);
	for (size_t i = 0; i < branch_slot_count(pair->source); i++) {
		struct branch *child = pair->source->slots[i].first;

		for (; twin->children[i] != NULL && child != NULL && !walk_has_failed(walk);
		     child = child->next)
			same_child(walk, rule, twin->children[i], child, pair->target);
	}
}

static bool visit_same(void *context, struct branch *source)
{
	struct carrying *carrying = context;
	struct walk_pair pair = {.source = source, .target = carrying->base};
	const struct map_rule *rule = carrying->rule;

	if (rule->to.count == 0)
		same(carrying->walk, rule, rule->twin, &pair);
	else
		same_element(carrying->walk, rule, rule->twin, source, carrying->base, &rule->to);
	return !walk_has_failed(carrying->walk);
}

void walk_value_same(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct carrying carrying = {
		.walk = walk, .rule = rule, .base = walk_target_base(walk, &rule->to, pair)};

	branch_each(walk_source_base(walk, &rule->from, pair), rule->from.steps, rule->from.count,
		    visit_same, &carrying);
}
