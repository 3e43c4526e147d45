#include "node/cosignature.h"

#include <inttypes.h>
#include <string.h>

#define TIME_BYTES 8u
#define SIGNED_BYTES (CHECKPOINT_COSIGNED_BYTES + 64u)

enum err cosigner_format(const struct cosigner *cosigner, struct buffer *to)
{
	return note_format_key(cosigner->name, NOTE_COSIGNATURE, cosigner->public_key, to);
}

enum err cosigner_parse(const char *text, struct cosigner *ret_cosigner)
{
	struct cosigner cosigner = {.name = ""};
	enum err err = note_parse_key(text, NOTE_COSIGNATURE, cosigner.name, cosigner.public_key);

	if (err == OK)
		*ret_cosigner = cosigner;
	return err;
}

/* tlog-cosignature, "Ed25519 signed message". */
static enum err put_message(struct bytes note, uint64_t time_s, struct buffer *to)
{
	struct checkpoint checkpoint;
	struct bytes text, lines;

	if (checkpoint_parse(note, &checkpoint) != OK ||
	    !note_split(note, CHECKPOINT_COSIGNED_BYTES, &text, &lines))
		return ERR_FORMAT;
	buffer_put_format(to, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
	buffer_put(to, text);
	return buffer_error(to);
}

static void key_id(const char *name, const uint8_t public_key[KEY_PUBLIC_BYTES],
		   uint8_t ret_id[NOTE_ID_BYTES])
{
	note_key_id(bytes_of_text(name), NOTE_COSIGNATURE, bytes_of(public_key, KEY_PUBLIC_BYTES),
		    ret_id);
}

enum err cosignature_sign(struct bytes note, const char *name, const struct key *key,
			  uint64_t time_s, struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES];
	uint8_t stamped[TIME_BYTES + KEY_SIGNATURE_BYTES];
	struct buffer message;
	enum err err;

	if (!note_is_name(bytes_of_text(name)))
		return ERR_USAGE;
	buffer_init(&message, SIGNED_BYTES);
	if ((err = put_message(note, time_s, &message)) == OK)
		err = key_sign(key, buffer_bytes(&message), stamped + TIME_BYTES);
	if (err == OK) {
		bytes_put_u64(stamped, time_s);
		key_get_public(key, public_key);
		key_id(name, public_key, id);
		note_put_line(to, bytes_of_text(name), id, bytes_of(stamped, sizeof(stamped)));
		err = buffer_error(to);
	}
	buffer_clear(&message);
	return err;
}

bool cosignature_parse(struct bytes line, struct cosignature *ret_cosignature)
{
	uint8_t blob[NOTE_ID_BYTES + TIME_BYTES + KEY_SIGNATURE_BYTES];
	struct note_line parsed;

	if (line.len == 0 || line.len > COSIGNATURE_MAX_BYTES ||
	    memchr(line.at, '\n', line.len) != line.at + line.len - 1)
		return false;
	line.len--;
	if (!note_parse_line(line, &parsed) ||
	    !note_parse_exactly(parsed.base64, blob, sizeof(blob)))
		return false;
	*ret_cosignature = (struct cosignature){parsed.name, bytes_get_u64(blob + NOTE_ID_BYTES)};
	return ret_cosignature->time_s <= COSIGNATURE_LAST_S;
}

enum err cosignature_verify(struct bytes note, struct bytes line, const struct cosigner *cosigner,
			    uint64_t *ret_time_s)
{
	uint8_t id[NOTE_ID_BYTES], stamped[TIME_BYTES + KEY_SIGNATURE_BYTES];
	struct buffer message;
	uint64_t time_s;
	enum err err;

	if (line.len > 0 && line.at[line.len - 1] == '\n')
		line.len--;
	key_id(cosigner->name, cosigner->public_key, id);
	if (line.len > COSIGNATURE_MAX_BYTES ||
	    !note_line_is_of(line, bytes_of_text(cosigner->name), id, stamped, sizeof(stamped)))
		return ERR_MISSING;
	time_s = bytes_get_u64(stamped);
	buffer_init(&message, SIGNED_BYTES);
	err = put_message(note, time_s, &message);
	if (err == OK &&
	    (time_s > COSIGNATURE_LAST_S ||
	     !key_verify(cosigner->public_key, buffer_bytes(&message), stamped + TIME_BYTES)))
		err = ERR_DENIED;
	if (err == OK)
		*ret_time_s = time_s;
	buffer_clear(&message);
	return err;
}
