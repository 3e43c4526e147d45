#include <string.h>

#include "messages/walk_line.h"

/* Does a mark stand here that belongs to the letter before: U+0300 to U+036F? */
static bool is_mark(struct bytes text, size_t at)
{
	return at + 1 < text.len &&
	       (text.at[at] == 0xCC || (text.at[at] == 0xCD && text.at[at + 1] < 0xB0));
}

static size_t behind_character(struct bytes text, size_t at)
{
	for (at++; at < text.len && (text.at[at] & 0xC0) == 0x80; at++)
		;
	return at;
}

/* The first `characters` of a text, without white space at the new end, and without a letter whose
 * marks would be cut off. */
static struct bytes cut(struct walk *walk, struct bytes text, size_t characters)
{
	size_t end = 0, letter = 0;

	for (; end < text.len && characters > 0; characters--) {
		letter = is_mark(text, end) ? letter : end;
		end = behind_character(text, end);
	}
	text.len = is_mark(text, end) && letter > 0 ? letter : end;
	text.at = arena_copy(walk->arena, text);
	if (text.at != NULL)
		return walk_trimmed(walk, text);
	walk->err = ERR_MEMORY;
	return bytes_of("", 0);
}

/* Depth is bounded by the shape. */
static const struct branch *find_below(const struct branch *base, const struct shape *shape)
{
	if (shape == base->shape)
		return base;
	base = shape->parent == NULL ? NULL : find_below(base, shape->parent);
	return base == NULL ? NULL : branch_last(base, shape);
}

static bool is_above(const struct shape *above, const struct shape *shape)
{
	while (shape != NULL && shape != above)
		shape = shape->parent;
	return shape != NULL;
}

/* The code of the unit that stands nearest to the value; NULL: it has none. */
static const char *unit_of(struct walk *walk, const struct convert *convert,
			   const struct branch *value)
{
	const struct branch *unit;

	if (convert->kind != CONVERT_UNIT)
		return NULL;
	while (!is_above(value->shape, convert->unit))
		value = value->parent;
	unit = find_below(value, convert->unit);
	return unit == NULL || unit->text == NULL
		       ? NULL
		       : (const char *)walk_trimmed(walk, walk_text(unit)).at;
}

static const char *converted(struct walk *walk, const struct convert *convert,
			     const struct branch *value, const char *text, const char **reason)
{
	const char *result = NULL, *why = "";
	enum err err = convert_text(convert, text, unit_of(walk, convert, value), walk->arena,
				    &result, &why);

	if (err != OK)
		walk->err = err;
	if (result != NULL && (result != text || strcmp(why, "code-list-lossy") == 0))
		*reason = why;
	return result;
}

/* at is NULL when it cannot be converted. */
static struct bytes converted_all(struct walk *walk, const struct map_rule *rule,
				  struct branch *value, struct bytes from, const char **reason)
{
	const char *text = (const char *)from.at;

	for (size_t i = 0; i < rule->convert_count && text != NULL; i++)
		text = converted(walk, &rule->converts[i], value, text, reason);
	if (text == NULL)
		walk_finding(walk, &(struct walk_fault){.code = "value-not-convertible",
							.where = value,
							.value = value->text,
							.words = {value->shape->name, rule->ref}});
	return bytes_of_text(text);
}

/*
 * A source value as the target takes it, and why it differs, NULL when it does not. NULL when it
 * cannot be carried: then it is taken and a finding says why, or it is empty and dropped.
 */
static struct bytes fit(struct walk *walk, const struct map_rule *rule, struct branch *value,
			const struct shape *shape, const char **ret_reason)
{
	struct bytes text = walk_trimmed(walk, walk_text(value));

	*ret_reason = text.len == value->text_len ? NULL : "white-space";
	if (text.len == 0) {
		walk_line_spoil(walk);
		if (walk_is_open(walk, value) && walk->err == OK)
			tally_drop(&walk->tally, value, "empty");
		return (struct bytes){0};
	}
	if (rule->convert_count > 0)
		text = converted_all(walk, rule, value, text, ret_reason);
	if (text.at != NULL && !walk_is_too_long(text, shape))
		return text;
	if (text.at != NULL && rule->may_cut) {
		*ret_reason = "cut";
		walk_line_spoil(walk);
		return cut(walk, text, shape->max_length);
	}
	walk_state(walk, value)->is_taken = true;
	if (text.at != NULL)
		walk_too_long(walk, value, NULL, (const char *)text.at, shape);
	return (struct bytes){0};
}

