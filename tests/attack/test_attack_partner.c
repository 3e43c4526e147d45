/*
 * A partner that turned hostile, with all its keys: this program speaks the link of Thailand's node by hand, as
 * sender at Viet Nam's listener and as receiver at its own. What it says is let in, and must leave the node alive,
 * nothing wrong on record, its log short and what it is sent bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "node/card_file.h"
#include "node/cosignature.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/link_wire.h"
#include "node/peer.h"
#include "node/seal.h"
#include "node/setup.h"
#include "node/witness.h"
#include "sampan/clock.h"
#include "sampan/key.h"
#include "tests/support/attack_scene.h"
#include "tests/support/patience.h"

#define HUGE_SIZE (UINT64_C(1) << 40)
#define CHECKPOINTS 600u
#define BIG_BYTES (4u << 20)
#define ASKING_MS 4000u
#define COSIGNATURES 20u

static struct rig *const rig = &attack_scene.rig;

/* ---- What the node tells of its partner ---- */

static int run(const char *const *words, struct bytes *ret_output)
{
	const char *arguments[12];
	size_t count = 0;

	for (; words[count] != NULL; count++)
		arguments[count] = words[count];
	arguments[count++] = "--config";
	arguments[count++] = attack_scene_vn()->config_path;
	arguments[count] = NULL;
	return rig_run(rig, arguments, ret_output);
}

static json_t *witness_new(void)
{
	static const char *const words[] = {"partner", "list", "--json", NULL};
	struct bytes output;
	json_t *list, *witness;

	assert_int_equal(run(words, &output), 0);
	list = json_loadb((const char *)output.at, output.len, 0, NULL);
	witness = json_incref(json_object_get(json_array_get(list, 0), "witness"));
	json_decref(list);
	return witness;
}

static uint64_t number_of(const char *name)
{
	json_t *witness = witness_new();
	uint64_t number = json_read_number(witness, name);

	json_decref(witness);
	return number;
}

static bool is_alarmed(void *context)
{
	json_t *witness = witness_new();
	bool is_it = json_is_object(json_object_get(witness, "alarm"));

	(void)context;
	json_decref(witness);
	return is_it;
}

static bool is_stopped(void *context)
{
	json_t *witness = witness_new();
	bool is_it = json_is_string(json_object_get(witness, "stopped"));

	(void)context;
	json_decref(witness);
	return is_it;
}

static bool is_going(void *context)
{
	return !is_stopped(context);
}

static void resume(void)
{
	static const char *const words[] = {"partner", "resume", "TH", "--reason", "a test", NULL};
	struct bytes output;

	assert_int_equal(run(words, &output), 0);
	assert_true(rig_wait(is_going, NULL, PATIENCE_MS));
}

/* Lines of the node's log with this word. */
static unsigned logged(const char *word)
{
	const char *path = arena_format(rig->arena, "%s/node.log", attack_scene_vn()->directory);
	struct bytes text;
	unsigned count = 0;

	assert_int_equal(file_read(path, 1u << 26, rig->arena, &text), OK);
	for (const char *at = arena_text(rig->arena, text); (at = strstr(at, word)) != NULL; at++)
		count++;
	return count;
}

/* ---- The link by hand ---- */

struct evil {
	struct curve_context *context;
	struct curve *curve;
	bool is_server;
	uint8_t me[LINK_NONCE_BYTES], peer[LINK_NONCE_BYTES];
	uint64_t serial;  /* of what was said last */
	uint64_t session; /* as a receiver: the greeting that was answered last */
	struct buffer room;
};

static void open_evil(struct evil *evil, bool is_server)
{
	const struct config_partner *partner = &attack_scene_th()->config->partners[0];
	struct curve_options options = {.kind = is_server ? SOCKET_SERVER : SOCKET_CLIENT,
					.endpoint = is_server ? partner->listen : partner->endpoint,
					.identity = is_server ? "VN" : "TH",
					.max_message_bytes = 4 * LIMIT_FRAME_BYTES,
					.queue_messages = 1000};

	*evil = (struct evil){.is_server = is_server};
	attack_scene_read_key(SETUP_CURVE_SECRET, options.own_secret);
	attack_scene_read_key(SETUP_CURVE_PUBLIC, options.own_public);
	assert_true(curve_key_parse(partner->curve_public, options.peer_public));
	key_random(evil->me, sizeof(evil->me));
	buffer_init(&evil->room, LIMIT_FRAME_BYTES);
	assert_int_equal(curve_context_new(&evil->context), OK);
	assert_int_equal(curve_open(evil->context, &options, &evil->curve), OK);
}

