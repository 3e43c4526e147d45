#include "messages/walk.h"

#include <assert.h>
#include <string.h>

#define SPACE " \t\r\n"

bool walk_has_failed(const struct walk *walk)
{
	return walk->err != OK || walk->target.err != OK || walk->tally.err != OK;
}

void walk_finding(struct walk *walk, const struct walk_fault *fault)
{
	const struct branch *where = fault->where;
	const char *path = where == NULL ? fault->path : branch_path(fault->where, walk->arena);
	unsigned line = where == NULL || where->xml == NULL ? 0 : document_line(where->xml);
	enum err err = ERR_MEMORY;

	if (path != NULL)
		err = schema_finding(walk->set, walk->findings, SEVERITY_ERROR, fault->code, path,
				     line, fault->value, fault->words[0], fault->words[1],
				     fault->words[2], NULL);
	if (walk->err == OK)
		walk->err = err;
}

void walk_too_long(struct walk *walk, struct branch *where, const char *path, const char *text,
		   const struct shape *shape)
{
	const char *limit = arena_format(walk->arena, "%u", (unsigned)shape->max_length);
	const char *length = arena_format(walk->arena, "%zu", walk_length(text));

	walk_finding(walk, &(struct walk_fault){.code = "value-too-long",
						.where = where,
						.path = path,
						.value = text,
						.words = {shape->name, limit, length}});
}

static size_t trimmed_length(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(SPACE, text[len - 1]) != NULL)
		len--;
	return len;
}

const char *walk_trimmed(struct walk *walk, const char *text)
{
	const char *from = text + strspn(text, SPACE), *copy;
	size_t len = trimmed_length(from);

	if (from == text && from[len] == '\0')
		return text;
	copy = arena_text(walk->arena, bytes_of(from, len));
	if (copy == NULL)
		walk->err = ERR_MEMORY;
	return copy == NULL ? "" : copy;
}

static bool is_text(const struct branch *branch, const char *word)
{
	const char *from;

	if (branch->text == NULL)
		return false;
	from = branch->text + strspn(branch->text, SPACE);
	return bytes_equal(bytes_of(from, trimmed_length(from)), bytes_of_text(word));
}

size_t walk_length(const char *text)
{
	size_t length = 0;

	for (; *text != '\0'; text++)
		length += ((uint8_t)*text & 0xC0) != 0x80;
	return length;
}

struct branch *walk_source_base(const struct walk *walk, const struct map_path *path,
				const struct walk_pair *pair)
{
	return path->is_absolute ? walk->source.root : pair->source;
}

struct branch *walk_target_base(const struct walk *walk, const struct map_path *path,
				const struct walk_pair *pair)
{
	return path->is_absolute ? walk->target.root : pair->target;
}

/* ---- Conditions ---- */

struct holding {
	const struct map_condition *condition;
	bool is_there;
	bool holds;
};

static bool visit_condition(void *context, struct branch *branch)
{
	struct holding *holding = context;
	const struct map_condition *condition = holding->condition;

	if (condition->words == NULL) {
		holding->holds = true;
		return false;
	}
	holding->is_there |= branch->text != NULL;
	for (size_t i = 0; i < condition->word_count && !holding->holds; i++)
		holding->holds = is_text(branch, condition->words[i]);
	return !holding->holds;
}

static bool holds(const struct walk *walk, const struct map_condition *condition,
		  struct branch *source)
{
	struct holding holding = {.condition = condition};
	struct branch *base = condition->path.is_absolute ? walk->source.root : source;

	branch_each(base, condition->path.steps, condition->path.count, visit_condition, &holding);
	return holding.holds || (condition->may_be_absent && !holding.is_there);
}

static bool all_hold(const struct walk *walk, const struct map_rule *group, struct branch *source)
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
	if (branch->text != NULL && !branch->is_taken)
		tally_drop(&walk->tally, branch, reason);
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static void each_below(struct walk *walk, struct branch *branch, visit_below *visit,
		       const char *reason)
{
	visit(walk, branch, reason);
	for (size_t i = 0; i < branch_slot_count(branch); i++) {
		for (struct branch *child = branch->slots[i].first; child != NULL;
		     child = child->next)
			each_below(walk, child, visit, reason);
	}
	for (struct branch *child = branch->strays.first; child != NULL; child = child->next)
		each_below(walk, child, visit, reason);
}

