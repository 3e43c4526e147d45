#include "node/http_inside.h"

const char *http_method(const struct http_call *call)
{
	return call->head.method;
}

const char *http_path(const struct http_call *call)
{
	return call->head.target.path;
}

const char *http_query(const struct http_call *call, const char *name)
{
	const struct http_target *target = &call->head.target;

	for (size_t i = 0; i < target->parameter_count; i++)
		if (strcmp(target->parameters[i].name, name) == 0)
			return target->parameters[i].value;
	return NULL;
}

size_t http_query_count(const struct http_call *call)
{
	return call->head.target.parameter_count;
}

const char *http_query_name(const struct http_call *call, size_t index)
{
	return call->head.target.parameters[index].name;
}

const char *http_header(const struct http_call *call, const char *name)
{
	return http_head_field(&call->head, name);
}

size_t http_body_len(const struct http_call *call)
{
	return call->head.is_chunked ? HTTP_ANY_BODY : call->head.body_len;
}

const struct http_peer *http_peer(const struct http_call *call)
{
	return &call->conn->peer;
}

bool http_is_streaming(const struct http_call *call)
{
	return call->is_streaming;
}

void http_set_state(struct http_call *call, void *state)
{
	call->state = state;
}

void *http_state(const struct http_call *call)
{
	return call->state;
}

uint64_t http_number(const struct http_call *call)
{
	return call->number;
}
