/*
 * map_plan - what can be known of a map's rules before any document is there.
 */
#ifndef MESSAGES_MAP_PLAN_H
#define MESSAGES_MAP_PLAN_H

#include "messages/map_rule.h"

/*
 * Plan all rules of a map that is otherwise complete: set `first`, `has_with`, `fact_place`, `due`,
 * `due_words` and `base`, and put the map's carries into order. All memory is of the arena. ERR_MEMORY.
 */
enum err map_plan(struct map *map, struct arena *arena);

/*
 * The rules of a group by bits, 64 to a word: those that must be looked at whatever the source
 * holds, and those that a child of the source calls for.
 */
static inline uint64_t map_plan_always(const struct map_rule *group, size_t word)
{
	return group->due[word];
}

static inline uint64_t map_plan_for(const struct map_rule *group, const struct shape *child,
				    size_t word)
{
	return group->due[(child->order + (size_t)1) * group->due_words + word];
}

#endif
