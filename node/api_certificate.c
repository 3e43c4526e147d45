#include "node/api_certificate.h"

#include <string.h>

#include "node/api_rate.h"
#include "node/clerk_call.h"

#define QUESTION_BYTES 4096u
#define NUMBER_BYTES 64u /* the longest number has 35 characters */

static void on_answer(struct api_call *call, enum err err, struct bytes body)
{
	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer(call, &(struct http_answer){
					 .status = 200, .type = "application/json", .body = body});
}

static const char *asked(const struct api_call *call, const char *name)
{
	const char *value = http_query(call->http, name);

	return value == NULL || strlen(value) > NUMBER_BYTES ? "" : value;
}

void api_certificate(struct api_call *call)
{
	const char *number = asked(call, "number"), *code = asked(call, "code");
	struct buffer body;

	if (number[0] == '\0' && code[0] == '\0') { /* a form to be filled in */
		api_answer_json(call, 200, json_object(), NULL);
		return;
	}
	if (!api_rate_of_address(call))
		return; /* each is a question of the ledger, and nobody has to ask for many */
	buffer_init(&body, QUESTION_BYTES);
	pack_text(&body, number);
	pack_text(&body, code);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, api_ends(call)->clerk, CLERK_CERTIFICATE, buffer_bytes(&body),
			on_answer);
	buffer_clear(&body);
}
