/*
 * Functions of stylesheets: fields and groups of a document by name and path, amounts, days and
 * moments. What is none of them is shown as it came.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sampan/stylesheet.h"
#include <cmocka.h>

#define PAGE_BYTES ((size_t)1024 * 1024)
#define PATH_BYTES 256u
#define WORDS "<words><word id='a'><vi>a</vi><en>a</en></word></words>"

static char folder[] = "/tmp/sampan-test-values-XXXXXX";

static void put_file(const char *name, const char *text)
{
	char path[PATH_BYTES];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* One page for each function, of the text of the root. */
static struct stylesheet_set *load(const char *expression)
{
	static const char form[] =
		"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
		"xmlns:w='urn:sampan:word' exclude-result-prefixes='w'><xsl:output method='text'/>%s"
		"</xsl:stylesheet>";
	struct stylesheet_set *set = NULL;
	const char *message = "";
	char body[1024], sheet[2048];

	(void)snprintf(
		body, sizeof(body),
		"<xsl:template match='/page'>=<xsl:for-each select=\"%s\">"
		"<xsl:value-of select='concat(.,@name,\" \")'/></xsl:for-each></xsl:template>",
		expression);
	if (strncmp(expression, "value:", 6) == 0)
		(void)snprintf(body, sizeof(body),
			       "<xsl:template match='/page'>=<xsl:value-of select=\"%s\"/>"
			       "</xsl:template>",
			       expression + 6);
	(void)snprintf(sheet, sizeof(sheet), form, body);
	put_file("a.xsl", sheet);
	(void)snprintf(sheet, sizeof(sheet), form, "");
	put_file("frame.xsl", sheet);
	put_file("words.xml", WORDS);
	if (stylesheet_load(folder, &set, &message) != OK)
		fail_msg("%s: %s", expression, message);
	return set;
}

static enum err draw(const char *expression, bool in_vietnamese, struct stylesheet_tree *tree,
		     char text[PATH_BYTES])
{
	const struct stylesheet_page page = {"a", in_vietnamese};
	struct stylesheet_set *set = load(expression);
	struct buffer made;
	enum err err;

	buffer_init(&made, PAGE_BYTES);
	err = stylesheet_render(set, &page, tree, &made);
	(void)snprintf(text, PATH_BYTES, "%.*s", (int)made.len, (const char *)made.at);
	buffer_clear(&made);
	stylesheet_free(set);
	return err;
}

/* ---- Values ---- */

static void values_are_shown_as_people_write_them_and_others_as_they_came(void **state)
{
	static const struct {
		const char *function, *value, *vi, *en;
	} cases[] = {
		{"value:w:amount(.)", "1234567.80", "1.234.567,80", "1,234,567.80"},
		{"value:w:amount(.)", "999", "999", "999"},
		{"value:w:amount(.)", "1000", "1.000", "1,000"},
		{"value:w:amount(.)", "0001000", "1.000", "1,000"},
		{"value:w:amount(.)", "000", "0", "0"},
		{"value:w:amount(.)", "0.005", "0,005", "0.005"},
		{"value:w:amount(.)", "12.", "12", "12"},
		{"value:w:amount(.)", "", "", ""},
		{"value:w:amount(.)", ".5", ".5", ".5"},
		{"value:w:amount(.)", "-1000", "-1000", "-1000"},
		{"value:w:amount(.)", "1e9", "1e9", "1e9"},
		{"value:w:amount(.)", "1.2.3", "1.2.3", "1.2.3"},
		{"value:w:amount(.)", "1000 ", "1000 ", "1000 "},
		{"value:w:amount(.)", "999999999999999", "999.999.999.999.999",
		 "999,999,999,999,999"},
		{"value:w:amount(.)", "1000000000000000", "1000000000000000", "1000000000000000"},
		{"value:w:amount(.)", "một nghìn", "một nghìn", "một nghìn"},
		{"value:w:day(.)", "2026-11-20", "20/11/2026", "20/11/2026"},
		{"value:w:day(.)", "2026-11-20T09:44:08.123Z", "20/11/2026", "20/11/2026"},
		{"value:w:day(.)", "20112026", "20/11/2026", "20/11/2026"},
		{"value:w:day(.)", "20261120", "20/11/2026", "20/11/2026"},
		{"value:w:day(.)", "20261120093000", "20261120093000", "20261120093000"},
		{"value:w:day(.)", "2026-11", "2026-11", "2026-11"},
		{"value:w:day(.)", "20.11.2026", "20.11.2026", "20.11.2026"},
		{"value:w:day(.)", "hôm nay 20", "hôm nay 20", "hôm nay 20"},
		{"value:w:day(.)", "", "", ""},
		{"value:w:seconds(.) - w:seconds('2026-02-28T23:59:50.000Z')",
		 "2026-03-01T00:00:00.000Z", "10", "10"},
		{"value:w:seconds(.) - w:seconds('2024-02-28T23:59:50.000Z')",
		 "2024-03-01T00:00:00.000Z", "86410", "86410"},
		{"value:w:seconds(.)", "2026-11-22", "NaN", "NaN"},
		{"value:w:seconds(.)", "2026-11-2xT09:44:08.123Z", "NaN", "NaN"},
		{"value:w:seconds(.)", "", "NaN", "NaN"},
	};
	char text[PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int vi = 0; vi < 2; vi++) {
			struct stylesheet_tree *tree = stylesheet_tree_new("page");

			print_message("%s of '%s'\n", cases[i].function, cases[i].value);
			stylesheet_tree_text(tree, bytes_of_text(cases[i].value));
			assert_int_equal(draw(cases[i].function, vi == 1, tree, text), OK);
			assert_string_equal(text + 1, vi == 1 ? cases[i].vi : cases[i].en);
			stylesheet_tree_free(tree);
		}
}

