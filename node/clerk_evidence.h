/*
 * clerk_evidence - what the clerk gives of a message's evidence (evidence_plan.h), and to whom.
 *
 * Over HTTP as CLERK_READ, with the part CLERK_READ_EVIDENCE: whoever may download a message gets
 * its evidence, and their roles say how much of it is shown. On this machine as CLERK_EVIDENCE.
 */
#ifndef NODE_CLERK_EVIDENCE_H
#define NODE_CLERK_EVIDENCE_H

#include "node/clerk_read.h"
#include "node/evidence.h"

/*
 * For whom. asked: "broker", "partner:TH", "court"; "partner" is the only partner that the message
 * went to or came from; "" the most that the caller may have (NULL: the operator of this machine,
 * who may have all). ERR_USAGE: none of these, or several partners. ERR_MISSING: it has nothing to
 * do with that partner. ERR_DENIED: more than the caller may have.
 */
enum err clerk_evidence_view(const struct turn *turn, const struct caller *caller, uint64_t message,
			     const char *asked, struct evidence_view *ret_view);

/*
 * May the caller have the receipt? It holds the first record whole, and so goes to whom evidence shows that. ERR_DENIED.
 */
enum err clerk_evidence_may_prove(const struct turn *turn, const struct caller *caller,
				  uint64_t message);

/*
 * Sets hash, total and the piece from offset on, at most CLERK_READ_PIECE_BYTES. The hash is of what
 * says all the rest, so that pieces of two states of the ledger are told apart. Errors as
 * evidence_plan_make(); ERR_MISSING: the offset is beyond the end.
 */
enum err clerk_evidence_piece(const struct turn *turn, uint64_t message,
			      const struct evidence_view *view, uint64_t offset,
			      struct clerk_read_answer *answer);

/* CLERK_EVIDENCE. The answer is that of clerk_read_unpack_answer(). */
void clerk_evidence_pack(struct buffer *to, const char *id, const char *asked, uint64_t offset);
enum err clerk_evidence_serve(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
