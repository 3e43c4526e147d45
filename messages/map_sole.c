#include "messages/map_sole.h"

/* A "same" that is looked at. */
struct looking {
	const struct map *map;
	const struct map_rule *same;
	const struct shape *from; /* roots */
	const struct shape *to;
};

/* One place of it. */
struct place {
	const struct shape *source;
	const struct shape *target;
};

static const struct shape *end_of(const struct map_path *path, const struct shape *base)
{
	return path->count == 0 ? base : path->steps[path->count - 1];
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

/* Depth is bounded by the map's document. */
static bool holds(const struct map_rule *group, const struct map_rule *rule)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		if (&group->rules[i] == rule || holds(&group->rules[i], rule))
			return true;
	}
	return false;
}

static bool any_is(const struct map_rule *group, enum map_rule_kind kind)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		if (group->rules[i].kind == kind || any_is(&group->rules[i], kind))
			return true;
	}
	return false;
}

/* ---- Does another rule touch the place? ---- */

/* What has no room in the target is dropped with all that stands in it. */
static bool reads(const struct looking *looking, const struct map_rule *rule,
		  const struct place *place, const struct shape *end)
{
	if (rule->kind == MAP_CONSTANT || rule->kind == MAP_COUNT || rule->kind == MAP_SUPPLY)
		return false;
	if (leads_through(&rule->from, place->source) ||
	    leads_through(&rule->item, place->source) || leads_through(&rule->line, place->source))
		return true;
	return !holds(rule, looking->same) && is_below(place->source, end);
}

static bool writes(const struct map_rule *rule, const struct place *place, const struct shape *end)
{
	if (leads_through(&rule->to, place->target) || leads_through(&rule->with, place->target) ||
	    leads_through(&rule->item, place->target) || leads_through(&rule->line, place->target))
		return true;
	return (rule->kind == MAP_SAME || rule->kind == MAP_POINTER) &&
	       is_below(place->target, end);
}

/* Depth is bounded by the map's document. */
static bool any_touches(const struct looking *looking, const struct map_rule *group,
			const struct place *place, const struct place *base)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];
		struct place end = {.source = end_of(&rule->from, base->source),
				    .target = end_of(&rule->to, base->target)};

		if (rule == looking->same)
			continue;
		if (reads(looking, rule, place, end.source) || writes(rule, place, end.target) ||
		    any_touches(looking, rule, place, &end))
			return true;
	}
	return false;
}

/* ---- Twins ---- */

static bool is_in_order(const struct shape *source, const struct map_twin *twin)
{
	uint32_t next = 0;

	for (uint32_t order = 0; order < source->child_count; order++) {
		const struct map_twin *other = twin->children[order];

		if (other == NULL)
			continue;
		if (other->target->order < next)
			return false;
		next = other->target->order + 1;
	}
	return true;
}

/* Once nothing touches a place, nothing touches what is below it. Depth is bounded by the shapes. */
static void plan_twin(const struct looking *looking, const struct map_twin *twin,
		      const struct place *place, bool is_untouched)
{
	const struct place roots = {looking->from, looking->to};
	/* the twins are still ours: nobody else has seen the map */
	struct map_twin *own = (struct map_twin *)(uintptr_t)twin;

	if (!is_untouched)
		is_untouched = !any_touches(looking, &looking->map->root, place, &roots);
	own->is_sole = is_untouched && !place->source->has_namesake &&
		       !twin->target->has_namesake && is_in_order(place->source, twin);
	for (size_t i = 0; i < place->source->child_count; i++) {
		const struct shape *child = place->source->children[i];
		const struct map_twin *other = twin->children[child->order];

		if (other != NULL)
			plan_twin(looking, other, &(struct place){child, other->target},
				  is_untouched);
	}
}

/* ---- The map ---- */

/* A rule of a group that is looked at from the root, or an own element again, runs more than once. */
static void plan_group(struct looking *looking, const struct map_rule *group,
		       const struct place *base, bool is_root)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];
		struct place end = {.source = end_of(&rule->from, base->source),
				    .target = end_of(&rule->to, base->target)};

		if (!is_root && rule->from.is_absolute)
			continue;
		looking->same = rule;
		if (rule->kind == MAP_SAME && rule->twin != NULL)
			plan_twin(looking, rule->twin, &end, false);
		else if (rule->kind == MAP_GROUP)
			plan_group(looking, rule, &end, false);
	}
}

void map_sole_plan(struct map *map, const struct shape *from, const struct shape *to)
{
	struct looking looking = {.map = map, .from = from, .to = to};

	if (!any_is(&map->root, MAP_LINK))
		plan_group(&looking, &map->root, &(struct place){from, to}, true);
}
