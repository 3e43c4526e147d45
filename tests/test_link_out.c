#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/link_scene.h"

static void a_sender_says_hello_again_with_growing_pauses(void **state)
{
	uint64_t last_ms, pause_ms = 0, longest_ms = 0;
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 5);
	link_scene_assert_says(&scene, LINK_WIRE_HELLO, 5);
	assert_true(bytes_equal(link_scene_said(&scene).content, bytes_of_text("th.example")));
	last_ms = scene.now_ms;
	for (int hellos = 0; hellos < 12; scene.now_ms += 10) {
		link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
		if (scene.effects.count == 0)
			continue;
		hellos++;
		link_scene_assert_says(&scene, LINK_WIRE_HELLO, 5);
		pause_ms = scene.now_ms - last_ms;
		assert_true(pause_ms >= 100 && pause_ms + 10 >= longest_ms);
		longest_ms = pause_ms > longest_ms ? pause_ms : longest_ms;
		last_ms = scene.now_ms;
	}
	assert_true(longest_ms >= 15000 && longest_ms <= 30010);
	link_scene_close(&scene);
}

static void a_welcome_with_nothing_opens_and_frames_follow_in_order(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 1);
	assert_memory_equal(link_scene_said(&scene).to, link_scene_in_nonce, LINK_NONCE_BYTES);
	assert_memory_equal(link_scene_said(&scene).from, link_scene_out_nonce, LINK_NONCE_BYTES);
	assert_true(bytes_equal(link_scene_said(&scene).content, bytes_of_text("one")));
	link_scene_assert_loads(&scene, 1);
	link_scene_loaded(&scene, 2, "two");
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 2);
	link_scene_close(&scene);
}

static void a_welcome_with_a_number_is_compared_with_our_ledger_first(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 3);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 5, "five"));
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	link_scene_assert_loads(&scene, 4);
	link_scene_loaded(&scene, 5, "five");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_OPEN);
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 5);
	assert_true(bytes_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->content,
				bytes_of_text("checkpoint")));
	link_scene_assert_loads(&scene, 5);
	link_scene_close(&scene);
}

static void a_receipt_with_an_endless_note_counts_without_it(void **state)
{
	static uint8_t note[LINK_NOTE_BYTES + 1];
	struct link_wire receipt = link_scene_wire_number(LINK_WIRE_RECEIPT, 1, "one");
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	receipt.content = bytes_of(note, sizeof(note));
	link_scene_hear(&scene, true, receipt);
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->content.len, 0);
	link_scene_close(&scene);
}

static void a_welcome_that_does_not_fit_our_ledger_is_an_alarm(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 3);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 3, "other"));
	link_scene_loaded(&scene, 3, "old");
	link_scene_assert_stopped(&scene, "another frame 3");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_STOPPED);
	link_scene_close(&scene);

	link_scene_open(&scene, 3);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 9, "nine"));
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	link_scene_assert_stopped(&scene, "never sent");
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	scene.now_ms += 1000000;
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_START, .number = 3});
	link_scene_assert_says(&scene, LINK_WIRE_HELLO, 3);
	link_scene_close(&scene);
}

static void a_ledger_that_is_away_is_asked_again_and_is_no_alarm(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 3);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 3, "old"));
	link_scene_assert_loads(&scene, 2);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AWAY});
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	assert_int_equal(scene.effects.count, 0);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
	link_scene_assert_loads(&scene, 2);
	link_scene_loaded(&scene, 3, "old");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_OPEN);
	link_scene_close(&scene);
}

static void a_receiver_that_lost_its_end_gets_it_again(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 9);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 2, "two"));
	link_scene_loaded(&scene, 2, "two");
	assert_int_equal(link_scene_count_of(&scene, LINK_ACKNOWLEDGED), 0);
	link_scene_assert_loads(&scene, 2);
	link_scene_loaded(&scene, 3, "three");
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 3);
	link_scene_close(&scene);
}

