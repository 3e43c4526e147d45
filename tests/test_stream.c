/* stream, outward: numbers are given in order and once, and what they carry never changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/outcome.h"
#include "tests/support/node_fixture.h"

#define AMENDMENT "function", "02", "meaning", "amendment"
#define PLENTY ((size_t)64 << 20)

/* A document that goes to TH as it is. */
static uint64_t owe(struct node_fixture *fixture, const char *document)
{
	uint64_t message = node_fixture_lodge(fixture, "gom", document, node_fixture_wco,
					      PAIRS("reference", document))
				   .message;
	uint64_t number = node_fixture_record(fixture, "DeliveryOwed", message).number;

	node_fixture_canonicalise(fixture);
	return number;
}

/* A declaration that must be translated for TH; changes may make it an amendment. */
static uint64_t owe_acdd(struct node_fixture *fixture, const char *document,
			 const char *const *changes)
{
	uint64_t message =
		node_fixture_lodge(fixture, "gom", document, node_fixture_export, changes).message;

	node_fixture_register(fixture);
	return node_fixture_record(fixture, "DeliveryOwed", message).number;
}

static void translate(struct node_fixture *fixture, uint64_t delivery)
{
	struct outcome_translation translation = {.as = "asw.acdd",
						  .output = bytes_of_text("<o></o>")};

	node_fixture_begin(fixture);
	assert_int_equal(outcome_translated(&fixture->turn, delivery, &translation), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_sign(fixture);
}

static void hold(struct node_fixture *fixture, uint64_t delivery)
{
	struct findings findings;

	findings_init(&findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_held(&fixture->turn, delivery, &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static size_t frames(struct node_fixture *fixture, uint64_t after, size_t max_bytes,
		     size_t max_count, struct stream_frame *ret_frames)
{
	size_t count = 99;

	node_fixture_begin(fixture);
	assert_int_equal(stream_frames(&fixture->turn, "TH", after, max_bytes, max_count,
				       ret_frames, &count),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return count;
}

static struct stream stream_of(struct node_fixture *fixture)
{
	struct stream stream;

	assert_int_equal(stream_load(&fixture->turn, "TH", &stream), OK);
	return stream;
}

static struct parcel parcel_of(struct node_fixture *fixture, const struct stream_frame *frame)
{
	struct hash hash = hash_of(frame->content);
	struct parcel parcel;

	assert_true(hash_equal(&hash, &frame->hash));
	assert_int_equal(parcel_unpack(frame->content, fixture->arena, &parcel), OK);
	return parcel;
}

#define SIGNED "<D>%s<ds:Signature></ds:Signature></D>"

/* ---- Outward ---- */

static void numbers_are_given_in_the_order_in_which_things_became_owed(void **state)
{
	static const char *const documents[] = {"a", "b", "c"};
	struct node_fixture *fixture = *state;
	struct stream_frame given[8];

	for (size_t i = 0; i < 3; i++)
		owe(fixture, documents[i]);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 3);
	for (size_t i = 0; i < 3; i++) {
		struct parcel parcel = parcel_of(fixture, &given[i]);

		assert_int_equal(given[i].number, i + 1);
		assert_true(bytes_equal(
			parcel.document,
			bytes_of_text(arena_format(fixture->arena, SIGNED, documents[i]))));
		assert_string_equal(parcel.kind, "wco.declaration");
		assert_string_equal(parcel.root, parcel.message);
	}
	assert_int_equal(stream_of(fixture).last_given, 3);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SENT, "partner:TH"), 3);
}

static void what_is_sent_again_is_the_same_to_the_byte(void **state)
{
	struct node_fixture *fixture = *state;
	struct stream_frame first[8], again[8];

	owe(fixture, "a");
	owe(fixture, "b");
	assert_int_equal(frames(fixture, 0, PLENTY, 8, first), 2);
	owe(fixture, "c");
	assert_int_equal(frames(fixture, 0, PLENTY, 8, again), 3);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(again[i].number, first[i].number);
		assert_true(bytes_equal(again[i].content, first[i].content));
	}
	assert_int_equal(frames(fixture, 1, PLENTY, 8, again), 2);
	assert_int_equal(again[0].number, 2);
}

static void no_more_is_given_than_the_window_holds(void **state)
{
	struct node_fixture *fixture = *state;
	struct stream_frame given[8];
	size_t one;

	for (size_t i = 0; i < 4; i++)
		owe(fixture, (const char *const[]){"a", "b", "c", "d"}[i]);
	assert_int_equal(frames(fixture, 0, PLENTY, 2, given), 2);
	one = given[0].content.len;
	assert_int_equal(stream_of(fixture).last_given, 2);
	assert_int_equal(frames(fixture, 0, one, 8, given), 1);
	assert_int_equal(frames(fixture, 0, one + 1, 8, given), 2);
	assert_int_equal(frames(fixture, 2, one, 8, given), 1);
	assert_int_equal(stream_of(fixture).last_given, 3);
	assert_int_equal(frames(fixture, 3, 0, 8, given), 1); /* at least one when there is one */
	assert_int_equal(stream_of(fixture).last_given, 4);
	assert_int_equal(frames(fixture, 4, 0, 8, given), 0);
}

static void a_turn_that_fails_gives_no_numbers(void **state)
{
	struct node_fixture *fixture = *state;
	struct engine_faults faults = {.fail_commit_at = 1, .fail_with = ERR_FULL};
	struct stream_frame given[8];
	size_t count;

	owe(fixture, "a");
	engine_sim_set_faults(fixture->engine, &faults);
	node_fixture_begin(fixture);
	assert_int_equal(stream_frames(&fixture->turn, "TH", 0, PLENTY, 8, given, &count), OK);
	assert_int_equal(node_fixture_commit(fixture), ERR_FULL);
	assert_int_equal(stream_of(fixture).last_given, 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 1);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	assert_int_equal(given[0].number, 1);
}

static void asking_twice_in_one_turn_gives_one_number(void **state)
{
	struct node_fixture *fixture = *state;
	struct stream_frame first[8], second[8];
	size_t first_count, second_count;

	owe(fixture, "a");
	node_fixture_begin(fixture);
	assert_int_equal(stream_frames(&fixture->turn, "TH", 0, PLENTY, 8, first, &first_count),
			 OK);
	assert_int_equal(stream_frames(&fixture->turn, "TH", 0, PLENTY, 8, second, &second_count),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(first_count, 1);
	assert_int_equal(second_count, 1);
	assert_true(bytes_equal(first[0].content, second[0].content));
	assert_int_equal(stream_of(fixture).last_given, 1);
}

static void each_partner_has_a_stream_of_its_own(void **state)
{
	struct node_fixture *fixture = *state;

	fixture->routes[6] = fixture->routes[7];
	fixture->routes[6].id = "laos";
	fixture->routes[6].to = "LA";
	owe(fixture, "a");
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	assert_int_equal(node_fixture_send(fixture, "LA"), 1);
	node_fixture_acknowledge(fixture, "LA", 1);
	assert_int_equal(stream_of(fixture).last_given, 1);
	assert_int_equal(stream_of(fixture).acknowledged, 0);
}

/* ---- Order within a conversation ---- */

static void an_amendment_never_overtakes_its_declaration(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = owe_acdd(fixture, "a", PAIRS("port", "THBKK"));
	uint64_t amendment = owe_acdd(fixture, "b", PAIRS(AMENDMENT));
	struct stream_frame given[8];

	translate(fixture, amendment); /* the original is still being translated */
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 0);
	hold(fixture, original); /* now an operator must look at it */
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 0);
	owe(fixture, "another"); /* of another conversation: goes on */
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, original, "operator:hong", ""), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	translate(fixture, original);
	assert_int_equal(frames(fixture, 1, PLENTY, 8, given), 2);
	assert_int_equal(parcel_of(fixture, &given[0]).delivery, original);
	assert_int_equal(parcel_of(fixture, &given[1]).delivery, amendment);
	assert_string_equal(parcel_of(fixture, &given[1]).root,
			    parcel_of(fixture, &given[0]).message);
}

