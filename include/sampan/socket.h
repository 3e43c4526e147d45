/*
 * socket - message sockets between roles (ipc) and between nodes (tcp with CURVE). Behind it stands
 * libzmq (adapters/socket_zmq.c).
 *
 * A message is a list of parts and arrives whole or not at all; between two sockets order holds
 * while the connection does. A send never blocks. Curve sockets always set ZMQ_ZAP_ENFORCE_DOMAIN
 * and an answering ZAP handler that admits exactly one client key, so a stranger never reaches the
 * program.
 */
#ifndef SAMPAN_SOCKET_H
#define SAMPAN_SOCKET_H

#include "sampan/arena.h"
#include "sampan/err.h"

#define SOCKET_PARTS 8u
#define SOCKET_CURVE_KEY_BYTES 32u
#define SOCKET_CURVE_TEXT_BYTES 41u

struct socket_context; /* one per process */
struct socket;

enum socket_kind {
	SOCKET_SERVER, /* binds; the first part received and sent names the peer (ROUTER) */
	SOCKET_CLIENT  /* connects, reconnects by itself; queues while the server is away
			* (DEALER) */
};

struct socket_options {
	enum socket_kind kind;
	const char *endpoint;     /* "ipc:///path" or "tcp://host:port"; a server may say port 0 */
	const char *identity;     /* a client's name as the server sees it; NULL: chosen by the
				   * library */
	size_t max_message_bytes; /* larger messages cut the connection */
	int queue_messages;       /* bound of each queue; a full queue answers ERR_UNAVAILABLE */
	bool is_curve;            /* the rest is only for tcp */
	uint8_t own_public[SOCKET_CURVE_KEY_BYTES];
	uint8_t own_secret[SOCKET_CURVE_KEY_BYTES];
	uint8_t peer_public[SOCKET_CURVE_KEY_BYTES]; /* the server's key, or the only client
						      * admitted */
};

struct socket_message {
	struct bytes parts[SOCKET_PARTS]; /* borrowed until the next receive on this socket or its
					   * close */
	size_t count;
};

enum err socket_context_new(struct socket_context **ret_context);
/* all sockets are closed; NULL is accepted */
void socket_context_free(struct socket_context *context);

/* Options are copied. ERR_IO: the endpoint cannot be bound; ERR_USAGE: it cannot be read. */
enum err socket_open(struct socket_context *context, const struct socket_options *options,
		     struct socket **ret_socket);
void socket_close(struct socket *socket); /* NULL is accepted; what is queued is given up */

/* The endpoint really bound, with its port. Borrowed from the socket. */
const char *socket_endpoint(const struct socket *socket);

/*
 * Send all parts (copied). ERR_UNAVAILABLE: the queue is full or the peer gone; nothing was sent.
 */
enum err socket_send(struct socket *socket, const struct bytes *parts, size_t count);

/*
 * The next message, without waiting. ERR_MISSING: none is there. ERR_LIMIT: too many parts; the
 * message is gone.
 */
enum err socket_receive(struct socket *socket, struct socket_message *ret_message);

struct socket_wait {
	struct socket *socket; /* or NULL, then fd is watched for reading */
	int fd;
	bool is_ready; /* set by socket_wait_any() */
};

/*
 * Wait until one is ready or the time is over. OK in both cases; ERR_IO. Interrupted by a signal:
 * OK, none ready.
 */
enum err socket_wait_any(struct socket_wait *waits, size_t count, int timeout_ms);

/* A new CURVE key pair. */
void socket_curve_new(uint8_t ret_public[SOCKET_CURVE_KEY_BYTES],
		      uint8_t ret_secret[SOCKET_CURVE_KEY_BYTES]);

/*
 * A CURVE key as 40 characters of Z85 (ZeroMQ RFC 32), trailing white space allowed. False: it is
 * none; *ret is untouched.
 */
bool socket_curve_parse(const char *text, uint8_t ret_key[SOCKET_CURVE_KEY_BYTES]);
void socket_curve_format(const uint8_t key[SOCKET_CURVE_KEY_BYTES],
			 char ret_text[SOCKET_CURVE_TEXT_BYTES]);

#endif
