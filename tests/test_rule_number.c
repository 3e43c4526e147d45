#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/rule_number.h"

#define NINES_40 "9999999999999999999999999999999999999999"

static struct rule_number number(const char *text)
{
	struct rule_number number;

	if (!rule_number_parse(bytes_of_text(text), &number))
		fail_msg("%s is no number", text);
	return number;
}

static void a_number_is_said_in_one_way(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {{"0", "0"},
		     {"-0", "0"},
		     {"007", "7"},
		     {"+3", "3"},
		     {".5", "0.5"},
		     {"5.", "5"},
		     {"-12.3400", "-12.34"},
		     {"1000000000", "1000000000"},
		     {"0.000000001", "0.000000001"},
		     {NINES_40 "." NINES_40, NINES_40 "." NINES_40}};
	char text[RULE_NUMBER_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_number parsed = number(cases[i].text);

		assert_string_equal(rule_number_format(&parsed, text), cases[i].canonical);
	}
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const cases[] = {"",
					    "-",
					    "+",
					    "a",
					    "1a",
					    "1,5",
					    "1.2.3",
					    "1e3",
					    " 1",
					    "1 ",
					    "0x1",
					    "--1",
					    "NaN",
					    ".",
					    "-.",
					    "1.-",
					    "\xd9\xa1",
					    "1\xc2\xa0"
					    "000"};
	struct rule_number parsed;
	char long_text[RULE_NUMBER_DIGITS + RULE_NUMBER_DECIMALS + 8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rule_number_parse(bytes_of_text(cases[i]), &parsed))
			fail_msg("\"%s\" was taken", cases[i]);
	memset(long_text, '1', sizeof(long_text));
	assert_true(rule_number_parse(bytes_of(long_text, RULE_NUMBER_DIGITS), &parsed));
	assert_false(rule_number_parse(bytes_of(long_text, RULE_NUMBER_DIGITS + 1), &parsed));
	long_text[0] = '.';
	assert_true(rule_number_parse(bytes_of(long_text, RULE_NUMBER_DECIMALS + 1), &parsed));
	assert_false(rule_number_parse(bytes_of(long_text, RULE_NUMBER_DECIMALS + 2), &parsed));
	memset(long_text, '0', sizeof(long_text));
	assert_true(rule_number_parse(bytes_of(long_text, sizeof(long_text)), &parsed));
}

static void numbers_are_in_order(void **state)
{
	static const char *const rising[] = {
		"-" NINES_40, "-1.5", "-1.4999999999", "-0.1",       "0",     "0.000000001", "0.1",
		"39.999999",  "40",   "40.0000001",    "1000000000", NINES_40};

	(void)state;
	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++)
		for (size_t k = 0; k < sizeof(rising) / sizeof(rising[0]); k++) {
			struct rule_number a = number(rising[i]), b = number(rising[k]);
			int order = rule_number_compare(&a, &b);

			assert_int_equal(order < 0 ? -1 : order > 0, i < k ? -1 : i > k);
		}
}

static void a_tenth_ten_times_is_one(void **state)
{
	struct rule_number sum = number("0"), tenth = number("0.1"), one = number("1");

	(void)state;
	for (int i = 0; i < 10; i++)
		rule_number_add(&sum, &tenth);
	assert_int_equal(rule_number_compare(&sum, &one), 0);
}

static void a_million_numbers_of_forty_digits_are_summed_exactly(void **state)
{
	struct rule_number sum = number("0"), item = number(NINES_40 ".01");
	char text[RULE_NUMBER_TEXT_BYTES];

	(void)state;
	for (int i = 0; i < 1000000; i++)
		rule_number_add(&sum, &item);
	assert_string_equal(rule_number_format(&sum, text),
			    "9999999999999999999999999999999999999999010000");
}

static void sums_of_both_signs_come_back_to_nothing(void **state)
{
	struct rule_number sum = number("0"), plus = number("123456789.987654321"),
			   minus = number("-123456789.987654321"), zero = number("0");

	(void)state;
	for (int i = 0; i < 1000; i++) {
		rule_number_add(&sum, &plus);
		rule_number_add(&sum, &minus);
	}
	assert_int_equal(rule_number_compare(&sum, &zero), 0);
}

static void near_is_what_differs_by_no_more(void **state)
{
	static const struct {
		const char *a, *b, *within;
		bool is_near;
	} cases[] = {{"1", "1", "0", true},           {"1", "1.01", "0.01", true},
		     {"1.01", "1", "0.01", true},     {"1", "1.011", "0.01", false},
		     {"-1", "1", "1.99", false},      {"-1", "1", "2", true},
		     {"1", "1.000000001", "0", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_number a = number(cases[i].a), b = number(cases[i].b),
				   within = number(cases[i].within);

		assert_int_equal(rule_number_is_near(&a, &b, &within), cases[i].is_near);
	}
}

static void a_count_is_a_number(void **state)
{
	struct rule_number count = rule_number_of(1000000001), same = number("1000000001");

	(void)state;
	assert_int_equal(rule_number_compare(&count, &same), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_said_in_one_way),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(numbers_are_in_order),
		cmocka_unit_test(a_tenth_ten_times_is_one),
		cmocka_unit_test(a_million_numbers_of_forty_digits_are_summed_exactly),
		cmocka_unit_test(sums_of_both_signs_come_back_to_nothing),
		cmocka_unit_test(near_is_what_differs_by_no_more),
		cmocka_unit_test(a_count_is_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
