#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/file.h"
#include "node/seal_inside.h"
#include "sampan/pack.h"

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign)
{
	pack_text(to, sign->checkpoint.origin);
	pack_u64(to, sign->checkpoint.size);
	pack_fixed(to, sign->checkpoint.root.at, HASH_BYTES);
	pack_u64(to, sign->older);
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

static enum err load_last(struct seal *seal)
{
	struct arena *arena = arena_new(2 * CHECKPOINT_MAX_BYTES);
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct bytes note;
	enum err err = ERR_MEMORY;

	if (arena == NULL)
		goto out;
	if ((err = file_read(seal->last_path, CHECKPOINT_MAX_BYTES, arena, &note)) != OK ||
	    note.len == 0)
		goto out;
	key_get_public(seal->key, public_key);
	err = checkpoint_verify(note, public_key, &seal->last);
	if (err == OK && strcmp(seal->last.origin, seal->origin) != 0)
		err = ERR_CORRUPT;
	if (err != OK) {
		err = err == ERR_MEMORY ? err : ERR_CORRUPT;
		goto out;
	}
	memcpy(seal->note, note.at, note.len);
	seal->note_len = note.len;
out:
	arena_free(arena);
	return err;
}

static bool join(char *to, size_t room, const char *a, const char *b)
{
	return (size_t)snprintf(to, room, "%s/%s", a, b) < room;
}

enum err seal_open(const char *directory, const char *node_name, struct seal **ret_seal)
{
	struct seal *seal = calloc(1, sizeof(*seal));
	char key_path[SEAL_PATH_BYTES];
	enum err err;

	if (seal == NULL)
		return ERR_MEMORY;
	if (!join(key_path, sizeof(key_path), directory, SEAL_KEY_FILE) ||
	    !join(seal->last_path, sizeof(seal->last_path), directory, SEAL_LAST_FILE) ||
	    !join(seal->origin, sizeof(seal->origin), node_name, "1"))
		err = ERR_LIMIT;
	else if ((err = key_load(key_path, &seal->key)) == OK && (err = load_last(seal)) == OK)
		err = seal_open_documents(seal, directory);
	if (err == OK)
		*ret_seal = seal;
	else
		seal_close(seal);
	return err;
}

void seal_close(struct seal *seal)
{
	if (seal == NULL)
		return;
	seal_close_documents(seal);
	key_free(seal->key);
	free(seal);
}

/*
 * Does it extend what was signed last? Only then may it be signed; the same again is answered with
 * the same note.
 */
static bool extends_last(const struct seal *seal, const struct seal_sign *sign)
{
	if (strcmp(sign->checkpoint.origin, seal->origin) != 0 || sign->checkpoint.size == 0)
		return false;
	if (seal->last.size == 0)
		return sign->older == 0 && sign->proof.count == 0;
	return sign->checkpoint.size > seal->last.size && sign->older == seal->last.size &&
	       tree_verify_consistency(sign->older, &seal->last.root, sign->checkpoint.size,
				       &sign->checkpoint.root, &sign->proof);
}

static bool is_last_again(const struct seal *seal, const struct checkpoint *checkpoint)
{
	return seal->last.size > 0 && strcmp(checkpoint->origin, seal->origin) == 0 &&
	       checkpoint->size == seal->last.size &&
	       hash_equal(&checkpoint->root, &seal->last.root);
}

enum err seal_last(const struct seal *seal, struct buffer *ret_note)
{
	if (seal->note_len == 0)
		return ERR_MISSING;
	buffer_put(ret_note, bytes_of(seal->note, seal->note_len));
	return buffer_error(ret_note);
}

enum err seal_sign(struct seal *seal, const struct seal_sign *sign, struct buffer *ret_note)
{
	struct buffer note;
	enum err err;

	if (is_last_again(seal, &sign->checkpoint))
		return seal_last(seal, ret_note);
	if (!extends_last(seal, sign))
		return ERR_DENIED;
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	if ((err = checkpoint_sign(&sign->checkpoint, seal->key, &note)) != OK ||
	    (err = file_replace(seal->last_path, buffer_bytes(&note))) != OK)
		goto out;
	seal->last = sign->checkpoint;
	memcpy(seal->note, note.at, note.len);
	seal->note_len = note.len;
	err = seal_last(seal, ret_note);
out:
	buffer_clear(&note);
	return err;
}
