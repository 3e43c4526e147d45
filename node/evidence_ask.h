/*
 * evidence_ask - fetch a message's evidence from the node of this machine, piece by piece.
 */
#ifndef NODE_EVIDENCE_ASK_H
#define NODE_EVIDENCE_ASK_H

#include "node/ask.h"

/* Take a piece; not 0 ends it. */
typedef int evidence_ask_take(void *context, struct bytes piece);

/*
 * Ask the clerk until all is there. reader: as --for of
 * `sampan evidence`, "" for a court's. ERR_MISSING, ERR_USAGE, ERR_UNAVAILABLE: as
 * clerk_evidence_view() and _piece(). ERR_CONFLICT: more was recorded of it between two pieces, so
 * that what was taken is no evidence: ask anew. *ret_taken is what take said last.
 */
enum err evidence_ask(struct ask *ask, const char *id, const char *reader, evidence_ask_take *take,
		      void *context, int *ret_taken);

#endif
