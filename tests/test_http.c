/* The gate's HTTPS server, over real TLS on loopback: what it answers to those who mean well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/http_scene.h"

#define HOST "Host: localhost\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static const struct bytes nobody = {0};

static int open_scene(void **state)
{
	*state = http_scene_open(NULL, nobody);
	return 0;
}

static int close_scene(void **state)
{
	http_scene_close(*state);
	return 0;
}

static struct http_scene_answer ask(struct http_scene_client *client, const char *text)
{
	http_scene_send(client, text);
	return http_scene_receive(client);
}

static bool is_body(const struct http_scene_answer *answer, const char *text)
{
	return bytes_equal(answer->body, bytes_of_text(text));
}

static void a_request_is_answered_and_the_next_on_the_same_connection_too(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);

	for (int i = 0; i < 3; i++) {
		struct http_scene_answer answer = ask(client, HELLO);

		assert_int_equal(answer.status, 200);
		assert_true(is_body(&answer, "hello"));
		assert_false(http_scene_has(&answer, "Connection", NULL));
	}
	http_scene_leave(client);
}

static void every_answer_says_when_it_was_made_and_how_it_may_be_used(void **state)
{
	static const char *const requests[] = {HELLO, "GET /nowhere HTTP/1.1\r\n" HOST "\r\n",
					       "GET /hello HTTP/1.1\r\n\r\n"};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct http_scene_client *client = http_scene_connect(*state, NULL);
		struct http_scene_answer answer = ask(client, requests[i]);

		assert_true(http_scene_has(&answer, "Date", "Sun, 22 Nov 2026 09:44:08 GMT"));
		assert_true(
			http_scene_has(&answer, "Strict-Transport-Security", "max-age=31536000"));
		assert_true(http_scene_has(&answer, "X-Content-Type-Options", "nosniff"));
		assert_true(http_scene_has(&answer, "Cache-Control", "no-store"));
		assert_true(http_scene_has(&answer, "Referrer-Policy", "no-referrer"));
		assert_true(http_scene_has(&answer, "Content-Security-Policy",
					   "default-src 'none'; frame-ancestors 'none'"));
		http_scene_leave(client);
	}
}

static void head_has_the_headers_of_get_and_no_body(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	struct http_scene_answer answer;

	http_scene_send(client, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n" HELLO);
	answer = http_scene_receive_head(client);
	assert_int_equal(answer.status, 200);
	assert_true(http_scene_has(&answer, "Content-Length", "5"));
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 200);
	assert_true(is_body(&answer, "hello"));
	http_scene_leave(client);
}

/* ---- Ends of connections ---- */

static void who_asks_for_the_end_gets_it_behind_the_answer(void **state)
{
	static const char *const requests[] = {
		"GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
		"GET /hello HTTP/1.1\r\n" HOST "Connection: x, Close\r\n\r\n",
		"GET /hello HTTP/1.0\r\n" HOST "\r\n",
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct http_scene_client *client = http_scene_connect(*state, NULL);
		struct http_scene_answer answer = ask(client, requests[i]);

		assert_int_equal(answer.status, 200);
		assert_true(http_scene_has(&answer, "Connection", "close"));
		assert_true(http_scene_is_ended(client));
		http_scene_leave(client);
	}
}

static void http_1_0_can_ask_to_stay(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);

	for (int i = 0; i < 2; i++) {
		struct http_scene_answer answer = ask(client, "GET /hello HTTP/1.0\r\n" HOST
							      "Connection: keep-alive\r\n\r\n");

		assert_true(is_body(&answer, "hello"));
		assert_true(http_scene_has(&answer, "Connection", "keep-alive"));
	}
	http_scene_leave(client);
}

static void a_client_that_ends_its_side_still_gets_its_answers(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	struct http_scene_answer answer;

	http_scene_send(client,
			HELLO "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
	http_scene_end_sending(client);
	answer = http_scene_receive(client);
	assert_true(is_body(&answer, "hello"));
	answer = http_scene_receive(client);
	assert_true(is_body(&answer, "abc"));
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
}

static void half_a_request_behind_which_the_client_ends_is_not_answered(void **state)
{
	static const char *const halves[] = {
		"GET /hel", "GET /hello HTTP/1.1\r\nHost: lo",
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab",
		"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nab"};
	struct http_scene *scene = *state;

	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		struct http_scene_client *client = http_scene_connect(scene, NULL);

		http_scene_send(client, halves[i]);
		http_scene_end_sending(client);
		assert_true(http_scene_is_ended(client));
		assert_int_equal(http_scene_peek(client).len, 0);
		http_scene_leave(client);
	}
	assert_int_equal(scene->bodies, 0);
	assert_int_equal(scene->gone, 2);
}

