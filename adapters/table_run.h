/*
 * table_run - the pairs of some lists (sampan/engine_run.h), by key: the newest of each.
 */
#ifndef ADAPTERS_TABLE_RUN_H
#define ADAPTERS_TABLE_RUN_H

#include "sampan/engine_merge.h"

struct table_entry {
	struct engine_change change;
	uint32_t next; /* in the chain of its bucket: index + 1, 0 ends it */
};

struct table {
	struct arena *arena; /* of the lists; NULL: none yet */
	struct table_entry *entries;
	size_t count, room;
	size_t said;       /* by all lists, also about the same keys */
	uint32_t *buckets; /* index + 1 */
	uint64_t seed;     /* nobody can choose keys that meet in one chain */
};

/* Empty again; a zeroed one is empty too. */
void table_clear(struct table *table);

/*
 * All that a list says, in the place of what older ones said; the list is copied. ERR_CORRUPT: it does not follow
 * its format; ERR_MEMORY; then some of it may be there.
 */
enum err table_add(struct table *table, struct bytes list);

/* NULL: it says nothing of the key. Valid until the table changes. */
const struct engine_change *table_find(const struct table *table, struct bytes key);

/*
 * What both say from `from` (until an empty `until`: to the end), the newer one's word before the older one's, sorted: for
 * the caller to free. The bytes stay the tables'. NULL: no memory.
 */
struct engine_change *table_sort(const struct table *newer, const struct table *older,
				 struct bytes from, struct bytes until, size_t *ret_count);

#endif
