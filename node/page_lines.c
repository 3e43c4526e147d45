#include "node/page_lines.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "messages/csv.h"
#include "messages/decimal.h"

#define PATH "table"

struct filling {
	const struct schema_set *schemas;
	const struct stylesheet_fields *fields;
	struct arena *arena;
	struct findings *findings;
	const char *prefix; /* "Line[" */
	size_t prefix_len;
	/* "Line[1]/HsCode"; NULL: an empty head, its cells are passed over */
	const struct stylesheet_field *columns[CSV_COLUMNS];
	size_t column_count;
	struct form_value *values;
	size_t count;
};

/* As spreadsheets call it: "A" is the first column, "AA" the 27th. */
static void format_column(size_t column, char ret_letters[4])
{
	size_t at = 0;

	if (column > 26)
		ret_letters[at++] = (char)('A' + (column - 1) / 26 - 1);
	ret_letters[at++] = (char)('A' + (column - 1) % 26);
	ret_letters[at] = '\0';
}

/* Row and column, counted as spreadsheets do; 0: the whole row. */
static enum err object(struct filling *filling, const char *code, size_t row, size_t column,
		       const char *value)
{
	const char *path =
		column == 0 ? PATH : arena_format(filling->arena, PATH "[%zu:%zu]", row, column);
	char number[24], letters[4] = "";

	if (path == NULL)
		return ERR_MEMORY;
	if (filling->findings->count >= PAGE_LINES_FLAWS)
		return OK;
	(void)snprintf(number, sizeof(number), "%zu", row);
	if (column > 0)
		format_column(column, letters);
	return schema_finding(filling->schemas, filling->findings, SEVERITY_ERROR, code, path,
			      (unsigned)row, value, number, letters, NULL);
}

/* The first field of a line says what lines are called. */
static bool find_prefix(struct filling *filling)
{
	for (size_t i = 0; i < filling->fields->count; i++) {
		const char *name = filling->fields->items[i].name, *slash = strstr(name, "]/");
		const char *bracket = strchr(name, '[');

		if (slash == NULL || bracket == NULL || bracket > slash ||
		    !filling->fields->items[i].is_required)
			continue;
		filling->prefix = name;
		filling->prefix_len = (size_t)(bracket - name) + 1;
		return true;
	}
	return false;
}

static bool is_of_line(const struct filling *filling, const char *name)
{
	return strncmp(name, filling->prefix, filling->prefix_len) == 0;
}

/* "Mã HS [HsCode]" or "HsCode": a field of a line; NULL: none. */
static const struct stylesheet_field *column_of(const struct filling *filling, const char *head)
{
	const char *bracket = strrchr(head, '['), *from = bracket == NULL ? head : bracket + 1;
	size_t len = bracket == NULL ? strlen(from) : strcspn(from, "]");

	for (size_t i = 0; i < filling->fields->count; i++) {
		const char *name = filling->fields->items[i].name, *slash = strstr(name, "]/");

		if (slash != NULL && is_of_line(filling, name) && strlen(slash + 2) == len &&
		    strncasecmp(slash + 2, from, len) == 0)
			return &filling->fields->items[i];
	}
	return NULL;
}

static bool is_twice(const struct filling *filling, const struct stylesheet_field *column)
{
	for (size_t i = 0; i < filling->column_count; i++)
		if (filling->columns[i] == column)
			return true;
	return false;
}

static enum err object_to_flaw(struct filling *filling, size_t at, const struct csv_row *row)
{
	static const char *const codes[] = {
		[CSV_QUOTE] = "table-quote",
		[CSV_COLUMN] = "table-columns",
		[CSV_CELL] = "table-cell",
		[CSV_CONTROL] = "table-control",
	};

	return row->flaw == CSV_MEMORY ? ERR_MEMORY
				       : object(filling, codes[row->flaw], at, row->count + 1, "");
}

static enum err take_head(struct filling *filling, size_t at, const struct csv_row *row)
{
	enum err err = row->flaw == CSV_GOOD ? OK : object_to_flaw(filling, at, row);

