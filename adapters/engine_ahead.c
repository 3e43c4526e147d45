#include "sampan/engine_ahead.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sampan/engine_merge.h"

enum state { IDLE, UNDER_WAY, OVER, CLOSING };

struct ahead {
	struct engine engine;
	struct engine *inner;
	pthread_t thread;
	bool has_thread;
	int over_fd; /* eventfd */
	/* of the thread that calls; what the commit under way makes, in the order of the keys */
	bool is_begun;
	struct engine_change *changes;
	size_t change_count;
	struct engine_batch batch;
	engine_prepare *prepare;
	void *prepare_context;
	/* of both */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum state state;
	enum err err;
	uint64_t head;
};

static struct ahead *ahead_of(struct engine *engine)
{
	return (struct ahead *)engine;
}

/* ---- the thread ---- */

static void move_to(struct ahead *ahead, enum state state)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->state = state;
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

/* Wait until it is another one. */
static enum state wait_while(struct ahead *ahead, enum state state, enum state other)
{
	enum state now;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->state == state || ahead->state == other)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	now = ahead->state;
	pthread_mutex_unlock(&ahead->lock);
	return now;
}

static void *commit_each(void *context)
{
	struct ahead *ahead = context;
	uint64_t one = 1;

	while (wait_while(ahead, IDLE, OVER) == UNDER_WAY) {
		if (ahead->prepare != NULL)
			ahead->prepare(ahead->prepare_context,
				       (struct engine_put *)(uintptr_t)ahead->batch.puts,
				       ahead->batch.put_count);
		ahead->err = engine_commit(ahead->inner, &ahead->batch, &ahead->head);
		move_to(ahead, OVER);
		while (write(ahead->over_fd, &one, sizeof(one)) < 0 && errno == EINTR)
			;
	}
	return NULL;
}

static enum err start(struct ahead *ahead)
{
	sigset_t all, before;
	int code;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&ahead->thread, NULL, commit_each, ahead);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	ahead->has_thread = code == 0;
	return code == 0 ? OK : ERR_IO;
}

/* ---- the changes under way ---- */

/* The batch is given on in the order of its keys, too: so pages are met one after the other. */
static enum err take(struct ahead *ahead, const struct engine_batch *batch)
{
	size_t count = batch->put_count + batch->delete_count, put_count = 0, delete_count = 0;
	struct engine_change *changes = calloc(count + 1, sizeof(*changes));
	struct engine_put *puts = calloc(batch->put_count + 1, sizeof(*puts));
	struct bytes *deletes = calloc(batch->delete_count + 1, sizeof(*deletes));

	if (changes == NULL || puts == NULL || deletes == NULL) {
		free(changes);
		free(puts);
		free(deletes);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < batch->put_count; i++)
		changes[i] =
			(struct engine_change){batch->puts[i].key, batch->puts[i].value, false};
	for (size_t i = 0; i < batch->delete_count; i++)
		changes[batch->put_count + i] =
			(struct engine_change){.key = batch->deletes[i], .is_delete = true};
	qsort(changes, count, sizeof(*changes), engine_merge_compare);
	for (size_t i = 0; i < count; i++)
		if (changes[i].is_delete)
			deletes[delete_count++] = changes[i].key;
		else
			puts[put_count++] = (struct engine_put){changes[i].key, changes[i].value};
	ahead->changes = changes;
	ahead->change_count = count;
	ahead->batch = *batch;
	ahead->batch.puts = puts;
	ahead->batch.deletes = deletes;
	return OK;
}

static void let_go(struct ahead *ahead)
{
	free((void *)(uintptr_t)ahead->batch.puts);
	free((void *)(uintptr_t)ahead->batch.deletes);
	free(ahead->changes);
	ahead->changes = NULL;
	ahead->change_count = 0;
	ahead->batch = (struct engine_batch){0};
	ahead->is_begun = false;
}

/* ---- the table ---- */

static enum err ahead_start(struct engine *engine)
{
	struct ahead *ahead = ahead_of(engine);
	enum err err = engine_start(ahead->inner);

	return err != OK || ahead->has_thread ? err : start(ahead);
}