/* ---- Order ---- */

static void requests_sent_ahead_are_answered_one_by_one_in_their_order(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	char text[8192] = "";
	size_t len = 0;

	for (int i = 0; i < 40; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len,
			"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n%02d", i);
	http_scene_send(client, text);
	for (int i = 0; i < 40; i++) {
		struct http_scene_answer answer = http_scene_receive(client);
		char expected[16];

		(void)snprintf(expected, sizeof(expected), "%02d", i);
		assert_true(is_body(&answer, expected));
	}
	http_scene_leave(client);
}

static void a_request_behind_one_that_is_not_answered_yet_waits(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	const struct http_answer later = {.status = 201, .body = bytes_of_text("later")};
	struct http_scene_answer answer;

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n" HELLO);
	assert_int_equal(http_scene_peek(client).len, 0);
	assert_int_equal(http_counts(scene->http).requests, 1);
	http_answer(scene->later, &later);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 201);
	answer = http_scene_receive(client);
	assert_true(is_body(&answer, "hello"));
	http_scene_leave(client);
}

/* What is sent ahead is bounded: the rest waits in the socket, and nothing is lost of it. */
static void much_that_is_sent_ahead_waits_outside(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	const struct http_answer later = {.status = 201};

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 2000; i++)
		http_scene_send(client, HELLO);
	http_answer(scene->later, &later);
	assert_int_equal(http_scene_receive(client).status, 201);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(http_scene_receive(client).status, 200);
	http_scene_leave(client);
}

/* TLS has taken it in, but there was no room for it: nobody tells of it a second time. */
static void a_long_body_behind_one_that_waits_is_read_when_its_turn_comes(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	const struct http_answer later = {.status = 201};
	static const char head[] = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 20000\r\n\r\n";
	static uint8_t text[sizeof(head) - 1 + 20000];
	struct bytes body = bytes_of(text + sizeof(head) - 1, 20000);
	struct http_scene_answer answer;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 13 + i / 251);
	memcpy(text, head, sizeof(head) - 1);
	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_scene_send_bytes(client, bytes_of(text, sizeof(text)));
	http_scene_settle(scene);
	http_answer(scene->later, &later);
	assert_int_equal(http_scene_receive(client).status, 201);
	answer = http_scene_receive(client);
	assert_true(bytes_equal(answer.body, body));
	http_scene_leave(client);
}

/* Who asks much and reads nothing gets no further than the kernel's buffers and one answer. */
static void who_does_not_read_is_not_answered_further(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	for (int i = 0; i < 20; i++)
		http_scene_send(client, "GET /big?n=3000000 HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	/* The client's side takes in what comes while it sends: look at what is sent behind that. */
	for (int i = 0; i < 200; i++)
		http_turn(scene->http, 0);
	assert_true(http_counts(scene->http).buffered_bytes <= 3000000);
	assert_true(http_counts(scene->http).requests < 20);
	http_scene_leave(client);
}

/* ---- Bodies ---- */

static void a_body_comes_back_however_it_is_cut(void **state)
{
	static const struct {
		const char *request, *body;
	} cases[] = {
		{"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "hello"},
		{"POST /echo HTTP/1.1\r\n" HOST "Content-Length:  5 \r\n\r\nhello", "hello"},
		{"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 00005\r\n\r\nhello", "hello"},
		{"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", ""},
		{"POST /echo HTTP/1.1\r\n" HOST "\r\n", ""},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
		 "hello!"},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\n05;a=b\r\nhello\r\n000\r\n\r\n",
		 "hello"},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\nB\r\n\r\n0\r\n\r\nGET \r\n0\r\n\r\n",
		 "\r\n0\r\n\r\nGET "},
		{"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
	};
	struct http_scene_client *client = http_scene_connect(*state, NULL);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece < 200; piece += 37) {
			struct http_scene_answer answer;
			size_t len = strlen(cases[i].request);

			for (size_t at = 0; at < len; at += piece)
				http_scene_send_bytes(
					client, bytes_of(cases[i].request + at,
							 len - at < piece ? len - at : piece));
			answer = http_scene_receive(client);
			if (answer.status != 200 || !is_body(&answer, cases[i].body))
				fail_msg("%s: %u", cases[i].request, answer.status);
		}
	}
	http_scene_leave(client);
}

