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

/* ---- Elements of which there is one, made for what there is one of ---- */

static bool is_once(const struct shape *shape)
{
	for (; shape != NULL && shape->parent != NULL; shape = shape->parent) {
		if (shape->max != 1 || shape->has_namesake)
			return false;
	}
	return shape != NULL;
}

/* Only the end of a path and what holds it are made for something (target.c). */
static bool is_holder(const struct map_path *to, const struct shape *shape)
{
	return to->count > 1 && to->steps[to->count - 2] == shape;
}

/* Is the element made for one of several source elements? from NULL: nobody knows which. */
static bool mixes_in(const struct map_rule *rule, const struct shape *from,
		     const struct shape *base, const struct shape *element)
{
	const struct map_path *to = &rule->to;

	if (!is_written(rule) || rule->kind == MAP_CONSTANT || rule->kind == MAP_COUNT ||
	    rule->kind == MAP_SUPPLY)
		return false;
	if (rule->kind == MAP_SAME || rule->kind == MAP_POINTER)
		return leads_through(to, element) || reaches(rule, base, element);
	if (is_holder(to, element))
		return from == NULL || !is_once(from->parent);
	return to->count > 0 && end_of(to, base) == element && !is_once(from);
}

static bool any_mixes_in(const struct map_rule *group, const struct shape *source,
			 const struct shape *base, const struct shape *element)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];
		const struct shape *from =
			rule->kind == MAP_LINK ? NULL : end_of(&rule->from, source);

		if (mixes_in(rule, from, base, element) ||
		    any_mixes_in(rule, from, end_of(&rule->to, base), element))
			return true;
	}
	return false;
}

/* ---- The map ---- */

struct planning {
	const struct map *map;
	const struct shape *from; /* roots */
	const struct shape *to;
	size_t line_count;
};

static bool is_lone(const struct planning *planning, const struct shape *element)
{
	return is_once(element) &&
	       !any_mixes_in(&planning->map->root, planning->from, planning->to, element);
}

static bool has_lone_holder(const struct planning *planning, const struct map_path *to)
{
	return to->count == 1 || is_lone(planning, to->steps[to->count - 2]);
}

static bool is_lone_value(const struct planning *planning, const struct map_rule *rule,
			  const struct shape *from)
{
	const struct map_path *to = &rule->to;

	return rule->kind == MAP_VALUE && to->count > 0 && is_once(from) &&
	       is_lone(planning, to->steps[to->count - 1]) && has_lone_holder(planning, to);
}

/* A group that makes an element for each of its source elements, into which no other rule writes. */
static bool is_new(const struct planning *planning, const struct map_rule *rule,
		   const struct shape *end)
{
	return rule->kind == MAP_GROUP && rule->to.count > 0 && end->max > 1 &&
	       !any_reaches(&planning->map->root, planning->to, end);
}

static bool is_plain_group(const struct planning *planning, const struct map_rule *rule,
			   const struct shape *from)
{
	return rule->to.count == 1 ||
	       (from != NULL && is_once(from->parent) && has_lone_holder(planning, &rule->to));
}

/* The rules are still ours: nobody else has seen the map. */
static struct map_rule *rule_at(const struct map_rule *group, size_t i)
{
	return (struct map_rule *)(uintptr_t)&group->rules[i];
}

static void plan_group(struct planning *planning, const struct map_rule *group,
		       const struct shape *source, const struct shape *base)
{
	bool is_in_new = is_new(planning, group, base);

	for (size_t i = 0; i < group->rule_count; i++) {
		struct map_rule *rule = rule_at(group, i);
		const struct shape *from =
			rule->kind == MAP_LINK ? NULL : end_of(&rule->from, source);
		const struct shape *end = end_of(&rule->to, base);

		rule->to.is_plain =
			(is_in_new && is_plain(group, rule)) ||
			is_lone_value(planning, rule, from) ||
			(is_new(planning, rule, end) && is_plain_group(planning, rule, from));
		rule->is_line = is_new(planning, rule, end);
		rule->line_place = rule->is_line ? planning->line_count++ : 0;
		if (rule->rule_count > 0)
			plan_group(planning, rule, from, end);
	}
}

void map_place_plan(struct map *map, const struct shape *from, const struct shape *to)
{
	struct planning planning = {.map = map, .from = from, .to = to};

	plan_group(&planning, &map->root, from, to);
	map->line_count = planning.line_count;
}
