/*
 * On the wire, one message each; a worker's identity is its name:
 *   worker to pool  READY  1 u8 | incarnation u64 | last task taken u64   when idle, again and again
 *                   DONE   3 u8 | incarnation u64 | task u64 | err u16 | body
 *   pool to worker  task u64 | operation u16 | body
 * A task is one giving of a job to a worker. READY is repeated, so that a pool that was restarted
 * learns who is there; the incarnation tells a worker that was started anew from one that was only
 * idle.
 *
 * A worker serves several pools and may die of another pool's document while ours waits unread. It
 * reads a task when it begins it and not before, and the end of a peer that had read all is told
 * (socket.h). So a death counts against a job only when that was heard, or when it befell the job
 * UNPROVEN times: another worker may have taken the name before the end was heard.
 */
#include "node/pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/fair.h"
#include "sampan/clock.h"
#include "sampan/limit.h"

#define READY_MS 200u
#define LOST_MS 1000u /* a worker that is idle so long after a task was sent never got it */
#define UNPROVEN 3u
#define WORKERS 256u
#define MESSAGE_BYTES (LIMIT_CALL_BYTES + 4096u) /* with what stands before the body */
#define POOL_QUEUE_MESSAGES 1024
#define WORKER_QUEUE_MESSAGES 16 /* few: what was said while the pool was away is stale */

enum pool_word { WORD_READY = 1, WORD_DONE = 3 };

struct job {
	struct fair_item item; /* first: what waits is these */
	uint16_t operation;
	unsigned unproven; /* workers that died while they held it, who knows whether of it */
	call_on_answer *callback;
	void *context;
	size_t len;
	uint8_t body[];
};

struct holder { /* a worker as the pool sees it */
	struct holder *next;
	uint64_t incarnation;
	struct job *job; /* NULL: idle */
	uint64_t task;
	uint64_t sent_ms;
	bool is_started;
	char name[LIMIT_NAME_BYTES + 1];
};

struct pool {
	struct loop *loop;
	struct socket *socket;
	size_t max_waiting_bytes;
	size_t waiting_bytes; /* of all jobs, waiting or under way: each is kept until it is
				 answered */
	size_t job_count;
	struct fair *waiting;
	struct holder *holders;
	size_t holder_count;
	uint64_t last_task;
	unsigned callbacks; /* under way: the pool is freed when the last returns */
	bool is_closed;
};

static uint64_t new_incarnation(void)
{
	return clock_now_ms() << 20 ^ (uint64_t)getpid();
}

