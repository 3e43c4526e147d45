/* find: keys are found in this turn, in old months and after the clock was set back; the newest
 * holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/find.h"
#include "tests/support/node_fixture.h"

static void put(struct node_fixture *fixture, const char *date, const char *text, uint64_t message)
{
	struct find_entry entry = {.message = message, .document = hash_of(bytes_of_text(text))};

	node_fixture_set_date(fixture, date);
	node_fixture_begin(fixture);
	assert_int_equal(find_put(&fixture->turn, text, &entry), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* The message found on that date; 0: none. */
static uint64_t get(struct node_fixture *fixture, const char *date, const char *text)
{
	struct find_entry entry;
	enum err err;

	node_fixture_set_date(fixture, date);
	err = find_get(&fixture->turn, text, &entry);
	assert_true(err == OK || err == ERR_MISSING);
	return err == OK ? entry.message : 0;
}

static void an_empty_ledger_holds_nothing(void **state)
{
	assert_int_equal(get(*state, "2026-11-20", "a"), 0);
}

static void an_entry_is_what_was_put(void **state)
{
	struct node_fixture *fixture = *state;
	struct hash hash = hash_of(bytes_of_text("a"));
	struct find_entry entry;

	put(fixture, "2026-11-20", "a", 7);
	assert_int_equal(find_get(&fixture->turn, "a", &entry), OK);
	assert_int_equal(entry.message, 7);
	assert_true(hash_equal(&entry.document, &hash));
	assert_int_equal(find_get(&fixture->turn, "A", &entry), ERR_MISSING);
}

static void a_turn_sees_what_it_put(void **state)
{
	struct node_fixture *fixture = *state;
	struct find_entry entry = {.message = 3};

	node_fixture_begin(fixture);
	assert_int_equal(find_put(&fixture->turn, "a", &entry), OK);
	entry.message = 0;
	assert_int_equal(find_get(&fixture->turn, "a", &entry), OK);
	assert_int_equal(entry.message, 3);
	node_fixture_drop(fixture);
	assert_int_equal(find_get(&fixture->turn, "a", &entry), ERR_MISSING);
}

static void old_months_are_searched_to_the_first(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2024-12-31", "a", 1);
	put(fixture, "2025-06-15", "b", 2);
	assert_int_equal(get(fixture, "2026-11-20", "a"), 1);
	assert_int_equal(get(fixture, "2026-11-20", "b"), 2);
	assert_int_equal(get(fixture, "2026-11-20", "c"), 0);
}

static void the_newest_entry_holds(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2026-09-30", "a", 1);
	put(fixture, "2026-10-01", "a", 2);
	put(fixture, "2026-10-31", "a", 3);
	assert_int_equal(get(fixture, "2026-11-20", "a"), 3);
}

static void a_clock_set_back_does_not_hide_what_came_before(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2026-11-20", "a", 1);
	assert_int_equal(get(fixture, "2026-10-20", "a"), 1);
	assert_int_equal(get(fixture, "1970-01-02", "a"), 1);
}

static void parts_of_a_text_are_joined(void **state)
{
	struct node_fixture *fixture = *state;

	assert_string_equal(find_text(&fixture->turn, "a", NULL), "a");
	assert_string_equal(find_text(&fixture->turn, "a", "b", "", "c", NULL), "a|b||c");
	assert_string_equal(find_text(&fixture->turn, "identity", "", NULL), "identity|");
}

static void a_text_beyond_the_memory_is_null(void **state)
{
	struct node_fixture *fixture = *state;
	struct turn turn = fixture->turn;

	turn.arena = arena_new(1);
	assert_non_null(turn.arena);
	assert_null(find_text(&turn, "a", "b", NULL));
	arena_free(turn.arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(an_empty_ledger_holds_nothing),
		CASE(an_entry_is_what_was_put),
		CASE(a_turn_sees_what_it_put),
		CASE(old_months_are_searched_to_the_first),
		CASE(the_newest_entry_holds),
		CASE(a_clock_set_back_does_not_hide_what_came_before),
		CASE(parts_of_a_text_are_joined),
		CASE(a_text_beyond_the_memory_is_null),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
