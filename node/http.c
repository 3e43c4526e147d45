#include "node/http.h"

#include <stdlib.h>

#include "node/http_link.h"
#include "sampan/clock.h"

#define TICK_MS 250u
#define ACCEPTS 64u /* in one turn, so that those inside are served too */
#define EVENTS 64u

/* ---- Limits ---- */

struct http_limits http_limits_default(void)
{
	return (struct http_limits){
		.connections = 1000,
		.connections_per_address = 500,
		.head_bytes = (size_t)16 * 1024,
		.target_bytes = (size_t)4 * 1024,
		.fields = 64,
		.body_bytes = (size_t)8 * 1024 * 1024,
		.buffered_bytes = (size_t)64 * 1024 * 1024,
		.stream_bytes = (size_t)256 * 1024,
		.handshake_ms = 10000,
		.head_ms = 10000,
		.idle_ms = 60000,
		.answer_ms = 60000,
		.rate_ms = 10000,
		.rate_bytes = 10240,
		.linger_ms = 2000,
	};
}

#define OR_DEFAULT(member) \
	do { \
		if (limits.member == 0) \
			limits.member = defaults.member; \
	} while (0)

static struct http_limits limits_of(struct http_limits limits)
{
	const struct http_limits defaults = http_limits_default();

	OR_DEFAULT(connections);
	OR_DEFAULT(connections_per_address);
	OR_DEFAULT(head_bytes);
	OR_DEFAULT(target_bytes);
	OR_DEFAULT(fields);
	OR_DEFAULT(body_bytes);
	OR_DEFAULT(buffered_bytes);
	OR_DEFAULT(stream_bytes);
	OR_DEFAULT(handshake_ms);
	OR_DEFAULT(head_ms);
	OR_DEFAULT(idle_ms);
	OR_DEFAULT(answer_ms);
	OR_DEFAULT(rate_ms);
	OR_DEFAULT(rate_bytes);
	OR_DEFAULT(linger_ms);
	return limits;
}

/* ---- Coming in ---- */

static bool has_place(const struct http *http, const char *address)
{
	char one[ADDRESS_BYTES];
	size_t count = 0;

	if (http->house.counts.open >= http->house.limits.connections)
		return false;
	address_of_one(address, one);
	for (const struct http_link *link = http->links; link != NULL; link = link->next)
		count += strcmp(link->one, one) == 0;
	return count < http->house.limits.connections_per_address;
}

static void take_in(struct http *http, int fd, const char *address)
{
	struct http_link *link = has_place(http, address) ? http_link_new(http, fd, address) : NULL;

	if (link == NULL) {
		http->house.counts.refused++;
		net_close(fd, true);
		return;
	}
	http->house.counts.accepted++;
}

/* Without descriptors a waiting connection would wake us for ever: the next tick listens again. */
static void listen_again(struct http *http, bool is_listening)
{
	if (http->is_listening == is_listening || http->listener < 0)
		return;
	http->is_listening = is_listening;
	net_set_change(http->set, http->listener, is_listening ? NET_READ : 0, NULL);
}

static void accept_some(struct http *http)
{
	char address[NET_ADDRESS_BYTES];
	int fd = -1;

	for (unsigned i = 0; i < ACCEPTS; i++) {
		enum err err = net_accept(http->listener, &fd, address);

		if (err == OK)
			take_in(http, fd, address);
		else if (err == ERR_LIMIT)
			listen_again(http, false);
		if (err == ERR_MISSING || err == ERR_LIMIT)
			return;
	}
}

/* ---- Turns ---- */

static void handle_events(struct http *http, int timeout_ms)
{
	struct net_event events[EVENTS];
	size_t count = net_wait(http->set, events, EVENTS, timeout_ms);

	for (size_t i = 0; i < count; i++) {
		struct http_link *link = events[i].context;

		if (link == NULL)
			accept_some(http);
		else if (link->is_dead)
			continue;
		else if (events[i].ready & NET_BROKEN && link->conn != NULL) {
			http_conn_break(link->conn);
			http_link_close(link);
		} else {
			link->is_readable = link->is_readable ||
					    (events[i].ready & (NET_READ | NET_BROKEN)) != 0;
			http_link_pump(link);
		}
	}
}

static void run_woken(struct http *http)
{
	struct http_link *link = http->woken;

	http->woken = NULL;
	while (link != NULL) {
		struct http_link *next = link->next_woken;

		link->is_woken = false;
		if (!link->is_dead)
			http_link_pump(link);
		link = next;
	}
}

static void on_idle(void *context)
{
	struct http *http = context;

	http->is_idle_due = false;
	run_woken(http);
	http_link_bury(http);
}

static void on_woken(struct http *http)
{
	if (http->loop != NULL && !http->is_idle_due)
		http->is_idle_due = loop_idle(http->loop, on_idle, http) == OK;
}

static void on_wake(struct http_house *house, struct http_conn *conn)
{
	(void)house;
	if (conn->owner != NULL)
		http_link_wake(conn->owner);
}

