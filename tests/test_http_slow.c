/*
 * Time at the HTTPS door, by a clock that the test moves: who is slow, silent or only half there is
 * sent away, and whoever is slow but moves is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <sys/socket.h>

#include "tests/support/http_scene.h"

#define HOST "Host: localhost\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static int open_scene(void **state)
{
	*state = http_scene_open(NULL, (struct bytes){0});
	return 0;
}

static int close_scene(void **state)
{
	http_scene_close(*state);
	return 0;
}

static void pass(struct http_scene *scene, uint64_t ms)
{
	http_scene_settle(scene); /* what was sent has come */
	http_scene_pass(ms);
	http_scene_settle(scene);
}

static int connect_bare(const struct http_scene *scene)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(http_port(scene->http)),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void who_does_not_shake_hands_in_time_is_sent_away(void **state)
{
	static const char *const beginnings[] = {"", "\x16\x03\x01\x02", "\x16\x03\x01"};
	struct http_scene *scene = *state;
	uint32_t limit = http_limits_default().handshake_ms;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		int fd = connect_bare(scene);
		char byte;

		http_scene_settle(scene);
		assert_int_equal(http_counts(scene->http).open, 1);
		pass(scene, limit - 1);
		assert_int_equal(write(fd, beginnings[i], strlen(beginnings[i])),
				 strlen(beginnings[i]));
		http_scene_settle(scene);
		assert_int_equal(http_counts(scene->http).open, 1);
		pass(scene, 1);
		assert_int_equal(http_counts(scene->http).open, 0);
		assert_true(read(fd, &byte, 1) <= 0);
		close(fd);
	}
	assert_int_equal(http_counts(scene->http).accepted, 3);
}

static void who_speaks_plain_http_is_sent_away_at_once(void **state)
{
	struct http_scene *scene = *state;
	int fd = connect_bare(scene);

	assert_int_equal(write(fd, HELLO, strlen(HELLO)), strlen(HELLO));
	for (int i = 0; i < 100 && http_counts(scene->http).failed == 0; i++)
		http_turn(scene->http, 20);
	assert_int_equal(http_counts(scene->http).failed, 1);
	assert_int_equal(http_counts(scene->http).open, 0);
	assert_int_equal(http_counts(scene->http).requests, 0);
	close(fd);
}

static void a_head_that_drips_is_cut_off_at_the_same_time_as_one_that_stops(void **state)
{
	struct http_scene *scene = *state;
	uint32_t limit = http_limits_default().head_ms;

	for (int is_dripping = 0; is_dripping < 2; is_dripping++) {
		struct http_scene_client *client = http_scene_connect(scene, NULL);
		struct http_scene_answer answer;

		http_scene_send(client, "G");
		for (uint32_t ms = 0; ms + 1000 < limit; ms += 1000) {
			pass(scene, 1000);
			if (is_dripping)
				http_scene_send(client, "E");
		}
		assert_int_equal(http_scene_peek(client).len, 0);
		pass(scene, 1000);
		answer = http_scene_receive(client);
		assert_int_equal(answer.status, 408);
		assert_true(http_scene_is_ended(client));
		http_scene_leave(client);
	}
	assert_int_equal(http_counts(scene->http).requests, 0);
}

static void a_connection_without_a_request_is_closed_without_a_word(void **state)
{
	struct http_scene *scene = *state;
	struct http_limits limits = http_limits_default();
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	pass(scene, limits.head_ms - 1);
	http_scene_send(client, HELLO);
	assert_int_equal(http_scene_receive(client).status, 200);
	pass(scene, limits.idle_ms - 1);
	assert_int_equal(http_counts(scene->http).open, 1);
	pass(scene, 1);
	assert_true(http_scene_is_ended(client));
	assert_int_equal(http_scene_peek(client).len, 0);
	http_scene_leave(client);
	client = http_scene_connect(scene, NULL);
	pass(scene, limits.head_ms);
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
	assert_int_equal(http_counts(scene->http).open, 0);
}

static void a_body_that_moves_is_taken_and_one_that_crawls_is_not(void **state)
{
	struct http_scene *scene = *state;
	struct http_limits limits = http_limits_default();
	char *portion = calloc(1, limits.rate_bytes + 1);

	memset(portion, 'a', limits.rate_bytes);
	for (size_t less = 0; less < 2; less++) {
		struct http_scene_client *client = http_scene_connect(scene, NULL);
		char head[128];
		unsigned status;

		(void)snprintf(head, sizeof(head),
			       "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n",
			       limits.rate_bytes * 6);
		http_scene_send(client, head);
		for (int i = 0; i < 6; i++) {
			http_scene_settle(scene);
			http_scene_send_bytes(client, bytes_of(portion, limits.rate_bytes - less));
			pass(scene, limits.rate_ms);
		}
		status = http_scene_receive(client).status;
		assert_int_equal(status, less == 0 ? 200 : 408);
		assert_int_equal(scene->gone, less);
		http_scene_leave(client);
	}
	free(portion);
	http_scene_settle(scene);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
}

