#include "node/api_who.h"

#include <string.h>

struct identifying {
	struct api_call *call;
	api_on_known *callback;
};

/* Answers are made by who asked: a stream that asks again has begun its answer already. */
static enum err error_of(enum who_verdict verdict)
{
	switch (verdict) {
	case WHO_FORGED:
		return ERR_USAGE;
	case WHO_SLOW:
		return ERR_LIMIT;
	case WHO_WRONG:
		return ERR_DENIED;
	case WHO_AWAY:
		return ERR_UNAVAILABLE;
	case WHO_KNOWN:
	case WHO_NOBODY:
	default:
		return OK;
	}
}

static void on_known(void *context, enum who_verdict verdict, const struct caller *caller)
{
	struct identifying *identifying = context;

	identifying->callback(identifying->call, error_of(verdict), caller);
}

static bool is_change(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 &&
	       strcmp(method, "OPTIONS") != 0;
}

void api_who_identify(void *context, struct api_call *call, api_on_known *callback)
{
	struct identifying *identifying = arena_alloc(call->arena, sizeof(*identifying));
	const struct http_peer *peer = http_peer(call->http);
	const struct who_shown shown = {
		.authorization = http_header(call->http, "authorization"),
		.cookie = http_header(call->http, "cookie"),
		.certificate = peer->has_certificate ? &peer->certificate : NULL,
		.csrf = http_header(call->http, "sampan-csrf"),
		.reason = http_header(call->http, "sampan-reason"),
		.address = peer->address,
		.is_change = is_change(http_method(call->http)),
		.is_again = http_is_streaming(call->http),
	};
	struct caller nobody;
	enum err err = identifying == NULL ? ERR_MEMORY : OK;

	if (err == OK) {
		*identifying = (struct identifying){call, callback};
		err = who_resolve(context, &shown, on_known, identifying);
	}
	if (err != OK) {
		caller_init(&nobody);
		callback(call, err, &nobody);
	}
}
