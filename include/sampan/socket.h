/*
 * socket - messages between the roles of one node, and waiting for them (adapters/socket_unix.c:
 * AF_UNIX, in the caller's thread).
 *
 * A message is a list of parts and arrives whole or not at all; between two sockets order holds
 * while the connection does, and what was under way when it breaks may be lost. Nothing here
 * blocks but socket_wait(). The file of a server is its user's alone, and only processes of that
 * user or of root are heard, so many connections of each and in all; whoever sends what is no
 * message is cut off.
 *
 * A server also hears of ends: a message of a peer's name alone says that it is gone, and that it
 * had read all that was sent to it. Of who left something unread nothing comes.
 */
#ifndef SAMPAN_SOCKET_H
#define SAMPAN_SOCKET_H

#include "sampan/bytes.h"
#include "sampan/err.h"

#define SOCKET_PARTS 8u /* of one message; a server counts the peer's name, which comes first */
#define SOCKET_CONNECTIONS 512u       /* that a server holds */
#define SOCKET_CONNECTIONS_OF_ONE 32u /* process */

struct socket_context; /* one per thread: what is waited for together */
struct socket;

enum socket_kind {
	SOCKET_SERVER, /* listens; the first part received and sent names the peer */
	SOCKET_CLIENT  /* connects, and again by itself; queues while the server is away */
};

struct socket_options {
	enum socket_kind kind;
	const char *endpoint;     /* "ipc:///path" */
	const char *identity;     /* a client's name as the server sees it: whoever comes with it
				   * takes the place of who had it; NULL: the server chooses one */
	size_t max_message_bytes; /* all parts together; who sends more is cut off */
	/* What waits to be sent on one connection; one message always finds room. */
	size_t queue_bytes;
	size_t queue_messages;
};

struct socket_message {
	struct bytes parts[SOCKET_PARTS]; /* borrowed until the next receive on this socket or its
					   * close */
	size_t count;
};

/* ERR_MEMORY, ERR_IO. */
enum err socket_context_new(struct socket_context **ret_context);
/* all sockets are closed; NULL is accepted */
void socket_context_free(struct socket_context *context);

/*
 * Options are copied. A server takes the place of one that left its file behind. ERR_IO: the
 * endpoint cannot be bound; ERR_USAGE: it cannot be read, or is longer than the system takes.
 */
enum err socket_open(struct socket_context *context, const struct socket_options *options,
		     struct socket **ret_socket);

/*
 * A descriptor of somebody else among what is waited for: ready when it is readable. Close it here
 * before the descriptor itself. ERR_IO: it is of no kind that can be waited for.
 */
enum err socket_watch(struct socket_context *context, int fd, struct socket **ret_socket);

void socket_close(struct socket *socket); /* NULL is accepted; what is queued is given up */

/*
 * Send all parts (copied): they leave together with what else waits, at the next socket_flush() or
 * socket_wait(). ERR_UNAVAILABLE: the queue is full or the peer gone; ERR_LIMIT: larger than
 * max_message_bytes; ERR_MEMORY. Then nothing was sent.
 */
enum err socket_send(struct socket *socket, const struct bytes *parts, size_t count);

/* Send what waits in any socket of the context, as far as it goes without waiting. */
void socket_flush(struct socket_context *context);

/* The next message, without waiting. ERR_MISSING: none is there. */
enum err socket_receive(struct socket *socket, struct socket_message *ret_message);

/*
 * Wait until a socket of the context is ready or the time is over (-1: without end). OK in both
 * cases, and when a signal came; ERR_IO.
 */
enum err socket_wait(struct socket_context *context, int timeout_ms);

/* Was something there when socket_wait() returned? A message may still prove to be half of one. */
bool socket_is_ready(const struct socket *socket);

#endif
