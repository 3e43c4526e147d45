#include "node/http_link.h"

#include <stdlib.h>

#define ROUNDS 8u /* of reading and writing before the next connection has its turn */
#define DISCARD_BYTES ((size_t)256 * 1024)

uint64_t http_link_now(const struct http *http)
{
	return http->house.clock.monotonic_ms();
}

/* ---- Links ---- */

void http_link_close(struct http_link *link)
{
	struct http *http = link->http;
	bool is_cut = false;

	if (link->is_dead)
		return;
	link->is_dead = true;
	if (link->conn != NULL) {
		if (!http_conn_is_over(link->conn))
			http_conn_break(link->conn);
		is_cut = link->conn->is_cut;
	}
	http_conn_free(link->conn);
	link->conn = NULL;
	if (!is_cut && !link->is_finished)
		tls_shutdown(link->tls);
	tls_free(link->tls);
	net_close(link->fd, is_cut);
	if (link->previous == NULL)
		http->links = link->next;
	else
		link->previous->next = link->next;
	if (link->next != NULL)
		link->next->previous = link->previous;
	link->next = http->dead;
	http->dead = link;
	http->house.counts.open--;
}

/* Events and the list of the woken may still name a dead link: it is freed behind them. */
void http_link_bury(struct http *http)
{
	struct http_link **at = &http->dead;

	while (*at != NULL) {
		struct http_link *link = *at;

		if (link->is_woken) {
			at = &link->next;
			continue;
		}
		*at = link->next;
		free(link->peer);
		free(link);
	}
}

void http_link_wake(struct http_link *link)
{
	struct http *http = link->http;

	if (link->is_woken || link->is_dead)
		return;
	link->is_woken = true;
	link->next_woken = http->woken;
	http->woken = link;
	http->on_woken(http);
}

static void want(struct http_link *link, unsigned wanted)
{
	if (wanted == link->wanted)
		return;
	link->wanted = wanted;
	net_set_change(link->http->set, link->fd, wanted, link);
}

/* ---- The handshake ---- */

static enum err open_conn(struct http_link *link)
{
	struct tls_peer peer;
	struct http_peer about = {.address = link->address, .subject = ""};
	enum err err;

	tls_get_peer(link->tls, &peer);
	if (peer.has_certificate) {
		if ((link->peer = malloc(sizeof(peer))) == NULL)
			return ERR_MEMORY;
		*link->peer = peer;
		about.has_certificate = true;
		about.certificate = peer.certificate;
		about.until_ms = peer.until_ms;
		about.subject = link->peer->subject;
	}
	err = http_conn_new(&link->http->house, &about, http_link_now(link->http), &link->conn);
	if (err == OK)
		link->conn->owner = link;
	return err;
}

static void shake_hands(struct http_link *link)
{
	enum tls_result result = tls_handshake(link->tls);

	if (result == TLS_WANT_READ || result == TLS_WANT_WRITE) {
		want(link, result == TLS_WANT_READ ? NET_READ : NET_WRITE);
		return;
	}
	if (result == TLS_OK && open_conn(link) == OK)
		return;
	link->http->house.counts.failed++;
	link->is_finished = true; /* OpenSSL has sent its alert */
	http_link_close(link);
}

/* ---- Bytes ---- */

/* What TLS says of an operation that did not go through. */
static void take_result(struct http_link *link, enum tls_result result)
{
	if (result == TLS_WANT_READ) {
		link->wanted_by_tls |= NET_READ;
		link->is_readable = false;
	} else if (result == TLS_WANT_WRITE) {
		link->wanted_by_tls |= NET_WRITE;
	} else if (result == TLS_CLOSED) {
		http_conn_eof(link->conn);
	} else {
		http_conn_break(link->conn);
	}
}

