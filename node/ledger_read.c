#include <stdlib.h>
#include <string.h>

#include "node/archive.h"
#include "node/ledger_inside.h"
#include "node/payload.h"

enum err ledger_get(struct ledger *ledger, struct bytes key, struct arena *arena,
		    struct bytes *ret_value)
{
	return engine_get(ledger->engine, key, arena, ret_value);
}

enum err ledger_scan(struct ledger *ledger, struct bytes from, struct bytes until, bool backwards,
		     engine_visit *visit, void *context)
{
	return engine_scan(ledger->engine, from, until, backwards, visit, context);
}

enum err ledger_hold(struct ledger *ledger, bool is_held)
{
	return engine_hold(ledger->engine, is_held);
}

enum err ledger_record(struct ledger *ledger, uint64_t number, struct arena *arena,
		       struct record *ret_record, struct bytes *ret_leaf)
{
	struct ledger_key key = ledger_key(SPACE_RECORD, number);
	struct hash hash, stored;
	struct record record;
	struct bytes leaf;
	enum err err;

	if ((err = engine_get(ledger->engine, ledger_key_bytes(&key), arena, &leaf)) != OK)
		return err == ERR_MISSING && number > 0 && number <= ledger_count(ledger)
			       ? ERR_CORRUPT
			       : err;
	/* hashed before the node is read: the arena may be the scratch arena */
	hash = record_leaf_hash(leaf);
	if ((err = record_parse(leaf, arena, &record)) != OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err;
	if (record.number != number)
		return ERR_CORRUPT;
	if ((err = ledger_load_leaf(ledger, number, &stored)) != OK)
		return err;
	if (!hash_equal(&hash, &stored))
		return ERR_CORRUPT;
	if (ret_record != NULL)
		*ret_record = record;
	if (ret_leaf != NULL)
		*ret_leaf = leaf;
	return OK;
}

/* ---- payloads ---- */

enum err ledger_stored_payload(struct ledger *ledger, uint64_t number, size_t index,
			       struct arena *arena, struct bytes *ret_stored)
{
	struct ledger_key key = ledger_payload_key(number, index);
	struct archive_place place;
	enum err err = engine_get(ledger->engine, ledger_key_bytes(&key), arena, ret_stored);

	if (err == ERR_MISSING && (err = archive_find(ledger, number, index, &place)) == OK)
		err = archive_read(ledger, &place, number, index, arena, ret_stored);
	return err;
}

enum err ledger_payload(struct ledger *ledger, uint64_t number, size_t index, struct arena *arena,
			struct bytes *ret_payload)
{
	struct bytes payload;
	struct record record;
	struct hash hash;
	enum err err;

	if (index == 0 && ledger_recent_payload(ledger, number, arena, ret_payload))
		return OK;
	if ((err = ledger_record(ledger, number, arena, &record, NULL)) != OK)
		return err;
	if (index >= record.payload_count)
		return ERR_MISSING;
	err = ledger_stored_payload(ledger, number, index, arena, &payload);
	if (err == OK)
		err = payload_unpack(payload, record.payloads[index].len, arena, &payload);
	if (err != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	hash = hash_of(payload);
	if (!hash_equal(&hash, &record.payloads[index].hash))
		return ERR_CORRUPT;
	*ret_payload = payload;
	return OK;
}

/* ---- a payload piece by piece: looked at where it lies, without a copy of the whole ---- */

struct piece {
	const struct record_payload *payload;
	struct arena *arena;
	uint64_t offset;
	size_t max_bytes;
	struct bytes bytes;
	enum err err;
};

/* The first and the last: what was changed while others were read is told before the end. */
static bool is_hashed(const struct piece *piece)
{
	return piece->offset == 0 || (piece->offset < piece->payload->len &&
				      piece->payload->len - piece->offset <= piece->max_bytes);
}

static bool cut_piece(void *context, struct bytes key, struct bytes value)
{
	struct piece *piece = context;
	size_t len = 0;
	struct hash hash;

	(void)key;
	piece->err = payload_unpack(value, piece->payload->len, piece->arena, &value);
	if (piece->err == OK && is_hashed(piece)) {
		hash = hash_of(value);
		piece->err = hash_equal(&hash, &piece->payload->hash) ? OK : ERR_CORRUPT;
	}
	if (piece->err != OK)
		return false;
	len = value.len - (size_t)piece->offset;
	if (len > piece->max_bytes)
		len = piece->max_bytes;
	piece->bytes = bytes_of(value.at + piece->offset, len);
	piece->bytes.at = arena_copy(piece->arena, piece->bytes);
	piece->err = piece->bytes.at == NULL ? ERR_MEMORY : OK;
	return false;
}

enum err ledger_payload_piece(struct ledger *ledger, const struct record *record, size_t index,
			      uint64_t offset, size_t max_bytes, struct arena *arena,
			      struct bytes *ret_piece)
{
	struct piece piece = {
		.arena = arena, .offset = offset, .max_bytes = max_bytes, .err = ERR_MISSING};
	struct ledger_key from = ledger_payload_key(record->number, index);
	struct ledger_key until = ledger_payload_key(record->number, index + 1);
	struct bytes archived;
	enum err err;

	if (index >= record->payload_count || offset > record->payloads[index].len)
		return ERR_USAGE;
	piece.payload = &record->payloads[index];
	err = engine_scan(ledger->engine, ledger_key_bytes(&from), ledger_key_bytes(&until), false,
			  cut_piece, &piece);
	if (err == OK && piece.err == ERR_MISSING) { /* not in the store */
		err = ledger_stored_payload(ledger, record->number, index, arena, &archived);
		if (err == OK)
			(void)cut_piece(&piece, (struct bytes){0}, archived);
		else if (err == ERR_MISSING)
			err = ERR_CORRUPT;
	}
	if (err == OK)
		err = piece.err;
	if (err == OK)
		*ret_piece = piece.bytes;
	return err;
}

/* ---- proofs and checkpoints ---- */

/* The tree of one epoch, read for a proof. */
struct reading {
	struct ledger *ledger;
	uint64_t base;
};

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	struct reading *reading = context;

