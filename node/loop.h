/*
 * loop - the one event loop of a role: sockets, file descriptors and timers, each with a handler.
 *
 * One thread. A handler runs to its end before the next begins. SIGTERM and SIGINT end the loop at
 * the next turn (through a signalfd), so that a role drains; both are blocked in the process as
 * long as the loop lives, and who execs another program unblocks them first. Handlers are called in
 * the order in which they were added. Clients, servers and pools that live on a loop are closed
 * before it is freed.
 */
#ifndef NODE_LOOP_H
#define NODE_LOOP_H

#include "sampan/socket.h"

struct loop;

typedef void loop_on_message(void *context, struct socket *socket,
			     const struct socket_message *message);
typedef void loop_on_readable(void *context, int fd);
typedef void loop_on_timer(void *context);

/* A loop with its own socket context. Installs the signalfd for SIGTERM and SIGINT. */
enum err loop_new(struct loop **ret_loop);
void loop_free(struct loop *loop); /* closes what it opened; NULL is accepted */

struct socket_context *loop_context(struct loop *loop);

/* Open a socket and hand each message to the handler. The loop closes it. */
enum err loop_open_socket(struct loop *loop, const struct socket_options *options,
			  loop_on_message *handler, void *context, struct socket **ret_socket);

/* Close a socket of this loop now (also from its own handler). */
void loop_close_socket(struct loop *loop, struct socket *socket);

/*
 * Call the handler whenever the descriptor is readable; it stays the caller's, who calls
 * loop_forget() before closing it. What handlers send leaves when they return. ERR_IO: it is of no
 * kind that can be waited for.
 */
enum err loop_watch(struct loop *loop, int fd, loop_on_readable *handler, void *context);

/* Call the handler every period_ms from now on. */
enum err loop_every(struct loop *loop, uint64_t period_ms, loop_on_timer *handler, void *context);

/*
 * Call the handler once, after all messages that are ready now were handled, and those that came
 * meanwhile; not later than after so many turns, whoever goes on sending. Used to commit what was
 * gathered.
 */
enum err loop_idle(struct loop *loop, loop_on_timer *handler, void *context);

/*
 * Call the handler once, when the loop is freed, before its sockets are closed: for what lives as
 * long as the loop.
 */
enum err loop_at_end(struct loop *loop, loop_on_timer *handler, void *context);

/*
 * Call no more what was given to loop_watch, loop_every, loop_idle and loop_at_end with this
 * context.
 */
void loop_forget(struct loop *loop, const void *context);

/*
 * At the first SIGTERM or SIGINT call this instead of stopping, for a role that ends later by
 * loop_stop(); at the second the loop stops.
 */
void loop_on_signal(struct loop *loop, loop_on_timer *handler, void *context);

/* Run until loop_stop() or SIGTERM / SIGINT. */
enum err loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

#endif
