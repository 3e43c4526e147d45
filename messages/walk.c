#include "messages/walk.h"

#include <assert.h>
#include <string.h>

#include "messages/map_plan.h"
#include "messages/utf8.h"
#include "messages/walk_line.h"

void walk_finding(struct walk *walk, const struct walk_fault *fault)
{
	const struct branch *where = fault->where;
	const char *path = where == NULL ? fault->path : branch_path(fault->where, walk->arena);
	unsigned line = where == NULL ? 0 : where->line;
	enum err err = ERR_MEMORY;

	walk_line_spoil(walk);
	if (path != NULL)
		err = schema_finding(walk->set, walk->findings, SEVERITY_ERROR, fault->code, path,
				     line, fault->value, fault->words[0], fault->words[1],
				     fault->words[2], NULL);
	if (walk->err == OK)
		walk->err = err;
}

struct bytes walk_trim(struct walk *walk, struct bytes text)
{
	struct bytes words = bytes_trimmed(text);

	if (words.len == text.len)
		return text;
	words.at = arena_copy(walk->arena, words);
	if (words.at != NULL)
		return words;
	walk->err = ERR_MEMORY;
	return bytes_of("", 0);
}

static bool is_text(const struct branch *branch, const char *word)
{
	return branch->text != NULL &&
	       bytes_equal(bytes_trimmed(walk_text(branch)), bytes_of_text(word));
}

bool walk_counts_too_long(struct bytes text, const struct shape *shape)
{
	return shape->max_length > 0 && utf8_count(text) > shape->max_length;
}

void walk_too_long(struct walk *walk, struct branch *where, const char *path, const char *text,
		   const struct shape *shape)
{
	const char *limit = arena_format(walk->arena, "%u", (unsigned)shape->max_length);
	const char *length = arena_format(walk->arena, "%zu", utf8_count(bytes_of_text(text)));

	walk_finding(walk, &(struct walk_fault){.code = "value-too-long",
						.where = where,
						.path = path,
						.value = text,
						.words = {shape->name, limit, length}});
}

/* ---- Conditions ---- */

static bool is_one_of(const struct branch *branch, const struct map_condition *condition)
{
	for (size_t i = 0; i < condition->word_count; i++) {
		if (is_text(branch, condition->words[i]))
			return true;
	}
	return false;
}

static bool holds(const struct walk *walk, const struct map_condition *condition,
		  struct branch *source)
{
	const struct map_path *path = &condition->path;
	struct branch *base = path->is_absolute ? walk->source.root : source;
	bool is_there = false;

	for (struct branch *found = branch_find(base, path->steps, path->count); found != NULL;
	     found = branch_find_next(found, path->steps, path->count)) {
		if (condition->words == NULL || is_one_of(found, condition))
			return true;
		is_there |= found->text != NULL;
	}
	return condition->may_be_absent && !is_there;
}

bool walk_all_hold(const struct walk *walk, const struct map_rule *group, struct branch *source)
{
	for (size_t i = 0; i < group->condition_count; i++) {
		if (!holds(walk, &group->conditions[i], source))
			return false;
	}
	return true;
}

static const char *words_of(struct walk *walk, const struct map_condition *condition)
{
	const char *all = "";

	assert(condition->words != NULL || condition->word_count == 0);
	for (size_t i = 0; i < condition->word_count && all != NULL; i++)
		all = arena_format(walk->arena, "%s%s%s", all, i == 0 ? "" : " ",
				   condition->words[i]);
	if (all == NULL)
		walk->err = ERR_MEMORY;
	return all == NULL ? "" : all;
}

static bool check_requires(struct walk *walk)
{
	const struct map *map = walk->map;
	bool are_met = true;

	for (size_t i = 0; i < map->require_count; i++) {
		const struct map_condition *condition = &map->requires[i];

		if (holds(walk, condition, walk->source.root))
			continue;
		are_met = false;
		walk_finding(walk,
			     &(struct walk_fault){
				     .code = condition->words == NULL ? "precondition-missing"
								      : "precondition",
				     .where = walk->source.root,
				     .value = "",
				     .words = {condition->path.text, words_of(walk, condition)}});
	}
	return are_met;
}

/* ---- Drops ---- */

typedef void visit_below(struct walk *walk, struct branch *branch, const char *reason);

