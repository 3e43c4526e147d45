/*
 * ledger_work - the ledger's work that a courier does: what waits to be checked, translated or
 * handed over, and who has it.
 */
#ifndef NODE_LEDGER_WORK_H
#define NODE_LEDGER_WORK_H

#include "node/ledger_serve.h"

/*
 * LEDGER_WORK (ledger_call.h): give out what nobody has yet, of each stage that is wanted. On
 * errors nothing was given out.
 */
enum err ledger_work_serve(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			   struct ledger_served *served);

/* What came of it is told, or will never be: nobody has it any more. */
void ledger_work_take_back(struct ledger_serve *serve, uint64_t number);

#endif
