#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/link_scene.h"

static void frames_are_committed_in_order_several_at_once(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 0);
	for (uint64_t number = 1; number <= 3; number++) {
		link_scene_give(&scene, number, "text");
		assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.number, number);
		assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.epoch, 1);
		assert_true(bytes_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.content,
					bytes_of_text("text")));
		assert_int_equal(link_scene_count_of(&scene, LINK_SEND), 0);
	}
	link_scene_ledger_says(&scene, LINK_COMMITTED, 2, "text"); /* and so 1 */
	link_scene_assert_says(&scene, LINK_WIRE_RECEIPT, 2);
	assert_true(bytes_equal(link_scene_said(&scene).content, bytes_of_text("checkpoint")));
	link_scene_ledger_says(&scene, LINK_COMMITTED, 1, "text");
	assert_int_equal(scene.effects.count, 0);
	link_scene_ledger_says(&scene, LINK_COMMITTED, 3, "text");
	link_scene_assert_says(&scene, LINK_WIRE_RECEIPT, 3);
	link_scene_close(&scene);
}

static void a_frame_that_comes_again_is_answered_with_the_receipt(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 5);
	for (uint64_t number = 4; number <= 5; number++) {
		link_scene_give(&scene, number, "old");
		link_scene_assert_says(&scene, LINK_WIRE_RECEIPT, 5);
		assert_int_equal(scene.effects.count, 1);
	}
	scene.known[3] =
		(struct hash){{0}}; /* beyond the horizon: nothing can be said against it */
	link_scene_give(&scene, 3, "whatever");
	link_scene_assert_says(&scene, LINK_WIRE_RECEIPT, 5);
	link_scene_give(&scene, 6, "six");
	link_scene_give(&scene, 6,
			"six"); /* while it is committed: no second commit, no receipt yet */
	assert_int_equal(scene.effects.count, 0);
	link_scene_close(&scene);
}

static void the_same_number_with_other_content_is_an_alarm(void **state)
{
	static const uint64_t numbers[] = {4, 5, 6};
	struct link_scene scene;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		link_scene_open_receiver(&scene, 5);
		link_scene_give(&scene, 6, "six");
		link_scene_give(&scene, numbers[i], "other");
		link_scene_assert_stopped(&scene, "came twice");
		link_scene_give(&scene, 7, "seven");
		assert_int_equal(scene.effects.count, 0);
		link_scene_hear(&scene, false, link_scene_hello());
		assert_int_equal(link_scene_said(&scene).kind, LINK_WIRE_ALARM);
		assert_int_equal(link_scene_count_of(&scene, LINK_ALARM),
				 0); /* our operator knows already */
		link_scene_step(&scene, false, (struct link_event){.kind = LINK_START});
		link_scene_hear(&scene, false, link_scene_hello());
		link_scene_assert_says(&scene, LINK_WIRE_WELCOME, 5);
		link_scene_close(&scene);
	}
}

static void a_gap_is_asked_for_once_and_behind_what_is_durable(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 5);
	link_scene_give(&scene, 8, "eight");
	link_scene_assert_says(&scene, LINK_WIRE_AGAIN, 5);
	link_scene_give(&scene, 9, "nine");
	assert_int_equal(scene.effects.count, 0);
	link_scene_give(&scene, 6, "six");
	link_scene_give(&scene, 8, "eight"); /* 6 is under way: asked for 7 when 6 is durable */
	assert_int_equal(scene.effects.count, 0);
	link_scene_ledger_says(&scene, LINK_COMMITTED, 6, "six");
	assert_int_equal(link_scene_count_of(&scene, LINK_SEND), 2); /* receipt and again */
	link_scene_close(&scene);
}

static void a_refused_frame_is_asked_for_later(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 0);
	link_scene_give(&scene, 1, "one");
	link_scene_give(&scene, 2, "two");
	link_scene_ledger_says(&scene, LINK_REFUSED, 1, "one");
	link_scene_ledger_says(&scene, LINK_REFUSED, 2, "two");
	link_scene_give(&scene, 1, "one"); /* too early */
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 100;
	link_scene_step(&scene, false, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 500;
	link_scene_step(&scene, false, (struct link_event){.kind = LINK_TICK});
	link_scene_assert_says(&scene, LINK_WIRE_AGAIN, 0);
	link_scene_give(&scene, 1, "one");
	assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.number, 1);
	link_scene_close(&scene);
}

