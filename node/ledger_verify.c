#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/archive.h"
#include "node/ledger_inside.h"
#include "node/payload.h"
#include "sampan/clock.h"

#define RECORD_ARENA_BYTES ((size_t)4 << 20)
#define PAYLOAD_ARENA_BYTES (LIMIT_PAYLOAD_BYTES + ((size_t)4 << 20))
#define PROGRESS_EACH 256u

/* One run: the tree is built anew from the leaves and compared with what is stored on the way. */
struct verify {
	struct ledger *ledger;
	const uint8_t *public_key;
	struct arena
		*scratch; /* of one record; a longer one, where its page is damaged, does not fit */
	struct arena *payloads;         /* of its payloads */
	const struct ledger_span *span; /* whose tree it is */
	struct tree tree;
	struct hash restored;     /* root of the tree before, whole */
	uint64_t next_checkpoint; /* size of the next one; 0: none follows */
	uint64_t time_ms;         /* of the record before; 0: that is not known */
	struct ledger_verdict verdict;
};

/* Only the first failure counts; `what` is a constant. An empty ledger's fault is told at number 1.
 */
static void fail(struct verify *verify, uint64_t number, const char *what)
{
	if (verify->verdict.first_bad != 0)
		return;
	verify->verdict.first_bad = number == 0 ? 1 : number;
	verify->verdict.what = what;
}

static bool is_bad(const struct verify *verify)
{
	return verify->verdict.first_bad != 0;
}

static uint64_t last_number(const struct verify *verify)
{
	return verify->span->base + verify->tree.size;
}

/* ---- payloads: hashed where they lie, without a copy ---- */

struct payloads {
	const struct record *record;
	size_t count;
	unsigned seen; /* bits of indexes */
	struct arena *arena;
	enum err err;
	bool is_good;
};

static bool check_payload(void *context, struct bytes key, struct bytes value)
{
	struct payloads *payloads = context;
	const struct record *record = payloads->record;
	size_t index = key.len == LEDGER_KEY_BYTES ? key.at[LEDGER_KEY_BYTES - 1] : SIZE_MAX;
	struct hash hash;

	if (index >= record->payload_count) {
		payloads->is_good = false;
		return false;
	}
	payloads->err = payload_unpack(value, record->payloads[index].len, payloads->arena, &value);
	hash = hash_of(value);
	payloads->is_good = payloads->err == OK && hash_equal(&hash, &record->payloads[index].hash);
	payloads->count++;
	payloads->seen |= 1u << index;
	return payloads->is_good;
}

/* A payload that is not in the store must be in an archive; if that is here, it is hashed there. */
static enum err check_archived(struct verify *verify, size_t index, struct payloads *payloads)
{
	uint64_t number = payloads->record->number;
	struct ledger_key key = ledger_payload_key(number, index);
	struct archive_place place;
	struct bytes stored;
	enum err err = archive_find(verify->ledger, number, index, &place);

	if (err == ERR_MISSING)
		return OK;
	if (err == OK)
		err = archive_read(verify->ledger, &place, number, index, verify->payloads,
				   &stored);
	if (err == ERR_ARCHIVED) {
		verify->verdict.away++;
		memcpy(verify->verdict.away_in, place.name, sizeof(place.name));
		payloads->count++;
		return OK;
	}
	if (err == ERR_CORRUPT)
		payloads->is_good = false;
	if (err != OK)
		return err == ERR_CORRUPT ? OK : err;
	(void)check_payload(payloads, ledger_key_bytes(&key), stored);
	verify->verdict.archived++;
	return payloads->err == ERR_MEMORY ? ERR_MEMORY : OK;
}

static enum err check_payloads(struct verify *verify, const struct record *record)
{
	struct ledger_key from = ledger_key(SPACE_PAYLOAD, record->number);
	struct ledger_key until = ledger_key(SPACE_PAYLOAD, record->number + 1);
	struct payloads payloads = {.record = record, .arena = verify->payloads, .is_good = true};
	enum err err = engine_scan(verify->ledger->engine, ledger_key_bytes(&from),
				   ledger_key_bytes(&until), false, check_payload, &payloads);

	if (err == OK && payloads.err == ERR_MEMORY)
		err = ERR_MEMORY;
	if (err != OK)
		return err;
	for (size_t i = 0; err == OK && i < record->payload_count && payloads.is_good; i++)
		if ((payloads.seen & 1u << i) == 0)
			err = check_archived(verify, i, &payloads);
	if (err != OK)
		return err;
	if (!payloads.is_good || payloads.count != record->payload_count)
		fail(verify, record->number,
		     "a payload is missing, surplus, or has another hash or length than its record "
		     "says");
	else
		verify->verdict.payloads += payloads.count;
	return OK;
}

/* ---- records and tree ---- */

