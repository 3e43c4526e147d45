#include "tests/support/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_FILE_BYTES ((size_t)1024 * 1024)

char *page_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, MAX_FILE_BYTES);
	size_t len;

	assert_non_null(text);
	if (file == NULL)
		fail_msg("%s is not there", path);
	len = fread(text, 1, MAX_FILE_BYTES - 1, file);
	assert_true(len > 0 && len < MAX_FILE_BYTES - 1);
	fclose(file);
	return text;
}

static void copy_cell(char to[PAGE_WORD_BYTES], const char *from, size_t len)
{
	while (len > 0 && (*from == ' ' || *from == '`')) {
		from++;
		len--;
	}
	while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '`'))
		len--;
	if (len >= PAGE_WORD_BYTES)
		len = PAGE_WORD_BYTES - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

static void read_row(const char *line, struct page_table *table)
{
	const char *at = line + 1;

	for (size_t i = 0; i < PAGE_CELLS && *at != '\n' && *at != '\0'; i++) {
		size_t len = strcspn(at, "|\n");

		copy_cell(table->rows[table->count].cell[i], at, len);
		at += len + (at[len] == '|' ? 1 : 0);
	}
	table->count++;
}

void page_read_table(const char *path, const char *head, struct page_table *ret_table)
{
	char *text = page_read(path);
	const char *line = strstr(text, head);

	*ret_table = (struct page_table){.count = 0};
	if (line == NULL)
		fail_msg("%s has no table %s", path, head);
	for (int skip = 0; skip < 2; skip++)
		line = strchr(line, '\n') + 1;
	for (; *line == '|'; line = strchr(line, '\n') + 1) {
		assert_true(ret_table->count < PAGE_ROWS);
		read_row(line, ret_table);
	}
	assert_true(ret_table->count > 0);
	free(text);
}