static void what_is_durable_is_true_also_after_a_refusal(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 0);
	link_scene_give(&scene, 1, "one");
	link_scene_give(&scene, 2, "two");
	link_scene_ledger_says(&scene, LINK_REFUSED, 1,
			       "one"); /* its answer was lost, it was durable */
	link_scene_ledger_says(&scene, LINK_COMMITTED, 2, "two");
	assert_int_equal(link_scene_said(&scene).number, 2);
	scene.now_ms += 1000;
	link_scene_step(&scene, false, (struct link_event){.kind = LINK_TICK});
	link_scene_assert_says(&scene, LINK_WIRE_AGAIN, 2);
	link_scene_give(&scene, 3, "three");
	assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.number, 3);
	link_scene_close(&scene);
}

static void a_conflict_with_our_ledger_is_an_alarm(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_receiver(&scene, 0);
	link_scene_give(&scene, 1, "one");
	link_scene_ledger_says(&scene, LINK_CONFLICT, 1, "one");
	link_scene_assert_stopped(&scene, "our ledger holds another frame 1");
	link_scene_close(&scene);
}

static void frames_of_another_session_are_not_taken_and_their_sender_is_asked(void **state)
{
	struct link_frame frame = link_scene_frame_of(1, "one");
	struct link_wire message = link_scene_wire_frame(&frame);
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 0);
	link_scene_hear(&scene, false, message); /* before any hello */
	assert_int_equal(link_scene_said(&scene).kind, LINK_WIRE_ASK);
	link_scene_hear(&scene, false, link_scene_hello());
	memcpy(message.to, link_scene_new_nonce, LINK_NONCE_BYTES); /* for the process before us */
	message.serial = 9;
	link_scene_hear(&scene, false, message);
	assert_int_equal(link_scene_said(&scene).kind, LINK_WIRE_ASK);
	assert_int_equal(link_scene_said(&scene).serial, 9);
	memcpy(message.to, link_scene_in_nonce, LINK_NONCE_BYTES);
	memcpy(message.from, link_scene_new_nonce,
	       LINK_NONCE_BYTES); /* of a sender that did not say hello */
	link_scene_hear(&scene, false, message);
	assert_memory_equal(link_scene_said(&scene).to, link_scene_new_nonce, LINK_NONCE_BYTES);
	link_scene_close(&scene);
}

/* A message in the session that the scene's hello began, of another epoch. */
static struct link_wire in_epoch(struct link_wire message, uint64_t epoch)
{
	message.epoch = epoch;
	return message;
}

/* What our ledger saw last of the partner's, which it judged. */
static void say_seen(struct link_scene *scene, uint64_t epoch)
{
	struct link_event event = {.kind = LINK_WITNESSED, .number = 3, .frame.epoch = epoch};

	link_scene_step(scene, false, event);
	link_scene_assert_says(scene, LINK_WIRE_SEEN, 3);
}

static void another_epoch_needs_endorsement_but_a_new_stream_takes_any(void **state)
{
	struct link_frame frame = link_scene_frame_of(6, "six");
	struct link_wire next = in_epoch(link_scene_wire_frame(&frame), 2), shown, recall;
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 5);
	link_scene_hear(&scene, false, in_epoch(link_scene_hello(), 0));
	assert_int_equal(scene.effects.count, 0);
	link_scene_hear(&scene, false, in_epoch(link_scene_hello(), 2));
	link_scene_assert_says(&scene, LINK_WIRE_WELCOME, 5);
	assert_int_equal(link_scene_said(&scene).epoch, 2);
	shown = recall = next;
	shown.kind = LINK_WIRE_CHECKPOINT;
	shown.serial = 1;
	recall.kind = LINK_WIRE_RECALL;
	recall.number = 5;
	for (uint64_t epoch = 1; epoch <= 2; epoch++) {
		link_scene_hear(&scene, false, next);
		assert_int_equal(scene.effects.count, 0);
		link_scene_hear(&scene, false, recall);
		assert_int_equal(scene.effects.count, 0);
		shown.serial = epoch;
		link_scene_hear(&scene, false, shown);
		assert_int_equal(link_scene_count_of(&scene, LINK_WITNESS), 1);
		say_seen(&scene, epoch);
	}
	link_scene_hear(&scene, false, recall);
	assert_int_equal(link_scene_effect_of(&scene, LINK_RECALL)->number, 5);
	link_scene_step(
		&scene, false,
		(struct link_event){.kind = LINK_FOUND, .frame = link_scene_frame_of(5, "old")});
	link_scene_assert_says(&scene, LINK_WIRE_RECALLED, 5);
	link_scene_hear(&scene, false, next);
	assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.epoch, 2);
	link_scene_close(&scene);
	link_scene_open(&scene, 0);
	link_scene_hear(&scene, false, in_epoch(link_scene_hello(), 7));
	link_scene_assert_says(&scene, LINK_WIRE_WELCOME, 0);
	assert_int_equal(link_scene_said(&scene).epoch, 7);
	link_scene_close(&scene);
}