bool walk_value_fits(struct walk *walk, const struct map_rule *rule, struct branch *value,
		     const struct shape *shape, struct bytes *ret_text, const char **ret_reason)
{
	struct bytes text = walk_trimmed(walk, walk_text(value));
	const char *reason = text.len == value->text_len ? NULL : "white-space";

	if (text.len == 0)
		return false;
	for (size_t i = 0; i < rule->convert_count && text.at != NULL; i++)
		text = bytes_of_text(
			converted(walk, &rule->converts[i], value, (const char *)text.at, &reason));
	if (text.at == NULL || walk->err != OK || walk_is_too_long(text, shape))
		return false;
	*ret_text = text;
	*ret_reason = reason;
	return true;
}

static const struct shape *end_of(const struct map_path *path, const struct branch *base)
{
	return path->count == 0 ? base->shape : path->steps[path->count - 1];
}

/* An equal value that an earlier rule carried there already: it is said once. */
static bool is_said(const struct map_rule *rule, struct branch *base, const struct map_path *to,
		    struct bytes text)
{
	const char *there = rule->is_again ? target_text(base, to) : NULL;

	return there != NULL && bytes_equal(bytes_of_text(there), text);
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
	const char *reason;
	struct bytes text = fit(walk, rule, value, end_of(to, base), &reason);
	struct branch *made;

	if (text.at == NULL)
		return value->text[strspn(value->text, " \t\r\n")] != '\0';
	if (is_said(rule, base, to, text)) {
		if (walk_is_open(walk, value))
			tally_drop(&walk->tally, value, "supplied-again");
		return true;
	}
	made = target_put(&walk->target, base, to, value, text);
	if (made == NULL) {
		walk_line_spoil(walk);
		find_no_place(walk, rule, value, base, to);
		return true;
	}
	if (walk->note != NULL)
		walk_line_put(
			walk,
			&(struct walk_step){.kind = WALK_STEP_VALUE, .rule = rule, .made = made},
			value);
	if (walk_state(walk, value)->is_taken)
		tally_supply(&walk->tally, made, "document", NULL, value);
	else
		tally_carry(&walk->tally, value, made, reason);
	walk->carried++;
	walk->written++;
	return true;
}

void walk_value(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct map_path *from = &rule->from;
	struct branch *base = walk_target_base(walk, &rule->to, pair);
	struct branch *value =
		branch_find(walk_source_base(walk, from, pair), from->steps, from->count);
	bool is_met = false;

	for (; value != NULL && !walk_has_failed(walk);
	     value = branch_find_next(value, from->steps, from->count)) {
		if (value->text != NULL && !(walk_state(walk, value)->is_taken && rule->is_rest))
			is_met |= carry(walk, rule, value, base, &rule->to);
	}
	if (!is_met && rule->text != NULL)
		walk_supply_text(walk, &rule->to, pair, bytes_of_text(rule->text), "constant",
				 rule->ref);
}

/* ---- Subtrees with the same names ---- */

static void same(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		 const struct walk_pair *pair);

/* Depth is bounded by the document's. */
static bool has_value(const struct branch *branch)
{
	if (branch->text != NULL)
		return true;
	for (const struct branch *child = branch_first(branch); child != NULL; child = child->next)
		if (has_value(child))
			return true;
	return false;
}

/* Elements without anything say which place those behind them have that hold something. */
static void mark_places(struct walk *walk, struct branch *first)
{
	const struct branch *last = NULL;

	for (struct branch *twin = first; twin != NULL; twin = branch_twin(twin))
		if (has_value(twin))
			last = twin;
	for (struct branch *twin = first; last != NULL && twin != last; twin = branch_twin(twin))
		walk_state(walk, twin)->is_placeholder =
			twin->text == NULL && branch_first(twin) == NULL;
}

