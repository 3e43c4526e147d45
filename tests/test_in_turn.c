/* in_turn: whatever is done first, an owner's things come out in the order of their numbers */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/in_turn.h"

#define THINGS 6u

/* Numbers 1 to 6, of two partners; put in another order than that of their numbers. */
static struct in_turn_item things[THINGS + 1];
static struct in_turn line;

static int set_up(void **state)
{
	static const char *const owners[] = {"", "TH", "TH", "LA", "TH", "LA", "TH"};
	static const unsigned order[] = {3, 1, 2, 6, 5, 4};

	(void)state;
	line = (struct in_turn){NULL};
	for (unsigned i = 0; i < THINGS; i++) {
		struct in_turn_item *thing = &things[order[i]];

		*thing = (struct in_turn_item){.owner = owners[order[i]], .number = order[i]};
		in_turn_put(&line, thing);
	}
	return 0;
}

/* What can be told now: "12", and "4!" of what comes again instead. */
static const char *told(void)
{
	static char text[3 * THINGS + 1];
	struct in_turn_item *item;
	size_t len = 0;

	while ((item = in_turn_take(&line)) != NULL) {
		text[len++] = (char)('0' + item->number);
		if (item->comes_again)
			text[len++] = '!';
	}
	text[len] = '\0';
	return text;
}

static const char *after(unsigned number)
{
	things[number].is_done = true;
	return told();
}

static void what_is_done_early_waits_for_what_its_owner_said_before(void **state)
{
	(void)state;
	assert_string_equal(after(6), "");
	assert_string_equal(after(2), "");
	assert_string_equal(after(3), "3"); /* another's waits for nobody */
	assert_int_equal(in_turn_waiting(&line), 2);
	assert_string_equal(after(1), "12");
	assert_string_equal(after(5), "5");
	assert_string_equal(after(4), "46");
	assert_null(line.first);
}

static void what_is_put_off_takes_along_what_is_behind_it(void **state)
{
	(void)state;
	assert_string_equal(after(1), "1");
	assert_string_equal(after(4), "");
	in_turn_again(&line, &things[2]);
	in_turn_leave(&line, &things[2]);
	assert_string_equal(told(), "4!");
	assert_string_equal(after(3), "3");
	assert_string_equal(after(6), "6!");
	assert_string_equal(after(5), "5");
	/* also when it was taken out before */
	(void)set_up(state);
	assert_string_equal(after(1), "1");
	in_turn_again(&line, &things[1]);
	assert_string_equal(after(2), "2!");
}

static void what_is_done_again_keeps_its_place(void **state)
{
	(void)state;
	assert_string_equal(after(2), "");
	in_turn_put(&line, &things[1]);
	in_turn_put(&line, &things[2]);
	assert_string_equal(after(1), "1");
	assert_string_equal(after(2), "2");
	in_turn_put(&line, &things[2]); /* it was taken out */
	assert_string_equal(after(4), "");
	assert_string_equal(after(2), "24");
}

static void what_leaves_holds_nobody_up(void **state)
{
	struct in_turn_item stranger = {.number = 1};

	(void)state;
	assert_string_equal(after(2), "");
	in_turn_leave(&line, &things[1]);
	in_turn_leave(&line, &things[1]);
	in_turn_leave(&line, &stranger);
	in_turn_again(&line, &stranger);
	assert_string_equal(told(), "2");
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(what_is_done_early_waits_for_what_its_owner_said_before),
		CASE(what_is_put_off_takes_along_what_is_behind_it),
		CASE(what_is_done_again_keeps_its_place),
		CASE(what_leaves_holds_nobody_up),
	};

	return cmocka_run_group_tests_name("in_turn", tests, NULL, NULL);
}