static void close_evil(struct evil *evil)
{
	buffer_clear(&evil->room);
	curve_close(evil->curve);
	curve_context_free(evil->context);
}

/* The next message of the node's, if there is one. */
static bool hear_any(struct evil *evil, struct link_wire *ret_message)
{
	struct socket_message message;

	return curve_receive(evil->curve, &message) == OK && message.count > 0 &&
	       link_wire_parse(message.parts[message.count - 1], ret_message) == OK;
}

static void nap(void)
{
	const struct timespec ms = {.tv_nsec = 1000000};

	(void)nanosleep(&ms, NULL);
}

static bool hear_within(struct evil *evil, enum link_wire_kind kind, uint64_t limit_ms,
			struct link_wire *ret_message)
{
	uint64_t until_ms = clock_monotonic_ms() + limit_ms;

	while (clock_monotonic_ms() < until_ms)
		if (!hear_any(evil, ret_message))
			nap();
		else if (ret_message->kind == kind)
			return true;
	return false;
}

static void say_bytes(struct evil *evil, struct bytes bytes)
{
	const struct bytes parts[] = {bytes_of_text("VN"), bytes};
	size_t first = evil->is_server ? 0 : 1;
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;

	while (curve_send(evil->curve, parts + first, 2 - first) != OK) {
		assert_true(clock_monotonic_ms() < until_ms);
		nap();
	}
}

static void say(struct evil *evil, struct link_wire message)
{
	memcpy(message.from, evil->me, LINK_NONCE_BYTES);
	memcpy(message.to, evil->peer, LINK_NONCE_BYTES);
	buffer_reset(&evil->room);
	link_wire_format(&evil->room, &message);
	assert_int_equal(buffer_error(&evil->room), OK);
	say_bytes(evil, buffer_bytes(&evil->room));
}

/* As a sender: a session of this epoch; what the node has of the stream. */
static struct link_wire greet(struct evil *evil, uint64_t epoch)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct link_wire answer;

	do {
		assert_true(clock_monotonic_ms() < until_ms);
		say(evil, (struct link_wire){.kind = LINK_WIRE_HELLO,
					     .serial = ++evil->serial,
					     .epoch = epoch,
					     .content = bytes_of_text("th.sampan.example")});
	} while (!hear_within(evil, LINK_WIRE_WELCOME, 1000, &answer));
	memcpy(evil->peer, answer.from, LINK_NONCE_BYTES);
	return answer;
}

/* ---- Checkpoints ---- */

static struct bytes keep(struct buffer *buffer)
{
	struct bytes kept;

	assert_int_equal(buffer_give(buffer, rig->arena, &kept), OK);
	buffer_clear(buffer);
	return kept;
}

/* Signed with the partner's own key, or with another. */
static struct bytes note_of(const char *origin, uint64_t size, const char *root, bool is_own)
{
	struct checkpoint checkpoint = {.size = size, .root = hash_of(bytes_of_text(root))};
	struct buffer note;
	struct key *key;

	assert_true(strlen(origin) < sizeof(checkpoint.origin));
	memcpy(checkpoint.origin, origin, strlen(origin) + 1);
	assert_int_equal(is_own ? key_load(arena_format(rig->arena, "%s/" SEAL_KEY_FILE,
							attack_scene_th()->directory),
					   &key)
				: key_new(&key),
			 OK);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
	key_free(key);
	return keep(&note);
}

static const char *origin_of(const char *epoch)
{
	return arena_format(rig->arena, "%s/%s", attack_scene_th()->config->name, epoch);
}

