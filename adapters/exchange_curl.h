/*
 * exchange - one HTTP request of curl's until its answer: how it is set up, what may be connected
 * to, and what became of it.
 */
#ifndef ADAPTERS_EXCHANGE_CURL_H
#define ADAPTERS_EXCHANGE_CURL_H

#include <curl/curl.h>

#include "sampan/buffer.h"
#include "sampan/http_client.h"

struct exchange_trust {
	struct bytes ca, certificate, key; /* PEM */
};

struct exchange {
	struct exchange *next, **self;
	struct http_client *client;
	const struct exchange_trust *trust;
	CURL *easy;
	struct curl_slist *headers;
	struct buffer head, body;
	http_client_on_answer *callback;
	void *context;
	unsigned may;
	bool is_plain, is_refused, is_too_long;
	char error[CURL_ERROR_SIZE];
};

/* Set up exchange->easy, which points into the exchange and its trust from then on. */
enum err exchange_prepare(struct exchange *exchange, const struct http_client_request *request);

/* Release what exchange_prepare() made; the easy handle stays. */
void exchange_clear(struct exchange *exchange);

/* The result in our terms (http_client.h), and in words. */
enum err exchange_judge(const struct exchange *exchange, CURLcode code);
void exchange_tell(const struct exchange *exchange, CURLcode code, enum err err,
		   char ret_why[HTTP_CLIENT_WHY_BYTES]);

/* Borrowed from the exchange. */
struct http_client_answer exchange_answer(const struct exchange *exchange);

#endif
