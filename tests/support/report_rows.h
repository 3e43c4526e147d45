/*
 * report_rows - a translation report as anybody reads it: from its JSON text (docs/maps.md), with
 * no help of the program that wrote it.
 */
#ifndef TESTS_SUPPORT_REPORT_ROWS_H
#define TESTS_SUPPORT_REPORT_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sampan/bytes.h"

enum read_kind { READ_FIELD, READ_CHANGED, READ_DROPPED, READ_SUPPLIED };

struct read_row {
	enum read_kind kind;
	const char *source;  /* NULL: supplied */
	const char *target;  /* NULL: dropped */
	const char *from;    /* the value in the source */
	const char *to;      /* in the target */
	const char *word;    /* reason or origin; "" for a field */
	const char *ref;     /* of what is supplied; else "" */
	int source_document; /* from 1 */
	int document;        /* of the target, from 1 */
};

struct report_rows {
	json_t *json;
	struct read_row *items;
	size_t count;
};

/* false, with why in ret_fault, when it is not such a report. Release with report_rows_clear(). */
bool report_rows_read(struct bytes json, struct report_rows *ret_rows, const char **ret_fault);
void report_rows_clear(struct report_rows *rows);

#endif
