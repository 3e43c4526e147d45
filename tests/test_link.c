#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "node/link_wire.h"

#define WINDOW_BYTES 100u
#define HORIZON 20u

static const uint8_t out_nonce[LINK_NONCE_BYTES] = "nonce of sender";
static const uint8_t in_nonce[LINK_NONCE_BYTES] = "of the receiver";
static const uint8_t new_nonce[LINK_NONCE_BYTES] = "another process";

struct scene {
	struct link_out *out;
	struct link_in *in;
	uint64_t now_ms;
	struct link_effects effects; /* of the last step */
	struct buffer heard;         /* the last message, from which effects may borrow */
	struct hash known[HORIZON + 1]; /* what lookup finds */
};

/* ---- Frames and messages ---- */

static struct link_frame frame_of(uint64_t number, const char *text)
{
	struct link_frame frame = {.epoch = 1, .number = number, .content = bytes_of_text(text)};

	frame.hash = hash_of(frame.content);
	return frame;
}

static struct link_wire message_of(enum link_wire_kind kind, const uint8_t *to, const uint8_t *from)
{
	struct link_wire message = {.kind = kind, .epoch = 1};

	memcpy(message.to, to, LINK_NONCE_BYTES);
	memcpy(message.from, from, LINK_NONCE_BYTES);
	return message;
}

static struct link_wire wire_frame(const struct link_frame *frame)
{
	struct link_wire message = message_of(LINK_WIRE_FRAME, in_nonce, out_nonce);

	message.serial = 1;
	message.epoch = frame->epoch;
	message.number = frame->number;
	message.hash = frame->hash;
	message.content = frame->content;
	return message;
}

static struct link_wire wire_number(enum link_wire_kind kind, uint64_t number, const char *text)
{
	struct link_wire message = message_of(kind, out_nonce, in_nonce);

	message.serial = 1;
	message.number = number;
	if (number > 0)
		message.hash = frame_of(number, text).hash;
	message.content = bytes_of_text("checkpoint");
	return message;
}

/* ---- Steps ---- */

static void step(struct scene *scene, bool is_out, struct link_event event)
{
	event.now_ms = scene->now_ms;
	if (is_out)
		link_out_step(scene->out, &event, &scene->effects);
	else
		link_in_step(scene->in, &event, &scene->effects);
}

static void hear(struct scene *scene, bool is_out, struct link_wire message)
{
	buffer_clear(&scene->heard);
	buffer_init(&scene->heard, LIMIT_FRAME_BYTES);
	link_wire_format(&scene->heard, &message);
	assert_int_equal(buffer_error(&scene->heard), OK);
	step(scene, is_out,
	     (struct link_event){.kind = LINK_MESSAGE, .content = buffer_bytes(&scene->heard)});
}

static void loaded(struct scene *scene, uint64_t number, const char *text)
{
	step(scene, true,
	     (struct link_event){.kind = LINK_LOADED, .frame = frame_of(number, text)});
}

static void ledger_says(struct scene *scene, enum link_event_kind kind, uint64_t number,
			const char *text)
{
	step(scene, false,
	     (struct link_event){.kind = kind, .number = number, .frame = frame_of(number, text)});
}

static size_t count_of(const struct scene *scene, enum link_effect_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < scene->effects.count; i++)
		count += scene->effects.items[i].kind == kind;
	return count;
}

static const struct link_effect *effect_of(const struct scene *scene, enum link_effect_kind kind)
{
	assert_int_equal(count_of(scene, kind), 1);
	for (size_t i = 0;; i++)
		if (scene->effects.items[i].kind == kind)
			return &scene->effects.items[i];
}

/* The one message that the last step sent. */
static struct link_wire said(const struct scene *scene)
{
	struct link_wire message;

	assert_int_equal(link_wire_parse(effect_of(scene, LINK_SEND)->content, &message), OK);
	return message;
}

static void assert_says(const struct scene *scene, enum link_wire_kind kind, uint64_t number)
{
	struct link_wire message = said(scene);

	assert_int_equal(message.kind, kind);
	assert_int_equal(message.number, number);
}