/* ---- Fields ---- */

static void put_field(struct stylesheet_tree *tree, const char *name, const char *value,
		      const char *unit)
{
	stylesheet_tree_open(tree, "field");
	stylesheet_tree_attribute(tree, "name", name);
	stylesheet_tree_open(tree, "value");
	stylesheet_tree_text(tree, bytes_of_text(value));
	stylesheet_tree_close(tree);
	if (unit != NULL) {
		stylesheet_tree_open(tree, "attribute");
		stylesheet_tree_text(tree, bytes_of_text(unit));
		stylesheet_tree_close(tree);
	}
	stylesheet_tree_close(tree);
}

static void open_group(struct stylesheet_tree *tree, const char *name)
{
	stylesheet_tree_open(tree, "group");
	stylesheet_tree_attribute(tree, "name", name);
}

static struct stylesheet_tree *document_new(void)
{
	struct stylesheet_tree *tree = stylesheet_tree_new("page");

	put_field(tree, "Code", "1", NULL);
	put_field(tree, "CodeOf", "2", NULL);
	put_field(tree, "Empty", "", NULL);
	put_field(tree, "Weight", "", "KGM");
	put_field(tree, "", "7", NULL);
	for (int i = 0; i < 2; i++) {
		open_group(tree, "Line");
		put_field(tree, "Code", i == 0 ? "3" : "5", NULL);
		open_group(tree, "Origin");
		put_field(tree, "Code", i == 0 ? "4" : "6", NULL);
		stylesheet_tree_close(tree);
		stylesheet_tree_close(tree);
	}
	return tree;
}

static void fields_are_found_by_name_and_path(void **state)
{
	static const struct {
		const char *expression, *found;
	} cases[] = {
		{"w:field('Code')", "1Code "},
		{"w:field('Code CodeOf')", "1Code 2CodeOf "},
		{"w:field('CodeOf Code')", "1Code 2CodeOf "},
		{"w:field('Cod')", ""},
		{"w:field('')", ""},
		{"w:field('Line')", ""},
		{"w:group('Line')/field", "3Code 5Code "},
		{"w:group('Code')", ""},
		{"w:field('Line/Code')", "3Code 5Code "},
		{"w:field('Line/Origin/Code')", "4Code 6Code "},
		{"w:field('Origin/Code')", ""},
		{"w:field('/Code')", ""},
		{"w:field('Line/')", ""},
		{"w:field('Code', w:group('Line'))", "3Code 5Code "},
		{"w:field('Origin/Code', w:group('Line')[2])", "6Code "},
		{"w:field('Code', /none)", ""},
		{"w:field('Code', @name)", ""},
		{"w:others('Code')", "2CodeOf 7 "},
		{"w:others('')", "1Code 2CodeOf 7 "},
		{"w:filled()", "1Code 2CodeOf KGMWeight 7 "},
	};
	char text[PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stylesheet_tree *tree = document_new();

		print_message("%s\n", cases[i].expression);
		assert_int_equal(draw(cases[i].expression, false, tree, text), OK);
		assert_string_equal(text + 1, cases[i].found);
		stylesheet_tree_free(tree);
	}
}

static void a_function_that_is_called_wrongly_draws_no_page(void **state)
{
	static const char *const cases[] = {
		"w:field()",  "w:field('a', 'b')", "w:field('a', ., .)", "w:filled('a')",
		"w:amount()", "w:day('a', 'b')",   "w:seconds()",        "w:group(1, 2)",
	};
	char text[PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stylesheet_tree *tree = document_new();

		print_message("%s\n", cases[i]);
		assert_int_equal(draw(cases[i], false, tree, text), ERR_CORRUPT);
		stylesheet_tree_free(tree);
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	char command[PATH_BYTES];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_shown_as_people_write_them_and_others_as_they_came),
		cmocka_unit_test(fields_are_found_by_name_and_path),
		cmocka_unit_test(a_function_that_is_called_wrongly_draws_no_page),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
