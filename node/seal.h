/*
 * seal - the role that holds the signing key, and what others may ask of it.
 *
 * It signs a checkpoint only if it extends the last one it signed in that epoch (a consistency
 * proof is shown and checked), never another root at the same size and never a smaller one; what it
 * signed last is on disk (synced) before the signature leaves. A new epoch needs an operator's
 * signed word (a later issue): until then only epoch 1 is signed.
 */
#ifndef NODE_SEAL_H
#define NODE_SEAL_H

#include "node/checkpoint.h"
#include "node/tree.h"

enum seal_operation {
	SEAL_SIGN = 1, /* body: seal_pack_sign(); answer: the signed note. ERR_DENIED: does not
			* extend the last one */
	SEAL_LAST = 2  /* empty body; answer: the last signed note; ERR_MISSING when it never
			* signed */
};

struct seal_sign {
	struct checkpoint checkpoint;
	uint64_t older;          /* the size that the proof starts from: that of the last signed
				  * note; 0 for the first */
	struct tree_proof proof; /* consistency from older to checkpoint.size */
};

struct seal; /* the key and what it signed last */

/* The files of a seal below the node's folder. */
#define SEAL_KEY_FILE "seal/ledger.key"
#define SEAL_LAST_FILE "seal/last" /* the last signed note; empty before the first */

/*
 * Load key and last note. ERR_MISSING: the key or the file of the last note is not there: without
 * it the seal does not know what it signed and signs nothing. ERR_CORRUPT: the last note is not
 * signed by this key for this origin. ERR_DENIED: others can read the key.
 */
enum err seal_open(const char *directory, const char *node_name, struct seal **ret_seal);
void seal_close(struct seal *seal); /* wipes the key; NULL is accepted */

/*
 * What the operations answer with. The note is on disk before it is given out. ERR_IO, ERR_FULL:
 * not signed.
 */
enum err seal_sign(struct seal *seal, const struct seal_sign *sign, struct buffer *ret_note);
enum err seal_last(const struct seal *seal, struct buffer *ret_note);

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign);
enum err seal_unpack_sign(struct bytes from, struct seal_sign *ret_sign);

#endif
