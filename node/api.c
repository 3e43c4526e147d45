#include "node/api.h"

#include <stdlib.h>

#include "messages/word.h"
#include "node/api_inside.h"
#include "node/api_media.h"
#include "node/api_rate.h"
#include "node/api_table.h"
#include "node/api_who.h"
#include "node/attachment.h"
#include "node/clerk_node.h"
#include "node/file.h"
#include "node/page.h"
#include "node/page_form.h"
#include "node/page_table.h"
#include "sampan/secret.h"

#define CALL_ARENA_BYTES \
	((size_t)8 * 1024 * 1024) /* a page or form keeps its answer and two documents */
#define CONTRACT_BYTES ((size_t)1024 * 1024)
#define NAME_SHOWN 64 /* characters of a name that is not known */

const struct api_ends *api_ends(const struct api_call *call)
{
	return &call->api->ends;
}

/* ---- The life of a call ---- */

static struct api_call *call_new(struct api *api, struct http_call *http)
{
	struct api_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;
	call->arena = arena_new(CALL_ARENA_BYTES);
	if (call->arena == NULL) {
		free(call);
		return NULL;
	}
	call->api = api;
	call->http = http;
	caller_init(&call->caller);
	for (size_t i = 0; i < API_PARAMETERS; i++)
		call->parameters[i] = "";
	call->place = &api->first;
	call->next = api->first;
	if (call->next != NULL)
		call->next->place = &call->next;
	api->first = call;
	http_set_state(http, call);
	return call;
}

static void call_free(struct api_call *call)
{
	*call->place = call->next;
	if (call->next != NULL)
		call->next->place = call->place;
	if (call->secret.at != NULL)
		secret_wipe(call->secret.at, call->secret.len);
	arena_free(call->arena);
	free(call);
}

static void call_end(struct api_call *call)
{
	call->http = NULL;
	call->body = (struct bytes){0};
	if (call->held == 0)
		call_free(call);
}

void api_hold(struct api_call *call)
{
	call->held++;
}

void api_release(struct api_call *call)
{
	call->held--;
	if (call->http == NULL)
		call_end(call);
}

/* ---- Answers ---- */

void api_answer(struct api_call *call, const struct http_answer *answer)
{
	if (call->on_answer != NULL && call->http != NULL)
		call->on_answer(call, answer);
	else if (!page_answer(call, answer))
		api_send(call, answer);
}

void api_send(struct api_call *call, const struct http_answer *answer)
{
	struct http_call *http = call->http;

	if (http == NULL)
		return;
	http_answer(http, answer);
	call_end(call);
}

void api_stream_end(struct api_call *call)
{
	http_stream_end(call->http);
	call_end(call);
}

void api_stream_abort(struct api_call *call)
{
	http_stream_abort(call->http);
	call_end(call);
}

void api_answer_json(struct api_call *call, unsigned status, json_t *json,
		     const struct http_field *field)
{
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

	if (text == NULL)
		api_problem(call, PROBLEM_UNAVAILABLE, "");
	else
		api_answer(call, &(struct http_answer){.status = status,
						       .type = "application/json",
						       .body = bytes_of_text(text),
						       .fields = field,
						       .field_count = field == NULL ? 0 : 1});
	free(text);
	json_decref(json);
}

/* ---- Asking other roles ---- */

struct asking {
	struct api_call *call;
	api_on_answer *callback;
};

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct asking *asking = context;

	asking->callback(asking->call, err, body);
	api_release(asking->call); /* and with its arena the asking */
}

void api_ask(struct api_call *call, struct call_client *client, uint16_t operation,
	     struct bytes body, api_on_answer *callback)
{
	struct asking *asking = arena_alloc(call->arena, sizeof(*asking));
	enum err err = ERR_MEMORY;

