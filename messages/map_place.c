#include "messages/map_place.h"

/* ---- Does a rule outside of the group write into its element? ---- */

static const struct shape *end_of(const struct map_path *to, const struct shape *base)
{
	return to->count == 0 ? base : to->steps[to->count - 1];
}

static bool leads_through(const struct map_path *path, const struct shape *shape)
{
	for (size_t i = 0; i < path->count; i++) {
		if (path->steps[i] == shape)
			return true;
	}
	return false;
}

static bool is_below(const struct shape *shape, const struct shape *above)
{
	while (shape != NULL && shape != above)
		shape = shape->parent;
	return shape != NULL;
}

/* Groups make elements of their own. */
static bool reaches(const struct map_rule *rule, const struct shape *base,
		    const struct shape *element)
{
	struct map_path to = rule->to;

	if (rule->kind == MAP_SAME)
		return is_below(element, end_of(&to, base));
	if (rule->kind == MAP_GROUP && end_of(&to, base) == element)
		return to.count == 0 && !is_below(base, element);
	return leads_through(&to, element) || leads_through(&rule->with, element) ||
	       leads_through(&rule->item, element) || leads_through(&rule->line, element);
}

/* Depth is bounded by the map's document. */
static bool any_reaches(const struct map_rule *group, const struct shape *base,
			const struct shape *element)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];

		if (reaches(rule, base, element) ||
		    any_reaches(rule, end_of(&rule->to, base), element))
			return true;
	}
	return false;
}

/* ---- What is written below a first step ---- */

static bool is_written(const struct map_rule *rule)
{
	return rule->kind != MAP_DROP && rule->kind != MAP_LINK;
}

/* Of the group's source element itself, or of a child that stands at most once. */
static bool is_own(const struct map_rule *rule)
{
	return !rule->from.is_absolute && rule->from.count <= 1;
}

static bool is_single(const struct map_rule *rule)
{
	return rule->from.count == 0 || rule->from.steps[0]->is_attribute ||
	       rule->from.steps[0]->max == 1;
}

/* Supplies and constants are made for no source element. */
static bool mixes(const struct map_rule *rule, const struct shape *first, bool is_linked)
{
	if (!is_written(rule) || (rule->to.count > 0 && rule->to.steps[0] != first))
		return false;
	if (rule->kind == MAP_VALUE)
		return is_linked || rule->to.count == 0 || !is_own(rule);
	return rule->kind == MAP_GROUP || rule->kind == MAP_SAME || rule->kind == MAP_POINTER;
}

static bool any_mixes(const struct map_rule *group, const struct shape *first, bool is_linked)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];

		if (mixes(rule, first, is_linked) ||
		    (rule->kind == MAP_LINK && any_mixes(rule, first, true)))
			return true;
	}
	return false;
}

static bool is_repeated(const struct map_path *to)
{
	for (size_t i = 0; i < to->count; i++) {
		if (to->steps[i]->max != 1)
			return true;
	}
	return false;
}

/* How many rules, those behind links too, write the same end. */
static size_t count_writers(const struct map_rule *group, const struct shape *end)
{
	size_t count = 0;

	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];

		if (rule->kind == MAP_LINK)
			count += count_writers(rule, end);
		else if (is_written(rule))
			count += rule->to.count > 0 && rule->to.steps[rule->to.count - 1] == end;
	}
	return count;
}

static bool is_plain(const struct map_rule *group, const struct map_rule *rule)
{
	const struct map_path *to = &rule->to;

	if (rule->kind != MAP_VALUE || to->is_absolute || to->count == 0 || !is_own(rule) ||
	    any_mixes(group, to->steps[0], false))
		return false;
	return !is_repeated(to) ||
	       (is_single(rule) && count_writers(group, to->steps[to->count - 1]) == 1);
}

/* ---- The map ---- */

/* The rules are still ours: nobody else has seen the map. */
static struct map_rule *rule_at(const struct map_rule *group, size_t i)
{
	return (struct map_rule *)(uintptr_t)&group->rules[i];
}

static void plan_group(const struct map *map, const struct map_rule *group,
		       const struct shape *base, const struct shape *root)
{
	bool is_new = group->kind == MAP_GROUP && group->to.count > 0 && base->max > 1 &&
		      !any_reaches(&map->root, root, base);

	for (size_t i = 0; i < group->rule_count; i++) {
		struct map_rule *rule = rule_at(group, i);

		rule->to.is_plain = is_new && is_plain(group, rule);
		if (rule->rule_count > 0)
			plan_group(map, rule, end_of(&rule->to, base), root);
	}
}

void map_place_plan(struct map *map, const struct shape *root)
{
	plan_group(map, &map->root, root, root);
}
