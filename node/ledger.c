#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/ledger_inside.h"

/* 1: the keys of documents lay one by one; 2: they lay by month; 3: in blocks, none of them in a list (sampan/engine_run.h) */
#define HEAD_VERSION 4u
#define HEAD_VERSION_BEFORE 3u /* is read as well: what it has is where this program looks, too */
#define SCRATCH_BYTES ((size_t)1 << 20)

/* ---- keys ---- */

struct ledger_key ledger_key(enum space space, uint64_t number)
{
	struct ledger_key key = {.len = 9};

	key.at[0] = (uint8_t)space;
	bytes_put_u64(key.at + 1, number);
	return key;
}

struct ledger_key ledger_payload_key(uint64_t number, size_t index)
{
	struct ledger_key key = ledger_key(SPACE_PAYLOAD, number);

	key.at[key.len++] = (uint8_t)index;
	return key;
}

struct bytes ledger_key_bytes(const struct ledger_key *key)
{
	return bytes_of(key->at, key->len);
}

struct bytes ledger_head_key(void)
{
	static const uint8_t key = SPACE_HEAD;

	return bytes_of(&key, 1);
}

/* ---- the head ---- */

void ledger_format_head(const struct ledger_head *head, struct buffer *to)
{
	pack_u16(to, HEAD_VERSION);
	pack_text(to, head->name);
	pack_u64(to, head->epoch);
	pack_u64(to, head->size);
	pack_fixed(to, head->root.at, HASH_BYTES);
}

static enum err head_parse(struct bytes bytes, struct arena *arena, struct ledger_head *ret_head)
{
	struct unpack from;
	const uint8_t *root;
	struct ledger_head head;
	uint16_t version;

	unpack_init(&from, bytes);
	version = unpack_u16(&from);
	if (version != 0 && version != HEAD_VERSION && version != HEAD_VERSION_BEFORE)
		return ERR_VERSION;
	head.name = unpack_text(&from, arena);
	head.epoch = unpack_u64(&from);
	head.size = unpack_u64(&from);
	root = unpack_fixed(&from, HASH_BYTES);
	if (root == NULL || unpack_end(&from) != OK || version == 0 || head.size > UINT64_MAX >> 1)
		return ERR_CORRUPT;
	memcpy(head.root.at, root, HASH_BYTES);
	*ret_head = head;
	return OK;
}

/* The name lives in the scratch arena. */
static enum err read_head(struct ledger *ledger, struct ledger_head *ret_head)
{
	struct bytes bytes;
	enum err err;

	arena_clear(ledger->scratch);
	if ((err = engine_get(ledger->engine, ledger_head_key(), ledger->scratch, &bytes)) != OK)
		return err;
	return head_parse(bytes, ledger->scratch, ret_head);
}

/* ---- the tree as it is stored ---- */

static enum err load_node(struct ledger *ledger, uint64_t number, unsigned level,
			  struct hash *ret_hash)
{
	struct ledger_key key = ledger_key(SPACE_TREE, number);
	size_t at = (size_t)level * HASH_BYTES;
	struct bytes value;
	enum err err;

	arena_clear(ledger->scratch);
	err = engine_get(ledger->engine, ledger_key_bytes(&key), ledger->scratch, &value);
	if (err != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	if (value.len < at + HASH_BYTES)
		return ERR_CORRUPT;
	memcpy(ret_hash->at, value.at + at, HASH_BYTES);
	return OK;
}

enum err ledger_load_node(struct ledger *ledger, unsigned level, uint64_t index,
			  struct hash *ret_hash)
{
	return load_node(ledger, ledger->base + ((index + 1) << level), level, ret_hash);
}

enum err ledger_load_old_node(struct ledger *ledger, uint64_t base, unsigned level, uint64_t index,
			      struct hash *ret_hash)
{
	return load_node(ledger, base + ((index + 1) << level), level, ret_hash);
}

enum err ledger_load_leaf(struct ledger *ledger, uint64_t number, struct hash *ret_hash)
{
	return load_node(ledger, number, 0, ret_hash);
}

/* Leaves that are not of a moment ago are read anew each time: they say whether a record is what it was. */
enum err ledger_read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	struct ledger *ledger = context;
	struct ledger_node *node = &ledger->nodes[(index + level * 61u) % LEDGER_NODES];
	const struct ledger_recent_leaf *leaf;
	enum err err;

	if (level == 0 && (leaf = ledger_recent_leaf(ledger, ledger->base + index + 1)) != NULL) {
		*ret_hash = leaf->hash;
		return OK;
	}
	if (ledger->read_only || level == 0)
		return ledger_load_node(ledger, level, index, ret_hash);
	if (node->index == index + 1 && node->level == level) {
		*ret_hash = node->hash;
		return OK;
	}
	if ((err = ledger_load_node(ledger, level, index, ret_hash)) == OK)
		*node = (struct ledger_node){index + 1, level, *ret_hash};
	return err;
}

/* The last record is there and is the tree's last leaf; none stands behind it. */
static enum err check_last_record(struct ledger *ledger)
{
	struct ledger_key next = ledger_key(SPACE_RECORD, ledger_count(ledger) + 1);
	struct bytes value;
	enum err err;

