#include <stdlib.h>
#include <unistd.h>

#include "node/pool.h"
#include "node/pool_wire.h"
#include "sampan/clock.h"

#define QUEUE_MESSAGES 16 /* few: what was said while the pool was away is stale */

struct pool_worker {
	struct socket *socket;
	pool_work *work;
	void *context;
	uint64_t incarnation;
	uint64_t last_task;
	uint64_t beat_ms; /* when READY was last due */
};

static void say(const struct pool_worker *worker, enum pool_word word, const struct bytes *more,
		size_t more_count)
{
	uint8_t word_byte = (uint8_t)word, incarnation[8] = {0}, task[8] = {0};
	struct bytes parts[5] = {bytes_of(&word_byte, 1),
				 bytes_of(incarnation, sizeof(incarnation)),
				 bytes_of(task, sizeof(task))};

	bytes_put_u64(incarnation, worker->incarnation);
	bytes_put_u64(task, worker->last_task);
	for (size_t i = 0; i < more_count; i++)
		parts[3 + i] = more[i];
	/* words that find no room are not missed: READY comes again, and makes good a lost DONE */
	(void)socket_send(worker->socket, parts, 3 + more_count);
}

/* A late beat means that we come from long work: look first whether a task waits, before we call
 * ourselves idle. */
static void on_beat(void *context)
{
	struct pool_worker *worker = context;
	uint64_t now_ms = clock_monotonic_ms();

	if (now_ms - worker->beat_ms < 2 * POOL_READY_MS)
		say(worker, WORD_READY, NULL, 0);
	worker->beat_ms = now_ms;
}

static void do_job(const struct pool_worker *worker, uint16_t operation, struct bytes body)
{
	uint8_t err_bytes[2] = {0};
	struct buffer answer;
	struct bytes more[2];
	enum err err;

	buffer_init(&answer, LIMIT_CALL_BYTES);
	err = worker->work(worker->context, operation, body, &answer);
	if (buffer_error(&answer) != OK) {
		err = buffer_error(&answer);
		buffer_reset(&answer);
	}
	pool_wire_put_u16(err_bytes, (uint16_t)err);
	more[0] = bytes_of(err_bytes, sizeof(err_bytes));
	more[1] = buffer_bytes(&answer);
	say(worker, WORD_DONE, more, 2);
	buffer_clear(&answer);
}

static void on_jobs(void *context, struct socket *socket, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	struct pool_worker *worker = context;
	size_t count = message->count < 3 ? 0 : message->count - 2;

	(void)socket;
	if (count == 0 || parts[0].len != 8 || parts[1].len != 2 * count)
		return;
	for (size_t i = 0; i < count; i++) {
		worker->last_task = bytes_get_u64(parts[0].at) + i;
		do_job(worker, pool_wire_get_u16(parts[1].at + 2 * i), parts[2 + i]);
	}
}

enum err pool_serve(struct loop *loop, const char *endpoint, const char *name, pool_work *work,
		    void *context)
{
	struct socket_options options = {.kind = SOCKET_CLIENT,
					 .endpoint = endpoint,
					 .identity = name,
					 .max_message_bytes = POOL_MESSAGE_BYTES,
					 .queue_bytes = POOL_MESSAGE_BYTES,
					 .queue_messages = QUEUE_MESSAGES};
	struct pool_worker *worker = calloc(1, sizeof(*worker));
	enum err err;

	if (worker == NULL)
		return ERR_MEMORY;
	worker->work = work;
	worker->context = context;
	worker->incarnation = clock_now_ms() << 20 ^ (uint64_t)getpid();
	if ((err = loop_at_end(loop, free, worker)) != OK) {
		free(worker);
		return err;
	}
	if ((err = loop_open_socket(loop, &options, on_jobs, worker, &worker->socket)) != OK ||
	    (err = loop_every(loop, POOL_READY_MS, on_beat, worker)) != OK)
		return err;
	worker->beat_ms = clock_monotonic_ms();
	say(worker, WORD_READY, NULL, 0);
	return OK;
}
