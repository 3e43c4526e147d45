#include "sampan/engine_run.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/table_run.h"
#include "sampan/pack.h"

#define STEP 64u       /* pairs that a commit puts in order at least, when there are any */
#define STEP_TIMES 4u  /* and how many times as many as it brings */
#define TIDY_EACH 256u /* lists that a commit deletes at most */
#define LIST_KEY_BYTES 9u
#define READER_TIMES 4u /* as many times `limit` somebody who reads keeps */

struct run {
	struct engine engine;
	struct engine *inner;
	size_t limit;
	bool read_only;
	pthread_mutex_t
		lock; /* of all below: whoever changes it, and whoever reads it in another thread than commit()'s */
	bool is_doubtful; /* what is stored must be read again */
	struct table young;
	struct table old;             /* being put in order; nothing is added */
	struct engine_change *sorted; /* all of old */
	size_t sorted_count, sorted_next;
	uint64_t *lists; /* numbers of those in the store, rising */
	size_t list_count, list_room;
	size_t old_lists; /* so many of the first are old's */
	size_t over;      /* so many of the first hold nothing that is not in its place */
};

/* What a commit is made of. */
struct rewriting {
	struct engine_batch batch;
	struct engine_put *puts;
	struct bytes *deletes;
	struct buffer list;
	uint8_t list_key[LIST_KEY_BYTES];
	uint8_t over_keys[TIDY_EACH][LIST_KEY_BYTES];
	size_t count;      /* of what the list holds */
	size_t sorted_end; /* up to where of `sorted` */
	size_t tidied;
};

static struct run *run_of(struct engine *engine)
{
	return (struct run *)engine;
}

static bool is_in(struct bytes key, uint8_t space)
{
	return key.len > 0 && key.at[0] == space;
}

static void make_list_key(uint64_t number, uint8_t ret_key[LIST_KEY_BYTES])
{
	ret_key[0] = ENGINE_RUN;
	bytes_put_u64(ret_key + 1, number);
}

/* ---- Lists that are stored ---- */
static void forget(struct run *run)
{
	table_clear(&run->young);
	table_clear(&run->old);
	free(run->sorted);
	run->sorted = NULL;
	run->sorted_count = run->sorted_next = 0;
	run->list_count = run->old_lists = run->over = 0;
}

static enum err note_list(struct run *run, uint64_t number)
{
	size_t room = run->list_room == 0 ? 64 : run->list_room * 2;
	uint64_t *lists;

	if (run->list_count == run->list_room) {
		if ((lists = reallocarray(run->lists, room, sizeof(*lists))) == NULL)
			return ERR_MEMORY;
		run->lists = lists;
		run->list_room = room;
	}
	run->lists[run->list_count++] = number;
	return OK;
}

struct loading {
	struct run *run;
	enum err err;
};

static bool load_list(void *context, struct bytes key, struct bytes value)
{
	struct loading *loading = context;

	loading->err = key.len != LIST_KEY_BYTES
			       ? ERR_CORRUPT
			       : note_list(loading->run, bytes_get_u64(key.at + 1));
	if (loading->err == OK)
		loading->err = table_add(&loading->run->young, value);
	return loading->err == OK;
}

static enum err load_from(struct run *run, uint64_t number)
{
	static const uint8_t behind = ENGINE_RUN + 1;
	struct loading loading = {.run = run};
	uint8_t from[LIST_KEY_BYTES];
	enum err err;

	make_list_key(number, from);
	err = engine_scan(run->inner, bytes_of(from, sizeof(from)), bytes_of(&behind, 1), false,
			  load_list, &loading);
	return err != OK ? err : loading.err;
}

static bool take_number(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	*(uint64_t *)context = key.len == LIST_KEY_BYTES ? bytes_get_u64(key.at + 1) : 0;
	return false;
}

/*
 * Who reads: lists go from the oldest on, so while the oldest that is there is not behind the last
 * that was read, none is missing between.
 */
static enum err follow(struct run *run)
{
	static const uint8_t first = ENGINE_RUN, behind = ENGINE_RUN + 1;
	uint64_t last = run->list_count == 0 ? 0 : run->lists[run->list_count - 1];
	uint64_t oldest = UINT64_MAX;
	enum err err = engine_scan(run->inner, bytes_of(&first, 1), bytes_of(&behind, 1), false,
				   take_number, &oldest);

