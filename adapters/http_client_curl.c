/*
 * http_client over libcurl: one multi handle whose descriptors stand in an epoll set of ours, so
 * that a role watches one descriptor. curl's one timer is a timerfd in the same set.
 */
#include "sampan/http_client.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "adapters/exchange_curl.h"

#define EVENTS 64

struct http_client {
	CURLM *multi;
	CURL *waiting; /* of http_client_ask(): its connections stay for the next */
	struct exchange_trust trust;
	struct exchange *first;
	int epoll, timer;
};

/* ---- Waiting ---- */

static enum err copy_answer(const struct exchange *exchange, struct arena *arena,
			    struct http_client_answer *ret_answer)
{
	struct http_client_answer answer = exchange_answer(exchange);

	answer.head.at = arena_copy(arena, answer.head);
	answer.body.at = arena_copy(arena, answer.body);
	if (answer.head.at == NULL || answer.body.at == NULL)
		return ERR_MEMORY;
	*ret_answer = answer;
	return OK;
}

enum err http_client_ask(struct http_client *client, const struct http_client_request *request,
			 struct arena *arena, struct http_client_answer *ret_answer,
			 char ret_why[HTTP_CLIENT_WHY_BYTES])
{
	struct exchange exchange = {.trust = &client->trust, .easy = client->waiting};
	CURLcode code = CURLE_URL_MALFORMAT;
	enum err err;

	curl_easy_reset(client->waiting);
	err = exchange_prepare(&exchange, request);
	if (err == OK) {
		code = curl_easy_perform(client->waiting);
		err = exchange_judge(&exchange, code);
	}
	exchange_tell(&exchange, code, err, ret_why);
	if (err == OK)
		err = copy_answer(&exchange, arena, ret_answer);
	curl_easy_reset(client->waiting); /* it points into this exchange */
	exchange_clear(&exchange);
	return err;
}

/* ---- Not waiting ---- */

static void exchange_free(struct exchange *exchange)
{
	*exchange->self = exchange->next;
	if (exchange->next != NULL)
		exchange->next->self = exchange->self;
	(void)curl_multi_remove_handle(exchange->client->multi, exchange->easy);
	curl_easy_cleanup(exchange->easy);
	exchange_clear(exchange);
	free(exchange);
}

static struct exchange *exchange_new(struct http_client *client)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	if (exchange == NULL)
		return NULL;
	exchange->easy = curl_easy_init();
	if (exchange->easy == NULL) {
		free(exchange);
		return NULL;
	}
	exchange->client = client;
	exchange->trust = &client->trust;
	exchange->next = client->first;
	exchange->self = &client->first;
	if (client->first != NULL)
		client->first->self = &exchange->next;
	client->first = exchange;
	return exchange;
}

enum err http_client_send(struct http_client *client, const struct http_client_request *request,
			  http_client_on_answer *callback, void *context)
{
	struct exchange *exchange = exchange_new(client);
	enum err err = exchange == NULL ? ERR_MEMORY : exchange_prepare(exchange, request);

	if (err == OK) {
		exchange->callback = callback;
		exchange->context = context;
		if (curl_multi_add_handle(client->multi, exchange->easy) != CURLM_OK)
			err = ERR_MEMORY;
	}
	if (err != OK && exchange != NULL)
		exchange_free(exchange);
	return err;
}

static void finish(struct exchange *exchange, CURLcode code)
{
	enum err err = exchange_judge(exchange, code);
	struct http_client_answer answer = exchange_answer(exchange);
	char why[HTTP_CLIENT_WHY_BYTES];

	exchange_tell(exchange, code, err, why);
	exchange->callback(exchange->context, err, &answer, why);
	exchange_free(exchange);
}

static void finish_done(struct http_client *client)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
		char *exchange = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
		finish((struct exchange *)(void *)exchange, code);
	}
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *is_known)
{
	struct http_client *client = context;
	struct epoll_event event = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = ((what & CURL_POLL_IN) ? (uint32_t)EPOLLIN : 0) |
		       ((what & CURL_POLL_OUT) ? (uint32_t)EPOLLOUT : 0);
	if (epoll_ctl(client->epoll, is_known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd,
		      &event) != 0)
		return -1;
	(void)curl_multi_assign(client->multi, fd, client);
	return 0;
}

