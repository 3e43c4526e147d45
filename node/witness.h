/*
 * witness - what a partner shows of its ledger, and what a witness says to it. Pure.
 *
 * A partner shows its newest signed checkpoint with a proof that it extends the one that we saw
 * last (docs/link.md, Witnessing). An honest ledger only grows, and shows itself in order: the link
 * forgets messages that come late. So a smaller size is a rollback, another root at the same size a fork, and
 * a proof from what we saw that does not hold a fork too. What nobody can tell apart from a slow
 * partner (no proof from there) is no alarm until it was asked for a proof too often.
 */
#ifndef NODE_WITNESS_H
#define NODE_WITNESS_H

#include "node/card.h"
#include "node/checkpoint.h"
#include "node/tree.h"
#include "sampan/config.h"

#define WITNESS_PATIENCE 16u /* how often in a row a partner may come without the proof */

struct witness_shown {
	struct bytes note;    /* the partner's signed checkpoint */
	uint64_t older;       /* the size that the proof starts from; 0: no proof */
	uint64_t older_epoch; /* of that size: of note, or the one that was restored */
	struct tree_proof proof;
	struct bytes word; /* that opened the epoch of note (epoch.h); empty: the first */
	struct bytes card; /* the partner's next card, when we have not got it; may be empty */
};

/* The content of a CHECKPOINT message. unpack borrows; ERR_FORMAT. */
void witness_pack_shown(struct buffer *to, const struct witness_shown *shown);
enum err witness_unpack_shown(struct bytes from, struct witness_shown *ret_shown);

/* The content of a SEEN message: the epoch of what was seen (0: nothing), our card of the partner, and
 * our cosignature or nothing. */
struct witness_answer {
	uint64_t epoch;
	uint64_t card_version;
	struct bytes line;
};

void witness_pack_answer(struct buffer *to, const struct witness_answer *answer);
enum err witness_unpack_answer(struct bytes from, struct witness_answer *ret_answer);

enum witness_verdict {
	WITNESS_NEW,         /* it extends what we saw */
	WITNESS_SAME,        /* it is what we saw */
	WITNESS_WANTS_PROOF, /* larger, and not proven from what we saw: it is to be proven */
	WITNESS_ROLLBACK,    /* smaller than what we saw, or of an epoch before */
	WITNESS_FORK,        /* it cannot be an extension of what we saw */
	WITNESS_RESTORED,    /* of a later epoch, which its operator endorsed */
	WITNESS_EPOCH        /* of a later epoch, which nobody endorsed */
};

const char *
witness_verdict_word(enum witness_verdict verdict); /* "fork", "rollback", "epoch" ... */

/* Stops the link until an operator speaks. */
bool witness_is_alarm(enum witness_verdict verdict);

/*
 * seen: what was shown before, size 0 for nothing; now: what the note of shown says, whose signature
 * was verified. A later epoch is endorsed by the word of the partner's operator, whose key is in its
 * card; and what was restored must extend what we saw of it, unless that is what was lost.
 */
enum witness_verdict witness_judge(const struct config_partner *partner,
				   const struct checkpoint *seen, const struct checkpoint *now,
				   const struct witness_shown *shown);

/* The epoch that a checkpoint is of; 0: none. */
uint64_t witness_epoch_of(const struct checkpoint *checkpoint);

/*
 * A checkpoint of the partner's own ledger, not empty, of a size and an epoch that a signed number holds, signed by
 * the key in its card. ERR_DENIED: it is none.
 */
enum err witness_verify(const struct config_partner *partner, struct bytes note,
			struct checkpoint *ret_now);

/* The epoch in "name/epoch" if the name is this one. 0: it is not such an origin. */
uint64_t witness_epoch(const char *origin, const char *name);

#endif
