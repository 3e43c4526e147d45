#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/ledger_inside.h"
#include "node/payload.h"

#define SMALL_BYTES 2048u

enum err batch_new(struct ledger *ledger, struct batch **ret_batch)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return ERR_MEMORY;
	batch->ledger = ledger;
	batch->tree = ledger->flight.batch != NULL ? ledger->flight.batch->tree : ledger->tree;
	batch->epoch = ledger->epoch;
	batch->base = ledger->base;
	*ret_batch = batch;
	return OK;
}

static void free_op(struct batch_op *op)
{
	free(op->memory);
}

void batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	for (size_t i = 0; i < batch->count; i++)
		free_op(&batch->ops[i]);
	free(batch->ops);
	free(batch->buckets);
	free(batch->undos);
	arena_free(batch->small);
	arena_free(batch->packed);
	free(batch);
}

/* ---- the table of what was put, by key ---- */

static size_t *bucket_of(const struct batch *batch, struct bytes key)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ key.at[i]) * UINT64_C(1099511628211);
	return &batch->buckets[(hash ^ hash >> 32) & (batch->bucket_count - 1)];
}

static void chain(struct batch *batch, size_t index)
{
	size_t *bucket = bucket_of(batch, batch->ops[index].key);

	batch->ops[index].next = *bucket;
	*bucket = index + 1;
}

/* Index + 1 of the newest op on the key; 0: none. */
static size_t find(const struct batch *batch, struct bytes key)
{
	size_t at = batch->bucket_count == 0 ? 0 : *bucket_of(batch, key);

	while (at != 0 && !bytes_equal(batch->ops[at - 1].key, key))
		at = batch->ops[at - 1].next;
	return at;
}

bool batch_is_newest(const struct batch *batch, size_t index)
{
	return find(batch, batch->ops[index].key) == index + 1;
}

static enum err make_room(struct batch *batch)
{
	size_t room = batch->room == 0 ? 64 : batch->room * 2;
	struct batch_op *ops;
	size_t *buckets;

	if (batch->count < batch->room)
		return OK;
	ops = reallocarray(batch->ops, room, sizeof(*ops));
	if (ops == NULL)
		return ERR_MEMORY;
	batch->ops = ops;
	buckets = calloc(room, sizeof(*buckets));
	if (buckets == NULL)
		return ERR_MEMORY;
	free(batch->buckets);
	batch->buckets = buckets;
	batch->bucket_count = batch->room = room;
	for (size_t i = 0; i < batch->count; i++)
		chain(batch, i);
	return OK;
}

/* Most pairs are small: a document has some seventy. Those taken back stay until the batch ends. */
static uint8_t *take_memory(struct batch *batch, size_t len)
{
	if (len > SMALL_BYTES)
		return malloc(len);
	if (batch->small == NULL && (batch->small = arena_new(SIZE_MAX / 2)) == NULL)
		return NULL;
	return (uint8_t *)arena_text_room(batch->small, len);
}

static enum err add(struct batch *batch, struct bytes key, struct bytes value, bool is_delete)
{
	struct batch_op *op;
	uint8_t *memory;
	enum err err;

	assert(key.len > 0 && key.len <= ENGINE_KEY_BYTES);
	if (value.len > LIMIT_PAYLOAD_BYTES)
		return ERR_LIMIT;
	if ((err = make_room(batch)) != OK)
		return err;
	if ((memory = take_memory(batch, key.len + value.len)) == NULL)
		return ERR_MEMORY;
	memcpy(memory, key.at, key.len);
	if (value.len > 0)
		memcpy(memory + key.len, value.at, value.len);
	op = &batch->ops[batch->count];
	op->recent_number = 0;
	op->packed = (struct bytes){0};
	op->memory = key.len + value.len > SMALL_BYTES ? memory : NULL;
	op->key = bytes_of(memory, key.len);
	op->value = bytes_of(memory + key.len, value.len);
	op->is_delete = is_delete;
	chain(batch, batch->count++);
	return OK;
}

