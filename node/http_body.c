#include <assert.h>

#include "node/http_inside.h"

static struct http_refusal too_long(void)
{
	return (struct http_refusal){413, "The body is too long"};
}

void http_take_body(struct http_call *call, size_t max_bytes)
{
	struct http_conn *conn = call->conn;
	struct http_house *house = conn->house;

	assert(!call->is_taken);
	call->is_taken = true;
	call->max_body =
		max_bytes < house->limits.body_bytes ? max_bytes : house->limits.body_bytes;
	if (call->head.body_len > call->max_body)
		call->refused = too_long();
	else if (!http_room_hold(house, &call->held, call->head.body_len))
		call->refused = (struct http_refusal){503, "Too much is being received"};
	buffer_init(&call->body, call->max_body);
	http_conn_wake(conn);
}

static bool on_chunk(void *context, uint64_t len)
{
	struct http_conn *conn = context;
	struct http_call *call = conn->call;

	if (len > call->max_body - call->body.len)
		call->refused = too_long();
	else if (!http_room_hold(conn->house, &call->held, (size_t)len))
		call->refused = (struct http_refusal){503, "Too much is being received"};
	return call->refused.status == 0;
}

static bool on_body(void *context, struct bytes bytes)
{
	struct http_conn *conn = context;
	struct http_call *call = conn->call;

	conn->body.moved += bytes.len;
	buffer_put(&call->body, bytes);
	if (buffer_error(&call->body) != OK)
		call->refused = buffer_error(&call->body) == ERR_LIMIT
					? too_long()
					: (struct http_refusal){503, "Out of memory"};
	return call->refused.status == 0;
}

enum err http_body_read(struct http_conn *conn, struct bytes input, size_t *ret_used,
			const char **ret_why)
{
	const struct http_parse_sink sink = {conn, on_chunk, on_body};

	return http_parse_body(conn->parse, input, &sink, ret_used, ret_why);
}
