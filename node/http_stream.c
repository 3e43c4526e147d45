#include <assert.h>

#include "node/http_inside.h"

static void put_piece(struct http_call *call, struct bytes piece)
{
	struct buffer *to = &call->conn->out;

	if (piece.len == 0 || strcmp(call->head.method, "HEAD") == 0)
		return;
	if (call->head.is_1_0) {
		buffer_put(to, piece);
		return;
	}
	buffer_put_format(to, "%zx\r\n", piece.len);
	buffer_put(to, piece);
	buffer_put_text(to, "\r\n");
}

void http_stream_begin(struct http_call *call, const struct http_answer *answer)
{
	struct http_shape shape = http_answer_shape(call);
	struct http_answer head = *answer;

	assert(!call->is_streaming);
	if (shape.is_1_0)
		call->head.may_stay = false;
	shape.is_closing = http_conn_is_last(call);
	shape.is_stream = true;
	head.body = (struct bytes){0};
	http_answer_put(call->conn, &head, shape);
	call->is_streaming = true;
	call->conn->phase = HTTP_STREAM;
	call->conn->due_ms = 0;
	put_piece(call, answer->body);
	http_conn_wake(call->conn);
}

/* What was sent lies before what waits: a stream that never ends must not grow by it. */
static void pack_output(struct http_conn *conn)
{
	size_t waiting = conn->out.len - conn->out_at;

	if (conn->out_at < waiting || conn->out_at == 0)
		return;
	memmove(conn->out.at, conn->out.at + conn->out_at, waiting);
	conn->out.len = waiting;
	conn->out_at = 0;
}

bool http_stream_takes(const struct http_conn *conn, size_t len)
{
	const struct http_house *house = conn->house;
	size_t waiting = conn->out.len - conn->out_at;

	if (waiting == 0 && (len <= HTTP_FREE_BYTES || len > house->limits.buffered_bytes))
		return true;
	return (waiting <= HTTP_SHORT_BYTES || waiting + len <= house->limits.stream_bytes) &&
	       len <= house->limits.buffered_bytes - house->counts.buffered_bytes;
}

enum err http_stream_put(struct http_call *call, struct bytes piece)
{
	struct http_conn *conn = call->conn;

	assert(call->is_streaming);
	if (strcmp(call->head.method, "HEAD") == 0 || piece.len == 0)
		return OK;
	if (!http_stream_takes(conn, piece.len)) {
		call->wanted = piece.len;
		return ERR_FULL;
	}
	(void)http_room_hold(conn->house, &conn->held, piece.len);
	pack_output(conn);
	put_piece(call, piece);
	http_conn_wake(conn);
	return OK;
}

bool http_stream_has_room(struct http_call *call, size_t len)
{
	assert(call->is_streaming);
	if (strcmp(call->head.method, "HEAD") == 0 || http_stream_takes(call->conn, len))
		return true;
	call->wanted = len;
	return false;
}

void http_stream_end(struct http_call *call)
{
	struct http_conn *conn = call->conn;

	assert(call->is_streaming);
	if (!call->head.is_1_0 && strcmp(call->head.method, "HEAD") != 0)
		buffer_put_text(&conn->out, "0\r\n\r\n");
	http_conn_end_call(conn, http_conn_is_last(call));
}

void http_stream_abort(struct http_call *call)
{
	struct http_conn *conn = call->conn;

	assert(call->is_streaming);
	conn->is_cut = true;
	http_conn_end_call(conn, true);
	conn->phase = HTTP_OVER;
}
