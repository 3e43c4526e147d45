/*
 * evidence_plan - evidence (evidence.h) made from the ledger, piece by piece.
 *
 * A plan says what the container holds; it reads leaves and proofs, and each content once for its
 * checksum, which is remembered by the content's hash. So a long container is given out in pieces,
 * each made for itself, and nothing of it is kept meanwhile. Reads only.
 */
#ifndef NODE_EVIDENCE_PLAN_H
#define NODE_EVIDENCE_PLAN_H

#include "node/evidence.h"
#include "node/turn.h"
#include "node/zip.h"

struct evidence_plan {
	const struct turn *turn;
	struct evidence evidence;
	const struct zip_part *parts;
	const struct evidence_source *sources; /* where the content of each part is */
	size_t count;
	uint64_t size; /* bytes of the container */
	struct hash
		identity; /* SHA-256 of evidence.json, checkpoint and receipt, which say all the rest */
};

/*
 * Plan the evidence of the message that this record began, or of a refusal, for a reader. All in
 * the turn's arena, for as long as that lives. ERR_MISSING: no such message, or nothing of it is shown to that
 * reader. ERR_UNAVAILABLE: no
 * checkpoint covers all of it yet: ask later. ERR_LIMIT: more records or bytes than a container may
 * have.
 */
enum err evidence_plan_make(const struct turn *turn, uint64_t message,
			    const struct evidence_view *view, struct evidence_plan *ret_plan);

/* The bytes from offset on: max_bytes, or up to the end. */
enum err evidence_plan_piece(const struct evidence_plan *plan, uint64_t offset, size_t max_bytes,
			     struct buffer *to);

#endif