static struct bytes own_note(uint64_t size, const char *root)
{
	return note_of(origin_of("1"), size, root, true);
}

static void show_bytes(struct evil *evil, uint64_t epoch, struct bytes content)
{
	say(evil, (struct link_wire){.kind = LINK_WIRE_CHECKPOINT,
				     .serial = ++evil->serial,
				     .epoch = epoch,
				     .number = 1,
				     .content = content});
}

static struct bytes shown(const struct witness_shown *what)
{
	struct buffer content;

	buffer_init(&content, LINK_CONTENT_BYTES);
	witness_pack_shown(&content, what);
	return keep(&content);
}

/* Until the node has looked at one: it looks at so many in a time only. */
static void show_until(struct evil *evil, uint64_t epoch, struct bytes content,
		       enum link_wire_kind kind, struct link_wire *ret_answer)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;

	do {
		assert_true(clock_monotonic_ms() < until_ms);
		show_bytes(evil, epoch, content);
	} while (!hear_within(evil, kind, 1000, ret_answer));
}

/* ---- What changes nothing ---- */

struct stand {
	uint64_t seen, card, countersigned, ours;
};

static struct stand stand_now(void)
{
	return (struct stand){number_of("seen"), number_of("card"), number_of("countersigned"),
			      number_of("countersignedOurs")};
}

static void expect_stand(const struct stand *before)
{
	struct stand now = stand_now();

	assert_memory_equal(&now, before, sizeof(now));
	assert_false(is_alarmed(NULL));
	assert_false(is_stopped(NULL));
}

static void kinds_that_nobody_knows_or_waits_for_say_nothing(void **state)
{
	static const enum link_wire_kind others[] = {LINK_WIRE_WELCOME,
						     LINK_WIRE_RECEIPT,
						     LINK_WIRE_AGAIN,
						     LINK_WIRE_ASK,
						     LINK_WIRE_SEEN,
						     LINK_WIRE_RECALLED,
						     LINK_WIRE_RECALLED + 1,
						     0,
						     0x7f,
						     0xff};
	struct stand before = stand_now();
	struct link_wire welcome;
	struct evil evil;
	uint64_t number;

	(void)state;
	open_evil(&evil, false);
	number = greet(&evil, 1).number;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (uint64_t at = 0; at < 4; at++)
			say(&evil, (struct link_wire){.kind = others[i],
						      .serial = at * (UINT64_MAX / 3),
						      .epoch = 1,
						      .number = at * (UINT64_MAX / 3),
						      .content = bytes_of_text("x")});
	welcome = greet(&evil, 1);
	assert_int_equal(welcome.number, number);
	close_evil(&evil);
	expect_stand(&before);
}

static struct bytes proof_of(struct bytes note, uint32_t count, uint32_t there)
{
	struct buffer content;

	buffer_init(&content, LINK_CONTENT_BYTES);
	pack_bytes(&content, note);
	pack_u64(&content, 1);
	pack_u64(&content, 1);
	pack_u32(&content, count);
	for (uint32_t i = 0; i < there; i++)
		pack_fixed(&content, hash_of(note).at, HASH_BYTES);
	pack_bytes(&content, (struct bytes){0});
	pack_bytes(&content, (struct bytes){0});
	return keep(&content);
}

static void checkpoints_that_are_none_change_nothing(void **state)
{
	const struct bytes whole = own_note(HUGE_SIZE, "a");
	const struct bytes wrong[] = {
		{0},
		bytes_of_text("no checkpoint"),
		shown(&(struct witness_shown){.note = bytes_of(whole.at, whole.len - 5)}),
		shown(&(struct witness_shown){.note = own_note(0, "a")}),
		shown(&(struct witness_shown){.note = own_note(UINT64_MAX, "a")}),
		shown(&(struct witness_shown){.note = note_of(origin_of("1"), 9, "a", false)}),
		shown(&(struct witness_shown){
			.note = note_of("vn.sampan.example/1", 9, "a", true)}),
		shown(&(struct witness_shown){.note = note_of(origin_of("0"), 9, "a", true)}),
		shown(&(struct witness_shown){
			.note = note_of(origin_of("99999999999999999999"), 9, "a", true)}),
		proof_of(whole, 10000, 10000),
		proof_of(whole, UINT32_MAX, 3),
	};
	struct stand before = stand_now();
	struct link_wire answer;
	struct evil evil;

	(void)state;
	open_evil(&evil, false);
	(void)greet(&evil, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		show_bytes(&evil, 1, wrong[i]);
		assert_false(hear_within(&evil, LINK_WIRE_SEEN, 1000, &answer));
	}
	/* larger, and not proven: it hears what was seen of it, and nothing more */
	show_until(&evil, 1, shown(&(struct witness_shown){.note = whole}), LINK_WIRE_SEEN,
		   &answer);
	assert_int_equal(answer.number, before.seen);
	close_evil(&evil);
	expect_stand(&before);
}

