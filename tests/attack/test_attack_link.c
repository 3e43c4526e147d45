/*
 * The partner's listener under attack, by strangers and by who has the partner's key: handshakes that stop
 * half way, messages that announce more than there is memory, other keys, floods of greetings, what was sent
 * before. Memory stays bounded, no role dies, and the true partner and everybody else go on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/file.h"
#include "node/link_wire.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/curve.h"
#include "sampan/key.h"
#include "tests/support/attack_scene.h"
#include "tests/support/patience.h"

#define CONNECTIONS 200u
#define STRANGERS 20u
#define GREETINGS 20000u
#define BIG_MESSAGES 12u
#define KILOBYTE 1024u

/* What attackers may make a role hold: some frames on their way through the library. Sanitizers count otherwise. */
#define MAY_GROW_KB (6u * LIMIT_FRAME_BYTES / KILOBYTE)
#ifdef __SANITIZE_ADDRESS__
#define COUNTS_MEMORY 0
#else
#define COUNTS_MEMORY 1
#endif

static unsigned long held_kb; /* at most, by all roles before */

/* The most memory that the process ever held. */
static unsigned long peak_kb(long pid)
{
	char path[64], line[256];
	unsigned long kb = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmHWM: %lu kB", &kb) == 1)
			break;
	assert_int_equal(fclose(file), 0);
	return kb;
}

static unsigned long all_peaks_kb(void)
{
	unsigned long kb = 0;

	for (size_t i = 0; i < attack_scene.pid_count; i++)
		kb += peak_kb(attack_scene.pids[i]);
	return kb;
}

/* The true partner is there, and what is owed to it and by it goes through. */
static void expect_that_the_link_works(void)
{
	attack_scene_expect_that_vn_works();
	assert_true(rig_wait_for_rest(&attack_scene.rig, PATIENCE_MS));
}

/* What the lodging itself takes is not the attack's. */
static int look_before(void **state)
{
	int failed;

	rig_forget(&attack_scene.rig);
	expect_that_the_link_works();
	failed = attack_scene_remember_roles(state);
	held_kb = all_peaks_kb();
	return failed;
}

static int expect_the_same_roles(void **state)
{
	int failed = attack_scene_expect_the_same_roles(state);

	print_message("all roles together held %lu kB, then %lu kB\n", held_kb, all_peaks_kb());
	if (COUNTS_MEMORY)
		assert_true(all_peaks_kb() <= held_kb + MAY_GROW_KB);
	return failed;
}

/* ---- Strangers, byte by byte (ZMTP 3.1, RFC 23 and 26 of ZeroMQ) ---- */

#define GREETING_BYTES 64u
#define HELLO_BYTES 202u /* of a frame: flags, length, and HELLO of CurveZMQ */

/* A greeting that speaks CURVE, and a HELLO of the right length whose box opens for nobody. */
static size_t put_handshake(uint8_t room[GREETING_BYTES + HELLO_BYTES])
{
	static const uint8_t greeting[] = {0xff, 0, 0, 0,   0,   0,   0,   0,  1,
					   0x7f, 3, 1, 'C', 'U', 'R', 'V', 'E'};
	static const uint8_t hello[] = {0x04, 200, 5, 'H', 'E', 'L', 'L', 'O', 1, 0};

	memset(room, 0, GREETING_BYTES);
	memcpy(room, greeting, sizeof(greeting));
	key_random(room + GREETING_BYTES, HELLO_BYTES);
	memcpy(room + GREETING_BYTES, hello, sizeof(hello));
	memset(room + GREETING_BYTES + sizeof(hello), 0, 72);
	return GREETING_BYTES + HELLO_BYTES;
}

