/*
 * queue_change - what an operator says of a delivery that waits: by the command line, the API and the
 * page alike, one question to the ledger role (LEDGER_QUEUE).
 *
 * Who says it is looked up again in the turn that decides, and must be allowed `queue-change`
 * (access.h). Each word is on record with who and why.
 */
#ifndef NODE_QUEUE_CHANGE_H
#define NODE_QUEUE_CHANGE_H

#include "node/access.h"
#include "node/turn.h"

#define QUEUE_CHANGE_REASON_BYTES 512u

struct queue_change {
	struct caller caller; /* with the reason; admin, token, session or certificate */
	const char *verb;     /* one of queue_change_verbs */
	uint64_t delivery;
};

/* Words: "retry drop hold release". */
extern const char *const queue_change_verbs;

/* Is a reason wanted for it? False also of what is no verb. */
bool queue_change_wants_reason(const char *verb);

void queue_change_pack(struct buffer *to, const struct queue_change *change);

/*
 * LEDGER_QUEUE. ERR_DENIED: the caller may not, or no longer. ERR_MISSING: no such delivery, or it is
 * not where this can be said of it (outcome.h). ERR_USAGE: no such verb, or the reason is missing or
 * too long.
 */
enum err queue_change_serve(const struct turn *turn, struct bytes question);

#endif
