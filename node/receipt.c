#include "node/receipt.h"

#include <string.h>

#include <jansson.h>

#include "node/checkpoint.h"
#include "sampan/base64.h"
#include "sampan/clock.h"

#define FORMAT "sampan.receipt/1"
#define ARENA_BYTES ((size_t)1 << 20)
#define MAX_BYTES ((size_t)256 << 10) /* a leaf in base64, 64 hashes, a checkpoint */

static json_t *base64_text(struct bytes bytes)
{
	struct buffer text;
	json_t *json = NULL;

	buffer_init(&text, 2 * MAX_BYTES);
	base64_format(bytes, &text);
	if (buffer_error(&text) == OK)
		json = json_stringn(text.len == 0 ? "" : (const char *)text.at, text.len);
	buffer_clear(&text);
	return json;
}

/* The bytes received: the payload in the role "document"; NULL when the record has none. */
static const struct record_payload *document_of(const struct record *record)
{
	for (size_t i = 0; i < record->payload_count; i++)
		if (strcmp(record->payloads[i].role, "document") == 0)
			return &record->payloads[i];
	return NULL;
}

static json_t *sha256_of(const struct record *record)
{
	const struct record_payload *document = document_of(record);
	char hex[HASH_HEX_BYTES];

	if (document == NULL)
		return json_null();
	hash_format_hex(&document->hash, hex);
	return json_string(hex);
}

static json_t *proof_to_json(const struct tree_proof *proof)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < proof->count; i++)
		if (json_array_append_new(list, base64_text(hash_bytes(&proof->path[i]))) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *to_json(const struct record *record, struct bytes leaf,
		       const struct tree_proof *proof, struct bytes note)
{
	char time[CLOCK_TEXT_BYTES];

	clock_format(record->time_ms, time);
	return json_pack("{s:s, s:I, s:s, s:s, s:o, s:I, s:o, s:o, s:s%}", "format", FORMAT,
			 "message", (json_int_t)record->message, "event", record->event, "time",
			 time, "sha256", sha256_of(record), "leafIndex",
			 (json_int_t)record->number - 1, "leaf", base64_text(leaf), "proof",
			 proof_to_json(proof), "checkpoint", (const char *)note.at, note.len);
}

static int put_piece(const char *at, size_t len, void *context)
{
	buffer_put(context, bytes_of(at, len));
	return 0;
}

static enum err format_under(struct ledger *ledger, uint64_t number, struct bytes note,
			     struct arena *arena, struct buffer *to)
{
	struct checkpoint checkpoint;
	struct tree_proof proof;
	struct record record;
	struct bytes leaf;
	json_t *json;
	enum err err;

	if ((err = ledger_record(ledger, number, arena, &record, &leaf)) != OK)
		return err;
	if (checkpoint_parse(note, &checkpoint) != OK)
		return ERR_CORRUPT;
	err = ledger_prove_inclusion(ledger, number, checkpoint.size, &proof);
	if (err != OK)
		return err == ERR_USAGE ? ERR_CORRUPT : err;
	if ((json = to_json(&record, leaf, &proof, note)) == NULL)
		return ERR_MEMORY;
	(void)json_dump_callback(json, put_piece, to, JSON_COMPACT); /* in the order given */
	json_decref(json);
	return buffer_error(to);
}

static enum err find_note(struct ledger *ledger, uint64_t number, struct arena *arena,
			  struct bytes *ret_note)
{
	struct record record;
	enum err err = ledger_record(ledger, number, arena, &record, NULL);

	if (err == OK)
		err = ledger_checkpoint_first_covering(ledger, number, arena, ret_note);
	else
		return err;
	return err == ERR_MISSING ? ERR_UNAVAILABLE : err;
}

enum err receipt_format(struct ledger *ledger, uint64_t number, struct buffer *to)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct bytes note;
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	if ((err = find_note(ledger, number, arena, &note)) == OK)
		err = format_under(ledger, number, note, arena, to);
	arena_free(arena);
	return err;
}

enum err receipt_format_under(struct ledger *ledger, uint64_t number, struct bytes note,
			      struct buffer *to)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	err = format_under(ledger, number, note, arena, to);
	arena_free(arena);
	return err;
}

/* ---- verifying ---- */

/* The texts and numbers of a receipt, borrowed from the JSON. */
struct parts {
	const char *format, *event, *time, *leaf, *checkpoint;
	size_t leaf_len, checkpoint_len;
	json_int_t message, leaf_index;
	json_t *sha256, *proof;
};

static enum err parse_parts(json_t *json, struct parts *ret)
{
	struct parts parts = {0};

	if (json_unpack_ex(json, NULL, JSON_STRICT,
			   "{s:s, s:I, s:s, s:s, s:o, s:I, s:s%, s:o, s:s%}", "format",
			   &parts.format, "message", &parts.message, "event", &parts.event, "time",
			   &parts.time, "sha256", &parts.sha256, "leafIndex", &parts.leaf_index,
			   "leaf", &parts.leaf, &parts.leaf_len, "proof", &parts.proof,
			   "checkpoint", &parts.checkpoint, &parts.checkpoint_len) != 0)
		return ERR_FORMAT;
	if (strcmp(parts.format, FORMAT) != 0)
		return strncmp(parts.format, "sampan.receipt/", 15) == 0 ? ERR_VERSION : ERR_FORMAT;
	*ret = parts;
	return OK;
}

