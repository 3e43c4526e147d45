/*
 * curve - message sockets between nodes: TCP with CURVE. Behind it stands libzmq
 * (adapters/curve_zmq.c), which begins a thread of its own with the first context.
 *
 * A message is as in socket.h and arrives whole or not at all; between two sockets order holds
 * while the connection does. Nothing here waits. Each server sets ZMQ_ZAP_ENFORCE_DOMAIN and has
 * an answering ZAP handler that admits exactly one client key, so a stranger never reaches the
 * program.
 */
#ifndef SAMPAN_CURVE_H
#define SAMPAN_CURVE_H

#include "sampan/socket.h"

#define CURVE_KEY_BYTES 32u
#define CURVE_TEXT_BYTES 41u

struct curve_context; /* one per process */
struct curve;

struct curve_options {
	enum socket_kind kind;
	const char *endpoint;     /* "tcp://host:port"; a server may say port 0 */
	const char *identity;     /* a client's name as the server sees it; NULL: chosen by the
				   * library */
	size_t max_message_bytes; /* larger messages cut the connection */
	int queue_messages;       /* bound of each queue; a full queue answers ERR_UNAVAILABLE */
	size_t queue_bytes;       /* and of what waits to go out, beyond one message; 0: none */
	uint8_t own_public[CURVE_KEY_BYTES];
	uint8_t own_secret[CURVE_KEY_BYTES];
	uint8_t peer_public[CURVE_KEY_BYTES]; /* the server's key, or the only client admitted */
};

/* ERR_MEMORY, ERR_IO. */
enum err curve_context_new(struct curve_context **ret_context);
/* all sockets are closed; NULL is accepted */
void curve_context_free(struct curve_context *context);

/*
 * Readable when a socket of the context may have something to tell. It tells of changes only: as
 * long as the context is unsure, all its sockets are to be received from again before it is waited
 * for.
 */
int curve_context_fd(const struct curve_context *context);

/* Has a socket sent, or not been received from until ERR_MISSING? */
bool curve_context_is_unsure(const struct curve_context *context);

/* Options are copied. ERR_IO: the endpoint cannot be bound; ERR_USAGE: it cannot be read. */
enum err curve_open(struct curve_context *context, const struct curve_options *options,
		    struct curve **ret_curve);
void curve_close(struct curve *curve); /* NULL is accepted; what is queued is given up */

/* The endpoint really bound, with its port. Borrowed from the socket. */
const char *curve_endpoint(const struct curve *curve);

/*
 * Send all parts (copied). ERR_UNAVAILABLE: the queue is full or the peer gone; nothing was sent.
 */
enum err curve_send(struct curve *curve, const struct bytes *parts, size_t count);

/*
 * The next message, borrowed until the next receive on this socket or its close. Strangers that
 * knock at a server are answered meanwhile. ERR_MISSING: none is there. ERR_LIMIT: too many parts;
 * the message is gone.
 */
enum err curve_receive(struct curve *curve, struct socket_message *ret_message);

/* ---- Keys (adapters/curve_key_zmq.c) ---- */

/* A new key pair. */
void curve_key_new(uint8_t ret_public[CURVE_KEY_BYTES], uint8_t ret_secret[CURVE_KEY_BYTES]);

/*
 * A key as 40 characters of Z85 (ZeroMQ RFC 32), trailing white space allowed. False: it is none;
 * *ret is untouched.
 */
bool curve_key_parse(const char *text, uint8_t ret_key[CURVE_KEY_BYTES]);
void curve_key_format(const uint8_t key[CURVE_KEY_BYTES], char ret_text[CURVE_TEXT_BYTES]);

#endif
