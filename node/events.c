#include "node/events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/clerk_call.h"
#include "node/clerk_list.h"
#include "node/language.h"

#define TICK_MS 100u /* commits in it wake a feed once */
#define AT_ONCE 50u  /* events asked for in one question */
#define QUESTION_BYTES ((size_t)64 * 1024)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define CALLER_BYTES ((size_t)256 * 1024)
#define MAX_ID_CHARS 19u

struct feed {
	struct feed *next, **place;
	struct events *events;
	struct api_call *call; /* held; NULL: gone, and freed with the answer that is awaited */
	struct caller caller;
	struct arena *own; /* of the caller */
	uint64_t position; /* everything up to here was sent, or is not the caller's */
	uint64_t beats;
	bool is_asking, is_full, in_vietnamese;
	bool wants; /* there may be more than was asked for */
};

struct events {
	struct loop *loop;
	struct call_client *ledger;
	struct arena *answer;
	struct feed *first;
	size_t count;
	uint64_t seen;  /* size of the ledger when it last spoke */
	uint64_t ticks; /* TICK_MS each */
	bool is_waiting, is_due, is_draining;
};

static void pump(struct feed *feed);

/* ---- One stream ---- */

static void feed_free(struct feed *feed)
{
	*feed->place = feed->next;
	if (feed->next != NULL)
		feed->next->place = feed->place;
	feed->events->count--;
	arena_free(feed->own);
	free(feed);
}

/* The call is over; what is still asked for finds nobody. */
static void leave(struct feed *feed)
{
	struct api_call *call = feed->call;

	feed->call = NULL;
	call->on_gone = call->on_room = NULL;
	call->state = NULL;
	if (!feed->is_asking)
		feed_free(feed);
	api_release(call);
}

static void finish(struct feed *feed)
{
	struct api_call *call = feed->call;

	api_hold(call);
	leave(feed);
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
	struct feed *feed = call->state;

	feed->is_full = false;
	pump(feed);
}

/* ERR_FULL: nothing was put, and the position stays, so that it is read from the ledger again. */
static enum err put(struct feed *feed, uint64_t id, struct bytes data)
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
		err = http_stream_put(feed->call->http, buffer_bytes(&text));
	buffer_clear(&text);
	feed->is_full = err == ERR_FULL;
	if (err == OK)
		feed->position = id;
	return err;
}

/* JSON without white space has no line ends, which would end the data. false: the feed is gone. */
static bool put_events(struct feed *feed, const struct clerk_list_events_answer *answer)
{
	enum err err = OK;

	for (uint32_t i = 0; err == OK && i < answer->count; i++)
		err = put(feed, answer->events[i].sequence, answer->events[i].json);
	if (err == OK)
		feed->position = answer->until;
	else if (err != ERR_FULL)
		finish(feed);
	return err == OK || err == ERR_FULL;
}

static void on_events(void *context, enum err err, struct bytes body)
{
	struct feed *feed = context;
	struct events *events = feed->events;
	struct clerk_list_events_answer answer = {0};

	feed->is_asking = false;
	if (feed->call == NULL) {
		feed_free(feed);
		return;
	}
	if (err == OK)
		err = clerk_list_unpack_events(body, events->answer, &answer);
	feed->wants |= err != OK; /* the next tick asks again */
	if (err == ERR_DENIED) {
		finish(feed); /* revoked since */
	} else if (err == OK) {
		bool has_more = answer.until < answer.size;

		if (put_events(feed, &answer) && has_more)
			pump(feed);
	}
	arena_clear(events->answer);
}

static void pump(struct feed *feed)
{
	const struct clerk_list_events_question question = {.after = feed->position,
							    .max_count = AT_ONCE,
							    .in_vietnamese = feed->in_vietnamese,
							    .is_followed = true};
	struct buffer body;

	if (feed->is_asking || feed->is_full)
		return;
	buffer_init(&body, QUESTION_BYTES);
	clerk_list_pack_events(&body, &feed->caller, &question);
	feed->is_asking =
		buffer_error(&body) == OK && call_ask(api_ends(feed->call)->clerk, CLERK_EVENTS,
						      buffer_bytes(&body), on_events, feed) == OK;
	feed->wants = !feed->is_asking;
	buffer_clear(&body);
}

