/* A skip list with deterministic heights: simulations of whole years repeat to the byte. */
#include "sampan/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HEIGHT 20u

struct pair {
	struct pair *previous; /* on level 0; NULL: the first */
	struct bytes key;      /* both point behind next[] */
	struct bytes value;
	unsigned height;
	struct pair *next[];
};

struct sim {
	struct engine engine;
	struct pair *first[HEIGHT];
	struct pair *last;
	uint64_t head;
	uint64_t dice;
	size_t bytes;
	struct engine_faults faults;
	uint64_t commits; /* since the faults were set */
};

static struct sim *sim_of(struct engine *engine)
{
	return (struct sim *)engine;
}

static struct pair **next_of(struct sim *sim, struct pair *pair, unsigned level)
{
	return pair == NULL ? &sim->first[level] : &pair->next[level];
}

/* The last pair before the key on each level (NULL: the list's beginning); returns the first pair
 * not before it. */
static struct pair *find(struct sim *sim, struct bytes key, struct pair *before[HEIGHT])
{
	struct pair *at = NULL;

	for (unsigned level = HEIGHT; level-- > 0;) {
		struct pair *next = *next_of(sim, at, level);

		while (next != NULL && bytes_compare(next->key, key) < 0) {
			at = next;
			next = at->next[level];
		}
		if (before != NULL)
			before[level] = at;
	}
	return *next_of(sim, at, 0);
}

static struct pair *find_exact(struct sim *sim, struct bytes key, struct pair *before[HEIGHT])
{
	struct pair *pair = find(sim, key, before);

	return pair != NULL && bytes_equal(pair->key, key) ? pair : NULL;
}

static size_t pair_bytes(struct bytes key, struct bytes value)
{
	return key.len + value.len;
}

static unsigned throw_height(struct sim *sim)
{
	/* xorshift64 (Marsaglia 2003) */
	sim->dice ^= sim->dice << 13;
	sim->dice ^= sim->dice >> 7;
	sim->dice ^= sim->dice << 17;
	return 1 + (unsigned)__builtin_ctzll(sim->dice | UINT64_C(1) << (HEIGHT - 1));
}

static struct pair *pair_new(struct sim *sim, const struct engine_put *put)
{
	unsigned height = throw_height(sim);
	size_t head = sizeof(struct pair) + height * sizeof(struct pair *);
	struct pair *pair = malloc(head + pair_bytes(put->key, put->value));
	uint8_t *at;

	if (pair == NULL)
		return NULL;
	at = (uint8_t *)pair + head;
	memcpy(at, put->key.at, put->key.len);
	if (put->value.len > 0)
		memcpy(at + put->key.len, put->value.at, put->value.len);
	pair->height = height;
	pair->key = bytes_of(at, put->key.len);
	pair->value = bytes_of(at + put->key.len, put->value.len);
	return pair;
}

static void drop(struct sim *sim, struct bytes key)
{
	struct pair *before[HEIGHT];
	struct pair *pair = find_exact(sim, key, before);

	if (pair == NULL)
		return;
	for (unsigned level = 0; level < pair->height; level++)
		*next_of(sim, before[level], level) = pair->next[level];
	if (pair->next[0] != NULL)
		pair->next[0]->previous = pair->previous;
	else
		sim->last = pair->previous;
	sim->bytes -= pair_bytes(pair->key, pair->value);
	free(pair);
}

static void insert(struct sim *sim, struct pair *pair)
{
	struct pair *before[HEIGHT];

	find(sim, pair->key, before);
	for (unsigned level = 0; level < pair->height; level++) {
		struct pair **link = next_of(sim, before[level], level);

		pair->next[level] = *link;
		*link = pair;
	}
	pair->previous = before[0];
	if (pair->next[0] != NULL)
		pair->next[0]->previous = pair;
	else
		sim->last = pair;
	sim->bytes += pair_bytes(pair->key, pair->value);
}

static enum err sim_get(struct engine *engine, struct bytes key, struct arena *arena,
			struct bytes *ret_value)
{
	struct pair *pair = find_exact(sim_of(engine), key, NULL);
	const uint8_t *copy;

	if (pair == NULL)
		return ERR_MISSING;
	if ((copy = arena_copy(arena, pair->value)) == NULL)
		return ERR_LIMIT;
	*ret_value = bytes_of(copy, pair->value.len);
	return OK;
}

