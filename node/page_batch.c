#include "node/page_batch.h"

#include <inttypes.h>
#include <string.h>

#include "node/api_form.h"
#include "node/clerk_call.h"
#include "node/clerk_read.h"
#include "node/json_read.h"
#include "node/page.h"
#include "node/page_form.h"
#include "node/page_lead.h"

#define FORM "re-route"
#define LIST "/work"
#define CHOSEN "m."
#define CHOSEN_LETTERS \
	"m.-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" /* of such a field; what has others is none of ours */
#define QUESTION_BYTES ((size_t)64 * 1024)
#define VALUES 2u

struct item {
	const char *id;
	const char *seen; /* as the form said; of what is shown, as it is now */
	unsigned status;
	struct bytes body;    /* JSON, in the call's arena */
	struct bytes message; /* the declaration as it was read for deciding; likewise */
};

struct batch {
	struct item items[PAGE_BATCH_MESSAGES];
	size_t count, at;
	struct form_value values[VALUES];
	struct api_form_order order;
};

#define LIST_ROWS 200u /* of one page of the list */

/*
 * Back to the list, which says why at its top, with the ticks as they were: to "/work" when the form does
 * not say from where, as others than our list may.
 */
static void lead_back(struct api_call *call, const char *why)
{
	struct buffer query;
	size_t ticked = 0;

	buffer_init(&query, QUESTION_BYTES);
	buffer_put_format(&query, "say=%s&ticked=", why);
	for (size_t i = 0; i < call->form->count && ticked < LIST_ROWS; i++) {
		const char *name = call->form->fields[i].name;

		if (strncmp(name, CHOSEN, sizeof(CHOSEN) - 1) != 0 ||
		    strspn(name, CHOSEN_LETTERS) != strlen(name))
			continue;
		buffer_put_format(&query, "%s%s", ticked++ == 0 ? "" : ".",
				  name + sizeof(CHOSEN) - 1);
	}
	buffer_put_byte(&query, 0);
	if (buffer_error(&query) != OK)
		api_problem_of(call, buffer_error(&query));
	else
		page_lead_back(call, LIST, (const char *)query.at);
	buffer_clear(&query);
}

/* false: there are too many. */
static bool take_items(const struct page_form *form, struct batch *batch)
{
	for (size_t i = 0; i < form->count; i++) {
		if (strncmp(form->fields[i].name, CHOSEN, sizeof(CHOSEN) - 1) != 0)
			continue;
		if (batch->count == PAGE_BATCH_MESSAGES)
			return false;
		batch->items[batch->count++] =
			(struct item){.id = form->fields[i].name + sizeof(CHOSEN) - 1,
				      .seen = form->fields[i].value};
	}
	return true;
}

/* Of the form's fields; NULL: the call was answered. */
static struct batch *begin(struct api_call *call)
{
	struct batch *batch = arena_alloc(call->arena, sizeof(*batch));

	if (batch == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return NULL;
	}
	*batch = (struct batch){.count = 0};
	call->state = batch;
	if ((call->caller.roles & CALLER_SUPERVISOR) == 0)
		api_problem_words(call, PROBLEM_FORBIDDEN,
				  &(struct problem_words){
					  .detail = "A supervisor does this.",
					  .detail_vi = "Việc này do người giám sát thực hiện."});
	else if (!take_items(call->form, batch))
		lead_back(call, "many");
	else if (batch->count == 0)
		lead_back(call, "choose");
	else
		return batch;
	return NULL;
}

static json_t *object_of(struct bytes json)
{
	json_t *object =
		json.len == 0 ? NULL : json_loadb((const char *)json.at, json.len, 0, NULL);

	return object == NULL ? json_null() : object;
}

/* What a person knows the declaration by, and the lane that it was in before. */
static json_t *before_new(const struct item *item)
{
	static const char *const members[] = {"number", "reference", "lane", NULL};
	json_t *read = object_of(item->message), *before = json_object();

	for (size_t i = 0; members[i] != NULL; i++)
		(void)json_object_set_new(before, members[i],
					  json_string(json_read_text(read, members[i])));
	(void)json_object_set_new(
		before, "office",
		json_string(json_read_text(json_object_get(read, "about"), "office")));
	json_decref(read);
	return before;
}