static bool is_callers(struct bytes key)
{
	uint8_t space = key.len == 0 ? 0 : key.at[0];

	return space != SPACE_HEAD && space != SPACE_RECORD && space != SPACE_PAYLOAD &&
	       space != SPACE_TREE && space != SPACE_CHECKPOINT && space != SPACE_EPOCH;
}

enum err batch_put_any(struct batch *batch, struct bytes key, struct bytes value)
{
	return add(batch, key, value, false);
}

enum err batch_put(struct batch *batch, struct bytes key, struct bytes value)
{
	assert(is_callers(key));
	return add(batch, key, value, false);
}

enum err batch_delete(struct batch *batch, struct bytes key)
{
	assert(is_callers(key));
	return add(batch, key, (struct bytes){0}, true);
}

enum err batch_delete_any(struct batch *batch, struct bytes key)
{
	return add(batch, key, (struct bytes){0}, true);
}

enum err batch_get(struct batch *batch, struct bytes key, struct arena *arena,
		   struct bytes *ret_value)
{
	size_t at = find(batch, key);
	const struct batch_op *op;
	const uint8_t *copy;

	if (at == 0)
		return engine_get(batch->ledger->engine, key, arena, ret_value);
	op = &batch->ops[at - 1];
	if (op->is_delete)
		return ERR_MISSING;
	if ((copy = arena_copy(arena, op->value)) == NULL)
		return ERR_LIMIT;
	*ret_value = bytes_of(copy, op->value.len);
	return OK;
}

uint64_t batch_next(const struct batch *batch)
{
	return batch->base + batch->tree.size + 1;
}

size_t batch_count(const struct batch *batch)
{
	return batch->count;
}

size_t batch_numbers(const struct batch *batch, struct bytes prefix, uint64_t *ret_numbers,
		     size_t max_count)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->count && count < max_count; i++) {
		const struct batch_op *op = &batch->ops[i];

		if (!op->is_delete && op->key.len == prefix.len + 8 &&
		    bytes_has_prefix(op->key, prefix) && batch_is_newest(batch, i))
			ret_numbers[count++] = bytes_get_u64(op->key.at + prefix.len);
	}
	return count;
}

size_t batch_mark(const struct batch *batch)
{
	return batch->count;
}

/* The newest op stands first in its chain, so taking ops back in falling order only moves the
 * chains' beginnings. */
void batch_rewind(struct batch *batch, size_t mark)
{
	assert(mark <= batch->count);
	while (batch->count > mark) {
		struct batch_op *op = &batch->ops[--batch->count];

		*bucket_of(batch, op->key) = op->next;
		free_op(op);
	}
	if (batch->looked_at > mark)
		batch->looked_at = mark;
	while (batch->undo_count > 0 && batch->undos[batch->undo_count - 1].mark >= mark) {
		const struct batch_undo *undo = &batch->undos[--batch->undo_count];

		batch->tree.edge[undo->level] = undo->edge;
		batch->tree.size--;
	}
}

/* ---- records ---- */

static enum err remember_edge(struct batch *batch, size_t mark)
{
	unsigned level = (unsigned)__builtin_ctzll(~batch->tree.size);
	size_t room = batch->undo_room == 0 ? 16 : batch->undo_room * 2;
	struct batch_undo *undos;

	if (batch->undo_count == batch->undo_room) {
		undos = reallocarray(batch->undos, room, sizeof(*undos));
		if (undos == NULL)
			return ERR_MEMORY;
		batch->undos = undos;
		batch->undo_room = room;
	}
	batch->undos[batch->undo_count++] =
		(struct batch_undo){mark, level, batch->tree.edge[level]};
	return OK;
}

/* The subtrees that one record completes, leaf first: the value of its key in SPACE_TREE. */
struct completed {
	uint8_t at[TREE_LEVELS * HASH_BYTES];
	size_t len;
};

static enum err gather(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	struct completed *completed = context;

	(void)index;
	assert(completed->len == level * HASH_BYTES);
	memcpy(completed->at + completed->len, hash->at, HASH_BYTES);
	completed->len += HASH_BYTES;
	return OK;
}

static enum err append_to_tree(struct batch *batch, size_t mark, struct bytes leaf)
{
	struct hash hash = record_leaf_hash(leaf);
	struct completed completed = {.len = 0};
	struct ledger_key key;
	enum err err;

