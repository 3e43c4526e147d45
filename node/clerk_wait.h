/*
 * clerk_wait - questions for a receipt whose checkpoint the ledger is about to store.
 *
 * Whoever lodged has the receipt before its checkpoint lies in the ledger's files (node/sealing.h).
 * Asked for it in that moment, the clerk asks itself again every few milliseconds instead of saying
 * that there is none; after CLERK_WAIT_MS it says so.
 */
#ifndef NODE_CLERK_WAIT_H
#define NODE_CLERK_WAIT_H

#include "node/call.h"

#define CLERK_WAIT_MS 500u
#define CLERK_WAIT_MAX 256u

struct clerk_wait;

/* The callback is asked the same question again, and may put it back. */
enum err clerk_wait_open(struct loop *loop, call_on_question *callback, void *context,
			 struct clerk_wait **ret_wait);
/* What waits is not answered; NULL is accepted. */
void clerk_wait_close(struct clerk_wait *wait);

/*
 * Takes the ticket, copies the body. The ticket is still the caller's after ERR_USAGE: this operation
 * has nothing to wait for; ERR_LIMIT: too many wait, or it did long enough; ERR_MEMORY.
 */
enum err clerk_wait_put(struct clerk_wait *wait, uint16_t operation, struct bytes body,
			struct call_ticket *ticket);

#endif