static void put_u16(uint8_t at[2], uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint16_t get_u16(struct bytes bytes)
{
	return (uint16_t)(bytes.at[0] << 8 | bytes.at[1]);
}

/* ---- Jobs ---- */

static enum err send_job(struct pool *pool, const struct holder *holder, const struct job *job)
{
	uint8_t task[8] = {0}, operation[2] = {0};
	struct bytes parts[] = {bytes_of_text(holder->name), bytes_of(task, sizeof(task)),
				bytes_of(operation, sizeof(operation)),
				bytes_of(job->body, job->len)};

	bytes_put_u64(task, holder->task);
	put_u16(operation, job->operation);
	return socket_send(pool->socket, parts, 4);
}

/* Forget a worker that cannot be reached; when it is there again it says so. */
static void drop_holder(struct pool *pool, struct holder *holder)
{
	struct holder **link = &pool->holders;

	while (*link != holder)
		link = &(*link)->next;
	*link = holder->next;
	pool->holder_count--;
	free(holder);
}

static struct holder *find_idle(const struct pool *pool)
{
	struct holder *holder = pool->holders;

	while (holder != NULL && holder->job != NULL)
		holder = holder->next;
	return holder;
}

static void give(struct pool *pool)
{
	struct holder *holder;

	while (fair_first(pool->waiting) != NULL && (holder = find_idle(pool)) != NULL) {
		holder->task = ++pool->last_task;
		holder->sent_ms = clock_monotonic_ms();
		holder->is_started = false;
		if (send_job(pool, holder, (struct job *)fair_first(pool->waiting)) == OK)
			holder->job = (struct job *)fair_take(pool->waiting);
		else
			drop_holder(pool, holder);
	}
}

static struct job *release(struct holder *holder)
{
	struct job *job = holder->job;

	holder->job = NULL;
	return job;
}

static void finish(struct pool *pool, struct job *job, enum err err, struct bytes body)
{
	fair_done(pool->waiting, &job->item);
	pool->waiting_bytes -= job->len;
	pool->job_count--;
	job->callback(job->context, err, body);
	free(job);
}

/* ---- What workers say ---- */

static struct holder *find_holder(const struct pool *pool, struct bytes name)
{
	struct holder *holder = pool->holders;

	while (holder != NULL && !bytes_equal(bytes_of_text(holder->name), name))
		holder = holder->next;
	return holder;
}

/* New workers go to the end: the one that was longest idle is not known, but the first is always
 * the warmest. */
static struct holder *add_holder(struct pool *pool, struct bytes name, uint64_t incarnation)
{
	struct holder **link = &pool->holders;
	struct holder *holder;

	if (pool->holder_count == WORKERS || name.len > LIMIT_NAME_BYTES ||
	    memchr(name.at, 0, name.len) != NULL || (holder = calloc(1, sizeof(*holder))) == NULL)
		return NULL;
	memcpy(holder->name, name.at, name.len);
	holder->incarnation = incarnation;
	while (*link != NULL)
		link = &(*link)->next;
	*link = holder;
	pool->holder_count++;
	return holder;
}

/* The worker was started anew while it held this job. */
static void judge_death(struct pool *pool, struct job *job, bool is_started)
{
	if (is_started || ++job->unproven == UNPROVEN)
		finish(pool, job, ERR_CORRUPT, bytes_of_text(""));
	else
		fair_put_back(pool->waiting, &job->item);
}

static void on_ready(struct pool *pool, struct holder *holder, uint64_t incarnation, uint64_t last)
{
	bool is_same = holder->incarnation == incarnation;

	holder->incarnation = incarnation;
	if (holder->job == NULL)
		return;
	if (!is_same)
		judge_death(pool, release(holder), holder->is_started);
	else if (last == holder->task || clock_monotonic_ms() - holder->sent_ms > LOST_MS)
		/* idle, and yet no answer came: the task or its answer was lost with a connection
		 */
		fair_put_back(pool->waiting, &release(holder)->item);
}

static void on_done(struct pool *pool, struct holder *holder, const struct socket_message *message)
{
	uint16_t err;

	if (message->count != 6 || message->parts[4].len != 2)
		return;
	err = get_u16(message->parts[4]);
	finish(pool, release(holder), err < ERR_COUNT ? (enum err)err : ERR_FORMAT,
	       message->parts[5]);
}

static void on_word(struct pool *pool, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	uint64_t incarnation = bytes_get_u64(parts[2].at);
	uint64_t task = bytes_get_u64(parts[3].at);
	struct holder *holder = find_holder(pool, parts[0]);
	bool is_current = holder != NULL && holder->job != NULL &&
			  holder->incarnation == incarnation && holder->task == task;

	switch (parts[1].at[0]) {
	case WORD_READY:
		if (holder == NULL)
			holder = add_holder(pool, parts[0], incarnation);
		if (holder != NULL)
			on_ready(pool, holder, incarnation, task);
		break;
	case WORD_DONE:
		if (is_current)
			on_done(pool, holder, message);
		break;
	default:
		break;
	}
}

/* It is gone, and had read the task. */
static void on_end(const struct pool *pool, struct bytes name)
{
	struct holder *holder = find_holder(pool, name);

	if (holder != NULL && holder->job != NULL)
		holder->is_started = true;
}

static void leave(struct pool *pool)
{
	pool->callbacks--;
	if (pool->is_closed && pool->callbacks == 0)
		free(pool);
}

static void on_worker(void *context, struct socket *socket, const struct socket_message *message)
{
	struct pool *pool = context;

	(void)socket;
	if (message->count == 1)
		on_end(pool, message->parts[0]);
	if (message->count < 4 || message->parts[1].len != 1 || message->parts[2].len != 8 ||
	    message->parts[3].len != 8)
		return;
	pool->callbacks++;
	on_word(pool, message);
	if (!pool->is_closed)
		give(pool);
	leave(pool);
}

enum err pool_open(struct loop *loop, const char *endpoint, size_t max_waiting_bytes,
		   struct pool **ret_pool)
{
	struct socket_options options = {.kind = SOCKET_SERVER,
					 .endpoint = endpoint,
					 .max_message_bytes = MESSAGE_BYTES,
					 .queue_bytes = MESSAGE_BYTES,
					 .queue_messages = POOL_QUEUE_MESSAGES};
	struct pool *pool = calloc(1, sizeof(*pool));
	enum err err;

	if (pool == NULL)
		return ERR_MEMORY;
	pool->loop = loop;
	pool->max_waiting_bytes = max_waiting_bytes;
	/* no number of an earlier pool, whose late answers may still come */
	pool->last_task = new_incarnation();
	pool->waiting = fair_new();
	err = pool->waiting == NULL
		      ? ERR_MEMORY
		      : loop_open_socket(loop, &options, on_worker, pool, &pool->socket);
	if (err != OK) {
		fair_free(pool->waiting);
		free(pool);
	} else {
		*ret_pool = pool;
	}
	return err;
}

void pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	while (fair_first(pool->waiting) != NULL)
		free(fair_take(pool->waiting));
	fair_free(pool->waiting);
	pool->waiting = NULL;
	while (pool->holders != NULL) {
		free(pool->holders->job);
		drop_holder(pool, pool->holders);
	}
	loop_close_socket(pool->loop, pool->socket);
	pool->is_closed = true;
	pool->callbacks++;
	leave(pool);
}

