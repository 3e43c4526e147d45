/*
 * api_inside - what api.c, api_problem.c and the handlers of the calls share and nobody else sees.
 */
#ifndef NODE_API_INSIDE_H
#define NODE_API_INSIDE_H

#include "node/api.h"
#include "node/events.h"
#include "node/page_kept.h"
#include "node/page_static.h"
#include "node/rate.h"

struct api {
	struct api_ends ends;
	struct rate *rate;
	struct events *events;
	struct api_call *first;   /* that live */
	struct bytes contract;    /* openapi.yaml, in the role's arena */
	struct page_static files; /* that pages load; there too */
	struct page_kept kept;    /* that forms led to */
	const char *schemas;      /* words: "vn.export/1", all that the node knows; there too */
};

api_handler api_openapi;

struct api_refusal {
	enum problem problem;
	struct problem_words words;
	struct http_field field; /* name NULL: none */
	unsigned retry_seconds;
};

/* What api_problem() and its like say; of a stream, whose answer is half out already, the end. */
void api_problem_refuse(struct api_call *call, const struct api_refusal *refusal);

/* As api_answer(), as it is: nothing is drawn. */
void api_send(struct api_call *call, const struct http_answer *answer);

#endif