	api_hold(call);
	if (asking != NULL) {
		*asking = (struct asking){call, callback};
		err = call_ask(client, operation, body, on_answer, asking);
	}
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

/* ---- From the head to the handler ---- */

/* The first parameter that the call does not know; NULL: it knows all. */
static const char *unknown_query(const struct api_call *call)
{
	for (size_t i = 0; i < http_query_count(call->http); i++)
		if (!word_is_in(call->route->query, http_query_name(call->http, i)))
			return http_query_name(call->http, i);
	return NULL;
}

static void refuse_query(struct api_call *call, const char *name)
{
	const char *known = call->route->query;

	api_problem(call, PROBLEM_BAD_REQUEST,
		    arena_format(call->arena, "%.*s: no parameter of this call, which knows %s.",
				 NAME_SHOWN, name, known[0] == '\0' ? "none" : known));
}

static size_t body_room(const struct api_call *call)
{
	const struct config *config = call->api->ends.role->config;
	size_t max = call->route->max_body;

	if (max == API_ATTACHMENT_BODY)
		return attachment_max_bytes(config);
	if (max == API_DOCUMENT_BODY || max == API_FORM_BODY)
		return (size_t)config->max_document_bytes +
		       (max == API_FORM_BODY ? PAGE_FORM_WRAP_BYTES : 0);
	return max;
}

/* Answers what follows from the caller and the head; false: it was refused. */
static bool is_body_welcome(struct api_call *call)
{
	const char *encoding = http_header(call->http, "content-encoding");
	size_t len = http_body_len(call->http);

	if (call->route->takes[0] != '\0' &&
	    (!api_media_is_taken(http_header(call->http, "content-type"), call->route->takes) ||
	     (encoding != NULL && encoding[0] != '\0'))) {
		api_problem(call, PROBLEM_MEDIA_TYPE_UNKNOWN,
			    arena_format(call->arena,
					 "Content-Type: one of %s; no Content-Encoding.",
					 call->route->takes));
		return false;
	}
	if (len != HTTP_ANY_BODY && len > body_room(call)) {
		api_problem(call, PROBLEM_TOO_LARGE,
			    arena_format(call->arena, "At most %zu bytes.", body_room(call)));
		return false;
	}
	return true;
}

static void admit(struct api_call *call)
{
	if (is_body_welcome(call))
		http_take_body(call->http, body_room(call));
}

static void judge_caller(struct api_call *call, enum err err, const struct caller *caller)
{
	if (err == OK && caller_copy(caller, call->arena, &call->caller) != OK)
		err = ERR_MEMORY;
	else if (err == OK && !caller_is_known(caller))
		err = ERR_DENIED;
	if (err != OK)
		api_who_refuse(call, err);
	else if (!api_rate_of_caller(call))
		return;
	else if (call->route->action != ACCESS_ACTIONS &&
		 !access_may_ever(&call->caller, call->route->action))
		api_who_forbid(call);
	else
		admit(call);
}

void api_openapi(struct api_call *call)
{
	api_answer(call, &(struct http_answer){
				 .status = 200, .type = call->type, .body = call->api->contract});
}

static void on_known(struct api_call *call, enum err err, const struct caller *caller)
{
	if (call->http != NULL)
		judge_caller(call, err, caller);
	api_release(call);
}

static void identify(struct api_call *call)
{
	api_hold(call);
	call->api->ends.identify(call->api->ends.identify_context, call, on_known);
}

static void find_route(struct api_call *call, char ret_methods[API_TABLE_METHODS_BYTES])
{
	call->route = api_table_find(http_method(call->http), http_path(call->http), call->arena,
				     call->parameters, ret_methods);
	if (call->route != NULL || ret_methods[0] != '\0')
		return;
	call->page = page_table_find(http_method(call->http), http_path(call->http), call->arena,
				     call->parameters, ret_methods);
	if (call->page != NULL)
		call->route = &call->page->route;
}

/* false: it was refused, and may be gone. */
static bool is_route_found(struct api_call *call)
{
	char methods[API_TABLE_METHODS_BYTES];

	find_route(call, methods);
	page_begin(call);
	if (call->route != NULL)
		return true;
	if (methods[0] != '\0')
		api_problem_refuse(call, &(struct api_refusal){.problem = PROBLEM_METHOD,
							       .field = {"Allow", methods}});
	else
		api_problem(call, PROBLEM_NO_SUCH_CALL, "");
	return false;
}

static void on_head(void *context, struct http_call *http)
{
	struct api_call *call = call_new(context, http);
	const char *unknown;
	enum err err;

	if (call == NULL) {
		http_problem(http, 503, "");
		return;
	}
	if (!is_route_found(call))
		return;
	err = api_media_choose(http_header(http, "accept"), call->route->gives, call->arena,
			       &call->type);
	if (err != OK)
		api_problem_of(call, err);
	else if (call->type == NULL)
		api_problem(call, PROBLEM_NOT_ACCEPTABLE, call->route->gives);
	else if ((unknown = unknown_query(call)) != NULL)
		refuse_query(call, unknown);
	else if (call->route->is_public)
		admit(call);
	else
		identify(call);
}

static void on_body(void *context, struct http_call *http, struct bytes body)
{
	struct api_call *call = http_state(http);

	(void)context;
	call->body = body;
	if (call->page == NULL || page_take_form(call))
		call->route->handler(call);
}

static void on_room(void *context, struct http_call *http)
{
	struct api_call *call = http_state(http);

	(void)context;
	if (call->on_room != NULL)
		call->on_room(call);
}

static void on_gone(void *context, struct http_call *http)
{
	struct api_call *call = http_state(http);

	(void)context;
	if (call == NULL)
		return;
	call->http = NULL;
	api_hold(call);
	if (call->on_gone != NULL)
		call->on_gone(call);
	api_release(call);
}

const struct http_handlers api_handlers = {
	.on_head = on_head,
	.on_body = on_body,
	.on_room = on_room,
	.on_gone = on_gone,
};

/* ---- Opening ---- */

/* Read before the sandbox closes. */
static enum err load_contract(struct api *api)
{
	struct arena *arena = api->ends.role->arena;
	const char *path = arena_format(arena, "%s/openapi.yaml", api->ends.role->config->schemas);

	return path == NULL ? ERR_MEMORY : file_read(path, CONTRACT_BYTES, arena, &api->contract);
}

enum err api_new(const struct api_ends *ends, struct api **ret_api)
{
	const struct config *config = ends->role->config;
	struct api *api = calloc(1, sizeof(*api));
	enum err err;

	if (api == NULL)
		return ERR_MEMORY;
	api->ends = *ends;
	err = rate_new(config->https.requests_per_second, config->https.requests_burst, &api->rate);
	if (err == OK)
		err = events_new(ends->role->loop, ends->ledger, &api->events);
	if (err == OK)
		err = load_contract(api);
	if (err == OK)
		err = page_static_load(config->schemas, ends->role->arena, &api->files);
	if (err == OK)
		err = clerk_node_load_schema_words(config->schemas, ends->role->arena,
						   &api->schemas);
	if (err != OK) {
		api_free(api);
		return err;
	}
	*ret_api = api;
	return OK;
}

void api_drain(struct api *api)
{
	events_drain(api->events);
}

void api_free(struct api *api)
{
	if (api == NULL)
		return;
	while (api->first != NULL)
		call_free(api->first);
	/* what was asked is not answered any more */ /* NOLINT(clang-analyzer-unix.Malloc) */
	events_free(api->events);
	rate_free(api->rate);
	page_kept_clear(&api->kept);
	free(api);
}
