/* What rules are made of: days, forms, characters, lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/code_set.h"
#include "messages/rule_date.h"
#include "messages/rule_form.h"
#include "messages/rule_sign.h"
#include "messages/utf8.h"

static struct arena *arena;
static struct findings findings;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	findings_init(&findings, arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* ---- Days ---- */

static const char *day_after(const char *text, const char *plus)
{
	static char at[RULE_DATE_TEXT_BYTES];
	struct rule_distance distance;
	int32_t day;

	assert_true(rule_date_parse(bytes_of_text(text), DATE_FORM_ISO_DATE, &day));
	assert_true(rule_date_parse_distance(plus, &distance));
	return rule_date_format(rule_date_add(day, distance), at);
}

static void days_are_counted_over_months_and_leap_years(void **state)
{
	static const struct {
		const char *day, *plus, *is;
	} cases[] = {{"2026-11-20", "12 months", "2027-11-20"},
		     {"2026-11-20", "3 days", "2026-11-23"},
		     {"2024-02-29", "1 year", "2025-02-28"},
		     {"2024-02-29", "4 years", "2028-02-29"},
		     {"2026-01-31", "1 month", "2026-02-28"},
		     {"2024-01-31", "1 month", "2024-02-29"},
		     {"2026-12-31", "1 day", "2027-01-01"},
		     {"2027-01-01", "-1 day", "2026-12-31"},
		     {"2026-03-31", "-1 months", "2026-02-28"},
		     {"1900-02-28", "1 day", "1900-03-01"},
		     {"2000-02-28", "1 day", "2000-02-29"},
		     {"9999-12-31", "1 day", "10000-01-01"},
		     {"0001-01-01", "-1 day", "0001-01-01"},
		     {"0001-01-01", "-1 months", "0001-01-01"},
		     {"2026-11-20", "0 days", "2026-11-20"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(day_after(cases[i].day, cases[i].plus), cases[i].is);
}

static void every_day_of_400_years_follows_the_one_before(void **state)
{
	struct rule_distance one = {.days = 1};
	char text[RULE_DATE_TEXT_BYTES];
	int32_t day = 0, again;

	(void)state;
	assert_true(rule_date_parse(bytes_of_text("1800-01-01"), DATE_FORM_ISO_DATE, &day));
	for (int i = 0; i < 146097; i++, day = rule_date_add(day, one)) {
		rule_date_format(day, text);
		assert_true(rule_date_parse(bytes_of_text(text), DATE_FORM_ISO_DATE, &again));
		assert_int_equal(again, day);
	}
	assert_string_equal(rule_date_format(day, text), "2200-01-01");
}

static void what_is_no_day_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum date_form form;
	} cases[] = {{"2026-02-31", DATE_FORM_ISO_DATE},
		     {"2026-02-29", DATE_FORM_ISO_DATE},
		     {"0000-01-01", DATE_FORM_ISO_DATE},
		     {"2026-13-01", DATE_FORM_ISO_DATE},
		     {"2026-00-10", DATE_FORM_ISO_DATE},
		     {"2026-04-31", DATE_FORM_ISO_DATE},
		     {"2026-1-1", DATE_FORM_ISO_DATE},
		     {"2026-01-010", DATE_FORM_ISO_DATE},
		     {"20260101", DATE_FORM_ISO_DATE},
		     {"", DATE_FORM_ISO_DATE},
		     {"31022026", DATE_FORM_DDMMYYYY},
		     {"01010000", DATE_FORM_DDMMYYYY},
		     {"3102202", DATE_FORM_DDMMYYYY},
		     {"20260230", DATE_FORM_102},
		     {"2026\xd9\xa1", DATE_FORM_102},
		     {"-0260101", DATE_FORM_102},
		     {"2026-02-30T00:00:00.000Z", DATE_FORM_ISO_TIME}};
	int32_t day;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rule_date_parse(bytes_of_text(cases[i].text), cases[i].form, &day))
			fail_msg("%s was taken", cases[i].text);
}

static void one_day_is_the_same_in_every_form(void **state)
{
	static const struct {
		const char *text;
		enum date_form form;
	} cases[] = {{"2026-11-20", DATE_FORM_ISO_DATE},
		     {"20112026", DATE_FORM_DDMMYYYY},
		     {"20261120", DATE_FORM_102},
		     {"20261120235960+07", DATE_FORM_304},
		     {"2026-11-20T23:59:60.000Z", DATE_FORM_ISO_TIME},
		     {"2026-11-20 08:15:30", DATE_FORM_VNSW}};
	int32_t first, day;

	(void)state;
	assert_true(rule_date_parse(bytes_of_text(cases[0].text), cases[0].form, &first));
	for (size_t i = 1; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(rule_date_parse(bytes_of_text(cases[i].text), cases[i].form, &day));
		assert_int_equal(day, first);
	}
}

static void what_is_no_distance_is_refused(void **state)
{
	static const char *const cases[] = {"",        "days",    "3",           "3days",
					    "3 weeks", "3  days", "100001 days", "three days"};
	struct rule_distance distance;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(rule_date_parse_distance(cases[i], &distance));
}

