#include "node/api_list.h"

#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/api_inside.h"
#include "node/clerk_call.h"
#include "node/clerk_list.h"
#include "node/life.h"

#define QUESTION_BYTES ((size_t)256 * 1024)
#define ANSWER_BYTES ((size_t)4 * 1024 * 1024)
/* pages that the clerk is asked for one answer, while there is nothing to show */
#define MAX_PAGES 64u
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define APPLICATION "vn.co-application"
#define ANY_STATE "any" /* of a work list, which shows what is open when nothing is said */

struct search {
	struct clerk_list_question question;
	unsigned pages;
	bool with_lanes;    /* how many there are in each is asked for, too */
	struct bytes lanes; /* members of JSON; in the arena */
};

static void on_page(struct api_call *call, enum err err, struct bytes body);
static void on_lanes(struct api_call *call, enum err err, struct bytes body);

static void ask(struct api_call *call)
{
	struct search *search = call->state;
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_list_pack(&body, &call->caller, &search->question);
	if (buffer_error(&body) != OK)
		api_problem(call, PROBLEM_BAD_REQUEST, "");
	else if (search->with_lanes)
		api_ask(call, api_ends(call)->clerk, CLERK_LANES, buffer_bytes(&body), on_lanes);
	else
		api_ask(call, api_ends(call)->clerk, CLERK_LIST, buffer_bytes(&body), on_page);
	buffer_clear(&body);
}

static void answer(struct api_call *call, const struct clerk_list_answer *page)
{
	const struct search *search = call->state;
	struct buffer body;

	buffer_init(&body, ANSWER_BYTES);
	buffer_put_text(&body, "{\"messages\":[");
	buffer_put(&body, page->rows);
	buffer_put_text(&body, "],");
	buffer_put(&body, search->lanes);
	buffer_put_text(&body, search->lanes.len == 0 ? "\"next\":" : ",\"next\":");
	/* a cursor is hexadecimal digits */
	if (page->next[0] == '\0')
		buffer_put_text(&body, "null}");
	else
		buffer_put_format(&body, "\"%s\"}", page->next);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_answer(call, &(struct http_answer){.status = 200,
						       .type = "application/json",
						       .body = buffer_bytes(&body)});
	buffer_clear(&body);
}

static void on_page(struct api_call *call, enum err err, struct bytes body)
{
	struct search *search = call->state;
	struct clerk_list_answer page;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = clerk_list_unpack_answer(body, call->arena, &page);
	if (err == ERR_USAGE)
		api_problem(call, PROBLEM_BAD_REQUEST,
			    "after: the `next` of a page before; this is none that the node gave.");
	else if (err != OK)
		api_problem_of(call, err);
	else if (page.count == 0 && page.next[0] != '\0' && ++search->pages < MAX_PAGES) {
		search->question.cursor = page.next;
		ask(call);
	} else {
		answer(call, &page);
	}
}

/* ---- How much there is in each lane ---- */

static void on_lanes(struct api_call *call, enum err err, struct bytes body)
{
	struct search *search = call->state;
	uint8_t *copy;

	if (call->http == NULL)
		return;
	copy = err == OK ? arena_copy(call->arena, body) : NULL;
	if (copy == NULL) {
		api_problem_of(call, err == OK ? ERR_MEMORY : err);
		return;
	}
	search->lanes = bytes_of(copy, body.len);
	search->with_lanes = false;
	ask(call);
}

/* 0: no limit of ours. */
static uint32_t limit_of(const char *text)
{
	char *end;
	unsigned long limit;

	if (text == NULL)
		return LISTING_DEFAULT;
	if (text[0] < '0' || text[0] > '9')
		return 0;
	limit = strtoul(text, &end, 10);
	return *end != '\0' || limit > LISTING_LIMIT ? 0 : (uint32_t)limit;
}

/* What a form leaves empty is not asked for. */
static const char *value_of(const struct api_call *call, enum listing_key key)
{
	const char *value = http_query(call->http, listing_key_name(key));

	return value != NULL && value[0] == '\0' ? NULL : value;
}

/* ---- Values that nothing can have ---- */

static const char *states(struct arena *arena)
{
	const char *words = MESSAGE_REFUSED " " LISTING_OPEN " " LISTING_DECIDE, *state;

	for (unsigned i = 0; words != NULL && (state = life_state(i)) != NULL; i++)
		words = arena_format(arena, "%s %s", words, state);
	return words;
}

static const char *object_to_state(struct api_call *call, const char *value)
{
	const char *words = states(call->arena);

	if (words == NULL || word_is_in(words, value))
		return NULL;
	return arena_format(call->arena, "state: one of %s.", words);
}

