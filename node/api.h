/*
 * api - the calls of the HTTP door (docs/http.md, schemas/openapi.yaml): from a request's head to
 * its handler and its answer.
 *
 * One table (api_table.h) says of each call which method and path it has, what the caller must be
 * allowed, which body it takes and what it answers; all refusals that follow from it are made here,
 * in this order: 404, 405, 406, 400 for query parameters that the call does not know, 401, 429,
 * 403, 415, 413. A handler sees only what passed. What a document, a message or an officer may is
 * not decided here but where it is known: in ledger and clerk, by the caller that goes with the
 * question.
 */
#ifndef NODE_API_H
#define NODE_API_H

#include <jansson.h>

#include "node/access.h"
#include "node/health.h"
#include "node/http.h"
#include "node/pipeline.h"
#include "node/problem.h"
#include "node/role.h"

struct api;
struct api_form;
struct page_form;
struct page_route;
struct who;
struct api_call;

#define API_PARAMETERS 2u
#define API_DOCUMENT_BODY SIZE_MAX /* max_body: as the configuration allows for a document */
#define API_ATTACHMENT_BODY (SIZE_MAX - 1) /* as the largest kind of attachment */
#define API_FORM_BODY (SIZE_MAX - 2)       /* a document, and what a form has around it */

typedef void api_handler(struct api_call *call);

struct api_route {
	const char *method; /* "GET" also stands for HEAD */
	const char *path;   /* "/v1/messages/{id}/receipt"; "{rest*}" at the end takes all of it */
	const char *takes;  /* words: media types of the body; "" none */
	const char *gives;  /* words: media types of the answer, the first where Accept is silent */
	const char *query;  /* words: parameters it knows */
	size_t max_body;
	enum access_action action; /* ACCESS_ACTIONS: any known caller */
	bool is_public;            /* nobody need be known; action is not looked at */
	api_handler *handler;
};

/* A request under way. Lives until it is answered or gone, and nothing is held any more. */
struct api_call {
	struct api *api;
	struct http_call *http; /* NULL: answered, or the client has left */
	const struct api_route *route;
	struct caller caller;                   /* a stranger in public calls without credentials */
	const char *parameters[API_PARAMETERS]; /* of the path, in order; "" where there is none */
	const char *type;                       /* what Accept wants of route->gives; constant */
	struct bytes body;                      /* only until the call is gone */
	const struct page_route *page; /* page_table.h: route is its; NULL: a call for programs */
	struct page_form *form;        /* of a page; NULL: it has none, or it is not there yet */
	struct api_form *doing;        /* api_form.h; NULL: this call is none */
	const struct bytes *papers;    /* PAGE_WORK_PAPERS documents that a page shows; NULL: those that
					* page_paper.h fetches */
	bool is_browser;    /* Accept names text/html: what is refused is a page (page.h) */
	bool in_vietnamese; /* what is said to people */
	bool wants_reason;  /* refused for want of a reason to read beyond one's scope */
	struct arena *arena;
	void *state; /* the handler's */
	struct {
		void *at; /* in the arena; NULL: there is none */
		size_t len;
	} secret; /* the handler's, wiped before the memory goes, however the call ends */
	/* Answers go here instead of out: one call decides several things, one after the other; NULL:
	 * they go out. */
	void (*on_answer)(struct api_call *call, const struct http_answer *answer);
	/* For streams (http_stream_begin on call->http): NULL otherwise. */
	void (*on_room)(struct api_call *call);
	void (*on_gone)(struct api_call *call); /* the client left; http is NULL already */
	unsigned verdict; /* of who.h, on what the request shows; 0: not known yet */
	const char *key;  /* Idempotency-Key, bound to the caller; NULL: none (api_key.h) */
	/* The api's own. */
	unsigned held;
	struct api_call *next, **place;
};

/*
 * Who asks was found out: OK and the caller (borrowed until the callback returns; a stranger when
 * the request names nobody). ERR_DENIED: what it shows does not hold. ERR_USAGE: a session would
 * change something without its CSRF token. ERR_LIMIT: too many wrong ones came from its address.
 * Otherwise why nobody knows. The call was not answered, but may be gone.
 */
typedef void api_on_known(struct api_call *call, enum err err, const struct caller *caller);

/* What handlers work with. All borrowed for the life of the api. */
struct api_ends {
	struct role *role;
	struct pipeline *pipeline;
	struct pool *pool; /* that draws pages; NULL: none are */
	struct call_client *ledger;
	struct call_client *clerk;
	struct who *who; /* who.h: for changes of identities */
	/* Find out who asks, by call->http; the callback comes exactly once, now or later. */
	void (*identify)(void *context, struct api_call *call, api_on_known *callback);
	void *identify_context;
	struct http *const *http; /* *http: the server, once it is open; NULL: there is none */
	const struct health_certificate *certificates; /* whose ends are watched: first the door's own, */
	size_t certificate_count; /* on which readiness hangs, */
	size_t certificate_all;   /* then all others of the node and its offices */
};

enum err api_new(const struct api_ends *ends, struct api **ret_api);
/* After the http server and the clients of the ends were closed. NULL is accepted. */
void api_free(struct api *api);

/* The streams that have no end end now; for a gate that is to be replaced. */
void api_drain(struct api *api);

/* For http_open(), with the api as context. */
extern const struct http_handlers api_handlers;

const struct api_ends *api_ends(const struct api_call *call);

/* ---- For handlers ---- */

/*
 * Keep the call's memory although it may be answered or gone meanwhile; release as often. Answers
 * to a call that is gone do nothing.
 */
void api_hold(struct api_call *call);
void api_release(struct api_call *call);

/*
 * Ask the ledger or the clerk; the call is held until the answer is there. When it cannot be asked,
 * the call is answered with a problem and the callback does not come. body is copied.
 */
typedef void api_on_answer(struct api_call *call, enum err err, struct bytes body);
void api_ask(struct api_call *call, struct call_client *client, uint16_t operation,
	     struct bytes body, api_on_answer *callback);

/* The answer; the call ends. */
void api_answer(struct api_call *call, const struct http_answer *answer);

/* JSON, taken; NULL (out of memory) is answered with 503. field may be NULL. */
void api_answer_json(struct api_call *call, unsigned status, json_t *json,
		     const struct http_field *field);

/* A stream (http_stream_begin() on call->http) is whole, or cannot become so; the call ends. */
void api_stream_end(struct api_call *call);
void api_stream_abort(struct api_call *call);

/* A problem, with Retry-After where it passes. detail: one sentence about this request, or "". */
void api_problem(struct api_call *call, enum problem problem, const char *detail);
void api_problem_of(struct api_call *call, enum err err); /* problem_of_error() */

/* The same with all that can be said; an id is also where the refusal is found: Location. */
void api_problem_words(struct api_call *call, enum problem problem,
		       const struct problem_words *words);

#endif
