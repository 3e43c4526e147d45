#include "sampan/engine_merge.h"

int engine_merge_compare(const void *a, const void *b)
{
	return bytes_compare(((const struct engine_change *)a)->key,
			     ((const struct engine_change *)b)->key);
}

size_t engine_merge_from(const struct engine_change *changes, size_t count, struct bytes key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(changes[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The changes from `next` until `end` (or back) are merged into what is met. */
struct merging {
	const struct engine_change *changes;
	size_t next, end;
	bool is_backwards;
	bool is_ended; /* the visitor has enough */
	engine_visit *visit;
	void *context;
};

static const struct engine_change *next_change(const struct merging *merging)
{
	if (merging->next == merging->end)
		return NULL;
	return &merging->changes[merging->is_backwards ? merging->next - 1 : merging->next];
}

static bool show(struct merging *merging, const struct engine_change *change)
{
	merging->next += merging->is_backwards ? (size_t)-1 : 1;
	if (!change->is_delete && !merging->visit(merging->context, change->key, change->value))
		merging->is_ended = true;
	return !merging->is_ended;
}

static bool merge(void *context, struct bytes key, struct bytes value)
{
	struct merging *merging = context;
	const struct engine_change *change;

	while ((change = next_change(merging)) != NULL) {
		int order = bytes_compare(change->key, key);

		if (order == 0)
			return show(merging, change);
		if (merging->is_backwards ? order < 0 : order > 0)
			break;
		if (!show(merging, change))
			return false;
	}
	merging->is_ended = !merging->visit(merging->context, key, value);
	return !merging->is_ended;
}

enum err engine_merge_scan(struct engine *inner, const struct engine_change *changes, size_t count,
			   const struct engine_range *range, engine_visit *visit, void *context)
{
	size_t first = engine_merge_from(changes, count, range->from);
	size_t end =
		range->until.len == 0 ? count : engine_merge_from(changes, count, range->until);
	struct merging merging = {.changes = changes,
				  .is_backwards = range->backwards,
				  .visit = visit,
				  .context = context};
	const struct engine_change *change;
	enum err err;

	if (first >= end)
		return engine_scan(inner, range->from, range->until, range->backwards, visit,
				   context);
	merging.next = range->backwards ? end : first;
	merging.end = range->backwards ? first : end;
	err = engine_scan(inner, range->from, range->until, range->backwards, merge, &merging);
	while (err == OK && !merging.is_ended && (change = next_change(&merging)) != NULL)
		(void)show(&merging, change);
	return err;
}