static void a_stale_welcome_changes_nothing(void **state)
{
	struct link_wire message = link_scene_wire_number(LINK_WIRE_WELCOME, 0, "");
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 0);
	message.serial = 2; /* answers a greeting that we never said */
	link_scene_hear(&scene, true, message);
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	message.serial = 1;
	memcpy(message.to, link_scene_new_nonce, LINK_NONCE_BYTES); /* is for another process */
	link_scene_hear(&scene, true, message);
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	link_scene_close(&scene);

	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	link_scene_hear(
		&scene, true,
		link_scene_wire_number(LINK_WIRE_WELCOME, 0, "")); /* came twice: not sent twice */
	assert_int_equal(scene.effects.count, 0);
	link_scene_close(&scene);
}

static void the_window_bounds_what_is_unacknowledged(void **state)
{
	static const char sixty[] = "123456789012345678901234567890123456789012345678901234567890";
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, sixty);
	link_scene_assert_loads(&scene, 1);
	link_scene_loaded(&scene, 2, sixty); /* does not fit: not sent, not asked for again */
	assert_int_equal(scene.effects.count, 0);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	assert_int_equal(scene.effects.count, 0);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 1, sixty));
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	link_scene_assert_loads(&scene, 1);
	link_scene_loaded(&scene, 2, sixty);
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 2);
	link_scene_close(&scene);
}

static void a_frame_larger_than_the_window_goes_alone(void **state)
{
	char large[2 * LINK_SCENE_WINDOW_BYTES];
	struct link_scene scene;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, large);
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 1);
	assert_int_equal(link_scene_count_of(&scene, LINK_LOAD), 0);
	link_scene_close(&scene);
}

static void small_frames_under_way_are_bounded_in_number(void **state)
{
	struct link_scene scene;
	uint64_t number = 0;

	(void)state;
	link_scene_open_sender(&scene);
	do
		link_scene_loaded(&scene, ++number, "");
	while (link_scene_count_of(&scene, LINK_LOAD) == 1);
	assert_int_equal(number, LINK_FRAMES);
	link_scene_close(&scene);
}

static void receipts_are_cumulative_and_old_or_foreign_ones_say_nothing(void **state)
{
	struct link_wire message;
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	link_scene_loaded(&scene, 2, "two");
	message = link_scene_wire_number(LINK_WIRE_RECEIPT, 2, "two");
	memcpy(message.from, link_scene_new_nonce, LINK_NONCE_BYTES);
	link_scene_hear(&scene, true, message);
	assert_int_equal(scene.effects.count, 0);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 2, "two"));
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 2);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 1, "one"));
	assert_int_equal(scene.effects.count, 0);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 2, "two"));
	assert_int_equal(scene.effects.count, 0);
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 7, "seven"));
	assert_int_equal(scene.effects.count, 0);
	link_scene_close(&scene);
}

static void a_receipt_for_another_frame_is_an_alarm(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	link_scene_hear(&scene, true, link_scene_wire_number(LINK_WIRE_RECEIPT, 1, "not one"));
	link_scene_assert_stopped(&scene, "another frame 1");
	link_scene_close(&scene);
}

static void again_rewinds_once(void **state)
{
	struct link_wire message = link_scene_wire_number(LINK_WIRE_AGAIN, 1, "one");
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	link_scene_loaded(&scene, 2, "two");
	link_scene_loaded(&scene, 3, "three");
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	link_scene_hear(&scene, true, message);
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	link_scene_assert_loads(&scene, 1);
	link_scene_loaded(&scene, 2, "two");
	link_scene_assert_says(&scene, LINK_WIRE_FRAME, 2);
	link_scene_hear(&scene, true, message); /* the same came twice */
	assert_int_equal(scene.effects.count, 0);
	link_scene_close(&scene);
}

static void no_progress_is_answered_with_a_greeting_not_with_blind_repetition(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 1, "one");
	scene.now_ms += 500;
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 2000;
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
	link_scene_assert_says(&scene, LINK_WIRE_HELLO, 0);
	link_scene_hear(
		&scene, true,
		link_scene_wire_number(LINK_WIRE_RECEIPT, 1, "one")); /* only late: still true */
	assert_int_equal(link_scene_effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	link_scene_close(&scene);
}