static void a_megabyte_comes_back_byte_by_byte(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	uint8_t *body = malloc(HTTP_SCENE_ECHO_BYTES);
	struct http_scene_answer answer;
	char head[128];

	for (size_t i = 0; i < HTTP_SCENE_ECHO_BYTES; i++)
		body[i] = (uint8_t)(i * 7 + i / 256);
	(void)snprintf(head, sizeof(head),
		       "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
		       HTTP_SCENE_ECHO_BYTES);
	http_scene_send(client, head);
	http_scene_send_bytes(client, bytes_of(body, HTTP_SCENE_ECHO_BYTES));
	answer = http_scene_receive(client);
	assert_true(bytes_equal(answer.body, bytes_of(body, HTTP_SCENE_ECHO_BYTES)));
	free(body);
	http_scene_leave(client);
}

static void who_waits_for_100_is_told_to_go_on_or_refused_before_its_body(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	struct http_scene_answer answer;

	answer = ask(client, "POST /echo HTTP/1.1\r\n" HOST
			     "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	assert_int_equal(answer.status, 100);
	answer = ask(client, "abc");
	assert_true(is_body(&answer, "abc"));
	answer = ask(client, "POST /echo HTTP/1.1\r\n" HOST
			     "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
	assert_int_equal(answer.status, 200); /* it did not wait */
	answer = ask(client, "POST /echo HTTP/1.1\r\n" HOST
			     "Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
	assert_int_equal(answer.status, 413);
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
}

static void a_refusal_before_the_body_reaches_a_client_that_is_still_sending(void **state)
{
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	static uint8_t body[4 << 20];
	struct http_scene_answer answer;

	http_scene_send(client,
			"POST /refused HTTP/1.1\r\n" HOST "Content-Length: 4194304\r\n\r\n");
	http_scene_send_bytes(client, bytes_of(body, sizeof(body)));
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 401);
	assert_true(http_scene_has(&answer, "Connection", "close"));
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
}

/* ---- Targets ---- */

static void paths_and_parameters_are_decoded(void **state)
{
	static const struct {
		const char *target, *path;
	} cases[] = {
		{"/a%20b/%C3%B4", "/a b/ô"}, {"/a/b/", "/a/b/"}, {"/a+b", "/a+b"},
		{"/;x=1,2", "/;x=1,2"},      {"/...", "/..."},   {"https://localhost/x", "/x"},
		{"https://LOCALHOST", "/"},  {"/%41?x", "/A"},
	};
	struct http_scene_client *client = http_scene_connect(*state, NULL);
	struct http_scene_answer answer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256];

		(void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n" HOST "\r\n",
			       cases[i].target);
		answer = ask(client, text);
		assert_int_equal(answer.status, 404);
		(void)snprintf(text, sizeof(text), "\"detail\":\"%s\"", cases[i].path);
		if (memmem(answer.body.at, answer.body.len, text, strlen(text)) == NULL)
			fail_msg("%s: %.*s", cases[i].target, (int)answer.body.len, answer.body.at);
	}
	answer = ask(client, "GET /big?&x=%3D%26+%2B&n=%31%30&y HTTP/1.1\r\n" HOST "\r\n");
	assert_true(is_body(&answer, "abcdefghij"));
	http_scene_leave(client);
}

/* ---- Answers that come later, and in pieces ---- */

static void a_handler_hears_that_its_client_has_left(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	assert_non_null(scene->later);
	http_scene_leave(client);
	http_scene_settle(scene);
	assert_int_equal(scene->gone, 1);
	assert_null(scene->later);
	assert_int_equal(http_counts(scene->http).open, 0);
}

