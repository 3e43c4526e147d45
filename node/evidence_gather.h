/*
 * evidence_gather - which later checkpoints go into evidence (evidence.h): the first that each
 * witness countersigned, and the first that an authority stamped, from the file's own on.
 *
 * Of each only the first, so that a file does not change with every cosignature that comes; it
 * changes when a witness or a stamp vouches for it for the first time. Reads only.
 */
#ifndef NODE_EVIDENCE_GATHER_H
#define NODE_EVIDENCE_GATHER_H

#include "node/evidence.h"
#include "node/turn.h"

/* Set evidence->later, in the turn's arena, by evidence->checkpoint. */
enum err evidence_gather_later(const struct turn *turn, struct evidence *evidence);

#endif
