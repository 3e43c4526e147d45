/*
 * table - a table that a worker gathered of a document (messages/schema_table.h), read row by row.
 *
 * A plain value that borrows from the text. What is no table has no rows.
 */
#ifndef MESSAGES_TABLE_H
#define MESSAGES_TABLE_H

#include "sampan/arena.h"

#define TABLE_COLUMNS 16u

struct table {
	struct bytes names[TABLE_COLUMNS];
	struct bytes cells[TABLE_COLUMNS]; /* of the row */
	size_t column_count;
	size_t row; /* which it is, from 1; 0: none yet */
	const char *rest;
};

void table_open(struct table *table, const char *text);

/* The next row. false: there is none. */
bool table_next(struct table *table);

/* The row's cell in the column of that name; of no bytes when there is no such column. */
struct bytes table_cell(const struct table *table, const char *name);

/* The same, copied to the arena. NULL: no memory. */
const char *table_text(const struct table *table, const char *name, struct arena *arena);

#endif
