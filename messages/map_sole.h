/*
 * map_sole - which parts of what a map's "same" takes over no other rule has to do with.
 *
 * What stands there goes over the same way whatever else the map does, so that it can be taken over
 * whole (messages/graft.h).
 */
#ifndef MESSAGES_MAP_SOLE_H
#define MESSAGES_MAP_SOLE_H

#include "messages/map_rule.h"

/*
 * Set is_sole of all twins of a map, which is otherwise complete. Sole is a twin
 * - whose source and target no other rule leads to or through, and above which none takes, drops or
 *   writes all that stands below; of its own groups each takes an element once;
 * - which has no namesake on either side, and whose children stand in the target in the same order.
 * Nothing is sole in a map with links.
 * from, to: the shapes of both roots.
 */
void map_sole_plan(struct map *map, const struct shape *from, const struct shape *to);

#endif
