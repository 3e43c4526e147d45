#include "node/receipt.h"

#include <string.h>

#include <jansson.h>

#include "node/checkpoint.h"
#include "sampan/base64.h"
#include "sampan/clock.h"

#define FORMAT "sampan.receipt/1"
#define ARENA_BYTES ((size_t)1 << 20)
#define MAX_BYTES ((size_t)256 << 10) /* a leaf in base64, 64 hashes, a checkpoint */

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

/* ---- writing: by hand, because a receipt is made for every document ---- */

static void put_base64(struct buffer *to, struct bytes bytes)
{
	buffer_put_byte(to, '"');
	base64_format(bytes, to);
	buffer_put_byte(to, '"');
}

static void put_escape(struct buffer *to, uint8_t byte)
{
	static const char short_forms[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	static const char digits[] = "0123456789ABCDEF";
	char form[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};

	for (size_t i = 0; i + 1 < sizeof(short_forms); i += 2)
		if ((uint8_t)short_forms[i] == byte) {
			form[1] = short_forms[i + 1];
			buffer_put(to, bytes_of(form, 2));
			return;
		}
	buffer_put(to, bytes_of(form, sizeof(form)));
}

/* UTF-8 as it is; only what JSON forbids in a text is escaped. */
static void put_text(struct buffer *to, struct bytes text)
{
	size_t begin = 0;

	buffer_put_byte(to, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] >= ' ' && text.at[i] != '"' && text.at[i] != '\\')
			continue;
		buffer_put(to, bytes_of(text.at + begin, i - begin));
		put_escape(to, text.at[i]);
		begin = i + 1;
	}
	if (begin < text.len)
		buffer_put(to, bytes_of(text.at + begin, text.len - begin));
	buffer_put_byte(to, '"');
}

static void put_number(struct buffer *to, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buffer_put(to, bytes_of(digits + at, sizeof(digits) - at));
}

static void put_sha256(struct buffer *to, const struct record *record)
{
	const struct record_payload *document = document_of(record);
	char hex[HASH_HEX_BYTES];

	if (document == NULL) {
		buffer_put_text(to, "null");
		return;
	}
	hash_format_hex(&document->hash, hex);
	put_text(to, bytes_of_text(hex));
}

static void put_proof(struct buffer *to, const struct tree_proof *proof)
{
	for (size_t i = 0; i < proof->count; i++) {
		if (i > 0)
			buffer_put_byte(to, ',');
		put_base64(to, hash_bytes(&proof->path[i]));
	}
}

/* A record and where it stands. */
struct stated {
	const struct record *record;
	struct bytes leaf;
	uint64_t leaf_index; /* in the tree of its epoch */
	const struct tree_proof *proof;
};

static void put_beginning(struct buffer *to, const struct stated *stated)
{
	const struct record *record = stated->record;
	char time[CLOCK_TEXT_BYTES];

	clock_format(record->time_ms, time);
	buffer_put_text(to, "{\"format\":\"" FORMAT "\",\"message\":");
	put_number(to, record->message);
	buffer_put_text(to, ",\"event\":");
	put_text(to, bytes_of_text(record->event));
	buffer_put_text(to, ",\"time\":");
	put_text(to, bytes_of_text(time));
	buffer_put_text(to, ",\"sha256\":");
	put_sha256(to, record);
	buffer_put_text(to, ",\"leafIndex\":");
	put_number(to, stated->leaf_index);
	buffer_put_text(to, ",\"leaf\":");
	put_base64(to, stated->leaf);
	buffer_put_text(to, ",\"proof\":[");
	put_proof(to, stated->proof);
	buffer_put_text(to, "],\"checkpoint\":");
}

void receipt_end(struct bytes note, struct buffer *to)
{
	put_text(to, note);
	buffer_put_byte(to, '}');
}

static enum err begin(struct ledger *ledger, uint64_t number, uint64_t size, struct arena *arena,
		      struct buffer *to)
{
	struct stated stated = {0};
	struct tree_proof proof;
	struct record record;
	enum err err;

	if ((err = ledger_record_lately(ledger, number, arena, &record, &stated.leaf)) != OK)
		return err;
	err = ledger_prove_inclusion(ledger, number, size, &proof);
	if (err != OK)
		return err == ERR_USAGE ? ERR_CORRUPT : err;
	stated.record = &record;
	stated.proof = &proof;
	stated.leaf_index = number - ledger_base(ledger, ledger_epoch_of(ledger, number)) - 1;
	put_beginning(to, &stated);
	return buffer_error(to);
}

enum err receipt_begin(struct ledger *ledger, uint64_t number, uint64_t size, struct buffer *to)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	enum err err = arena == NULL ? ERR_MEMORY : begin(ledger, number, size, arena, to);

	arena_free(arena);
	return err;
}

static enum err format_under(struct ledger *ledger, uint64_t number, struct bytes note,
			     struct arena *arena, struct buffer *to)
{
	struct checkpoint checkpoint;
	enum err err;

	if (checkpoint_parse(note, &checkpoint) != OK)
		return ERR_CORRUPT;
	if ((err = begin(ledger, number, checkpoint.size, arena, to)) != OK)
		return err;
	receipt_end(note, to);
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
	if (err != ERR_MISSING)
		return err;
	return ledger_epoch_of(ledger, number) == ledger_epoch(ledger) ? ERR_UNAVAILABLE : ERR_LOST;
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
	       strcmp(parts->event, record->event) == 0 && strcmp(parts->time, time) == 0;
}

/* In the first epoch numbers are places; later ones have records before them. */
static bool is_place(json_int_t leaf_index, const struct record *record, const char *origin)
{
	const char *slash = strrchr(origin, '/');

	if (leaf_index < 0 || (uint64_t)leaf_index >= record->number)
		return false;
	return slash != NULL && strcmp(slash, "/1") == 0
		       ? (uint64_t)leaf_index == record->number - 1
		       : (uint64_t)leaf_index < record->number - 1;
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
	if (!is_place(parts->leaf_index, &read->record, read->checkpoint.origin) ||
	    !tree_verify_inclusion(&hash, (uint64_t)parts->leaf_index, read->checkpoint.size,
				   &read->proof, &read->checkpoint.root) ||
	    !says_what_the_leaf_says(parts, &read->record))
		return ERR_CORRUPT;
	return OK;
}

/* Was it written exactly so? The same values can be written as JSON in many ways. */
static enum err compare_form(struct bytes receipt, const struct parts *parts,
			     const struct read *read)
{
	const struct stated stated = {.record = &read->record,
				      .leaf = buffer_bytes(&read->leaf),
				      .leaf_index = (uint64_t)parts->leaf_index,
				      .proof = &read->proof};
	struct bytes note = bytes_of(parts->checkpoint, parts->checkpoint_len);
	struct buffer again;
	enum err err;

	if (!checkpoint_is_plain(note))
		return ERR_CORRUPT;
	buffer_init(&again, MAX_BYTES);
	put_beginning(&again, &stated);
	receipt_end(note, &again);
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
