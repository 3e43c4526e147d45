#include "node/http_conn.h"

#include <assert.h>
#include <stdlib.h>

#define IN_SPARE_BYTES 1024u /* beyond the longest head, so that a longer one is seen */
#define CALL_ARENA_BYTES ((size_t)1024 * 1024)
#define OUT_SPARE_BYTES ((size_t)1024 * 1024)

/* ---- Life ---- */

enum err http_conn_new(struct http_house *house, const struct http_peer *peer, uint64_t now_ms,
		       struct http_conn **ret_conn)
{
	struct http_conn *conn = calloc(1, sizeof(*conn));
	enum err err;

	if (conn == NULL)
		return ERR_MEMORY;
	if ((err = http_parse_new(&conn->parse)) != OK) {
		free(conn);
		return err;
	}
	conn->house = house;
	conn->peer = *peer;
	conn->due_ms = now_ms + house->limits.head_ms;
	buffer_init(&conn->in, house->limits.head_bytes + IN_SPARE_BYTES);
	buffer_init(&conn->out, house->limits.buffered_bytes + OUT_SPARE_BYTES);
	*ret_conn = conn;
	return OK;
}

static void free_call(struct http_conn *conn)
{
	struct http_call *call = conn->call;

	conn->call = NULL;
	conn->body.due_ms = 0;
	conn->due_ms = 0;
	conn->house->counts.calls--;
	http_room_release(conn->house, &call->held);
	buffer_clear(&call->body);
	arena_free(call->arena);
	free(call);
}

/* The call ends without its handler. */
static void lose_call(struct http_conn *conn)
{
	if (conn->call == NULL)
		return;
	if (conn->house->handlers->on_gone != NULL)
		conn->house->handlers->on_gone(conn->house->context, conn->call);
	free_call(conn);
}

void http_conn_break(struct http_conn *conn)
{
	conn->is_cut = conn->is_cut || conn->call != NULL || conn->out.len > conn->out_at;
	conn->phase = HTTP_OVER;
	lose_call(conn);
}

void http_conn_free(struct http_conn *conn)
{
	if (conn == NULL)
		return;
	http_conn_break(conn);
	http_room_release(conn->house, &conn->held);
	buffer_clear(&conn->in);
	buffer_clear(&conn->out);
	http_parse_free(conn->parse);
	free(conn);
}

bool http_conn_is_over(const struct http_conn *conn)
{
	return conn->phase == HTTP_OVER;
}

bool http_conn_is_lingering(const struct http_conn *conn)
{
	return conn->phase == HTTP_LINGER;
}

void http_conn_wake(struct http_conn *conn)
{
	if (!conn->is_running)
		conn->house->wake(conn->house, conn);
}

/* ---- What comes in ---- */

static struct bytes from_on(const struct buffer *buffer, size_t at)
{
	if (buffer->len == at)
		return (struct bytes){0};
	return bytes_of(buffer->at + at, buffer->len - at);
}

static struct bytes unread(const struct http_conn *conn)
{
	return from_on(&conn->in, conn->in_at);
}

size_t http_conn_room(const struct http_conn *conn)
{
	if (conn->is_eof || conn->phase > HTTP_STREAM)
		return 0;
	return conn->in.max_bytes - unread(conn).len;
}

static void pack_input(struct http_conn *conn)
{
	size_t left = unread(conn).len;

	if (left == 0) {
		buffer_reset(&conn->in);
	} else if (conn->in_at > 0) {
		memmove(conn->in.at, conn->in.at + conn->in_at, left);
		conn->in.len = left;
	}
	conn->in_at = 0;
}

void http_conn_input(struct http_conn *conn, struct bytes bytes, uint64_t now_ms)
{
	(void)now_ms;
	assert(bytes.len <= http_conn_room(conn));
	pack_input(conn);
	buffer_put(&conn->in, bytes);
	if (buffer_error(&conn->in) != OK)
		http_conn_break(conn);
}

void http_conn_eof(struct http_conn *conn)
{
	conn->is_eof = true;
}

/* ---- What goes out ---- */

static bool has_output(const struct http_conn *conn)
{
	return conn->out.len > conn->out_at;
}

struct bytes http_conn_output(const struct http_conn *conn)
{
	if (conn->phase == HTTP_OVER)
		return (struct bytes){0};
	return from_on(&conn->out, conn->out_at);
}

/* No more room is held than what waits needs. */
static void give_back(struct http_conn *conn)
{
	size_t waiting = conn->out.len - conn->out_at;

	if (conn->held <= waiting)
		return;
	conn->house->counts.buffered_bytes -= conn->held - waiting;
	conn->held = waiting;
}

void http_conn_sent(struct http_conn *conn, size_t len, uint64_t now_ms)
{
	(void)now_ms;
	assert(len <= conn->out.len - conn->out_at);
	conn->out_at += len;
	conn->sending.moved += len;
	give_back(conn);
	if (has_output(conn))
		return;
	conn->out_at = 0;
	conn->sending.due_ms = 0;
	buffer_clear(&conn->out);
}

