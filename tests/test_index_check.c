/* index_check: an index that says more, less or something else than records and states is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/by_state.h"
#include "node/expiry.h"
#include "tests/support/index_change.h"

/* An export on its way to TH, one that waits to be translated, an import for customs, a refusal. */
static void live(struct node_fixture *fixture)
{
	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, PAIRS("reference", "R1"));
	node_fixture_register(fixture);
	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS("reference", "R2"));
	node_fixture_register(fixture);
	node_fixture_lodge(fixture, "gom", "c", node_fixture_import, PAIRS("reference", "R3"));
	node_fixture_lodge(fixture, "gom", "d", node_fixture_export, PAIRS("reference", "R1"));
	assert_int_equal(node_fixture_count(fixture, "SubmissionRejection", 0), 1);
}

static void what_a_node_wrote_is_as_a_rebuild_would_make_it(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	assert_string_equal(index_change_judge(fixture, 0).what, "");
	assert_int_equal(index_change_judge(fixture, 3).first_bad, 0);
}

static void every_entry_that_is_taken_away_is_missed(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	for (const char *space = "EMDWS"; *space != '\0'; space++) {
		struct index_change_keys keys;

		index_change_gather(fixture, *space, &keys);
		for (size_t i = 0; i < keys.count; i++) {
			index_change(fixture, keys.keys[i], NULL);
			assert_int_not_equal(index_change_judge(fixture, 1).first_bad, 0);
			index_change(fixture, keys.keys[i], &keys.values[i]);
		}
	}
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
}

static void a_message_that_is_not_listed_under_its_state_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	bool has_more = true;
	struct index_change_keys keys;

	live(fixture);
	node_fixture_begin(fixture);
	assert_int_equal(by_state_step(&fixture->turn, &has_more), OK);
	assert_false(has_more);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
	index_change_gather(fixture, 's', &keys);
	assert_int_equal(keys.keys[0].len, 1); /* the mark */
	for (size_t i = 1; i < keys.count; i++) {
		index_change(fixture, keys.keys[i], NULL);
		assert_string_equal(index_change_judge(fixture, 1).what,
				    "a message is not listed under its state");
		index_change(fixture, keys.keys[i], &keys.values[i]);
	}
}

/* A message is found by its reference under one key of the index; the others lead on. */
static void a_message_that_is_not_found_by_its_reference_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;
	size_t missed = 0;

	live(fixture);
	index_change_gather(fixture, 'K', &keys);
	for (size_t i = 0; i < keys.count; i++) {
		index_change(fixture, keys.keys[i], NULL);
		missed += strcmp(index_change_judge(fixture, 1).what,
				 "a message is not found by its reference") == 0;
		index_change(fixture, keys.keys[i], &keys.values[i]);
	}
	assert_int_equal(missed, 3);
}

static enum err pass_by(const struct turn *turn, uint64_t certificate)
{
	(void)turn;
	(void)certificate;
	return OK;
}

