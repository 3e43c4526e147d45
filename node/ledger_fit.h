/*
 * ledger_fit - may the node run on the ledger that lies in its folder? Asked before it starts, and by
 * who looks at a node that stands: a copy that was put back is no ledger to go on with until an
 * operator says so (reopen.h). On an older one it would sign nothing, and its partners would raise the
 * alarm.
 *
 * Only reads, also beside a running node, in a process of its own: damaged pages end that alone, and are told.
 */
#ifndef NODE_LEDGER_FIT_H
#define NODE_LEDGER_FIT_H

#include "sampan/config.h"

struct ledger_fit {
	bool is_fit;
	const char *en; /* what is so, and what to do; "" when it fits. In the arena. */
	const char *vi;
};

/*
 * It does not fit: a restored copy; a ledger that holds less than the seal signed, or none while the
 * seal signed one; one that takes more room than limits.map_bytes. What cannot be read fits: it is told
 * where it is opened. ERR_MEMORY.
 */
enum err ledger_fit_look(const struct config *config, struct arena *arena,
			 struct ledger_fit *ret_fit);

#endif