/* What the tree completes must be what is stored. */
static enum err compare_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	struct verify *verify = context;
	struct hash stored;
	enum err err =
		ledger_load_old_node(verify->ledger, verify->span->base, level, index, &stored);

	if (err != OK && err != ERR_CORRUPT)
		return err;
	if (err == ERR_CORRUPT || !hash_equal(&stored, hash))
		fail(verify, verify->span->base + ((index + 1) << level),
		     level == 0 ? "the record has another hash than its leaf in the tree"
				: "a stored subtree has another hash than its records give");
	return OK;
}

/* The first record of a later epoch, and no other, opens it, and names the tree that was restored. */
static enum err check_epoch(struct verify *verify, const struct record *record)
{
	bool is_first = verify->tree.size == 0 && verify->span->epoch > 1;
	const char *root = facts_get(&record->attributes, "root");
	struct hash restored;

	if (is_first != (strcmp(record->event, "EpochOpened") == 0))
		fail(verify, record->number, "an epoch begins where none should, or the reverse");
	else if (is_first && (root == NULL || !hash_parse_hex(root, &restored) ||
			      !hash_equal(&restored, &verify->restored)))
		fail(verify, record->number,
		     "the epoch before does not have the root that was restored");
	return OK;
}

/* A record whose version is higher: of a newer program where the tree says so too, else it was changed. */
static enum err check_newer(struct verify *verify, uint64_t number, struct bytes leaf)
{
	struct hash hash = record_leaf_hash(leaf);
	enum err err = compare_node(verify, 0, verify->tree.size, &hash);

	if (err != OK || is_bad(verify))
		return err;
	fail(verify, number, "the record is of a newer version of this program");
	return ERR_VERSION;
}

/* It stands there for ever, so it damages nothing. */
static void look_at_time(struct verify *verify, const struct record *record)
{
	struct ledger_verdict *verdict = &verify->verdict;

	if (record->time_ms + CLOCK_SLACK_MS < verify->time_ms && verdict->set_back++ == 0)
		verdict->first_set_back = record->number;
	verify->time_ms = record->time_ms;
}

static enum err check_record(struct verify *verify, uint64_t number)
{
	struct ledger_key key = ledger_key(SPACE_RECORD, number);
	struct record record;
	struct bytes leaf;
	struct hash hash;
	enum err err;

	err = engine_get(verify->ledger->engine, ledger_key_bytes(&key), verify->scratch, &leaf);
	if (err == OK)
		err = record_parse(leaf, verify->scratch, &record);
	if (err == ERR_VERSION)
		return check_newer(verify, number, leaf);
	/* ERR_LIMIT: longer than any record is */
	if (err == ERR_MISSING || err == ERR_FORMAT || err == ERR_LIMIT ||
	    (err == OK && record.number != number)) {
		fail(verify, number, "the record is missing or cannot be read");
		return OK;
	}
	if (err != OK || (err = check_epoch(verify, &record)) != OK || is_bad(verify))
		return err;
	hash = record_leaf_hash(leaf);
	err = tree_append(&verify->tree, &hash, compare_node, verify);
	if (err != OK || is_bad(verify))
		return err;
	look_at_time(verify, &record);
	return check_payloads(verify, &record);
}

/* ---- checkpoints ---- */

static bool take_size(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	*(uint64_t *)context = key.len >= 9 ? bytes_get_u64(key.at + 1) : UINT64_MAX;
	return false;
}

static enum err seek_checkpoint(struct verify *verify, uint64_t from)
{
	static const uint8_t end = SPACE_CHECKPOINT + 1;
	struct ledger_key key = ledger_key(SPACE_CHECKPOINT, from);

	verify->next_checkpoint = 0;
	return engine_scan(verify->ledger->engine, ledger_key_bytes(&key), bytes_of(&end, 1), false,
			   take_size, &verify->next_checkpoint);
}

static bool is_origin(const struct verify *verify, const char *origin)
{
	const char *present = ledger_origin(verify->ledger), *slash = strrchr(present, '/');
	char expected[CHECKPOINT_ORIGIN_BYTES];

	(void)snprintf(expected, sizeof(expected), "%.*s/%" PRIu64, (int)(slash - present), present,
		       verify->span->epoch);
	return strcmp(origin, expected) == 0;
}

static enum err check_checkpoint(struct verify *verify)
{
	struct hash root = tree_root(&verify->tree);
	struct checkpoint checkpoint;
	struct bytes note;
	enum err err = ledger_checkpoint_first_covering(verify->ledger, last_number(verify),
							verify->scratch, &note);

	if (err == OK)
		err = checkpoint_verify(note, verify->public_key, &checkpoint);
	if (err == ERR_FORMAT || err == ERR_DENIED)
		fail(verify, last_number(verify),
		     err == ERR_FORMAT
			     ? "the checkpoint of this size cannot be read"
			     : "the checkpoint of this size is not signed by the ledger's key");
	else if (err != OK)
		return err;
	else if (checkpoint.size != verify->tree.size || !hash_equal(&checkpoint.root, &root) ||
		 !is_origin(verify, checkpoint.origin))
		fail(verify, last_number(verify),
		     "the checkpoint of this size names another ledger or another root");
	else
		verify->verdict.checkpoints++;
	return is_bad(verify) ? OK : seek_checkpoint(verify, last_number(verify) + 1);
}

