/*
 * changes - which states and indexes each commit changed: so that a copy of the ledger can be kept
 * up to date without reading all of them again.
 *
 * Beside each commit stands, under SPACE_CHANGE and its number (how many batches the store then
 * holds), the list of keys that it put or deleted, without values; for the last CHANGES_KEPT commits
 * and a few more. Records, payloads, tree and checkpoints only grow and are not in it; nor is the
 * timeline, which follows from the records.
 */
#ifndef NODE_CHANGES_H
#define NODE_CHANGES_H

#include "node/ledger.h"

#define CHANGES_KEPT 8192u

/* Does a copy have to be given the keys of this space? Not those that a ledger makes by itself. */
bool changes_is_state(uint8_t space);

/* Put the list of this batch into it, as commit number `commit`, and take away what is too old. */
enum err changes_put(struct batch *batch, uint64_t commit);

/*
 * The keys that the commits after `after` up to and with `until` changed, in order and each once, in
 * the arena. ERR_MISSING: they are not known any more, so all states must be read.
 */
struct changes {
	struct bytes *keys;
	size_t count;
};
enum err changes_between(struct ledger *ledger, uint64_t after, uint64_t until, struct arena *arena,
			 struct changes *ret_changes);

#endif