	if (err != OK)
		return err;
	if (oldest > last || run->young.said > READER_TIMES * run->limit) {
		forget(run);
		last = 0;
	}
	if (oldest == UINT64_MAX)
		return OK;
	run->is_doubtful = true; /* unless all is read */
	err = load_from(run, last + 1);
	run->is_doubtful = err != OK;
	return err;
}

/* Before anything by chance is read. */
static enum err settle(struct run *run)
{
	enum err err = OK;

	if (run->is_doubtful) {
		forget(run);
		err = load_from(run, 0);
		run->is_doubtful = err != OK;
	} else if (run->read_only) {
		err = follow(run);
	}
	return err;
}

/* ---- Reading ---- */

static enum err get_by_chance(struct run *run, struct bytes key, struct arena *arena,
			      bool *ret_is_known, struct bytes *ret_value)
{
	const struct engine_change *change;
	enum err err = settle(run);
	const uint8_t *copy;

	if (err != OK)
		return err;
	if ((change = table_find(&run->young, key)) == NULL)
		change = table_find(&run->old, key);
	*ret_is_known = change != NULL;
	if (change == NULL || change->is_delete)
		return change == NULL ? OK : ERR_MISSING;
	if ((copy = arena_copy(arena, change->value)) == NULL)
		return ERR_LIMIT;
	*ret_value = bytes_of(copy, change->value.len);
	return OK;
}

static enum err run_get(struct engine *engine, struct bytes key, struct arena *arena,
			struct bytes *ret_value)
{
	struct run *run = run_of(engine);
	bool is_known = false;
	enum err err;

	if (is_in(key, ENGINE_RUN))
		return ERR_MISSING;
	if (is_in(key, ENGINE_BY_CHANCE)) {
		pthread_mutex_lock(&run->lock);
		err = get_by_chance(run, key, arena, &is_known, ret_value);
		pthread_mutex_unlock(&run->lock);
		if (err != OK || is_known)
			return err;
	}
	return engine_get(run->inner, key, arena, ret_value);
}

static bool has_space(const struct engine_range *range, uint8_t space)
{
	const uint8_t behind = (uint8_t)(space + 1);

	return bytes_compare(range->from, bytes_of(&behind, 1)) < 0 &&
	       (range->until.len == 0 || bytes_compare(range->until, bytes_of(&space, 1)) > 0);
}

struct hiding {
	engine_visit *visit;
	void *context;
};

static bool hide_lists(void *context, struct bytes key, struct bytes value)
{
	const struct hiding *hiding = context;

	return key.at[0] == ENGINE_RUN || hiding->visit(hiding->context, key, value);
}

static enum err run_scan(struct engine *engine, struct bytes from, struct bytes until,
			 bool backwards, engine_visit *visit, void *context)
{
	struct run *run = run_of(engine);
	struct engine_range range = {from, until, backwards};
	struct hiding hiding = {visit, context};
	struct engine_change *changes;
	size_t count;
	enum err err;

	if (!has_space(&range, ENGINE_BY_CHANCE))
		return engine_scan(run->inner, from, until, backwards, hide_lists, &hiding);
	pthread_mutex_lock(&run->lock);
	if ((err = settle(run)) == OK) {
		changes = table_sort(&run->young, &run->old, from, until, &count);
		err = changes == NULL ? ERR_MEMORY
				      : engine_merge_scan(run->inner, changes, count, &range,
							  hide_lists, &hiding);
		free(changes);
	}
	pthread_mutex_unlock(&run->lock);
	return err;
}

/* ---- Writing ---- */

static void list_change(struct rewriting *rewriting, struct bytes key, bool is_delete,
			struct bytes value)
{
	pack_u8(&rewriting->list, (uint8_t)key.len);
	pack_fixed(&rewriting->list, key.at, key.len);
	pack_u8(&rewriting->list, is_delete ? 1 : 0);
	pack_bytes(&rewriting->list, value);
	rewriting->count++;
}