static void an_idle_sender_is_quiet(void **state)
{
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	scene.now_ms += 10000000;
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	link_scene_assert_loads(&scene, 0);
	link_scene_step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	link_scene_step(&scene, true,
			(struct link_event){.kind = LINK_NOTHING}); /* was looked up before */
	link_scene_assert_loads(&scene, 0);
	link_scene_close(&scene);
}

static void a_receiver_that_does_not_know_us_makes_us_greet_at_once(void **state)
{
	struct link_wire message =
		link_scene_message_of(LINK_WIRE_ASK, link_scene_out_nonce, link_scene_new_nonce);
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	message.serial = 7; /* about an older session */
	link_scene_hear(&scene, true, message);
	assert_int_equal(scene.effects.count, 0);
	message.serial = 1;
	link_scene_hear(&scene, true, message);
	link_scene_assert_says(&scene, LINK_WIRE_HELLO, 0);
	link_scene_close(&scene);
}

static void a_damaged_frame_of_our_own_ledger_is_an_alarm(void **state)
{
	struct link_event event = {.kind = LINK_LOADED, .frame = link_scene_frame_of(1, "one")};
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	event.frame.content = bytes_of_text("two");
	link_scene_step(&scene, true, event);
	link_scene_assert_stopped(&scene, "our ledger's frame 1");
	link_scene_close(&scene);

	link_scene_open_sender(&scene);
	link_scene_loaded(&scene, 2, "two"); /* was asked for 1 */
	link_scene_assert_stopped(&scene, "our ledger's frame 1");
	link_scene_close(&scene);
}

static void an_alarm_of_the_partner_stops_and_its_text_is_made_harmless(void **state)
{
	struct link_wire message =
		link_scene_message_of(LINK_WIRE_ALARM, link_scene_out_nonce, link_scene_in_nonce);
	struct link_scene scene;

	(void)state;
	link_scene_open_sender(&scene);
	message.content = bytes_of_text("bad\n\x1b[2Jnews");
	link_scene_hear(&scene, true, message);
	assert_string_equal(link_scene_effect_of(&scene, LINK_ALARM)->text,
			    "the partner says: bad??[2Jnews");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_STOPPED);
	assert_int_equal(link_scene_count_of(&scene, LINK_SEND), 0);
	link_scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sender_says_hello_again_with_growing_pauses),
		cmocka_unit_test(a_welcome_with_nothing_opens_and_frames_follow_in_order),
		cmocka_unit_test(a_welcome_with_a_number_is_compared_with_our_ledger_first),
		cmocka_unit_test(a_receipt_with_an_endless_note_counts_without_it),
		cmocka_unit_test(a_welcome_that_does_not_fit_our_ledger_is_an_alarm),
		cmocka_unit_test(a_ledger_that_is_away_is_asked_again_and_is_no_alarm),
		cmocka_unit_test(a_receiver_that_lost_its_end_gets_it_again),
		cmocka_unit_test(a_stale_welcome_changes_nothing),
		cmocka_unit_test(the_window_bounds_what_is_unacknowledged),
		cmocka_unit_test(a_frame_larger_than_the_window_goes_alone),
		cmocka_unit_test(small_frames_under_way_are_bounded_in_number),
		cmocka_unit_test(receipts_are_cumulative_and_old_or_foreign_ones_say_nothing),
		cmocka_unit_test(a_receipt_for_another_frame_is_an_alarm),
		cmocka_unit_test(again_rewinds_once),
		cmocka_unit_test(no_progress_is_answered_with_a_greeting_not_with_blind_repetition),
		cmocka_unit_test(an_idle_sender_is_quiet),
		cmocka_unit_test(a_receiver_that_does_not_know_us_makes_us_greet_at_once),
		cmocka_unit_test(a_damaged_frame_of_our_own_ledger_is_an_alarm),
		cmocka_unit_test(an_alarm_of_the_partner_stops_and_its_text_is_made_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