static void assert_loads(const struct scene *scene, uint64_t behind)
{
	assert_int_equal(effect_of(scene, LINK_LOAD)->number, behind);
}

static void assert_stopped(const struct scene *scene, const char *text)
{
	assert_non_null(strstr(effect_of(scene, LINK_ALARM)->text, text));
	assert_int_equal(said(scene).kind, LINK_WIRE_ALARM);
	assert_true(bytes_equal(said(scene).content,
				bytes_of_text(effect_of(scene, LINK_ALARM)->text)));
}

static bool find_hash(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	struct scene *scene = context;
	struct hash zero = {{0}};

	assert_int_equal(epoch, 1);
	assert_true(number >= 1 && number <= HORIZON);
	if (hash_equal(&scene->known[number], &zero))
		return false;
	*ret_hash = scene->known[number];
	return true;
}

/* A sender that has started, and a receiver that has `number` frames with the text "old". */
static void open_scene(struct scene *scene, uint64_t number)
{
	struct link_position position = {.epoch = number > 0, .number = number};

	*scene = (struct scene){.now_ms = 1000};
	if (number > 0)
		position.hash = frame_of(number, "old").hash;
	for (uint64_t i = 1; i <= number; i++)
		scene->known[i] = frame_of(i, "old").hash;
	assert_int_equal(link_out_new("th.example", 1, WINDOW_BYTES, out_nonce, &scene->out), OK);
	assert_int_equal(link_in_new(&position, in_nonce, find_hash, scene, &scene->in), OK);
	assert_int_equal(link_in_set_checkpoint(scene->in, bytes_of_text("checkpoint")), OK);
	step(scene, true, (struct link_event){.kind = LINK_START, .number = number});
}

static void close_scene(struct scene *scene)
{
	link_out_free(scene->out);
	link_in_free(scene->in);
	buffer_clear(&scene->heard);
}

/* A sender with an open session, to which the receiver said that it has nothing yet. */
static void open_sender(struct scene *scene)
{
	open_scene(scene, 0);
	hear(scene, true, wire_number(LINK_WIRE_WELCOME, 0, ""));
	assert_int_equal(link_out_state(scene->out), LINK_OUT_OPEN);
	assert_loads(scene, 0);
}

static struct link_wire hello(void)
{
	struct link_wire message = message_of(LINK_WIRE_HELLO, in_nonce, out_nonce);

	message.serial = 1;
	message.content = bytes_of_text("th.example");
	return message;
}

/* A receiver with a session. */
static void open_receiver(struct scene *scene, uint64_t number)
{
	open_scene(scene, number);
	hear(scene, false, hello());
	assert_says(scene, LINK_WIRE_WELCOME, number);
}

static void give(struct scene *scene, uint64_t number, const char *text)
{
	struct link_frame frame = frame_of(number, text);

	hear(scene, false, wire_frame(&frame));
}

/* ---- The wire ---- */

static void a_message_has_its_documented_bytes(void **state)
{
	static const uint8_t expected_start[] = {1, 4};
	struct link_wire message = wire_number(LINK_WIRE_RECEIPT, 0x0102, "x"), read;
	struct buffer bytes;

	(void)state;
	buffer_init(&bytes, 1000);
	link_wire_format(&bytes, &message);
	assert_int_equal(bytes.len, LINK_WIRE_HEADER_BYTES + strlen("checkpoint"));
	assert_memory_equal(bytes.at, expected_start, 2);
	assert_memory_equal(bytes.at + 2, out_nonce, 16);
	assert_memory_equal(bytes.at + 18, in_nonce, 16);
	assert_int_equal(bytes_get_u64(bytes.at + 34), 1);
	assert_int_equal(bytes_get_u64(bytes.at + 42), 1);
	assert_int_equal(bytes_get_u64(bytes.at + 50), 0x0102);
	assert_memory_equal(bytes.at + 58, message.hash.at, HASH_BYTES);
	assert_int_equal(bytes_get_u32(bytes.at + 90), strlen("checkpoint"));
	assert_memory_equal(bytes.at + 102, "checkpoint", strlen("checkpoint"));
	assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), OK);
	assert_int_equal(read.kind, message.kind);
	assert_int_equal(read.number, message.number);
	assert_true(bytes_equal(read.content, message.content));
	buffer_clear(&bytes);
}

