/*
 * map_place - which places of a map's target need no memory of what was made for what.
 *
 * In general a target remembers for which source element each of its elements was made, so that
 * values of one stay together and those of two are not mixed (target.h). Where a map cannot mix
 * them, a value is put without looking.
 */
#ifndef MESSAGES_MAP_PLACE_H
#define MESSAGES_MAP_PLACE_H

#include "messages/map_rule.h"

/*
 * Set to.is_plain of those value rules of a map, which is otherwise complete, that stand in a group
 * that makes a new element for each source element, into which no rule outside of the group writes,
 * and where below the place's first step
 * - all values come from the group's source element itself or from its children, and
 * - nothing is repeated, or no place is written twice.
 * root: the shape of the target.
 */
void map_place_plan(struct map *map, const struct shape *root);

#endif
