/* A ledger's batches: begun, dropped, made durable; at once, or while the next one is built. */
#include <assert.h>
#include <stdlib.h>

#include "node/changes.h"
#include "node/ledger_inside.h"
#include "node/payload.h"

#define HEAD_BYTES ((size_t)4096)

enum err ledger_begin(struct ledger *ledger, struct batch **ret_batch)
{
	enum err err;

	assert(ledger->batch == NULL);
	if (ledger->read_only)
		return ERR_DENIED;
	if ((err = ledger_settle(ledger)) != OK || (err = batch_new(ledger, &ledger->batch)) != OK)
		return err;
	*ret_batch = ledger->batch;
	return OK;
}

enum err ledger_settle(struct ledger *ledger)
{
	if (!ledger->is_doubtful)
		return OK;
	assert(ledger->flight.batch == NULL);
	if (ledger_load(ledger) != OK)
		return ERR_IO;
	ledger->is_doubtful = false;
	return OK;
}

void ledger_drop(struct ledger *ledger, struct batch *batch)
{
	if (batch == NULL)
		return;
	assert(ledger->batch == batch);
	ledger->batch = NULL;
	batch_free(batch);
}

/* The last word on each key, and the new head. */
static enum err gather(struct batch *batch, struct bytes head, struct engine_batch *ret_batch)
{
	struct engine_put *puts = calloc(batch->count + 1, sizeof(*puts));
	struct bytes *deletes = calloc(batch->count + 1, sizeof(*deletes));
	size_t put_count = 0, delete_count = 0;

	if (puts == NULL || deletes == NULL) {
		free(puts);
		free(deletes);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < batch->count; i++) {
		const struct batch_op *op = &batch->ops[i];

		if (!batch_is_newest(batch, i))
			continue;
		if (op->is_delete)
			deletes[delete_count++] = op->key;
		else
			puts[put_count++] = (struct engine_put){op->key, op->value};
	}
	puts[put_count++] = (struct engine_put){ledger_head_key(), head};
	*ret_batch = (struct engine_batch){
		puts, put_count, deletes, delete_count, batch->ledger->engine_head, 0};
	return OK;
}

/* Was it this batch that the engine applied? The head tells. */
static enum err learn_outcome(struct ledger *ledger, struct bytes expected)
{
	struct bytes stored;
	uint64_t head = 0;

	arena_clear(ledger->scratch);
	if (engine_head(ledger->engine, &head) != OK ||
	    engine_get(ledger->engine, ledger_head_key(), ledger->scratch, &stored) != OK) {
		ledger->is_doubtful = true;
		return ERR_IO;
	}
	if (head == ledger->engine_head)
		return ERR_UNAVAILABLE;
	return head == ledger->engine_head + 1 && bytes_equal(stored, expected) ? OK : ERR_CONFLICT;
}

static void remember_all(struct ledger *ledger, struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		ledger_remember(ledger, &batch->ops[i]);
}

/* What is to be made durable, and what is so then. The batch is the flight's from here on. */
static enum err prepare(struct ledger *ledger, struct batch *batch)
{
	struct ledger_flight *flight = &ledger->flight;
	struct ledger_head head = {ledger->name, batch->epoch, batch->base + batch->tree.size,
				   tree_root(&batch->tree)};
	enum err err;

	assert(ledger->batch == batch && flight->batch == NULL);
	ledger->batch = NULL;
	flight->batch = batch;
	flight->root = head.root;
	buffer_init(&flight->head, HEAD_BYTES);
	ledger_format_head(&head, &flight->head);
	if ((err = buffer_error(&flight->head)) != OK || batch->count == 0)
		return err;
	if (!batch->is_copied)
		err = changes_put(batch, ledger->engine_head + 1);
	return err == OK ? gather(batch, buffer_bytes(&flight->head), &flight->all) : err;
}

/*
 * Payloads are packed as the last thing: in the engine's thread, where there is one. Who reads what is
 * under way sees them plain, which is as good (payload.h).
 */
static void pack_payloads(void *context, struct engine_put *puts, size_t put_count)
{
	struct ledger_flight *flight = context;

	for (size_t i = 0; i < put_count; i++) {
		struct engine_put *put = &puts[i];
		struct bytes packed;
		uint8_t *memory;

		if (put->key.at[0] != SPACE_PAYLOAD || put->value.len > PAYLOAD_PACK_MAX_BYTES)
			continue;
		if ((packed = batch_packed(flight->batch, put->key)).len > 0) {
			put->value = packed;
			continue;
		}
		memory = (uint8_t *)arena_text_room(flight->packed, put->value.len);
		if (memory != NULL) /* else it stays plain */
			put->value = payload_pack(put->value, memory);
	}
}

/* NULL: a copy's payloads are packed already. */
static engine_prepare *preparation_of(struct ledger_flight *flight)
{
	if (flight->batch->is_copied)
		return NULL;
	flight->packed = arena_new(SIZE_MAX / 2);
	return flight->packed == NULL ? NULL : pack_payloads;
}

/* It has landed, or will not. */
static enum err finish(struct ledger *ledger, enum err err)
{
	struct ledger_flight *flight = &ledger->flight;

	if (err == ERR_UNKNOWN)
		err = learn_outcome(ledger, buffer_bytes(&flight->head));
	if (err == ERR_CONFLICT) /* somebody else wrote: read again what is there */
		ledger->is_doubtful = true;
	if (err == OK && flight->batch->count > 0) {
		ledger->engine_head++;
		ledger->tree = flight->batch->tree;
		ledger->root = flight->root;
		remember_all(ledger, flight->batch);
	}
	free((void *)(uintptr_t)flight->all.puts);
	free((void *)(uintptr_t)flight->all.deletes);
	buffer_clear(&flight->head);
	arena_free(flight->packed);
	batch_free(flight->batch);
	*flight = (struct ledger_flight){0};
	return err;
}

enum err ledger_commit(struct ledger *ledger, struct batch *batch)
{
	struct ledger_flight *flight = &ledger->flight;
	enum err err = prepare(ledger, batch);
	engine_prepare *pack;

	if (err == OK && batch->count > 0) {
		if ((pack = preparation_of(flight)) != NULL)
			pack(flight, (struct engine_put *)(uintptr_t)flight->all.puts,
			     flight->all.put_count);
		err = engine_commit(ledger->engine, &flight->all, NULL);
	}
	return finish(ledger, err);
}

enum err ledger_commit_begin(struct ledger *ledger, struct batch *batch)
{
	enum err err = prepare(ledger, batch);

	assert(batch->count > 0);
	if (err == OK)
		err = engine_begin(ledger->engine, &ledger->flight.all,
				   preparation_of(&ledger->flight), &ledger->flight);
	return err == OK ? OK : finish(ledger, err);
}

enum err ledger_commit_end(struct ledger *ledger)
{
	assert(ledger->flight.batch != NULL);
	return finish(ledger, engine_end(ledger->engine, NULL));
}

enum err ledger_start(struct ledger *ledger)
{
	return engine_start(ledger->engine);
}

int ledger_commit_fd(const struct ledger *ledger)
{
	return engine_fd(ledger->engine);
}
