/*
 * page - read the pages of docs/ as tests do: whole, or a table of one.
 *
 * Everything that goes wrong fails the test that asked.
 */
#ifndef TESTS_SUPPORT_PAGE_H
#define TESTS_SUPPORT_PAGE_H

#include <stddef.h>

#define PAGE_ROWS 512u
#define PAGE_CELLS 10u
#define PAGE_WORD_BYTES 128u

/* The text of a file, to be freed by the caller. */
char *page_read(const char *path);

struct page_row {
	char cell[PAGE_CELLS][PAGE_WORD_BYTES]; /* without spaces and backticks around */
};

struct page_table {
	struct page_row rows[PAGE_ROWS];
	size_t count;
};

/* The rows of the table whose head begins like this, without head and rule; the first cells of
 * each. */
void page_read_table(const char *path, const char *head, struct page_table *ret_table);

#endif