	if (reading->base == reading->ledger->base)
		return ledger_read_node(reading->ledger, level, index, ret_hash);
	return ledger_load_old_node(reading->ledger, reading->base, level, index, ret_hash);
}

/* How many leaves the tree of an epoch has. */
static enum err size_of(struct ledger *ledger, const struct ledger_span *span, uint64_t *ret_size)
{
	struct hash root;
	uint64_t until = 0;
	enum err err = OK;

	if (span == &ledger->spans[ledger->span_count - 1])
		err = ledger_head(ledger, &until, &root);
	else
		until = span[1].base;
	*ret_size = until - span->base;
	return err;
}

enum err ledger_prove_inclusion(struct ledger *ledger, uint64_t number, uint64_t size,
				struct tree_proof *ret_proof)
{
	const struct ledger_span *span = ledger_span_of(ledger, number);
	struct reading reading = {ledger, span->base};
	uint64_t durable;
	enum err err = size_of(ledger, span, &durable);

	if (err != OK || number == 0 || size > durable)
		return err != OK ? err : ERR_USAGE;
	return tree_prove_inclusion(number - span->base - 1, size, read_node, &reading, ret_proof);
}

enum err ledger_prove_consistency_in(struct ledger *ledger, uint64_t epoch, uint64_t older,
				     uint64_t newer, struct tree_proof *ret_proof)
{
	const struct ledger_span *span = ledger->spans;
	const struct ledger_span *end = span + ledger->span_count;
	struct reading reading = {.ledger = ledger};
	uint64_t durable;
	enum err err;

	while (span < end && span->epoch != epoch)
		span++;
	if (span == end)
		return ERR_USAGE;
	reading.base = span->base;
	if ((err = size_of(ledger, span, &durable)) != OK || newer > durable)
		return err != OK ? err : ERR_USAGE;
	return tree_prove_consistency(older, newer, read_node, &reading, ret_proof);
}

enum err ledger_prove_consistency(struct ledger *ledger, uint64_t older, uint64_t newer,
				  struct tree_proof *ret_proof)
{
	return ledger_prove_consistency_in(ledger, ledger->epoch, older, newer, ret_proof);
}

enum err ledger_subtrees(struct ledger *ledger, unsigned level, uint64_t first, size_t count,
			 struct buffer *to)
{
	uint64_t size;
	struct hash hash;
	enum err err = ledger_tree(ledger, &size, &hash);

	if (err != OK)
		return err;
	if (level >= TREE_LEVELS || first > size >> level || count > (size >> level) - first)
		return ERR_USAGE;
	for (size_t i = 0; i < count; i++) {
		if ((err = ledger_read_node(ledger, level, first + i, &hash)) != OK)
			return err;
		buffer_put(to, hash_bytes(&hash));
	}
	return buffer_error(to);
}

struct found {
	struct arena *arena;
	uint64_t size;
	struct bytes note;
	enum err err;
};

static bool take_first(void *context, struct bytes key, struct bytes value)
{
	struct found *found = context;
	const uint8_t *copy;

	found->err = key.len == 9 ? OK : ERR_CORRUPT;
	if (found->err != OK)
		return false;
	found->size = bytes_get_u64(key.at + 1);
	if (found->arena == NULL)
		return false;
	if ((copy = arena_copy(found->arena, value)) == NULL)
		found->err = ERR_LIMIT;
	else
		found->note = bytes_of(copy, value.len);
	return false;
}

/* Of those that cover a number from `from` to `until`. */
static enum err find_checkpoint(struct ledger *ledger, uint64_t from, uint64_t until,
				bool backwards, struct found *found)
{
	struct ledger_key first = ledger_key(SPACE_CHECKPOINT, from);
	struct ledger_key end = ledger_key(SPACE_CHECKPOINT, until);
	enum err err;

	end.at[end.len++] = 0;
	found->err = ERR_MISSING;
	err = engine_scan(ledger->engine, ledger_key_bytes(&first), ledger_key_bytes(&end),
			  backwards, take_first, found);
	return err != OK ? err : found->err;
}

enum err ledger_checkpoint_first_covering(struct ledger *ledger, uint64_t number,
					  struct arena *arena, struct bytes *ret_note)
{
	const struct ledger_span *span = ledger_span_of(ledger, number);
	bool is_present = span == &ledger->spans[ledger->span_count - 1];
	struct found found = {.arena = arena};
	enum err err = find_checkpoint(ledger, number, is_present ? UINT64_MAX : span[1].base,
				       false, &found);

	if (err == OK)
		*ret_note = found.note;
	return err;
}

enum err ledger_checkpoint_last(struct ledger *ledger, struct arena *arena, struct bytes *ret_note)
{
	struct found found = {.arena = arena};
	enum err err = find_checkpoint(ledger, ledger->base + 1, UINT64_MAX, true, &found);

	if (err == OK)
		*ret_note = found.note;
	return err;
}

enum err ledger_last_checkpoint_size(struct ledger *ledger, uint64_t *ret_size)
{
	struct found found = {.size = ledger->base};
	enum err err = find_checkpoint(ledger, ledger->base + 1, UINT64_MAX, true, &found);

	if (err == OK || err == ERR_MISSING)
		*ret_size = found.size - ledger->base;
	return err == ERR_MISSING ? OK : err;
}
