#include "node/events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/clerk_call.h"
#include "node/clerk_list.h"
#include "node/language.h"

#define TICK_MS 100u /* commits in it wake a stream once */
#define AT_ONCE 50u  /* events asked for in one question */
#define QUESTION_BYTES ((size_t)64 * 1024)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define CALLER_BYTES ((size_t)256 * 1024)
#define MAX_ID_CHARS 19u

struct stream {
	struct stream *next, **place;
	struct events *events;
	struct api_call *call; /* held; NULL: gone, and freed with the answer that is awaited */
	struct caller caller;
	struct arena *own; /* of the caller */
	uint64_t position; /* everything up to here was sent, or is not the caller's */
	uint64_t seen;     /* size of the ledger when it was last looked at */
	uint64_t beats;
	bool is_asking, is_full, is_late, in_vietnamese;
};

struct events {
	struct loop *loop;
	struct call_client *ledger;
	struct arena *answer;
	struct stream *first;
	size_t count;
	uint64_t seen;  /* size of the ledger when it last spoke */
	uint64_t ticks; /* TICK_MS each */
	bool is_waiting, is_due;
};

static void pump(struct stream *stream);

/* ---- One stream ---- */

static void stream_free(struct stream *stream)
{
	*stream->place = stream->next;
	if (stream->next != NULL)
		stream->next->place = stream->place;
	stream->events->count--;
	arena_free(stream->own);
	free(stream);
}

/* The call is over; what is still asked for finds nobody. */
static void leave(struct stream *stream)
{
	struct api_call *call = stream->call;

	stream->call = NULL;
	call->on_gone = call->on_room = NULL;
	call->state = NULL;
	if (!stream->is_asking)
		stream_free(stream);
	api_release(call);
}

static void finish(struct stream *stream)
{
	struct api_call *call = stream->call;

	api_hold(call);
	leave(stream);
	if (call->http != NULL)
		api_stream_end(call);
	api_release(call);
}

static void on_gone(struct api_call *call)
{
	leave(call->state);
}

static void on_room(struct api_call *call)
{
	struct stream *stream = call->state;

	stream->is_full = false;
	pump(stream);
}

/* ERR_FULL: nothing was put, and the position stays, so that it is read from the ledger again. */
static enum err put(struct stream *stream, uint64_t id, struct bytes data)
{
	struct buffer text;
	enum err err;

	buffer_init(&text, LIMIT_PAYLOAD_BYTES);
	if (data.len == 0)
		buffer_put_text(&text, ":\n");
	buffer_put_format(&text, "id: %" PRIu64 "\n", id);
	if (data.len > 0) {
		buffer_put_text(&text, "data: ");
		buffer_put(&text, data);
		buffer_put_byte(&text, '\n');
	}
	buffer_put_byte(&text, '\n');
	err = buffer_error(&text);
	if (err == OK)
		err = http_stream_put(stream->call->http, buffer_bytes(&text));
	buffer_clear(&text);
	stream->is_full = err == ERR_FULL;
	if (err == OK)
		stream->position = id;
	return err;
}

/* JSON without white space has no line ends, which would end the data. */
static void put_events(struct stream *stream, const struct clerk_list_events_answer *answer)
{
	enum err err = OK;

	for (uint32_t i = 0; err == OK && i < answer->count; i++)
		err = put(stream, answer->events[i].sequence, answer->events[i].json);
	if (err == OK)
		stream->position = answer->until;
	else if (err != ERR_FULL)
		finish(stream);
}

static void on_events(void *context, enum err err, struct bytes body)
{
	struct stream *stream = context;
	struct events *events = stream->events;
	struct clerk_list_events_answer answer = {0};

	stream->is_asking = false;
	if (stream->call == NULL) {
		stream_free(stream);
		return;
	}
	if (err == OK)
		err = clerk_list_unpack_events(body, events->answer, &answer);
	stream->is_late = err != OK; /* the next tick asks again */
	if (err == OK) {
		bool has_more = answer.until < answer.size;

		stream->seen = answer.size;
		put_events(stream, &answer);
		if (has_more && stream->call != NULL)
			pump(stream);
	}
	arena_clear(events->answer);
}

static void pump(struct stream *stream)
{
	const struct clerk_list_events_question question = {.after = stream->position,
							    .max_count = AT_ONCE,
							    .in_vietnamese = stream->in_vietnamese};
	struct buffer body;

	if (stream->is_asking || stream->is_full)
		return;
	buffer_init(&body, QUESTION_BYTES);
	clerk_list_pack_events(&body, &stream->caller, &question);
	stream->is_asking =
		buffer_error(&body) == OK && call_ask(api_ends(stream->call)->clerk, CLERK_EVENTS,
						      buffer_bytes(&body), on_events, stream) == OK;
	stream->is_late = !stream->is_asking;
	buffer_clear(&body);
}

/* ---- Who it still is ---- */

static void on_known(struct api_call *call, enum err err, const struct caller *caller)
{
	struct stream *stream = call->state;
	bool is_one = err == OK && caller_is_known(caller) && access_may_ever(caller, ACCESS_LIST);

	if (stream == NULL)
		return;
	if (err != OK && err != ERR_DENIED)
		return; /* nobody knows now: asked again with the next beat */
	arena_clear(stream->own);
	if (!is_one || caller_copy(caller, stream->own, &stream->caller) != OK)
		finish(stream);
}

static void on_known_held(struct api_call *call, enum err err, const struct caller *caller)
{
	if (call->http != NULL)
		on_known(call, err, caller);
	api_release(call);
}