	for (size_t i = 0; err == OK && row->flaw == CSV_GOOD && i < row->count; i++) {
		const struct stylesheet_field *column = column_of(filling, row->cells[i]);
		const char *head = row->cells[i];

		if (head[0] != '\0' && (column == NULL || is_twice(filling, column)))
			err = object(filling, "table-head", at, i + 1, head);
		filling->columns[filling->column_count++] = head[0] == '\0' ? NULL : column;
	}
	return err;
}

/* Whatever else is wrong with a value is told at its field: there a word in the place of a number is seen by nobody. */
static bool is_no_number(const struct stylesheet_field *column, const char *cell)
{
	struct decimal ignored;

	return cell[0] != '\0' && strcmp(column->type, "number") == 0 &&
	       !decimal_parse(bytes_of_text(cell), &ignored);
}

static enum err put_cell(struct filling *filling, size_t line, size_t at, const char *cell)
{
	struct form_value *value = &filling->values[filling->count];

	if (filling->count >= STYLESHEET_FIELDS || cell[0] == '\0')
		return OK;
	value->name =
		arena_format(filling->arena, "%.*s%zu]/%s", (int)filling->prefix_len,
			     filling->prefix, line, strstr(filling->columns[at]->name, "]/") + 2);
	value->value = cell;
	filling->count++;
	return value->name == NULL ? ERR_MEMORY : OK;
}

static enum err take_row(struct filling *filling, size_t line, size_t at, const struct csv_row *row)
{
	enum err err = row->flaw == CSV_GOOD ? OK : object_to_flaw(filling, at, row);

	for (size_t i = 0; err == OK && row->flaw == CSV_GOOD && i < row->count; i++)
		if (i >= filling->column_count && row->cells[i][0] != '\0')
			err = object(filling, "table-beyond", at, i + 1, row->cells[i]);
		else if (i >= filling->column_count || filling->columns[i] == NULL)
			continue;
		else if (is_no_number(filling->columns[i], row->cells[i]))
			err = object(filling, "table-number", at, i + 1, row->cells[i]);
		else
			err = put_cell(filling, line, i, row->cells[i]);
	return err;
}

static enum err take_table(struct filling *filling, struct csv *csv)
{
	struct csv_row row;
	size_t lines = 0;
	enum err err;

	if (!csv_next(csv, filling->arena, &row))
		return object(filling, "table-empty", 1, 0, "");
	err = take_head(filling, csv->row, &row);
	while (err == OK && csv_next(csv, filling->arena, &row)) {
		if (++lines > PAGE_LINES_MOST)
			return object(filling, "table-rows", csv->row, 0, "");
		err = take_row(filling, lines, csv->row, &row);
	}
	if (err == OK && lines == 0 && !findings_has_errors(filling->findings))
		err = object(filling, "table-empty", 1, 0, "");
	return err;
}

/* All that was filled in but lines comes first. */
static enum err begin(struct filling *filling, const struct form_work *work)
{
	filling->values = arena_alloc_array(filling->arena, work->count + STYLESHEET_FIELDS + 1,
					    sizeof(*filling->values));
	if (filling->values == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < work->count; i++)
		if (!is_of_line(filling, work->values[i].name))
			filling->values[filling->count++] = work->values[i];
	return OK;
}

enum err page_lines_fill(const struct schema_set *schemas, const struct stylesheet_fields *fields,
			 struct bytes table, struct arena *arena, struct form_work *work,
			 struct findings *findings)
{
	struct filling filling = {
		.schemas = schemas, .fields = fields, .arena = arena, .findings = findings};
	struct csv csv;
	enum err err;

	if (!find_prefix(&filling))
		return OK;
	if (!csv_begin(&csv, table))
		return object(&filling, "table-unreadable", 1, 0, "");
	if ((err = begin(&filling, work)) == OK)
		err = take_table(&filling, &csv);
	if (err != OK || findings_has_errors(findings))
		return err;
	work->values = filling.values;
	work->count = filling.count;
	return OK;
}
