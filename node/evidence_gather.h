/*
 * evidence_gather - what goes into evidence (evidence.h) beside the records of its message: the first checkpoint
 * that each witness countersigned, and the first that an authority stamped, from the file's own on; and what verdicts
 * on signatures rest on.
 *
 * Of each only the first, so that a file does not change with every cosignature that comes; it
 * changes when a witness or a stamp vouches for it for the first time. Reads only.
 */
#ifndef NODE_EVIDENCE_GATHER_H
#define NODE_EVIDENCE_GATHER_H

#include "node/evidence.h"
#include "node/turn.h"

#define EVIDENCE_GROUNDS 16u /* authorities and lists of one message, at most */

/*
 * Add behind the records those of the authorities and revocation lists that verdicts on signatures of them
 * rest on (grounds.h), as far as this reader is shown the verdict. There is room for EVIDENCE_GROUNDS more.
 */
enum err evidence_gather_grounds(const struct turn *turn, const struct evidence_disclose *disclose,
				 struct evidence *evidence);

/* One record more behind the others, unless it is there; the room is the caller's. */
enum err evidence_gather_record(const struct turn *turn, uint64_t number,
				struct evidence *evidence);

/* Set evidence->later, in the turn's arena, by evidence->checkpoint. */
enum err evidence_gather_later(const struct turn *turn, struct evidence *evidence);

#endif
