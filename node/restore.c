#include "node/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/changes.h"
#include "node/checkpoint.h"
#include "node/copy_place.h"
#include "node/ledger_inside.h"
#include "node/message.h"

#define SCRATCH_BYTES ((size_t)5 * LIMIT_PAYLOAD_BYTES)
#define PAGE 256u

/* A page of keys that are there. */
struct old {
	uint8_t keys[PAGE][ENGINE_KEY_BYTES];
	size_t lens[PAGE];
	size_t count;
	uint8_t skip; /* a space that is not ours begins here; 0: none */
};

struct restore {
	struct restore_with with;
	struct segment_reader reader;
	struct ledger *ledger;
	struct arena *scratch;
	struct copy_place position; /* as committed; during a piece: as it will be */
	struct batch *batch;
	struct bytes leaf; /* of the record whose payloads follow; empty: none */
	struct bytes payloads[LIMIT_RECORD_PAYLOADS];
	size_t payload_count;
	struct old old;
	bool has_epoch;    /* in this piece one began */
	bool is_of_ledger; /* restore_is_of_ledger() */
	const char *what;
};

enum err restore_place(struct ledger *ledger, struct segment_place *ret_place)
{
	struct copy_place position;
	enum err err = copy_place_load(ledger, &position);

	if (err == OK)
		*ret_place = position.place;
	return err;
}

/* ---- opening ---- */

static enum err say(struct restore *restore, enum err err, const char *what)
{
	restore->what = what;
	return err;
}

/* A ledger that is there must be a copy; that of a first piece is made when its name is known. */
static enum err open_copy(struct restore *restore, const char *name)
{
	struct engine *engine;
	bool is_new = name != NULL;
	enum err err;

	if (!is_new) {
		err = engine_lmdb_open(restore->with.ledger, 0, true, &engine);
		if (err == ERR_MISSING)
			return OK;
		if (err != OK)
			return err;
		engine_close(engine);
	}
	err = engine_lmdb_open(restore->with.ledger, restore->with.map_bytes, false, &engine);
	if (err == ERR_EXISTS)
		return say(restore, err, "another process writes to it");
	if (err == OK)
		err = ledger_open(engine, name, false, &restore->ledger);
	if (err == ERR_MISSING && !is_new)
		return OK; /* killed before it had its name */
	if (err != OK || is_new)
		return err;
	err = copy_place_load(restore->ledger, &restore->position);
	if (err == ERR_MISSING && restore->ledger->tree.size == 0 &&
	    restore->ledger->engine_head == 1)
		return OK; /* killed before its first piece */
	return err == ERR_MISSING ? say(restore, ERR_EXISTS,
					"a ledger is there that is no copy: nothing was done to it")
				  : err;
}

enum err restore_open(const struct restore_with *with, struct restore **ret_restore)
{
	struct restore *restore = calloc(1, sizeof(*restore));
	enum err err;

	if (restore == NULL)
		return ERR_MEMORY;
	*ret_restore = restore;
	restore->with = *with;
	restore->what = "";
	if ((restore->scratch = arena_new(SCRATCH_BYTES)) == NULL)
		return ERR_MEMORY;
	segment_reader_init(&restore->reader, with->from, with->backup_public_key, NULL);
	if ((err = segment_reader_look(&restore->reader)) != OK)
		return say(restore, err,
			   err == ERR_MISSING ? "there are no segments" : restore->reader.what);
	err = open_copy(restore, NULL);
	restore->is_of_ledger = err != OK;
	if (err == OK)
		restore->reader.place = restore->position.place;
	return err;
}

void restore_close(struct restore *restore)
{
	if (restore == NULL)
		return;
	ledger_close(restore->ledger);
	segment_reader_clear(&restore->reader);
	arena_free(restore->scratch);
	free(restore);
}

const char *restore_what(const struct restore *restore)
{
	return restore == NULL ? "" : restore->what;
}

bool restore_is_of_ledger(const struct restore *restore)
{
	return restore != NULL && restore->is_of_ledger;
}

struct ledger *restore_ledger(struct restore *restore)
{
	return restore->ledger;
}

/* ---- frames ---- */

static enum err wrong(struct restore *restore, const char *what)
{
	return say(restore, ERR_CORRUPT, what);
}

/* The record is whole when its payloads are there. */
static enum err append(struct restore *restore)
{
	struct turn_key timeline;
	struct record record;
	enum err err;

	if (restore->leaf.len == 0)
		return OK;
	arena_clear(restore->scratch);
	err = batch_append_copy(restore->batch, restore->leaf, restore->payloads,
				restore->payload_count, restore->scratch, &record);
	restore->leaf = (struct bytes){0};
	restore->payload_count = 0;
	if (err != OK)
		return err == ERR_CORRUPT ? wrong(restore, "a record is not the next one, or a "
							   "payload is not what it says")
					  : err;
	timeline = message_timeline_key(record.message, record.number);
	return batch_put(restore->batch, turn_key_bytes(&timeline), (struct bytes){0});
}