static bool keeps_a_place(const struct walk *walk, const struct branch *source,
			  const struct shape *target)
{
	return walk_state(walk, source)->is_placeholder && target->child_min == 0 &&
	       !target->is_leaf;
}

/*
 * What was found to stand against one is not looked for again above it. A target that does not know
 * what it was made for may be given to others too.
 */
static bool may_be_grafted(struct walk *walk, const struct map_twin *twin,
			   const struct walk_pair *pair)
{
	const struct branch *source = pair->source, *target = pair->target;
	bool has_misfit = walk->misfit >= source->number &&
			  walk->misfit < walk->source.trunk->after[source->number];

	return twin->is_sole && !has_misfit && target->maker == source &&
	       target->made == walk->target.count;
}

/* false: it cannot be taken over whole. */
static bool graft(struct walk *walk, const struct map_twin *twin, const struct walk_pair *pair)
{
	size_t values = 0;

	if (!may_be_grafted(walk, twin, pair) ||
	    !graft_fits(pair->source, twin, &values, &walk->misfit) ||
	    !target_graft(&walk->target, pair->target, pair->source, twin))
		return false;
	walk_state(walk, pair->source)->is_grafted = true;
	tally_graft(&walk->tally, pair->source, pair->target, values);
	walk->carried += values;
	walk->written += values;
	return true;
}

static void same_element(struct walk *walk, const struct map_rule *rule,
			 const struct map_twin *twin, struct branch *source, struct branch *base,
			 const struct map_path *to)
{
	size_t mark = target_mark(&walk->target), carried = walk->carried;
	struct walk_pair pair = {.source = source};

	if (walk_state(walk, source)->is_taken && branch_first(source) == NULL)
		return;
	pair.target = target_paired(&walk->target, source, base, to);
	if (pair.target == NULL)
		pair.target = target_put_element(&walk->target, base, to, source);
	if (pair.target == NULL) {
		find_no_place(walk, rule, source, base, to);
		return;
	}
	if (!graft(walk, twin, &pair))
		same(walk, rule, twin, &pair);
	if (walk->carried == carried && !walk_has_failed(walk) &&
	    !keeps_a_place(walk, source, twin->target))
		target_take_back(&walk->target, mark);
}

static void same_child(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		       struct branch *child, struct branch *base)
{
	struct map_path to = {.text = rule->to.text, .steps = &twin->target, .count = 1};

	if (!child->shape->is_attribute) {
		if (!walk_state(walk, child)->is_grouped)
			same_element(walk, rule, twin, child, base, &to);
	} else if (walk_is_open(walk, child)) {
		(void)carry(walk, rule, child, base, &to);
	}
}

/* Depth is bounded by the shapes, which are not recursive. */
static void same(struct walk *walk, const struct map_rule *rule, const struct map_twin *twin,
		 const struct walk_pair *pair)
{
	struct map_path here = {.text = rule->to.text};

	if (walk_is_open(walk, pair->source) && twin->target->is_leaf)
		(void)carry(walk, rule, pair->source, pair->target, &here);
	for (struct branch *child = branch_first(pair->source);
	     child != NULL && !branch_is_stray(child) && !walk_has_failed(walk);
	     child = child->next) {
		const struct map_twin *other = twin->children[child->shape->order];

		if (child->index == 1 && branch_twin(child) != NULL)
			mark_places(walk, child);
		if (other != NULL)
			same_child(walk, rule, other, child, pair->target);
	}
}

void walk_value_same(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct map_path *from = &rule->from;
	struct walk_pair each = {.target = walk_target_base(walk, &rule->to, pair)};

	each.source = branch_find(walk_source_base(walk, from, pair), from->steps, from->count);
	for (; each.source != NULL && !walk_has_failed(walk);
	     each.source = branch_find_next(each.source, from->steps, from->count)) {
		if (rule->to.count == 0)
			same(walk, rule, rule->twin, &each);
		else
			same_element(walk, rule, rule->twin, each.source, each.target, &rule->to);
	}
}
