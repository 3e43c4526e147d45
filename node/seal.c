#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/epoch.h"
#include "node/seal_inside.h"
#include "sampan/pack.h"

#define ARENA_BYTES ((size_t)1024 * 1024)

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign)
{
	pack_text(to, sign->checkpoint.origin);
	pack_u64(to, sign->checkpoint.size);
	pack_fixed(to, sign->checkpoint.root.at, HASH_BYTES);
	pack_u64(to, sign->older);
	pack_u64(to, sign->stored);
	pack_u32(to, (uint32_t)sign->proof.count);
	for (size_t i = 0; i < sign->proof.count; i++)
		pack_fixed(to, sign->proof.path[i].at, HASH_BYTES);
}

void seal_unpack_hash(struct unpack *from, struct hash *ret_hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret_hash->at, at, HASH_BYTES);
}

enum err seal_unpack_sign(struct bytes from, struct seal_sign *ret_sign)
{
	struct seal_sign sign = {0};
	struct unpack reader;
	struct bytes origin;
	enum err err;

	unpack_init(&reader, from);
	origin = unpack_bytes(&reader);
	if (origin.len >= sizeof(sign.checkpoint.origin))
		return ERR_FORMAT;
	if (origin.len > 0)
		memcpy(sign.checkpoint.origin, origin.at, origin.len);
	sign.checkpoint.size = unpack_u64(&reader);
	seal_unpack_hash(&reader, &sign.checkpoint.root);
	sign.older = unpack_u64(&reader);
	sign.stored = unpack_u64(&reader);
	sign.proof.count = unpack_count(&reader, HASH_BYTES);
	if (sign.proof.count > sizeof(sign.proof.path) / sizeof(sign.proof.path[0]))
		return ERR_FORMAT;
	for (size_t i = 0; i < sign.proof.count; i++)
		seal_unpack_hash(&reader, &sign.proof.path[i]);
	if ((err = unpack_end(&reader)) == OK)
		*ret_sign = sign;
	return err;
}

/* ---- What is signed ---- */

static bool join(char *to, size_t room, const char *a, const char *b)
{
	return (size_t)snprintf(to, room, "%s/%s", a, b) < room;
}

/* The epoch that an operator opened last, and where it begins. */
static enum err believe_operator(struct seal *seal, const char *directory, const char *node_name,
				 uint64_t epoch, struct arena *arena)
{
	const char *operator_key;
	struct epoch_word word;
	struct bytes note;
	enum err err;

	if (epoch == 1)
		return OK;
	if ((err = epoch_load_key(directory, arena, &operator_key)) != OK ||
	    (err = epoch_load_word(directory, epoch, arena, &note)) != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	err = epoch_verify(note, operator_key, node_name, &word);
	if (err != OK || word.epoch != epoch)
		return err == ERR_FORMAT ? ERR_CORRUPT : ERR_DENIED;
	seal->base = word.records;
	return OK;
}

static enum err open_memory(struct seal *seal, const char *directory, const char *node_name,
			    struct arena *arena)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	const char *last, *number;
	uint64_t epoch;
	enum err err = epoch_newest(directory, arena, &epoch);

	if (err != OK ||
	    (err = believe_operator(seal, directory, node_name, epoch, arena)) != OK)
		return err;
	last = epoch_last_path(directory, epoch, arena);
	number = arena_format(arena, "%llu", (unsigned long long)epoch);
	if (last == NULL || number == NULL)
		return ERR_MEMORY;
	if (!join(seal->origin, sizeof(seal->origin), node_name, number))
		return ERR_LIMIT;
	key_get_public(seal->key, public_key);
	return seal_memory_open(last, seal->origin, public_key, &seal->memory);
}

