#include <stdio.h>

#include "node/api_inside.h"

#define ANSWER_BYTES ((size_t)64 * 1024 * 1024)
#define RETRY_SECONDS 2u
#define SLOW_SECONDS 60u
#define LOCATION_BYTES 128u

void api_problem_refuse(struct api_call *call, const struct api_refusal *refusal)
{
	struct buffer body;

	if (call->http == NULL)
		return;
	if (http_is_streaming(call->http)) { /* its answer is half out already */
		api_stream_abort(call);
		return;
	}
	buffer_init(&body, ANSWER_BYTES);
	(void)problem_format(refusal->problem, &refusal->words, &body);
	api_answer(call, &(struct http_answer){.status = problem_status(refusal->problem),
					       .type = PROBLEM_MEDIA_TYPE,
					       .body = buffer_bytes(&body),
					       .retry_seconds = refusal->retry_seconds,
					       .fields = &refusal->field,
					       .field_count = refusal->field.name == NULL ? 0 : 1});
	buffer_clear(&body);
}

static unsigned retry_of(enum problem problem)
{
	if (problem == PROBLEM_TOO_MANY)
		return SLOW_SECONDS;
	return problem == PROBLEM_UNAVAILABLE || problem == PROBLEM_NOT_SIGNED ||
			       problem == PROBLEM_IN_FLIGHT
		       ? RETRY_SECONDS
		       : 0;
}

void api_problem_words(struct api_call *call, enum problem problem,
		       const struct problem_words *words)
{
	struct api_refusal refusal = {
		.problem = problem, .words = *words, .retry_seconds = retry_of(problem)};
	char location[LOCATION_BYTES];

	if (problem == PROBLEM_UNAUTHENTICATED)
		refusal.field = (struct http_field){"WWW-Authenticate", "Bearer realm=\"sampan\""};
	if (words->id != NULL && words->id[0] != '\0') {
		(void)snprintf(location, sizeof(location), "/v1/messages/%s", words->id);
		refusal.field = (struct http_field){"Location", location};
	}
	api_problem_refuse(call, &refusal);
}

void api_problem(struct api_call *call, enum problem problem, const char *detail)
{
	api_problem_words(call, problem, &(struct problem_words){.detail = detail});
}

void api_problem_of(struct api_call *call, enum err err)
{
	api_problem(call, problem_of_error(err), "");
}