static void any_damaged_bit_and_any_cut_is_found(void **state)
{
	struct link_frame frame = frame_of(7, "content");
	struct link_wire messages[] = {wire_frame(&frame), wire_number(LINK_WIRE_WELCOME, 3, "x")};
	struct link_wire read;
	struct buffer bytes;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		buffer_init(&bytes, 1000);
		link_wire_format(&bytes, &messages[i]);
		for (size_t bit = 0; bit < bytes.len * 8; bit++) {
			bytes.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), ERR_FORMAT);
			bytes.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t len = 0; len < bytes.len; len++)
			assert_int_equal(link_wire_parse(bytes_of(bytes.at, len), &read), ERR_FORMAT);
		assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), OK);
		buffer_clear(&bytes);
	}
}

/* As a later version would write it: the header stays the same. */
static void change_version(struct buffer *bytes)
{
	struct bytes parts[2];
	struct hash tag;

	bytes->at[0] = LINK_VERSION + 1;
	parts[0] = bytes_of(bytes->at, LINK_WIRE_HEADER_BYTES - 8);
	parts[1] = bytes_of(bytes->at + LINK_WIRE_HEADER_BYTES, bytes->len - LINK_WIRE_HEADER_BYTES);
	tag = hash_of_parts(parts, 2);
	memcpy(bytes->at + LINK_WIRE_HEADER_BYTES - 8, tag.at, 8);
}

static void another_version_is_told_so_once_and_nothing_stops(void **state)
{
	struct link_wire message = hello();
	struct buffer bytes;
	struct scene scene;

	(void)state;
	open_scene(&scene, 0);
	buffer_init(&bytes, 1000);
	link_wire_format(&bytes, &message);
	change_version(&bytes);
	for (size_t i = 0; i < 2; i++) {
		step(&scene, false,
		     (struct link_event){.kind = LINK_MESSAGE, .content = buffer_bytes(&bytes)});
		assert_int_equal(count_of(&scene, LINK_ALARM), i == 0);
		assert_int_equal(said(&scene).kind, LINK_WIRE_ALARM);
		assert_memory_equal(said(&scene).to, out_nonce, LINK_NONCE_BYTES);
	}
	hear(&scene, false, hello());
	assert_says(&scene, LINK_WIRE_WELCOME, 0);
	buffer_clear(&bytes);
	close_scene(&scene);
}

static void a_content_over_the_limit_is_not_written(void **state)
{
	struct link_wire message = hello();
	struct buffer bytes;

	(void)state;
	message.content.len = LINK_CONTENT_BYTES + 1;
	buffer_init(&bytes, LIMIT_FRAME_BYTES);
	link_wire_format(&bytes, &message);
	assert_int_equal(buffer_error(&bytes), ERR_LIMIT);
	buffer_clear(&bytes);
}

/* ---- The sender ---- */

static void a_sender_says_hello_again_with_growing_pauses(void **state)
{
	uint64_t last_ms, pause_ms = 0, longest_ms = 0;
	struct scene scene;

	(void)state;
	open_scene(&scene, 5);
	assert_says(&scene, LINK_WIRE_HELLO, 5);
	assert_true(bytes_equal(said(&scene).content, bytes_of_text("th.example")));
	last_ms = scene.now_ms;
	for (int hellos = 0; hellos < 12; scene.now_ms += 10) {
		step(&scene, true, (struct link_event){.kind = LINK_TICK});
		if (scene.effects.count == 0)
			continue;
		hellos++;
		assert_says(&scene, LINK_WIRE_HELLO, 5);
		pause_ms = scene.now_ms - last_ms;
		assert_true(pause_ms >= 100 && pause_ms + 10 >= longest_ms);
		longest_ms = pause_ms > longest_ms ? pause_ms : longest_ms;
		last_ms = scene.now_ms;
	}
	assert_true(longest_ms >= 15000 && longest_ms <= 30010);
	close_scene(&scene);
}