enum err seal_open(const char *directory, const char *node_name, struct seal **ret_seal)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct seal *seal = calloc(1, sizeof(*seal));
	char key_path[SEAL_PATH_BYTES];
	enum err err;

	if (seal == NULL || arena == NULL) {
		free(seal);
		arena_free(arena);
		return ERR_MEMORY;
	}
	if (!join(key_path, sizeof(key_path), directory, SEAL_KEY_FILE))
		err = ERR_LIMIT;
	else if ((err = key_load(key_path, &seal->key)) == OK)
		err = open_memory(seal, directory, node_name, arena);
	if (err == OK)
		err = seal_open_documents(seal, directory);
	if (err == OK)
		err = seal_open_witness(seal, directory, node_name);
	if (err == OK)
		*ret_seal = seal;
	else
		seal_close(seal);
	arena_free(arena);
	return err;
}

void seal_close(struct seal *seal)
{
	if (seal == NULL)
		return;
	seal_close_documents(seal);
	seal_close_offices(seal);
	seal_memory_close(&seal->memory);
	key_free(seal->key);
	key_free(seal->witness);
	free(seal);
}

/*
 * Does it extend what was signed last? Only then may it be signed; the same again is answered with
 * the same note.
 */
static bool extends_last(const struct seal *seal, const struct seal_sign *sign)
{
	const struct seal_note *last = seal_memory_last(&seal->memory);

	if (strcmp(sign->checkpoint.origin, seal->origin) != 0 || sign->checkpoint.size == 0)
		return false;
	if (last == NULL)
		return sign->older == 0 && sign->proof.count == 0;
	return sign->checkpoint.size > last->checkpoint.size &&
	       sign->older == last->checkpoint.size &&
	       tree_verify_consistency(sign->older, &last->checkpoint.root, sign->checkpoint.size,
				       &sign->checkpoint.root, &sign->proof);
}

static bool is_last_again(const struct seal_note *last, const struct checkpoint *checkpoint)
{
	return last != NULL && strcmp(checkpoint->origin, last->checkpoint.origin) == 0 &&
	       checkpoint->size == last->checkpoint.size &&
	       hash_equal(&checkpoint->root, &last->checkpoint.root);
}

/* May a new note be remembered, as far as the asker's own memory goes? */
static enum err check_stored(const struct seal *seal, uint64_t stored)
{
	const struct seal_note *last = seal_memory_last(&seal->memory);
	const struct seal_note *lost = seal_memory_next_lost(&seal->memory);

	if (stored > (last == NULL ? 0 : last->checkpoint.size))
		return ERR_CONFLICT;
	return lost != NULL && lost->checkpoint.size > stored ? ERR_LIMIT : OK;
}

static struct bytes bytes_of_note(const struct seal_note *note)
{
	return bytes_of(note->at, note->len);
}

enum err seal_last(const struct seal *seal, struct buffer *ret_note)
{
	const struct seal_note *last = seal_memory_last(&seal->memory);

	if (last == NULL)
		return ERR_MISSING;
	buffer_put(ret_note, bytes_of_note(last));
	return buffer_error(ret_note);
}

enum err seal_notes(const struct seal *seal, uint64_t stored, struct buffer *ret_answer)
{
	size_t held = seal_memory_held(&seal->memory), first = 0;

	if (held == 0)
		return ERR_MISSING;
	while (first + 1 < held && seal_memory_at(&seal->memory, first)->checkpoint.size <= stored)
		first++;
	pack_u32(ret_answer, (uint32_t)(held - first));
	for (size_t i = first; i < held; i++)
		pack_bytes(ret_answer, bytes_of_note(seal_memory_at(&seal->memory, i)));
	return buffer_error(ret_answer);
}

enum err seal_sign(struct seal *seal, const struct seal_sign *sign, struct buffer *ret_note)
{
	struct buffer note;
	enum err err;

	if (is_last_again(seal_memory_last(&seal->memory), &sign->checkpoint))
		return seal_last(seal, ret_note);
	if (!extends_last(seal, sign))
		return ERR_DENIED;
	if ((err = check_stored(seal, sign->stored)) != OK)
		return err;
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	if ((err = checkpoint_sign(&sign->checkpoint, seal->key, &note)) == OK &&
	    (err = seal_memory_put(&seal->memory, &sign->checkpoint, buffer_bytes(&note))) == OK)
		err = seal_last(seal, ret_note);
	buffer_clear(&note);
	return err;
}
