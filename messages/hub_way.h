/*
 * hub_way - from one kind to another by way of the hub's kinds, when no map leads there directly.
 *
 * The hub's kinds are those whose id begins with "asw."; every step of a way is a map of the set.
 */
#ifndef MESSAGES_HUB_WAY_H
#define MESSAGES_HUB_WAY_H

#include "messages/schema.h"

#define HUB_WAY_KINDS 5u /* at most three kinds between two */

struct hub_way {
	const struct schema *kinds[HUB_WAY_KINDS]; /* the first and the last included */
	size_t count;                              /* 0: there is no way */
};

/*
 * The shortest way. Of ways through the same kinds in different versions, the one with the first, so
 * that a version that is added changes nothing that was on its way before.
 * *ret_rival is another shortest way, through other kinds: then it is for a person to say which;
 * its count is 0 when there is none.
 */
void hub_way_find(const struct schema_set *set, const struct schema *from, const struct schema *to,
		  struct hub_way *ret_way, struct hub_way *ret_rival);

/* "vn.co/1 -> asw.form-d/1 -> th.co-received/1", of the arena. NULL: no memory. */
const char *hub_way_format(const struct hub_way *way, struct arena *arena);

#endif