static enum err parse_proof(const json_t *list, struct tree_proof *ret_proof)
{
	struct tree_proof proof = {.count = json_array_size(list)};
	struct buffer hash;
	enum err err = OK;

	if (!json_is_array(list) || proof.count > 2 * TREE_LEVELS)
		return ERR_FORMAT;
	buffer_init(&hash, HASH_BYTES);
	for (size_t i = 0; err == OK && i < proof.count; i++) {
		const json_t *item = json_array_get(list, i);

		buffer_reset(&hash);
		if (!json_is_string(item) ||
		    base64_parse(bytes_of_text(json_string_value(item)), &hash) != OK ||
		    hash.len != HASH_BYTES)
			err = ERR_FORMAT;
		else
			memcpy(proof.path[i].at, hash.at, HASH_BYTES);
	}
	buffer_clear(&hash);
	if (err == OK)
		*ret_proof = proof;
	return err;
}

/* What the receipt says in the clear must be what the leaf says. */
static bool says_what_the_leaf_says(const struct parts *parts, const struct record *record)
{
	json_t *sha256 = sha256_of(record);
	char time[CLOCK_TEXT_BYTES];
	bool is_same = sha256 != NULL && json_equal(sha256, parts->sha256);

	json_decref(sha256);
	clock_format(record->time_ms, time);
	return is_same && parts->message == (json_int_t)record->message &&
	       parts->leaf_index == (json_int_t)record->number - 1 &&
	       strcmp(parts->event, record->event) == 0 && strcmp(parts->time, time) == 0;
}

/* What a receipt was read into. */
struct read {
	struct record record;
	struct tree_proof proof;
	struct checkpoint checkpoint;
	struct buffer leaf;
};

static enum err verify_parts(const struct parts *parts, const uint8_t *public_key,
			     struct arena *arena, struct read *read)
{
	struct hash hash;
	enum err err;

	if (base64_parse(bytes_of(parts->leaf, parts->leaf_len), &read->leaf) != OK ||
	    parse_proof(parts->proof, &read->proof) != OK)
		return ERR_FORMAT;
	err = checkpoint_verify(bytes_of(parts->checkpoint, parts->checkpoint_len), public_key,
				&read->checkpoint);
	if (err != OK)
		return err;
	if ((err = record_parse(buffer_bytes(&read->leaf), arena, &read->record)) != OK)
		return err;
	hash = record_leaf_hash(buffer_bytes(&read->leaf));
	if (!tree_verify_inclusion(&hash, read->record.number - 1, read->checkpoint.size,
				   &read->proof, &read->checkpoint.root) ||
	    !says_what_the_leaf_says(parts, &read->record))
		return ERR_CORRUPT;
	return OK;
}

/* Was it written exactly so? The same values can be written as JSON in many ways. */
static enum err compare_form(struct bytes receipt, const struct parts *parts,
			     const struct read *read)
{
	struct bytes note = bytes_of(parts->checkpoint, parts->checkpoint_len);
	json_t *json = to_json(&read->record, buffer_bytes(&read->leaf), &read->proof, note);
	struct buffer again;
	enum err err;

	if (json == NULL)
		return ERR_MEMORY;
	if (!checkpoint_is_plain(note)) {
		json_decref(json);
		return ERR_CORRUPT;
	}
	buffer_init(&again, MAX_BYTES);
	(void)json_dump_callback(json, put_piece, &again, JSON_COMPACT);
	json_decref(json);
	err = buffer_error(&again);
	if (err == ERR_LIMIT || (err == OK && !bytes_equal(buffer_bytes(&again), receipt)))
		err = ERR_CORRUPT;
	buffer_clear(&again);
	return err;
}

static enum err verify(struct bytes receipt, const uint8_t *public_key, bool exactly,
		       struct arena *arena, struct read *read)
{
	struct parts parts;
	json_t *json;
	enum err err;

	if (receipt.len == 0 || receipt.len > MAX_BYTES)
		return ERR_FORMAT;
	json = json_loadb((const char *)receipt.at, receipt.len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		return ERR_FORMAT;
	buffer_init(&read->leaf, LIMIT_RECORD_BYTES);
	if ((err = parse_parts(json, &parts)) == OK)
		err = verify_parts(&parts, public_key, arena, read);
	if (err == OK && exactly)
		err = compare_form(receipt, &parts, read);
	buffer_clear(&read->leaf);
	json_decref(json);
	return err;
}

enum err receipt_verify(struct bytes receipt, const uint8_t public_key[KEY_PUBLIC_BYTES],
			struct arena *arena, struct record *ret_record)
{
	struct read read;
	enum err err = verify(receipt, public_key, false, arena, &read);

	if (err == OK)
		*ret_record = read.record;
	return err;
}

enum err receipt_verify_exactly(struct bytes receipt, const uint8_t public_key[KEY_PUBLIC_BYTES],
				struct arena *arena, struct record *ret_record,
				struct checkpoint *ret_checkpoint)
{
	struct read read;
	enum err err = verify(receipt, public_key, true, arena, &read);

	if (err == OK) {
		*ret_record = read.record;
		*ret_checkpoint = read.checkpoint;
	}
	return err;
}
