#include "node/api_hand_over.h"

#include "node/api_identity.h"
#include "node/api_json.h"
#include "node/clerk_call.h"
#include "node/clerk_hand_over.h"
#include "node/page_form.h"

#define QUESTION_BYTES ((size_t)64 * 1024)

static void on_read(struct api_call *call, enum err err, struct bytes body)
{
	if (call->http == NULL)
		return;
	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer(call, &(struct http_answer){
					 .status = 200, .type = "application/json", .body = body});
}

void api_hand_over(struct api_call *call)
{
	const char *office = http_query(call->http, "office");
	const char *desk = http_query(call->http, "desk");
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_hand_over_pack(&body, &call->caller, office == NULL ? "" : office,
			     desk == NULL ? "" : desk);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, api_ends(call)->clerk, CLERK_HAND_OVER, buffer_bytes(&body), on_read);
	buffer_clear(&body);
}

void api_hand_over_note(struct api_call *call)
{
	struct facts facts;

	if (api_json_facts(call, "office desk text", &facts))
		api_identity_change(call, "hand-over", 201, &facts);
}

void api_hand_over_do(struct api_call *call)
{
	struct facts facts;

	facts_init(&facts, call->arena);
	if (facts_put(&facts, "office", page_form_value(call->form, "office")) != OK ||
	    facts_put(&facts, "desk", page_form_value(call->form, "desk")) != OK ||
	    facts_put(&facts, "text", page_form_value(call->form, "text")) != OK)
		api_problem_of(call, ERR_MEMORY);
	else
		api_identity_change(call, "hand-over", 201, &facts);
}
