#include "messages/map_plan.h"

#include <stdlib.h>

#include "messages/map_place.h"
#include "messages/map_sole.h"

/* What stands below a step that is not there is not there. A default does without. */
static const struct shape *first_of(const struct map_rule *rule)
{
	bool is_read = rule->kind == MAP_GROUP || rule->kind == MAP_SAME ||
		       rule->kind == MAP_DROP || (rule->kind == MAP_VALUE && rule->text == NULL);

	if (!is_read || rule->from.is_absolute || rule->from.count == 0)
		return NULL;
	return rule->from.steps[0];
}

/* The rules are still ours: nobody else has seen the map. */
static struct map_rule *rules_of(const struct map_rule *group)
{
	return (struct map_rule *)(uintptr_t)group->rules;
}

/* The shape whose children the group's rules look for; NULL: they look for none. */
static const struct shape *base_of(const struct map_rule *group)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		if (group->rules[i].first != NULL)
			return group->rules[i].first->parent;
	}
	return NULL;
}

/* The source may hold any child of its shape: each has its words, behind those for all. */
static enum err plan_due(struct map_rule *group, struct arena *arena)
{
	const struct shape *base = base_of(group);
	size_t rows = 1 + (base == NULL ? 0 : base->child_count);
	uint64_t *due;

	group->base = base;
	group->due_words = (group->rule_count + 63) / 64;
	due = arena_alloc_array(arena, rows * group->due_words, sizeof(*due));
	for (size_t i = 0; due != NULL && i < group->rule_count; i++) {
		const struct shape *first = group->rules[i].first;
		size_t row = first == NULL ? 0 : first->order + (size_t)1;

		due[row * group->due_words + i / 64] |= (uint64_t)1 << i % 64;
	}
	group->due = due;
	return due == NULL ? ERR_MEMORY : OK;
}

static enum err plan_rules(struct map *map, struct map_rule *group, struct arena *arena)
{
	enum err err = OK;

	for (size_t i = 0; i < group->rule_count && err == OK; i++) {
		struct map_rule *rule = &rules_of(group)[i];

		rule->first = first_of(rule);
		group->has_with |= rule->kind == MAP_CONSTANT && rule->with.text != NULL;
		if (rule->kind == MAP_SUPPLY)
			rule->fact_place = map->supply_count++;
		if (rule->rule_count > 0)
			err = plan_rules(map, rule, arena);
	}
	return err == OK ? plan_due(group, arena) : err;
}

static int compare(const void *a, const void *b)
{
	uintptr_t first = (uintptr_t) * (const struct shape *const *)a;
	uintptr_t second = (uintptr_t) * (const struct shape *const *)b;

	return first < second ? -1 : first > second;
}

enum err map_plan(struct map *map, struct arena *arena)
{
	if (map->carry_count > 0)
		qsort((void *)(uintptr_t)map->carries, map->carry_count, sizeof(*map->carries),
		      compare);
	map_place_plan(map, schema_shape(map->from), schema_shape(map->to));
	map_sole_plan(map, schema_shape(map->from), schema_shape(map->to));
	return plan_rules(map, &map->root, arena);
}