static void put_one(struct rewriting *rewriting, struct bytes key, struct bytes value)
{
	rewriting->puts[rewriting->batch.put_count++] = (struct engine_put){key, value};
}

static void delete_one(struct rewriting *rewriting, struct bytes key)
{
	rewriting->deletes[rewriting->batch.delete_count++] = key;
}

/* Some of what is old, to where it belongs; and lists whose all is there. */
static void put_in_order(const struct run *run, struct rewriting *rewriting)
{
	size_t step = rewriting->count * STEP_TIMES;
	size_t left = run->sorted_count - run->sorted_next;

	step = step < STEP ? STEP : step;
	rewriting->sorted_end = run->sorted_next + (step < left ? step : left);
	for (size_t i = run->sorted_next; i < rewriting->sorted_end; i++) {
		const struct engine_change *change = &run->sorted[i];

		if (change->is_delete)
			delete_one(rewriting, change->key);
		else
			put_one(rewriting, change->key, change->value);
	}
	rewriting->tidied = run->over < TIDY_EACH ? run->over : TIDY_EACH;
	for (size_t i = 0; i < rewriting->tidied; i++) {
		make_list_key(run->lists[i], rewriting->over_keys[i]);
		delete_one(rewriting, bytes_of(rewriting->over_keys[i], LIST_KEY_BYTES));
	}
}

static void divide(const struct engine_batch *batch, struct rewriting *rewriting)
{
	pack_u32(&rewriting->list, 0);
	for (size_t i = 0; i < batch->put_count; i++) {
		const struct engine_put *put = &batch->puts[i];

		assert(put->key.at[0] != ENGINE_RUN);
		if (is_in(put->key, ENGINE_BY_CHANCE))
			list_change(rewriting, put->key, false, put->value);
		else
			put_one(rewriting, put->key, put->value);
	}
	for (size_t i = 0; i < batch->delete_count; i++)
		if (is_in(batch->deletes[i], ENGINE_BY_CHANCE))
			list_change(rewriting, batch->deletes[i], true, (struct bytes){0});
		else
			delete_one(rewriting, batch->deletes[i]);
	if (buffer_error(&rewriting->list) == OK)
		bytes_put_u32(rewriting->list.at, (uint32_t)rewriting->count);
}

static size_t count_by_chance(const struct engine_batch *batch)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->put_count; i++)
		count += is_in(batch->puts[i].key, ENGINE_BY_CHANCE);
	for (size_t i = 0; i < batch->delete_count; i++)
		count += is_in(batch->deletes[i], ENGINE_BY_CHANCE);
	return count;
}

static enum err rewrite(const struct run *run, const struct engine_batch *batch,
			struct rewriting *rewriting)
{
	size_t more = STEP + STEP_TIMES * count_by_chance(batch) + TIDY_EACH + 1;

	rewriting->puts = calloc(batch->put_count + more, sizeof(*rewriting->puts));
	rewriting->deletes = calloc(batch->delete_count + more, sizeof(*rewriting->deletes));
	rewriting->batch = (struct engine_batch){rewriting->puts,      0,
						 rewriting->deletes,   0,
						 batch->expected_head, batch->deadline_ms};
	if (rewriting->puts == NULL || rewriting->deletes == NULL)
		return ERR_MEMORY;
	divide(batch, rewriting);
	put_in_order(run, rewriting);
	make_list_key(batch->expected_head + 1, rewriting->list_key);
	put_one(rewriting, bytes_of(rewriting->list_key, LIST_KEY_BYTES),
		buffer_bytes(&rewriting->list));
	return buffer_error(&rewriting->list);
}

static void let_go_of_old(struct run *run)
{
	pthread_mutex_lock(&run->lock);
	table_clear(&run->old);
	pthread_mutex_unlock(&run->lock);
	free(run->sorted);
	run->sorted = NULL;
	run->sorted_count = run->sorted_next = 0;
	run->over += run->old_lists;
	run->old_lists = 0;
}

/* Sorted outside of the lock: nobody else changes it. Without memory it is tried again by the next commit. */
static void let_young_get_old(struct run *run)
{
	run->sorted = table_sort(&run->young, &run->old, (struct bytes){0}, (struct bytes){0},
				 &run->sorted_count);
	if (run->sorted == NULL)
		return;
	pthread_mutex_lock(&run->lock);
	run->old = run->young;
	run->young = (struct table){0};
	pthread_mutex_unlock(&run->lock);
	run->old_lists = run->list_count;
}

