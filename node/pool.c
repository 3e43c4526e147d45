/*
 * A worker serves several pools and may die of another pool's document while ours waits unread. It
 * reads a message when it begins its tasks and not before, and the end of a peer that had read all is
 * told (socket.h). So a death counts against a job only when that was heard, or when it befell the job
 * UNPROVEN times: another worker may have taken the name before the end was heard.
 *
 * Jobs that wait are given together, because a worker that goes on is cheaper than one that is woken
 * for each. When it dies of one of several, nobody knows of which: each is given alone from then on.
 */
#include "node/pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/fair.h"
#include "node/pool_wire.h"
#include "sampan/clock.h"

#define LOST_MS 1000u /* a worker that is idle so long after a task was sent never got it */
#define UNPROVEN 3u
#define WORKERS 256u
#define QUEUE_MESSAGES 1024
#define TOGETHER_BYTES \
	((size_t)128 * 1024) /* more is given alone: others do not wait for long work */

struct job {
	struct fair_item item; /* first: what waits is these */
	struct job *next;      /* of those that a worker holds */
	uint16_t operation;
	bool is_suspect;   /* it was among several that a worker died of */
	unsigned unproven; /* workers that died while they held it, who knows whether of it */
	call_on_answer *callback;
	void *context;
	size_t len;
	uint8_t body[];
};

struct holder { /* a worker as the pool sees it */
	struct holder *next;
	uint64_t incarnation;
	struct job *jobs; /* given and not answered, in order; NULL: idle */
	uint64_t task;    /* of the first of them; the others' follow */
	uint64_t last;    /* task of the last */
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
	size_t waiting_count;
	struct holder *holders;
	size_t holder_count;
	uint64_t last_task;
	unsigned callbacks; /* under way: the pool is freed when the last returns */
	bool is_due;        /* giving is */
	bool is_closed;
};

static uint64_t new_incarnation(void)
{
	return clock_now_ms() << 20 ^ (uint64_t)getpid();
}

/* ---- Jobs ---- */

static struct job *first(const struct pool *pool)
{
	return (struct job *)fair_first(pool->waiting);
}

static struct job *take(struct pool *pool)
{
	pool->waiting_count--;
	return (struct job *)fair_take(pool->waiting);
}

/* Before the others of their owners, in their order. */
static void put_back(struct pool *pool, struct job *jobs)
{
	if (jobs == NULL)
		return;
	put_back(pool, jobs->next);
	jobs->next = NULL;
	fair_put_back(pool->waiting, &jobs->item);
	pool->waiting_count++;
}

/*
 * Small ones together, up to so many, though another worker may be idle: one that goes on has what it needs
 * in the processor's caches.
 */
static struct job *take_some(struct pool *pool)
{
	struct job *jobs = take(pool), **link = &jobs->next;
	size_t bytes = jobs->len;

	for (size_t i = 1; i < POOL_TOGETHER && pool->waiting_count > 0 && !jobs->is_suspect; i++) {
		bytes += first(pool)->len;
		if (first(pool)->is_suspect || bytes > TOGETHER_BYTES)
			break;
		*link = take(pool);
		link = &(*link)->next;
	}
	*link = NULL;
	return jobs;
}

static enum err send_jobs(struct pool *pool, struct holder *holder)
{
	uint8_t task[8] = {0}, operations[2 * POOL_TOGETHER] = {0};
	struct bytes parts[SOCKET_PARTS] = {bytes_of_text(holder->name),
					    bytes_of(task, sizeof(task))};
	size_t count = 0;

	for (const struct job *job = holder->jobs; job != NULL; job = job->next) {
		pool_wire_put_u16(operations + 2 * count, job->operation);
		parts[3 + count++] = bytes_of(job->body, job->len);
	}
	parts[2] = bytes_of(operations, 2 * count);
	holder->task = pool->last_task + 1;
	holder->last = pool->last_task += count;
	bytes_put_u64(task, holder->task);
	return socket_send(pool->socket, parts, 3 + count);
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

	while (holder != NULL && holder->jobs != NULL)
		holder = holder->next;
	return holder;
}