static enum err sim_scan(struct engine *engine, struct bytes from, struct bytes until,
			 bool backwards, engine_visit *visit, void *context)
{
	struct sim *sim = sim_of(engine);
	struct pair *begin = find(sim, from, NULL);
	struct pair *end = until.len == 0 ? NULL : find(sim, until, NULL);

	if (until.len > 0 && bytes_compare(from, until) >= 0)
		return OK;
	if (!backwards) {
		for (struct pair *at = begin; at != end && visit(context, at->key, at->value);)
			at = at->next[0];
		return OK;
	}
	if (begin == end)
		return OK;
	for (struct pair *at = end == NULL ? sim->last : end->previous;
	     visit(context, at->key, at->value) && at != begin;)
		at = at->previous;
	return OK;
}

/* How large the store would be after the batch. */
static size_t bytes_after(struct sim *sim, const struct engine_batch *batch)
{
	size_t bytes = sim->bytes;

	for (size_t i = 0; i < batch->put_count; i++) {
		struct pair *old = find_exact(sim, batch->puts[i].key, NULL);

		bytes += pair_bytes(batch->puts[i].key, batch->puts[i].value);
		bytes -= old == NULL ? 0 : pair_bytes(old->key, old->value);
	}
	for (size_t i = 0; i < batch->delete_count; i++) {
		struct pair *old = find_exact(sim, batch->deletes[i], NULL);

		bytes -= old == NULL ? 0 : pair_bytes(old->key, old->value);
	}
	return bytes;
}

static enum err apply(struct sim *sim, const struct engine_batch *batch)
{
	struct pair **pairs = calloc(batch->put_count + 1, sizeof(struct pair *));
	enum err err = pairs == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; err == OK && i < batch->put_count; i++)
		if ((pairs[i] = pair_new(sim, &batch->puts[i])) == NULL)
			err = ERR_MEMORY;
	for (size_t i = 0; i < batch->put_count && pairs != NULL; i++) {
		if (err != OK) {
			free(pairs[i]);
			continue;
		}
		drop(sim, pairs[i]->key);
		insert(sim, pairs[i]);
	}
	for (size_t i = 0; err == OK && i < batch->delete_count; i++)
		drop(sim, batch->deletes[i]);
	free(pairs);
	return err;
}

static enum err sim_commit(struct engine *engine, const struct engine_batch *batch,
			   uint64_t *ret_head)
{
	struct sim *sim = sim_of(engine);
	size_t after;
	enum err err;

	sim->commits++;
	if (batch->expected_head != sim->head)
		return ERR_CONFLICT;
	if (sim->faults.fail_commit_at != 0 && sim->commits == sim->faults.fail_commit_at)
		return sim->faults.fail_with;
	after = bytes_after(sim, batch);
	if (sim->faults.max_bytes != 0 && after > sim->faults.max_bytes && after > sim->bytes)
		return ERR_FULL;
	if ((err = apply(sim, batch)) != OK)
		return err;
	sim->head++;
	if (sim->faults.unknown_commit_at != 0 && sim->commits == sim->faults.unknown_commit_at)
		return ERR_UNKNOWN;
	if (ret_head != NULL)
		*ret_head = sim->head;
	return OK;
}

static enum err sim_head(struct engine *engine, uint64_t *ret_head)
{
	*ret_head = sim_of(engine)->head;
	return OK;
}

static void sim_close(struct engine *engine)
{
	struct sim *sim = sim_of(engine);
	struct pair *pair = sim->first[0];

	while (pair != NULL) {
		struct pair *next = pair->next[0];

		free(pair);
		pair = next;
	}
	free(sim);
}

static const struct engine_table sim_table = {.get = sim_get,
					      .scan = sim_scan,
					      .commit = sim_commit,
					      .head = sim_head,
					      .close = sim_close};

enum err engine_sim_open(struct engine **ret_engine)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	if (sim == NULL)
		return ERR_MEMORY;
	sim->engine.table = &sim_table;
	sim->dice = UINT64_C(0x9E3779B97F4A7C15);
	*ret_engine = &sim->engine;
	return OK;
}

void engine_sim_set_faults(struct engine *engine, const struct engine_faults *faults)
{
	assert(engine->table == &sim_table);
	sim_of(engine)->faults = *faults;
	sim_of(engine)->commits = 0;
}
