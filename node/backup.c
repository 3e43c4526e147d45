#include "node/backup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/archive.h"
#include "node/changes.h"
#include "node/ledger_inside.h"
#include "node/payload.h"

#define ARENA_BYTES ((size_t)5 * LIMIT_PAYLOAD_BYTES)
#define KEYS_BYTES ((size_t)2 * LIMIT_PAYLOAD_BYTES)
#define PROGRESS_EACH 256u

struct backup {
	uint64_t away; /* payloads that are in archives that are not here */
	char away_in[ARCHIVE_NAME_BYTES];
	struct backup_with with;
	struct segment_writer *writer;
	struct arena *scratch; /* of one record */
	struct arena *keys;
	struct tree tree;          /* over the records that were copied, of the newest epoch */
	uint64_t base;             /* of that epoch */
	struct segment_mark state; /* what the next mark will say */
	uint64_t all;              /* records there are, for the progress */
};

/* ---- opening ---- */

struct span {
	struct ledger *ledger;
	uint64_t base;
};

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	const struct span *span = context;

	return ledger_load_old_node(span->ledger, span->base, level, index, ret_hash);
}

/* The tree that ends with this record, of its epoch. */
static enum err tree_at(struct ledger *ledger, uint64_t number, struct tree *ret_tree,
			uint64_t *ret_base)
{
	struct span span = {ledger, ledger_span_of(ledger, number)->base};

	*ret_base = span.base;
	return tree_open(number - span.base, read_node, &span, ret_tree);
}

/* The folder's records must be the first ones of this ledger. */
static enum err join_up(struct backup *backup)
{
	const struct segment_mark *newest = segment_writer_newest(backup->writer);
	struct hash root;
	uint64_t size = 0;
	enum err err = ledger_head(backup->with.ledger, &size, &root);

	if (err != OK)
		return err;
	if (newest->size > size)
		return ERR_CONFLICT;
	if ((err = tree_at(backup->with.ledger, newest->size, &backup->tree, &backup->base)) != OK)
		return err;
	root = tree_root(&backup->tree);
	if (newest->number > 0 && !hash_equal(&root, &newest->root))
		return ERR_CONFLICT;
	backup->state = *newest;
	return OK;
}

enum err backup_open(const struct backup_with *with, struct backup **ret_backup)
{
	struct segment_ledger ledger = {with->ledger->name, with->ledger->epoch};
	struct backup *backup = calloc(1, sizeof(*backup));
	enum err err;

	if (backup == NULL)
		return ERR_MEMORY;
	backup->with = *with;
	backup->scratch = arena_new(ARENA_BYTES);
	backup->keys = arena_new(KEYS_BYTES);
	err = backup->scratch == NULL || backup->keys == NULL ? ERR_MEMORY : OK;
	if (err == OK &&
	    (err = segment_writer_open(with->folder, &ledger, with->key, &backup->writer)) == OK)
		err = join_up(backup);
	if (err != OK)
		backup_close(backup);
	else
		*ret_backup = backup;
	return err;
}

void backup_close(struct backup *backup)
{
	if (backup == NULL)
		return;
	segment_writer_close(backup->writer);
	arena_free(backup->scratch);
	arena_free(backup->keys);
	free(backup);
}

uint64_t backup_away(const struct backup *backup, const char **ret_archive)
{
	*ret_archive = backup->away_in;
	return backup->away;
}

const struct segment_mark *backup_newest(const struct backup *backup)
{
	return segment_writer_newest(backup->writer);
}

/* Records that were copied, of all epochs. */
static uint64_t count(const struct backup *backup)
{
	return backup->base + backup->tree.size;
}

/* ---- checkpoints ---- */

struct next_checkpoint {
	struct arena *arena;
	uint64_t size;
	struct bytes note;
};

static bool take_checkpoint(void *context, struct bytes key, struct bytes value)
{
	struct next_checkpoint *next = context;

	next->size = key.len == 9 ? bytes_get_u64(key.at + 1) : 0;
	next->note = bytes_of(arena_copy(next->arena, value), value.len);
	return false;
}

/* Its origin is that of its epoch. */
static bool is_origin(const struct ledger *ledger, uint64_t number, const char *origin)
{
	char expected[CHECKPOINT_ORIGIN_BYTES];

	(void)snprintf(expected, sizeof(expected), "%s/%" PRIu64, ledger->name,
		       ledger_epoch_of(ledger, number));
	return strcmp(expected, origin) == 0;
}

static enum err check_checkpoint(struct backup *backup, const struct next_checkpoint *next)
{
	struct checkpoint checkpoint;
	struct hash root;
	struct tree tree;
	uint64_t base = 0;
	enum err err = next->note.at == NULL ? ERR_MEMORY : OK;

