#include <string.h>

#include "messages/signature_write.h"
#include "node/record.h"
#include "node/seal_inside.h"

#define ARENA_BYTES ((size_t)4 * 1024 * 1024)

void seal_pack_documents(struct buffer *to, struct bytes note, size_t count)
{
	pack_bytes(to, note);
	pack_u32(to, (uint32_t)count);
}

void seal_pack_document(struct buffer *to, const struct seal_document *document)
{
	pack_bytes(to, document->leaf);
	pack_u32(to, (uint32_t)document->proof.count);
	for (size_t i = 0; i < document->proof.count; i++)
		pack_fixed(to, document->proof.path[i].at, HASH_BYTES);
}

static enum err unpack_document(struct unpack *from, struct seal_document *ret_document)
{
	struct seal_document document = {.leaf = unpack_bytes(from)};

	document.proof.count = unpack_count(from, HASH_BYTES);
	if (document.proof.count > sizeof(document.proof.path) / sizeof(document.proof.path[0]))
		return ERR_FORMAT;
	for (size_t i = 0; i < document.proof.count; i++)
		seal_unpack_hash(from, &document.proof.path[i]);
	*ret_document = document;
	return from->failed ? ERR_FORMAT : OK;
}

static bool is_any_of(const char *event, const char *const *events)
{
	for (; *events != NULL; events++)
		if (strcmp(event, *events) == 0)
			return true;
	return false;
}

/* Everything else that stands in a ledger is not ours to sign. */
static const struct record_payload *output_of(const struct record *record)
{
	static const char *const events[] = {"Translated", "Canonicalised", SEAL_DECIDED, NULL};

	if (!is_any_of(record->event, events))
		return NULL;
	for (size_t i = 0; i < record->payload_count; i++)
		if (strcmp(record->payloads[i].role, "output") == 0)
			return &record->payloads[i];
	return NULL;
}

/* A document that our ledger holds. */
struct proven {
	struct hash hash;
	const char *office; /* whose officer decided it; NULL: a worker made it to be sent */
};

/* false: not shown to be one. */
static bool is_proven(const struct seal *seal, const struct seal_document *document,
		      const struct checkpoint *checkpoint, struct arena *arena,
		      struct proven *ret_proven)
{
	struct hash leaf = record_leaf_hash(document->leaf);
	const struct record_payload *output;
	struct record record;

	if (record_parse(document->leaf, arena, &record) != OK || record.number <= seal->base ||
	    record.number - seal->base > checkpoint->size ||
	    !tree_verify_inclusion(&leaf, record.number - seal->base - 1, checkpoint->size,
				   &document->proof, &checkpoint->root) ||
	    (output = output_of(&record)) == NULL)
		return false;
	ret_proven->hash = output->hash;
	ret_proven->office = strcmp(record.event, SEAL_DECIDED) == 0
				     ? facts_get_or_empty(&record.attributes, "office")
				     : NULL;
	return true;
}

/* What a question's documents are held against. */
struct answering {
	const struct seal *seal;
	struct token *token;
	struct checkpoint checkpoint;
	struct arena *arena;
};

/* What an office's key cannot sign stays unsigned; it holds up nobody else's documents. */
static enum err sign_as_office(const struct answering *by, const struct proven *proven,
			       struct buffer *signature)
{
	const struct seal_office *office = seal_office_of(by->seal, proven->office);
	enum err err;

	if (office == NULL)
		return OK;
	err = signature_write_chained(office->token, office->chain, office->chain_count,
				      &proven->hash, signature);
	if (err == OK || err == ERR_MEMORY)
		return err;
	buffer_clear(signature);
	buffer_init(signature, SIGNATURE_WRITE_BYTES);
	return OK;
}

static enum err answer_one(const struct answering *by, const struct seal_document *document,
			   struct buffer *to)
{
	struct buffer signature;
	struct proven proven;
	enum err err = OK;

	buffer_init(&signature, SIGNATURE_WRITE_BYTES);
	arena_clear(by->arena);
	if (is_proven(by->seal, document, &by->checkpoint, by->arena, &proven))
		err = proven.office != NULL ? sign_as_office(by, &proven, &signature)
					    : signature_write_with(by->token, &proven.hash, NULL,
								   &signature);
	if (err == OK)
		pack_bytes(to, buffer_bytes(&signature));
	buffer_clear(&signature);
	return err == OK ? buffer_error(to) : err;
}

