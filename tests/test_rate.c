/* rate: each caller's own bucket, filled steadily, whatever the others do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/rate.h"

static struct hash who(uint32_t number)
{
	return hash_of(bytes_of(&number, sizeof(number)));
}

static void a_burst_is_served_and_then_as_much_as_comes_back(void **state)
{
	struct rate *rate;
	struct hash gom = who(1), nong = who(2);

	(void)state;
	assert_int_equal(rate_new(10, 5, &rate), OK);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(rate_take(rate, &gom, 1000), 0);
	assert_int_equal(rate_take(rate, &gom, 1000), 100);
	assert_int_equal(rate_take(rate, &gom, 1099), 1);
	assert_int_equal(rate_take(rate, &nong, 1099), 0);
	assert_int_equal(rate_take(rate, &gom, 1100), 0);
	assert_int_equal(rate_take(rate, &gom, 1100), 100);
	/* never more than a bucket holds, however long nobody asks */
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(rate_take(rate, &gom, UINT64_MAX / 2), 0);
	assert_true(rate_take(rate, &gom, UINT64_MAX / 2) > 0);
	rate_free(rate);
}

static void what_cost_more_is_paid_before_more_is_taken(void **state)
{
	struct rate *rate;
	struct hash gom = who(1), nong = who(2);

	(void)state;
	assert_int_equal(rate_new(10, 5, &rate), OK);
	assert_int_equal(rate_take(rate, &gom, 1000), 0);
	rate_charge(rate, &gom, 24, 1000); /* 25 of 5 */
	assert_int_equal(rate_take(rate, &gom, 1000), 2100);
	assert_int_equal(rate_take(rate, &nong, 1000), 0);
	assert_int_equal(rate_take(rate, &gom, 3099), 1);
	assert_int_equal(rate_take(rate, &gom, 3100), 0);
	rate_free(rate);
}

static void steady_asking_is_served_at_the_rate(void **state)
{
	struct rate *rate;
	struct hash gom = who(1);
	unsigned served = 0;

	(void)state;
	assert_int_equal(rate_new(10, 5, &rate), OK);
	for (uint64_t now_ms = 0; now_ms < 10000; now_ms++)
		served += rate_take(rate, &gom, now_ms) == 0;
	assert_in_range(served, 104, 106);
	rate_free(rate);
}

static void many_callers_leave_the_busy_one_its_bucket(void **state)
{
	struct rate *rate;
	struct hash gom = who(1);

	(void)state;
	assert_int_equal(rate_new(1, 50, &rate), OK);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(rate_take(rate, &gom, 1), 0);
	for (uint32_t i = 2; i < 50000; i++) {
		struct hash other = who(i);

		assert_int_equal(rate_take(rate, &other, 1), 0);
	}
	assert_true(rate_take(rate, &gom, 1) > 0);
	rate_free(rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_is_served_and_then_as_much_as_comes_back),
		cmocka_unit_test(what_cost_more_is_paid_before_more_is_taken),
		cmocka_unit_test(steady_asking_is_served_at_the_rate),
		cmocka_unit_test(many_callers_leave_the_busy_one_its_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
