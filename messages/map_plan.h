/*
 * map_plan - what can be known of a map's rules before any document is there.
 */
#ifndef MESSAGES_MAP_PLAN_H
#define MESSAGES_MAP_PLAN_H

#include "messages/map_rule.h"

/* Set `first`, `has_with` and `fact_place` of all rules of a map that is otherwise complete. */
void map_plan(struct map *map);

#endif