/* Did who asks put it into this lane after the page was shown? Then the same was sent before. */
static bool is_again(const struct api_call *call, const struct item *item)
{
	const char *lane = page_form_value(call->form, "lane");
	const char *person = arena_format(call->arena, "user:%s", call->caller.user);
	json_t *read = object_of(item->message);
	uint64_t seen = 0;
	bool found = false;
	json_t *record;
	size_t i;

	if (person == NULL || !form_read_version(item->seen, &seen))
		seen = UINT64_MAX;
	json_array_foreach(json_object_get(read, "timeline"), i, record)
	{
		const json_t *attributes = json_object_get(record, "attributes");

		found |= json_read_number(record, "sequence") > seen &&
			 strcmp(json_read_text(record, "event"), "Routed") == 0 &&
			 strcmp(json_read_text(attributes, "lane"), lane) == 0 &&
			 strcmp(json_read_text(attributes, "person"), person) == 0;
	}
	json_decref(read);
	return found;
}

static json_t *item_new(const struct api_call *call, const struct item *item, const char *name)
{
	return json_pack("{s:s, s:s, s:i, s:o, s:o, s:b}", "id", item->id, "seen", item->seen,
			 "status", (int)item->status, name, object_of(item->body), "before",
			 before_new(item), "again", (int)is_again(call, item));
}

static void answer(struct api_call *call, const char *list, const char *name)
{
	const struct batch *batch = call->state;
	json_t *items = json_array();

	for (size_t i = 0; i < batch->count; i++)
		(void)json_array_append_new(items, item_new(call, &batch->items[i], name));
	api_answer_json(call, 200,
			json_pack("{s:o, s:s, s:s}", list, items, "lane",
				  page_form_value(call->form, "lane"), "reason",
				  page_form_value(call->form, "text")),
			NULL);
}

static struct bytes kept(struct api_call *call, struct bytes body)
{
	uint8_t *copy = body.len == 0 ? NULL : arena_copy(call->arena, body);

	return copy == NULL ? (struct bytes){0} : bytes_of(copy, body.len);
}

/* ---- Showing what was chosen ---- */

static void ask_chosen(struct api_call *call);

/* What is not there, or not for who asks, is named all the same. */
static void on_chosen(struct api_call *call, enum err err, struct bytes body)
{
	struct batch *batch = call->state;
	struct item *item = &batch->items[batch->at];
	struct clerk_read_answer read;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = clerk_read_unpack_answer(body, call->arena, &read);
	if (err == OK && (read.verdict != CLERK_READ_YES || read.piece.len != read.total))
		err = ERR_MISSING;
	item->seen = "";
	item->status = err == OK ? 200 : 404;
	if (err == OK) {
		item->seen = arena_format(call->arena, "%" PRIu64, read.version);
		item->body = kept(call, read.piece);
	}
	batch->at++;
	if (item->seen == NULL)
		api_problem_of(call, ERR_MEMORY);
	else if (batch->at < batch->count)
		ask_chosen(call);
	else
		answer(call, "chosen", "message");
}

static void ask_chosen(struct api_call *call)
{
	const struct batch *batch = call->state;
	const struct clerk_read_question question = {.id = batch->items[batch->at].id,
						     .part = CLERK_READ_MESSAGE,
						     .which = "",
						     .in_vietnamese = call->in_vietnamese};
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_read_pack(&body, &call->caller, &question);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, api_ends(call)->clerk, CLERK_READ, buffer_bytes(&body), on_chosen);
	buffer_clear(&body);
}

void page_batch_chosen(struct api_call *call)
{
	if (begin(call) != NULL)
		ask_chosen(call);
}

/* ---- Deciding, one after the other ---- */

static void decide_next(struct api_call *call);

static void on_decided(struct api_call *call, const struct http_answer *one)
{
	struct batch *batch = call->state;
	struct item *item = &batch->items[batch->at];

	item->status = one->status;
	item->body = kept(call, one->body);
	item->message = call->doing == NULL ? (struct bytes){0} : call->doing->message;
	call->doing = NULL;
	batch->at++;
	decide_next(call);
}

static void decide_next(struct api_call *call)
{
	struct batch *batch = call->state;
	struct item *item = &batch->items[batch->at];
	const char *once = page_form_value(call->form, "once");

	call->on_answer = NULL;
	if (batch->at == batch->count) {
		answer(call, "items", "answer");
		return;
	}
	call->on_answer = on_decided;
	call->parameters[0] = item->id;
	batch->order.seen = item->seen;
	batch->order.once =
		once[0] == '\0' ? NULL : arena_format(call->arena, "%s-%s", once, item->id);
	api_form_decide_as(call, &batch->order);
}

void page_batch_re_route(struct api_call *call)
{
	static const char *const names[VALUES] = {"lane", "text"};
	struct batch *batch = begin(call);

	if (batch == NULL)
		return;
	for (size_t i = 0; i < VALUES; i++)
		batch->values[i] = (struct form_value){
			.name = names[i], .value = page_form_value(call->form, names[i])};
	batch->order = (struct api_form_order){.name = FORM, .values = {batch->values, VALUES}};
	decide_next(call);
}
