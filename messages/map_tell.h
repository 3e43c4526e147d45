/*
 * map_tell - a map in words: what happens to each field of its source, and where the fields of its
 * target come from that the source does not fill.
 *
 * For people who know customs and not this program. It is read off the compiled rules, so it says
 * what will happen, not what somebody wrote about it.
 */
#ifndef MESSAGES_MAP_TELL_H
#define MESSAGES_MAP_TELL_H

#include "messages/map.h"

struct map_told {
	const char *source;      /* path without indexes; "" for what is supplied */
	const char *source_item; /* VNACCS item or WCO id, "EPC"; "" when there is none */
	const char *target;      /* "" for what is dropped */
	const char *target_item;
	const char *vi; /* what happens */
	const char *en;
	const char *ref; /* file and line of the rule; "" where no rule speaks of the field */
};

typedef void map_tell_visit(void *context, const struct map_told *told);

/*
 * Tell all: the source's fields in order of its schema, each once for every rule that may take it,
 * then what is supplied. Memory is of the arena.
 */
enum err map_tell(const struct map *map, struct arena *arena, map_tell_visit *visit, void *context);

#endif