/* A statement of this seal about this ledger, whenever it was made. */
static enum err believe(const struct seal *seal, struct bytes note,
			struct checkpoint *ret_checkpoint)
{
	const struct seal_note *last = seal_memory_last(&seal->memory);
	struct checkpoint checkpoint;
	uint8_t public_key[KEY_PUBLIC_BYTES];

	if (last == NULL)
		return ERR_DENIED;
	for (size_t i = seal_memory_held(&seal->memory); i-- > 0;) {
		const struct seal_note *own = seal_memory_at(&seal->memory, i);

		if (note.len > 0 && bytes_equal(note, bytes_of(own->at, own->len))) {
			*ret_checkpoint = own->checkpoint;
			return OK;
		}
	}
	key_get_public(seal->key, public_key);
	if (checkpoint_verify(note, public_key, &checkpoint) != OK ||
	    strcmp(checkpoint.origin, seal->origin) != 0 || checkpoint.size > last->checkpoint.size)
		return ERR_DENIED;
	*ret_checkpoint = checkpoint;
	return OK;
}

static struct token *token_on(const struct seal *seal, const char *day)
{
	const struct document_key *key = document_key_on(&seal->keys, day);

	return key == NULL ? NULL : seal->tokens[key - seal->keys.items];
}

enum err seal_sign_documents(struct seal *seal, struct bytes question, const char *day,
			     struct buffer *ret_answer)
{
	struct answering by = {
		.seal = seal, .token = token_on(seal, day), .arena = arena_new(ARENA_BYTES)};
	struct unpack from;
	uint32_t count;
	enum err err;

	unpack_init(&from, question);
	if (by.arena == NULL)
		return ERR_MEMORY;
	err = by.token == NULL ? ERR_MISSING : believe(seal, unpack_bytes(&from), &by.checkpoint);
	count = unpack_count(&from, 8);
	if (err == OK && count > SEAL_DOCUMENTS_MAX)
		err = ERR_FORMAT;
	pack_u32(ret_answer, count);
	for (uint32_t i = 0; err == OK && i < count; i++) {
		struct seal_document document;

		if ((err = unpack_document(&from, &document)) == OK)
			err = answer_one(&by, &document, ret_answer);
	}
	arena_free(by.arena);
	return err != OK ? err : unpack_end(&from);
}

enum err seal_keys(const struct seal *seal, struct buffer *ret_answer)
{
	if (seal->keys.count == 0)
		return ERR_MISSING;
	pack_u32(ret_answer, (uint32_t)seal->keys.count);
	for (size_t i = 0; i < seal->keys.count; i++) {
		struct hash hash = hash_of(seal->tokens[i]->certificate);
		char hex[HASH_HEX_BYTES];

		hash_format_hex(&hash, hex);
		pack_text(ret_answer, hex);
		pack_text(ret_answer, seal->keys.items[i].from);
		pack_text(ret_answer, seal->keys.items[i].until);
		pack_bytes(ret_answer, seal->tokens[i]->certificate);
	}
	return buffer_error(ret_answer);
}

/* ---- Opening and closing ---- */

enum err seal_open_documents(struct seal *seal, const char *directory)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	err = document_key_load(directory, arena, &seal->keys);
	for (size_t i = 0; err == OK && i < seal->keys.count; i++) {
		const struct document_key *key = &seal->keys.items[i];
		const char *pem = document_key_path(directory, key, "key", arena);
		const char *crt = document_key_path(directory, key, "crt", arena);

		err = pem == NULL || crt == NULL ? ERR_MEMORY
						 : token_open_file(pem, crt, (struct bytes){0},
								   false, &seal->tokens[i]);
	}
	arena_free(arena);
	return err == ERR_MISSING && seal->keys.count == 0 ? OK : err;
}

void seal_close_documents(struct seal *seal)
{
	for (size_t i = 0; i < DOCUMENT_KEY_COUNT; i++)
		token_close(seal->tokens[i]);
}
