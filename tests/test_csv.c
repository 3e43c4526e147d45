/*
 * Tables of goods for forms: read as spreadsheets write them, bounded, and what is wrong with them told by
 * row and column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "messages/csv.h"
#include "node/page_lines.h"
#include "node/page_static.h"
#include "tests/support/page.h"
#include "tests/support/shipped.h"

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 * 1024 * 1024);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* "a|b/c|d": cells and rows; "!2" for the flaw of a row. */
static const char *shown(struct bytes bytes)
{
	const char *text = "";
	struct csv_row row;
	struct csv csv;

	if (!csv_begin(&csv, bytes))
		return "unreadable";
	while (csv_next(&csv, arena, &row)) {
		for (size_t i = 0; i < row.count; i++)
			text = arena_format(arena, "%s%s%s", text, i == 0 ? "" : "|", row.cells[i]);
		if (row.flaw != CSV_GOOD)
			text = arena_format(arena, "%s!%d", text, (int)row.flaw);
		text = arena_format(arena, "%s/", text);
	}
	return text;
}

static void tables_are_read_as_spreadsheets_write_them(void **state)
{
	static const struct {
		const char *bytes, *is;
	} cases[] = {
		{"", ""},
		{"a;b\r\nc;d\r\n", "a|b/c|d/"},
		{"a,b\nc,d", "a|b/c|d/"},
		{"a\tb\nc\td\n", "a|b/c|d/"},
		{"\xef\xbb\xbf"
		 "a;b\n",
		 "a|b/"},
		{"a;b\n1,5;2\n", "a|b/1,5|2/"},
		{"\"a;b\";\"c \"\"d\"\"\"\n", "a;b|c \"d\"/"},
		{" a ; b\n;;\n\n;c\n", "a|b/|c/"},
		{"a;b;\n", "a|b|/"},
		{"a;\"b\nc\n", "a!1/c/"},
		{"a;b\"c\n", "a!1/"},
		{"a;\"b\"c\n", "a!1/"},
		{"a;\x01\n", "a!4/"},
		{"a;\x7f\n", "a!4/"},
		{"\xff\xfe"
		 "a",
		 "unreadable"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].bytes);
		assert_string_equal(shown(bytes_of_text(cases[i].bytes)), cases[i].is);
	}
}

static void cells_columns_and_the_whole_are_bounded(void **state)
{
	char *text = malloc(CSV_BYTES + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', CSV_BYTES + 1);
	assert_string_equal(shown(bytes_of(text, CSV_CELL_BYTES)), "!3/");
	assert_string_equal(shown(bytes_of(text, CSV_BYTES + 1)), "unreadable");
	memset(text, ';', CSV_BYTES);
	text[0] = 'x';
	assert_non_null(strstr(shown(bytes_of(text, CSV_BYTES)), "!2/"));
	free(text);
}

/* ---- Into a form ---- */

static struct stylesheet_field fields[] = {
	{.name = "reference", .type = "", .is_required = true},
	{.name = "Permit[1]/Type", .type = ""},
	{.name = "Line[1]/HsCode", .type = "", .is_required = true},
	{.name = "Line[1]/Description", .type = "", .is_required = true},
	{.name = "Line[1]/Quantity", .type = "number"},
	{.name = "Notes", .type = ""}};
static struct form_value before[] = {
	{"reference", "R"}, {"Line[1]/HsCode", "old"}, {"Line[7]/HsCode", "old"}, {"Notes", "n"}};

static const struct stylesheet_fields all = {fields, sizeof(fields) / sizeof(fields[0])};

/* What the form holds afterwards, or what was found. */
static const char *filled(const char *table)
{
	struct form_work work = {.values = before, .count = sizeof(before) / sizeof(before[0])};
	struct findings findings;
	const char *text = "";

	findings_init(&findings, arena);
	assert_int_equal(
		page_lines_fill(shipped_set(), &all, bytes_of_text(table), arena, &work, &findings),
		OK);
	for (size_t i = 0; i < findings.count; i++)
		text = arena_format(arena, "%s%s %s ", text, findings.items[i].code,
				    findings.items[i].path);
	for (size_t i = 0; findings.count == 0 && i < work.count; i++)
		text = arena_format(arena, "%s%s=%s ", text, work.values[i].name,
				    work.values[i].value);
	return text;
}

static void lines_of_a_table_take_the_place_of_those_that_were_there(void **state)
{
	(void)state;
	assert_string_equal(
		filled("M\xc3\xa3 HS [HsCode];description;\n69120000;B\xc3\xa1t;\n\n;\xc4\x90\xc4\xa9"
		       "a\n"),
		"reference=R Notes=n Line[1]/HsCode=69120000 Line[1]/Description=B\xc3\xa1t "
		"Line[2]/Description=\xc4\x90\xc4\xa9"
		"a ");
}

static void whatever_stands_in_a_cell_is_text(void **state)
{
	(void)state;
	assert_string_equal(filled("HsCode,Description\n=1+1,@SUM(A1)\n-2,\"</x>\"\n"),
			    "reference=R Notes=n Line[1]/HsCode==1+1 Line[1]/Description=@SUM(A1) "
			    "Line[2]/HsCode=-2 Line[2]/Description=</x> ");
}

static void what_is_wrong_is_told_with_row_and_column(void **state)
{
	static const struct {
		const char *table, *is;
	} cases[] = {
		{"\xff", "table-unreadable table "},
		{"\n\n", "table-empty table "},
		{"HsCode\n", "table-empty table "},
		{"HsCode;Colour\n1;2\n", "table-head table[1:2] "},
		{"HsCode;reference\n1;2\n", "table-head table[1:2] "},
		{"HsCode;Permit[1]/Type\n1;2\n", "table-head table[1:2] "},
		{"HsCode;hscode\n1;2\n", "table-head table[1:2] "},
		{"HsCode;Description\n1;2\n\n3;\"4\n", "table-quote table[4:2] "},
		{"HsCode;Description\n1;2;3\n", "table-beyond table[2:3] "},
		{"HsCode;Quantity\n1;2\n2;abc\n3;1,5\n4;\n5;0.5\n",
		 "table-number table[3:2] table-number table[4:2] "},
		{"HsCode;Colour\n1;2;3\n4;\"5\n6;7;;8\n",
		 "table-head table[1:2] table-beyond table[2:3] table-quote table[3:2] "
		 "table-beyond table[4:4] "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].table);
		assert_string_equal(filled(cases[i].table), cases[i].is);
	}
}

