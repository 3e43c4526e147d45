/*
 * csv - a table as spreadsheets save it: RFC 4180, one row a line, separated by ";", "," or tabs, whichever
 * the first row has most of; UTF-8 with or without a mark at its beginning.
 *
 * Every byte is hostile: one walk, bounded rows, columns and cells. A cell is text and nothing else: what
 * looks like a formula is what it looks like. Pure.
 */
#ifndef MESSAGES_CSV_H
#define MESSAGES_CSV_H

#include <stdbool.h>

#include "sampan/arena.h"

#define CSV_BYTES ((size_t)512 * 1024)
#define CSV_COLUMNS 64u
#define CSV_CELL_BYTES 2048u

enum csv_flaw {
	CSV_GOOD,
	CSV_QUOTE, /* a quote that is not closed in its row, or stands in a bare cell, or before more text */
	CSV_COLUMN,  /* more than CSV_COLUMNS */
	CSV_CELL,    /* longer than CSV_CELL_BYTES */
	CSV_CONTROL, /* a control character */
	CSV_MEMORY
};

struct csv {
	struct bytes rest;
	char separator;
	size_t row; /* of the last one read, from 1, empty ones too */
};

struct csv_row {
	const char *cells[CSV_COLUMNS]; /* without white space around them, in the arena */
	size_t count;
	enum csv_flaw flaw; /* the cells before it are good */
};

/* false: longer than CSV_BYTES, or not UTF-8. Borrows the bytes. */
bool csv_begin(struct csv *csv, struct bytes bytes);

/* The next row that is not empty; false: there is none. */
bool csv_next(struct csv *csv, struct arena *arena, struct csv_row *ret_row);

#endif
