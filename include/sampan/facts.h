/*
 * facts - named values about a document or from outside it.
 *
 * Two uses. What the worker read off a document: "kind", "reference", "year", "function",
 * "exporter" ... (the names are listed in docs/architecture.md). And what a map may supply to a
 * translation because the source does not hold it: "registry.agent.name", "route.dischargePort",
 * "event.number". Names are unique in a list; order is the order of first setting, so that packing
 * is deterministic.
 */
#ifndef SAMPAN_FACTS_H
#define SAMPAN_FACTS_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/err.h"

struct fact {
	const char *name;
	const char *value;
};

#define FACTS_MARKS 256u

struct facts {
	struct arena *arena;
	struct fact *items;
	size_t count;
	size_t room;
	uint64_t marks[FACTS_MARKS / 64]; /* by name: whether any such is there */
};

/* Begin empty. The arena is borrowed for the life of the list. */
void facts_init(struct facts *facts, struct arena *arena);

/*
 * Set a value, replacing an earlier one; both are copied. ERR_LIMIT: too many (LIMIT_FACTS) or too
 * long.
 */
enum err facts_put(struct facts *facts, const char *name, const char *value);

/*
 * Add a value whose texts live as long as the list: neither is copied. ERR_EXISTS: the name is there
 * already; ERR_LIMIT as above.
 */
enum err facts_take(struct facts *facts, const char *name, const char *value);

/* The value, borrowed until it is replaced or the arena freed; NULL when there is none. */
const char *facts_get(const struct facts *facts, const char *name);

/* As facts_get, but "" when there is none. */
const char *facts_get_or_empty(const struct facts *facts, const char *name);

/*
 * Binary form (pack.h): count, then name and value as texts. The reader adds to the list.
 * ERR_FORMAT.
 */
void facts_pack(struct buffer *to, const struct facts *facts);
enum err facts_unpack(struct bytes from, struct facts *facts);

#endif
