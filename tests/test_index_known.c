/*
 * index_known: what the node knows of certificates, lists, cards, refusals and frames received is what its records say,
 * no less and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/message.h"
#include "tests/support/index_change.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HASH \
	"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff\x00\x11\x22\x33\x44" \
	"\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
#define FIRST "\0\0\0\0\0\0\0\1"
#define SECOND "\0\0\0\0\0\0\0\2"

/* A record, the first or second of the ledger, and what stands beside it because of it. */
static const struct {
	const char *event, *attributes[9];
	const char *key, *value;
	size_t key_len, value_len;
} known[] = {
	{"TrustRecorded", {"what", "list", "sha256", HEX}, "g" HASH, FIRST, 33, 8},
	{"KeyRotated",
	 {"certificate", HEX, "from", "2026-11-23", "until", "2027-11-23"},
	 "Y" HASH,
	 "2026-11-23 2027-11-23 1",
	 33,
	 23},
	{"CardReceived", {"country", "TH", "version", "12"}, "ZTH\0\0\0\0\0\0\0\x0c", FIRST, 11, 8},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

static void put(struct node_fixture *fixture, size_t i)
{
	struct message_event event = {
		.event = known[i].event, .actor = "node", .attributes = known[i].attributes};
	uint64_t number;

	node_fixture_begin(fixture);
	assert_int_equal(message_record(&fixture->turn, 0, &event, &number), OK);
	assert_int_equal(batch_put(fixture->turn.batch, bytes_of(known[i].key, known[i].key_len),
				   bytes_of(known[i].value, known[i].value_len)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void open_anew(void **state)
{
	assert_int_equal(node_fixture_close(state), 0);
	assert_int_equal(node_fixture_open(state), 0);
}

static void what_records_say_is_known(void **state)
{
	for (size_t i = 0; i < KNOWN; i++) {
		struct bytes key = bytes_of(known[i].key, known[i].key_len);

		put(*state, i);
		assert_string_equal(index_change_judge(*state, 1).what, "");
		index_change(*state, key, NULL);
		assert_int_equal(index_change_judge(*state, 1).first_bad, 1);
		open_anew(state);
	}
}

static void nothing_else_is_known(void **state)
{
	for (size_t i = 0; i < KNOWN; i++)
		for (size_t at = 0; at < known[i].value_len; at++) {
			struct node_fixture *fixture = *state;
			struct bytes key = bytes_of(known[i].key, known[i].key_len), changed;
			uint8_t *value = arena_copy(fixture->arena,
						    bytes_of(known[i].value, known[i].value_len));

			put(fixture, i);
			value[at] ^= 1;
			changed = bytes_of(value, known[i].value_len);
			index_change(fixture, key, &changed);
			assert_int_not_equal(index_change_judge(fixture, 1).first_bad, 0);
			open_anew(state);
		}
}

/* The same certificate may be recorded again, in a later epoch or with other days: the newest is known. */
static void what_was_recorded_again_is_known_by_the_newest(void **state)
{
	struct bytes key = bytes_of(known[0].key, known[0].key_len), value = bytes_of(SECOND, 8);

	put(*state, 0);
	put(*state, 0);
	index_change(*state, key, &value);
	assert_string_equal(index_change_judge(*state, 1).what, "");
	value = bytes_of(FIRST, 8);
	index_change(*state, key, &value);
	assert_int_equal(index_change_judge(*state, 1).first_bad, 2);
}

static void a_refusal_is_listed_and_recognised(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;

	node_fixture_lodge(fixture, "gom", "<one/>", node_fixture_export, PAIRS("procedure", "X"));
	assert_int_equal(node_fixture_count(fixture, "SubmissionRejection", 0), 1);
	assert_string_equal(index_change_judge(fixture, 1).what, "");
	for (const char *space = "JK"; *space != '\0'; space++) {
		index_change_gather(fixture, *space, &keys);
		assert_int_equal(keys.count, 1);
		index_change(fixture, keys.keys[0], NULL);
		assert_int_equal(index_change_judge(fixture, 1).first_bad, 1);
		index_change(fixture, keys.keys[0], &keys.values[0]);
	}
}

static void a_frame_received_names_its_message(void **state)
{
	struct node_fixture *fixture = *state;
	const struct parcel parcel = {.message = "TH-1-7",
				      .delivery = 9,
				      .root = "TH-1-7",
				      .kind = "asw.acdd",
				      .document = bytes_of_text("<arrived/>")};
	struct index_change_keys keys;
	uint8_t *changed;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	assert_string_equal(index_change_judge(fixture, 1).what, "");
	index_change_gather(fixture, SPACE_ARRIVAL, &keys);
	assert_int_equal(keys.count, 1);
	changed = arena_copy(fixture->arena, keys.values[0]);
	changed[keys.values[0].len - 1]++;
	keys.values[0].at = changed;
	index_change(fixture, keys.keys[0], &keys.values[0]);
	assert_string_equal(index_change_judge(fixture, 1).what,
			    "a frame received names no message of that partner");
}

static void a_store_that_fails_is_no_verdict(void **state)
{
	for (size_t i = 0; i < KNOWN; i++) {
		put(*state, i);
		node_fixture_lodge(*state, "gom", "<one/>", node_fixture_export,
				   PAIRS("procedure", "X"));
		assert_true(index_change_fail_each(*state) > 10);
		open_anew(state);
	}
}

#define BEGUN(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BEGUN(what_records_say_is_known),
		BEGUN(nothing_else_is_known),
		BEGUN(what_was_recorded_again_is_known_by_the_newest),
		BEGUN(a_refusal_is_listed_and_recognised),
		BEGUN(a_frame_received_names_its_message),
		BEGUN(a_store_that_fails_is_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
