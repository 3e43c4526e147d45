/*
 * cosigned - the cosignatures that partners gave to this ledger's checkpoints: a side table, outside
 * the tree, because a cosignature that were recorded would cause a checkpoint.
 *
 * Key `X`, number of the last record covered, the partner's country -> the line of cosignature.h. Only what was verified with the
 * key in the partner's card is put there. Readers open the ledger read only, like those of
 * receipts.
 */
#ifndef NODE_COSIGNED_H
#define NODE_COSIGNED_H

#include "node/turn.h"

/* Put a verified line for the checkpoint of this size in the present epoch. Saying it again keeps the first. */
enum err cosigned_put(const struct turn *turn, const char *partner, uint64_t size,
		      struct bytes line);

/* All lines for the checkpoint that ends with this record, one after the other, in the arena; empty:
 * none. What has no line end, as older programs kept it, is left out. */
enum err cosigned_lines(struct ledger *ledger, uint64_t number, struct arena *arena,
			struct bytes *ret_lines);

/*
 * The smallest checkpoint that covers the record and that somebody countersigned: the note with all
 * its cosignatures as further lines, so that it is again a note, in the arena. ERR_MISSING: none.
 */
enum err cosigned_covering(struct ledger *ledger, uint64_t number, struct arena *arena,
			   struct bytes *ret_note, uint64_t *ret_size);

/* The newest signed checkpoint, with its cosignatures, if any, as further lines. ERR_MISSING. */
enum err cosigned_newest(struct ledger *ledger, struct arena *arena, struct bytes *ret_note);

#endif
