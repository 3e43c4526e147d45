/*
 * http_client - HTTP requests that this process makes, over libcurl (adapters/http_client_curl.c).
 *
 * TLS 1.2 or newer with certificate and name verified; no redirect is followed; no proxy and no
 * .netrc of the environment is used; nothing is decompressed. Every answer is bounded in bytes and
 * time. Where a request may connect to is judged by the address that is really connected to, after
 * the name was resolved, so that no name can point a request at an address that is not allowed.
 *
 * Two faces: http_client_ask() waits, for the command line; http_client_send() does not, for roles:
 * watch http_client_fd() and call http_client_work() whenever it is readable.
 */
#ifndef SAMPAN_HTTP_CLIENT_H
#define SAMPAN_HTTP_CLIENT_H

#include <stdbool.h>

#include "sampan/arena.h"
#include "sampan/err.h"

struct http_client;

/* PEM texts; all are copied. Empty: not given. */
struct http_client_options {
	struct bytes ca;          /* who is trusted; empty: the system's authorities */
	struct bytes certificate; /* of ours, for mutual TLS */
	struct bytes key;         /* its private key, without a pass phrase */
	unsigned max_kept;        /* connections kept for what is sent later; 0: a few, by how many
				   * are under way */
};

/* bits */
enum http_client_may {
	HTTP_MAY_PLAIN_LOOPBACK = 1, /* http:// too, to addresses of this machine only */
	HTTP_MAY_PRIVATE = 2, /* also to loopback, private, link-local and other addresses that
			       * are not public; by itself with https:// only */
	HTTP_MAY_PLAIN = 4 /* http:// too: for answers that are signed, of questions that are no
			    * secret */
};

struct http_client_request {
	const char *method; /* "GET", "POST" ... */
	const char *url;
	const char *const *headers; /* "Name: value", ended by NULL; NULL: none */
	struct bytes body;          /* with POST and PUT */
	size_t max_answer_bytes;    /* of the body of the answer */
	uint32_t connect_ms;        /* until the connection stands, name and TLS included */
	uint32_t total_ms;          /* until the answer is whole */
	unsigned may;               /* enum http_client_may */
};

struct http_client_answer {
	unsigned status;   /* 100 to 599 */
	struct bytes head; /* header lines as they came, without the status line */
	struct bytes body;
};

/* Where the last failure is told in words, without secrets and harmless in a log. */
#define HTTP_CLIENT_WHY_BYTES 160u

/* ERR_FORMAT: a certificate or key is no PEM is told only when a request is made. */
enum err http_client_open(const struct http_client_options *options,
			  struct http_client **ret_client);
/* Requests under way end without their callback; NULL is accepted. */
void http_client_close(struct http_client *client);

/*
 * Ask and wait. The answer is copied into the arena. OK: an answer came, whatever its status.
 * ERR_USAGE: no URL that this request may have. ERR_DENIED: the address is not allowed, or the other
 * side's certificate is not trusted. ERR_LIMIT: the answer is too long. ERR_UNAVAILABLE: anything
 * else, time over among them; whether the request was carried out is unknown then. Why stands in
 * ret_why.
 */
enum err http_client_ask(struct http_client *client, const struct http_client_request *request,
			 struct arena *arena, struct http_client_answer *ret_answer,
			 char ret_why[HTTP_CLIENT_WHY_BYTES]);

/*
 * The end of a request, exactly once and never from within http_client_send(). Results as
 * http_client_ask(); answer and why are borrowed until the callback returns.
 */
typedef void http_client_on_answer(void *context, enum err err,
				   const struct http_client_answer *answer, const char *why);

/* Begin a request; everything is copied. On error the callback is not called. */
enum err http_client_send(struct http_client *client, const struct http_client_request *request,
			  http_client_on_answer *callback, void *context);

int http_client_fd(const struct http_client *client);
void http_client_work(struct http_client *client);

/*
 * The value of a header of an answer, trimmed, the first of that name whatever its case; empty when
 * there is none. Borrowed from the answer.
 */
struct bytes http_client_header(const struct http_client_answer *answer, const char *name);

#endif