	if (ledger_count(ledger) > 0) {
		arena_clear(ledger->scratch);
		err = ledger_record(ledger, ledger_count(ledger), ledger->scratch, NULL, NULL);
		if (err != OK)
			return err == ERR_MISSING || err == ERR_FORMAT ? ERR_CORRUPT : err;
	}
	if (ledger->read_only) /* the writer may have gone on meanwhile */
		return OK;
	arena_clear(ledger->scratch);
	err = engine_get(ledger->engine, ledger_key_bytes(&next), ledger->scratch, &value);
	return err == OK ? ERR_CORRUPT : err == ERR_MISSING ? OK : err;
}

static enum err set_name(struct ledger *ledger, const struct ledger_head *head)
{
	if (ledger->origin != NULL) /* others hold the text */
		return head->epoch == ledger->epoch && strcmp(head->name, ledger->name) == 0
			       ? OK
			       : ERR_CORRUPT;
	free(ledger->name);
	ledger->epoch = head->epoch;
	ledger->name = strdup(head->name);
	if (ledger->name == NULL ||
	    asprintf(&ledger->origin, "%s/%" PRIu64, head->name, head->epoch) < 0) {
		ledger->origin = NULL;
		return ERR_MEMORY;
	}
	return OK;
}

enum err ledger_load(struct ledger *ledger)
{
	struct hash root;
	struct ledger_head head;
	struct tree tree;
	enum err err;

	if ((err = engine_head(ledger->engine, &ledger->engine_head)) != OK ||
	    (err = read_head(ledger, &head)) != OK || (err = set_name(ledger, &head)) != OK ||
	    (err = ledger_load_spans(ledger, head.epoch, head.size)) != OK)
		return err;
	memset(ledger->nodes, 0, sizeof(ledger->nodes));
	ledger_forget(ledger);
	if ((err = tree_open(head.size - ledger->base, ledger_read_node, ledger, &tree)) != OK)
		return err;
	root = tree_root(&tree);
	if (!hash_equal(&root, &head.root))
		return ERR_CORRUPT;
	ledger->tree = tree;
	ledger->root = root;
	return OK;
}

static bool is_good_name(const char *name)
{
	static const uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;
	enum err err;

	buffer_init(&text, CHECKPOINT_MAX_BYTES);
	err = strlen(name) > LIMIT_NAME_BYTES - 22 ? ERR_USAGE
						   : checkpoint_format_key(name, public_key, &text);
	buffer_clear(&text);
	return err == OK;
}

static enum err commit_head(struct ledger *ledger, const struct ledger_head *head)
{
	struct engine_put put = {.key = ledger_head_key()};
	struct engine_batch batch = {
		.puts = &put, .put_count = 1, .expected_head = ledger->engine_head};
	struct buffer value;
	enum err err;

	buffer_init(&value, SCRATCH_BYTES);
	ledger_format_head(head, &value);
	put.value = buffer_bytes(&value);
	if ((err = buffer_error(&value)) == OK)
		err = engine_commit(ledger->engine, &batch, NULL);
	buffer_clear(&value);
	return err;
}

/* A new ledger gets its head at once, so that its name is settled. */
static enum err create(struct ledger *ledger, const char *name, uint64_t epoch)
{
	struct ledger_head head = {
		.name = name, .epoch = epoch, .root = hash_of((struct bytes){0})};
	enum err err;

	if (ledger->engine_head != 0) /* pairs, but no head */
		return ERR_CORRUPT;
	if (ledger->read_only || name == NULL)
		return ERR_MISSING;
	if (!is_good_name(name))
		return ERR_USAGE;
	if ((err = commit_head(ledger, &head)) != OK)
		return err;
	return ledger_load(ledger);
}

enum err ledger_open(struct engine *engine, const char *name, bool read_only,
		     struct ledger **ret_ledger)
{
	return ledger_open_epoch(engine, name, 1, read_only, ret_ledger);
}

enum err ledger_open_epoch(struct engine *engine, const char *name, uint64_t epoch, bool read_only,
			   struct ledger **ret_ledger)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	enum err err;

	if (ledger == NULL) {
		engine_close(engine);
		return ERR_MEMORY;
	}
	ledger->engine = engine;
	ledger->read_only = read_only;
	ledger->scratch = arena_new(SCRATCH_BYTES);
	err = ledger->scratch == NULL ? ERR_MEMORY : ledger_load(ledger);
	if (err == ERR_MISSING)
		err = create(ledger, name, epoch);
	if (err == OK)
		err = check_last_record(ledger);
	if (err != OK) {
		ledger_close(ledger);
		return err;
	}
	*ret_ledger = ledger;
	return OK;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	if (ledger->flight.batch != NULL)
		(void)ledger_commit_end(ledger);
	batch_free(ledger->batch);
	ledger_forget(ledger);
	engine_close(ledger->engine);
	arena_free(ledger->scratch);
	free(ledger->name);
	free(ledger->origin);
	free(ledger->archives);
	free(ledger);
}

const char *ledger_origin(const struct ledger *ledger)
{
	return ledger->origin;
}

uint64_t ledger_epoch(const struct ledger *ledger)
{
	return ledger->epoch;
}

enum err ledger_head(struct ledger *ledger, uint64_t *ret_size, struct hash *ret_root)
{
	struct ledger_head head = {.size = ledger_count(ledger)};
	enum err err;

	if (!ledger->read_only)
		head.root = ledger->root;
	else if ((err = read_head(ledger, &head)) != OK)
		return err;
	*ret_size = head.size;
	*ret_root = head.root;
	return OK;
}