static enum err ahead_begin(struct engine *engine, const struct engine_batch *batch,
			    engine_prepare *prepare, void *context)
{
	struct ahead *ahead = ahead_of(engine);
	uint64_t head;
	enum err err;

	assert(!ahead->is_begun);
	/* what a failed commit left is put in order here, where nobody reads */
	if ((err = ahead_start(engine)) != OK || (err = engine_head(ahead->inner, &head)) != OK ||
	    (err = take(ahead, batch)) != OK)
		return err;
	ahead->is_begun = true;
	ahead->prepare = prepare;
	ahead->prepare_context = context;
	move_to(ahead, UNDER_WAY);
	return OK;
}

static enum err ahead_end(struct engine *engine, uint64_t *ret_head)
{
	struct ahead *ahead = ahead_of(engine);
	uint64_t over;

	assert(ahead->is_begun);
	(void)wait_while(ahead, UNDER_WAY, UNDER_WAY);
	while (read(ahead->over_fd, &over, sizeof(over)) < 0 && errno == EINTR)
		; /* it is written right behind the state */
	let_go(ahead);
	if (ahead->err == OK && ret_head != NULL)
		*ret_head = ahead->head;
	return ahead->err;
}

static int ahead_fd(struct engine *engine)
{
	return ahead_of(engine)->over_fd;
}

static enum err ahead_get(struct engine *engine, struct bytes key, struct arena *arena,
			  struct bytes *ret_value)
{
	struct ahead *ahead = ahead_of(engine);
	size_t at = engine_merge_from(ahead->changes, ahead->change_count, key);
	const struct engine_change *change;
	const uint8_t *copy;

	if (at == ahead->change_count || !bytes_equal(ahead->changes[at].key, key))
		return engine_get(ahead->inner, key, arena, ret_value);
	change = &ahead->changes[at];
	if (change->is_delete)
		return ERR_MISSING;
	if ((copy = arena_copy(arena, change->value)) == NULL)
		return ERR_LIMIT;
	*ret_value = bytes_of(copy, change->value.len);
	return OK;
}

static enum err ahead_scan(struct engine *engine, struct bytes from, struct bytes until,
			   bool backwards, engine_visit *visit, void *context)
{
	struct ahead *ahead = ahead_of(engine);
	struct engine_range range = {from, until, backwards};

	return engine_merge_scan(ahead->inner, ahead->changes, ahead->change_count, &range, visit,
				 context);
}

static enum err ahead_commit(struct engine *engine, const struct engine_batch *batch,
			     uint64_t *ret_head)
{
	assert(!ahead_of(engine)->is_begun);
	return engine_commit(ahead_of(engine)->inner, batch, ret_head);
}

static enum err ahead_head(struct engine *engine, uint64_t *ret_head)
{
	struct ahead *ahead = ahead_of(engine);

	if (!ahead->is_begun)
		return engine_head(ahead->inner, ret_head);
	*ret_head = ahead->batch.expected_head + 1;
	return OK;
}

static void ahead_close(struct engine *engine)
{
	struct ahead *ahead = ahead_of(engine);

	if (ahead->is_begun)
		(void)ahead_end(engine, NULL);
	if (ahead->has_thread) {
		move_to(ahead, CLOSING);
		(void)pthread_join(ahead->thread, NULL);
	}
	if (ahead->over_fd >= 0)
		close(ahead->over_fd);
	(void)pthread_cond_destroy(&ahead->changed);
	(void)pthread_mutex_destroy(&ahead->lock);
	engine_close(ahead->inner);
	free(ahead);
}

static enum err ahead_hold(struct engine *engine, bool is_held)
{
	return engine_hold(ahead_of(engine)->inner, is_held);
}

static const struct engine_table ahead_table = {.get = ahead_get,
						.scan = ahead_scan,
						.commit = ahead_commit,
						.head = ahead_head,
						.close = ahead_close,
						.hold = ahead_hold,
						.begin = ahead_begin,
						.end = ahead_end,
						.fd = ahead_fd,
						.start = ahead_start};

enum err engine_ahead_open(struct engine *inner, struct engine **ret_engine)
{
	struct ahead *ahead = calloc(1, sizeof(*ahead));

	if (ahead == NULL) {
		engine_close(inner);
		return ERR_MEMORY;
	}
	ahead->engine.table = &ahead_table;
	ahead->inner = inner;
	(void)pthread_mutex_init(&ahead->lock, NULL); /* as they are made here they never fail */
	(void)pthread_cond_init(&ahead->changed, NULL);
	ahead->over_fd = eventfd(0, EFD_CLOEXEC);
	if (ahead->over_fd < 0) {
		ahead_close(&ahead->engine);
		return ERR_IO;
	}
	*ret_engine = &ahead->engine;
	return OK;
}
