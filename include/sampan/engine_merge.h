/*
 * engine_merge - a scan of an engine as some changes leave it that are not in it: what engines that hold
 * changes in memory show (engine_ahead.h, engine_run.h).
 */
#ifndef SAMPAN_ENGINE_MERGE_H
#define SAMPAN_ENGINE_MERGE_H

#include "sampan/engine.h"

/* What becomes of one key. */
struct engine_change {
	struct bytes key;
	struct bytes value;
	bool is_delete;
};

/* As the arguments of engine_scan(). */
struct engine_range {
	struct bytes from, until;
	bool backwards;
};

/* In the order of their keys, for qsort(). */
int engine_merge_compare(const void *a, const void *b);

/* The first of the sorted changes whose key is not below; count: none. */
size_t engine_merge_from(const struct engine_change *changes, size_t count, struct bytes key);

/* As engine_scan(), of inner with the changes, which are sorted and have each key once. */
enum err engine_merge_scan(struct engine *inner, const struct engine_change *changes, size_t count,
			   const struct engine_range *range, engine_visit *visit, void *context);

#endif