static void a_welcome_with_nothing_opens_and_frames_follow_in_order(void **state)
{
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, "one");
	assert_says(&scene, LINK_WIRE_FRAME, 1);
	assert_memory_equal(said(&scene).to, in_nonce, LINK_NONCE_BYTES);
	assert_memory_equal(said(&scene).from, out_nonce, LINK_NONCE_BYTES);
	assert_true(bytes_equal(said(&scene).content, bytes_of_text("one")));
	assert_loads(&scene, 1);
	loaded(&scene, 2, "two");
	assert_says(&scene, LINK_WIRE_FRAME, 2);
	close_scene(&scene);
}

static void a_welcome_with_a_number_is_compared_with_our_ledger_first(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 3);
	hear(&scene, true, wire_number(LINK_WIRE_WELCOME, 5, "five"));
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	assert_loads(&scene, 4);
	loaded(&scene, 5, "five");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_OPEN);
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 5);
	assert_true(bytes_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->content,
				bytes_of_text("checkpoint")));
	assert_loads(&scene, 5);
	close_scene(&scene);
}

static void a_welcome_that_does_not_fit_our_ledger_is_an_alarm(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 3);
	hear(&scene, true, wire_number(LINK_WIRE_WELCOME, 3, "other"));
	loaded(&scene, 3, "old");
	assert_stopped(&scene, "another frame 3");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_STOPPED);
	close_scene(&scene);

	open_scene(&scene, 3);
	hear(&scene, true, wire_number(LINK_WIRE_WELCOME, 9, "nine"));
	step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	assert_stopped(&scene, "never sent");
	step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	scene.now_ms += 1000000;
	step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	step(&scene, true, (struct link_event){.kind = LINK_START, .number = 3});
	assert_says(&scene, LINK_WIRE_HELLO, 3);
	close_scene(&scene);
}

static void a_receiver_that_lost_its_end_gets_it_again(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 9);
	hear(&scene, true, wire_number(LINK_WIRE_WELCOME, 2, "two"));
	loaded(&scene, 2, "two");
	assert_int_equal(count_of(&scene, LINK_ACKNOWLEDGED), 0);
	assert_loads(&scene, 2);
	loaded(&scene, 3, "three");
	assert_says(&scene, LINK_WIRE_FRAME, 3);
	close_scene(&scene);
}

static void a_stale_welcome_changes_nothing(void **state)
{
	struct link_wire message = wire_number(LINK_WIRE_WELCOME, 0, "");
	struct scene scene;

	(void)state;
	open_scene(&scene, 0);
	message.serial = 2; /* answers a greeting that we never said */
	hear(&scene, true, message);
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	message.serial = 1;
	memcpy(message.to, new_nonce, LINK_NONCE_BYTES); /* is for another process */
	hear(&scene, true, message);
	assert_int_equal(link_out_state(scene.out), LINK_OUT_GREETING);
	close_scene(&scene);

	open_sender(&scene);
	loaded(&scene, 1, "one");
	hear(&scene, true, wire_number(LINK_WIRE_WELCOME, 0, "")); /* came twice: not sent twice */
	assert_int_equal(scene.effects.count, 0);
	close_scene(&scene);
}

static void the_window_bounds_what_is_unacknowledged(void **state)
{
	static const char sixty[] = "123456789012345678901234567890123456789012345678901234567890";
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, sixty);
	assert_loads(&scene, 1);
	loaded(&scene, 2, sixty); /* does not fit: not sent, not asked for again */
	assert_int_equal(scene.effects.count, 0);
	step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	assert_int_equal(scene.effects.count, 0);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 1, sixty));
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	assert_loads(&scene, 1);
	loaded(&scene, 2, sixty);
	assert_says(&scene, LINK_WIRE_FRAME, 2);
	close_scene(&scene);
}

