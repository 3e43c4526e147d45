#include "node/api_form_make.h"

#include <string.h>

#include "node/api_draft.h"
#include "node/api_form_ask.h"
#include "node/api_inside.h"
#include "node/api_key.h"
#include "node/api_lodge.h"
#include "node/objection.h"
#include "node/work.h"
#include "sampan/limit.h"

/* Each at the field where it belongs. */
static void refuse(struct api_call *call, const struct findings *findings, const char *id)
{
	const struct stylesheet_made *made = &call->doing->made.made;
	const char **fields = arena_alloc_array(call->arena, findings->count + 1, sizeof(*fields));
	bool is_of_state = false;

	for (size_t i = 0; i < findings->count; i++) {
		is_of_state |= objection_is_of_state(findings->items[i].code);
		if (fields == NULL)
			continue;
		fields[i] = form_read_field(findings->items[i].path, made->places, made->count);
		if (fields[i] == NULL)
			fields[i] =
				form_read_objected(&findings->items[i], made->places, made->count);
	}
	api_problem_words(
		call, is_of_state ? PROBLEM_STATE : PROBLEM_REFUSED,
		&(struct problem_words){.id = id, .findings = findings, .fields = fields});
}

static bool is_taken(const struct ledger_accepted *accepted)
{
	return accepted->verdict == INTAKE_ACCEPTED || accepted->verdict == INTAKE_SAME;
}

static void on_lodged(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct api_call *call = context;

	if (err == OK && is_taken(accepted))
		api_draft_done(call);
	if (err == OK && accepted->verdict == INTAKE_REFUSED)
		refuse(call, &accepted->findings, accepted->id);
	else
		api_lodge_answer(call, err, accepted);
	api_release(call);
}

static bool take_key(struct api_call *call, struct repeat_ask *ret)
{
	const char *once = call->doing->once;

	if (call->form == NULL)
		return api_key_take(call, ret);
	return api_key_take_form(call, once != NULL ? once : page_form_value(call->form, "once"),
				 &call->doing->values, ret);
}

static void lodge(struct api_call *call)
{
	const struct api_form *doing = call->doing;
	struct pipeline_lodging lodging = {.party = call->caller.party,
					   .document = doing->made.made.document,
					   .caller = &call->caller};
	enum err err;

	if (doing->message.len > 0 && !doing->is_copy)
		lodging.expected = (struct intake_expected){.message = call->parameters[0],
							    .version = doing->seen,
							    .action = doing->row->action};
	if (doing->row->is_sealed) {
		lodging.expected.decision = doing->row->name;
		lodging.expected.reason = form_read_value(&doing->values, "reason");
	}
	if (!take_key(call, &lodging.repeat))
		return;
	api_hold(call);
	err = pipeline_lodge(api_ends(call)->pipeline, &lodging, on_lodged, call);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

static enum err take_made(struct api_call *call, struct bytes body)
{
	struct stylesheet_made *made = &call->doing->made.made;
	enum err err = form_work_unpack_made(body, call->arena, &call->doing->made);

	if (err == OK && (made->document.at = arena_copy(call->arena, made->document)) == NULL)
		err = ERR_MEMORY;
	return err;
}

/* For who signs it first, or keeps it. */
static void answer_document(struct api_call *call)
{
	const struct http_field field = {
		"Content-Disposition", arena_format(call->arena, "attachment; filename=\"%s.xml\"",
						    call->doing->row->name)};

	api_send(call, &(struct http_answer){.status = 200,
					     .type = "application/xml; charset=utf-8",
					     .body = call->doing->made.made.document,
					     .fields = &field,
					     .field_count = field.value != NULL});
}

static void on_composed(void *context, enum err err, struct bytes body)
{
	struct api_call *call = context;

	if (call->http != NULL) {
		if (err == OK)
			err = take_made(call, body);
		if (err != OK)
			api_problem_of(call, err);
		else if (findings_has_errors(&call->doing->made.findings))
			refuse(call, &call->doing->made.findings, "");
		else if (strcmp(call->doing->act, "xml") == 0)
			answer_document(call);
		else
			lodge(call);
	}
	api_release(call);
}

static void compose(struct api_call *call)
{
	const struct api_form *doing = call->doing;
	const struct form_work work = {.form = doing->row->name,
				       .ask = doing->ask,
				       .document = doing->document,
				       .values = doing->values.items,
				       .count = doing->values.count};
	struct buffer question;
	enum err err;

	buffer_init(&question, LIMIT_CALL_BYTES);
	form_work_pack(&question, &work);
	err = buffer_error(&question);
	api_hold(call);
	if (err == OK)
		err = pool_submit(api_ends(call)->pool, WORK_COMPOSE, buffer_bytes(&question),
				  on_composed, call);
	buffer_clear(&question);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

void api_form_make(struct api_call *call)
{
	enum err err = api_form_ask(call);

	if (err != OK)
		api_problem_of(call, err);
	else
		compose(call);
}