static uint64_t taken(const struct http_conn *conn)
{
	const struct http_link *link = conn->owner;

	return link == NULL ? 0 : net_taken(link->fd);
}

static void on_ready(void *context, int fd)
{
	struct http *http = context;

	(void)fd;
	handle_events(http, 0);
	http_link_bury(http);
}

static void on_tick(void *context)
{
	struct http *http = context;
	uint64_t now_ms = http_link_now(http);
	struct http_link *next;

	listen_again(http, true);
	for (struct http_link *link = http->links; link != NULL; link = next) {
		next = link->next;
		http_link_tick(link, now_ms);
	}
	http_link_bury(http);
}

void http_turn(struct http *http, int timeout_ms)
{
	handle_events(http, http->woken == NULL ? timeout_ms : 0);
	on_tick(http);
	run_woken(http);
	http_link_bury(http);
}

/* ---- The server ---- */

static enum err open_socket(struct http *http, const struct http_options *options,
			    const char **ret_message)
{
	enum err err = OK;

	if (options->listener > 0) {
		http->listener = options->listener;
		http->port = net_port(http->listener);
	} else {
		err = net_listen(options->address, options->port, &http->listener, &http->port);
	}
	if (err == ERR_EXISTS)
		*ret_message = "another program listens on this port";
	else if (err == ERR_DENIED)
		*ret_message = "not allowed to listen on this port";
	else if (err == ERR_USAGE)
		*ret_message = "this machine has no such address";
	else
		*ret_message = err_text(err);
	return err;
}

static enum err begin(struct http *http, struct loop *loop)
{
	enum err err;

	if ((err = net_set_new(&http->set)) != OK ||
	    (err = net_set_add(http->set, http->listener, NET_READ, NULL)) != OK)
		return err;
	http->is_listening = true;
	if (loop == NULL)
		return OK;
	http->loop = loop;
	if ((err = loop_watch(loop, http->set, on_ready, http)) != OK)
		return err;
	return loop_every(loop, TICK_MS, on_tick, http);
}

static const struct http_clock system_clock = {clock_monotonic_ms, clock_now_ms};

enum err http_open(struct loop *loop, const struct http_options *options,
		   const struct http_handlers *handlers, void *context, struct http **ret_http,
		   const char **ret_message)
{
	const struct tls_options tls = {options->certificate, options->key, options->client_ca,
					options->client_lists};
	struct http *http = calloc(1, sizeof(*http));
	enum err err;

	*ret_message = err_text(ERR_MEMORY);
	if (http == NULL)
		return ERR_MEMORY;
	http->set = http->listener = -1;
	http->on_woken = on_woken;
	http->house = (struct http_house){.limits = limits_of(options->limits),
					  .handlers = handlers,
					  .context = context,
					  .clock = options->clock == NULL ? system_clock
									  : *options->clock,
					  .wake = on_wake,
					  .taken = taken};
	if ((err = tls_server_new(&tls, &http->tls, ret_message)) == OK &&
	    (err = open_socket(http, options, ret_message)) == OK &&
	    (err = begin(http, loop)) != OK)
		*ret_message = err_text(err);
	if (err != OK)
		http_close(http);
	else
		*ret_http = http;
	return err;
}

/* ---- Ending ---- */

static void stop_listening(struct http *http)
{
	if (http->listener < 0)
		return;
	net_set_remove(http->set, http->listener);
	net_close(http->listener, false);
	http->listener = -1;
}

void http_drain(struct http *http)
{
	struct http_link *next;

	accept_some(http); /* they were let in by the kernel, and would be let down */
	stop_listening(http);
	http->house.is_draining = true;
	for (struct http_link *link = http->links; link != NULL; link = next) {
		next = link->next;
		link->is_readable = true; /* a request may have come that was not told of yet */
		http_link_pump(link);
		if (!link->is_dead && link->conn != NULL && http_conn_retire(link->conn))
			http_link_wake(link);
	}
	http_link_bury(http);
}

bool http_is_drained(const struct http *http)
{
	for (const struct http_link *link = http->links; link != NULL; link = link->next)
		if (link->conn == NULL || !http_conn_is_answered(link->conn))
			return false;
	return true;
}

void http_give_up(struct http *http)
{
	struct http_link *next;

	for (struct http_link *link = http->links; link != NULL; link = next) {
		next = link->next;
		if (link->conn == NULL || !http_conn_give_up(link->conn))
			http_link_close(link);
		else
			http_link_wake(link);
	}
	http_link_bury(http);
}

void http_close(struct http *http)
{
	if (http == NULL)
		return;
	while (http->links != NULL)
		http_link_close(http->links);
	while (http->woken != NULL) {
		http->woken->is_woken = false;
		http->woken = http->woken->next_woken;
	}
	http_link_bury(http);
	if (http->loop != NULL)
		loop_forget(http->loop, http);
	net_close(http->listener, false);
	net_close(http->set, false);
	tls_server_free(http->tls);
	free(http);
}

uint16_t http_port(const struct http *http)
{
	return http->port;
}

struct http_counts http_counts(const struct http *http)
{
	return http->house.counts;
}
