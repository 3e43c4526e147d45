/* scale: a quantity in another unit, exact to the last digit, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/scale.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 20);
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

struct example {
	const char *value, *factor, *result; /* NULL: refused */
};

static void check(const struct example *example,
		  enum err (*work)(const struct scale *, const char *, struct arena *,
				   const char **))
{
	struct scale scale;
	const char *result = "untouched";

	assert_true(scale_parse(example->factor, &scale));
	assert_int_equal(work(&scale, example->value, arena, &result), OK);
	if (example->result == NULL && result != NULL)
		fail_msg("%s by %s is %s", example->value, example->factor, result);
	else if (example->result != NULL &&
		 (result == NULL || strcmp(result, example->result) != 0))
		fail_msg("%s by %s is %s, not %s", example->value, example->factor,
			 result == NULL ? "refused" : result, example->result);
}

static void products_are_exact(void **state)
{
	static const struct example examples[] = {
		{"3.4", "1000", "3400"},
		{"25", "0.001", "0.025"},
		{"-0.5", "12", "-6"},
		{"+1", "0.45359237", "0.45359237"},
		{"0000.10", "1000", "100"},
		{"0", "1000", "0"},
		{"-0.0", "3", "0"},
		{".5", "2", "1"},
		{"5.", "2", "10"},
		{"9999999999999999999999999999999999999999", "999999999999999",
		 "9999999999999989999999999999999999999999000000000000001"},
		{"0.0000000000000000000000000000000000000001", "0.001",
		 "0.0000000000000000000000000000000000000000001"},
		{"", "2", NULL},
		{"-", "2", NULL},
		{".", "2", NULL},
		{"1e3", "2", NULL},
		{"1.2.3", "2", NULL},
		{" 1", "2", NULL},
		{"１", "2", NULL},
		{"NaN", "2", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], scale_multiply);
}

static void quotients_are_exact_or_refused(void **state)
{
	static const struct example examples[] = {
		{"3400", "1000", "3.4"},
		{"0.025", "0.001", "25"},
		{"6", "12", "0.5"},
		{"0.45359237", "0.45359237", "1"},
		{"1", "3", NULL},
		{"1", "0.45359237", NULL},
		{"3", "3", "1"},
		{"-7", "8", "-0.875"},
		{"123456789012345678901234567890", "1000", "123456789012345678901234567.89"},
		{"x", "8", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], scale_divide);
}

static void a_factor_is_a_plain_positive_number(void **state)
{
	static const char *const wrong[] = {
		"", "0", "0.0", ".5", "1.", "-1", "1e3", "1,5", "1.2.3", "1234567890123456", "x"};
	struct scale scale = {7, 7};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (scale_parse(wrong[i], &scale))
			fail_msg("%s is taken", wrong[i]);
	assert_int_equal(scale.digits, 7);
	assert_true(scale_parse("0.45359237", &scale));
	assert_int_equal(scale.digits, 45359237);
	assert_int_equal(scale.decimals, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_are_exact),
		cmocka_unit_test(quotients_are_exact_or_refused),
		cmocka_unit_test(a_factor_is_a_plain_positive_number),
	};

	return cmocka_run_group_tests_name("scale", tests, set_up, tear_down);
}
