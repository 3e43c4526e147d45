/*
 * witness_state - what the ledger keeps of witnessing with a partner: what we saw of its ledger, what
 * we countersigned, what it countersigned of ours, and an alarm. Side tables, outside the tree; and
 * the partners' cards, which are on record.
 */
#ifndef NODE_WITNESS_STATE_H
#define NODE_WITNESS_STATE_H

#include "node/turn.h"
#include "node/witness.h"

struct witness_state {
	struct bytes seen; /* the partner's newest checkpoint that we saw; empty: none */
	uint64_t cosigned_size, cosigned_ms; /* the newest of it that we countersigned; 0: none */
	struct bytes line;                   /* our cosignature of that */
	uint64_t ours_number,
		ours_ms; /* the last record of ours that a checkpoint which it countersigned covers; 0: none */
	uint64_t alarm;   /* number of the record PartnerAlarm that stops the link; 0: none */
	uint64_t resumed; /* how often an operator has spoken */
	bool is_broken;   /* after an alarm: this epoch of it is not countersigned any more */
};

/* All zero for a partner that nothing is known of. Bytes are in the turn's arena. ERR_VERSION. */
enum err witness_state_load(const struct turn *turn, const char *partner,
			    struct witness_state *ret_state);
enum err witness_state_save(const struct turn *turn, const char *partner,
			    const struct witness_state *state);

/* What `seen` says; size 0 when it is empty. ERR_CORRUPT. */
enum err witness_state_seen(const struct witness_state *state, struct checkpoint *ret_seen);

/*
 * The newest card of a node (a partner's, or our own under our country), as it is on record, in the arena. ERR_MISSING: none
 * is. card_of: the first with a version of at least this.
 */
enum err witness_state_card(const struct turn *turn, const char *country, struct bytes *ret_note);
enum err witness_state_card_from(const struct turn *turn, const char *country, uint64_t version,
				 struct bytes *ret_note);

/*
 * Take up a card: verified with the ledger key of the newest one on record or, when there is none,
 * with `trusted`; of this country and name; put on record (CardReceived, of our own CardIssued). OK:
 * also when it is the newest already. ERR_DENIED: not to be believed, or not the next version.
 */
enum err witness_state_take_card(const struct turn *turn, const char *country, const char *name,
				 const char *trusted, struct bytes note);

/* The version of the newest card on record; 0: none. */
enum err witness_state_card_version(const struct turn *turn, const char *country,
				    uint64_t *ret_version);

#endif
