/*
 * checkpoint - a signed statement "this ledger has so many records and this root".
 *
 * Format: C2SP tlog-checkpoint inside a C2SP signed-note with an Ed25519 signature. Origin is node
 * name/epoch, such as "vn.sampan.example/1"; it is also the name of the key.
 */
#ifndef NODE_CHECKPOINT_H
#define NODE_CHECKPOINT_H

#include "sampan/buffer.h"
#include "sampan/hash.h"
#include "sampan/key.h"

#define CHECKPOINT_MAX_BYTES 2048u      /* as its ledger signed it */
#define CHECKPOINT_COSIGNED_BYTES 8192u /* with the cosignatures of some fifty witnesses */
#define CHECKPOINT_ORIGIN_BYTES 256u

struct checkpoint {
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint64_t size;
	struct hash root;
};

/* The text that is signed: origin, size, root, each with its line end. Errors stick in the buffer. */
void checkpoint_put_text(const struct checkpoint *checkpoint, struct buffer *to);

/* Sign: the whole note goes to the buffer. */
enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct key *key,
			 struct buffer *to);

/* Read the statement without believing it. ERR_FORMAT. */
enum err checkpoint_parse(struct bytes note, struct checkpoint *ret_checkpoint);

/*
 * Read it and believe it: one signature by this key under the origin's name must be there and be
 * good. ERR_FORMAT; ERR_DENIED: no good signature of that key.
 */
enum err checkpoint_verify(struct bytes note, const uint8_t public_key[KEY_PUBLIC_BYTES],
			   struct checkpoint *ret_checkpoint);

/*
 * Is it exactly as checkpoint_sign() writes one: three lines and one signature? Extension lines and
 * signatures of others are good notes too, but bytes that nobody vouches for.
 */
bool checkpoint_is_plain(struct bytes note);

/* The signed-note verifier key of a public key: "name+hash+base64", as C2SP tools take it. */
enum err checkpoint_format_key(const char *origin, const uint8_t public_key[KEY_PUBLIC_BYTES],
			       struct buffer *to);
enum err checkpoint_parse_key(const char *text, char ret_origin[CHECKPOINT_ORIGIN_BYTES],
			      uint8_t ret_public_key[KEY_PUBLIC_BYTES]);

#endif