static void beat(struct stream *stream)
{
	const struct api_ends *ends = api_ends(stream->call);
	struct api_call *call = stream->call;

	if (!stream->is_full && !stream->is_asking)
		(void)put(stream, stream->position, (struct bytes){0});
	api_hold(call);
	ends->identify(ends->identify_context, call, on_known_held);
}

/* ---- All of them ---- */

static void on_more(void *context, enum err err, struct bytes body)
{
	struct events *events = context;
	struct unpack from;

	events->is_waiting = false;
	if (err != OK)
		return; /* the tick asks again */
	unpack_init(&from, body);
	events->seen = unpack_u64(&from);
	events->is_due = true;
}

static void wait_for_more(struct events *events)
{
	uint8_t seen[8];

	if (events->is_waiting || events->first == NULL)
		return;
	bytes_put_u64(seen, events->seen);
	events->is_waiting = call_ask(events->ledger, LEDGER_WAIT, bytes_of(seen, sizeof(seen)),
				      on_more, events) == OK;
}

static void on_tick(void *context)
{
	struct events *events = context;
	bool is_due = events->is_due;

	events->ticks++;
	events->is_due = false;
	for (struct stream *stream = events->first, *next; stream != NULL; stream = next) {
		next = stream->next;
		if (stream->call == NULL)
			continue;
		if (is_due || stream->is_late)
			pump(stream);
		if ((events->ticks - stream->beats) * TICK_MS >= EVENTS_BEAT_MS) {
			stream->beats = events->ticks;
			beat(stream);
		}
	}
	wait_for_more(events);
}

/* ---- Beginning ---- */

static bool is_same_caller(const struct caller *a, const struct caller *b)
{
	return strcmp(a->party, b->party) == 0 && strcmp(a->user, b->user) == 0 &&
	       strcmp(a->credential, b->credential) == 0;
}

static size_t count_of(const struct events *events, const struct caller *caller)
{
	size_t count = 0;

	for (const struct stream *stream = events->first; stream != NULL; stream = stream->next)
		count += stream->call != NULL && is_same_caller(&stream->caller, caller);
	return count;
}

/* Without one: the end, wherever that is (CLERK_EVENTS). */
static bool parse_id(const char *text, uint64_t *ret_id)
{
	*ret_id = UINT64_MAX;
	if (text == NULL || text[0] == '\0')
		return true;
	if (strlen(text) > MAX_ID_CHARS || text[strspn(text, "0123456789")] != '\0')
		return false;
	*ret_id = strtoull(text, NULL, 10);
	return true;
}

static struct stream *stream_new(struct events *events, struct api_call *call)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL)
		return NULL;
	stream->own = arena_new(CALLER_BYTES);
	if (stream->own == NULL || caller_copy(&call->caller, stream->own, &stream->caller) != OK) {
		arena_free(stream->own);
		free(stream);
		return NULL;
	}
	stream->events = events;
	stream->beats = events->ticks;
	stream->place = &events->first;
	stream->next = events->first;
	if (stream->next != NULL)
		stream->next->place = &stream->next;
	events->first = stream;
	events->count++;
	return stream;
}

static void begin(struct stream *stream, struct api_call *call)
{
	static const struct http_field fields[] = {{"X-Accel-Buffering", "no"}};
	const struct http_answer answer = {.status = 200,
					   .type = "text/event-stream",
					   .body = bytes_of_text("retry: 3000\n\n"),
					   .fields = fields,
					   .field_count = 1};

	stream->in_vietnamese = language_is_vietnamese(http_header(call->http, "accept-language"));
	stream->call = call;
	api_hold(call);
	call->state = stream;
	call->on_room = on_room;
	call->on_gone = on_gone;
	http_stream_begin(call->http, &answer);
	pump(stream);
	wait_for_more(stream->events);
}

void events_begin(struct events *events, struct api_call *call)
{
	struct stream *stream;
	uint64_t position;

	if (!parse_id(http_header(call->http, "last-event-id"), &position)) {
		api_problem(call, PROBLEM_BAD_REQUEST, "Last-Event-ID is a number.");
	} else if (count_of(events, &call->caller) >= EVENTS_OWN) {
		api_problem(call, PROBLEM_TOO_MANY, "At most 8 streams of one caller at once.");
	} else if (events->count >= EVENTS_STREAMS || (stream = stream_new(events, call)) == NULL) {
		api_problem(call, PROBLEM_UNAVAILABLE, "");
	} else {
		stream->position = position;
		begin(stream, call);
	}
}

enum err events_new(struct loop *loop, struct call_client *ledger, struct events **ret_events)
{
	struct events *events = calloc(1, sizeof(*events));
	enum err err = ERR_MEMORY;

	if (events == NULL)
		return ERR_MEMORY;
	events->loop = loop;
	events->ledger = ledger;
	events->answer = arena_new(ARENA_BYTES);
	if (events->answer != NULL)
		err = loop_every(loop, TICK_MS, on_tick, events);
	if (err == OK)
		*ret_events = events;
	else
		events_free(events);
	return err;
}

void events_free(struct events *events)
{
	if (events == NULL)
		return;
	loop_forget(events->loop, events);
	while (events->first != NULL)
		stream_free(events->first); /* NOLINT(clang-analyzer-unix.Malloc) */
	arena_free(events->answer);
	free(events);
}

size_t events_count(const struct events *events)
{
	return events->count;
}
