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

#include "messages/translate.h"

enum trace_kind { TRACE_FIELD, TRACE_CHANGED, TRACE_DROPPED, TRACE_SUPPLIED };

struct trace_row {
	enum trace_kind kind;
	uint32_t source_document; /* from 1 */
	uint32_t document;
	const char *source; /* path; of what is supplied only when the origin is "document" */
	const char *target; /* path; NULL: dropped */
	const char *from;   /* the value in the source */
	const char *to;     /* the value in the target */
	const char *word;   /* reason or origin */
	const char *ref;    /* of what is supplied, unless the origin is "document" */
};

struct trace {
	struct arena *arena;
	struct trace_row *rows;
	size_t count;
	size_t room;
	enum err err; /* sticks */
};

/* Rows in order of their documents' values, to be found by them. */
struct trace_index {
	const struct trace_row **rows;
	size_t count;
};

void trace_init(struct trace *trace, struct arena *arena);

/* Add a row; its texts are borrowed. */
void trace_put(struct trace *trace, const struct trace_row *row);

/*
 * The i-th row of a report, fields first, then changed, dropped, supplied; documents are 1. Values
 * are copied to the arena, so that the document may go before the report; paths are borrowed.
 * NULL texts: no memory.
 */
size_t trace_report_count(const struct report *report);
struct trace_row trace_report_row(const struct report *report, size_t i, struct arena *arena);

/* Index by source value, or by target value. */
enum err trace_index_sources(const struct trace *trace, struct trace_index *ret_index);
enum err trace_index_targets(const struct trace *trace, struct trace_index *ret_index);

/* The row of one value; NULL when there is none. */
const struct trace_row *trace_find_source(const struct trace_index *index, uint32_t document,
					  const char *path);
const struct trace_row *trace_find_target(const struct trace_index *index, uint32_t document,
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
 * The trace as a report: rows, and report.more with the rows' places, numbered on those sides that
 * have several. Ids and hashes are the caller's.
 */
enum err trace_report_format(const struct trace *trace, bool has_sources, bool has_targets,
			     struct report *ret_report, struct report_more *ret_more);

#endif
