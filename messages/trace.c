#include "messages/trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void trace_init(struct trace *trace, struct arena *arena)
{
	*trace = (struct trace){.arena = arena, .err = OK};
}

void trace_put(struct trace *trace, const struct report_row *row)
{
	if (trace->err != OK)
		return;
	if (trace->count == trace->room) {
		size_t room = trace->room == 0 ? 256 : 2 * trace->room;
		struct report_row *rows = arena_alloc_array(trace->arena, room, sizeof(*rows));

		if (rows == NULL) {
			trace->err = ERR_MEMORY;
			return;
		}
		if (trace->count > 0)
			memcpy(rows, trace->rows, trace->count * sizeof(*rows));
		trace->rows = rows;
		trace->room = room;
	}
	trace->rows[trace->count++] = *row;
}

/* ---- Finding rows ---- */

static int compare(uint32_t document, const char *path, uint32_t other, const char *other_path)
{
	return document != other ? (document < other ? -1 : 1) : strcmp(path, other_path);
}

static int compare_sources(const void *a, const void *b)
{
	const struct report_row *first = *(const struct report_row *const *)a;
	const struct report_row *second = *(const struct report_row *const *)b;

	return compare(first->source_document, first->source, second->source_document,
		       second->source);
}

static int compare_targets(const void *a, const void *b)
{
	const struct report_row *first = *(const struct report_row *const *)a;
	const struct report_row *second = *(const struct report_row *const *)b;

	return compare(first->document, first->target, second->document, second->target);
}

enum err trace_index_sources(const struct trace *trace, struct trace_index *ret_index)
{
	struct trace_index index = {
		.rows = arena_alloc_array(trace->arena, trace->count + 1, sizeof(*index.rows))};

	if (index.rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < trace->count; i++) {
		if (trace->rows[i].kind != REPORT_SUPPLIED)
			index.rows[index.count++] = &trace->rows[i];
	}
	qsort(index.rows, index.count, sizeof(*index.rows), compare_sources);
	*ret_index = index;
	return OK;
}

enum err trace_index_targets(const struct trace *trace, struct trace_index *ret_index)
{
	struct trace_index index = {
		.rows = arena_alloc_array(trace->arena, trace->count + 1, sizeof(*index.rows))};

	if (index.rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < trace->count; i++) {
		if (trace->rows[i].kind != REPORT_DROPPED)
			index.rows[index.count++] = &trace->rows[i];
	}
	qsort(index.rows, index.count, sizeof(*index.rows), compare_targets);
	*ret_index = index;
	return OK;
}

