#include "adapters/backlog_zmq.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* The library's own thread tells when a message has gone. */
struct backlog {
	atomic_size_t bytes;
	atomic_size_t holders; /* the socket and each message */
};

struct part {
	struct backlog *backlog;
	size_t len;
	uint8_t at[];
};

static void let_go(struct backlog *backlog)
{
	if (atomic_fetch_sub(&backlog->holders, 1) == 1)
		free(backlog);
}

struct backlog *backlog_new(void)
{
	struct backlog *backlog = calloc(1, sizeof(*backlog));

	if (backlog == NULL)
		return NULL;
	atomic_init(&backlog->bytes, 0);
	atomic_init(&backlog->holders, 1);
	return backlog;
}

void backlog_free(struct backlog *backlog)
{
	if (backlog != NULL)
		let_go(backlog);
}

bool backlog_has_room(const struct backlog *backlog, size_t bytes, size_t max_bytes)
{
	size_t held = atomic_load(&backlog->bytes);

	return max_bytes == 0 || held == 0 || (held < max_bytes && bytes <= max_bytes - held);
}

static void on_gone(void *data, void *hint)
{
	struct part *part = hint;

	(void)data;
	atomic_fetch_sub(&part->backlog->bytes, part->len);
	let_go(part->backlog);
	free(part);
}

int backlog_send(struct backlog *backlog, void *zmq, struct bytes bytes, int flags)
{
	struct part *part = malloc(sizeof(*part) + bytes.len);
	zmq_msg_t message;
	int rc;

	errno = ENOMEM;
	if (part == NULL)
		return -1;
	part->backlog = backlog;
	part->len = bytes.len;
	if (bytes.len > 0)
		memcpy(part->at, bytes.at, bytes.len);
	if (zmq_msg_init_data(&message, part->at, bytes.len, on_gone, part) != 0) {
		free(part);
		return -1;
	}
	atomic_fetch_add(&backlog->holders, 1);
	atomic_fetch_add(&backlog->bytes, bytes.len);
	do
		rc = zmq_msg_send(&message, zmq, flags);
	while (rc < 0 && errno == EINTR);
	if (rc < 0) {
		int error = errno;

		zmq_msg_close(&message);
		errno = error;
	}
	return rc;
}