/* ---- Ends of calls ---- */

bool http_conn_is_last(const struct http_call *call)
{
	/* Where the rest of a body still comes, the next request could not be told from it. */
	return !call->is_whole || !call->head.may_stay || call->conn->house->is_draining;
}

bool http_conn_retire(struct http_conn *conn)
{
	if (conn->phase != HTTP_HEAD || !conn->is_used || unread(conn).len > 0)
		return false;
	conn->phase = HTTP_LAST;
	conn->due_ms = 0;
	return true;
}

bool http_conn_is_answered(const struct http_conn *conn)
{
	return conn->phase >= HTTP_STREAM;
}

static void await_request(struct http_conn *conn)
{
	conn->phase = HTTP_HEAD;
	conn->scan = (struct http_scan){0};
	if (conn->house->is_draining)
		(void)http_conn_retire(conn);
	if (unread(conn).len == 0) {
		buffer_clear(&conn->in); /* who is idle holds no buffer */
		conn->in_at = 0;
	}
}

void http_conn_end_call(struct http_conn *conn, bool is_last)
{
	free_call(conn);
	if (is_last)
		conn->phase = HTTP_LAST;
	else
		await_request(conn);
	http_conn_wake(conn);
}

/* The server's own answer, behind which it closes. */
static void refuse(struct http_conn *conn, struct http_refusal refused)
{
	struct http_shape shape = {.is_closing = true};

	if (conn->call != NULL)
		shape.is_head = strcmp(conn->call->head.method, "HEAD") == 0;
	lose_call(conn);
	conn->house->counts.bad++;
	conn->due_ms = 0;
	conn->phase = HTTP_LAST;
	http_answer_put_problem(conn, refused.status, refused.detail, shape);
}

bool http_conn_give_up(struct http_conn *conn)
{
	if (http_conn_is_answered(conn))
		return true;
	if (conn->call == NULL)
		return false;
	refuse(conn, (struct http_refusal){503, "The node takes up a new configuration"});
	return true;
}

/* ---- A request comes ---- */

static struct http_call *new_call(struct http_conn *conn)
{
	struct http_call *call = calloc(1, sizeof(*call));

	if (call == NULL || (call->arena = arena_new(CALL_ARENA_BYTES)) == NULL) {
		free(call);
		return NULL;
	}
	call->conn = conn;
	buffer_init(&call->body, 0);
	return call;
}

static void begin_call(struct http_conn *conn, uint64_t now_ms)
{
	struct http_house *house = conn->house;
	struct bytes head = bytes_of(unread(conn).at, conn->scan.at);
	struct http_call *call = new_call(conn);
	struct http_refusal refused = {503, "Out of memory"};

	if (call != NULL)
		refused =
			http_head_read(conn->parse, head, &house->limits, call->arena, &call->head);
	if (refused.status != 0) {
		if (call != NULL)
			arena_free(call->arena);
		free(call);
		refuse(conn, refused);
		return;
	}
	conn->in_at += head.len;
	call->is_whole = !call->head.is_chunked && call->head.body_len == 0;
	call->number = ++house->last_number;
	house->counts.requests++;
	house->counts.calls++;
	conn->call = call;
	conn->is_used = true;
	conn->phase = HTTP_HANDLER;
	conn->due_ms = now_ms + house->limits.answer_ms;
	house->handlers->on_head(house->context, call);
}

/* true: something has changed, look again. */
static bool read_head(struct http_conn *conn, uint64_t now_ms)
{
	struct bytes input = unread(conn);
	struct http_refusal refused;

	if (has_output(conn))
		return false;
	if (input.len == 0 && conn->is_eof) {
		conn->phase = HTTP_OVER;
		return false;
	}
	if (input.len == 0) {
		if (conn->due_ms == 0)
			conn->due_ms = now_ms + conn->house->limits.idle_ms;
		return false;
	}
	if (conn->scan.at == 0)
		conn->due_ms = now_ms + conn->house->limits.head_ms;
	refused = http_head_scan(&conn->scan, input, &conn->house->limits);
	if (refused.status != 0) {
		refuse(conn, refused);
		return true;
	}
	if (conn->scan.is_done)
		begin_call(conn, now_ms);
	else if (conn->is_eof)
		conn->phase = HTTP_OVER;
	return conn->phase != HTTP_HEAD;
}

/* ---- Its body ---- */

