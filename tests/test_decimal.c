/* Exact decimals: what is one, its shortest form, and the order of any two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "messages/decimal.h"

static void a_decimal_has_one_shortest_form(void **state)
{
	static const char *const cases[][2] = {
		{"12", "12"},
		{"-0.50", "-0.5"},
		{"+3", "3"},
		{".5", "0.5"},
		{"5.", "5"},
		{"007", "7"},
		{"0", "0"},
		{"-0.00", "0"},
		{"0.010", "0.01"},
		{"100", "100"},
		{"-.0", "0"},
		{"1234567890123456789012345678901234567890.10",
		 "1234567890123456789012345678901234567890.1"},
	};
	struct arena *arena = arena_new(4096);
	struct decimal decimal;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(decimal_parse(bytes_of_text(cases[i][0]), &decimal));
		assert_string_equal(decimal_format(&decimal, arena), cases[i][1]);
	}
	arena_free(arena);
}

static void what_is_no_decimal_is_refused(void **state)
{
	static const char *const cases[] = {"",   ".",  "-",   "+.",  "1e3",   "1,5",
					    " 1", "1 ", "--1", "+-1", "1.2.3", "0x1"};
	struct decimal decimal = {.is_negative = true};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(decimal_parse(bytes_of_text(cases[i]), &decimal));
	assert_true(decimal.is_negative);
}

static void decimals_are_in_order_of_their_size(void **state)
{
	static const char *const rising[] = {"-100",  "-20", "-3", "-0.5", "-0.05", "-0", "0.04",
					     "0.049", "0.1", "9",  "10.0", "10.01", "100"};
	const size_t count = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count; k++) {
			struct decimal a, b;
			int order;

			assert_true(decimal_parse(bytes_of_text(rising[i]), &a));
			assert_true(decimal_parse(bytes_of_text(rising[k]), &b));
			order = decimal_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decimal_has_one_shortest_form),
		cmocka_unit_test(what_is_no_decimal_is_refused),
		cmocka_unit_test(decimals_are_in_order_of_their_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