static struct job *release(struct holder *holder)
{
	struct job *jobs = holder->jobs;

	holder->jobs = NULL;
	return jobs;
}

static void give(struct pool *pool)
{
	struct holder *holder;

	while (pool->waiting_count > 0 && (holder = find_idle(pool)) != NULL) {
		holder->jobs = take_some(pool);
		holder->sent_ms = clock_monotonic_ms();
		holder->is_started = false;
		if (send_jobs(pool, holder) != OK) {
			put_back(pool, release(holder));
			drop_holder(pool, holder);
		}
	}
}

static void on_due(void *context)
{
	struct pool *pool = context;

	pool->is_due = false;
	give(pool);
}

/* What is asked in one turn of the loop is given together. */
static void give_soon(struct pool *pool)
{
	if (!pool->is_due)
		pool->is_due = loop_idle(pool->loop, on_due, pool) == OK;
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

/* The worker was started anew while it held these jobs. */
static void judge_death(struct pool *pool, struct job *jobs, bool is_started)
{
	if (jobs->next != NULL) {
		for (struct job *job = jobs; job != NULL; job = job->next)
			job->is_suspect = true;
		put_back(pool, jobs);
	} else if (is_started || ++jobs->unproven == UNPROVEN) {
		finish(pool, jobs, ERR_CORRUPT, bytes_of_text(""));
	} else {
		put_back(pool, jobs);
	}
}

static void on_ready(struct pool *pool, struct holder *holder, uint64_t incarnation, uint64_t last)
{
	bool is_same = holder->incarnation == incarnation;

	holder->incarnation = incarnation;
	if (holder->jobs == NULL)
		return;
	if (!is_same)
		judge_death(pool, release(holder), holder->is_started);
	else if (last == holder->last || clock_monotonic_ms() - holder->sent_ms > LOST_MS)
		/* idle, and yet no answer came: tasks or answers were lost with a connection */
		put_back(pool, release(holder));
}

static void on_done(struct pool *pool, struct holder *holder, const struct socket_message *message)
{
	struct job *job = holder->jobs;
	uint16_t err;

	if (message->count != 6 || message->parts[4].len != 2)
		return;
	holder->jobs = job->next;
	holder->task++;
	err = pool_wire_get_u16(message->parts[4].at);
	finish(pool, job, err < ERR_COUNT ? (enum err)err : ERR_FORMAT, message->parts[5]);
}

static void on_word(struct pool *pool, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	uint64_t incarnation = bytes_get_u64(parts[2].at);
	uint64_t task = bytes_get_u64(parts[3].at);
	struct holder *holder = find_holder(pool, parts[0]);
	bool is_current = holder != NULL && holder->jobs != NULL &&
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

	if (holder != NULL && holder->jobs != NULL)
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
					 .max_message_bytes = POOL_MESSAGE_BYTES,
					 .queue_bytes = POOL_MESSAGE_BYTES,
					 .queue_messages = QUEUE_MESSAGES};
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

static void free_jobs(struct job *job)
{
	while (job != NULL) {
		struct job *next = job->next;

		free(job);
		job = next;
	}
}

void pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	while (pool->waiting_count > 0)
		free(take(pool));
	fair_free(pool->waiting);
	pool->waiting = NULL;
	while (pool->holders != NULL) {
		free_jobs(pool->holders->jobs);
		drop_holder(pool, pool->holders);
	}
	loop_forget(pool->loop, pool);
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
	job = malloc(sizeof(*job) + body.len);
	if (job == NULL)
		return ERR_MEMORY;
	*job = (struct job){.operation = wanted->operation};
	if ((err = fair_put(pool->waiting, wanted->owner == NULL ? "" : wanted->owner, body.len,
			    &job->item)) != OK) {
		free(job);
		return err;
	}
	job->callback = callback;
	job->context = context;
	job->len = body.len;
	if (body.len > 0)
		memcpy(job->body, body.at, body.len);
	pool->waiting_bytes += body.len;
	pool->waiting_count++;
	pool->job_count++;
	give_soon(pool);
	return OK;
}

size_t pool_busy(const struct pool *pool)
{
	return pool->job_count;
}