/* With its version, or without. */
static const char *object_to_schema(struct api_call *call, const char *value)
{
	const char *words = call->api->schemas;
	size_t len = strlen(value);
	struct bytes word;

	while (word_next(&words, &word))
		if (word.len >= len && memcmp(word.at, value, len) == 0 &&
		    (word.len == len || word.at[len] == '/'))
			return NULL;
	return arena_format(call->arena, "schema: one of %s, with its version or without.",
			    call->api->schemas);
}

static const char *object_to_country(struct api_call *call, const char *value)
{
	(void)call;
	if (strlen(value) == 2 && value[strspn(value, CAPITALS)] == '\0')
		return NULL;
	return "country: two capital letters of ISO 3166, such as VN.";
}

static const char *object_to_conversation(struct api_call *call, const char *value)
{
	size_t epoch, number;

	(void)call;
	if (strspn(value, CAPITALS) == 2 && value[2] == '-') {
		epoch = strspn(value + 3, DIGITS);
		number = value[3 + epoch] == '-' ? strspn(value + 4 + epoch, DIGITS) : 0;
		if (epoch > 0 && number > 0 && value[4 + epoch + number] == '\0')
			return NULL;
	}
	return "conversation: the id of a message, such as VN-1-57.";
}

/* NULL, or what there is instead of a value that no message can have. */
static const char *object_to(struct api_call *call)
{
	static const struct {
		enum listing_key key;
		const char *(*object)(struct api_call *call, const char *value);
	} checks[] = {{LISTING_STATE, object_to_state},
		      {LISTING_SCHEMA, object_to_schema},
		      {LISTING_COUNTRY, object_to_country},
		      {LISTING_CONVERSATION, object_to_conversation}};
	const struct search *search = call->state;
	const char *objection = NULL;

	for (size_t i = 0; objection == NULL && i < sizeof(checks) / sizeof(checks[0]); i++)
		if (search->question.values[checks[i].key] != NULL)
			objection = checks[i].object(call, search->question.values[checks[i].key]);
	return objection;
}

static struct search *search_new(struct api_call *call)
{
	struct search *search = arena_alloc(call->arena, sizeof(*search));
	const char *after = http_query(call->http, "after");

	call->state = search;
	if (search == NULL)
		return NULL;
	search->question.cursor = after == NULL ? "" : after;
	search->question.limit = limit_of(http_query(call->http, "limit"));
	for (unsigned i = 0; i < LISTING_KEYS; i++)
		search->question.values[i] = value_of(call, (enum listing_key)i);
	return search;
}

static void begin(struct api_call *call)
{
	const struct search *search = call->state;
	const char *objection;

	if (search == NULL)
		api_problem_of(call, ERR_MEMORY);
	else if (search->question.limit == 0)
		api_problem(call, PROBLEM_BAD_REQUEST, "limit: a number from 1 to 200.");
	else if ((objection = object_to(call)) != NULL)
		api_problem(call, PROBLEM_BAD_REQUEST, objection);
	else
		ask(call);
}

void api_list_messages(struct api_call *call)
{
	(void)search_new(call);
	begin(call);
}

void api_list_work(struct api_call *call)
{
	struct search *search = search_new(call);

	if (search != NULL) {
		const char **state = &search->question.values[LISTING_STATE];

		search->with_lanes = true;
		if (*state == NULL)
			*state = LISTING_OPEN;
		else if (strcmp(*state, ANY_STATE) == 0)
			*state = NULL;
	}
	begin(call);
}

void api_list_applications(struct api_call *call)
{
	struct search *search = search_new(call);

	if (search != NULL && search->question.values[LISTING_SCHEMA] == NULL)
		search->question.values[LISTING_SCHEMA] = APPLICATION;
	begin(call);
}

/* ---- What the clerk says as it is ---- */

static void on_json(struct api_call *call, enum err err, struct bytes body)
{
	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer(call, &(struct http_answer){
					 .status = 200, .type = "application/json", .body = body});
}

void api_list_partners(struct api_call *call)
{
	api_ask(call, api_ends(call)->clerk, CLERK_PARTNERS, (struct bytes){0}, on_json);
}

void api_list_queue(struct api_call *call)
{
	api_ask(call, api_ends(call)->clerk, CLERK_QUEUE, (struct bytes){0}, on_json);
}

void api_list_schemas(struct api_call *call)
{
	api_ask(call, api_ends(call)->clerk, CLERK_SCHEMAS, (struct bytes){0}, on_json);
}

void api_list_events(struct api_call *call)
{
	events_begin(call->api->events, call);
}
