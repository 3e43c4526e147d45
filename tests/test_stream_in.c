/* stream, inward: frames are appended in order, without gap, doubling or change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/node_fixture.h"

static struct stream stream_of(struct node_fixture *fixture)
{
	struct stream stream;

	assert_int_equal(stream_load(&fixture->turn, "TH", &stream), OK);
	return stream;
}

static const struct parcel first = {
	"TH-1-5", 6, "TH-1-5", "asw.acdd", {(const uint8_t *)"<a/>", 4}};
static const struct parcel second = {
	"TH-1-7", 8, "TH-1-7", "asw.acdd", {(const uint8_t *)"<b/>", 4}};

static void a_frame_is_appended_raw_with_its_position(void **state)
{
	struct node_fixture *fixture = *state;
	struct hash hash;
	struct bytes document;
	uint64_t number;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	number = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	assert_int_equal(ledger_payload(fixture->turn.ledger, number, 0, fixture->arena, &document),
			 OK);
	assert_true(bytes_equal(document, first.document));
	assert_int_equal(stream_of(fixture).in.number, 1);
	assert_int_equal(stream_of(fixture).in.epoch, 1);
	hash = node_fixture_frame(fixture, 1, &first).hash;
	assert_memory_equal(stream_of(fixture).in.hash.at, hash.at, HASH_BYTES);
	assert_int_equal(stream_arrived_hash(&fixture->turn, "TH", 1, &hash), OK);
	assert_int_equal(stream_arrived_hash(&fixture->turn, "TH", 2, &hash), ERR_MISSING);
	assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 1);
}

static void a_gap_is_a_conflict_and_changes_nothing(void **state)
{
	static const uint64_t numbers[] = {0, 2, 3, UINT64_MAX};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(node_fixture_arrive(fixture, "TH", numbers[i], &first),
				 ERR_CONFLICT);
	assert_int_equal(node_fixture_size(fixture), 0);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 3, &second), ERR_CONFLICT);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &second), OK);
}

static void the_same_frame_again_is_in_order_and_nothing_new(void **state)
{
	struct node_fixture *fixture = *state;
	struct link_frame frame = node_fixture_frame(fixture, 1, &first);
	uint64_t size;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &second), OK);
	size = node_fixture_size(fixture);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &second), OK);
	assert_int_equal(node_fixture_size(fixture), size);
	/* twice in one turn */
	node_fixture_begin(fixture);
	frame = node_fixture_frame(
		fixture, 3,
		&(struct parcel){"TH-1-9", 9, "TH-1-9", "asw.acdd", bytes_of_text("<c/>")});
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), OK);
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 3);
}

static void another_frame_under_a_known_number_is_an_alarm(void **state)
{
	struct node_fixture *fixture = *state;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &second), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &first), ERR_EXISTS);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &second), ERR_EXISTS);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 2);
}

/* What our own store says of a frame that it holds cannot be read: no word against the partner. */
static void damage_of_what_arrived_is_not_another_frame(void **state)
{
	struct node_fixture *fixture = *state;
	struct turn_key key = stream_arrival_key("TH", 1);

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	node_fixture_begin(fixture);
	assert_int_equal(
		batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of_text("damaged")), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), ERR_CORRUPT);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &second), ERR_CORRUPT);
}

static void a_frame_whose_hash_is_not_its_contents_is_not_taken(void **state)
{
	struct node_fixture *fixture = *state;
	struct link_frame frame = node_fixture_frame(fixture, 1, &first);

	frame.hash.at[0] ^= 1;
	node_fixture_begin(fixture);
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), ERR_FORMAT);
	assert_int_equal(batch_count(fixture->turn.batch), 0);
	node_fixture_drop(fixture);
}

static void another_epoch_needs_a_word_of_an_operator(void **state)
{
	struct node_fixture *fixture = *state;
	struct link_frame frame = node_fixture_frame(fixture, 2, &second);

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	frame.epoch = 2;
	node_fixture_begin(fixture);
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), ERR_CONFLICT);
	node_fixture_drop(fixture);
}

static void what_is_no_parcel_is_kept_and_does_not_stop_the_stream(void **state)
{
	struct node_fixture *fixture = *state;
	struct link_frame frame = {.epoch = 1, .number = 1, .content = bytes_of_text("rubbish")};
	struct bytes document;
	uint64_t number;

	frame.hash = hash_of(frame.content);
	node_fixture_begin(fixture);
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	number = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	assert_string_equal(node_fixture_attribute(fixture, "RelayAcceptance", number, "kind"),
			    "unreadable");
	assert_int_equal(ledger_payload(fixture->turn.ledger, number, 0, fixture->arena, &document),
			 OK);
	assert_true(bytes_equal(document, frame.content));
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &second), OK);
}

static void a_parcel_that_came_under_another_number_begins_nothing_again(void **state)
{
	struct node_fixture *fixture = *state;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &first), OK);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 1);
	assert_int_equal(stream_of(fixture).in.number, 2);
	assert_int_equal(node_fixture_arrive(fixture, "LA", 1, &first), OK); /* another sender's */
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 2);
}

static void an_arrival_that_was_not_committed_did_not_happen(void **state)
{
	struct node_fixture *fixture = *state;
	struct engine_faults faults = {.fail_commit_at = 1, .fail_with = ERR_UNAVAILABLE};
	struct link_frame frame = node_fixture_frame(fixture, 1, &first);

	engine_sim_set_faults(fixture->engine, &faults);
	node_fixture_begin(fixture);
	assert_int_equal(stream_arrive(&fixture->turn, "TH", &frame), OK);
	assert_int_equal(node_fixture_commit(fixture), ERR_UNAVAILABLE);
	assert_int_equal(stream_of(fixture).in.number, 0);
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &first), OK);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_frame_is_appended_raw_with_its_position),
		CASE(a_gap_is_a_conflict_and_changes_nothing),
		CASE(the_same_frame_again_is_in_order_and_nothing_new),
		CASE(another_frame_under_a_known_number_is_an_alarm),
		CASE(damage_of_what_arrived_is_not_another_frame),
		CASE(a_frame_whose_hash_is_not_its_contents_is_not_taken),
		CASE(another_epoch_needs_a_word_of_an_operator),
		CASE(what_is_no_parcel_is_kept_and_does_not_stop_the_stream),
		CASE(a_parcel_that_came_under_another_number_begins_nothing_again),
		CASE(an_arrival_that_was_not_committed_did_not_happen),
	};

	return cmocka_run_group_tests_name("stream_in", tests, NULL, NULL);
}
