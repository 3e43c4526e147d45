/*
 * trace - where every value went over several steps: reports of single translations, composed.
 *
 * A trace accounts for each value of its first documents and each of its last exactly once, as a
 * report does (translate.h), but over any number of documents on both sides. Two traces that meet
 * in the same documents compose into one; docs/maps.md says what becomes of a value that changes
 * twice or is supplied on the way.
 */
#ifndef MESSAGES_TRACE_H
#define MESSAGES_TRACE_H

#include "messages/report.h"

struct trace {
	struct arena *arena;
	struct report_row *rows;
	size_t count;
	size_t room;
	enum err err; /* sticks */
};

/* Rows in order of their documents' values, to be found by them. */
struct trace_index {
	const struct report_row **rows;
	size_t count;
};

void trace_init(struct trace *trace, struct arena *arena);

/* Add a row; its texts are borrowed. */
void trace_put(struct trace *trace, const struct report_row *row);

/*
 * The next row of a report, to begin with *at zero: fields first, then changed, dropped, supplied;
 * documents are 1. Paths are written, and values copied, to the arena, so that the documents may go
 * before the trace. false: there is none. NULL texts: no memory.
 */
struct trace_place {
	enum report_kind kind;
	size_t at;
};
bool trace_report_next(const struct report *report, struct trace_place *place, struct arena *arena,
		       struct report_row *ret_row);

/* Index by source value, or by target value. */
enum err trace_index_sources(const struct trace *trace, struct trace_index *ret_index);
enum err trace_index_targets(const struct trace *trace, struct trace_index *ret_index);

/* The row of one value; NULL when there is none. */
const struct report_row *trace_find_source(const struct trace_index *index, uint32_t document,
					   const char *path);
const struct report_row *trace_find_target(const struct trace_index *index, uint32_t document,
					   const char *path);

/*
 * Where what a path names came from: the source of a value, or of an element what the sources of all
 * values below it share. NULL: from no source, or no memory.
 */
const char *trace_find_origin(const struct trace_index *index, uint32_t document, const char *path,
			      struct arena *arena, uint32_t *ret_document);

/* What becomes of the first's sources in the last's targets; the documents between are the same. */
enum err trace_compose(const struct trace *first, const struct trace *last,
		       struct trace *ret_trace);

/*
 * Set the report's rows to those of the trace, which is borrowed for the report's life. Ids, hashes
 * and report.more are the caller's.
 */
void trace_report_set(const struct trace *trace, struct report *report);

#endif