/* The first row that does not stand before the key. */
static size_t lower_bound(const struct trace_index *index, const struct report_row *key,
			  int (*order)(const void *, const void *))
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(&index->rows[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct report_row *trace_find_source(const struct trace_index *index, uint32_t document,
					   const char *path)
{
	const struct report_row key = {.source_document = document, .source = path};
	const struct report_row *wanted = &key;
	size_t at = lower_bound(index, wanted, compare_sources);

	return at < index->count && compare_sources(&index->rows[at], &wanted) == 0
		       ? index->rows[at]
		       : NULL;
}

const struct report_row *trace_find_target(const struct trace_index *index, uint32_t document,
					   const char *path)
{
	const struct report_row key = {.document = document, .target = path};
	const struct report_row *wanted = &key;
	size_t at = lower_bound(index, wanted, compare_targets);

	return at < index->count && compare_targets(&index->rows[at], &wanted) == 0
		       ? index->rows[at]
		       : NULL;
}

/* How much of a path another path shares, in whole steps. */
static size_t shared(const char *path, size_t len, const char *other)
{
	size_t same = 0, steps = 0;

	while (same < len && path[same] == other[same]) {
		if (path[same] == '/')
			steps = same;
		same++;
	}
	return same == len && (other[same] == '/' || other[same] == '\0') ? same : steps;
}

const char *trace_find_origin(const struct trace_index *index, uint32_t document, const char *path,
			      struct arena *arena, uint32_t *ret_document)
{
	const struct report_row key = {.document = document, .target = path};
	const struct report_row *wanted = &key, *first = NULL;
	size_t len = strlen(path), shared_len = 0;

	for (size_t at = lower_bound(index, wanted, compare_targets); at < index->count; at++) {
		const struct report_row *row = index->rows[at];

		if (row->document != document || strncmp(row->target, path, len) != 0)
			break;
		if (row->source == NULL || (row->target[len] != '/' && row->target[len] != '\0') ||
		    (first != NULL && row->source_document != first->source_document))
			continue;
		if (first == NULL)
			shared_len = strlen((first = row)->source);
		shared_len = shared(first->source, shared_len, row->source);
	}
	if (first == NULL || shared_len == 0)
		return NULL;
	*ret_document = first->source_document;
	return arena_text(arena, bytes_of(first->source, shared_len));
}

/* ---- Composing ---- */

/* What is lost in one hop must not be hidden by a mere change of form in another. */
static unsigned gravity(const char *reason)
{
	static const char *const reasons[] = {"upper-case", "ascii", "date-form-lossy",
					      "code-list-lossy", "cut"};

	for (unsigned i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strcmp(reasons[i], reason) == 0)
			return i + 1;
	}
	return 0;
}

/* Many values become one pointer: one reason for all of them, whatever else happened. */
static bool is_pointer(const struct report_row *row)
{
	return row->kind == REPORT_CHANGED && strcmp(row->word, "pointer") == 0;
}

static const char *graver(const struct report_row *first, const struct report_row *last)
{
	if (is_pointer(first) || is_pointer(last))
		return "pointer";
	if (first->kind == REPORT_FIELD)
		return last->word;
	if (last->kind == REPORT_FIELD)
		return first->word;
	return gravity(first->word) > gravity(last->word) ? first->word : last->word;
}

static void put_carried(struct trace *to, const struct report_row *first,
			const struct report_row *last)
{
	struct report_row row = *first;

	if (last->kind == REPORT_DROPPED) {
		row.kind = REPORT_DROPPED;
		row.target = row.to = NULL;
		row.document = 0;
		row.word = last->word;
	} else {
		bool is_same = strcmp(first->from, last->to) == 0 && !is_pointer(first) &&
			       !is_pointer(last);

		row.kind = is_same ? REPORT_FIELD : REPORT_CHANGED;
		row.word = is_same ? NULL : graver(first, last);
		row.target = last->target;
		row.to = last->to;
		row.document = last->document;
	}
	trace_put(to, &row);
}

/* What came into the last documents without being a value of the first ones. */
static void put_supplied(struct trace *to, const struct report_row *base,
			 const struct report_row *last)
{
	struct report_row row = *last;

	row.kind = REPORT_SUPPLIED;
	row.from = NULL;
	if (base != NULL) {
		bool is_supplied = base->kind == REPORT_SUPPLIED;

		row.word = is_supplied ? base->word : "document";
		row.ref = is_supplied ? base->ref : NULL;
		row.source = base->source;
		row.source_document = base->source_document;
	}
	trace_put(to, &row);
}

/* What the traces that meet are looked up by. */
struct meeting {
	struct trace_index sources; /* of the last */
	struct trace_index targets; /* of the last */
	struct trace_index between; /* the first by its targets */
};

static const struct report_row *base_of(const struct meeting *meeting,
					const struct report_row *last)
{
	return last->source == NULL
		       ? NULL
		       : trace_find_target(&meeting->between, last->source_document, last->source);
}

/* Of several values that became one: is another of them to tell where it came from? */
static bool is_told_by_another(const struct meeting *meeting, const struct report_row *last)
{
	const struct trace_index *index = &meeting->targets;
	size_t first = lower_bound(index, last, compare_targets);

	for (size_t at = first; at < index->count; at++) {
		const struct report_row *base;

		if (compare_targets(&index->rows[at], &last) != 0)
			break;
		base = base_of(meeting, index->rows[at]);
		if (base != NULL && base->kind != REPORT_SUPPLIED)
			return true;
	}
	return index->rows[first] != last;
}

static void put_last(struct trace *to, const struct meeting *meeting, const struct report_row *last)
{
	const struct report_row *base = base_of(meeting, last);

	if (last->kind == REPORT_DROPPED)
		return;
	assert(base != NULL || last->source == NULL);
	if (last->kind != REPORT_SUPPLIED && (base == NULL || base->kind != REPORT_SUPPLIED))
		return;
	if (!is_pointer(last) || !is_told_by_another(meeting, last))
		put_supplied(to, base, last);
}

/* Rows of one pointer stand together, behind all others. */
static enum err gather_pointers(struct trace *trace)
{
	struct trace pointers;
	struct trace_index index;
	size_t kept = 0;

	trace_init(&pointers, trace->arena);
	for (size_t i = 0; i < trace->count; i++) {
		if (is_pointer(&trace->rows[i]))
			trace_put(&pointers, &trace->rows[i]);
		else
			trace->rows[kept++] = trace->rows[i];
	}
	if (pointers.err != OK || trace_index_targets(&pointers, &index) != OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < index.count; i++)
		trace->rows[kept++] = *index.rows[i];
	return OK;
}

static void put_first(struct trace *to, const struct meeting *meeting, const struct report_row *row)
{
	const struct report_row *next;

	if (row->kind == REPORT_DROPPED) {
		trace_put(to, row);
	} else if (row->kind != REPORT_SUPPLIED) {
		next = trace_find_source(&meeting->sources, row->document, row->target);
		assert(next != NULL);
		put_carried(to, row, next);
	}
}

enum err trace_compose(const struct trace *first, const struct trace *last, struct trace *ret_trace)
{
	struct meeting meeting;
	struct trace trace;
	enum err err;

	trace_init(&trace, first->arena);
	if ((err = trace_index_sources(last, &meeting.sources)) != OK ||
	    (err = trace_index_targets(last, &meeting.targets)) != OK ||
	    (err = trace_index_targets(first, &meeting.between)) != OK)
		return err;
	for (size_t i = 0; i < first->count; i++)
		put_first(&trace, &meeting, &first->rows[i]);
	for (size_t i = 0; i < last->count; i++)
		put_last(&trace, &meeting, &last->rows[i]);
	if (trace.err == OK)
		trace.err = gather_pointers(&trace);
	if (trace.err == OK)
		*ret_trace = trace;
	return trace.err;
}
