#include "node/api_lodge.h"

#include <stdio.h>

#include "node/api_key.h"
#include "node/findings_json.h"

#define LOCATION_BYTES 128u

static json_t *json_of_bytes(struct bytes text)
{
	return text.len == 0 ? json_null() : json_loadb((const char *)text.at, text.len, 0, NULL);
}

static void answer_taken(struct api_call *call, const struct ledger_accepted *accepted)
{
	char location[LOCATION_BYTES];
	struct http_field field = {"Location", location};

	(void)snprintf(location, sizeof(location), "/v1/messages/%s", accepted->id);
	api_answer_json(call, 202,
			json_pack("{s:s, s:s, s:s, s:o, s:o}", "id", accepted->id, "reference",
				  accepted->reference, "state", accepted->state, "findings",
				  findings_json_new(&accepted->findings), "receipt",
				  json_of_bytes(accepted->receipt)),
			&field);
}

static void on_lodged(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct api_call *call = context;

	if (err != OK)
		api_problem_of(call, err);
	else if (accepted->verdict == INTAKE_KEY_USED)
		api_problem(call, PROBLEM_KEY_REUSED, "");
	else if (accepted->verdict == INTAKE_REFUSED)
		api_problem_findings(call, PROBLEM_REFUSED, &accepted->findings);
	else
		answer_taken(call, accepted);
	api_release(call);
}

void api_lodge(struct api_call *call)
{
	struct pipeline_lodging lodging = {
		.party = call->caller.party, .document = call->body, .caller = &call->caller};
	enum err err;

	if (lodging.party[0] == '\0') {
		api_problem(call, PROBLEM_FORBIDDEN, "Only who belongs to a party can lodge.");
		return;
	}
	if (!api_key_take(call, &lodging.repeat))
		return;
	api_hold(call);
	err = pipeline_lodge(api_ends(call)->pipeline, &lodging, on_lodged, call);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}