static enum err take_record(struct restore *restore, struct bytes body)
{
	if (body.len == 0)
		return wrong(restore, "a record is empty");
	restore->leaf = body;
	return OK;
}

static enum err take_payload(struct restore *restore, struct bytes body)
{
	if (body.len == 0 || restore->leaf.len == 0 ||
	    restore->payload_count == LIMIT_RECORD_PAYLOADS || body.at[0] != restore->payload_count)
		return wrong(restore, "a payload has no record");
	restore->payloads[restore->payload_count++] = bytes_of(body.at + 1, body.len - 1);
	return OK;
}

/* The ledger's own is that of the epoch before, while one begins. */
static bool is_origin(const struct batch *batch, const char *origin)
{
	char expected[CHECKPOINT_ORIGIN_BYTES];

	(void)snprintf(expected, sizeof(expected), "%s/%" PRIu64, batch->ledger->name,
		       batch->epoch);
	return strcmp(expected, origin) == 0;
}

static enum err take_checkpoint(struct restore *restore, struct bytes body)
{
	uint64_t base = restore->batch->base, number;
	struct checkpoint checkpoint;
	struct bytes note;
	struct hash root;
	struct tree tree;
	enum err err;

	if (body.len < 8)
		return wrong(restore, "a checkpoint is cut off");
	note = bytes_of(body.at + 8, body.len - 8);
	if (checkpoint_verify(note, restore->with.ledger_public_key, &checkpoint) != OK)
		return wrong(restore, "a checkpoint is not signed by the ledger's key (is "
				      "keys/ledger.pub that of this ledger?)");
	number = bytes_get_u64(body.at);
	if (number <= base || checkpoint.size != number - base ||
	    number - base > restore->batch->tree.size ||
	    !is_origin(restore->batch, checkpoint.origin))
		return wrong(restore, "a checkpoint is of another ledger or size");
	if ((err = tree_open(checkpoint.size, batch_read_node, restore->batch, &tree)) != OK)
		return err;
	root = tree_root(&tree);
	if (!hash_equal(&root, &checkpoint.root))
		return wrong(restore, "a checkpoint has another root than the records");
	struct ledger_key key = ledger_key(SPACE_CHECKPOINT, number);

	return batch_put_any(restore->batch, ledger_key_bytes(&key), note);
}

/* ---- states and indexes ---- */

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct old *old = context;

	(void)value;
	if (!changes_is_state(key.at[0])) {
		old->skip = key.at[0];
		return false;
	}
	memcpy(old->keys[old->count], key.at, key.len);
	old->lens[old->count++] = key.len;
	return old->count < PAGE;
}

/* In a list of all, what stands between two of its keys is gone. until empty: to the end. */
static enum err drop_between(struct restore *restore, struct bytes until)
{
	struct copy_place *position = &restore->position;
	uint8_t from[ENGINE_KEY_BYTES + 1] = {1};
	size_t from_len = 1;
	struct old *old = &restore->old;
	enum err err = OK;

	if (position->last_len > 0) {
		memcpy(from, position->last, position->last_len);
		from_len = position->last_len + 1;
		from[from_len - 1] = 0;
	}
	while (err == OK) {
		old->count = 0;
		old->skip = 0;
		err = engine_scan(restore->ledger->engine, bytes_of(from, from_len), until, false,
				  collect, old);
		for (size_t i = 0; err == OK && i < old->count; i++)
			err = batch_delete(restore->batch, bytes_of(old->keys[i], old->lens[i]));
		if (old->skip != 0) {
			from[0] = (uint8_t)(old->skip + 1);
			from_len = 1;
		} else if (old->count == PAGE) {
			from_len = old->lens[PAGE - 1] + 1;
			memcpy(from, old->keys[PAGE - 1], from_len - 1);
			from[from_len - 1] = 0;
		} else {
			break;
		}
		if (until.len > 0 && bytes_compare(bytes_of(from, from_len), until) >= 0)
			break;
	}
	return err;
}

static enum err take_state(struct restore *restore, struct bytes body)
{
	struct copy_place *position = &restore->position;
	struct bytes key, value, last = bytes_of(position->last, position->last_len);
	enum err err = OK;

	if (body.len < 2 || body.at[0] == 0 || body.at[0] > body.len - 1 ||
	    body.at[0] > ENGINE_KEY_BYTES || !changes_is_state(body.at[1]))
		return wrong(restore, "a state has no key");
	key = bytes_of(body.at + 1, body.at[0]);
	value = bytes_of(key.at + key.len, body.len - 1 - key.len);
	if (position->is_in_all) {
		if (last.len > 0 && bytes_compare(key, last) <= 0)
			return wrong(restore, "states are not in order");
		err = drop_between(restore, key);
		memcpy(position->last, key.at, key.len);
		position->last_len = key.len;
	}
	return err != OK ? err : batch_put(restore->batch, key, value);
}

