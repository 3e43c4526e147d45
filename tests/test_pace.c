/*
 * When the ledger role commits: alone at once, several together, what nobody waits for with others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/pace.h"

#define NOW UINT64_C(1000000)

/* With all that wait. */
static void begin(struct pace *pace, uint64_t now_ms)
{
	pace_begin(pace, now_ms, pace->foreground, false);
}

static void nothing_waits_for_nothing(void **state)
{
	struct pace pace = {0};

	(void)state;
	assert_true(pace_due(&pace, 0) == PACE_NEVER);
	pace_wait(&pace, PACE_NOW, NOW);
	assert_true(pace_due(&pace, 5) == PACE_NEVER);
}

static void one_alone_is_committed_at_once(void **state)
{
	struct pace pace = {0};

	(void)state;
	begin(&pace, NOW - 1);
	pace_wait(&pace, PACE_FOREGROUND, NOW);
	assert_true(pace_due(&pace, 0) <= NOW);
}

static void several_are_gathered(void **state)
{
	struct pace pace = {0};

	(void)state;
	begin(&pace, NOW);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 1);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 2);
	assert_true(pace_due(&pace, 0) == NOW + PACE_GATHER_MS);
	begin(&pace, NOW + 4);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 5); /* the next of them are on their way */
	assert_true(pace_due(&pace, 0) == NOW + 4 + PACE_GATHER_MS);
	begin(&pace, NOW + 8);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 9);
	assert_true(pace_due(&pace, 0) <= NOW + 9); /* no, it is alone again */
	assert_true(pace_due(&pace, 1) == NOW + 8 + PACE_GATHER_MS);
}

/* As many as there are, so long nobody else may have come. */
static void many_are_gathered_until_nobody_else_comes(void **state)
{
	struct pace pace = {0};

	(void)state;
	for (size_t i = 0; i < 8; i++)
		pace_wait(&pace, PACE_FOREGROUND, NOW);
	begin(&pace, NOW);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 1);
	assert_true(pace_due(&pace, 0) == NOW + PACE_GATHER_MS);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 5);
	assert_true(pace_due(&pace, 0) == NOW + 5 + 8 / 2);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 9);
	assert_true(pace_due(&pace, 0) == NOW + 9 + 8 / 2);
	assert_true(pace_due(&pace, 100) == NOW + 9 + PACE_GATHER_MS);
	pace_wait(&pace, PACE_FOREGROUND, NOW + PACE_GATHER_MAX_MS - 1);
	assert_true(pace_due(&pace, 100) == NOW + PACE_GATHER_MAX_MS);
}

static void come(struct pace *pace, size_t count, uint64_t now_ms)
{
	for (size_t i = 0; i < count; i++)
		pace_wait(pace, PACE_FOREGROUND, now_ms);
}

/* All that there are wait: whom should they wait for? */
static void a_crowd_that_is_complete_waits_for_nobody(void **state)
{
	struct pace pace = {0};

	(void)state;
	come(&pace, 64, NOW);
	begin(&pace, NOW);
	come(&pace, 63, NOW + 3);
	assert_true(pace_due(&pace, 0) > NOW + 3);
	come(&pace, 1, NOW + 4);
	assert_true(pace_due(&pace, 0) <= NOW + 4);
}

static void a_crowd_that_became_smaller_is_complete_after_a_while(void **state)
{
	struct pace pace = {0};
	unsigned commits = 0;

	(void)state;
	come(&pace, 64, NOW);
	do {
		begin(&pace, NOW + commits);
		come(&pace, 20, NOW + commits);
	} while (pace_due(&pace, 0) > NOW + commits && ++commits < 100);
	assert_true(commits > 1 && commits < 20);
	begin(&pace, NOW + 100);
	come(&pace, PACE_MANY - 1, NOW + 101); /* few are gathered as ever */
	assert_true(pace_due(&pace, 0) > NOW + 101);
}

static void the_background_rides_with_the_first_that_somebody_waits_for(void **state)
{
	struct pace pace = {0};

	(void)state;
	begin(&pace, NOW - 100);
	pace_wait(&pace, PACE_BACKGROUND, NOW);
	pace_wait(&pace, PACE_BACKGROUND, NOW + 5);
	assert_true(pace_due(&pace, 0) == NOW + PACE_BACKGROUND_MS);
	pace_wait(&pace, PACE_FOREGROUND, NOW + 6);
	assert_true(pace_due(&pace, 0) <= NOW + 6);
	begin(&pace, NOW + 6);
	assert_true(pace_due(&pace, 0) == PACE_NEVER);
}