	if ((err = remember_edge(batch, mark)) != OK ||
	    (err = tree_append(&batch->tree, &hash, gather, &completed)) != OK)
		return err;
	key = ledger_key(SPACE_TREE, batch->base + batch->tree.size);
	return batch_put_any(batch, ledger_key_bytes(&key), bytes_of(completed.at, completed.len));
}

/* Packed when it is committed. */
static enum err put_payload(struct batch *batch, uint64_t number, size_t index, struct bytes plain)
{
	struct ledger_key key = ledger_payload_key(number, index);
	enum err err = batch_put_any(batch, ledger_key_bytes(&key), plain);

	if (err == OK && index == 0 && plain.len > 0 && plain.len <= LEDGER_RECENT_BYTES)
		batch->ops[batch->count - 1].recent_number = number;
	return err;
}

struct bytes batch_packed(const struct batch *batch, struct bytes key)
{
	size_t at = find(batch, key);

	return at == 0 ? (struct bytes){0} : batch->ops[at - 1].packed;
}

static enum err put_record(struct batch *batch, const struct record *record,
			   const struct bytes *payloads)
{
	struct ledger_key key = ledger_key(SPACE_RECORD, record->number);
	size_t mark = batch_mark(batch);
	struct buffer leaf;
	enum err err;

	buffer_init(&leaf, 2 * LIMIT_RECORD_BYTES);
	if ((err = record_format(record, &leaf)) != OK)
		goto out;
	if ((err = batch_put_any(batch, ledger_key_bytes(&key), buffer_bytes(&leaf))) != OK)
		goto out;
	for (size_t i = 0; i < record->payload_count; i++)
		if ((err = put_payload(batch, record->number, i, payloads[i])) != OK)
			goto out;
	err = append_to_tree(batch, mark, buffer_bytes(&leaf));
out:
	buffer_clear(&leaf);
	return err;
}

/* Asking the kernel for each would cost more than the record's hash. */
static void take_salt(struct ledger *ledger, uint8_t *ret_salt, size_t len)
{
	uint8_t *from;

	if (ledger->salts_left < len) {
		key_random(ledger->salts, sizeof(ledger->salts));
		ledger->salts_left = sizeof(ledger->salts);
	}
	ledger->salts_left -= len;
	from = ledger->salts + ledger->salts_left;
	memcpy(ret_salt, from, len);
	explicit_bzero(from, len);
}

enum err batch_append(struct batch *batch, struct record *record, const struct bytes *payloads,
		      size_t payload_count, uint64_t *ret_number)
{
	size_t mark = batch_mark(batch);
	struct record complete = *record;
	enum err err;

	if (payload_count > LIMIT_RECORD_PAYLOADS)
		return ERR_LIMIT;
	complete.number = batch_next(batch);
	complete.message = record->message == 0 ? complete.number : record->message;
	complete.payload_count = payload_count;
	take_salt(batch->ledger, complete.salt, sizeof(complete.salt));
	for (size_t i = 0; i < payload_count; i++) {
		if (payloads[i].len > LIMIT_PAYLOAD_BYTES)
			return ERR_LIMIT;
		if (!complete.payloads[i].is_hashed)
			complete.payloads[i].hash = hash_of(payloads[i]);
		complete.payloads[i].len = payloads[i].len;
		complete.payloads[i].is_hashed = false; /* of these bytes, and no others */
	}
	if ((err = put_record(batch, &complete, payloads)) != OK) {
		batch_rewind(batch, mark);
		return err;
	}
	*record = complete;
	if (ret_number != NULL)
		*ret_number = complete.number;
	return OK;
}

/* ---- records of another ledger ---- */

enum err batch_read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	struct batch *batch = context;
	struct ledger_key key = ledger_key(SPACE_TREE, batch->base + ((index + 1) << level));
	struct arena *scratch = batch->ledger->scratch;
	size_t at = (size_t)level * HASH_BYTES;
	struct bytes value;
	enum err err;

	arena_clear(scratch);
	err = batch_get(batch, ledger_key_bytes(&key), scratch, &value);
	if (err != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	if (value.len < at + HASH_BYTES)
		return ERR_CORRUPT;
	memcpy(ret_hash->at, value.at + at, HASH_BYTES);
	return OK;
}

