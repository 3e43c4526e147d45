/*
 * Codes are found by what people type: digits, words in any order, Vietnamese with its marks or without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "messages/code_search.h"
#include "messages/schema.h"
#include "tests/support/shipped.h"

#define TEXT_BYTES 4096u

static char text[TEXT_BYTES];

/* The codes that were found, "+" behind one that goes on, "..." when there are more. */
static const char *found_in(const struct code_set *set, const char *typed)
{
	struct code_search search;
	size_t len = 0;

	assert_non_null(set);
	code_search_find(set, bytes_of_text(typed), &search);
	text[0] = '\0';
	for (size_t i = 0; i < search.count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%.*s%s",
					i == 0 ? "" : " ", (int)search.hits[i].line.code.len,
					(const char *)search.hits[i].line.code.at,
					search.hits[i].goes_on ? "+" : "");
	if (search.has_more)
		(void)snprintf(text + len, sizeof(text) - len, " ...");
	return text;
}

static const char *found(const char *list, const char *typed)
{
	return found_in(schema_set_codes(shipped_set(), list), typed);
}

static void a_code_is_found_by_how_it_begins(void **state)
{
	(void)state;
	assert_string_equal(found("hs", "6912"), "6912+ 691200");
	assert_string_equal(found("hs", "6912.00"), "6912+ 691200");
	assert_string_equal(found("hs", "69120000"), "6912+ 691200");
	assert_string_equal(found("hs", " 69 11 "), "6911+ 691110 691190");
	assert_string_equal(found("hs", "69"),
			    "69+ 6901+ 6902+ 6903+ 6904+ 6905+ 6906+ 6907+ 6909+ "
			    "6910+ 6911+ 6912+ 6913+ 6914+");
	assert_string_equal(found("hs", "77"), "");
	assert_string_equal(found("unlocode", "thbkk"), "THBKK");
	assert_string_equal(found("rec20-units", "kgm"), "KGM");
}

static void words_are_found_by_how_they_begin_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(found("hs", "porcelain tableware"), "6911+ 691110 6912+ 691200");
	assert_string_equal(found("hs", "TABLEWARE, Porcelain"), found("hs", "tablewa porcel"));
	assert_string_equal(found("hs", "orcelain"), "");
	assert_non_null(strstr(found("unlocode", "laem chabang"), "THLCH"));
	assert_non_null(strstr(found("rec21-packages", "carton"), "CT"));
}

static void vietnamese_is_found_with_its_marks_and_without(void **state)
{
	(void)state;
	assert_string_equal(found("hs", "gốm sứ"), "69+");
	assert_string_equal(found("hs", "Gốm, sứ"), "69+");
	assert_string_equal(found("hs", "go\xcc\x82\xcc\x81m su\xcc\x9b\xcc\x81"), "69+"); /* NFD */
	assert_non_null(strstr(found("hs", "gom su"), "69+"));
	assert_non_null(strstr(found("hs", "chè"), "09+"));
	assert_null(strstr(found("hs", "chè"), "0406")); /* no cheese */
	assert_non_null(strstr(found("unlocode", "Hải Phòng"), "VNHPH"));
}

/* "Chế phẩm" comes first in the list, and begins with the same letters. */
static void what_has_the_marks_that_were_typed_comes_first(void **state)
{
	static const char lines[] = "# source: here\n# date: 2026-11-22\n01\ta\tChế phẩm\n"
				    "02\tb\tCà phê, chè\n03\tc\tCHÈ XANH\n04\td\tChe phủ\n"
				    "05\tcheese\n06\te\tđường, Ưu\n";
	static const struct {
		const char *typed, *codes;
	} cases[] = {
		{"chè", "03 02 01 04"},    {"chế", "01 03 04 02"}, {"CHÈ", "03 02 01 04"},
		{"che", "01 03 04 05 02"}, {"chè xanh", "03"},     {"xanh chế", "03"},
		{"Đường ưu", "06"},        {"duong uu", "06"},
	};
	struct arena *arena = arena_new(1 << 16);
	struct findings findings;
	struct code_set *set = NULL;

	(void)state;
	findings_init(&findings, arena);
	assert_int_equal(code_set_parse("x", bytes_of_text(lines), arena, &findings, &set), OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(found_in(set, cases[i].typed), cases[i].codes);
	arena_free(arena);
}

static void whatever_is_typed_is_bounded(void **state)
{
	static const char *const typed[] = {"",     "a", "  ",   "-", "\xff\xfe",
					    "\xc3", "%", "\t\n", "'", "\xf0\x9f\x98\x80"};
	char longest[4 * CODE_SEARCH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		assert_string_equal(found("hs", typed[i]), "");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(found("hs", longest), "");
	for (size_t i = 1; i < sizeof(longest) - 1; i += 2)
		longest[i] = ' ';
	(void)found("hs", longest);
	for (size_t i = 0; i < sizeof(longest) - 1; i++)
		longest[i] = '1';
	assert_string_equal(found("hs", longest), "");
}

static void so_many_are_found_and_that_there_are_more_is_said(void **state)
{
	const char *codes = found("hs", "of");
	size_t blanks = 0;

	(void)state;
	for (const char *at = codes; (at = strchr(at, ' ')) != NULL; at++)
		blanks++;
	assert_int_equal(blanks, CODE_SEARCH_MOST);
	assert_non_null(strstr(codes, " ..."));
}

static bool fits(const char *words, const char *typed)
{
	return code_search_fits(bytes_of_text(words), bytes_of_text(typed));
}

static void a_name_fits_what_was_typed_as_a_code_does(void **state)
{
	static const char agent[] = "Công ty TNHH Đại lý Hải Phòng 0200456781 dai-ly-hai-phong";

	(void)state;
	assert_true(fits(agent, "đại lý hải"));
	assert_true(fits(agent, "hai phong dai"));
	assert_true(fits(agent, "02004"));
	assert_false(fits(agent, "hanoi"));
	assert_false(fits(agent, ""));
	assert_false(fits("", "dai"));
}

static void what_only_authorities_make_is_known_without_a_document(void **state)
{
	const struct schema_set *set = shipped_set();

	(void)state;
	assert_string_equal(schema_fixed_fact(schema_set_find(set, "vn.export"), "lodgedBy"),
			    "trader agent");
	assert_string_equal(schema_fixed_fact(schema_set_find(set, "vn.co-status"), "lodgedBy"),
			    "customs");
	assert_string_equal(schema_fixed_fact(schema_set_find(set, "vn.export"), "reference"), "");
	assert_string_equal(schema_fixed_fact(schema_set_find(set, "vn.export"), "nothing"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_found_by_how_it_begins),
		cmocka_unit_test(words_are_found_by_how_they_begin_in_any_order),
		cmocka_unit_test(vietnamese_is_found_with_its_marks_and_without),
		cmocka_unit_test(what_has_the_marks_that_were_typed_comes_first),
		cmocka_unit_test(whatever_is_typed_is_bounded),
		cmocka_unit_test(a_name_fits_what_was_typed_as_a_code_does),
		cmocka_unit_test(what_only_authorities_make_is_known_without_a_document),
		cmocka_unit_test(so_many_are_found_and_that_there_are_more_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