static void cards_that_are_none_or_older_are_not_taken(void **state)
{
	struct witness_shown what = {.note = own_note(HUGE_SIZE, "a")};
	struct bytes cards[4], old;
	struct stand before = stand_now();
	struct witness_answer said;
	struct link_wire answer;
	struct evil evil;
	uint8_t *longer;

	(void)state;
	assert_int_equal(card_file_load(attack_scene_th()->directory, 1, rig->arena, &old), OK);
	longer = arena_alloc(rig->arena, 100000);
	assert_non_null(longer);
	memset(longer, 'A', 100000);
	cards[0] = old; /* again */
	cards[1] = bytes_of(old.at, old.len / 2);
	cards[2] = bytes_of(longer, 100000);
	cards[3] = bytes_of_text("VN\n");
	open_evil(&evil, false);
	(void)greet(&evil, 1);
	for (size_t i = 0; i < 4; i++) {
		what.card = cards[i];
		show_until(&evil, 1, shown(&what), LINK_WIRE_SEEN, &answer);
		assert_int_equal(witness_unpack_answer(answer.content, &said), OK);
		assert_int_equal(said.card_version, before.card);
	}
	close_evil(&evil);
	expect_stand(&before);
}

/* ---- What costs us more than it costs the partner ---- */

/* So many in this time, and what was saved up. */
static uint64_t tokens_in(uint64_t ms)
{
	return PEER_BURST + (ms + 1000) * PEER_PER_SECOND / 1000;
}

static void bad_checkpoints_without_end_bring_a_few_lines_into_the_log(void **state)
{
	const struct bytes wrong[] = {
		bytes_of_text("no checkpoint"),
		shown(&(struct witness_shown){.note = note_of(origin_of("1"), 9, "a", false)})};
	unsigned before = logged("checkpoint-not-judged");
	uint64_t began_ms = clock_monotonic_ms();
	struct evil evil;

	(void)state;
	open_evil(&evil, false);
	(void)greet(&evil, 1);
	for (size_t i = 0; i < CHECKPOINTS; i++) {
		show_bytes(&evil, 1, wrong[i % 2]);
		nap();
		nap();
	}
	(void)greet(&evil, 1);
	assert_true(logged("checkpoint-not-judged") - before <=
		    tokens_in(clock_monotonic_ms() - began_ms) / 256 + 1);
	close_evil(&evil);
}

static struct link_wire frame_of(uint64_t number, struct bytes content)
{
	return (struct link_wire){.kind = LINK_WIRE_FRAME,
				  .epoch = 1,
				  .number = number,
				  .hash = hash_of(content),
				  .content = content};
}