static void begin_body(struct http_conn *conn, uint64_t now_ms)
{
	const struct http_head *head = &conn->call->head;

	conn->phase = HTTP_BODY;
	conn->due_ms = 0;
	http_window_begin(&conn->body, now_ms, &conn->house->limits);
	if (head->is_expecting && !conn->call->is_whole && unread(conn).len == 0)
		buffer_put_text(&conn->out, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void give_body(struct http_conn *conn, uint64_t now_ms)
{
	struct http_house *house = conn->house;
	struct http_call *call = conn->call;

	call->is_whole = call->is_given = true;
	conn->phase = HTTP_HANDLER;
	conn->body.due_ms = 0;
	conn->due_ms = now_ms + house->limits.answer_ms;
	assert(house->handlers->on_body != NULL);
	house->handlers->on_body(house->context, call, buffer_bytes(&call->body));
}

static bool read_body(struct http_conn *conn, uint64_t now_ms)
{
	struct bytes input = unread(conn);
	const char *why = "";
	size_t used = 0;
	enum err err;

	if (!conn->call->is_whole && input.len == 0) {
		if (conn->is_eof)
			http_conn_break(conn);
		return false;
	}
	err = http_body_read(conn, input, &used, &why);
	conn->in_at += used;
	if (err == OK)
		give_body(conn, now_ms);
	else if (err != ERR_MISSING)
		refuse(conn, conn->call->refused.status != 0 ? conn->call->refused
							     : (struct http_refusal){400, why});
	return true;
}

static bool look_at_call(struct http_conn *conn, uint64_t now_ms)
{
	const struct http_call *call = conn->call;

	if (call->refused.status != 0)
		refuse(conn, call->refused);
	else if (call->is_taken && !call->is_given)
		begin_body(conn, now_ms);
	return conn->phase != HTTP_HANDLER;
}

/* ---- The end of a connection, and streams ---- */

/* Who asked for a stream and ends its own side does not listen any more. */
static bool look_at_stream(struct http_conn *conn)
{
	struct http_house *house = conn->house;

	if (conn->is_eof) {
		http_conn_break(conn);
		return false;
	}
	if (conn->call->wanted == 0 ||
	    conn->out.len - conn->out_at > house->limits.stream_bytes / 2 ||
	    !http_stream_takes(conn, conn->call->wanted))
		return false;
	conn->call->wanted = 0;
	if (house->handlers->on_room != NULL)
		house->handlers->on_room(house->context, conn->call);
	return conn->call == NULL;
}

static bool finish(struct http_conn *conn, uint64_t now_ms)
{
	if (has_output(conn))
		return false;
	conn->phase = conn->is_eof ? HTTP_OVER : HTTP_LINGER;
	conn->due_ms = now_ms + conn->house->limits.linger_ms;
	return false;
}

static bool step(struct http_conn *conn, uint64_t now_ms)
{
	switch (conn->phase) {
	case HTTP_HEAD:
		return read_head(conn, now_ms);
	case HTTP_HANDLER:
		return look_at_call(conn, now_ms);
	case HTTP_BODY:
		return read_body(conn, now_ms);
	case HTTP_STREAM:
		return look_at_stream(conn);
	case HTTP_LAST:
		return finish(conn, now_ms);
	case HTTP_LINGER:
		if (conn->is_eof)
			conn->phase = HTTP_OVER;
		return false;
	case HTTP_OVER:
		break;
	}
	return false;
}

void http_conn_run(struct http_conn *conn, uint64_t now_ms)
{
	assert(!conn->is_running);
	conn->is_running = true;
	while (step(conn, now_ms))
		;
	if (buffer_error(&conn->out) != OK)
		http_conn_break(conn);
	if (has_output(conn) && conn->sending.due_ms == 0)
		http_window_begin(&conn->sending, now_ms, &conn->house->limits);
	conn->is_running = false;
}

/* ---- Deadlines ---- */

static bool has_passed(uint64_t due_ms, uint64_t now_ms)
{
	return due_ms != 0 && now_ms >= due_ms;
}

/* What the other side took is asked for at ticks, not for each answer: most are out before one. */
static void measure(struct http_conn *conn, uint64_t now_ms)
{
	struct http_window *window = &conn->sending;

	if (conn->house->taken != NULL && http_window_is_measured(window, now_ms))
		http_window_measure(window, conn->house->taken(conn), now_ms, &conn->house->limits);
}

static void expire_phase(struct http_conn *conn)
{
	if (conn->phase == HTTP_HEAD && unread(conn).len > 0)
		refuse(conn, (struct http_refusal){408, "The head took too long"});
	else if (conn->phase == HTTP_HANDLER)
		refuse(conn, (struct http_refusal){503, "The answer took too long"});
	else
		http_conn_break(conn);
}

void http_conn_tick(struct http_conn *conn, uint64_t now_ms)
{
	const struct http_limits *limits = &conn->house->limits;
	bool is_late = true;

	measure(conn, now_ms);
	conn->is_running = true; /* what handlers do here is looked at below */
	if (http_window_has_stalled(&conn->sending, now_ms, limits))
		http_conn_break(conn);
	else if (conn->phase == HTTP_BODY && http_window_has_stalled(&conn->body, now_ms, limits))
		refuse(conn, (struct http_refusal){408, "The body took too long"});
	else if (has_passed(conn->due_ms, now_ms))
		expire_phase(conn);
	else
		is_late = false;
	conn->is_running = false;
	if (!is_late)
		return;
	conn->house->counts.expired++;
	http_conn_run(conn, now_ms);
}
