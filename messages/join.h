/*
 * join - documents that are the parts of one, put together before they are translated.
 *
 * Nothing is joined until all parts are there and say the same where each of them speaks of the
 * whole. The whole is the first part with the lines of all; it is translated as any other document,
 * and what its report says is told of the parts.
 */
#ifndef MESSAGES_JOIN_H
#define MESSAGES_JOIN_H

#include "messages/part.h"
#include "messages/trace.h"

#define JOIN_PARTS 1000u

/* A part that was given, and where its findings go. */
struct join_part {
	const struct document *document;
	struct findings *findings;
};

struct join {
	const struct schema_set *set;
	const struct map *map;
	const struct map_join *rule;
	struct arena *arena;
	struct part_lines lines;
	const struct join_part *parts; /* as given; borrowed */
	size_t count;
	size_t *order;      /* by number of part: its place in parts */
	size_t *lines_upto; /* by number of part: how many lines it and those before it have */
	struct document *whole;
	size_t errors; /* findings that were put */
};

/* Does the document say that it is a part of several, for this map? */
bool join_is_part(const struct map *map, const struct document *document);

/*
 * How the parts of one document are told from those of others: the first part's number, as all of
 * them name it, "" where it is not known yet. NULL: no memory.
 */
const char *join_key(const struct map_join *rule, const struct document *document,
		     struct arena *arena);

/*
 * Join. OK with join->whole NULL: findings say what is missing or differs ("join-number",
 * "join-part-missing", "join-part-twice", "join-not-together", "join-head-differs"). Release with
 * join_clear().
 */
enum err join_init(const struct schema_set *set, const struct map *map,
		   const struct join_part *parts, size_t count, struct arena *arena,
		   struct join *ret_join);
void join_clear(struct join *join);

/* The place in a part of a path in the whole; *ret_part is its place in parts. NULL: no memory. */
const char *join_path(const struct join *join, const char *path, size_t *ret_part);

/*
 * Add what became of the values that the whole does not hold: of every part the numbers, of all but
 * the first what stands above the lines. `whole` is what became of the whole, told of the parts.
 */
enum err join_put_rest(const struct join *join, const struct trace *whole, struct trace *trace);

#endif
