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
 * Set to.is_plain and is_line of rules of a map, which is otherwise complete, and its line_count. A
 * line is a new group, whatever its rules are. New is a group that makes an
 * element for each source element, into which no rule outside of the group writes. Lone is an
 * element that can stand only once in a document, and for which the same is true of all that
 * rules make it for. Plain are
 * - a value in a new group, where below the place's first step all values come from the group's
 *   source element itself or from its children, and nothing is repeated, or no place is written
 *   twice;
 * - a value whose source can stand only once, where the place and the element that holds it are
 *   lone;
 * - a new group where the element that holds what it makes is lone, and that which holds its source
 *   can stand only once.
 * from, to: the shapes of both roots.
 */
void map_place_plan(struct map *map, const struct shape *from, const struct shape *to);

#endif