static void the_background_begins_nothing_while_a_receipt_is_under_way(void **state)
{
	struct pace pace = {0};

	(void)state;
	pace_wait(&pace, PACE_BACKGROUND, NOW);
	assert_true(pace_due(&pace, 1) == NOW + PACE_SEALING_MS);
	assert_true(pace_due(&pace, 0) == NOW + PACE_BACKGROUND_MS);
}

static void a_crowd_comes_in_halves_that_take_turns(void **state)
{
	struct pace pace = {0};

	(void)state;
	come(&pace, 2 * PACE_MANY - 2, NOW);
	assert_true(pace_share(&pace, 0) == SIZE_MAX); /* too few for halves */
	come(&pace, 2, NOW);
	assert_int_equal(pace_share(&pace, 0), PACE_MANY);
	pace_begin(&pace, NOW, PACE_MANY, true);
	assert_int_equal(pace.foreground, PACE_MANY); /* the others go on waiting */
	assert_true(pace_due(&pace, PACE_MANY) <= NOW);
	assert_int_equal(pace_share(&pace, PACE_MANY), PACE_MANY); /* all of them */
	pace_begin(&pace, NOW + 1, PACE_MANY, false);
	assert_true(pace_due(&pace, PACE_MANY) == PACE_NEVER);
	come(&pace, PACE_MANY, NOW + 2); /* the first half again, and the other is under way */
	assert_true(pace_due(&pace, PACE_MANY) <= NOW + 2);
}

static void
half_of_a_crowd_that_was_larger_waits_for_nobody_while_the_rest_is_under_way(void **state)
{
	struct pace pace = {0};

	(void)state;
	come(&pace, 100, NOW);
	begin(&pace, NOW);
	come(&pace, 30, NOW + 1);
	assert_true(pace_due(&pace, 70) > NOW + 1);
	assert_true(pace_due(&pace, 60) <= NOW + 1);
}

static void what_is_left_of_the_background_waits_since_it_came(void **state)
{
	struct pace pace = {0};

	(void)state;
	pace_wait(&pace, PACE_BACKGROUND, NOW);
	pace_begin(&pace, NOW + 1, 0, true);
	assert_true(pace_due(&pace, 0) == NOW + PACE_BACKGROUND_MS);
}

static void the_head_is_signed_when_nothing_is_committed_for_a_while(void **state)
{
	struct pace pace = {0};

	(void)state;
	assert_false(pace_is_head_due(&pace, 7, 7, NOW));
	begin(&pace, NOW);
	assert_false(pace_is_head_due(&pace, 8, 7, NOW + 1));
	assert_true(pace_is_head_due(&pace, 8, 7, NOW + PACE_HEAD_IDLE_MS));
	assert_false(pace_is_head_due(&pace, 8, 8, NOW + PACE_HEAD_IDLE_MS));
}

/* A partner that sends on and on, and nobody who waits for a receipt. */
static void the_head_is_signed_now_and_then_where_commits_never_end(void **state)
{
	struct pace pace = {0};
	uint64_t now_ms = NOW, signed_size = 7, count = 0;

	(void)state;
	assert_false(pace_is_head_due(&pace, 7, 7, NOW));
	for (uint64_t size = 8; now_ms < NOW + 10 * PACE_HEAD_LATE_MS; size++) {
		now_ms += PACE_HEAD_IDLE_MS / 4;
		begin(&pace, now_ms);
		if (!pace_is_head_due(&pace, size, signed_size, now_ms + 1))
			continue;
		signed_size = size;
		count++;
	}
	assert_true(count >= 8 && count <= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_waits_for_nothing),
		cmocka_unit_test(one_alone_is_committed_at_once),
		cmocka_unit_test(several_are_gathered),
		cmocka_unit_test(many_are_gathered_until_nobody_else_comes),
		cmocka_unit_test(a_crowd_that_is_complete_waits_for_nobody),
		cmocka_unit_test(a_crowd_that_became_smaller_is_complete_after_a_while),
		cmocka_unit_test(a_crowd_comes_in_halves_that_take_turns),
		cmocka_unit_test(
			half_of_a_crowd_that_was_larger_waits_for_nobody_while_the_rest_is_under_way),
		cmocka_unit_test(what_is_left_of_the_background_waits_since_it_came),
		cmocka_unit_test(the_background_rides_with_the_first_that_somebody_waits_for),
		cmocka_unit_test(the_background_begins_nothing_while_a_receipt_is_under_way),
		cmocka_unit_test(the_head_is_signed_when_nothing_is_committed_for_a_while),
		cmocka_unit_test(the_head_is_signed_now_and_then_where_commits_never_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