/* ---- the whole ---- */

/* Does a new tree begin with this record? */
static void begin_epoch(struct verify *verify, uint64_t number)
{
	const struct ledger_span *span = ledger_span_of(verify->ledger, number);

	if (span == verify->span)
		return;
	verify->span = span;
	verify->restored = tree_root(&verify->tree);
	tree_init(&verify->tree);
}

static enum err walk(struct verify *verify, uint64_t size,
		     void (*progress)(void *context, uint64_t done, uint64_t all), void *context)
{
	enum err err = seek_checkpoint(verify, last_number(verify) + 1);

	for (uint64_t number = last_number(verify) + 1;
	     err == OK && !is_bad(verify) && number <= size; number++) {
		arena_clear(verify->scratch);
		arena_clear(verify->payloads);
		begin_epoch(verify, number);
		err = check_record(verify, number);
		if (err == OK && !is_bad(verify))
			verify->verdict.records++;
		if (err == OK && !is_bad(verify) && verify->next_checkpoint == number)
			err = check_checkpoint(verify);
		if (progress != NULL && (number % PROGRESS_EACH == 0 || number == size))
			progress(context, number, size);
	}
	return err;
}

/* Does a key stand there that the head does not know of? */
static enum err look_behind(struct verify *verify, enum space space, bool *ret_is_there)
{
	const uint8_t end = (uint8_t)(space + 1);
	struct ledger_key key = ledger_key(space, last_number(verify) + 1);
	uint64_t found = 0;
	enum err err = engine_scan(verify->ledger->engine, ledger_key_bytes(&key),
				   bytes_of(&end, 1), false, take_size, &found);

	*ret_is_there = *ret_is_there || found != 0;
	return err;
}

static enum err check_end(struct verify *verify, const struct hash *root)
{
	struct hash rebuilt = tree_root(&verify->tree), ignored;
	bool is_there = false;
	uint64_t now = 0;
	enum err err;

	if (!hash_equal(&rebuilt, root))
		fail(verify, last_number(verify),
		     "the root in the head is not that of the records");
	if ((err = look_behind(verify, SPACE_RECORD, &is_there)) != OK ||
	    (err = look_behind(verify, SPACE_PAYLOAD, &is_there)) != OK ||
	    (err = look_behind(verify, SPACE_TREE, &is_there)) != OK ||
	    (err = look_behind(verify, SPACE_CHECKPOINT, &is_there)) != OK ||
	    (err = ledger_head(verify->ledger, &now, &ignored)) != OK)
		return err;
	/* beside a living writer the ledger grows meanwhile, which is no fault */
	if (is_there && now == last_number(verify))
		fail(verify, now, "something is stored behind the end of the ledger");
	return OK;
}

static enum err read_old_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	struct verify *verify = context;

	return ledger_load_old_node(verify->ledger, verify->span->base, level, index, ret_hash);
}

/* What stands before is believed as it is stored, and judged by the roots that it leads to. */
static enum err begin_at(struct verify *verify, uint64_t since, uint64_t size)
{
	uint64_t before = since <= 1 ? 0 : since - 1;
	struct record record;

	tree_init(&verify->tree);
	if (before > size)
		return ERR_USAGE;
	if (before > 0 &&
	    ledger_record(verify->ledger, before, verify->scratch, &record, NULL) == OK)
		verify->time_ms = record.time_ms;
	verify->span = ledger_span_of(verify->ledger, before == 0 ? 1 : before);
	return before == 0 ? OK
			   : tree_open(before - verify->span->base, read_old_node, verify,
				       &verify->tree);
}

enum err ledger_verify_since(struct ledger *ledger, uint64_t since,
			     const uint8_t public_key[KEY_PUBLIC_BYTES],
			     void (*progress)(void *context, uint64_t done, uint64_t all),
			     void *context, struct ledger_verdict *ret_verdict)
{
	struct verify verify = {.ledger = ledger, .public_key = public_key, .verdict.what = ""};
	struct hash root;
	uint64_t size = 0;
	enum err err;

	verify.scratch = arena_new(RECORD_ARENA_BYTES);
	verify.payloads = arena_new(PAYLOAD_ARENA_BYTES);
	if (verify.scratch == NULL || verify.payloads == NULL)
		err = ERR_MEMORY;
	else if ((err = ledger_head(ledger, &size, &root)) == OK &&
		 (err = begin_at(&verify, since, size)) == OK &&
		 (err = walk(&verify, size, progress, context)) == OK && !is_bad(&verify))
		err = check_end(&verify, &root);
	arena_free(verify.payloads);
	arena_free(verify.scratch);
	if (err == OK || is_bad(&verify))
		*ret_verdict = verify.verdict;
	return err;
}

enum err ledger_verify(struct ledger *ledger, const uint8_t public_key[KEY_PUBLIC_BYTES],
		       void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
		       struct ledger_verdict *ret_verdict)
{
	return ledger_verify_since(ledger, 1, public_key, progress, context, ret_verdict);
}
