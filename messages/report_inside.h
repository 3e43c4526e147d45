/*
 * report_inside - what report.c, report_json.c, report_like.c and report_whole.c share; nobody else includes it.
 */
#ifndef MESSAGES_REPORT_INSIDE_H
#define MESSAGES_REPORT_INSIDE_H

#include "messages/report.h"

/* A row as it lies there: a side is a branch, a text, or neither. */
struct report_side {
	const struct branch *branch;
	const struct branch *value; /* of the source, when the branch is a graft */
	const char *text;
};

struct report_lying {
	struct report_side source;
	struct report_side target;
	struct report_row row; /* without its paths */
};

/* How a report begins whose rows are lists (the first form had no repeated ones), how many words it
 * remembers, and how far rows look back. */
#define REPORT_BRIEF_BEGIN "{\"brief\":2,"
#define REPORT_BRIEF_FIRST "{\"brief\":1,"
#define REPORT_WORDS 64u
#define REPORT_LIKE_ROWS 128u

/* How many rows there are, but for what was supplied (unless the report has its rows as texts). */
size_t report_count(const struct report *report);

/* As report_next(), without paths. */
bool report_next_lying(const struct report *report, enum report_kind kind, size_t *at,
		       struct report_lying *ret_lying);

#endif