	if (err == OK &&
	    checkpoint_verify(next->note, backup->with.ledger_public_key, &checkpoint) != OK)
		err = ERR_CORRUPT;
	if (err == OK && (err = tree_at(backup->with.ledger, next->size, &tree, &base)) == OK) {
		root = tree_root(&tree);
		if (checkpoint.size != next->size - base || !hash_equal(&root, &checkpoint.root) ||
		    !is_origin(backup->with.ledger, next->size, checkpoint.origin))
			err = ERR_CORRUPT;
	}
	return err;
}

/* Those that came since, as far as the records do. */
static enum err put_checkpoints(struct backup *backup, uint64_t *ret_number)
{
	enum err err = OK;

	while (err == OK) {
		struct ledger_key from = ledger_key(SPACE_CHECKPOINT, backup->state.checkpoint + 1);
		struct ledger_key until = ledger_key(SPACE_CHECKPOINT, count(backup) + 1);
		struct next_checkpoint next = {.arena = backup->scratch};
		uint8_t number[8];
		struct bytes parts[2];

		arena_clear(backup->scratch);
		err = engine_scan(backup->with.ledger->engine, ledger_key_bytes(&from),
				  ledger_key_bytes(&until), false, take_checkpoint, &next);
		if (err != OK || next.size == 0)
			break;
		if ((err = check_checkpoint(backup, &next)) != OK) {
			*ret_number = next.size;
			break;
		}
		bytes_put_u64(number, next.size);
		parts[0] = bytes_of(number, sizeof(number));
		parts[1] = next.note;
		err = segment_put(backup->writer, SEGMENT_CHECKPOINT, parts, 2);
		backup->state.checkpoint = next.size;
	}
	return err;
}

static enum err put_mark(struct backup *backup, bool is_kept, uint64_t *ret_number)
{
	enum err err = put_checkpoints(backup, ret_number);

	backup->state.size = count(backup);
	backup->state.root = tree_root(&backup->tree);
	return err != OK ? err : segment_writer_mark(backup->writer, &backup->state, is_kept);
}

/*
 * So that little is lost when it is interrupted. Among states no mark is kept: they are begun anew, and
 * the folder becomes what it would have been in one go.
 */
static enum err mark_when_due(struct backup *backup, bool is_kept, uint64_t *ret_number)
{
	backup->state.is_cut = false;
	return segment_writer_open_bytes(backup->writer) < SEGMENT_MARK_EACH
		       ? OK
		       : put_mark(backup, is_kept, ret_number);
}

/* ---- records ---- */

static enum err put_payload(struct backup *backup, const struct record *record, size_t index)
{
	uint8_t number = (uint8_t)index;
	struct bytes plain, parts[2] = {bytes_of(&number, 1)};
	struct hash hash;
	enum err err = ledger_stored_payload(backup->with.ledger, record->number, index,
					     backup->scratch, &parts[1]);

	if (err == ERR_ARCHIVED) { /* its place travels with the states */
		(void)snprintf(backup->away_in, sizeof(backup->away_in), "%s",
			       archive_away(backup->with.ledger));
		backup->away++;
		return OK;
	}
	if (err == OK)
		err = payload_unpack(parts[1], record->payloads[index].len, backup->scratch,
				     &plain);
	if (err != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	hash = hash_of(plain);
	if (!hash_equal(&hash, &record->payloads[index].hash))
		return ERR_CORRUPT;
	return segment_put(backup->writer, SEGMENT_PAYLOAD, parts, 2);
}

static enum err ignore(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	(void)context, (void)level, (void)index, (void)hash;
	return OK;
}

/* A later epoch begins a piece of its own, behind the checkpoints of the one before. */
static enum err begin_epoch(struct backup *backup, uint64_t number, uint64_t *ret_number)
{
	const struct ledger_span *span = ledger_span_of(backup->with.ledger, number);
	uint8_t epoch[8];
	struct bytes part = bytes_of(epoch, sizeof(epoch));
	enum err err;

	if (span->base == 0 || span->base != number - 1)
		return OK;
	backup->state.is_cut = false;
	if ((err = put_mark(backup, true, ret_number)) != OK)
		return err;
	bytes_put_u64(epoch, span->epoch);
	tree_init(&backup->tree);
	backup->base = span->base;
	return segment_put(backup->writer, SEGMENT_EPOCH, &part, 1);
}

static enum err put_record(struct backup *backup, uint64_t number)
{
	struct record record;
	struct bytes leaf;
	struct hash hash;
	enum err err;

	arena_clear(backup->scratch);
	if ((err = ledger_record(backup->with.ledger, number, backup->scratch, &record, &leaf)) !=
		    OK ||
	    (err = segment_put(backup->writer, SEGMENT_RECORD, &leaf, 1)) != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	for (size_t i = 0; err == OK && i < record.payload_count; i++)
		err = put_payload(backup, &record, i);
	if (err != OK)
		return err;
	hash = record_leaf_hash(leaf);
	return tree_append(&backup->tree, &hash, ignore, NULL);
}

static enum err put_records(struct backup *backup, uint64_t size, uint64_t *ret_number)
{
	enum err err = OK;