/* ---- Forms ---- */

static const struct rule_form *form_of(const char *text)
{
	const struct rule_form *form = NULL;

	assert_int_equal(rule_form_parse(text, arena, &form), OK);
	return form;
}

static void a_value_has_the_form_or_not(void **state)
{
	static const struct {
		const char *form, *value;
		bool fits;
	} cases[] = {{"n8", "69120000", true},
		     {"n8", "6912000", false},
		     {"n8", "691200001", false},
		     {"n8", "6912000A", false},
		     {"n10 | n13", "0100101308", true},
		     {"n10 | n13", "0100101308001", true},
		     {"n10 | n13", "01001013080", false},
		     {"a2 an3", "VNHPH", true},
		     {"a2 an3", "VN2PH", true},
		     {"a2 an3", "vnhph", false},
		     {"a2 an3", "VNHP", false},
		     {"n..3", "12", true},
		     {"n..3", "", false},
		     {"n2..3", "1", false},
		     {"n2..3", "123", true},
		     {"n2..3", "1234", false},
		     {"'VN-' a2 ' ' n2 '/' n2 '/' n5", "VN-TH 26/01/00417", true},
		     {"'VN-' a2 ' ' n2 '/' n2 '/' n5", "VN-TH  26/01/00417", false},
		     {"'RVC' _ # _ '%'", "RVC 45%", true},
		     {"'RVC' _ # _ '%'", "RVC45 %", true},
		     {"'RVC' _ # _ '%'", "RVC 45.5%", true},
		     {"'RVC' _ # _ '%'", "RVC 45.%", false},
		     {"'RVC' _ # _ '%'", "RVC %", false},
		     {"'RVC' _ # _ '%'",
		      "RV\xcc\x83"
		      "C 45%",
		      false},
		     {"'A' *", "A\xd7\xa9\x01", true},
		     {"'A' * | n1", "7", true},
		     {"*", "", true},
		     {"a3",
		      "\xc3\x89"
		      "AB",
		      false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rule_form_fits(form_of(cases[i].form), bytes_of_text(cases[i].value)) !=
		    cases[i].fits)
			fail_msg("%s and \"%s\"", cases[i].form, cases[i].value);
}

static void the_number_is_read_out_of_the_value(void **state)
{
	const struct rule_form *form = form_of("'RVC' _ # _ '%' | # _ '%'");
	struct bytes part;

	(void)state;
	assert_true(rule_form_has_part(form));
	assert_true(rule_form_part(form, bytes_of_text("RVC 39.999%"), &part));
	assert_true(bytes_equal(part, bytes_of_text("39.999")));
	assert_true(rule_form_part(form, bytes_of_text("40%"), &part));
	assert_true(bytes_equal(part, bytes_of_text("40")));
	assert_false(rule_form_part(form, bytes_of_text("PC 25%"), &part));
	assert_false(rule_form_has_part(form_of("# '/' #")));
	assert_false(rule_form_has_part(form_of("# | n8")));
}

static void what_is_no_form_is_refused(void **state)
{
	static const char *const cases[] = {
		"",   "n",    "n0",       "x8",    "8",   "|",   "n8 |",         "| n8", "'A",
		"''", "* n8", "n8 || n9", "n3..2", "n..", "n.3", "n99999999999", "n8 &"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (form_of(cases[i]) != NULL)
			fail_msg("\"%s\" was taken", cases[i]);
}

/* ---- Characters ---- */

static void a_container_has_its_check_digit(void **state)
{
	static const struct {
		const char *number;
		bool is_right;
	} cases[] = {{"CSQU3054383", true},     {"CSQU3054384", false},
		     {"HLXU2008419", true},     {"TEMU6079348", true},
		     {"csqu3054383", false},    {"CSQU305438", false},
		     {"CSQU30543830", false},   {"CSQ33054383", false},
		     {"CSQU305438\xc2", false}, {"", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rule_sign_is_container(bytes_of_text(cases[i].number)) != cases[i].is_right)
			fail_msg("%s", cases[i].number);
}

static void hidden_characters_are_told_from_letters_of_other_scripts(void **state)
{
	static const struct {
		const char *text;
		bool is_plain;
	} cases[] = {{"G\xe1\xbb\x91m s\xe1\xbb\xa9", true},
		     {"Go\xcc\x82\xcc\x81m", true},              /* combining marks */
		     {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", true}, /* right to left */
		     {"\xe0\xb9\x80\xe0\xb8\x8b\xe0\xb8\xa3", true},
		     {"two\nlines\tand a tab", true},
		     {"\xe2\x80\xae"
		      "abc",
		      false}, /* right-to-left override */
		     {"a\xe2\x80\x8b"
		      "b",
		      false}, /* zero width */
		     {"\xef\xbb\xbf"
		      "abc",
		      false},
		     {"a\xe2\x80\x8d"
		      "b",
		      false},                            /* joiner */
		     {"a\xe1\xa0\x8e", false},           /* Mongolian separator */
		     {"a\xe3\x85\xa4", false},           /* Hangul filler */
		     {"a\xef\xb8\x8f", false},           /* variation selector */
		     {"a\xf3\xa0\x81\xa1", false},       /* tag */
		     {"\xe1\xba\xa0\xe1\xbb\xb9", true}, /* first and last of Vietnamese */
		     {"a\x07", false},
		     {"a\x7f", false},
		     {"a\xc2\x85", false},
		     {"", true}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rule_sign_is_plain(bytes_of_text(cases[i].text)) != cases[i].is_plain)
			fail_msg("case %zu", i);
}

static void characters_are_counted_not_bytes(void **state)
{
	struct bytes text = bytes_of_text("G\xe1\xbb\x91m");

	(void)state;
	assert_int_equal(utf8_count(text), 3);
	assert_int_equal(utf8_count(bytes_of_text("o\xcc\x82")), 2);
	assert_int_equal(utf8_head(text, 2).len, 4);
	assert_int_equal(utf8_head(text, 9).len, 5);
	assert_true(rule_sign_is_ascii(bytes_of_text("A-Z ~")));
	assert_false(rule_sign_is_ascii(text));
	assert_false(rule_sign_is_ascii(bytes_of_text("a\tb")));
}

/* ---- Lists ---- */

static const char head[] = "# source: here\n# date: 2026-11-22\n";

static enum err parse_list(const char *lines, struct code_set **ret_set)
{
	return code_set_parse("x", bytes_of_text(arena_format(arena, "%s%s", head, lines)), arena,
			      &findings, ret_set);
}

static void a_code_is_found_wherever_it_stands(void **state)
{
	static const char *const lists[] = {"A\nB\tname\nBB\nC C\tx\ty\n", "A\nB\nBB\nC C",
					    "A\tn\nB\tn\nBB\tn\nC C\tn",
					    "A\r\nB\tn\r\nBB\r\nC C\r\n"};
	static const char *const there[] = {"A", "B", "BB", "C C"};
	static const char *const not_there[] = {"", "AA", "0", "D", "b", "B\tname", "name", "C"};
	struct code_set *set = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(parse_list(lists[i], &set), OK);
		for (size_t k = 0; k < 4; k++)
			assert_true(code_set_has(set, bytes_of_text(there[k])));
		for (size_t k = 0; k < 8; k++)
			assert_false(code_set_has(set, bytes_of_text(not_there[k])));
	}
	assert_string_equal(code_set_name(set), "x");
}

static void a_list_of_one_or_none_is_a_list(void **state)
{
	struct code_set *set = NULL;

	(void)state;
	assert_int_equal(parse_list("", &set), OK);
	assert_false(code_set_has(set, bytes_of_text("A")));
	assert_false(code_set_has(set, bytes_of_text("")));
	assert_int_equal(parse_list("A", &set), OK);
	assert_true(code_set_has(set, bytes_of_text("A")));
}

static void a_wrong_line_is_told(void **state)
{
	static const struct {
		const char *lines;
		unsigned line;
		const char *value;
	} cases[] = {{"B\nA\n", 4, "A"},
		     {"A\nA\n", 4, "A"},
		     {"A\n\nB\n", 4, ""},
		     {"A\n\tname\n", 4, "\tname"},
		     {"A\nB\rC\n", 4, "B\rC"},
		     {"A\r\r\n", 3, "A\r\r"},
		     {"A\tna\rme\r\n", 3, "A\tna\rme\r"},
		     {"A\xff\n", 0, ""}};
	struct code_set *set = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		findings_init(&findings, arena);
		assert_int_equal(parse_list(cases[i].lines, &set), ERR_CONFIG);
		assert_int_equal(findings.count, 1);
		assert_string_equal(findings.items[0].code, "list-line-wrong");
		assert_string_equal(findings.items[0].path, "lists/x.codes");
		assert_int_equal(findings.items[0].line, cases[i].line);
		assert_string_equal(findings.items[0].value, cases[i].value);
	}
	assert_int_equal(
		code_set_parse("x", bytes_of_text("# source: here\nA\n"), arena, &findings, &set),
		ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_counted_over_months_and_leap_years),
		cmocka_unit_test(every_day_of_400_years_follows_the_one_before),
		cmocka_unit_test(what_is_no_day_is_refused),
		cmocka_unit_test(one_day_is_the_same_in_every_form),
		cmocka_unit_test(what_is_no_distance_is_refused),
		cmocka_unit_test(a_value_has_the_form_or_not),
		cmocka_unit_test(the_number_is_read_out_of_the_value),
		cmocka_unit_test(what_is_no_form_is_refused),
		cmocka_unit_test(a_container_has_its_check_digit),
		cmocka_unit_test(hidden_characters_are_told_from_letters_of_other_scripts),
		cmocka_unit_test(characters_are_counted_not_bytes),
		cmocka_unit_test(a_code_is_found_wherever_it_stands),
		cmocka_unit_test(a_list_of_one_or_none_is_a_list),
		cmocka_unit_test(a_wrong_line_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