static void what_is_asked_back_again_and_again_is_given_as_often_as_is_right(void **state)
{
	struct bytes big = bytes_of(arena_alloc(rig->arena, BIG_BYTES), BIG_BYTES);
	uint64_t number, began_ms, given = 0;
	struct link_wire message;
	struct evil evil;

	(void)state;
	assert_non_null(big.at);
	memset((uint8_t *)big.at, 'A', big.len);
	open_evil(&evil, false);
	number = greet(&evil, 1).number + 1;
	say(&evil, frame_of(number, big));
	assert_true(hear_within(&evil, LINK_WIRE_RECEIPT, PATIENCE_MS, &message));
	assert_int_equal(message.number, number);
	began_ms = clock_monotonic_ms();
	while (clock_monotonic_ms() < began_ms + ASKING_MS) {
		say(&evil,
		    (struct link_wire){.kind = LINK_WIRE_RECALL, .epoch = 1, .number = number});
		if (hear_within(&evil, LINK_WIRE_RECALLED, 5, &message))
			given += message.content.len;
	}
	assert_true(given >= big.len);
	assert_true(given / PEER_TOKEN_BYTES <=
		    tokens_in(clock_monotonic_ms() - began_ms) + BIG_BYTES / PEER_TOKEN_BYTES);
	close_evil(&evil);
}

/* ---- What stops both streams until an operator speaks ---- */

/* The node says so to the partner, keeps what it saw, countersigns nothing, and goes on at its operator's word. */
static void expect_an_alarm(struct evil *evil, uint64_t epoch, const struct witness_shown *what)
{
	struct stand before = stand_now(), now;
	struct link_wire answer;

	(void)greet(evil, epoch);
	show_until(evil, epoch, shown(what), LINK_WIRE_ALARM, &answer);
	assert_true(rig_wait(is_alarmed, NULL, PATIENCE_MS));
	now = stand_now();
	assert_memory_equal(&now, &before, sizeof(now));
	attack_scene_expect_that_vn_works();
	resume();
	assert_true(number_of("countersigned") <=
		    before.countersigned); /* of a later epoch: nothing yet */
}

static void another_past_is_an_alarm_each_time(void **state)
{
	struct witness_shown proven = {.note = own_note(1000, "c"), .older = 1, .older_epoch = 1};
	struct witness_shown told = {.note = note_of(origin_of("3"), 5, "e", true),
				     .word = bytes_of_text("the operator says so")};
	struct evil evil;

	(void)state;
	open_evil(&evil, false);
	expect_an_alarm(&evil, 1,
			&(struct witness_shown){.note = own_note(number_of("seen"), "other")});
	expect_an_alarm(&evil, 1, &(struct witness_shown){.note = own_note(1, "b")});
	expect_an_alarm(&evil, 1, &proven); /* by nothing */
	expect_an_alarm(&evil, 2,
			&(struct witness_shown){.note = note_of(origin_of("2"), 5, "d", true)});
	expect_an_alarm(&evil, 3, &told);
	close_evil(&evil);
}

/* ---- As a receiver, at its own listener ---- */

/* The node greets, and hears that so much of its stream is here. */
static struct link_wire welcome(struct evil *evil, uint64_t number, struct hash hash)
{
	struct link_wire hello;

	assert_true(hear_within(evil, LINK_WIRE_HELLO, PATIENCE_MS, &hello));
	memcpy(evil->peer, hello.from, LINK_NONCE_BYTES);
	evil->session = hello.serial;
	hello.kind = LINK_WIRE_WELCOME;
	hello.number = number;
	hello.hash = hash;
	hello.content = (struct bytes){0};
	say(evil, hello);
	return hello;
}

/* Of the note that the node shows, or of another; without its end, or of a year that cannot be written. */
static struct bytes line_of(struct bytes note, bool is_own, uint64_t time_s, bool is_whole)
{
	struct buffer line;
	struct bytes kept;
	struct key *key;

	assert_int_equal(is_own ? key_load(arena_format(rig->arena, "%s/" CARD_FILE_WITNESS_KEY,
							attack_scene_th()->directory),
					   &key)
				: key_new(&key),
			 OK);
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	assert_int_equal(
		cosignature_sign(note, attack_scene_th()->config->name, key, time_s, &line), OK);
	key_free(key);
	kept = keep(&line);
	kept.len -= is_whole ? 0 : 1;
	return kept;
}

static struct bytes wrong_line(size_t i, struct bytes note)
{
	const uint64_t time_s = 1795340648;

	switch (i) {
	case 0:
		return line_of(note, false, time_s, true);
	case 1:
		return line_of(own_note(5, "x"), true, time_s, true);
	case 2:
		return line_of(note, true, COSIGNATURE_LAST_S + 1, true);
	case 3:
		return line_of(note, true, time_s, false);
	default:
		return bytes_of_text("no line\n");
	}
}

