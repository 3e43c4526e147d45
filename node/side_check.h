/*
 * side_check - what stands beside the tree, verified as whoever gave it is known from the records: cards
 * (each signed, by the keys on it and by those of the version before it), partners' cosignatures of our
 * checkpoints (by a witness key that stands on one of their cards), time stamps (of the very checkpoint,
 * signed by the certificate that they carry), and what was seen last of each partner's ledger.
 *
 * With anchors a stamp must be of an authority that is believed by them. And what a stamp says of time is held against
 * what the records say: one that says a later time than the stamp that covers it (by more than
 * STAMP_SKEW_MS) was written by a clock that was wrong. That damages nothing, and is told.
 */
#ifndef NODE_SIDE_CHECK_H
#define NODE_SIDE_CHECK_H

#include "node/ledger.h"
#include "node/seal_memory.h"
#include "sampan/stamp.h"

struct side_counts {
	uint64_t cards, cosignatures, stamps;
	uint64_t late;       /* records that say a later time than the first stamp that covers them */
	uint64_t first_late; /* number of the first of them; 0: none */
};

/*
 * Cosignatures, stamps and times from this record on (0, 1: all); cards all. stamps: whose stamps are
 * believed (borrowed); NULL: that is not asked. The ledger is open read only.
 * Adds to a good verdict what is bad first. ERR_MEMORY, ERR_IO.
 */
enum err side_check(struct ledger *ledger, uint64_t since, const struct stamp_trust *stamps,
		    struct ledger_verdict *verdict, struct side_counts *ret_counts);

/*
 * Does the ledger hold what its seal signed last (seal_memory.h)? Less, or another root: an older copy of
 * it, or a rewritten one, which nothing in it could tell. Adds to a good verdict. ERR_MEMORY, ERR_IO.
 */
enum err side_check_sealed(struct ledger *ledger, const struct checkpoint *signed_last,
			   struct ledger_verdict *verdict);

#endif
