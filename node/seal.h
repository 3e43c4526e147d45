/*
 * seal - the role that holds the signing key, and what others may ask of it.
 *
 * It signs a checkpoint only if it extends the last one it signed in that epoch (a consistency proof is shown and checked), never
 * another root at the same size and never a smaller one; what it signed last is on disk (synced) before the signature leaves.
 * A new epoch needs an operator's signed word (a later issue): until then only epoch 1 is signed.
 */
#ifndef NODE_SEAL_H
#define NODE_SEAL_H

#include "node/checkpoint.h"
#include "node/tree.h"

enum seal_operation {
	SEAL_SIGN = 1, /* body: seal_pack_sign(); answer: the signed note. ERR_DENIED: does not extend the last one */
	SEAL_LAST = 2  /* empty body; answer: the last signed note; ERR_MISSING when it never signed */
};

struct seal_sign {
	struct checkpoint checkpoint;
	uint64_t older;              /* the size that the proof starts from: that of the last signed note; 0 for the first */
	struct tree_proof proof;     /* consistency from older to checkpoint.size */
};

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign);
enum err seal_unpack_sign(struct bytes from, struct seal_sign *ret_sign);

#endif
