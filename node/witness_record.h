/*
 * witness_record - what goes on record of a partner's ledger: an alarm about it, and that it was
 * restored by its operator's word; each with both checkpoints, so that anybody can judge it.
 */
#ifndef NODE_WITNESS_RECORD_H
#define NODE_WITNESS_RECORD_H

#include "node/witness_state.h"

/* What a partner showed before, and now. */
struct witness_record {
	const char *partner; /* country */
	enum witness_verdict verdict;
	struct bytes seen, shown; /* notes */
	struct bytes word;        /* for WITNESS_RESTORED */
};

/*
 * PartnerAlarm, or PartnerRestored for WITNESS_RESTORED. sizes: what was seen and what is shown, for the
 * log. ERR_FORMAT: a note is none.
 */
enum err witness_record_put(const struct turn *turn, const struct witness_record *record,
			    uint64_t ret_sizes[2], uint64_t *ret_number);

#endif
