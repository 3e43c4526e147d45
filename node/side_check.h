/*
 * side_check - what stands beside the tree, verified as whoever gave it is known from the records: cards
 * (each signed, by the keys on it and by those of the version before it), partners' cosignatures of our
 * checkpoints (by a witness key that stands on one of their cards), time stamps (of the very checkpoint,
 * signed by the certificate that they carry), and what was seen last of each partner's ledger.
 *
 * Whose word it is that an authority is one is not asked here: `sampan verify` asks that, with anchors.
 */
#ifndef NODE_SIDE_CHECK_H
#define NODE_SIDE_CHECK_H

#include "node/ledger.h"
#include "node/seal_memory.h"

struct side_counts {
	uint64_t cards, cosignatures, stamps;
};

/*
 * Cosignatures and stamps from this record on (0, 1: all); cards all. The ledger is open read only.
 * Adds to a good verdict what is bad first. ERR_MEMORY, ERR_IO.
 */
enum err side_check(struct ledger *ledger, uint64_t since, struct ledger_verdict *verdict,
		    struct side_counts *ret_counts);

/*
 * Does the ledger hold what its seal signed last (seal_memory.h)? Less, or another root: an older copy of
 * it, or a rewritten one, which nothing in it could tell. Adds to a good verdict. ERR_MEMORY, ERR_IO.
 */
enum err side_check_sealed(struct ledger *ledger, const struct checkpoint *signed_last,
			   struct ledger_verdict *verdict);

#endif
