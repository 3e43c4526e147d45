#include <errno.h>
#include <poll.h>
#include <time.h>

#include "adapters/socket_zmq.h"

#define WAITS 256u

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * zmq_poll() asks the kernel twice and each socket twice or three times, whatever is ready. Here a
 * socket is asked only if its descriptor is readable or it was used since it was last asked.
 */
static bool has_message(void *zmq)
{
	int events = 0;
	size_t len = sizeof(events);

	return zmq_getsockopt(zmq, ZMQ_EVENTS, &events, &len) != 0 || (events & ZMQ_POLLIN) != 0;
}

static bool ask_socket(struct socket_wait *wait)
{
	wait->is_ready = has_message(wait->socket->zmq);
	wait->socket->is_unsure = wait->is_ready;
	return wait->is_ready;
}

/* Is anything there already? */
static bool ask_unsure(struct socket_wait *waits, size_t count)
{
	bool is_any = false;

	for (size_t i = 0; i < count; i++) {
		waits[i].is_ready = false;
		if (waits[i].socket != NULL && waits[i].socket->is_unsure)
			is_any = ask_socket(&waits[i]) || is_any;
	}
	return is_any;
}

/* The handler of ZAP answers strangers while we wait. */
static void answer_zap(struct socket_context *context)
{
	context->is_zap_unsure = has_message(context->zap);
	if (context->is_zap_unsure)
		socket_zap_turn(context);
}

/* Each context with a handler of ZAP once; busy is one that has not answered all. */
static size_t add_zaps(const struct socket_wait *waits, size_t count, struct pollfd *fds,
		       struct socket_context **contexts, bool *ret_is_busy)
{
	size_t zaps = 0;

	for (size_t i = 0; i < count; i++) {
		struct socket_context *context =
			waits[i].socket == NULL ? NULL : waits[i].socket->context;
		size_t known = 0;

		if (context == NULL || context->zap == NULL)
			continue;
		while (known < zaps && contexts[known] != context)
			known++;
		if (known < zaps || zaps == WAITS)
			continue;
		if (context->is_zap_unsure)
			answer_zap(context);
		*ret_is_busy = *ret_is_busy || context->is_zap_unsure;
		contexts[zaps] = context;
		fds[zaps++] = (struct pollfd){.fd = context->zap_fd, .events = POLLIN};
	}
	return zaps;
}

static bool note_ready(struct socket_wait *waits, size_t count, const struct pollfd *fds)
{
	bool is_any = false;

	for (size_t i = 0; i < count; i++) {
		if (waits[i].is_ready || fds[i].revents == 0)
			continue;
		if (waits[i].socket == NULL)
			waits[i].is_ready = is_any = true;
		else
			is_any = ask_socket(&waits[i]) || is_any;
	}
	return is_any;
}

enum err socket_wait_any(struct socket_wait *waits, size_t count, int timeout_ms)
{
	struct socket_context *contexts[WAITS];
	struct pollfd fds[2 * WAITS];
	int64_t deadline = now_ms() + timeout_ms;

	if (count > WAITS)
		return ERR_USAGE;
	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){.fd = waits[i].socket == NULL ? waits[i].fd
								       : waits[i].socket->fd,
					 .events = POLLIN};
	for (;;) {
		bool is_any = ask_unsure(waits, count);
		size_t zaps = add_zaps(waits, count, fds + count, contexts, &is_any);
		int64_t left = is_any || timeout_ms == 0 ? 0 : deadline - now_ms();
		int rc = poll(fds, count + zaps,
			      timeout_ms < 0 && !is_any ? -1
			      : left > 0                ? (int)left
							: 0);

		if (rc < 0)
			return errno == EINTR ? OK : ERR_IO;
		for (size_t i = 0; i < zaps; i++)
			if (fds[count + i].revents != 0)
				answer_zap(contexts[i]);
		if (note_ready(waits, count, fds) || is_any || rc == 0)
			return OK;
	}
}
