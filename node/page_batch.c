#include "node/page_batch.h"

#include <inttypes.h>
#include <string.h>

#include "node/api_form.h"
#include "node/clerk_call.h"
#include "node/clerk_read.h"
#include "node/page_form.h"

#define FORM "re-route"
#define CHOSEN "m."
#define QUESTION_BYTES ((size_t)64 * 1024)
#define VALUES 2u

struct item {
	const char *id;
	const char *seen; /* as the form said; of what is shown, as it is now */
	unsigned status;
	struct bytes body; /* JSON, in the call's arena */
};

struct batch {
	struct item items[PAGE_BATCH_MESSAGES];
	size_t count, at;
	struct form_value values[VALUES];
	struct api_form_order order;
};

static bool refuse(struct api_call *call, enum problem problem, const char *en, const char *vi)
{
	api_problem_words(call, problem, &(struct problem_words){.detail = en, .detail_vi = vi});
	return false;
}

/* Of the form's fields; NULL: the call was answered. */
static struct batch *begin(struct api_call *call)
{
	struct batch *batch = arena_alloc(call->arena, sizeof(*batch));
	const struct page_form *form = call->form;

	if (batch == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return NULL;
	}
	*batch = (struct batch){.count = 0};
	for (size_t i = 0; i < form->count; i++) {
		if (strncmp(form->fields[i].name, CHOSEN, sizeof(CHOSEN) - 1) != 0)
			continue;
		if (batch->count == PAGE_BATCH_MESSAGES) {
			refuse(call, PROBLEM_BAD_REQUEST, "At most 50 at once.",
			       "Mỗi lần tối đa 50 tờ khai.");
			return NULL;
		}
		batch->items[batch->count++] =
			(struct item){.id = form->fields[i].name + sizeof(CHOSEN) - 1,
				      .seen = form->fields[i].value};
	}
	call->state = batch;
	if ((call->caller.roles & CALLER_SUPERVISOR) == 0)
		refuse(call, PROBLEM_FORBIDDEN, "A supervisor does this.",
		       "Việc này do người giám sát thực hiện.");
	else if (batch->count == 0)
		refuse(call, PROBLEM_BAD_REQUEST, "Choose declarations first.",
		       "Hãy chọn tờ khai trước.");
	else
		return batch;
	return NULL;
}

static json_t *item_new(const struct item *item, const char *name)
{
	json_t *body = item->body.len == 0
			       ? NULL
			       : json_loadb((const char *)item->body.at, item->body.len, 0, NULL);

	return json_pack("{s:s, s:s, s:i, s:o}", "id", item->id, "seen", item->seen, "status",
			 (int)item->status, name, body == NULL ? json_null() : body);
}

static void answer(struct api_call *call, const char *list, const char *name)
{
	const struct batch *batch = call->state;
	json_t *items = json_array();

	for (size_t i = 0; i < batch->count; i++)
		(void)json_array_append_new(items, item_new(&batch->items[i], name));
	api_answer_json(call, 200, json_pack("{s:o}", list, items), NULL);
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
