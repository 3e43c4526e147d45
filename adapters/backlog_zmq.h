/*
 * backlog - how many bytes of a socket's the library holds that have not gone out yet. It bounds its queues in
 * messages only, and who asks for large ones and reads none fills the memory with them.
 */
#ifndef ADAPTERS_BACKLOG_ZMQ_H
#define ADAPTERS_BACKLOG_ZMQ_H

#include <stdbool.h>

#include "sampan/bytes.h"

struct backlog;

struct backlog *backlog_new(void);          /* NULL: no memory */
void backlog_free(struct backlog *backlog); /* what is under way may still be; NULL is accepted */

/* Is there room for so much more below max_bytes (0: always)? Into an empty one anything goes. */
bool backlog_has_room(const struct backlog *backlog, size_t bytes, size_t max_bytes);

/* Send a copy of this part; returns and errno as of zmq_msg_send(), ENOMEM. */
int backlog_send(struct backlog *backlog, void *zmq, struct bytes part, int flags);

#endif