static void drop_one(struct walk *walk, struct branch *branch, const char *reason)
{
	if (walk_is_open(walk, branch))
		tally_drop(&walk->tally, branch, reason);
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static void each_below(struct walk *walk, struct branch *branch, visit_below *visit,
		       const char *reason)
{
	visit(walk, branch, reason);
	for (struct branch *child = branch_first(branch); child != NULL; child = child->next)
		each_below(walk, child, visit, reason);
}

/* Whether it is still open or not: in another line it may be. */
static void note_drop(struct walk *walk, const struct map_rule *rule, const struct branch *branch,
		      const char *reason)
{
	const struct walk_step step = {.kind = WALK_STEP_DROP, .rule = rule, .word = reason};

	if (branch->text != NULL)
		walk_line_put(walk, &step, branch);
}

static void note_drops(struct walk *walk, const struct map_rule *rule, const struct branch *branch)
{
	note_drop(walk, rule, branch, rule->reason);
	for (const struct branch *child = branch_first(branch); child != NULL; child = child->next)
		note_drops(walk, rule, child);
}

static void run_drop(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct map_path *from = &rule->from;
	struct branch *base = walk_source_base(walk, from, pair);

	for (struct branch *found = branch_find(base, from->steps, from->count); found != NULL;
	     found = branch_find_next(found, from->steps, from->count)) {
		if (walk->note != NULL)
			note_drops(walk, rule, found);
		if (rule->text == NULL)
			each_below(walk, found, drop_one, rule->reason);
		else if (is_text(found, rule->text))
			drop_one(walk, found, rule->reason);
	}
}

static void find_one(struct walk *walk, struct branch *branch, const char *reason)
{
	if (!walk_is_open(walk, branch))
		return;
	walk_state(walk, branch)->is_taken = true;
	walk_finding(walk, &(struct walk_fault){.code = "too-many",
						.where = branch,
						.value = branch->text,
						.words = {branch->shape->name, reason}});
}

void walk_too_many(struct walk *walk, const struct map_rule *rule, struct branch *source)
{
	walk_line_spoil(walk);
	if (rule->may_drop_many)
		each_below(walk, source, drop_one, "too-many");
	else
		each_below(walk, source, find_one, rule->to.text);
}

/* ---- Groups ---- */

static void run_rules(struct walk *walk, const struct map_rule *group,
		      const struct walk_pair *pair);

/* What wrote nothing but constants and counts is taken back. */
static void run_pair(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair,
		     size_t mark)
{
	size_t written = walk->written, supplied = tally_mark(&walk->tally);

	run_rules(walk, rule, pair);
	if (walk->written == written && !walk_has_failed(walk)) {
		if (tally_mark(&walk->tally) > supplied)
			walk_line_spoil(walk);
		target_take_back(&walk->target, mark);
		tally_take_back(&walk->tally, supplied);
	}
}

/* Lines of a document are alike. */
static void run_line(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair,
		     size_t mark)
{
	if (walk_repeat(walk, rule, pair))
		return;
	walk_line_begin(walk, rule, pair);
	run_pair(walk, rule, pair, mark);
	walk_line_end(walk, rule, pair);
}

static bool holds_for(struct walk *walk, const struct map_rule *rule, struct branch *source)
{
	bool all_hold = walk_all_hold(walk, rule, source);
	const struct walk_step step = {
		.kind = WALK_STEP_CONDITION, .rule = rule, .holds = all_hold};

	if (walk->note != NULL && rule->condition_count > 0)
		walk_line_put(walk, &step, source);
	return all_hold;
}

static void run_group_for(struct walk *walk, const struct map_rule *rule, struct branch *source,
			  const struct walk_pair *outer)
{
	struct branch *base = walk_target_base(walk, &rule->to, outer);
	struct walk_pair pair = {.source = source, .target = base};
	struct branch_state *state = walk_state(walk, source);
	bool is_own = source == outer->source;
	size_t mark = target_mark(&walk->target);

	if ((state->is_grouped && !is_own) || !holds_for(walk, rule, source))
		return;
	state->is_grouped |= !is_own;
	if (walk->note != NULL && !is_own)
		walk_line_put_grouped(walk, source);
	if (rule->to.count > 0)
		pair.target = target_put_element(&walk->target, base, &rule->to, source);
	if (pair.target != NULL && rule->is_line)
		run_line(walk, rule, &pair, mark);
	else if (pair.target != NULL)
		run_pair(walk, rule, &pair, mark);
	else if (!walk_has_failed(walk))
		walk_too_many(walk, rule, source);
}

static void run_group(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct map_path *from = &rule->from;
	struct branch *base = walk_source_base(walk, from, pair);

	for (struct branch *found = branch_find(base, from->steps, from->count);
	     found != NULL && !walk_has_failed(walk);
	     found = branch_find_next(found, from->steps, from->count))
		run_group_for(walk, rule, found, pair);
}

static void drop_key(struct walk *walk, struct branch *value)
{
	if (walk_has_failed(walk))
		return;
	if (walk->note != NULL)
		note_drop(walk, NULL, value, "link");
	drop_one(walk, value, "link");
}

static void run_linked(struct walk *walk, const struct map_rule *rule, struct branch *value,
		       struct branch *key, const struct walk_pair *pair)
{
	struct walk_pair linked = {.source = key->parent, .target = pair->target};
	uint32_t outer = walk_line_put_link(walk, rule, value, key);
	uint32_t inner = walk_line_base(walk);

	run_rules(walk, rule, &linked);
	walk_line_set_base(walk, outer);
	drop_key(walk, value);
	walk_line_set_base(walk, inner);
	drop_key(walk, key);
	walk_line_set_base(walk, outer);
}

/* The rules inside work on the element that the value names; both keys have then done their work. */
static void run_link(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct map_path *from = &rule->from;
	struct branch *base = walk_source_base(walk, from, pair);

	for (struct branch *value = branch_find(base, from->steps, from->count);
	     value != NULL && !walk_has_failed(walk);
	     value = branch_find_next(value, from->steps, from->count)) {
		struct branch *key = walk_link_find(walk, rule, value);

		if (key == NULL)
			continue;
		run_linked(walk, rule, value, key, pair);
	}
}

static void run_rule(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	if (walk->note != NULL)
		walk_line_look_at(walk, rule);
	switch (rule->kind) {
	case MAP_GROUP:
		run_group(walk, rule, pair);
		return;
	case MAP_VALUE:
		walk_value(walk, rule, pair);
		return;
	case MAP_SAME:
		walk_value_same(walk, rule, pair);
		return;
	case MAP_CONSTANT:
		walk_supply_constant(walk, rule, pair);
		return;
	case MAP_COUNT:
		walk_supply_count(walk, rule, pair);
		return;
	case MAP_SUPPLY:
		walk_supply(walk, rule, pair);
		return;
	case MAP_POINTER:
		walk_pointer(walk, rule, pair);
		return;
	case MAP_LINK:
		run_link(walk, rule, pair);
		return;
	case MAP_DROP:
		run_drop(walk, rule, pair);
		return;
	}
}

/* Of the rules of one word those whose source is there. Twins call for the same. */
static uint64_t due_of(const struct map_rule *group, const struct branch *source, size_t word)
{
	uint64_t due = map_plan_always(group, word);
	const struct branch *child = group->base == NULL ? NULL : branch_first(source);

	for (; child != NULL && !branch_is_stray(child); child = branch_last_twin(child)->next)
		due |= map_plan_for(group, child->shape, word);
	return due;
}

static void run_rules(struct walk *walk, const struct map_rule *group, const struct walk_pair *pair)
{
	for (size_t word = 0; word < group->due_words; word++) {
		uint64_t due = due_of(group, pair->source, word);

		for (; due != 0 && !walk_has_failed(walk); due &= due - 1)
			run_rule(walk, &group->rules[word * 64 + (size_t)__builtin_ctzll(due)],
				 pair);
	}
	walk_supply_with(walk, group, pair);
}

/* ---- The whole ---- */

static void drop_hint(void *context, struct branch *value)
{
	if (value->is_hint)
		drop_one(context, value, "schema-hint");
}

static void drop_rest(void *context, struct branch *value)
{
	drop_one(context, value, "no-counterpart");
}

enum err walk_map(struct walk *walk)
{
	struct walk_pair pair = {.source = walk->source.root, .target = walk->target.root};

	walk->facts = arena_alloc_array(walk->arena, walk->map->supply_count, sizeof(*walk->facts));
	walk->lines = arena_alloc_array(walk->arena, walk->map->line_count, sizeof(*walk->lines));
	if (walk->facts == NULL || walk->lines == NULL)
		return ERR_MEMORY;
	if (!check_requires(walk))
		return walk->err;
	if (walk->source.has_hints)
		source_each_value(&walk->source, drop_hint, walk);
	run_rules(walk, &walk->map->root, &pair);
	if (!tally_has_all(&walk->tally))
		source_each_left(&walk->source, walk->states, drop_rest, walk);
	if (walk->err == OK)
		walk->err = walk->target.err != OK ? walk->target.err : walk->tally.err;
	return walk->err;
}