enum err pool_submit(struct pool *pool, uint16_t operation, struct bytes body,
		     call_on_answer *callback, void *context)
{
	return pool_submit_for(pool, &(struct pool_job){"", operation, body}, callback, context);
}

enum err pool_submit_for(struct pool *pool, const struct pool_job *wanted, call_on_answer *callback,
			 void *context)
{
	struct bytes body = wanted->body;
	struct job *job;
	enum err err;

	if (body.len > LIMIT_CALL_BYTES)
		return ERR_LIMIT;
	/* one job always finds room, however small the bound */
	if (pool->job_count > 0 && (pool->waiting_bytes > pool->max_waiting_bytes ||
				    body.len > pool->max_waiting_bytes - pool->waiting_bytes))
		return ERR_FULL;
	job = calloc(1, sizeof(*job) + body.len);
	if (job == NULL)
		return ERR_MEMORY;
	if ((err = fair_put(pool->waiting, wanted->owner == NULL ? "" : wanted->owner, body.len,
			    &job->item)) != OK) {
		free(job);
		return err;
	}
	job->operation = wanted->operation;
	job->callback = callback;
	job->context = context;
	job->len = body.len;
	if (body.len > 0)
		memcpy(job->body, body.at, body.len);
	pool->waiting_bytes += body.len;
	pool->job_count++;
	give(pool);
	return OK;
}

size_t pool_busy(const struct pool *pool)
{
	return pool->job_count;
}

/* ---- The worker's side ---- */

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

	if (now_ms - worker->beat_ms < 2 * READY_MS)
		say(worker, WORD_READY, NULL, 0);
	worker->beat_ms = now_ms;
}

static void on_job(void *context, struct socket *socket, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	struct pool_worker *worker = context;
	uint8_t err_bytes[2] = {0};
	struct buffer answer;
	struct bytes more[2];
	enum err err;

	(void)socket;
	if (message->count != 3 || parts[0].len != 8 || parts[1].len != 2)
		return;
	worker->last_task = bytes_get_u64(parts[0].at);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	err = worker->work(worker->context, get_u16(parts[1]), parts[2], &answer);
	if (buffer_error(&answer) != OK) {
		err = buffer_error(&answer);
		buffer_reset(&answer);
	}
	put_u16(err_bytes, (uint16_t)err);
	more[0] = bytes_of(err_bytes, sizeof(err_bytes));
	more[1] = buffer_bytes(&answer);
	say(worker, WORD_DONE, more, 2);
	buffer_clear(&answer);
}

enum err pool_serve(struct loop *loop, const char *endpoint, const char *name, pool_work *work,
		    void *context)
{
	struct socket_options options = {.kind = SOCKET_CLIENT,
					 .endpoint = endpoint,
					 .identity = name,
					 .max_message_bytes = MESSAGE_BYTES,
					 .queue_bytes = MESSAGE_BYTES,
					 .queue_messages = WORKER_QUEUE_MESSAGES};
	struct pool_worker *worker = calloc(1, sizeof(*worker));
	enum err err;

	if (worker == NULL)
		return ERR_MEMORY;
	worker->work = work;
	worker->context = context;
	worker->incarnation = new_incarnation();
	if ((err = loop_at_end(loop, free, worker)) != OK) {
		free(worker);
		return err;
	}
	if ((err = loop_open_socket(loop, &options, on_job, worker, &worker->socket)) != OK ||
	    (err = loop_every(loop, READY_MS, on_beat, worker)) != OK)
		return err;
	worker->beat_ms = clock_monotonic_ms();
	say(worker, WORD_READY, NULL, 0);
	return OK;
}
