/* month_sieve: no key is ever hidden, whatever the clock and the commits do; what is not there mostly is not looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/find.h"
#include "tests/support/node_fixture.h"

#define MANY 5000u

struct scene {
	struct node_fixture *fixture;
	struct find_memory memory;
};

static void open_scene(struct scene *scene, void **state)
{
	*scene = (struct scene){.fixture = *state, .memory = {.sieves = month_sieve_set_new()}};
	assert_non_null(scene->memory.sieves);
}

static void close_scene(struct scene *scene)
{
	scene->fixture->turn.memory = NULL;
	month_sieve_set_free(scene->memory.sieves);
}

/* The ledger role ends, and another begins. */
static void restart(struct scene *scene)
{
	month_sieve_set_free(scene->memory.sieves);
	scene->memory.sieves = month_sieve_set_new();
}

static void begin(struct scene *scene, const char *date)
{
	node_fixture_set_date(scene->fixture, date);
	node_fixture_begin(scene->fixture);
	scene->memory.newest[0] = '\0';
	scene->fixture->turn.memory = &scene->memory;
}

/* As a turn ends: true when there is more to make. */
static bool commit(struct scene *scene)
{
	bool has_more = false;

	assert_int_equal(month_sieve_step(scene->memory.sieves, &scene->fixture->turn, &has_more),
			 OK);
	assert_int_equal(node_fixture_commit(scene->fixture), OK);
	return has_more;
}

static void put(struct scene *scene, const char *text)
{
	struct find_entry entry = {.message = 1};

	assert_int_equal(find_put(&scene->fixture->turn, text, &entry), OK);
}

static void put_alone(struct scene *scene, const char *date, const char *text)
{
	begin(scene, date);
	put(scene, text);
	(void)commit(scene);
}

/* Turns until there is nothing to make; how many. */
static unsigned rest(struct scene *scene, const char *date)
{
	unsigned turns = 0;
	bool has_more;

	do {
		begin(scene, date);
		has_more = commit(scene);
		turns++;
	} while (has_more && turns < 1000);
	assert_true(turns < 1000);
	return turns;
}

static bool is_found(struct scene *scene, const char *date, const char *text)
{
	struct find_entry entry;
	enum err err;

	begin(scene, date);
	err = find_get(&scene->fixture->turn, text, &entry);
	assert_true(err == OK || err == ERR_MISSING);
	(void)commit(scene);
	return err == OK;
}

static bool has_sieve(struct scene *scene, const char *month)
{
	struct turn turn = scene->fixture->turn;
	struct turn_key key = turn_key(SPACE_SIEVE);
	struct bytes value;

	turn.batch = NULL;
	turn_key_add_bytes(&key, month, 6);
	return turn_get(&turn, &key, &value) == OK;
}

static void a_month_that_is_over_gets_a_sieve_and_this_one_gets_none(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-09-20", "find|a");
	put_alone(&scene, "2026-11-20", "find|b");
	(void)rest(&scene, "2026-11-20");
	assert_true(has_sieve(&scene, "202609"));
	assert_true(has_sieve(&scene, "202610"));
	assert_false(has_sieve(&scene, "202611"));
	assert_true(is_found(&scene, "2026-11-20", "find|a"));
	assert_true(is_found(&scene, "2026-11-20", "find|b"));
	assert_false(is_found(&scene, "2026-11-20", "find|c"));
	close_scene(&scene);
}

static void it_lets_all_through_that_is_there_and_little_else(void **state)
{
	unsigned let_through = 0;
	struct scene scene;
	char text[32];

	open_scene(&scene, state);
	begin(&scene, "2026-10-20");
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(text, sizeof(text), "find|%u", i);
		put(&scene, text);
	}
	(void)commit(&scene);
	assert_true(rest(&scene, "2026-11-20") > 2); /* in pieces */
	begin(&scene, "2026-11-20");
	for (unsigned i = 0; i < MANY; i++) {
		struct find_entry entry;

		(void)snprintf(text, sizeof(text), "find|%u", i);
		assert_int_equal(find_get(&scene.fixture->turn, text, &entry), OK);
		let_through += month_sieve_may_hold(scene.memory.sieves, &scene.fixture->turn,
						    "202610", i * UINT32_C(2654435761));
	}
	(void)commit(&scene);
	assert_true(let_through > 0 && let_through < MANY / 10);
	close_scene(&scene);
}

static void the_next_run_uses_what_the_last_one_made(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-10-20", "find|a");
	(void)rest(&scene, "2026-11-20");
	restart(&scene);
	begin(&scene, "2026-11-20");
	assert_false(month_sieve_may_hold(scene.memory.sieves, &scene.fixture->turn, "202610", 0));
	(void)commit(&scene);
	assert_true(is_found(&scene, "2026-11-20", "find|a"));
	close_scene(&scene);
}