static struct bytes answer_of(uint64_t epoch, struct bytes line)
{
	const struct witness_answer answer = {.epoch = epoch, .card_version = 1, .line = line};
	struct buffer content;

	buffer_init(&content, LINK_CONTENT_BYTES);
	witness_pack_answer(&content, &answer);
	return keep(&content);
}

/* The node shows its checkpoint when it greets, and greets when it is asked who it is. */
static void say_seen(struct evil *evil, size_t i)
{
	struct link_wire message;
	struct witness_shown what;

	say(evil, (struct link_wire){.kind = LINK_WIRE_ASK, .serial = evil->session});
	(void)welcome(evil, 0, (struct hash){0});
	assert_true(hear_within(evil, LINK_WIRE_CHECKPOINT, PATIENCE_MS, &message));
	assert_int_equal(witness_unpack_shown(message.content, &what), OK);
	message.kind = LINK_WIRE_SEEN;
	message.content = answer_of(message.epoch, wrong_line(i, what.note));
	say(evil, message);
}

static void expect_that_no_line_is_kept(struct evil *evil)
{
	unsigned before = logged("cosignature-not-good");
	uint64_t began_ms = clock_monotonic_ms();
	struct stand stand = stand_now();

	for (size_t i = 0; i < COSIGNATURES; i++)
		say_seen(evil, i % 5);
	assert_true(logged("cosignature-not-good") > before);
	assert_true(logged("cosignature-not-good") - before <=
		    tokens_in(clock_monotonic_ms() - began_ms) / 256 + 1);
	expect_stand(&stand);
}

static void what_is_wanted_again_is_sent_as_is_right_and_lines_of_others_are_not_kept(void **state)
{
	struct link_wire again = {.kind = LINK_WIRE_AGAIN}, message;
	uint64_t began_ms = clock_monotonic_ms(), frames = 0;
	struct evil evil;

	(void)state;
	open_evil(&evil, true);
	again.epoch = welcome(&evil, 0, (struct hash){0}).epoch;
	assert_true(hear_within(&evil, LINK_WIRE_FRAME, PATIENCE_MS, &message));
	while (clock_monotonic_ms() < began_ms + ASKING_MS) {
		again.serial++;
		say(&evil, again);
		while (hear_any(&evil, &message))
			frames += message.kind == LINK_WIRE_FRAME;
		nap();
	}
	assert_true(frames <= tokens_in(clock_monotonic_ms() - began_ms) + LINK_FRAMES);
	expect_that_no_line_is_kept(&evil);
	close_evil(&evil);
}

/* Checkpoints travel by themselves, some seconds behind what is at rest. */
static bool is_seen(void *context)
{
	(void)context;
	return number_of("seen") > 0 && number_of("card") == 1;
}

/* Both have a past, of which each saw the other's; then this program takes the partner's place. */
static int open_all(void **state)
{
	if (attack_scene_open(state) != 0)
		return -1;
	for (unsigned i = 0; i < 3; i++)
		attack_scene_expect_that_vn_works();
	assert_true(rig_wait_for_rest(rig, PATIENCE_MS));
	assert_true(rig_wait(is_seen, NULL, PATIENCE_MS));
	town_stop(attack_scene_th(), SIGTERM);
	return 0;
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, attack_scene_remember_roles, \
					attack_scene_expect_the_same_roles)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_that_nobody_knows_or_waits_for_say_nothing),
		TEST(checkpoints_that_are_none_change_nothing),
		TEST(cards_that_are_none_or_older_are_not_taken),
		TEST(bad_checkpoints_without_end_bring_a_few_lines_into_the_log),
		TEST(what_is_asked_back_again_and_again_is_given_as_often_as_is_right),
		TEST(what_is_wanted_again_is_sent_as_is_right_and_lines_of_others_are_not_kept),
		TEST(another_past_is_an_alarm_each_time),
	};

	return cmocka_run_group_tests(tests, open_all, attack_scene_close);
}
