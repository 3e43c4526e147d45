/*
 * reopen - a ledger that was restored from an older copy goes on in a new epoch, by its operator's word
 * (epoch.h). Only while the node does not run.
 *
 * One commit opens the epoch: its first record EpochOpened names the epoch before, the size and root
 * that were restored, and the last checkpoint that is known; with the word, and that checkpoint, as payloads. What waited for a
 * signature under the tree before is translated anew, so that it stands in the new one. The desk passes
 * over as many numbers as may have been lost.
 */
#ifndef NODE_REOPEN_H
#define NODE_REOPEN_H

#include "node/epoch.h"
#include "node/seal_memory.h"
#include "sampan/config.h"

struct reopen_done {
	struct epoch_word word;
	bool was_open; /* by an earlier call */
};

/*
 * The public half of a new key to the node's folder, the private half to a new file. ERR_EXISTS: there is
 * an operator's key already, or the file is there. ERR_IO.
 */
enum err reopen_make_key(const struct config *config, const char *path, struct arena *arena);

/* What the seal of this node remembers of an epoch of that origin, as seal_memory_open(). */
enum err reopen_open_memory(const struct config *config, const char *origin, uint64_t epoch,
			    struct arena *arena, struct seal_memory *ret_memory);

/*
 * Open the next epoch of the ledger below the node's folder. A word that was stored and whose record was
 * not is taken up again; and where the ledger stands at the beginning of an epoch that was opened, in which the seal
 * has signed nothing yet, there is nothing to be done (was_open). ERR_DENIED: not the key of this node's operator. ERR_MISSING: no
 * ledger, no key, or no memory of the seal. ERR_EXISTS: the node runs. ERR_USAGE: the ledger is empty. ERR_CONFIG: it is a copy that was not made to its end.
 */
enum err reopen_ledger(const struct config *config, const struct key *key,
		       const char *operator_name, struct arena *arena,
		       struct reopen_done *ret_done);

#endif
