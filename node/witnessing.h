/*
 * witnessing - the ledger role as a witness: what partners show of their ledgers is judged, shown to
 * the seal, stored, and answered once it is durable.
 *
 * One question of each partner at a time. Judging here raises the alarm; the seal judges for itself
 * before it countersigns (seal_witness.h). Whatever the seal cannot do now keeps nobody waiting: what
 * was seen is stored without a cosignature, and shown to the seal again with the next question.
 */
#ifndef NODE_WITNESSING_H
#define NODE_WITNESSING_H

#include "node/call.h"
#include "node/role.h"
#include "node/witness_call.h"

struct witnessing;

/* There is something to put: plan a commit. */
typedef void witnessing_on_word(void *context);

/* All borrowed. */
enum err witnessing_open(struct role *role, struct ledger *ledger, witnessing_on_word *callback,
			 void *context, struct witnessing **ret_witnessing);
void witnessing_close(struct witnessing *witnessing); /* NULL is accepted */

/* LEDGER_WITNESS; the ticket is taken and answered in any case. */
void witnessing_ask(struct witnessing *witnessing, struct bytes body, struct call_ticket *ticket);

/* Put what waits into the batch. */
void witnessing_put(struct witnessing *witnessing, const struct turn *turn);

/* The turn was committed, or not: answer whose word it held. */
void witnessing_committed(struct witnessing *witnessing, enum err err);

#endif