static void an_amendment_waits_also_for_the_amendment_before_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = owe_acdd(fixture, "a", PAIRS("port", ""));
	uint64_t first = owe_acdd(fixture, "b", PAIRS(AMENDMENT));
	uint64_t second = owe_acdd(fixture, "c", PAIRS(AMENDMENT));
	struct stream_frame given[8];

	translate(fixture, original);
	translate(fixture, second);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	translate(fixture, first);
	assert_int_equal(frames(fixture, 1, PLENTY, 8, given), 2);
	assert_int_equal(parcel_of(fixture, &given[0]).delivery, first);
	assert_int_equal(parcel_of(fixture, &given[1]).delivery, second);
}

static void what_was_dropped_holds_nobody_up(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = owe_acdd(fixture, "a", PAIRS("port", ""));
	struct stream_frame given[8];

	translate(fixture, owe_acdd(fixture, "b", PAIRS(AMENDMENT)));
	hold(fixture, original);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_drop(&fixture->turn, original, "operator:hong", "wrong"), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
}

static void hold_all(struct node_fixture *fixture, size_t expected)
{
	uint64_t numbers[400];
	size_t count = node_fixture_queue(fixture, STAGE_TRANSLATE, "", numbers, 400);
	struct findings findings;

	assert_int_equal(count, expected);
	findings_init(&findings, fixture->arena);
	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(outcome_held(&fixture->turn, numbers[i], &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* More than a page of queue stands before it, none of its conversation. */
static void an_amendment_waits_for_its_own_original_among_many_that_are_held(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original, amendment;
	struct stream_frame given[8];

	for (unsigned i = 0; i < 300; i++) {
		char reference[16];

		(void)snprintf(reference, sizeof(reference), "H%u", i);
		node_fixture_lodge(fixture, "gom", reference, node_fixture_export,
				   PAIRS("reference", reference));
	}
	node_fixture_register(fixture);
	hold_all(fixture, 300);
	original = owe_acdd(fixture, "a", PAIRS("port", ""));
	amendment = owe_acdd(fixture, "b", PAIRS(AMENDMENT));
	translate(fixture, amendment);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 0); /* behind its own original */
	hold(fixture, original);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 0); /* the 301st that is held */
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, original, "operator:hong", ""), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	translate(fixture, original);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 2);
	assert_int_equal(parcel_of(fixture, &given[1]).delivery, amendment);
}