/* ---- Who it still is ---- */

static void on_known(struct api_call *call, enum err err, const struct caller *caller)
{
	struct feed *feed = call->state;
	bool is_one = err == OK && caller_is_known(caller) && access_may_ever(caller, ACCESS_LIST);

	if (feed == NULL)
		return;
	if (err != OK && err != ERR_DENIED)
		return; /* nobody knows now: asked again with the next beat */
	arena_clear(feed->own);
	if (!is_one || caller_copy(caller, feed->own, &feed->caller) != OK)
		finish(feed);
}

static void on_known_held(struct api_call *call, enum err err, const struct caller *caller)
{
	if (call->http != NULL)
		on_known(call, err, caller);
	api_release(call);
}

static void beat(struct feed *feed)
{
	const struct api_ends *ends = api_ends(feed->call);
	struct api_call *call = feed->call;

	if (!feed->is_full && !feed->is_asking && feed->position != UINT64_MAX)
		(void)put(feed, feed->position, (struct bytes){0});
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
	for (struct feed *feed = events->first, *next; feed != NULL; feed = next) {
		next = feed->next;
		if (feed->call == NULL)
			continue;
		feed->wants |= is_due;
		if (feed->wants)
			pump(feed);
		if ((events->ticks - feed->beats) * TICK_MS >= EVENTS_BEAT_MS) {
			feed->beats = events->ticks;
			beat(feed);
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

	for (const struct feed *feed = events->first; feed != NULL; feed = feed->next)
		count += feed->call != NULL && is_same_caller(&feed->caller, caller);
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

static struct feed *feed_new(struct events *events, struct api_call *call)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (feed == NULL)
		return NULL;
	feed->own = arena_new(CALLER_BYTES);
	if (feed->own == NULL || caller_copy(&call->caller, feed->own, &feed->caller) != OK) {
		arena_free(feed->own);
		free(feed);
		return NULL;
	}
	feed->events = events;
	feed->beats = events->ticks;
	feed->place = &events->first;
	feed->next = events->first;
	if (feed->next != NULL)
		feed->next->place = &feed->next;
	events->first = feed;
	events->count++;
	return feed;
}

static void begin(struct feed *feed, struct api_call *call)
{
	static const struct http_field fields[] = {{"X-Accel-Buffering", "no"}};
	const struct http_answer answer = {.status = 200,
					   .type = "text/event-stream",
					   .body = bytes_of_text("retry: 3000\n\n"),
					   .fields = fields,
					   .field_count = 1};

	feed->in_vietnamese = language_is_vietnamese(http_header(call->http, "accept-language"));
	feed->call = call;
	api_hold(call);
	call->state = feed;
	call->on_room = on_room;
	call->on_gone = on_gone;
	http_stream_begin(call->http, &answer);
	pump(feed);
	wait_for_more(feed->events);
}

void events_begin(struct events *events, struct api_call *call)
{
	struct feed *feed;
	uint64_t position;

	if (!parse_id(http_header(call->http, "last-event-id"), &position)) {
		api_problem(call, PROBLEM_BAD_REQUEST, "Last-Event-ID is a number.");
	} else if (count_of(events, &call->caller) >= EVENTS_OWN) {
		api_problem(call, PROBLEM_TOO_MANY, "At most 8 streams of one caller at once.");
	} else if (events->count >= EVENTS_STREAMS || (feed = feed_new(events, call)) == NULL) {
		api_problem(call, PROBLEM_UNAVAILABLE, "");
	} else {
		bool is_head = strcmp(http_method(call->http), "HEAD") == 0;

		feed->position = position;
		begin(feed, call);
		if (events->is_draining || is_head) /* of which nothing more is told */
			finish(feed);
	}
}

void events_drain(struct events *events)
{
	events->is_draining = true;
	for (struct feed *feed = events->first, *next; feed != NULL; feed = next) {
		next = feed->next;
		if (feed->call != NULL)
			finish(feed);
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
		feed_free(events->first); /* NOLINT(clang-analyzer-unix.Malloc) */
	arena_free(events->answer);
	free(events);
}

size_t events_count(const struct events *events)
{
	return events->count;
}