static void handshakes_that_stop_at_every_byte_hold_up_nobody(void **state)
{
	uint8_t room[GREETING_BYTES + HELLO_BYTES];
	int fds[CONNECTIONS];
	size_t len;

	(void)state;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		len = put_handshake(room);
		fds[i] = attack_scene_connect_to_listener();
		(void)!send(fds[i], room, i * len / CONNECTIONS + 1, MSG_NOSIGNAL);
	}
	expect_that_the_link_works(); /* with all of them connected */
	for (size_t i = 0; i < CONNECTIONS; i++)
		assert_int_equal(close(fds[i]), 0);
}

/* Frames of 2^63-1 bytes, 4 GB, 1 GB announced, short ones that lie, and bytes that never stop. */
static void what_announces_more_than_there_is_takes_no_memory(void **state)
{
	static const uint8_t announced[][9] = {{0x06, 0x7f, 255, 255, 255, 255, 255, 255, 255},
					       {0x06, 0, 0, 0, 1, 0, 0, 0, 0},
					       {0x02, 0, 0, 0, 0, 0x40, 0, 0, 0},
					       {0x03, 0xff, 255, 255, 255, 255, 255, 255, 255},
					       {0x04, 255, 5, 'H', 'E', 'L', 'L', 'O', 1},
					       {0x04, 0, 0, 0, 0, 0, 0, 0, 0}};
	uint8_t room[GREETING_BYTES + HELLO_BYTES], *megabyte = calloc(1, 1u << 20);
	int fds[CONNECTIONS];

	(void)state;
	assert_non_null(megabyte);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		(void)put_handshake(room);
		fds[i] = attack_scene_connect_to_listener();
		(void)!send(fds[i], room, GREETING_BYTES, MSG_NOSIGNAL);
		(void)!send(fds[i], announced[i % 6], sizeof(announced[0]), MSG_NOSIGNAL);
		(void)!send(fds[i], megabyte, 1u << 20, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	expect_that_the_link_works();
	for (size_t i = 0; i < CONNECTIONS; i++)
		assert_int_equal(close(fds[i]), 0);
	free(megabyte);
}

/* ---- With keys ---- */

struct dialler {
	struct curve_context *context;
	struct curve *curve;
};

/* The node's own listener, under the partner's key or one of nobody's. */
static void dial(struct dialler *dialler, bool has_key)
{
	const struct config_partner *partner = &attack_scene_th()->config->partners[0];
	struct curve_options options = {.kind = SOCKET_CLIENT,
					.endpoint = partner->endpoint,
					.identity = "TH",
					.max_message_bytes = 4 * LIMIT_FRAME_BYTES,
					.queue_messages = 1000};

	if (has_key) {
		attack_scene_read_key(SETUP_CURVE_SECRET, options.own_secret);
		attack_scene_read_key(SETUP_CURVE_PUBLIC, options.own_public);
	} else {
		curve_key_new(options.own_public, options.own_secret);
	}
	assert_true(curve_key_parse(partner->curve_public, options.peer_public));
	assert_int_equal(curve_context_new(&dialler->context), OK);
	assert_int_equal(curve_open(dialler->context, &options, &dialler->curve), OK);
}

static void hang_up(struct dialler *dialler)
{
	curve_close(dialler->curve);
	curve_context_free(dialler->context);
}

/* Until it is in the queue; what the node answers is taken and counted. */
static unsigned say(struct dialler *dialler, struct bytes message)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct socket_message answer;
	unsigned answers = 0;

	while (curve_send(dialler->curve, &message, 1) != OK) {
		assert_true(clock_monotonic_ms() < until_ms);
		answers += curve_receive(dialler->curve, &answer) == OK;
	}
	return answers;
}

static unsigned drain(struct dialler *dialler, unsigned wanted)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct socket_message answer;
	unsigned answers = 0;

	while (answers < wanted && clock_monotonic_ms() < until_ms)
		answers += curve_receive(dialler->curve, &answer) == OK;
	return answers;
}

static struct bytes greeting_of(uint64_t serial, struct buffer *room)
{
	struct link_wire hello = {.kind = LINK_WIRE_HELLO,
				  .serial = serial,
				  .epoch = 1,
				  .content = bytes_of_text("th.sampan.example")};