struct dropping {
	struct walk *walk;
	const struct map_rule *rule;
};

static bool visit_drop(void *context, struct branch *branch)
{
	struct dropping *dropping = context;
	const struct map_rule *rule = dropping->rule;

	if (rule->text == NULL)
		each_below(dropping->walk, branch, drop_one, rule->reason);
	else if (is_text(branch, rule->text))
		drop_one(dropping->walk, branch, rule->reason);
	return true;
}

static void run_drop(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct dropping dropping = {.walk = walk, .rule = rule};

	branch_each(walk_source_base(walk, &rule->from, pair), rule->from.steps, rule->from.count,
		    visit_drop, &dropping);
}

static void find_one(struct walk *walk, struct branch *branch, const char *reason)
{
	if (branch->text == NULL || branch->is_taken)
		return;
	branch->is_taken = true;
	walk_finding(walk, &(struct walk_fault){.code = "too-many",
						.where = branch,
						.value = branch->text,
						.words = {branch->name, reason}});
}

void walk_too_many(struct walk *walk, const struct map_rule *rule, struct branch *source)
{
	if (rule->may_drop_many)
		each_below(walk, source, drop_one, "too-many");
	else
		each_below(walk, source, find_one, rule->to.text);
}

/* ---- Groups ---- */

static void run_rules(struct walk *walk, const struct map_rule *group,
		      const struct walk_pair *pair);

struct grouping {
	struct walk *walk;
	const struct map_rule *rule;
	const struct walk_pair *outer;
};

/* What wrote nothing but constants and counts is taken back. */
static void run_pair(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair,
		     size_t mark)
{
	size_t written = walk->written, supplied = walk->tally.supplied.count;

	run_rules(walk, rule, pair);
	if (walk->written == written && !walk_has_failed(walk)) {
		target_take_back(&walk->target, mark);
		walk->tally.supplied.count = supplied;
	}
}

static bool visit_group(void *context, struct branch *source)
{
	struct grouping *grouping = context;
	struct walk *walk = grouping->walk;
	const struct map_rule *rule = grouping->rule;
	struct branch *base = walk_target_base(walk, &rule->to, grouping->outer);
	struct walk_pair pair = {.source = source, .target = base};
	bool is_own = source == grouping->outer->source;
	size_t mark = target_mark(&walk->target);

	if ((source->is_grouped && !is_own) || !all_hold(walk, rule, source))
		return true;
	source->is_grouped |= !is_own;
	if (rule->to.count > 0)
		pair.target = target_put_element(&walk->target, base, &rule->to, source);
	if (pair.target != NULL)
		run_pair(walk, rule, &pair, mark);
	else if (!walk_has_failed(walk))
		walk_too_many(walk, rule, source);
	return !walk_has_failed(walk);
}

static void run_group(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct grouping grouping = {.walk = walk, .rule = rule, .outer = pair};

	branch_each(walk_source_base(walk, &rule->from, pair), rule->from.steps, rule->from.count,
		    visit_group, &grouping);
}

static void run_rule(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
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
	case MAP_DROP:
		run_drop(walk, rule, pair);
		return;
	}
}

static void run_rules(struct walk *walk, const struct map_rule *group, const struct walk_pair *pair)
{
	for (size_t i = 0; i < group->rule_count && !walk_has_failed(walk); i++)
		run_rule(walk, &group->rules[i], pair);
	walk_supply_with(walk, group, pair);
}

/* ---- The whole ---- */

static void drop_hints(struct walk *walk)
{
	for (struct branch *value = walk->source.first_value; value != NULL;
	     value = value->next_value) {
		if (value->is_hint)
			drop_one(walk, value, "schema-hint");
	}
}

static void drop_rest(struct walk *walk)
{
	for (struct branch *value = walk->source.first_value; value != NULL;
	     value = value->next_value)
		drop_one(walk, value, "no-counterpart");
}

enum err walk_map(struct walk *walk)
{
	struct walk_pair pair = {.source = walk->source.root, .target = walk->target.root};

	if (!check_requires(walk))
		return walk->err;
	drop_hints(walk);
	run_rules(walk, &walk->map->root, &pair);
	drop_rest(walk);
	if (walk->err == OK)
		walk->err = walk->target.err != OK ? walk->target.err : walk->tally.err;
	return walk->err;
}