static enum err take_gone(struct restore *restore, struct bytes body)
{
	if (body.len == 0 || body.len > ENGINE_KEY_BYTES || !changes_is_state(body.at[0]))
		return wrong(restore, "a state has no key");
	return batch_delete(restore->batch, body);
}

static enum err take_all(struct restore *restore, struct bytes body)
{
	(void)body;
	restore->position.is_in_all = true;
	restore->position.last_len = 0;
	return OK;
}

/* The ledger is opened anew behind it: batch_open_epoch(). */
static enum err take_epoch(struct restore *restore, struct bytes body)
{
	enum err err = body.len == 8 ? batch_open_epoch(restore->batch, bytes_get_u64(body.at))
				     : ERR_USAGE;

	restore->has_epoch = err == OK;
	return err == ERR_USAGE ? wrong(restore, "an epoch does not follow") : err;
}

static enum err take_begin(struct restore *restore, struct bytes body)
{
	(void)restore;
	(void)body;
	return OK;
}

/* What the mark says must have come of all that stands before it. */
static enum err take_mark(struct restore *restore, struct bytes body)
{
	const struct segment_mark *mark = &restore->reader.place.mark;
	struct hash root = tree_root(&restore->batch->tree);

	(void)body;
	if (mark->size != restore->batch->base + restore->batch->tree.size ||
	    !hash_equal(&root, &mark->root))
		return wrong(restore, "the root of the records is not what the mark says");
	if (mark->is_cut && restore->position.is_in_all) {
		enum err err = drop_between(restore, (struct bytes){0});

		if (err != OK)
			return err;
		restore->position.is_in_all = false;
		restore->position.last_len = 0;
	}
	restore->position.place = restore->reader.place;
	return copy_place_put(restore->batch, &restore->position);
}

static const struct {
	enum segment_frame type;
	enum err (*take)(struct restore *restore, struct bytes body);
} frames[] = {
	{SEGMENT_EPOCH, take_epoch},
	{SEGMENT_BEGIN, take_begin},
	{SEGMENT_RECORD, take_record},
	{SEGMENT_PAYLOAD, take_payload},
	{SEGMENT_CHECKPOINT, take_checkpoint},
	{SEGMENT_ALL, take_all},
	{SEGMENT_STATE, take_state},
	{SEGMENT_GONE, take_gone},
	{SEGMENT_MARK, take_mark},
};

static enum err take_frame(struct restore *restore, enum segment_frame type, struct bytes body)
{
	enum err err = type == SEGMENT_PAYLOAD ? OK : append(restore);

	for (size_t i = 0; err == OK && i < sizeof(frames) / sizeof(*frames); i++)
		if (frames[i].type == type)
			return frames[i].take(restore, body);
	return err != OK ? err : ERR_VERSION;
}

/* ---- pieces: each is one commit ---- */

static enum err take_piece(struct restore *restore, struct bytes piece)
{
	struct copy_place before = restore->position;
	enum segment_frame type;
	struct bytes body;
	enum err err = OK;

	if (restore->ledger == NULL)
		err = open_copy(restore, restore->reader.name);
	if (err == OK)
		err = ledger_begin(restore->ledger, &restore->batch);
	if (err != OK)
		return err;
	restore->batch->is_copied = true;
	restore->has_epoch = false;
	restore->leaf = (struct bytes){0};
	restore->payload_count = 0;
	while (err == OK && segment_take(&piece, &type, &body))
		err = take_frame(restore, type, body);
	if (err == OK)
		err = ledger_commit(restore->ledger, restore->batch);
	else
		ledger_drop(restore->ledger, restore->batch);
	restore->batch = NULL;
	if (err != OK) {
		restore->position = before;
		return err;
	}
	if (!restore->has_epoch)
		return OK;
	ledger_close(restore->ledger);
	restore->ledger = NULL;
	return open_copy(restore, NULL);
}

enum err restore_go_on(struct restore *restore, bool *ret_is_new)
{
	struct segment_reader *reader = &restore->reader;
	struct bytes piece;
	enum err err;

	*ret_is_new = false;
	restore->what = "";
	if ((err = segment_reader_look(reader)) != OK)
		return say(restore, err, reader->what);
	while ((err = segment_read(reader, &piece)) == OK) {
		if ((err = take_piece(restore, piece)) != OK)
			break;
		*ret_is_new = true;
		if (restore->with.progress != NULL)
			restore->with.progress(restore->with.context, reader->place.mark.size,
					       reader->newest.mark.size);
	}
	if (err == ERR_MISSING)
		return OK;
	if (restore->what[0] == '\0')
		restore->what = reader->what;
	reader->place = restore->position.place; /* what was not taken over is read again */
	return err;
}
