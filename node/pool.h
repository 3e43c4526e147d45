/*
 * pool - the workers that a gate or courier hands documents to.
 *
 * The pool binds ipc://RUN/NAME.ipc; workers connect as clients and say "ready". What waits is
 * bounded in bytes, and shared among the workers that are idle: a few small jobs are given together
 * (each is answered as if alone), so that under load a worker is not woken for each.
 *
 * When a worker says "ready" (it was started anew) while the pool still holds a job of that worker,
 * the worker died of it: the job's callback gets ERR_CORRUPT and the caller counts the crash. When
 * it held several, nobody knows of which: each is given again, alone. So a crash is noticed as soon
 * as the supervisor has restarted the worker, without a time limit; a worker that hangs kills itself
 * (alarm) and is noticed in the same way.
 */
#ifndef NODE_POOL_H
#define NODE_POOL_H

#include "node/call.h"

struct pool;
struct pool_worker;

enum err pool_open(struct loop *loop, const char *endpoint, size_t max_waiting_bytes,
		   struct pool **ret_pool);
void pool_close(struct pool *pool); /* callbacks are not called any more; NULL is accepted */

/*
 * Give a job to the next free worker. body is copied. The callback comes exactly once: OK or the
 * worker's error with its body, or ERR_CORRUPT when the worker died of it. ERR_FULL now: too much
 * is waiting; the callback is not called.
 */
enum err pool_submit(struct pool *pool, uint16_t operation, struct bytes body,
		     call_on_answer *callback, void *context);

struct pool_job {
	const char *owner; /* whose it is; "" is an owner too */
	uint16_t operation;
	struct bytes body;
};

/* The same for an owner: of those that wait the next is of the owner who was given least (fair.h). */
enum err pool_submit_for(struct pool *pool, const struct pool_job *job, call_on_answer *callback,
			 void *context);

/* How many jobs are waiting or under way. */
size_t pool_busy(const struct pool *pool);

/*
 * The worker's side. Does one job: fills the answer (bounded by LIMIT_CALL_BYTES) and returns the
 * error to send with it.
 */
typedef enum err pool_work(void *context, uint16_t operation, struct bytes body,
			   struct buffer *answer);

/*
 * Connect to a pool as worker `name` (unique in the node, the same after a restart) and serve it
 * from the loop.
 */
enum err pool_serve(struct loop *loop, const char *endpoint, const char *name, pool_work *work,
		    void *context);

#endif