/* What a process that has died said, and comes late with its hello, is of no session. */
static void what_comes_late_from_a_process_before_is_not_judged(void **state)
{
	struct link_frame frame = link_scene_frame_of(6, "six");
	struct link_wire late = link_scene_wire_frame(&frame), hello = link_scene_hello();
	struct link_scene scene;

	(void)state;
	late.kind = LINK_WIRE_CHECKPOINT;
	late.serial = 1;
	link_scene_open(&scene, 5);
	link_scene_hear(&scene, false, hello);
	memcpy(hello.from, link_scene_new_nonce, LINK_NONCE_BYTES);
	link_scene_hear(&scene, false, hello); /* the living one */
	link_scene_hear(&scene, false, link_scene_hello());
	link_scene_assert_says(&scene, LINK_WIRE_WELCOME, 5);
	link_scene_hear(&scene, false, late);
	assert_int_equal(link_scene_count_of(&scene, LINK_WITNESS), 0);
	link_scene_assert_says(&scene, LINK_WIRE_ASK, 5);
	link_scene_close(&scene);
}

static void both_machines_talk_to_each_other(void **state)
{
	struct link_scene scene;
	uint8_t bytes[300];
	size_t len;

	(void)state;
	link_scene_open(&scene, 0);
	for (int turn = 0; turn < 3; turn++) { /* hello, welcome, (load) frame */
		len = link_scene_effect_of(&scene, LINK_SEND)->content.len;
		assert_true(len <= sizeof(bytes));
		memcpy(bytes, link_scene_effect_of(&scene, LINK_SEND)->content.at, len);
		link_scene_step(
			&scene, turn == 1,
			(struct link_event){.kind = LINK_MESSAGE, .content = bytes_of(bytes, len)});
		if (turn == 1)
			link_scene_loaded(&scene, 1, "one");
	}
	assert_int_equal(link_scene_effect_of(&scene, LINK_COMMIT)->frame.number, 1);
	link_scene_ledger_says(&scene, LINK_COMMITTED, 1, "one");
	len = link_scene_effect_of(&scene, LINK_SEND)->content.len;
	memcpy(bytes, link_scene_effect_of(&scene, LINK_SEND)->content.at, len);
	link_scene_step(&scene, true,
			(struct link_event){.kind = LINK_MESSAGE, .content = bytes_of(bytes, len)});
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	link_scene_close(&scene);
}

static void what_is_too_long_is_refused(void **state)
{
	static uint8_t note[LINK_NOTE_BYTES + 1];
	char name[LINK_NODE_BYTES + 1];
	struct link_out *out;
	struct link_scene scene;

	(void)state;
	memset(name, 'a', LINK_NODE_BYTES);
	name[LINK_NODE_BYTES] = 0;
	assert_int_equal(link_out_new(name, 1, 1, link_scene_out_nonce, &out), ERR_LIMIT);
	link_scene_open(&scene, 0);
	assert_int_equal(link_in_set_checkpoint(scene.in, bytes_of(note, sizeof(note))), ERR_LIMIT);
	assert_int_equal(link_in_set_checkpoint(scene.in, bytes_of(note, LINK_NOTE_BYTES)), OK);
	link_scene_close(&scene);
	link_out_free(NULL);
	link_in_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_committed_in_order_several_at_once),
		cmocka_unit_test(a_frame_that_comes_again_is_answered_with_the_receipt),
		cmocka_unit_test(the_same_number_with_other_content_is_an_alarm),
		cmocka_unit_test(a_gap_is_asked_for_once_and_behind_what_is_durable),
		cmocka_unit_test(a_refused_frame_is_asked_for_later),
		cmocka_unit_test(what_is_durable_is_true_also_after_a_refusal),
		cmocka_unit_test(a_conflict_with_our_ledger_is_an_alarm),
		cmocka_unit_test(frames_of_another_session_are_not_taken_and_their_sender_is_asked),
		cmocka_unit_test(another_epoch_needs_endorsement_but_a_new_stream_takes_any),
		cmocka_unit_test(what_comes_late_from_a_process_before_is_not_judged),
		cmocka_unit_test(both_machines_talk_to_each_other),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