static bool is_payload(struct bytes stored, const struct record_payload *payload,
		       struct arena *scratch)
{
	struct bytes plain;
	struct hash hash;

	if (payload_unpack(stored, payload->len, scratch, &plain) != OK)
		return false;
	hash = hash_of(plain);
	return hash_equal(&hash, &payload->hash);
}

enum err batch_append_copy(struct batch *batch, struct bytes leaf, const struct bytes *stored,
			   size_t stored_count, struct arena *scratch, struct record *ret_record)
{
	size_t mark = batch_mark(batch);
	struct ledger_key key;
	struct record record;
	enum err err = record_parse(leaf, scratch, &record);

	batch->is_copied = true;
	if (err != OK || record.number != batch->base + batch->tree.size + 1 ||
	    record.payload_count < stored_count)
		return err == ERR_MEMORY || err == ERR_VERSION ? err : ERR_CORRUPT;
	key = ledger_key(SPACE_RECORD, record.number);
	err = batch_put_any(batch, ledger_key_bytes(&key), leaf);
	for (size_t i = 0; err == OK && i < stored_count; i++) {
		if (stored[i].at == NULL) /* in an archive that was not there */
			continue;
		if (!is_payload(stored[i], &record.payloads[i], scratch))
			return ERR_CORRUPT;
		key = ledger_payload_key(record.number, i);
		err = batch_put_any(batch, ledger_key_bytes(&key), stored[i]);
	}
	if (err == OK)
		err = append_to_tree(batch, mark, leaf);
	*ret_record = record;
	return err;
}

/* ---- epochs ---- */

enum err batch_open_epoch(struct batch *batch, uint64_t epoch)
{
	struct ledger *ledger = batch->ledger;
	struct ledger_key key = ledger_key(SPACE_EPOCH, ledger_count(ledger));
	uint8_t value[8];

	if (epoch <= ledger->epoch || batch->undo_count > 0)
		return ERR_USAGE;
	if (ledger->span_count == LEDGER_EPOCHS)
		return ERR_LIMIT;
	bytes_put_u64(value, epoch);
	tree_init(&batch->tree);
	batch->epoch = epoch;
	batch->base = ledger_count(ledger);
	return batch_put_any(batch, ledger_key_bytes(&key), bytes_of(value, sizeof(value)));
}

/* ---- checkpoints ---- */

static enum err last_checkpoint(const struct batch *batch, uint64_t *ret_size)
{
	for (size_t i = batch->count; i-- > 0;)
		if (batch->ops[i].key.at[0] == SPACE_CHECKPOINT) {
			*ret_size = bytes_get_u64(batch->ops[i].key.at + 1) - batch->ledger->base;
			return OK;
		}
	return ledger_last_checkpoint_size(batch->ledger, ret_size);
}

/* ERR_EXISTS unless the very same note stands there. */
static enum err check_same(struct batch *batch, struct bytes key, struct bytes note)
{
	struct arena *scratch = batch->ledger->scratch;
	struct bytes stored;
	enum err err;

	arena_clear(scratch);
	err = batch_get(batch, key, scratch, &stored);
	if (err == OK)
		return bytes_equal(stored, note) ? OK : ERR_EXISTS;
	return err == ERR_MISSING ? ERR_EXISTS : err;
}

enum err batch_put_checkpoint(struct batch *batch, uint64_t size, struct bytes note)
{
	struct ledger_key key = ledger_key(SPACE_CHECKPOINT, batch->ledger->base + size);
	struct checkpoint checkpoint;
	uint64_t last = 0;
	enum err err;

	if ((err = checkpoint_parse(note, &checkpoint)) != OK)
		return err;
	if (size == 0 || checkpoint.size != size || size > batch->ledger->tree.size)
		return ERR_USAGE;
	if ((err = last_checkpoint(batch, &last)) != OK)
		return err;
	if (size <= last)
		return check_same(batch, ledger_key_bytes(&key), note);
	return batch_put_any(batch, ledger_key_bytes(&key), note);
}