static void many_that_wait_do_not_hold_up_who_stands_behind_them(void **state)
{
	struct node_fixture *fixture = *state;
	struct stream_frame given[8];
	uint64_t behind;

	fixture->routes[7].as = "asw.declaration"; /* must be translated first */
	hold(fixture, owe(fixture, "a"));
	for (unsigned i = 0; i < 300; i++) {
		char document[16];

		(void)snprintf(document, sizeof(document), "c%u", i);
		node_fixture_lodge(fixture, "gom", document, node_fixture_wco,
				   PAIRS(AMENDMENT, "original", "a"));
	}
	behind = owe(fixture, "z");
	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 301);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	assert_int_equal(parcel_of(fixture, &given[0]).delivery, behind);
}

/* ---- Too large for a frame ---- */

static void what_no_frame_holds_is_held_and_the_stream_goes_on(void **state)
{
	struct node_fixture *fixture = *state;
	uint8_t *large = malloc(LINK_CONTENT_BYTES);
	struct outcome_translation translation = {.as = "asw.acdd",
						  .output = bytes_of(large, LINK_CONTENT_BYTES)};
	uint64_t number = owe_acdd(fixture, "a", PAIRS("port", ""));
	struct stream_frame given[8];

	assert_non_null(large);
	memset(large, 'a', LINK_CONTENT_BYTES);
	memcpy(large, "<a>", 3);
	memcpy(large + LINK_CONTENT_BYTES - 4, "</a>", 4);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_translated(&fixture->turn, number, &translation), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	free(large);
	node_fixture_sign(fixture);
	owe(fixture, "b");
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	assert_int_equal(given[0].number, 1);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_HELD);
	assert_string_equal(node_fixture_delivery(fixture, number).why, "frame-too-large");
}

