/*
 * note - the C2SP signed-note format: a text, an empty line, and signature lines.
 *
 * What checkpoints (checkpoint.h), cosignatures (cosignature.h) and cards (card.h) have in common.
 * Pure; nothing here signs or verifies. A signature line is EM DASH (U+2014), space, name, space,
 * base64(key id || signature).
 */
#ifndef NODE_NOTE_H
#define NODE_NOTE_H

#include "sampan/buffer.h"
#include "sampan/hash.h"
#include "sampan/key.h"

#define NOTE_NAME_BYTES 256u /* of a key's name, with its zero */
#define NOTE_ID_BYTES 4u

/* Signature types: the byte before the key in its id. */
enum note_type {
	NOTE_ED25519 = 0x01,     /* signed-note */
	NOTE_COSIGNATURE = 0x04, /* tlog-cosignature: Ed25519 with a time */
	NOTE_OWN = 0xff          /* named by a text of its own */
};

/* Not empty, no white space, no "+"; here also no control characters, and bounded. */
bool note_is_name(struct bytes name);

/* The next line without its end; false when there is none that ends. */
bool note_next_line(struct bytes *from, struct bytes *ret_line);

/*
 * The value of the next line, "WORD value", for texts that say one thing a line; false, and the line
 * is gone, when another stands there. note_take borrows the value from the text; note_take_text copies
 * it with a zero behind it, and takes none that is empty or does not fit into `room` bytes.
 */
bool note_take(struct bytes *from, const char *word, struct bytes *ret_value);
bool note_take_text(struct bytes *from, const char *word, char *ret_value, size_t room);

/*
 * Text and signature lines, parted by the last empty line; the text keeps its last line end, which
 * is signed. false: longer than max_bytes, control characters, no such form, or a line behind the
 * text that is no signature line, whosever it is.
 */
bool note_split(struct bytes note, size_t max_bytes, struct bytes *ret_text,
		struct bytes *ret_lines);

struct note_line {
	struct bytes name;
	struct bytes base64;
};

bool note_parse_line(struct bytes line, struct note_line *ret_line);

/*
 * The signature of a line (without its end) that is of this key: its blob must be exactly `len`
 * bytes behind the id. false: another's line.
 */
bool note_line_is_of(struct bytes line, struct bytes name, const uint8_t id[NOTE_ID_BYTES],
		     uint8_t *ret_signature, size_t len);

/* Append a signature line with its end. */
void note_put_line(struct buffer *to, struct bytes name, const uint8_t id[NOTE_ID_BYTES],
		   struct bytes signature);

/* First 4 bytes of SHA-256(name || 0x0A || type || key). */
void note_key_id(struct bytes name, enum note_type type, struct bytes key,
		 uint8_t ret_id[NOTE_ID_BYTES]);

/* The verifier key "name+hash+base64" of an Ed25519 key. ERR_USAGE: no name. ERR_FORMAT. */
enum err note_format_key(const char *name, enum note_type type,
			 const uint8_t public_key[KEY_PUBLIC_BYTES], struct buffer *to);
enum err note_parse_key(const char *text, enum note_type type, char ret_name[NOTE_NAME_BYTES],
			uint8_t ret_public_key[KEY_PUBLIC_BYTES]);

/* Base64 of exactly `len` bytes. */
bool note_parse_exactly(struct bytes text, uint8_t *to, size_t len);

/* ASCII decimal without leading zeros (tlog-checkpoint). */
bool note_parse_number(struct bytes text, uint64_t *ret_number);

#endif