/* Each ledger has it: a node walks over them when it starts. */
static void how_far_the_walk_over_last_days_came_is_no_entry_of_a_certificate(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;
	bool has_more;

	live(fixture);
	node_fixture_begin(fixture);
	assert_int_equal(expiry_walk(&fixture->turn, pass_by, &has_more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	index_change_gather(fixture, 'e', &keys);
	assert_int_equal(keys.keys[0].len, 1);
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
}

/* Somebody writes into the store that a declaration was cleared; the records say nothing of it. */
static void a_state_that_no_record_says_is_told(void **state)
{
	static const char *const forged[] = {"cleared", "rejected", "used-up", "expired"};
	struct node_fixture *fixture = *state;
	struct message message;

	live(fixture);
	message = node_fixture_message(fixture, 1);
	assert_string_equal(message.state, "registered");
	for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
		struct message changed = message;

		changed.state = forged[i];
		node_fixture_begin(fixture);
		assert_int_equal(message_save(&fixture->turn, &changed), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_string_equal(index_change_judge(fixture, 1).what,
				    "a message is in a state that no record says");
	}
	node_fixture_begin(fixture);
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
}

/* More records than are looked at in one go. */
static void lengthen(struct node_fixture *fixture, uint64_t message)
{
	const struct message_event event = {.event = "Noted", .actor = "node"};
	uint64_t ignored;

	node_fixture_begin(fixture);
	for (unsigned i = 0; i < 150; i++)
		assert_int_equal(message_record(&fixture->turn, message, &event, &ignored), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* One that is not made though it was owed, and one that would be made twice. */
static void a_delivery_is_done_when_a_record_says_so_and_only_then(void **state)
{
	static const struct {
		enum delivery_stage stage;
		const char *what;
	} changes[] = {{STAGE_DONE, "a delivery is done, and no record says so"},
		       {STAGE_SENT, ""},
		       {STAGE_SENT, "a delivery that is done is to be made again"},
		       {STAGE_DONE, ""}};
	struct node_fixture *fixture = *state;
	uint64_t number;

	live(fixture);
	number = node_fixture_record(fixture, "DeliveryOwed", 1).number;
	lengthen(fixture, 1);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct delivery delivery = node_fixture_delivery(fixture, number);

		if (i == 2) {
			node_fixture_acknowledge(fixture, "TH", 1);
			lengthen(fixture, 1);
			delivery = node_fixture_delivery(fixture, number);
			assert_int_equal(delivery.stage, STAGE_DONE);
		}
		node_fixture_begin(fixture);
		assert_int_equal(delivery_move(&fixture->turn, &delivery, changes[i].stage), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_string_equal(index_change_judge(fixture, 1).what, changes[i].what);
	}
}

/* By its identity, by a number that only it may have, by the one that the desk gave it; an arrival by its sender's. */
static void a_message_that_would_not_be_recognised_again_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	const struct parcel parcel = {.message = "TH-1-7",
				      .delivery = 9,
				      .root = "TH-1-7",
				      .kind = "asw.acdd",
				      .document = bytes_of_text("<arrived/>")};
	struct index_change_keys keys;
	size_t missed = 0;

	live(fixture);
	node_fixture_lodge(fixture, "gom", "e", node_fixture_import,
			   PAIRS("reference", "R4", "only.declaration", "VN|301"));
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	index_change_gather(fixture, SPACE_KEY, &keys);
	for (size_t i = 0; i < keys.count; i++) {
		index_change(fixture, keys.keys[i], NULL);
		missed += strcmp(index_change_judge(fixture, 1).what,
				 "a message would not be recognised if it came again") == 0;
		index_change(fixture, keys.keys[i], &keys.values[i]);
	}
	assert_int_equal(missed, 4 + 1 + 2 + 1);
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
}

static const struct {
	const char *key;
	size_t key_len;
	const char *value;
	size_t value_len;
	const char *what;
} surplus[] = {
	{"E\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\2", 17, "", 0,
	 "the timeline has other records than the ledger"},
	{"E\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 17, "", 0,
	 "an entry of the timeline names no record"},
	{"E\0\0\0\1", 5, "", 0, "an entry of the timeline names no record"},
	{"Wt\0\0\0\0\0\0\0\1", 10, "", 0, "a queue names what does not stand in it"},
	{"WnLA\0\0\0\0\0\0\0\3", 12, "", 0, "a queue names what does not stand in it"},
	{"Wc\0\0\0\0\0\0\0\2", 10, "", 0, "a queue names what does not stand in it"},
	{"D\0\0\0\0\0\0\0\1", 9, "rubbish", 7, "the state of a delivery cannot be read"},
	{"STH\0\0\0\0\0\0\0\2", 11, "\0\0\0\0\0\0\0\3", 8,
	 "a number in a stream names no delivery that has it"},
	{"J\0\0\0\0\0\0\0\1", 9, "", 0, "what is listed as a refusal is none"},
	{"K\0\0\0\0aaaabbbbbbbbbbbbbbbb", 25,
	 "\0\0\0\0\0\0\x03\xe8"
	 "01234567890123456789012345678901",
	 40, "a key of messages names no record"},
	{"K\0\0\0\0aaaabbbbbbbbbbbbbbbb", 25, "short", 5, "a key of messages names no record"},
	{"K\0\0\0\0aaaabbbbbbbbbbbbbbbb", 25,
	 "\0\0\0\0\0\0\0\1"
	 "01234567890123456789012345678901",
	 40, "a key of messages names another document than its record"},
	{"Nc0123456789abcdef\0\0\0\0\0\0\0\1", 26, "01234567890123456789012345678901", 32,
	 "a list of credentials names none"},
};

static void every_entry_that_names_something_else_is_told(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	for (size_t i = 0; i < sizeof(surplus) / sizeof(*surplus); i++) {
		struct bytes key = bytes_of(surplus[i].key, surplus[i].key_len);
		struct bytes value = bytes_of(surplus[i].value, surplus[i].value_len);

		index_change(fixture, key, &value);
		assert_string_equal(index_change_judge(fixture, 1).what, surplus[i].what);
		index_change(fixture, key, NULL);
	}
	assert_int_equal(index_change_judge(fixture, 1).first_bad, 0);
}

static void a_store_that_fails_is_no_verdict(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	assert_true(index_change_fail_each(fixture) > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_node_wrote_is_as_a_rebuild_would_make_it),
		TEST(every_entry_that_is_taken_away_is_missed),
		TEST(a_message_that_is_not_listed_under_its_state_is_told),
		TEST(a_message_that_is_not_found_by_its_reference_is_told),
		TEST(how_far_the_walk_over_last_days_came_is_no_entry_of_a_certificate),
		TEST(a_state_that_no_record_says_is_told),
		TEST(a_delivery_is_done_when_a_record_says_so_and_only_then),
		TEST(a_message_that_would_not_be_recognised_again_is_told),
		TEST(every_entry_that_names_something_else_is_told),
		TEST(a_store_that_fails_is_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
