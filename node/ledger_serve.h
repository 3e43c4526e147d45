/*
 * ledger_serve - the ledger role's answers: one small handler per operation of ledger_call.h, over
 * a turn.
 */
#ifndef NODE_LEDGER_SERVE_H
#define NODE_LEDGER_SERVE_H

#include "node/arrival.h"
#include "node/ledger_call.h"

#define LEDGER_SERVE_HANDED 1024u

/*
 * What was handed to the courier and is not back yet, so that nothing is handed out twice. In
 * memory only.
 */
struct ledger_serve {
	uint64_t incarnation;
	uint64_t handed[LEDGER_SERVE_HANDED]; /* sorted */
	size_t handed_count;
	bool has_damage; /* was met and passed over: who serves says so, and clears it */
};

struct ledger_served {
	struct buffer answer; /* the packed answer, unless it waits for a receipt */
	bool wants_receipt;   /* an acceptance: add the receipt when a checkpoint covers
			       * accepted.message */
	struct intake_answer intake;
	struct findings findings;
};

/*
 * Serve one question: puts into the turn's batch and fills *served (its answer buffer is
 * initialised by the caller). On error the caller rewinds the batch. ERR_FORMAT: the question
 * cannot be read; ERR_USAGE: no such operation.
 */
enum err ledger_serve(struct ledger_serve *serve, const struct turn *turn, uint16_t operation,
		      struct bytes body, struct ledger_served *served);

#endif
