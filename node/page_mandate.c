#include "node/page_mandate.h"

#include <string.h>

#include "node/api_identity.h"
#include "node/page_form.h"

#define KIND "kind."
#define REASON_BYTES 512u

static enum err put_field(const struct api_call *call, const char *name, struct facts *facts)
{
	return facts_put(facts, name, page_form_value(call->form, name));
}

/* Words, in the order of the form; NULL: no memory. */
static const char *kinds_of(const struct api_call *call)
{
	const struct page_form *form = call->form;
	const char *kinds = "";

	for (size_t i = 0; i < form->count && kinds != NULL; i++)
		if (strncmp(form->fields[i].name, KIND, sizeof(KIND) - 1) == 0 &&
		    strcmp(form->fields[i].value, "yes") == 0)
			kinds = arena_format(call->arena, "%s%s%s", kinds,
					     kinds[0] == '\0' ? "" : " ",
					     form->fields[i].name + sizeof(KIND) - 1);
	return kinds;
}

void page_mandate_give(struct api_call *call)
{
	static const char *const names[] = {"principal", "agent", "from", "until"};
	const char *kinds = kinds_of(call);
	struct facts facts;
	enum err err = kinds == NULL ? ERR_MEMORY : OK;

	facts_init(&facts, call->arena);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && err == OK; i++)
		err = put_field(call, names[i], &facts);
	if (err == OK)
		err = facts_put(&facts, "kinds", kinds);
	if (err == OK)
		api_identity_change(call, "mandate-give", 201, &facts);
	else
		api_problem_of(call, err);
}

static void change_numbered(struct api_call *call, const char *verb)
{
	const char *reason = page_form_value(call->form, "reason");
	struct facts facts;

	facts_init(&facts, call->arena);
	call->caller.reason = reason;
	if (strlen(reason) > REASON_BYTES ||
	    facts_put(&facts, "number", call->parameters[0]) != OK ||
	    facts_put(&facts, "reason", reason) != OK)
		api_problem(call, PROBLEM_BAD_REQUEST, "reason: at most 512 bytes.");
	else
		api_identity_change(call, verb, 204, &facts);
}

void page_mandate_confirm(struct api_call *call)
{
	change_numbered(call, "mandate-confirm");
}

void page_mandate_revoke(struct api_call *call)
{
	if (strcmp(page_form_value(call->form, "sure"), "yes") == 0)
		change_numbered(call, "mandate-revoke");
	else
		api_problem_words(call, PROBLEM_BAD_REQUEST,
				  &(struct problem_words){
					  .detail = "Tick the box to confirm.",
					  .detail_vi = "Hãy đánh dấu vào ô xác nhận."});
}
