#include "node/changes.h"

#include <stdlib.h>
#include <string.h>

#include "node/ledger_inside.h"
#include "sampan/pack.h"

#define LIST_BYTES ((size_t)1 << 20) /* of a commit; a longer list is left empty: unknown */
#define TIDY_EACH 1024u

bool changes_is_state(uint8_t space)
{
	switch (space) {
	case SPACE_HEAD:
	case SPACE_RECORD:
	case SPACE_PAYLOAD:
	case SPACE_TREE:
	case SPACE_CHECKPOINT:
	case SPACE_EPOCH:
	case SPACE_TIMELINE:
	case SPACE_CHANGE:
	case SPACE_COPY:
		return false;
	default:
		return true;
	}
}

/* A list begins with how many there are; each key with its length. */
static void list(const struct batch *batch, struct buffer *to)
{
	uint32_t count = 0;

	pack_u32(to, 0);
	for (size_t i = 0; i < batch->count; i++) {
		const struct batch_op *op = &batch->ops[i];

		if (!changes_is_state(op->key.at[0]) || !batch_is_newest(batch, i))
			continue;
		pack_u8(to, (uint8_t)op->key.len);
		pack_fixed(to, op->key.at, op->key.len);
		count++;
	}
	if (buffer_error(to) == OK)
		bytes_put_u32(to->at, count);
}

/* Many at once, because they stand on pages of their own. */
static enum err tidy(struct batch *batch, uint64_t commit)
{
	enum err err = OK;

	if (commit % TIDY_EACH != 0 || commit <= CHANGES_KEPT)
		return OK;
	for (uint64_t old = 0; err == OK && old < TIDY_EACH && commit - CHANGES_KEPT > old; old++) {
		struct ledger_key key = ledger_key(SPACE_CHANGE, commit - CHANGES_KEPT - old);

		err = batch_delete(batch, ledger_key_bytes(&key));
	}
	return err;
}

enum err changes_put(struct batch *batch, uint64_t commit)
{
	struct ledger_key key = ledger_key(SPACE_CHANGE, commit);
	struct buffer keys;
	enum err err;

	buffer_init(&keys, LIST_BYTES);
	list(batch, &keys);
	if (buffer_error(&keys) == ERR_LIMIT)
		buffer_reset(&keys);
	if ((err = buffer_error(&keys)) == OK)
		err = batch_put_any(batch, ledger_key_bytes(&key), buffer_bytes(&keys));
	buffer_clear(&keys);
	return err != OK ? err : tidy(batch, commit);
}

/* ---- reading ---- */

struct gathering {
	struct buffer keys; /* each with its length before it */
	size_t count;
	uint64_t next; /* commit that is expected */
	bool is_broken;
};

static bool gather(void *context, struct bytes key, struct bytes value)
{
	struct gathering *gathering = context;
	struct unpack from;
	uint32_t count;

	if (key.len != 9 || bytes_get_u64(key.at + 1) != gathering->next || value.len == 0) {
		gathering->is_broken = true;
		return false;
	}
	gathering->next++;
	unpack_init(&from, value);
	count = unpack_count(&from, 2);
	buffer_put(&gathering->keys, bytes_of(from.at, from.left));
	gathering->count += count;
	return !from.failed && buffer_error(&gathering->keys) == OK;
}

static int compare(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static enum err sort_out(const struct gathering *gathering, struct arena *arena,
			 struct changes *ret_changes)
{
	const uint8_t *copy = arena_copy(arena, buffer_bytes(&gathering->keys));
	struct bytes *keys = arena_alloc(arena, (gathering->count + 1) * sizeof(*keys));
	size_t count = 0, kept = 0;
	struct unpack from;

	if (copy == NULL || keys == NULL)
		return ERR_MEMORY;
	unpack_init(&from, bytes_of(copy, gathering->keys.len));
	while (from.left > 0 && count < gathering->count) {
		size_t len = unpack_u8(&from);
		const uint8_t *at = unpack_fixed(&from, len);

		if (at == NULL || len == 0)
			return ERR_CORRUPT;
		keys[count++] = bytes_of(at, len);
	}
	if (from.left > 0 || count != gathering->count)
		return ERR_CORRUPT;
	qsort(keys, count, sizeof(*keys), compare);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || !bytes_equal(keys[kept - 1], keys[i]))
			keys[kept++] = keys[i];
	*ret_changes = (struct changes){keys, kept};
	return OK;
}

enum err changes_between(struct ledger *ledger, uint64_t after, uint64_t until, struct arena *arena,
			 struct changes *ret_changes)
{
	struct ledger_key from = ledger_key(SPACE_CHANGE, after + 1);
	struct ledger_key end = ledger_key(SPACE_CHANGE, until + 1);
	struct gathering gathering = {.next = after + 1};
	enum err err;

	buffer_init(&gathering.keys, LIMIT_PAYLOAD_BYTES);
	err = engine_scan(ledger->engine, ledger_key_bytes(&from), ledger_key_bytes(&end), false,
			  gather, &gathering);
	if (err == OK && (gathering.is_broken || gathering.next != until + 1 ||
			  buffer_error(&gathering.keys) == ERR_LIMIT))
		err = ERR_MISSING;
	if (err == OK)
		err = buffer_error(&gathering.keys);
	if (err == OK)
		err = sort_out(&gathering, arena, ret_changes);
	buffer_clear(&gathering.keys);
	return err;
}