static enum err take_over(struct run *run, const struct rewriting *rewriting)
{
	enum err err = table_add(&run->young, buffer_bytes(&rewriting->list));

	if (err == OK)
		err = note_list(run, bytes_get_u64(rewriting->list_key + 1));
	if (err != OK)
		return err;
	run->sorted_next = rewriting->sorted_end;
	run->over -= rewriting->tidied;
	run->list_count -= rewriting->tidied;
	memmove(run->lists, run->lists + rewriting->tidied, run->list_count * sizeof(*run->lists));
	return OK;
}

static void change_over(struct run *run)
{
	if (run->sorted != NULL && run->sorted_next == run->sorted_count)
		let_go_of_old(run);
	if (run->young.said >= run->limit && run->sorted == NULL && run->over == 0)
		let_young_get_old(run);
}

static enum err commit_by_chance(struct run *run, const struct engine_batch *batch,
				 uint64_t *ret_head)
{
	struct rewriting *rewriting = calloc(1, sizeof(*rewriting));
	enum err err, taken = OK;

	if (rewriting == NULL)
		return ERR_MEMORY;
	buffer_init(&rewriting->list, SIZE_MAX / 2);
	if ((err = rewrite(run, batch, rewriting)) == OK) {
		err = engine_commit(run->inner, &rewriting->batch, ret_head);
		pthread_mutex_lock(&run->lock);
		if (err == OK)
			taken = take_over(run, rewriting);
		if (taken != OK || (err != OK && err != ERR_FULL && err != ERR_CONFLICT))
			run->is_doubtful = true; /* read again, which is as good */
		pthread_mutex_unlock(&run->lock);
		if (err == OK && taken == OK)
			change_over(run);
	}
	free(rewriting->puts);
	free(rewriting->deletes);
	buffer_clear(&rewriting->list);
	free(rewriting);
	return err;
}

static enum err run_commit(struct engine *engine, const struct engine_batch *batch,
			   uint64_t *ret_head)
{
	struct run *run = run_of(engine);
	enum err err;

	if (run->read_only || count_by_chance(batch) == 0)
		return engine_commit(run->inner, batch, ret_head);
	pthread_mutex_lock(&run->lock);
	err = settle(run);
	pthread_mutex_unlock(&run->lock);
	return err != OK ? err : commit_by_chance(run, batch, ret_head);
}

/* ---- As inner does, opening and closing ---- */

static enum err run_head(struct engine *engine, uint64_t *ret_head)
{
	return engine_head(run_of(engine)->inner, ret_head);
}

static enum err run_hold(struct engine *engine, bool is_held)
{
	return engine_hold(run_of(engine)->inner, is_held);
}

static enum err run_start(struct engine *engine)
{
	return engine_start(run_of(engine)->inner);
}

static void run_close(struct engine *engine)
{
	struct run *run = run_of(engine);

	engine_close(run->inner);
	forget(run);
	free(run->lists);
	(void)pthread_mutex_destroy(&run->lock);
	free(run);
}

static const struct engine_table run_table = {.get = run_get,
					      .scan = run_scan,
					      .commit = run_commit,
					      .head = run_head,
					      .close = run_close,
					      .start = run_start,
					      .hold = run_hold};

enum err engine_run_open(struct engine *inner, size_t limit, bool read_only,
			 struct engine **ret_engine)
{
	struct run *run = calloc(1, sizeof(*run));
	enum err err = OK;

	if (run == NULL) {
		engine_close(inner);
		return ERR_MEMORY;
	}
	run->engine.table = &run_table;
	run->inner = inner;
	run->limit = limit;
	run->read_only = read_only;
	(void)pthread_mutex_init(&run->lock, NULL); /* as it is made here it never fails */
	run->is_doubtful = !read_only;
	if (!read_only)
		err = settle(run);
	if (err != OK) {
		run_close(&run->engine);
		return err;
	}
	*ret_engine = &run->engine;
	return OK;
}
