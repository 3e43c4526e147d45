#include "messages/table.h"

#include <string.h>

static size_t split(const char *line, size_t len, struct bytes cells[TABLE_COLUMNS])
{
	size_t count = 0;

	while (count < TABLE_COLUMNS) {
		const char *tab = memchr(line, '\t', len);
		size_t cell = tab == NULL ? len : (size_t)(tab - line);

		cells[count++] = bytes_of(line, cell);
		if (tab == NULL)
			break;
		line += cell + 1;
		len -= cell + 1;
	}
	return count;
}

static size_t take_line(struct table *table, struct bytes cells[TABLE_COLUMNS])
{
	size_t len = strcspn(table->rest, "\n");
	size_t count = split(table->rest, len, cells);

	table->rest += len + (table->rest[len] == '\n' ? 1 : 0);
	return count;
}

void table_open(struct table *table, const char *text)
{
	*table = (struct table){.rest = text};
	if (*text != '\0')
		table->column_count = take_line(table, table->names);
}

bool table_next(struct table *table)
{
	size_t count;

	if (*table->rest == '\0')
		return false;
	count = take_line(table, table->cells);
	for (; count < TABLE_COLUMNS; count++)
		table->cells[count] = bytes_of("", 0);
	table->row++;
	return true;
}

struct bytes table_cell(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (bytes_equal(table->names[i], bytes_of_text(name)))
			return table->cells[i];
	return bytes_of("", 0);
}

const char *table_text(const struct table *table, const char *name, struct arena *arena)
{
	return arena_text(arena, table_cell(table, name));
}