/* A timer of 0 ns would be none. */
static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
	const struct http_client *client = context;
	struct itimerspec spec = {0};

	(void)multi;
	if (timeout_ms >= 0) {
		spec.it_value.tv_sec = timeout_ms / 1000;
		spec.it_value.tv_nsec = timeout_ms % 1000 * 1000000 + (timeout_ms == 0);
	}
	return timerfd_settime(client->timer, 0, &spec, NULL);
}

int http_client_fd(const struct http_client *client)
{
	return client->epoll;
}

static int events_of(uint32_t events)
{
	return ((events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
	       ((events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
	       ((events & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
}

void http_client_work(struct http_client *client)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(client->epoll, events, EVENTS, 0), running;

	for (int i = 0; i < count; i++) {
		uint64_t ticks;

		if (events[i].data.fd != client->timer)
			(void)curl_multi_socket_action(client->multi, events[i].data.fd,
						       events_of(events[i].events), &running);
		else if (read(client->timer, &ticks, sizeof(ticks)) == sizeof(ticks))
			(void)curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
						       &running);
	}
	finish_done(client);
}

/* ---- Opening and closing ---- */

static enum err copy(struct bytes from, struct bytes *to)
{
	uint8_t *at = malloc(from.len + 1);

	if (at == NULL)
		return ERR_MEMORY;
	if (from.len > 0)
		memcpy(at, from.at, from.len);
	*to = bytes_of(at, from.len);
	return OK;
}

static enum err open_set(struct http_client *client)
{
	struct epoll_event event = {.events = EPOLLIN};

	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	client->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	event.data.fd = client->timer;
	return client->epoll < 0 || client->timer < 0 ||
			       epoll_ctl(client->epoll, EPOLL_CTL_ADD, client->timer, &event) != 0
		       ? ERR_IO
		       : OK;
}

static enum err open_curl(struct http_client *client)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (client->multi = curl_multi_init()) == NULL ||
	    (client->waiting = curl_easy_init()) == NULL)
		return ERR_MEMORY;
	(void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
	(void)curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
	return OK;
}

enum err http_client_open(const struct http_client_options *options,
			  struct http_client **ret_client)
{
	struct http_client *client = calloc(1, sizeof(*client));
	enum err err;

	if (client == NULL)
		return ERR_MEMORY;
	client->epoll = client->timer = -1;
	if ((err = copy(options->ca, &client->trust.ca)) == OK &&
	    (err = copy(options->certificate, &client->trust.certificate)) == OK &&
	    (err = copy(options->key, &client->trust.key)) == OK &&
	    (err = open_set(client)) == OK && (err = open_curl(client)) == OK) {
		if (options->max_kept > 0)
			(void)curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS,
						(long)options->max_kept);
		*ret_client = client;
	} else {
		http_client_close(client);
	}
	return err;
}

static void release(struct bytes *bytes)
{
	bytes_wipe(*bytes);
	free((void *)(uintptr_t)bytes->at);
}

void http_client_close(struct http_client *client)
{
	if (client == NULL)
		return;
	while (client->first != NULL)
		exchange_free(client->first); /* NOLINT(clang-analyzer-unix.Malloc) */
	curl_easy_cleanup(client->waiting);
	if (client->multi != NULL)
		(void)curl_multi_cleanup(client->multi);
	if (client->epoll >= 0)
		close(client->epoll);
	if (client->timer >= 0)
		close(client->timer);
	release(&client->trust.ca);
	release(&client->trust.certificate);
	release(&client->trust.key);
	free(client);
}

struct bytes http_client_header(const struct http_client_answer *answer, const char *name)
{
	const char *at = (const char *)answer->head.at;
	size_t left = answer->head.len, name_len = strlen(name);

	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t len = end == NULL ? left : (size_t)(end - at) + 1;

		if (len > name_len && at[name_len] == ':' && strncasecmp(at, name, name_len) == 0)
			return bytes_trimmed(bytes_of(at + name_len + 1, len - name_len - 1));
		at += len;
		left -= len;
	}
	return (struct bytes){0};
}