static void a_frame_larger_than_the_window_goes_alone(void **state)
{
	char large[2 * WINDOW_BYTES];
	struct scene scene;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	open_sender(&scene);
	loaded(&scene, 1, large);
	assert_says(&scene, LINK_WIRE_FRAME, 1);
	assert_int_equal(count_of(&scene, LINK_LOAD), 0);
	close_scene(&scene);
}

static void small_frames_under_way_are_bounded_in_number(void **state)
{
	struct scene scene;
	uint64_t number = 0;

	(void)state;
	open_sender(&scene);
	do
		loaded(&scene, ++number, "");
	while (count_of(&scene, LINK_LOAD) == 1);
	assert_int_equal(number, LINK_FRAMES);
	close_scene(&scene);
}

static void receipts_are_cumulative_and_old_or_foreign_ones_say_nothing(void **state)
{
	struct link_wire message;
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, "one");
	loaded(&scene, 2, "two");
	message = wire_number(LINK_WIRE_RECEIPT, 2, "two");
	memcpy(message.from, new_nonce, LINK_NONCE_BYTES);
	hear(&scene, true, message);
	assert_int_equal(scene.effects.count, 0);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 2, "two"));
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 2);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 1, "one"));
	assert_int_equal(scene.effects.count, 0);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 2, "two"));
	assert_int_equal(scene.effects.count, 0);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 7, "seven"));
	assert_int_equal(scene.effects.count, 0);
	close_scene(&scene);
}

static void a_receipt_for_another_frame_is_an_alarm(void **state)
{
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, "one");
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 1, "not one"));
	assert_stopped(&scene, "another frame 1");
	close_scene(&scene);
}

static void again_rewinds_once(void **state)
{
	struct link_wire message = wire_number(LINK_WIRE_AGAIN, 1, "one");
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, "one");
	loaded(&scene, 2, "two");
	loaded(&scene, 3, "three");
	step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	hear(&scene, true, message);
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	assert_loads(&scene, 1);
	loaded(&scene, 2, "two");
	assert_says(&scene, LINK_WIRE_FRAME, 2);
	hear(&scene, true, message); /* the same came twice */
	assert_int_equal(scene.effects.count, 0);
	close_scene(&scene);
}

static void no_progress_is_answered_with_a_greeting_not_with_blind_repetition(void **state)
{
	struct scene scene;

	(void)state;
	open_sender(&scene);
	loaded(&scene, 1, "one");
	scene.now_ms += 500;
	step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 2000;
	step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_says(&scene, LINK_WIRE_HELLO, 0);
	hear(&scene, true, wire_number(LINK_WIRE_RECEIPT, 1, "one")); /* only late: still true */
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	close_scene(&scene);
}

