/* chores: what the ledger role does unasked; what fails of it holds up nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/chores.h"
#include "tests/support/node_fixture.h"

#define TURN 256u /* of the queue, at most */
#define BAD 600u

struct scene {
	struct node_fixture *fixture;
	struct role role;
	struct chores chores;
};

static struct scene scene;

static int set_up(void **state)
{
	if (node_fixture_open(state) != 0)
		return -1;
	scene = (struct scene){.fixture = *state};
	scene.role = (struct role){.name = "ledger"};
	scene.chores = (struct chores){.role = &scene.role};
	return 0;
}

static int tear_down(void **state)
{
	chores_clear(&scene.chores);
	return node_fixture_close(state);
}

/* So many records of no message stand in the desk's queue, before all that is lodged later. */
static void put_bad(unsigned count)
{
	static const char *const attributes[] = {NULL};
	const struct message_event event = {
		.event = "Test", .actor = "node", .attributes = attributes};
	const struct turn *turn = &scene.fixture->turn;
	uint64_t number;

	node_fixture_begin(scene.fixture);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(message_record(turn, 0, &event, &number), OK);
		assert_int_equal(delivery_enqueue(turn, STAGE_REGISTER, "", number), OK);
	}
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
}

static void do_turn(void)
{
	node_fixture_begin(scene.fixture);
	chores_do(&scene.chores, &scene.fixture->turn);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
}

static void do_pass(void)
{
	unsigned turns = 0;

	do
		do_turn();
	while (scene.chores.has_registrations && ++turns <= BAD);
	assert_true(turns < BAD); /* else it never rests */
}

static void what_cannot_be_registered_keeps_nobody_else_from_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message;

	put_bad(BAD);
	message = node_fixture_lodge(fixture, "gom", "d", node_fixture_export, PAIRS(NULL)).message;
	do_pass();
	assert_string_equal(node_fixture_message(fixture, message).registered, "326000000010");
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), BAD);
	assert_int_not_equal(scene.chores.desk_trouble, OK);
	do_turn(); /* from the beginning again */
	assert_true(scene.chores.has_registrations);
}

/* The turn that comes upon none of what fails does not end the trouble: it would be told in each pass. */
static void a_part_of_the_queue_says_nothing_of_the_rest(void **state)
{
	unsigned turns = 0;

	put_bad(TURN);
	(void)node_fixture_lodge(*state, "gom", "d", node_fixture_export, PAIRS(NULL));
	do {
		do_turn();
		assert_int_not_equal(scene.chores.desk_trouble, OK);
	} while (++turns < 12);
}

#define IN_A_SCENE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_SCENE(what_cannot_be_registered_keeps_nobody_else_from_it),
		IN_A_SCENE(a_part_of_the_queue_says_nothing_of_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