/* true: something came, or the other side ended. */
static bool read_some(struct http_link *link)
{
	struct http *http = link->http;
	size_t room = http_conn_room(link->conn), len = 0;
	enum tls_result result;

	if (room == 0)
		return false;
	if (!link->is_readable) {
		link->wanted_by_tls |= NET_READ;
		return false;
	}
	result = tls_read(link->tls, http->portion,
			  room < HTTP_LINK_PORTION_BYTES ? room : HTTP_LINK_PORTION_BYTES, &len);
	if (result == TLS_OK)
		http_conn_input(link->conn, bytes_of(http->portion, len), http_link_now(http));
	else
		take_result(link, result);
	return result == TLS_OK || result == TLS_CLOSED;
}

static bool write_some(struct http_link *link)
{
	struct bytes output = http_conn_output(link->conn);
	size_t len = 0;
	enum tls_result result;

	if (output.len == 0)
		return false;
	result = tls_write(link->tls, output, &len);
	if (result == TLS_OK)
		http_conn_sent(link->conn, len, http_link_now(link->http));
	else if (result == TLS_CLOSED)
		http_conn_break(link->conn);
	else
		take_result(link, result);
	return result == TLS_OK;
}

/*
 * The last answer is out. Closing now would make the kernel tear the connection down under it when
 * the client is still sending (RFC 9112 section 9.6): end our side, throw away what comes.
 */
static void linger(struct http_link *link)
{
	if (!link->is_finished) {
		tls_shutdown(link->tls);
		net_finish(link->fd);
		link->is_finished = true;
	}
	if (net_discard(link->fd, DISCARD_BYTES) == ERR_MISSING)
		http_link_close(link);
	else
		want(link, NET_READ);
}

static void settle(struct http_link *link, bool has_more)
{
	if (http_conn_is_over(link->conn)) {
		http_link_close(link);
	} else if (http_conn_is_lingering(link->conn)) {
		linger(link);
	} else if (has_more) {
		http_link_wake(link);
	} else {
		unsigned wanted = link->wanted_by_tls;

		if (http_conn_room(link->conn) > 0)
			wanted |= NET_READ;
		else
			wanted &= ~(unsigned)NET_READ;
		want(link, wanted);
	}
}

static void exchange(struct http_link *link)
{
	bool has_moved = true;

	link->wanted_by_tls = 0;
	for (unsigned i = 0; i < ROUNDS && has_moved && !http_conn_is_lingering(link->conn); i++) {
		bool was_full = http_conn_room(link->conn) == 0;

		has_moved = read_some(link);
		http_conn_run(link->conn, http_link_now(link->http));
		for (unsigned n = 0; n < ROUNDS && write_some(link); n++)
			has_moved = true;
		/* What TLS holds already the socket does not tell of again. */
		if (was_full && http_conn_room(link->conn) > 0)
			has_moved = true;
	}
	settle(link, has_moved);
}

void http_link_pump(struct http_link *link)
{
	if (link->conn == NULL)
		shake_hands(link);
	if (!link->is_dead && link->conn != NULL)
		exchange(link);
}

/* ---- Life ---- */

struct http_link *http_link_new(struct http *http, int fd, const char *address)
{
	struct http_link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return NULL;
	*link = (struct http_link){.http = http, .fd = fd, .wanted = NET_READ, .is_readable = true};
	memcpy(link->address, address, NET_ADDRESS_BYTES);
	address_of_one(address, link->one);
	if (tls_new(http->tls, fd, &link->tls) != OK ||
	    net_set_add(http->set, fd, NET_READ, link) != OK) {
		tls_free(link->tls);
		free(link);
		return NULL;
	}
	link->due_ms = http_link_now(http) + http->house.limits.handshake_ms;
	link->next = http->links;
	if (link->next != NULL)
		link->next->previous = link;
	http->links = link;
	http->house.counts.open++;
	return link;
}

void http_link_tick(struct http_link *link, uint64_t now_ms)
{
	if (link->conn == NULL && now_ms >= link->due_ms) {
		link->http->house.counts.expired++;
		link->is_finished = true;
		http_link_close(link);
	} else if (link->conn != NULL) {
		uint64_t expired = link->http->house.counts.expired;

		http_conn_tick(link->conn, now_ms);
		/* others may have made the room that a stream waits for */
		if (link->http->house.counts.expired != expired ||
		    (link->conn->call != NULL && link->conn->call->wanted > 0))
			http_link_wake(link);
	}
}