static void an_idle_sender_is_quiet(void **state)
{
	struct scene scene;

	(void)state;
	open_sender(&scene);
	step(&scene, true, (struct link_event){.kind = LINK_NOTHING});
	scene.now_ms += 10000000;
	step(&scene, true, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	assert_loads(&scene, 0);
	step(&scene, true, (struct link_event){.kind = LINK_AVAILABLE});
	step(&scene, true, (struct link_event){.kind = LINK_NOTHING}); /* was looked up before */
	assert_loads(&scene, 0);
	close_scene(&scene);
}

static void a_receiver_that_does_not_know_us_makes_us_greet_at_once(void **state)
{
	struct link_wire message = message_of(LINK_WIRE_ASK, out_nonce, new_nonce);
	struct scene scene;

	(void)state;
	open_sender(&scene);
	message.serial = 7; /* about an older session */
	hear(&scene, true, message);
	assert_int_equal(scene.effects.count, 0);
	message.serial = 1;
	hear(&scene, true, message);
	assert_says(&scene, LINK_WIRE_HELLO, 0);
	close_scene(&scene);
}

static void a_damaged_frame_of_our_own_ledger_is_an_alarm(void **state)
{
	struct link_event event = {.kind = LINK_LOADED, .frame = frame_of(1, "one")};
	struct scene scene;

	(void)state;
	open_sender(&scene);
	event.frame.content = bytes_of_text("two");
	step(&scene, true, event);
	assert_stopped(&scene, "our ledger's frame 1");
	close_scene(&scene);

	open_sender(&scene);
	loaded(&scene, 2, "two"); /* was asked for 1 */
	assert_stopped(&scene, "our ledger's frame 1");
	close_scene(&scene);
}

static void an_alarm_of_the_partner_stops_and_its_text_is_made_harmless(void **state)
{
	struct link_wire message = message_of(LINK_WIRE_ALARM, out_nonce, in_nonce);
	struct scene scene;

	(void)state;
	open_sender(&scene);
	message.content = bytes_of_text("bad\n\x1b[2Jnews");
	hear(&scene, true, message);
	assert_string_equal(effect_of(&scene, LINK_ALARM)->text, "the partner says: bad??[2Jnews");
	assert_int_equal(link_out_state(scene.out), LINK_OUT_STOPPED);
	assert_int_equal(count_of(&scene, LINK_SEND), 0);
	close_scene(&scene);
}

/* ---- The receiver ---- */

static void frames_are_committed_in_order_several_at_once(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 0);
	for (uint64_t number = 1; number <= 3; number++) {
		give(&scene, number, "text");
		assert_int_equal(effect_of(&scene, LINK_COMMIT)->frame.number, number);
		assert_int_equal(effect_of(&scene, LINK_COMMIT)->frame.epoch, 1);
		assert_true(bytes_equal(effect_of(&scene, LINK_COMMIT)->frame.content,
					bytes_of_text("text")));
		assert_int_equal(count_of(&scene, LINK_SEND), 0);
	}
	ledger_says(&scene, LINK_COMMITTED, 2, "text"); /* and so 1 */
	assert_says(&scene, LINK_WIRE_RECEIPT, 2);
	assert_true(bytes_equal(said(&scene).content, bytes_of_text("checkpoint")));
	ledger_says(&scene, LINK_COMMITTED, 1, "text");
	assert_int_equal(scene.effects.count, 0);
	ledger_says(&scene, LINK_COMMITTED, 3, "text");
	assert_says(&scene, LINK_WIRE_RECEIPT, 3);
	close_scene(&scene);
}

static void a_frame_that_comes_again_is_answered_with_the_receipt(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 5);
	for (uint64_t number = 4; number <= 5; number++) {
		give(&scene, number, "old");
		assert_says(&scene, LINK_WIRE_RECEIPT, 5);
		assert_int_equal(scene.effects.count, 1);
	}
	scene.known[3] = (struct hash){{0}}; /* beyond the horizon: nothing can be said against it */
	give(&scene, 3, "whatever");
	assert_says(&scene, LINK_WIRE_RECEIPT, 5);
	give(&scene, 6, "six");
	give(&scene, 6, "six"); /* while it is committed: no second commit, no receipt yet */
	assert_int_equal(scene.effects.count, 0);
	close_scene(&scene);
}

static void the_same_number_with_other_content_is_an_alarm(void **state)
{
	static const uint64_t numbers[] = {4, 5, 6};
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		open_receiver(&scene, 5);
		give(&scene, 6, "six");
		give(&scene, numbers[i], "other");
		assert_stopped(&scene, "came twice");
		give(&scene, 7, "seven");
		assert_int_equal(scene.effects.count, 0);
		hear(&scene, false, hello());
		assert_int_equal(said(&scene).kind, LINK_WIRE_ALARM);
		assert_int_equal(count_of(&scene, LINK_ALARM), 0); /* our operator knows already */
		step(&scene, false, (struct link_event){.kind = LINK_START});
		hear(&scene, false, hello());
		assert_says(&scene, LINK_WIRE_WELCOME, 5);
		close_scene(&scene);
	}
}