	for (uint64_t number = count(backup) + 1; err == OK && number <= size; number++) {
		if ((err = begin_epoch(backup, number, ret_number)) != OK ||
		    (err = put_record(backup, number)) != OK) {
			*ret_number = number;
			break;
		}
		err = mark_when_due(backup, true, ret_number);
		if (backup->with.progress != NULL &&
		    (number % PROGRESS_EACH == 0 || number == size))
			backup->with.progress(backup->with.context, number, size);
	}
	return err;
}

/* ---- states and indexes ---- */

static enum err put_state(struct backup *backup, struct bytes key, struct bytes value)
{
	uint8_t len = (uint8_t)key.len;
	struct bytes parts[3] = {bytes_of(&len, 1), key, value};

	return segment_put(backup->writer, SEGMENT_STATE, parts, 3);
}

static enum err put_changes(struct backup *backup, const struct changes *changes)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < changes->count; i++) {
		struct bytes value;
		uint64_t ignored;

		arena_clear(backup->scratch);
		err = engine_get(backup->with.ledger->engine, changes->keys[i], backup->scratch,
				 &value);
		if (err == OK)
			err = put_state(backup, changes->keys[i], value);
		else if (err == ERR_MISSING)
			err = segment_put(backup->writer, SEGMENT_GONE, &changes->keys[i], 1);
		if (err == OK)
			err = mark_when_due(backup, false, &ignored);
	}
	return err;
}

/* A page of pairs, because marks need the store themselves. */
struct dumping {
	struct backup *backup;
	uint8_t next[ENGINE_KEY_BYTES + 1]; /* where the next page begins */
	size_t next_len;
	bool has_more;
	enum err err;
};

static bool dump(void *context, struct bytes key, struct bytes value)
{
	struct dumping *dumping = context;

	memcpy(dumping->next, key.at, key.len);
	dumping->next[key.len] = 0;
	dumping->next_len = key.len + 1;
	if (!changes_is_state(key.at[0])) { /* on behind this space */
		dumping->next[0] = (uint8_t)(key.at[0] + 1);
		dumping->next_len = 1;
		dumping->has_more = true;
		return false;
	}
	dumping->err = put_state(dumping->backup, key, value);
	dumping->has_more = dumping->err == OK &&
			    segment_writer_open_bytes(dumping->backup->writer) >= SEGMENT_MARK_EACH;
	return dumping->err == OK && !dumping->has_more;
}

static enum err put_all(struct backup *backup, uint64_t *ret_number)
{
	struct dumping dumping = {.backup = backup, .next = {1}, .next_len = 1};
	enum err err = segment_put(backup->writer, SEGMENT_ALL, NULL, 0);

	do {
		dumping.has_more = false;
		if (err == OK)
			err = engine_scan(backup->with.ledger->engine,
					  bytes_of(dumping.next, dumping.next_len),
					  (struct bytes){0}, false, dump, &dumping);
		if (err == OK)
			err = dumping.err;
		if (err == OK)
			err = mark_when_due(backup, false, ret_number);
	} while (err == OK && dumping.has_more);
	return err;
}

/* ---- a cut ---- */

static enum err put_cut(struct backup *backup, uint64_t commits, uint64_t *ret_number)
{
	struct ledger *ledger = backup->with.ledger;
	struct changes changes;
	struct hash root, copied;
	uint64_t size = 0;
	enum err err;

	arena_clear(backup->keys);
	if ((err = ledger_head(ledger, &size, &root)) != OK ||
	    (err = put_records(backup, size, ret_number)) != OK)
		return err;
	copied = tree_root(&backup->tree);
	if (!hash_equal(&root, &copied)) {
		*ret_number = size;
		return ERR_CORRUPT;
	}
	err = backup->state.commits == 0 ? ERR_MISSING
					 : changes_between(ledger, backup->state.commits, commits,
							   backup->keys, &changes);
	if (err == OK)
		err = put_changes(backup, &changes);
	else if (err == ERR_MISSING)
		err = put_all(backup, ret_number);
	if (err != OK)
		return err;
	backup->state.commits = commits;
	backup->state.is_cut = true;
	return put_mark(backup, true, ret_number);
}

enum err backup_go_on(struct backup *backup, bool *ret_is_new, uint64_t *ret_number)
{
	struct ledger *ledger = backup->with.ledger;
	uint64_t commits = 0, size = 0;
	struct hash root;
	enum err err;

	*ret_number = 0;
	*ret_is_new = false;
	if ((err = engine_head(ledger->engine, &commits)) != OK)
		return err;
	if (backup->state.is_cut && backup->state.commits == commits)
		return OK;
	*ret_is_new = true;
	/* the bulk first, because one view of the store must not last */
	if ((err = ledger_head(ledger, &size, &root)) != OK ||
	    (err = put_records(backup, size, ret_number)) != OK ||
	    (err = ledger_hold(ledger, true)) != OK)
		return err;
	if ((err = engine_head(ledger->engine, &commits)) == OK)
		err = put_cut(backup, commits, ret_number);
	(void)ledger_hold(ledger, false);
	return err;
}
