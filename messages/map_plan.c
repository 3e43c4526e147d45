#include "messages/map_plan.h"

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

static void plan_rules(struct map *map, struct map_rule *group)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		struct map_rule *rule = &rules_of(group)[i];

		rule->first = first_of(rule);
		group->has_with |= rule->kind == MAP_CONSTANT && rule->with.text != NULL;
		if (rule->kind == MAP_SUPPLY)
			rule->fact_place = map->supply_count++;
		plan_rules(map, rule);
	}
}

void map_plan(struct map *map)
{
	plan_rules(map, &map->root);
}
