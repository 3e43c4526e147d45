/*
 * http_link - one socket of the HTTPS server: its handshake, then bytes between TLS and the machine
 * of its connection (http_conn). Only http.c uses it.
 */
#ifndef NODE_HTTP_LINK_H
#define NODE_HTTP_LINK_H

#include "node/address.h"
#include "node/http_conn.h"
#include "sampan/net.h"
#include "sampan/tls.h"

#define HTTP_LINK_PORTION_BYTES ((size_t)16 * 1024)

/* One socket. Until its handshake is done there is no machine behind it. */
struct http_link {
	struct http *http;
	struct http_link *next, *previous;
	struct http_link *next_woken;
	int fd;
	char address[NET_ADDRESS_BYTES];
	char one[ADDRESS_BYTES]; /* whom it counts for */
	struct tls *tls;
	struct tls_peer *peer; /* when it showed a certificate */
	struct http_conn *conn;
	uint64_t due_ms; /* of the handshake */
	unsigned wanted;
	unsigned wanted_by_tls; /* what it waits for in the middle of something */
	bool is_readable;       /* the socket said so since TLS last found it empty */
	bool is_woken;
	bool is_finished; /* our side is ended */
	bool is_dead;
};

struct http {
	struct http_house house;
	struct loop *loop;
	struct tls_server *tls;
	int set, listener;
	uint16_t port;
	bool is_listening;                   /* not while descriptors are short */
	void (*on_woken)(struct http *http); /* there is one to be run; not from inside */
	bool is_idle_due;
	struct http_link *links;
	struct http_link *dead;
	struct http_link *woken;
	uint8_t portion[HTTP_LINK_PORTION_BYTES];
};

/* A socket that came in; taken. NULL: no memory, and it is still the caller's. */
struct http_link *http_link_new(struct http *http, int fd, const char *address);

/* Close it now; on_gone() is called for its call. It is freed by http_link_bury(). */
void http_link_close(struct http_link *link);

/* Go on with it as far as it can without waiting. */
void http_link_pump(struct http_link *link);

/* Go on with it soon. */
void http_link_wake(struct http_link *link);

/* Its deadlines. */
void http_link_tick(struct http_link *link, uint64_t now_ms);

/* Free those that were closed, unless something still names them. */
void http_link_bury(struct http *http);

/* The time for deadlines. */
uint64_t http_link_now(const struct http *http);

#endif