static void a_chunk_that_never_comes_is_not_waited_for(void **state)
{
	static const char *const bodies[] = {"", "5", "5\r\nhel", "5\r\nhello\r\n", "0\r\n"};
	struct http_scene *scene = *state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct http_scene_client *client = http_scene_connect(scene, NULL);

		http_scene_send(client, "POST /echo HTTP/1.1\r\n" HOST
					"Transfer-Encoding: chunked\r\n\r\n");
		http_scene_send(client, bodies[i]);
		pass(scene, http_limits_default().rate_ms);
		assert_int_equal(http_scene_receive(client).status, 408);
		http_scene_leave(client);
	}
}

static void a_handler_that_does_not_answer_is_answered_for(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	pass(scene, http_limits_default().answer_ms - 1);
	assert_non_null(scene->later);
	pass(scene, 1);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 503);
	assert_true(http_scene_has(&answer, "Retry-After", NULL));
	assert_int_equal(scene->gone, 1);
	http_scene_leave(client);
}

/* What a client's kernel took for it counts no longer than an idle connection stays. */
static void pass_without_a_byte(struct http_scene *scene)
{
	struct http_limits limits = http_limits_default();

	for (uint64_t ms = 0; ms <= limits.idle_ms + limits.rate_ms; ms += limits.rate_ms)
		pass(scene, limits.rate_ms);
}

/* Whoever does not read an answer is cut off, and what waited for it is given back. */
static void who_does_not_read_its_answer_is_cut_off(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /hello HTTP/1.1\r\n" HOST
				"\r\nGET /big?n=30000000 HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	for (int i = 0; i < 50; i++)
		http_turn(scene->http, 0);
	assert_true(http_counts(scene->http).buffered_bytes > 1000000);
	pass_without_a_byte(scene);
	assert_int_equal(http_counts(scene->http).open, 0);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_leave(client);
}

/*
 * Kernels hold megabytes for a slow reader on both sides, and then for long nothing moves: what
 * counts is what it took, over a minute.
 */
static void a_slow_reader_gets_all_of_a_long_answer(void **state)
{
	const size_t bytes_per_second = 28000, body = 8000000;
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /big?n=8000000 HTTP/1.1\r\n" HOST "\r\n");
	for (size_t taken = 0; taken < body; taken += bytes_per_second) {
		http_scene_take(client, bytes_per_second);
		pass(scene, 1000);
		assert_int_equal(http_counts(scene->http).expired, 0);
	}
	assert_int_equal(http_scene_receive(client).body.len, body);
	http_scene_leave(client);
}

/* It took much at once, and then takes nothing any more. */
static void who_stops_reading_in_the_middle_is_cut_off(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /big?n=30000000 HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 100; i++) {
		http_scene_take(client, 50000);
		http_scene_settle(scene);
	}
	assert_int_equal(http_counts(scene->http).open, 1);
	pass_without_a_byte(scene);
	assert_int_equal(http_counts(scene->http).open, 0);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_leave(client);
}

/* It reads the last answer and then does not go. */
static void who_does_not_go_is_not_waited_for(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
	assert_int_equal(http_scene_receive(client).status, 200);
	http_scene_settle(scene);
	assert_int_equal(http_counts(scene->http).open, 1);
	pass(scene, http_limits_default().linger_ms);
	assert_int_equal(http_counts(scene->http).open, 0);
	http_scene_leave(client);
}

/* A stream in which nothing happens is no slow reader. */
static void a_quiet_stream_stays_open(void **state)
{
	const struct http_answer head = {.status = 200};
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_stream_begin(scene->later, &head);
	(void)http_scene_receive_head(client);
	pass(scene, 24ull * 3600 * 1000);
	assert_int_equal(http_counts(scene->http).open, 1);
	assert_int_equal(http_stream_put(scene->later, bytes_of_text("x")), OK);
	assert_true(bytes_equal(http_scene_peek(client), bytes_of_text("1\r\nx\r\n")));
	http_scene_leave(client);
	http_scene_settle(scene);
	assert_int_equal(scene->gone, 1);
}

#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCENE(who_does_not_shake_hands_in_time_is_sent_away),
		WITH_SCENE(who_speaks_plain_http_is_sent_away_at_once),
		WITH_SCENE(a_head_that_drips_is_cut_off_at_the_same_time_as_one_that_stops),
		WITH_SCENE(a_connection_without_a_request_is_closed_without_a_word),
		WITH_SCENE(a_body_that_moves_is_taken_and_one_that_crawls_is_not),
		WITH_SCENE(a_chunk_that_never_comes_is_not_waited_for),
		WITH_SCENE(a_handler_that_does_not_answer_is_answered_for),
		WITH_SCENE(who_does_not_read_its_answer_is_cut_off),
		WITH_SCENE(a_slow_reader_gets_all_of_a_long_answer),
		WITH_SCENE(who_stops_reading_in_the_middle_is_cut_off),
		WITH_SCENE(who_does_not_go_is_not_waited_for),
		WITH_SCENE(a_quiet_stream_stays_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
