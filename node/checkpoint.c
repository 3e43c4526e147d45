#include "node/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "node/note.h"
#include "sampan/base64.h"

void checkpoint_put_text(const struct checkpoint *checkpoint, struct buffer *to)
{
	buffer_put_format(to, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
	base64_format(hash_bytes(&checkpoint->root), to);
	buffer_put_byte(to, '\n');
}

static void key_id(struct bytes origin, const uint8_t public_key[KEY_PUBLIC_BYTES],
		   uint8_t ret_id[NOTE_ID_BYTES])
{
	note_key_id(origin, NOTE_ED25519, bytes_of(public_key, KEY_PUBLIC_BYTES), ret_id);
}

enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct key *key,
			 struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	struct bytes origin = bytes_of_text(checkpoint->origin);
	size_t start = to->len;
	enum err err;

	if (!note_is_name(origin))
		return ERR_USAGE;
	checkpoint_put_text(checkpoint, to);
	if ((err = buffer_error(to)) != OK)
		return err;
	key_get_public(key, public_key);
	key_id(origin, public_key, id);
	err = key_sign(key, bytes_of(to->at + start, to->len - start), signature);
	if (err != OK) {
		to->len = start;
		return err;
	}
	buffer_put_byte(to, '\n');
	note_put_line(to, origin, id, bytes_of(signature, sizeof(signature)));
	return buffer_error(to);
}

static bool parse_text(struct bytes text, struct checkpoint *ret_checkpoint)
{
	struct checkpoint checkpoint = {0};
	struct bytes origin, size, root, extension;

	if (!note_next_line(&text, &origin) || !note_next_line(&text, &size) ||
	    !note_next_line(&text, &root) || !note_is_name(origin) ||
	    !note_parse_number(size, &checkpoint.size) ||
	    !note_parse_exactly(root, checkpoint.root.at, HASH_BYTES))
		return false;
	while (note_next_line(&text, &extension))
		if (extension.len == 0)
			return false;
	memcpy(checkpoint.origin, origin.at, origin.len);
	*ret_checkpoint = checkpoint;
	return true;
}

enum err checkpoint_parse(struct bytes note, struct checkpoint *ret_checkpoint)
{
	struct bytes text, lines;

	return note_split(note, CHECKPOINT_COSIGNED_BYTES, &text, &lines) &&
			       parse_text(text, ret_checkpoint)
		       ? OK
		       : ERR_FORMAT;
}

enum err checkpoint_verify(struct bytes note, const uint8_t public_key[KEY_PUBLIC_BYTES],
			   struct checkpoint *ret_checkpoint)
{
	uint8_t id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	struct bytes text, lines, line, origin;
	struct checkpoint checkpoint;
	enum err found = ERR_DENIED;

	if (!note_split(note, CHECKPOINT_COSIGNED_BYTES, &text, &lines) ||
	    !parse_text(text, &checkpoint))
		return ERR_FORMAT;
	origin = bytes_of_text(checkpoint.origin);
	key_id(origin, public_key, id);
	while (note_next_line(&lines, &line)) {
		if (!note_line_is_of(line, origin, id, signature, sizeof(signature)))
			continue;
		/* signed-note: a bad signature of a known key spoils the note */
		if (!key_verify(public_key, text, signature))
			return ERR_DENIED;
		found = OK;
	}
	if (found == OK)
		*ret_checkpoint = checkpoint;
	return found;
}

bool checkpoint_is_plain(struct bytes note)
{
	struct checkpoint checkpoint;
	struct buffer text;
	bool is_plain;

	if (checkpoint_parse(note, &checkpoint) != OK)
		return false;
	buffer_init(&text, CHECKPOINT_MAX_BYTES);
	checkpoint_put_text(&checkpoint, &text);
	buffer_put_byte(&text, '\n');
	is_plain = buffer_error(&text) == OK && bytes_has_prefix(note, buffer_bytes(&text)) &&
		   memchr(note.at + text.len, '\n', note.len - text.len) ==
			   note.at + note.len - 1;
	buffer_clear(&text);
	return is_plain;
}

enum err checkpoint_format_key(const char *origin, const uint8_t public_key[KEY_PUBLIC_BYTES],
			       struct buffer *to)
{
	return note_format_key(origin, NOTE_ED25519, public_key, to);
}

enum err checkpoint_parse_key(const char *text, char ret_origin[CHECKPOINT_ORIGIN_BYTES],
			      uint8_t ret_public_key[KEY_PUBLIC_BYTES])
{
	return note_parse_key(text, NOTE_ED25519, ret_origin, ret_public_key);
}
