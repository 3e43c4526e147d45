#include "messages/csv.h"

#include <string.h>

#include "messages/utf8.h"

static struct bytes behind(struct bytes bytes, size_t count)
{
	return bytes_of(bytes.at + count, bytes.len - count);
}

/* Up to the line's end, without it; the rest goes on behind it. */
static struct bytes take_line(struct bytes *rest)
{
	const uint8_t *end = memchr(rest->at, '\n', rest->len);
	size_t len = end == NULL ? rest->len : (size_t)(end - rest->at);
	struct bytes line = bytes_of(rest->at, len);

	*rest = behind(*rest, end == NULL ? len : len + 1);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static size_t count_of(struct bytes line, char wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < line.len; i++)
		count += line.at[i] == (uint8_t)wanted;
	return count;
}

static char separator_of(struct bytes line)
{
	static const char separators[] = {';', ',', '\t'};
	char best = separators[0];

	for (size_t i = 1; i < sizeof(separators); i++)
		if (count_of(line, separators[i]) > count_of(line, best))
			best = separators[i];
	return best;
}

bool csv_begin(struct csv *csv, struct bytes bytes)
{
	struct bytes ahead;

	if (bytes.len > CSV_BYTES || utf8_first_wrong(bytes) < bytes.len)
		return false;
	if (bytes_has_prefix(bytes, bytes_of_text("\xef\xbb\xbf")))
		bytes = behind(bytes, 3);
	ahead = bytes;
	*csv = (struct csv){.rest = bytes,
			    .separator = bytes.len == 0 ? ';' : separator_of(take_line(&ahead))};
	return true;
}

/* ---- Cells ---- */

struct cell {
	char text[CSV_CELL_BYTES];
	size_t len;
};

static enum csv_flaw put(struct cell *cell, uint8_t byte)
{
	if (cell->len + 1 >= sizeof(cell->text))
		return CSV_CELL;
	if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
		return CSV_CONTROL;
	cell->text[cell->len++] = (char)byte;
	return CSV_GOOD;
}

/* Behind the opening quote; two quotes are one. */
static enum csv_flaw read_quoted(struct bytes *line, struct cell *cell)
{
	enum csv_flaw flaw = CSV_GOOD;

	while (flaw == CSV_GOOD && line->len > 0) {
		bool is_quote = line->at[0] == '"';

		if (is_quote && (line->len == 1 || line->at[1] != '"')) {
			*line = behind(*line, 1);
			return CSV_GOOD;
		}
		flaw = put(cell, line->at[0]);
		*line = behind(*line, is_quote ? 2 : 1);
	}
	return flaw == CSV_GOOD ? CSV_QUOTE : flaw;
}

static enum csv_flaw read_bare(struct bytes *line, char separator, struct cell *cell)
{
	enum csv_flaw flaw = CSV_GOOD;

	while (flaw == CSV_GOOD && line->len > 0 && line->at[0] != (uint8_t)separator) {
		flaw = line->at[0] == '"' ? CSV_QUOTE : put(cell, line->at[0]);
		*line = behind(*line, 1);
	}
	return flaw;
}

static enum csv_flaw read_cell(struct bytes *line, char separator, struct cell *cell)
{
	enum csv_flaw flaw;

	cell->len = 0;
	if (line->len == 0 || line->at[0] != '"')
		return read_bare(line, separator, cell);
	*line = behind(*line, 1);
	flaw = read_quoted(line, cell);
	return flaw == CSV_GOOD && line->len > 0 && line->at[0] != (uint8_t)separator ? CSV_QUOTE
										      : flaw;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *keep(const struct cell *cell, struct arena *arena)
{
	size_t from = 0, len = cell->len;

	while (from < len && is_blank(cell->text[from]))
		from++;
	while (len > from && is_blank(cell->text[len - 1]))
		len--;
	return arena_text(arena, bytes_of(cell->text + from, len - from));
}

static void read_row(const struct csv *csv, struct bytes line, struct arena *arena,
		     struct csv_row *row)
{
	struct cell cell;
	bool is_more = true;

	for (row->count = 0, row->flaw = CSV_GOOD; is_more; row->count++) {
		if (row->count == CSV_COLUMNS)
			row->flaw = CSV_COLUMN;
		else
			row->flaw = read_cell(&line, csv->separator, &cell);
		if (row->flaw == CSV_GOOD && (row->cells[row->count] = keep(&cell, arena)) == NULL)
			row->flaw = CSV_MEMORY;
		if (row->flaw != CSV_GOOD)
			return;
		is_more = line.len > 0;
		line = behind(line, is_more);
	}
}

static bool is_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->cells[i][0] != '\0')
			return false;
	return row->flaw == CSV_GOOD;
}

bool csv_next(struct csv *csv, struct arena *arena, struct csv_row *ret_row)
{
	while (csv->rest.len > 0) {
		struct bytes line = take_line(&csv->rest);

		csv->row++;
		read_row(csv, line, arena, ret_row);
		if (!is_empty(ret_row))
			return true;
	}
	return false;
}