static void a_form_takes_so_many_rows(void **state)
{
	const char *table = "HsCode\n";

	(void)state;
	for (unsigned i = 0; i < PAGE_LINES_MOST; i++)
		table = arena_format(arena, "%s1\n", table);
	assert_non_null(strstr(filled(table), "Line[50]/HsCode=1 "));
	assert_string_equal(filled(arena_format(arena, "%s1\n", table)), "table-rows table ");
}

static void as_many_findings_as_can_be_read_are_told(void **state)
{
	const char *table = "HsCode\n";
	struct findings findings;
	struct form_work work = {.count = 0};

	(void)state;
	for (unsigned i = 0; i < PAGE_LINES_MOST; i++)
		table = arena_format(arena, "%s1;2;3\n", table);
	findings_init(&findings, arena);
	assert_int_equal(
		page_lines_fill(shipped_set(), &all, bytes_of_text(table), arena, &work, &findings),
		OK);
	assert_int_equal(findings.count, PAGE_LINES_FLAWS);
	assert_string_equal(findings.items[1].en,
			    "Row 2, column C: there is a value right of the last column.");
}

static size_t count_of(const char *text, const char *wanted)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	return count;
}

/* How many columns of the template are fields of a line of the form. */
static size_t look_at_template(const char *name, const char *form)
{
	char *table = page_read(arena_format(arena, "schemas/views/static/%s.csv", name));
	size_t columns = 0;

	for (const char *at = table; (at = strchr(at, '[')) != NULL; at++, columns++)
		assert_non_null(strstr(form, arena_format(arena, "[{$n}]/%.*s\"",
							  (int)strcspn(at + 1, "]"), at + 1)));
	free(table);
	return columns;
}

static void each_form_with_lines_has_a_template_of_their_columns(void **state)
{
	glob_t files;
	struct page_static served;
	size_t found = 0;

	(void)state;
	assert_int_equal(page_static_load("schemas", arena, &served), OK);
	assert_int_equal(glob("schemas/forms/*.xsl", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *name = strrchr(files.gl_pathv[i], '/') + 1;
		char *form = page_read(files.gl_pathv[i]);

		name = arena_format(arena, "%.*s", (int)strcspn(name, "."), name);
		if (strstr(form, "<xsl:call-template name=\"lines\">") != NULL) {
			print_message("%s\n", name);
			assert_int_equal(count_of(form, "=\"Item[{$n}]/") +
						 count_of(form, "=\"Line[{$n}]/"),
					 look_at_template(name, form));
			assert_string_not_equal(
				page_static_path(&served, arena_format(arena, "%s.csv", name)), "");
			found++;
		}
		free(form);
	}
	globfree(&files);
	assert_true(found >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_read_as_spreadsheets_write_them),
		cmocka_unit_test(cells_columns_and_the_whole_are_bounded),
		cmocka_unit_test(lines_of_a_table_take_the_place_of_those_that_were_there),
		cmocka_unit_test(whatever_stands_in_a_cell_is_text),
		cmocka_unit_test(what_is_wrong_is_told_with_row_and_column),
		cmocka_unit_test(a_form_takes_so_many_rows),
		cmocka_unit_test(as_many_findings_as_can_be_read_are_told),
		cmocka_unit_test(each_form_with_lines_has_a_template_of_their_columns),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
