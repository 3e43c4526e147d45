/*
 * What a stranger may send to the HTTPS door, byte for byte, and the one answer to it: everything
 * that two readers could read in two ways is refused, no handler sees it, and the connection ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/http_parse.h"
#include "tests/support/http_scene.h"

struct hostile {
	const char *name;
	const char *bytes;
	size_t len;
	unsigned status;
};

#define ROW(name, bytes, status) \
	{ \
		name, bytes, sizeof(bytes) - 1, status \
	}
#define HOST "Host: localhost\r\n"
#define GET(target, fields) "GET " target " HTTP/1.1\r\n" HOST fields "\r\n"
#define POST(fields, body) "POST /echo HTTP/1.1\r\n" HOST fields "\r\n" body
#define CHUNKED "Transfer-Encoding: chunked\r\n"

/* clang-format off */
static const struct hostile heads[] = {
	/* how long is the body? RFC 9112 section 6.3 */
	ROW("two lengths that differ", POST("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400),
	ROW("two lengths that are equal", POST("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400),
	ROW("two lengths in one", POST("Content-Length: 3, 3\r\n", "abc"), 400),
	ROW("length and chunks", POST("Content-Length: 5\r\n" CHUNKED, "0\r\n\r\n"), 400),
	ROW("chunks and length", POST(CHUNKED "Content-Length: 5\r\n", "0\r\n\r\n"), 400),
	ROW("length with a sign", POST("Content-Length: +4\r\n", "abcd"), 400),
	ROW("negative length", POST("Content-Length: -4\r\n", "abcd"), 400),
	ROW("hexadecimal length", POST("Content-Length: 0x4\r\n", "abcd"), 400),
	ROW("length with a letter behind it", POST("Content-Length: 4a\r\n", "abcd"), 400),
	ROW("length with a blank in it", POST("Content-Length: 1 4\r\n", "abcd"), 400),
	ROW("empty length", POST("Content-Length:\r\n", "abcd"), 400),
	ROW("length of 20 digits", POST("Content-Length: 99999999999999999999\r\n", ""), 400),
	ROW("length of 19 digits", POST("Content-Length: 9999999999999999999\r\n", ""), 413),
	ROW("length in other digits", POST("Content-Length: \xd9\xa3\r\n", "abc"), 400),
	ROW("coding that is not chunked", POST("Transfer-Encoding: gzip\r\n", "abc"), 400),
	ROW("gzip, then chunked", POST("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400),
	ROW("chunked, then gzip", POST("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400),
	ROW("chunked twice", POST("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400),
	ROW("chunked in two fields", POST(CHUNKED CHUNKED, "0\r\n\r\n"), 400),
	ROW("chunked in quotes", POST("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400),
	ROW("chunked with a parameter", POST("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400),
	ROW("xchunked", POST("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400),
	ROW("chunked with a vertical tab", POST("Transfer-Encoding: \x0b" "chunked\r\n", "0\r\n\r\n"), 400),
	ROW("empty coding", POST("Transfer-Encoding:\r\n", "abc"), 400),
	ROW("identity", POST("Transfer-Encoding: identity\r\n", "abc"), 400),
	ROW("chunks in HTTP/1.0", "POST /echo HTTP/1.0\r\n" HOST CHUNKED "\r\n0\r\n\r\n", 400),
	/* where do lines end? section 2.2 */
	ROW("bare LF behind the request line", "GET /hello HTTP/1.1\nHost: localhost\r\n\r\n", 400),
	ROW("bare LF behind a header", "GET /hello HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400),
	ROW("bare LF as the empty line", "GET /hello HTTP/1.1\r\nHost: localhost\r\n\n", 400),
	ROW("bare LF everywhere", "GET /hello HTTP/1.1\nHost: localhost\n\n", 400),
	ROW("bare CR in a value", GET("/hello", "X: a\rb\r\n"), 400),
	ROW("bare CR behind a header", "GET /hello HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", 400),
	ROW("CR CR LF", "GET /hello HTTP/1.1\r\r\n" HOST "\r\n", 400),
	ROW("CR and something as the empty line", "GET /hello HTTP/1.1\r\n" HOST "\rX\n\r\n", 400),
	ROW("empty line before the request", "\r\n" GET("/hello", ""), 400),
	ROW("folded header", GET("/hello", "X: a\r\n b\r\n"), 400),
	ROW("folded by a tab", GET("/hello", "X: a\r\n\tb\r\n"), 400),
	ROW("folded length", POST("Content-Length:\r\n 3\r\n", "abc"), 400),
	ROW("blank before the first header", "GET /hello HTTP/1.1\r\n X: y\r\n" HOST "\r\n", 400),
	/* names and values: section 5 */
	ROW("blank before the colon", GET("/hello", "X : y\r\n"), 400),
	ROW("length with a blank before the colon", POST("Content-Length : 3\r\n", "abc"), 400),
	ROW("coding with a tab before the colon", POST("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400),
	ROW("header without a name", GET("/hello", ": y\r\n"), 400),
	ROW("header without a colon", GET("/hello", "X\r\n"), 400),
	ROW("name in parentheses", GET("/hello", "(X): y\r\n"), 400),
	ROW("NUL in a name", GET("/hello", "X\0Y: z\r\n"), 400),
	ROW("NUL in a value", GET("/hello", "X: a\0b\r\n"), 400),
	ROW("control character in a value", GET("/hello", "X: a\x01" "b\r\n"), 400),
	ROW("DEL in a value", GET("/hello", "X: a\x7f" "b\r\n"), 400),
	ROW("8-bit name", GET("/hello", "X\xc3\xa9: y\r\n"), 400),
	ROW("value that is not UTF-8", GET("/hello", "X: \xff\r\n"), 400),
	ROW("value with half a character", GET("/hello", "X: \xc3\r\n"), 400),
	ROW("overlong UTF-8", GET("/hello", "X: \xc0\xaf\r\n"), 400),
	ROW("surrogate in UTF-8", GET("/hello", "X: \xed\xa0\x80\r\n"), 400),
	ROW("two authorizations", GET("/hello", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400),
	ROW("two types", POST("Content-Type: a/b\r\nContent-Type: a/c\r\nContent-Length: 0\r\n", ""), 400),
	ROW("two cookies", GET("/hello", "Cookie: a=1\r\nCookie: a=2\r\n"), 400),
	ROW("two principals", GET("/hello", "Sampan-Principal: 1\r\nSampan-Principal: 2\r\n"), 400),
	ROW("two reasons", GET("/hello", "Sampan-Reason: a\r\nSampan-Reason: b\r\n"), 400),
	ROW("two csrf tokens", GET("/hello", "Sampan-Csrf: a\r\nSampan-Csrf: b\r\n"), 400),
	/* which host? section 3.2 */
	ROW("no host", "GET /hello HTTP/1.1\r\n\r\n", 400),
	ROW("no host in HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", 400),
	ROW("two hosts", GET("/hello", "Host: localhost\r\n"), 400),
	ROW("two hosts that differ", GET("/hello", "Host: evil.example\r\n"), 400),
	ROW("empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400),
	ROW("host with a user", "GET /hello HTTP/1.1\r\nHost: a@localhost\r\n\r\n", 400),
	ROW("host with a path", "GET /hello HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 400),
	ROW("host with a blank", "GET /hello HTTP/1.1\r\nHost: localhost x\r\n\r\n", 400),
	ROW("host with port 0", "GET /hello HTTP/1.1\r\nHost: localhost:0\r\n\r\n", 400),
	ROW("host with port 65536", "GET /hello HTTP/1.1\r\nHost: localhost:65536\r\n\r\n", 400),
	ROW("host with a word as port", "GET /hello HTTP/1.1\r\nHost: localhost:x\r\n\r\n", 400),
	ROW("absolute target of another host", GET("https://evil.example/hello", ""), 400),
	ROW("absolute target of another port", GET("https://localhost:1/hello", ""), 400),
	ROW("absolute target without TLS", GET("http://localhost/hello", ""), 400),
	ROW("absolute target with a user", GET("https://a@localhost/hello", ""), 400),
	ROW("target of a proxy", "CONNECT localhost:443 HTTP/1.1\r\n" HOST "\r\n", 501),
	/* the target: section 3.2, RFC 3986 */
	ROW("no target", "GET HTTP/1.1\r\n" HOST "\r\n", 400),
	ROW("target without a slash", GET("hello", ""), 400),
	ROW("star", GET("*", ""), 400),
	ROW("two blanks before the target", "GET  /hello HTTP/1.1\r\n" HOST "\r\n", 400),
	ROW("two blanks behind the target", "GET /hello  HTTP/1.1\r\n" HOST "\r\n", 400),
	ROW("blank in the target", GET("/hel lo", ""), 400),
	ROW("tab in the target", GET("/hel\tlo", ""), 400),
	ROW("tab behind the method", "GET\t/hello HTTP/1.1\r\n" HOST "\r\n", 400),
	ROW("NUL in the target", GET("/hel\0lo", ""), 400),
	ROW("control character in the target", GET("/hel\x01lo", ""), 400),
	ROW("8-bit target", GET("/hell\xc3\xb4", ""), 400),
	ROW("fragment", GET("/hello#x", ""), 400),
	ROW("quotes in the target", GET("/\"hello\"", ""), 400),
	ROW("brackets in the path", GET("/hello[1]", ""), 400),
	ROW("backslash in the path", GET("/hello\\x", ""), 400),
	ROW("lone % in the path", GET("/hello%", ""), 400),
	ROW("short escape in the path", GET("/hello%2", ""), 400),
	ROW("escape that is none", GET("/hello%zz", ""), 400),
	ROW("escaped NUL", GET("/hello%00", ""), 400),
	ROW("escaped line end", GET("/hello%0d%0aX:%20y", ""), 400),
	ROW("escaped C1 control", GET("/hello%c2%85", ""), 400),
	ROW("escaped slash", GET("/a%2fhello", ""), 400),
	ROW("escaped backslash", GET("/a%5Chello", ""), 400),
	ROW("escape that is not UTF-8", GET("/hello%ff", ""), 400),
	ROW("escape that is half a character", GET("/hello%c3", ""), 400),
	ROW("overlong escape", GET("/%c0%ae%c0%ae/hello", ""), 400),
	ROW("..", GET("/../hello", ""), 400),
	ROW("escaped ..", GET("/%2e%2e/hello", ""), 400),
	ROW(".. at the end", GET("/hello/..", ""), 400),
	ROW(".", GET("/./hello", ""), 400),
	ROW("empty segment", GET("//hello", ""), 400),
	ROW("query that is not UTF-8", GET("/hello?a=%ff", ""), 400),
	ROW("query with NUL", GET("/hello?a=%00", ""), 400),
	ROW("parameter given twice", GET("/hello?a=1&a=2", ""), 400),
	ROW("parameter given twice in two spellings", GET("/hello?a=1&%61=2", ""), 400),
	/* method and version: section 3.1, 2.3 */
	ROW("unknown method", "BREW /hello HTTP/1.1\r\n" HOST "\r\n", 501),
	ROW("method in small letters", "get /hello HTTP/1.1\r\n" HOST "\r\n", 501),
	ROW("TRACE", "TRACE /hello HTTP/1.1\r\n" HOST "\r\n", 501),
	ROW("method that is no token", "G(T /hello HTTP/1.1\r\n" HOST "\r\n", 400),
	ROW("HTTP/0.9", "GET /hello\r\n\r\n", 400),
	ROW("HTTP/1.2", "GET /hello HTTP/1.2\r\n" HOST "\r\n", 505),
	ROW("HTTP/2.0", "GET /hello HTTP/2.0\r\n" HOST "\r\n", 505),
	ROW("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
	ROW("version in small letters", "GET /hello http/1.1\r\n" HOST "\r\n", 400),
	ROW("version with two digits", "GET /hello HTTP/1.10\r\n" HOST "\r\n", 400),
	ROW("another protocol", "GET /hello RTSP/1.0\r\n" HOST "\r\n", 400),
	ROW("garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
	/* other protocols, expectations */
	ROW("upgrade to h2c", GET("/hello", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), 400),
	ROW("upgrade to websocket", GET("/hello", "Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n"), 400),
	ROW("upgrade without connection", GET("/hello", "Upgrade: h2c\r\n"), 400),
	ROW("expectation that is not known", GET("/hello", "Expect: miracles\r\n"), 417),
};

/* Here a handler sees the head and takes the body, but never gets it. */
static const struct hostile bodies[] = {
	ROW("body longer than the call takes", POST("Content-Length: 1048577\r\n", ""), 413),
	ROW("chunk longer than the call takes", POST(CHUNKED, "100001\r\n"), 413),
	ROW("chunks longer than the call takes", POST(CHUNKED, "1\r\na\r\n100000\r\n"), 413),
	ROW("chunk of 2^64 - 1 bytes", POST(CHUNKED, "ffffffffffffffff\r\n"), 413),
	ROW("chunk of 2^64 bytes", POST(CHUNKED, "10000000000000000\r\n"), 400),
	ROW("size with 0x", POST(CHUNKED, "0x5\r\nhello\r\n0\r\n\r\n"), 400),
	ROW("size with a sign", POST(CHUNKED, "+5\r\nhello\r\n0\r\n\r\n"), 400),
	ROW("negative size", POST(CHUNKED, "-5\r\nhello\r\n0\r\n\r\n"), 400),
	ROW("size with a blank", POST(CHUNKED, "5 \r\nhello\r\n0\r\n\r\n"), 400),
	ROW("no size", POST(CHUNKED, "\r\nhello\r\n0\r\n\r\n"), 400),
	ROW("bare LF behind the size", POST(CHUNKED, "5\nhello\r\n0\r\n\r\n"), 400),
	ROW("bare CR behind the size", POST(CHUNKED, "5\rXhello\r\n0\r\n\r\n"), 400),
	ROW("bare LF behind the chunk", POST(CHUNKED, "5\r\nhello\n0\r\n\r\n"), 400),
	ROW("chunk longer than its size", POST(CHUNKED, "5\r\nhelloXX\r\n0\r\n\r\n"), 400),
	ROW("bare LF behind the last chunk", POST(CHUNKED, "0\n\r\n"), 400),
	ROW("bare LF at the very end", POST(CHUNKED, "5\r\nhello\r\n0\r\n\n"), 400),
	ROW("CR and something at the very end", POST(CHUNKED, "0\r\n\rX"), 400),
	ROW("bare LF in an extension", POST(CHUNKED, "5;a=b\nhello\r\n0\r\n\r\n"), 400),
	ROW("bare CR in an extension", POST(CHUNKED, "5;a=\rb\r\nhello\r\n0\r\n\r\n"), 400),
	ROW("trailer", POST(CHUNKED, "5\r\nhello\r\n0\r\nX: y\r\n\r\n"), 400),
	ROW("length as trailer", POST(CHUNKED, "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n"), 400),
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* In how many pieces it comes must not matter. */
static void send_in_pieces(struct http_scene_client *client, const struct hostile *row,
			   size_t piece)
{
	for (size_t at = 0; at < row->len; at += piece)
		http_scene_send_bytes(
			client,
			bytes_of(row->bytes + at, row->len - at < piece ? row->len - at : piece));
}

static void try(struct http_scene *scene, const struct hostile *row, size_t piece)
{
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;
	size_t bodies_before = scene->bodies;

	assert_non_null(client);
	send_in_pieces(client, row, piece);
	answer = http_scene_receive(client);
	if (answer.status != row->status)
		fail_msg("%s, %zu bytes at a time: %u, not %u", row->name, piece, answer.status,
			 row->status);
	if (!http_scene_has(&answer, "Connection", "close") ||
	    !http_scene_has(&answer, "Content-Type", "application/problem+json"))
		fail_msg("%s: %s", row->name, answer.head);
	if (!http_scene_is_ended(client))
		fail_msg("%s: the connection stays open", row->name);
	if (http_scene_peek(client).len != 0)
		fail_msg("%s: more than one answer came", row->name);
	if (scene->bodies != bodies_before)
		fail_msg("%s: a handler got a body", row->name);
	http_scene_leave(client);
}

static void what_can_be_read_in_two_ways_is_refused_and_no_handler_sees_it(void **state)
{
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		try(scene, &heads[i], heads[i].len);
		try(scene, &heads[i], 1);
		if (http_counts(scene->http).requests != 0)
			fail_msg("%s: a handler saw it", heads[i].name);
	}
	assert_int_equal(http_counts(scene->http).bad, 2 * COUNT(heads));
	http_scene_close(scene);
}

static void
a_body_that_can_be_read_in_two_ways_or_is_too_long_never_reaches_its_handler(void **state)
{
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		size_t gone = scene->gone;

		try(scene, &bodies[i], bodies[i].len);
		try(scene, &bodies[i], 1);
		if (scene->gone != gone + 2)
			fail_msg("%s: its handler does not know that it is gone", bodies[i].name);
	}
	assert_int_equal(http_counts(scene->http).calls, 0);
	assert_int_equal(http_counts(scene->http).buffered_bytes, 0);
	http_scene_close(scene);
}

/* A request hidden behind a refused one: it must not be answered. */
static void what_stands_behind_a_refused_request_is_never_read(void **state)
{
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	(void)state;
	http_scene_send(client,
			POST("Content-Length: 5\r\n" CHUNKED, "0\r\n\r\n") GET("/hello", ""));
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 400);
	assert_true(http_scene_is_ended(client));
	assert_int_equal(http_scene_peek(client).len, 0);
	assert_int_equal(http_counts(scene->http).requests, 0);
	http_scene_leave(client);
	http_scene_close(scene);
}

/* ---- Bounds ---- */

static char *repeated(const char *before, const char *what, size_t times, const char *behind)
{
	size_t len = strlen(what), begin = strlen(before);
	char *text = malloc(begin + len * times + strlen(behind) + 1);

	assert_non_null(text);
	memcpy(text, before, begin);
	for (size_t i = 0; i < times; i++)
		memcpy(text + begin + i * len, what, len);
	strcpy(text + begin + len * times, behind);
	return text;
}

struct bound {
	const char *name, *before, *what;
	size_t times; /* the most that is taken */
	const char *behind;
	unsigned taken, refused;
};

#define LONG_HEAD (16384 - sizeof(GET("/hello", "X: \r\n")) + 1)

static void each_bound_is_kept_exactly(void **state)
{
	static const struct bound bounds[] = {
		{"target", "GET /", "a", 4095, " HTTP/1.1\r\n" HOST "\r\n", 404, 414},
		{"target with its query", "GET /hello?", "a", 4096 - 7, " HTTP/1.1\r\n" HOST "\r\n",
		 200, 414},
		{"headers", "GET /hello HTTP/1.1\r\n" HOST, "X: y\r\n", 63, "\r\n", 200, 431},
		{"head", "GET /hello HTTP/1.1\r\n" HOST "X: ", "a", LONG_HEAD, "\r\n\r\n", 200,
		 431},
		{"chunk extension", "POST /echo HTTP/1.1\r\n" HOST CHUNKED "\r\n1;", "a",
		 HTTP_PARSE_FRAME_BYTES - 4, "\r\nb\r\n0\r\n\r\n", 200, 400},
	};
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});

	(void)state;
	for (size_t i = 0; i < COUNT(bounds); i++) {
		for (size_t more = 0; more < 2; more++) {
			const struct bound *bound = &bounds[i];
			char *text = repeated(bound->before, bound->what, bound->times + more,
					      bound->behind);
			struct http_scene_client *client = http_scene_connect(scene, NULL);
			struct http_scene_answer answer;

			http_scene_send(client, text);
			answer = http_scene_receive(client);
			if (answer.status != (more == 0 ? bound->taken : bound->refused))
				fail_msg("%s with %zu more: %u", bound->name, more, answer.status);
			free(text);
			http_scene_leave(client);
		}
	}
	http_scene_close(scene);
}

/* Whoever sends a line without an end is not listened to for ever. */
static void a_head_without_end_is_cut_off_at_its_bound(void **state)
{
	static const struct hostile rows[] = {
		ROW("one line", "GET /", 414),
		ROW("one header", "GET / HTTP/1.1\r\n" HOST "X: ", 431),
	};
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});
	char *noise = repeated("", "a", 40000, "");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_scene_client *client = http_scene_connect(scene, NULL);

		http_scene_send_bytes(client, bytes_of(rows[i].bytes, rows[i].len));
		http_scene_send(client, noise);
		assert_int_equal(http_scene_receive(client).status, rows[i].status);
		assert_true(http_scene_is_ended(client));
		http_scene_leave(client);
	}
	free(noise);
	http_scene_close(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused_and_no_handler_sees_it),
		cmocka_unit_test(
			a_body_that_can_be_read_in_two_ways_or_is_too_long_never_reaches_its_handler),
		cmocka_unit_test(what_stands_behind_a_refused_request_is_never_read),
		cmocka_unit_test(each_bound_is_kept_exactly),
		cmocka_unit_test(a_head_without_end_is_cut_off_at_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