	key_random(hello.from, sizeof(hello.from));
	buffer_reset(room);
	link_wire_format(room, &hello);
	assert_int_equal(buffer_error(room), OK);
	return buffer_bytes(room);
}

static void who_has_another_key_is_never_heard(void **state)
{
	struct dialler strangers[STRANGERS];
	struct socket_message answer;
	struct buffer room;

	(void)state;
	buffer_init(&room, LIMIT_FRAME_BYTES);
	for (size_t i = 0; i < STRANGERS; i++) {
		dial(&strangers[i], false);
		for (unsigned j = 0; j < 50; j++)
			(void)say(&strangers[i], greeting_of(j, &room));
	}
	expect_that_the_link_works();
	for (size_t i = 0; i < STRANGERS; i++) {
		assert_int_equal(curve_receive(strangers[i].curve, &answer), ERR_MISSING);
		hang_up(&strangers[i]);
	}
	buffer_clear(&room);
}

/* Greetings of ever new processes, the same ones again, and each byte of one damaged. */
static void a_flood_of_greetings_by_who_has_the_key_is_outlived(void **state)
{
	struct dialler dialler;
	struct bytes greeting;
	struct buffer room;
	uint8_t *copy;

	(void)state;
	town_stop(attack_scene_th(), SIGTERM);
	buffer_init(&room, LIMIT_FRAME_BYTES);
	dial(&dialler, true);
	(void)say(&dialler, greeting_of(1, &room));
	assert_int_equal(drain(&dialler, 1), 1); /* it is let in and heard */
	for (unsigned i = 0; i < GREETINGS; i++)
		(void)say(&dialler, i % 2 == 0 ? greeting_of(i, &room) : buffer_bytes(&room));
	greeting = greeting_of(1, &room);
	for (size_t i = 0; i < greeting.len; i++) {
		copy = arena_copy(attack_scene.rig.arena, greeting);
		assert_non_null(copy);
		copy[i] ^= 0x55;
		(void)say(&dialler, bytes_of(copy, greeting.len));
	}
	attack_scene_expect_that_vn_works();
	hang_up(&dialler);
	buffer_clear(&room);
	assert_int_equal(town_start(attack_scene_th(), attack_scene.rig.program), OK);
	expect_that_the_link_works();
}

static void messages_beyond_the_limit_cut_the_connection_and_fill_nothing(void **state)
{
	uint8_t *big = calloc(2, LIMIT_FRAME_BYTES);
	struct dialler dialler;
	struct buffer room;

	(void)state;
	assert_non_null(big);
	town_stop(attack_scene_th(), SIGTERM);
	buffer_init(&room, LIMIT_FRAME_BYTES);
	for (unsigned i = 0; i < BIG_MESSAGES; i++) {
		dial(&dialler, true);
		(void)say(&dialler, greeting_of(i, &room));
		assert_int_equal(drain(&dialler, 1), 1);
		(void)say(&dialler, bytes_of(big, i % 2 == 0 ? 2 * (size_t)LIMIT_FRAME_BYTES
							     : (size_t)LIMIT_FRAME_BYTES));
		hang_up(&dialler);
	}
	attack_scene_expect_that_vn_works();
	buffer_clear(&room);
	free(big);
	assert_int_equal(town_start(attack_scene_th(), attack_scene.rig.program), OK);
	expect_that_the_link_works();
}

/* ---- All ---- */

#define TEST(name) cmocka_unit_test_setup_teardown(name, look_before, expect_the_same_roles)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(handshakes_that_stop_at_every_byte_hold_up_nobody),
		TEST(what_announces_more_than_there_is_takes_no_memory),
		TEST(who_has_another_key_is_never_heard),
		TEST(a_flood_of_greetings_by_who_has_the_key_is_outlived),
		TEST(messages_beyond_the_limit_cut_the_connection_and_fill_nothing),
	};

	return cmocka_run_group_tests(tests, attack_scene_open, attack_scene_close);
}
