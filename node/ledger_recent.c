/* What was committed lately: receipts are made of it, workers ask for it. */
#include <stdlib.h>
#include <string.h>

#include "node/ledger_inside.h"
#include "sampan/limit.h"

static uint64_t number_of(struct bytes key)
{
	return bytes_get_u64(key.at + 1);
}

/* The pair's own memory, or a copy; without memory for it, it is read from the store. */
static void remember_payload(struct ledger *ledger, struct batch_op *op)
{
	struct ledger_recent *place = &ledger->recent[op->recent_number % LEDGER_RECENT];
	uint8_t *memory = op->memory;

	if (memory == NULL && (memory = malloc(op->value.len)) != NULL)
		memcpy(memory, op->value.at, op->value.len);
	if (memory == NULL)
		return;
	free(place->memory);
	*place = (struct ledger_recent){op->recent_number, memory,
					op->memory != NULL ? op->value
							   : bytes_of(memory, op->value.len)};
	op->memory = NULL;
}

static struct ledger_recent_leaf *place_of(struct ledger *ledger, uint64_t number)
{
	return &ledger->leaves[number % LEDGER_RECENT];
}

static void remember_leaf(struct ledger *ledger, uint64_t number, struct bytes leaf)
{
	struct ledger_recent_leaf *place = place_of(ledger, number);

	place->number = 0; /* until its hash is known too */
	if (place->leaf.max_bytes == 0)
		buffer_init(&place->leaf, LIMIT_RECORD_BYTES);
	buffer_reset(&place->leaf);
	buffer_put(&place->leaf, leaf);
}

/* The pair of the tree follows that of the record in every batch; its first hash is the leaf's. */
static void remember_hash(struct ledger *ledger, uint64_t number, struct bytes hashes)
{
	struct ledger_recent_leaf *place = place_of(ledger, number);

	if (place->leaf.max_bytes == 0 || buffer_error(&place->leaf) != OK)
		return;
	memcpy(place->hash.at, hashes.at, HASH_BYTES);
	place->number = number;
}

void ledger_remember(struct ledger *ledger, struct batch_op *op)
{
	if (op->is_delete)
		return;
	if (op->recent_number != 0)
		remember_payload(ledger, op);
	else if (op->key.at[0] == SPACE_RECORD)
		remember_leaf(ledger, number_of(op->key), op->value);
	else if (op->key.at[0] == SPACE_TREE)
		remember_hash(ledger, number_of(op->key), op->value);
}

void ledger_forget(struct ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_RECENT; i++) {
		free(ledger->recent[i].memory);
		ledger->recent[i] = (struct ledger_recent){0};
		if (ledger->leaves[i].leaf.max_bytes > 0)
			buffer_clear(&ledger->leaves[i].leaf);
		ledger->leaves[i] = (struct ledger_recent_leaf){0};
	}
}

bool ledger_recent_payload(const struct ledger *ledger, uint64_t number, struct arena *arena,
			   struct bytes *ret_payload)
{
	const struct ledger_recent *place = &ledger->recent[number % LEDGER_RECENT];
	const uint8_t *copy;

	if (place->memory == NULL || place->number != number ||
	    (copy = arena_copy(arena, place->payload)) == NULL)
		return false;
	*ret_payload = bytes_of(copy, place->payload.len);
	return true;
}

enum err ledger_record_lately(struct ledger *ledger, uint64_t number, struct arena *arena,
			      struct record *ret_record, struct bytes *ret_leaf)
{
	const struct ledger_recent_leaf *recent = ledger_recent_leaf(ledger, number);
	const uint8_t *copy;

	if (recent == NULL)
		return ledger_record(ledger, number, arena, ret_record, ret_leaf);
	if ((copy = arena_copy(arena, buffer_bytes(&recent->leaf))) == NULL)
		return ERR_MEMORY;
	*ret_leaf = bytes_of(copy, recent->leaf.len);
	return record_parse(*ret_leaf, arena, ret_record);
}

const struct ledger_recent_leaf *ledger_recent_leaf(const struct ledger *ledger, uint64_t number)
{
	const struct ledger_recent_leaf *place = &ledger->leaves[number % LEDGER_RECENT];

	return number != 0 && place->number == number ? place : NULL;
}
