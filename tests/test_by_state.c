/* by_state: a list of a state is what it was when all messages were looked at, whatever happens to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/by_state.h"
#include "node/listing_open.h"
#include "tests/support/reading_scene.h"

#define LIST_BYTES 65536u

static const char *const states[] = {"checked",  "registered",  "lodged",        "with-authority",
				     "received", "handed-over", "no-such-state", LISTING_OPEN};

/* All pages of what the caller may list in the state. */
static void list(const struct caller *caller, const char *state, char *ret_list)
{
	struct clerk_list_question question = {.cursor = "", .limit = 7};
	struct clerk_list_answer answer;
	size_t len = 0;

	question.values[LISTING_STATE] = state;
	ret_list[0] = '\0';
	do {
		json_t *rows, *row;
		size_t i;

		assert_int_equal(reading_scene_list(caller, &question, &answer), OK);
		rows = reading_scene_rows(&answer);
		json_array_foreach(rows, i, row)
		{
			const char *is = json_string_value(json_object_get(row, "state"));

			assert_true(strcmp(state, LISTING_OPEN) == 0
					    ? listing_open_has(LISTING_OPEN_DECLARATIONS, bytes_of_text(is))
					    : strcmp(is, state) == 0);
			len += (size_t)snprintf(ret_list + len, LIST_BYTES - len, "%s ",
						json_string_value(json_object_get(row, "id")));
			assert_true(len < LIST_BYTES);
		}
		json_decref(rows);
		question.cursor = answer.next;
	} while (answer.next[0] != '\0');
}

static bool is_whole(struct node_fixture *fixture)
{
	bool is = false;

	assert_int_equal(by_state_is_whole(&fixture->turn, &is), OK);
	return is;
}

static void make_whole(struct node_fixture *fixture)
{
	bool has_more;

	do {
		node_fixture_begin(fixture);
		assert_int_equal(by_state_step(&fixture->turn, &has_more), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
	} while (has_more);
	assert_true(is_whole(fixture));
}

/* As a program leaves it that does not know it: no entry and no mark. */
static void forget(struct node_fixture *fixture)
{
	struct turn_key from = turn_key(SPACE_STATE), until = turn_key_after(&from);
	uint64_t numbers[4096];
	size_t count;

	node_fixture_begin(fixture);
	assert_int_equal(batch_delete(fixture->turn.batch, turn_key_bytes(&from)), OK);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		assert_int_equal(
			by_state_numbers(&fixture->turn, states[i], 0, numbers, 4096, &count), OK);
		while (count > 0) {
			struct turn_key key =
				by_state_key(bytes_of_text(states[i]), numbers[--count]);

			assert_int_equal(batch_delete(fixture->turn.batch, turn_key_bytes(&key)),
					 OK);
		}
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	from = turn_key(SPACE_STATE);
	assert_int_equal(turn_scan(&fixture->turn, &from, &until, numbers, 1, &count), OK);
	assert_int_equal(count, 0);
}

static void compare(struct node_fixture *fixture)
{
	static char before[LIST_BYTES], after[LIST_BYTES];
	struct turn_key mark = turn_key(SPACE_STATE);
	size_t listed = 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (size_t who = 0; who < reading_scene.caller_count; who++) {
			const struct caller *caller = &reading_scene.callers[who];

			make_whole(fixture);
			list(caller, states[i], after);
			node_fixture_begin(fixture);
			assert_int_equal(batch_delete(fixture->turn.batch, turn_key_bytes(&mark)),
					 OK);
			assert_int_equal(node_fixture_commit(fixture), OK);
			assert_false(is_whole(fixture));
			list(caller, states[i], before);
			assert_string_equal(after, before);
			listed += after[0] != '\0';
		}
	assert_true(listed >= 6);
}

static void lists_are_the_same_with_and_without(void **state)
{
	compare(*state);
}

static void they_are_when_states_have_changed(void **state)
{
	struct node_fixture *fixture = *state;

	make_whole(fixture);
	node_fixture_register(fixture);
	node_fixture_hand_over(fixture);
	compare(fixture);
}

static void a_ledger_that_did_not_know_it_gets_it(void **state)
{
	struct node_fixture *fixture = *state;

	forget(fixture);
	node_fixture_register(fixture); /* some are saved again before it is whole */
	compare(fixture);
}

static void one_that_changes_while_it_is_made_is_listed_as_it_is(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message;
	uint64_t number = reading_scene.known[0].number, listed[1];
	bool has_more;
	size_t count;

	forget(fixture);
	node_fixture_begin(fixture);
	assert_int_equal(message_load(&fixture->turn, number, &message), OK);
	message.state = "no-such-state";
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(by_state_step(&fixture->turn, &has_more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(by_state_numbers(&fixture->turn, "no-such-state", 0, listed, 1, &count),
			 OK);
	assert_true(count == 1 && listed[0] == number);
	assert_int_equal(
		by_state_numbers(&fixture->turn, "no-such-state", number, listed, 1, &count), OK);
	assert_int_equal(count, 0);
	compare(fixture);
}

/* What is open is counted by lane as it is listed, whatever page it stands on. */
static void what_lies_in_each_lane_is_counted(void **state)
{
	static const char *const lanes[] = {"red", "green", "", "red", "not a lane\"", "red"};
	struct node_fixture *fixture = *state;
	const struct reading_known *known = reading_scene.known;
	uint32_t red = 0, sum = 0;

	node_fixture_register(fixture);
	make_whole(fixture);
	node_fixture_begin(fixture);
	for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
		struct message message;

		assert_int_equal(message_load(&fixture->turn, known[i].number, &message), OK);
		message.state = i == 5 ? "cleared" : "registered";
		assert_int_equal(facts_put(&message.facts, "lane", lanes[i]), OK);
		assert_int_equal(message_save(&fixture->turn, &message), OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	for (size_t who = 0; who < reading_scene.caller_count; who++) {
		const struct caller *caller = &reading_scene.callers[who];
		const struct listing_query query = {.values = {[LISTING_LANE] = "green"}};
		struct listing_lanes counted;
		struct reading reading;

		assert_int_equal(reading_init(&fixture->turn, caller, &reading), OK);
		assert_int_equal(listing_count_lanes(&reading, &query, &counted), OK);
		assert_true(counted.is_whole);
		for (size_t i = 0; i < counted.count; i++) {
			red = strcmp(counted.items[i].lane, "red") == 0 &&
					      counted.items[i].count > red
				      ? counted.items[i].count
				      : red;
			sum += counted.items[i].count;
			assert_true(strspn(counted.items[i].lane, "abcdefghijklmnopqrstuvwxyz") ==
				    strlen(counted.items[i].lane));
		}
	}
	assert_int_equal(red, 2); /* the third is cleared */
	assert_true(sum > 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, reading_scene_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(lists_are_the_same_with_and_without),
		CASE(they_are_when_states_have_changed),
		CASE(a_ledger_that_did_not_know_it_gets_it),
		CASE(one_that_changes_while_it_is_made_is_listed_as_it_is),
		CASE(what_lies_in_each_lane_is_counted),
	};

	return cmocka_run_group_tests_name("by_state", tests, NULL, NULL);
}