/* ---- Without a signature ---- */

/* As a version of the program that did not sign left them. */
static void forget_signature(struct node_fixture *fixture, uint64_t number, bool and_output)
{
	struct delivery delivery = node_fixture_delivery(fixture, number);

	delivery.signature_record = 0;
	if (and_output)
		delivery.output_record = delivery.message;
	node_fixture_begin(fixture);
	assert_int_equal(delivery_move(&fixture->turn, &delivery, STAGE_SEND), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void what_is_not_signed_is_not_sent(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t translated = owe(fixture, "a"), as_it_came = owe(fixture, "b");
	struct stream_frame given[8];

	forget_signature(fixture, translated, false);
	forget_signature(fixture, as_it_came, true);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 0);
	assert_int_equal(node_fixture_delivery(fixture, translated).stage, STAGE_SIGN);
	assert_int_equal(node_fixture_delivery(fixture, as_it_came).stage, STAGE_TRANSLATE);
	node_fixture_canonicalise(fixture);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 2);
}

/* ---- Acknowledgements ---- */

static void an_acknowledgement_covers_all_up_to_it_once(void **state)
{
	struct node_fixture *fixture = *state;
	struct bytes note = bytes_of_text("their checkpoint");
	struct stream_frame given[8];
	uint64_t size;

	for (size_t i = 0; i < 3; i++)
		owe(fixture, (const char *const[]){"a", "b", "c"}[i]);
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 3);
	node_fixture_begin(fixture);
	assert_int_equal(stream_acknowledge(&fixture->turn, "TH", 2, note), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(stream_of(fixture).acknowledged, 2);
	assert_true(bytes_equal(stream_of(fixture).checkpoint, note));
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 2);
	size = node_fixture_size(fixture);
	node_fixture_acknowledge(fixture, "TH", 2);
	node_fixture_acknowledge(fixture, "TH", 1);
	assert_int_equal(node_fixture_size(fixture), size);
	node_fixture_acknowledge(fixture, "TH", 3);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 3);
	assert_true(bytes_equal(stream_of(fixture).checkpoint, note)); /* no newer one came */
}

static void more_than_was_given_cannot_be_acknowledged(void **state)
{
	struct node_fixture *fixture = *state;
	struct stream_frame given[8];

	owe(fixture, "a");
	assert_int_equal(frames(fixture, 0, PLENTY, 8, given), 1);
	node_fixture_begin(fixture);
	assert_int_equal(stream_acknowledge(&fixture->turn, "TH", 2, (struct bytes){0}), ERR_USAGE);
	assert_int_equal(stream_acknowledge(&fixture->turn, "LA", 1, (struct bytes){0}), ERR_USAGE);
	assert_int_equal(batch_count(fixture->turn.batch), 0);
	node_fixture_drop(fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(numbers_are_given_in_the_order_in_which_things_became_owed),
		CASE(what_is_sent_again_is_the_same_to_the_byte),
		CASE(no_more_is_given_than_the_window_holds),
		CASE(a_turn_that_fails_gives_no_numbers),
		CASE(asking_twice_in_one_turn_gives_one_number),
		CASE(each_partner_has_a_stream_of_its_own),
		CASE(an_amendment_never_overtakes_its_declaration),
		CASE(an_amendment_waits_also_for_the_amendment_before_it),
		CASE(what_was_dropped_holds_nobody_up),
		CASE(an_amendment_waits_for_its_own_original_among_many_that_are_held),
		CASE(many_that_wait_do_not_hold_up_who_stands_behind_them),
		CASE(what_no_frame_holds_is_held_and_the_stream_goes_on),
		CASE(what_is_not_signed_is_not_sent),
		CASE(an_acknowledgement_covers_all_up_to_it_once),
		CASE(more_than_was_given_cannot_be_acknowledged),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