static void a_stream_comes_piece_by_piece_until_its_end(void **state)
{
	const struct http_answer head = {.status = 200, .type = "text/event-stream"};
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	http_scene_send(client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_stream_begin(scene->later, &head);
	answer = http_scene_receive_head(client);
	assert_true(http_scene_has(&answer, "Transfer-Encoding", "chunked"));
	assert_int_equal(http_stream_put(scene->later, bytes_of_text("data: 1\n\n")), OK);
	assert_true(bytes_equal(http_scene_peek(client), bytes_of_text("9\r\ndata: 1\n\n\r\n")));
	assert_int_equal(http_stream_put(scene->later, bytes_of_text("data: 2\n\n")), OK);
	http_stream_end(scene->later);
	assert_true(
		bytes_equal(http_scene_peek(client),
			    bytes_of_text("9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n")));
	assert_int_equal(scene->gone, 0);
	http_scene_leave(client);
}

static void a_stream_waits_for_a_slow_reader_and_goes_on(void **state)
{
	const struct http_answer head = {.status = 200};
	static uint8_t piece[50000];
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	size_t put = 0;
	struct http_scene_answer answer;

	http_scene_send(client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_stream_begin(scene->later, &head);
	while (http_stream_put(scene->later, bytes_of(piece, sizeof(piece))) == OK) {
		put++;
		assert_true(put < 1000); /* the kernel's buffers have an end */
		if (put % 4 == 0)
			http_scene_settle(scene);
	}
	assert_true(http_counts(scene->http).buffered_bytes <= http_limits_default().stream_bytes);
	assert_int_equal(scene->rooms, 0);
	while (scene->rooms == 0)
		(void)http_scene_peek(client);
	assert_int_equal(http_stream_put(scene->later, bytes_of(piece, sizeof(piece))), OK);
	http_stream_end(scene->later);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body.len, (put + 1) * sizeof(piece));
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_leave(client);
}

/* Both at once would be more than all answers together may hold. */
static void long_pieces_of_streams_wait_for_the_room_of_all(void **state)
{
	const struct http_limits limits = {.buffered_bytes = (size_t)48 * 1024 * 1024};
	const struct http_answer head = {.status = 200};
	struct http_scene *scene = http_scene_open(&limits, nobody);
	struct http_scene_client *clients[2];
	struct http_call *streams[2];
	struct bytes piece = {.len = (size_t)40 * 1024 * 1024};
	uint8_t *bytes = calloc(1, piece.len);

	(void)state;
	assert_non_null(bytes);
	piece.at = bytes;
	for (size_t i = 0; i < 2; i++) {
		clients[i] = http_scene_connect(scene, NULL);
		http_scene_send(clients[i], "GET /stream HTTP/1.1\r\n" HOST "\r\n");
		http_scene_settle(scene);
		streams[i] = scene->later;
		http_stream_begin(streams[i], &head);
		assert_int_equal(http_stream_put(streams[i], piece), i == 0 ? OK : ERR_FULL);
		for (int turn = 0; turn < 50; turn++)
			http_turn(scene->http, 0);
		assert_true(http_counts(scene->http).buffered_bytes <= limits.buffered_bytes);
	}
	assert_int_equal(scene->rooms, 0);
	http_scene_leave(clients[0]);
	http_scene_settle(scene);
	assert_int_equal(scene->rooms, 1);
	assert_int_equal(http_stream_put(streams[1], piece), OK);
	http_stream_end(streams[1]);
	assert_int_equal(http_scene_receive(clients[1]).body.len, piece.len);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_leave(clients[1]);
	http_scene_close(scene);
	free(bytes);
}

static void who_closes_its_side_of_a_stream_has_left(void **state)
{
	const struct http_answer head = {.status = 200};
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_stream_begin(scene->later, &head);
	(void)http_scene_receive_head(client);
	http_scene_end_sending(client);
	assert_true(http_scene_is_ended(client));
	assert_int_equal(scene->gone, 1);
	http_scene_leave(client);
}

static void a_stream_that_breaks_off_does_not_look_whole(void **state)
{
	const struct http_answer head = {.status = 200};
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct bytes came;

	http_scene_send(client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_stream_begin(scene->later, &head);
	(void)http_scene_receive_head(client);
	assert_int_equal(http_stream_put(scene->later, bytes_of_text("half")), OK);
	http_scene_settle(scene);
	http_stream_abort(scene->later);
	assert_true(http_scene_is_ended(client));
	came = http_scene_peek(client);
	assert_true(came.len == 0 || memmem(came.at, came.len, "0\r\n\r\n", 5) == NULL);
	assert_int_equal(http_counts(scene->http).calls, 0);
	http_scene_leave(client);
}

/* A value from outside must never end its line. */
static void an_answer_that_would_split_is_a_500(void **state)
{
	static const struct http_field split[] = {{"Location", "/x\r\nSet-Cookie: a=b"}};
	const struct http_answer answer = {.status = 201, .fields = split, .field_count = 1};
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer came;

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_answer(scene->later, &answer);
	came = http_scene_receive(client);
	assert_int_equal(came.status, 500);
	assert_false(http_scene_has(&came, "Set-Cookie", NULL));
	http_scene_leave(client);
}

/* ---- Room ---- */

static void bodies_beyond_the_room_of_all_are_told_to_come_again(void **state)
{
	const struct http_limits limits = {.buffered_bytes = 250000};
	struct http_scene *scene = http_scene_open(&limits, nobody);
	struct http_scene_client *clients[4];
	struct http_scene_answer answer;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		clients[i] = http_scene_connect(scene, NULL);
		http_scene_send(clients[i],
				"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nabc");
	}
	answer = http_scene_receive(clients[2]);
	assert_int_equal(answer.status, 503);
	assert_true(http_scene_has(&answer, "Retry-After", NULL));
	assert_int_equal(http_counts(scene->http).buffered_bytes, 200000);
	http_scene_leave(clients[0]);
	http_scene_settle(scene);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 100000);
	clients[3] = http_scene_connect(scene, NULL);
	answer = ask(clients[3], "GET /big?n=160000 HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(answer.status, 503);
	answer = ask(clients[3], "GET /big?n=140000 HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(answer.status, 200);
	for (size_t i = 1; i < 4; i++)
		http_scene_leave(clients[i]);
	http_scene_settle(scene);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_close(scene);
}

#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCENE(a_request_is_answered_and_the_next_on_the_same_connection_too),
		WITH_SCENE(every_answer_says_when_it_was_made_and_how_it_may_be_used),
		WITH_SCENE(head_has_the_headers_of_get_and_no_body),
		WITH_SCENE(who_asks_for_the_end_gets_it_behind_the_answer),
		WITH_SCENE(http_1_0_can_ask_to_stay),
		WITH_SCENE(a_client_that_ends_its_side_still_gets_its_answers),
		WITH_SCENE(half_a_request_behind_which_the_client_ends_is_not_answered),
		WITH_SCENE(requests_sent_ahead_are_answered_one_by_one_in_their_order),
		WITH_SCENE(a_request_behind_one_that_is_not_answered_yet_waits),
		WITH_SCENE(much_that_is_sent_ahead_waits_outside),
		WITH_SCENE(a_long_body_behind_one_that_waits_is_read_when_its_turn_comes),
		WITH_SCENE(who_does_not_read_is_not_answered_further),
		WITH_SCENE(a_body_comes_back_however_it_is_cut),
		WITH_SCENE(a_megabyte_comes_back_byte_by_byte),
		WITH_SCENE(who_waits_for_100_is_told_to_go_on_or_refused_before_its_body),
		WITH_SCENE(a_refusal_before_the_body_reaches_a_client_that_is_still_sending),
		WITH_SCENE(paths_and_parameters_are_decoded),
		WITH_SCENE(a_handler_hears_that_its_client_has_left),
		WITH_SCENE(a_stream_comes_piece_by_piece_until_its_end),
		WITH_SCENE(a_stream_waits_for_a_slow_reader_and_goes_on),
		cmocka_unit_test(long_pieces_of_streams_wait_for_the_room_of_all),
		WITH_SCENE(who_closes_its_side_of_a_stream_has_left),
		WITH_SCENE(a_stream_that_breaks_off_does_not_look_whole),
		WITH_SCENE(an_answer_that_would_split_is_a_500),
		cmocka_unit_test(bodies_beyond_the_room_of_all_are_told_to_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
