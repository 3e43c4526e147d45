/*
 * schema_table - what a kind's file gathers of things that stand several times in a document: words, and tables.
 *
 * Words are the values at a path, each once, with blanks between. A table is a text: its first line
 * names the columns, each further one is a row, cells are divided by tabs. A line's end or tab in a
 * value becomes a blank. At most SCHEMA_TABLE_ROWS elements are looked at, and what does not fit in
 * SCHEMA_FACT_BYTES (words) or SCHEMA_TABLE_BYTES is left out, whole values and whole rows: the
 * document can always be recorded.
 */
#ifndef MESSAGES_SCHEMA_TABLE_H
#define MESSAGES_SCHEMA_TABLE_H

#include "messages/schema_set.h"

#define SCHEMA_TABLE_ROWS 999u
#define SCHEMA_TABLE_BYTES (60u * 1024)

/* The words, in the arena; "" where there are none. NULL: no memory. */
const char *schema_table_words(const struct schema_fact *fact, const struct trunk *trunk,
			       struct arena *arena);

/* The table, in the arena; "" where no row stands in the document. NULL: no memory. */
const char *schema_table_rows(const struct schema_table *table, const struct trunk *trunk,
			      struct arena *arena);

#endif