/* With and without a restart in between. */
static void put_with_the_clock_set_back(void **state, bool restarts)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-09-20", "find|a");
	(void)rest(&scene, "2026-11-20");
	if (restarts)
		restart(&scene);
	put_alone(&scene, "2026-09-21", "find|late");
	assert_false(has_sieve(&scene, "202609"));
	assert_true(is_found(&scene, "2026-09-21", "find|late"));
	(void)rest(&scene, "2026-11-20");
	assert_true(has_sieve(&scene, "202609"));
	assert_true(is_found(&scene, "2026-11-20", "find|late"));
	assert_true(is_found(&scene, "2026-11-20", "find|a"));
	close_scene(&scene);
}

static void a_key_put_with_the_clock_set_back_is_found(void **state)
{
	put_with_the_clock_set_back(state, false);
}

static void so_it_is_after_a_restart(void **state)
{
	put_with_the_clock_set_back(state, true);
}

static void a_commit_that_fails_hides_nothing_that_comes_after_it(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-09-20", "find|a");
	(void)rest(&scene, "2026-11-20");
	begin(&scene, "2026-09-21");
	put(&scene, "find|lost");
	node_fixture_drop(scene.fixture);
	put_alone(&scene, "2026-09-21", "find|kept");
	restart(&scene);
	(void)rest(&scene, "2026-11-20");
	assert_false(is_found(&scene, "2026-11-20", "find|lost"));
	assert_true(is_found(&scene, "2026-11-20", "find|kept"));
	close_scene(&scene);
}

static void a_key_put_while_its_month_is_looked_at_is_found(void **state)
{
	struct scene scene;
	char text[32];

	open_scene(&scene, state);
	begin(&scene, "2026-10-20");
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(text, sizeof(text), "find|%u", i);
		put(&scene, text);
	}
	(void)commit(&scene);
	begin(&scene, "2026-11-20");
	assert_true(commit(&scene)); /* the first piece */
	begin(&scene, "2026-10-21");
	for (unsigned i = MANY; i < MANY + 100; i++) {
		(void)snprintf(text, sizeof(text), "find|%u", i);
		put(&scene, text);
	}
	(void)commit(&scene);
	(void)rest(&scene, "2026-11-20");
	for (unsigned i = MANY; i < MANY + 100; i++) {
		(void)snprintf(text, sizeof(text), "find|%u", i);
		assert_true(is_found(&scene, "2026-11-20", text));
	}
	close_scene(&scene);
}

static void a_damaged_sieve_hides_nothing_and_is_told_of(void **state)
{
	static const char *const values[] = {"", "x", "\x1f", "\x09short"};
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-10-20", "find|a");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct turn_key key = turn_key(SPACE_SIEVE), from = turn_key(SPACE_KEY);

		turn_key_add_bytes(&key, "202610", 6);
		begin(&scene, "2026-11-20");
		assert_int_equal(batch_put(scene.fixture->turn.batch, turn_key_bytes(&key),
					   bytes_of_text(values[i])),
				 OK);
		assert_int_equal(node_fixture_commit(scene.fixture), OK);
		restart(&scene);
		assert_true(is_found(&scene, "2026-11-20", "find|a"));
		turn_key_add_bytes(&from, "202610aaaaaaaaaaaaaaaaaaaa", 26);
		assert_true(month_sieve_hides(&scene.fixture->turn, turn_key_bytes(&from)));
	}
	close_scene(&scene);
}

static void a_clock_far_ahead_makes_no_endless_work(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "2026-10-20", "find|a");
	assert_true(rest(&scene, "2036-11-20") < 200);
	assert_true(is_found(&scene, "2036-11-20", "find|a"));
	assert_true(is_found(&scene, "9999-11-20", "find|a"));
	close_scene(&scene);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_month_that_is_over_gets_a_sieve_and_this_one_gets_none),
		CASE(it_lets_all_through_that_is_there_and_little_else),
		CASE(the_next_run_uses_what_the_last_one_made),
		CASE(a_key_put_with_the_clock_set_back_is_found),
		CASE(so_it_is_after_a_restart),
		CASE(a_commit_that_fails_hides_nothing_that_comes_after_it),
		CASE(a_key_put_while_its_month_is_looked_at_is_found),
		CASE(a_damaged_sieve_hides_nothing_and_is_told_of),
		CASE(a_clock_far_ahead_makes_no_endless_work),
	};

	return cmocka_run_group_tests_name("month_sieve", tests, NULL, NULL);
}
