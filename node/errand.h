/*
 * errand - the courier's work apart from the link: have arrivals checked, have what is owed
 * translated, hand over to local parties.
 *
 * The ledger hands out work, a worker does the XML, the ledger hears what came of it. Whatever is
 * lost on the way is handed out again; what a worker died of is done again in its place, until the
 * ledger sets it aside.
 */
#ifndef NODE_ERRAND_H
#define NODE_ERRAND_H

#include "node/pool.h"
#include "node/role.h"

struct errands;

/* All borrowed. */
enum err errands_open(struct role *role, struct pool *pool, struct call_client *ledger,
		      struct errands **ret_errands);
void errands_close(struct errands *errands); /* after the pool was closed; NULL is accepted */

/* There may be new work. */
void errands_wake(struct errands *errands);

#endif