static void a_gap_is_asked_for_once_and_behind_what_is_durable(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 5);
	give(&scene, 8, "eight");
	assert_says(&scene, LINK_WIRE_AGAIN, 5);
	give(&scene, 9, "nine");
	assert_int_equal(scene.effects.count, 0);
	give(&scene, 6, "six");
	give(&scene, 8, "eight"); /* 6 is under way: asked for 7 when 6 is durable */
	assert_int_equal(scene.effects.count, 0);
	ledger_says(&scene, LINK_COMMITTED, 6, "six");
	assert_int_equal(count_of(&scene, LINK_SEND), 2); /* receipt and again */
	close_scene(&scene);
}

static void a_refused_frame_is_asked_for_later(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 0);
	give(&scene, 1, "one");
	give(&scene, 2, "two");
	ledger_says(&scene, LINK_REFUSED, 1, "one");
	ledger_says(&scene, LINK_REFUSED, 2, "two");
	give(&scene, 1, "one"); /* too early */
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 100;
	step(&scene, false, (struct link_event){.kind = LINK_TICK});
	assert_int_equal(scene.effects.count, 0);
	scene.now_ms += 500;
	step(&scene, false, (struct link_event){.kind = LINK_TICK});
	assert_says(&scene, LINK_WIRE_AGAIN, 0);
	give(&scene, 1, "one");
	assert_int_equal(effect_of(&scene, LINK_COMMIT)->frame.number, 1);
	close_scene(&scene);
}

static void what_is_durable_is_true_also_after_a_refusal(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 0);
	give(&scene, 1, "one");
	give(&scene, 2, "two");
	ledger_says(&scene, LINK_REFUSED, 1, "one"); /* its answer was lost, it was durable */
	ledger_says(&scene, LINK_COMMITTED, 2, "two");
	assert_int_equal(said(&scene).number, 2);
	scene.now_ms += 1000;
	step(&scene, false, (struct link_event){.kind = LINK_TICK});
	assert_says(&scene, LINK_WIRE_AGAIN, 2);
	give(&scene, 3, "three");
	assert_int_equal(effect_of(&scene, LINK_COMMIT)->frame.number, 3);
	close_scene(&scene);
}

static void a_conflict_with_our_ledger_is_an_alarm(void **state)
{
	struct scene scene;

	(void)state;
	open_receiver(&scene, 0);
	give(&scene, 1, "one");
	ledger_says(&scene, LINK_CONFLICT, 1, "one");
	assert_stopped(&scene, "our ledger holds another frame 1");
	close_scene(&scene);
}

static void frames_of_another_session_are_not_taken_and_their_sender_is_asked(void **state)
{
	struct link_frame frame = frame_of(1, "one");
	struct link_wire message = wire_frame(&frame);
	struct scene scene;

	(void)state;
	open_scene(&scene, 0);
	hear(&scene, false, message); /* before any hello */
	assert_int_equal(said(&scene).kind, LINK_WIRE_ASK);
	hear(&scene, false, hello());
	memcpy(message.to, new_nonce, LINK_NONCE_BYTES); /* for the process before us */
	message.serial = 9;
	hear(&scene, false, message);
	assert_int_equal(said(&scene).kind, LINK_WIRE_ASK);
	assert_int_equal(said(&scene).serial, 9);
	memcpy(message.to, in_nonce, LINK_NONCE_BYTES);
	memcpy(message.from, new_nonce, LINK_NONCE_BYTES); /* of a sender that did not say hello */
	hear(&scene, false, message);
	assert_memory_equal(said(&scene).to, new_nonce, LINK_NONCE_BYTES);
	close_scene(&scene);
}

