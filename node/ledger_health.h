/*
 * ledger_health - what the ledger role says of its own state: read anew for each question, cheap.
 */
#ifndef NODE_LEDGER_HEALTH_H
#define NODE_LEDGER_HEALTH_H

#include "node/health.h"
#include "node/ledger.h"

/*
 * Size, newest record, and room in the folder that the ledger lies in; signed_size and trouble are
 * the caller's to set. What cannot be read is 0. ERR_MEMORY.
 */
enum err ledger_health_read(struct ledger *ledger, const char *folder, struct arena *arena,
			    struct health_ledger *ret_health);

#endif
