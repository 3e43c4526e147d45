/*
 * Whatever comes in at the HTTPS door once TLS is off: it is read by the machine of one connection,
 * whole, byte by byte and in odd pieces, and each way the handlers see the same requests with the
 * same bodies. libFuzzer calls it with its own bytes; tests/test_fuzz_corpus.c with those of
 * tests/fuzz/corpus/http/.
 *
 * The first letter of a path says what the handler does: "r" refuses before the body, "s" answers
 * with a stream, "l" answers after everything else, others give the body back.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/utf8.h"
#include "node/http_conn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_BODY_BYTES 100000u
#define FUZZ_TURNS 200000u

struct fuzz_http {
	struct http_house house;
	struct http_conn *conn;
	struct http_call *later;
	struct http_call *open; /* under way */
	bool is_taken;
	struct buffer transcript; /* what the handlers saw */
};

static uint64_t fuzz_clock(void)
{
	return 1795340648000u;
}

static void fuzz_see(struct fuzz_http *fuzz, const char *what, const char *text)
{
	assert(text != NULL && utf8_first_wrong(bytes_of_text(text)) == strlen(text));
	buffer_put_format(&fuzz->transcript, "%s=%s\n", what, text);
}

static void fuzz_end(struct fuzz_http *fuzz, struct http_call *call)
{
	assert(fuzz->open == call);
	fuzz->open = NULL;
}

static void fuzz_stream(struct fuzz_http *fuzz, struct http_call *call)
{
	const struct http_answer head = {.status = 200, .body = bytes_of_text("first")};

	http_stream_begin(call, &head);
	assert(http_stream_put(call, bytes_of_text("second")) == OK);
	fuzz_end(fuzz, call);
	http_stream_end(call);
}

static void fuzz_on_head(void *context, struct http_call *call)
{
	struct fuzz_http *fuzz = context;
	const char *path = http_path(call);

	assert(fuzz->open == NULL); /* one request at a time */
	fuzz->open = call;
	fuzz->is_taken = false;
	fuzz_see(fuzz, http_method(call), path);
	assert(*path == '/' || strcmp(path, "*") == 0);
	assert(http_header(call, "host") != NULL);
	for (size_t i = 0; i < http_query_count(call); i++)
		fuzz_see(fuzz, http_query_name(call, i),
			 http_query(call, http_query_name(call, i)));
	if (path[1] == 'r') {
		fuzz_end(fuzz, call);
		http_problem(call, 401, "no");
	} else if (path[1] == 's') {
		fuzz_stream(fuzz, call);
	} else if (path[1] == 'l') {
		fuzz->later = call;
	} else {
		fuzz->is_taken = true;
		http_take_body(call, FUZZ_BODY_BYTES);
	}
}

static void fuzz_on_body(void *context, struct http_call *call, struct bytes body)
{
	struct fuzz_http *fuzz = context;
	const struct http_answer answer = {.status = 200, .body = body};

	assert(fuzz->open == call && fuzz->is_taken && body.len <= FUZZ_BODY_BYTES);
	assert(http_body_len(call) == HTTP_ANY_BODY || http_body_len(call) == body.len);
	buffer_put(&fuzz->transcript, body);
	buffer_put_text(&fuzz->transcript, "|\n");
	fuzz_end(fuzz, call);
	http_answer(call, &answer);
}

static void fuzz_on_gone(void *context, struct http_call *call)
{
	struct fuzz_http *fuzz = context;

	fuzz_see(fuzz, "gone", http_path(call));
	fuzz_end(fuzz, call);
	if (fuzz->later == call)
		fuzz->later = NULL;
}

static void fuzz_wake(struct http_house *house, struct http_conn *conn)
{
	(void)house;
	(void)conn;
}

static const struct http_handlers fuzz_handlers = {fuzz_on_head, fuzz_on_body, NULL, fuzz_on_gone};