static void another_epoch_needs_an_operator_but_a_new_stream_takes_any(void **state)
{
	struct link_wire message = hello();
	struct scene scene;

	(void)state;
	for (uint64_t epoch = 0; epoch <= 2; epoch += 2) {
		open_scene(&scene, 5);
		message.epoch = epoch;
		hear(&scene, false, message);
		assert_stopped(&scene, "epoch");
		close_scene(&scene);
	}
	open_scene(&scene, 0);
	message.epoch = 7;
	hear(&scene, false, message);
	assert_says(&scene, LINK_WIRE_WELCOME, 0);
	assert_int_equal(said(&scene).epoch, 7);
	close_scene(&scene);
}

static void both_machines_talk_to_each_other(void **state)
{
	struct scene scene;
	uint8_t bytes[300];
	size_t len;

	(void)state;
	open_scene(&scene, 0);
	for (int turn = 0; turn < 3; turn++) { /* hello, welcome, (load) frame */
		len = effect_of(&scene, LINK_SEND)->content.len;
		assert_true(len <= sizeof(bytes));
		memcpy(bytes, effect_of(&scene, LINK_SEND)->content.at, len);
		step(&scene, turn == 1,
		     (struct link_event){.kind = LINK_MESSAGE, .content = bytes_of(bytes, len)});
		if (turn == 1)
			loaded(&scene, 1, "one");
	}
	assert_int_equal(effect_of(&scene, LINK_COMMIT)->frame.number, 1);
	ledger_says(&scene, LINK_COMMITTED, 1, "one");
	len = effect_of(&scene, LINK_SEND)->content.len;
	memcpy(bytes, effect_of(&scene, LINK_SEND)->content.at, len);
	step(&scene, true, (struct link_event){.kind = LINK_MESSAGE, .content = bytes_of(bytes, len)});
	assert_int_equal(effect_of(&scene, LINK_ACKNOWLEDGED)->number, 1);
	close_scene(&scene);
}

static void what_is_too_long_is_refused(void **state)
{
	static uint8_t note[LINK_NOTE_BYTES + 1];
	char name[LINK_NODE_BYTES + 1];
	struct link_out *out;
	struct scene scene;

	(void)state;
	memset(name, 'a', LINK_NODE_BYTES);
	name[LINK_NODE_BYTES] = 0;
	assert_int_equal(link_out_new(name, 1, 1, out_nonce, &out), ERR_LIMIT);
	open_scene(&scene, 0);
	assert_int_equal(link_in_set_checkpoint(scene.in, bytes_of(note, sizeof(note))), ERR_LIMIT);
	assert_int_equal(link_in_set_checkpoint(scene.in, bytes_of(note, LINK_NOTE_BYTES)), OK);
	close_scene(&scene);
	link_out_free(NULL);
	link_in_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_has_its_documented_bytes),
		cmocka_unit_test(any_damaged_bit_and_any_cut_is_found),
		cmocka_unit_test(another_version_is_told_so_once_and_nothing_stops),
		cmocka_unit_test(a_content_over_the_limit_is_not_written),
		cmocka_unit_test(a_sender_says_hello_again_with_growing_pauses),
		cmocka_unit_test(a_welcome_with_nothing_opens_and_frames_follow_in_order),
		cmocka_unit_test(a_welcome_with_a_number_is_compared_with_our_ledger_first),
		cmocka_unit_test(a_welcome_that_does_not_fit_our_ledger_is_an_alarm),
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
		cmocka_unit_test(frames_are_committed_in_order_several_at_once),
		cmocka_unit_test(a_frame_that_comes_again_is_answered_with_the_receipt),
		cmocka_unit_test(the_same_number_with_other_content_is_an_alarm),
		cmocka_unit_test(a_gap_is_asked_for_once_and_behind_what_is_durable),
		cmocka_unit_test(a_refused_frame_is_asked_for_later),
		cmocka_unit_test(what_is_durable_is_true_also_after_a_refusal),
		cmocka_unit_test(a_conflict_with_our_ledger_is_an_alarm),
		cmocka_unit_test(frames_of_another_session_are_not_taken_and_their_sender_is_asked),
		cmocka_unit_test(another_epoch_needs_an_operator_but_a_new_stream_takes_any),
		cmocka_unit_test(both_machines_talk_to_each_other),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
