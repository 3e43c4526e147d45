#include "node/page_sides.h"

#include <string.h>

#include "node/api_read.h"
#include "node/clerk_call.h"
#include "node/page_form.h"
#include "node/page_work.h"

#define QUESTION_BYTES ((size_t)64 * 1024)
#define REASON_BYTES 512u
#define ID_BYTES 64u

/* What is read, in this order; the message first. */
static const enum clerk_read_part wanted[] = {CLERK_READ_MESSAGE, CLERK_READ_DOCUMENT,
					      CLERK_READ_TRANSLATION, CLERK_READ_REPORT};
#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

struct sides {
	struct clerk_read_question question;
	struct bytes parts[WANTED]; /* in the call's arena; empty: not there, or not to be seen */
	struct bytes papers[PAGE_WORK_PAPERS];
	size_t at;
	bool needs_reason, is_too_long;
};

static void ask(struct api_call *call);

/* ---- The answer ---- */

static json_t *parsed(struct bytes text)
{
	return text.len == 0 ? NULL : json_loadb((const char *)text.at, text.len, 0, NULL);
}

static void answer(struct api_call *call)
{
	struct sides *sides = call->state;
	json_t *json = parsed(sides->parts[0]), *report = parsed(sides->parts[3]);

	if (json == NULL)
		json = json_pack("{s:s}", "id", sides->question.id);
	(void)json_object_set_new(json, "needsReason", json_boolean(sides->needs_reason));
	(void)json_object_set_new(json, "tooLong", json_boolean(sides->is_too_long));
	(void)json_object_set_new(json, "reason", json_string(call->caller.reason));
	if (report != NULL)
		(void)json_object_set_new(json, "report", report);
	sides->papers[0] = sides->parts[1];
	sides->papers[1] = sides->parts[2];
	call->papers = sides->papers;
	api_answer_json(call, 200, json, NULL);
}

/* ---- Reading one after the other ---- */

static void next(struct api_call *call)
{
	struct sides *sides = call->state;

	sides->at++;
	sides->question.is_recorded = false;
	if (sides->at < WANTED)
		ask(call);
	else
		answer(call);
}

static void on_recorded(struct api_call *call, enum err err, struct bytes body)
{
	struct sides *sides = call->state;

	if (call->http == NULL)
		return;
	if ((err = api_read_recorded(call, err, body)) != OK) {
		api_problem_of(call, err);
		return;
	}
	sides->question.is_recorded = true;
	ask(call);
}

static enum err keep(struct api_call *call, const struct clerk_read_answer *read)
{
	struct sides *sides = call->state;
	uint8_t *copy;

	if (read->piece.len != read->total) {
		sides->is_too_long = true;
		return OK;
	}
	copy = arena_copy(call->arena, read->piece);
	if (copy == NULL)
		return ERR_MEMORY;
	sides->parts[sides->at] = bytes_of(copy, read->piece.len);
	return OK;
}

/* Without the message there is nothing; without a part of it, all others are shown. */
static void on_read(struct api_call *call, enum err err, struct bytes body)
{
	struct sides *sides = call->state;
	struct clerk_read_answer read = {.verdict = CLERK_READ_ARCHIVED};

	if (call->http == NULL)
		return;
	if (err == OK)
		err = clerk_read_unpack_answer(body, call->arena, &read);
	if (err == OK && read.verdict == CLERK_READ_RECORD) {
		api_read_record(call, &sides->question, on_recorded);
		return;
	}
	if (err == OK && read.verdict == CLERK_READ_NEEDS_REASON) {
		sides->needs_reason = true;
		answer(call);
		return;
	}
	if (err == OK && read.verdict == CLERK_READ_YES)
		err = keep(call, &read);
	if (err != OK && (sides->at == 0 || err != ERR_MISSING))
		api_problem_of(call, err);
	else
		next(call);
}

static void ask(struct api_call *call)
{
	struct sides *sides = call->state;
	struct buffer body;

	sides->question.part = wanted[sides->at];
	buffer_init(&body, QUESTION_BYTES);
	clerk_read_pack(&body, &call->caller, &sides->question);
	if (buffer_error(&body) != OK)
		api_problem(call, PROBLEM_BAD_REQUEST, "");
	else
		api_ask(call, api_ends(call)->clerk, CLERK_READ, buffer_bytes(&body), on_read);
	buffer_clear(&body);
}

/* A reason is given by the form alone: a link that somebody else made must not put words on record. */
void page_sides(struct api_call *call)
{
	struct sides *sides = arena_alloc(call->arena, sizeof(*sides));
	const char *id = call->form != NULL ? page_form_value(call->form, "id")
					    : http_query(call->http, "id");

	if (sides == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return;
	}
	*sides = (struct sides){.question = {.id = id == NULL ? "" : id,
					     .which = "",
					     .in_vietnamese = call->in_vietnamese}};
	call->state = sides;
	call->caller.reason = call->form == NULL ? "" : page_form_value(call->form, "reason");
	if (sides->question.id[0] == '\0' || strlen(sides->question.id) > ID_BYTES)
		api_problem(call, PROBLEM_NO_SUCH_MESSAGE, "");
	else if (strlen(call->caller.reason) > REASON_BYTES)
		api_problem(call, PROBLEM_BAD_REQUEST, "reason: at most 512 bytes.");
	else
		ask(call);
}