/* What is sent begins and ends with whole answers; here only their beginning is looked at. */
static void fuzz_send(struct fuzz_http *fuzz)
{
	struct bytes output = http_conn_output(fuzz->conn);

	if (output.len > 0) {
		assert(output.len > 12 && memcmp(output.at, "HTTP/1.1 ", 9) == 0);
		http_conn_sent(fuzz->conn, output.len, 1);
	}
}

static bool fuzz_goes_on(const struct fuzz_http *fuzz)
{
	return !http_conn_is_over(fuzz->conn) && !http_conn_is_lingering(fuzz->conn);
}

static void fuzz_settle(struct fuzz_http *fuzz)
{
	for (unsigned i = 0; fuzz_goes_on(fuzz); i++) {
		assert(i < FUZZ_TURNS);
		http_conn_run(fuzz->conn, 1);
		if (http_conn_output(fuzz->conn).len == 0)
			return;
		fuzz_send(fuzz);
	}
}

static void fuzz_answer_later(struct fuzz_http *fuzz)
{
	struct http_call *call = fuzz->later;

	if (call == NULL)
		return;
	fuzz->later = NULL;
	fuzz_end(fuzz, call);
	http_problem(call, 404, "later");
	fuzz_settle(fuzz);
}

static void fuzz_feed(struct fuzz_http *fuzz, struct bytes input, size_t piece)
{
	while (input.len > 0 && fuzz_goes_on(fuzz)) {
		size_t len = http_conn_room(fuzz->conn);

		len = len < piece ? len : piece;
		len = len < input.len ? len : input.len;
		if (len == 0) { /* full: only the handler can go on */
			assert(fuzz->later != NULL);
			fuzz_answer_later(fuzz);
			continue;
		}
		http_conn_input(fuzz->conn, bytes_of(input.at, len), 1);
		input = bytes_of(input.at + len, input.len - len);
		fuzz_settle(fuzz);
	}
}

/* All of it, then the client ends. The transcript is the caller's to clear. */
static struct buffer fuzz_http_run(struct bytes input, size_t piece)
{
	static const struct http_peer peer = {.address = "192.0.2.1", .subject = ""};
	struct fuzz_http fuzz = {.house = {.limits = http_limits_default(),
					   .handlers = &fuzz_handlers,
					   .clock = {fuzz_clock, fuzz_clock},
					   .wake = fuzz_wake}};
	struct http_counts *counts = &fuzz.house.counts;

	fuzz.house.context = &fuzz;
	buffer_init(&fuzz.transcript, (size_t)64 << 20);
	assert(http_conn_new(&fuzz.house, &peer, 1, &fuzz.conn) == OK);
	fuzz_feed(&fuzz, input, piece);
	for (unsigned i = 0; i < FUZZ_TURNS && fuzz.later != NULL && fuzz_goes_on(&fuzz); i++)
		fuzz_answer_later(&fuzz);
	if (fuzz_goes_on(&fuzz)) {
		http_conn_eof(fuzz.conn);
		fuzz_settle(&fuzz);
	}
	http_conn_tick(fuzz.conn, 1u << 30);
	http_conn_free(fuzz.conn);
	assert(fuzz.open == NULL && counts->calls == 0 && counts->buffered_bytes == 0);
	buffer_put_format(&fuzz.transcript, "%llu requests, %llu refused, %llu 4xx, %llu 5xx\n",
			  (unsigned long long)counts->requests, (unsigned long long)counts->bad,
			  (unsigned long long)counts->answers[4],
			  (unsigned long long)counts->answers[5]);
	assert(buffer_error(&fuzz.transcript) == OK);
	return fuzz.transcript;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = {1, 7, 4096};
	struct bytes input = bytes_of(data, size);
	struct buffer whole = fuzz_http_run(input, SIZE_MAX);

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct buffer cut = fuzz_http_run(input, pieces[i]);

		assert(bytes_equal(buffer_bytes(&whole), buffer_bytes(&cut)));
		buffer_clear(&cut);
	}
	buffer_clear(&whole);
	return 0;
}
