/*
 * cosignature - a witness's word on another ledger's checkpoint: "as of this time, this is the
 * largest consistent tree that I have seen".
 *
 * C2SP tlog-cosignature, cosignature/v1 with Ed25519: a line of signed-note (note.h) whose key has the type
 * 0x04, over "cosignature/v1", the time, and the checkpoint's text. The key's name is the name of
 * the witness's node, such as "th.sampan.example"; the key is used for nothing else. Pure.
 *
 * A cosignature is kept as its line, with the line end; note and lines put together are again a note
 * that the tools of C2SP read.
 */
#ifndef NODE_COSIGNATURE_H
#define NODE_COSIGNATURE_H

#include "node/checkpoint.h"
#include "node/note.h"

#define COSIGNATURE_MAX_BYTES 512u /* of a line: name and 76 bytes in base64 */
#define COSIGNATURE_LAST_S \
	UINT64_C(253402300799) /* of the year 9999: times are written with four digits */

/* Who countersigns, as others know it: the verifier key "name+id+base64(04 || public key)". */
struct cosigner {
	char name[NOTE_NAME_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
};

enum err cosigner_format(const struct cosigner *cosigner, struct buffer *to);
enum err cosigner_parse(const char *text, struct cosigner *ret_cosigner); /* ERR_FORMAT */

/*
 * Append the line for a note, whoever signed that: it is for the caller to know what is
 * countersigned. ERR_FORMAT: the note is no checkpoint.
 */
enum err cosignature_sign(struct bytes note, const char *name, const struct key *key,
			  uint64_t time_s, struct buffer *to);

/* What a line says, whoever's it is. */
struct cosignature {
	struct bytes name; /* of the witness; borrowed */
	uint64_t time_s;
};

/* Is it one line with its end, of the form of a cosignature and of a time up to COSIGNATURE_LAST_S? */
bool cosignature_parse(struct bytes line, struct cosignature *ret_cosignature);

/*
 * Is this line (with or without its end) a good cosignature of the note's text by this witness?
 * OK: *ret_time_s is when it was made, seconds since 1970. ERR_MISSING: it is another's line.
 * ERR_DENIED: of this key, and bad, or of a time behind COSIGNATURE_LAST_S. ERR_FORMAT: the note is none.
 */
enum err cosignature_verify(struct bytes note, struct bytes line, const struct cosigner *cosigner,
			    uint64_t *ret_time_s);

#endif
