/*
 * evidence_check_inside - what the files that check evidence (evidence_check.h) share; theirs alone.
 */
#ifndef NODE_EVIDENCE_CHECK_INSIDE_H
#define NODE_EVIDENCE_CHECK_INSIDE_H

#include "node/evidence_check.h"
#include "node/zip.h"

struct evidence_checking {
	const struct evidence_anchors *anchors;
	struct arena *arena;
	const struct zip_item *items;
	size_t count;
	bool *is_used; /* parts that were asked for */
	const uint8_t *public_key;
	struct evidence evidence;
	struct evidence_fault *fault;
};

/* Say what is wrong with a part: ERR_FORMAT. */
enum err evidence_check_wrong(struct evidence_checking *checking, const char *code,
			      const char *part);

/* The content of a part, which vouches for it from now on. ERR_FORMAT: there is none. */
enum err evidence_check_need(struct evidence_checking *checking, const char *name,
			     struct bytes *ret_content);

/*
 * Later checkpoints (evidence_later.c): of the same ledger and history, each with what stands on it. A
 * witness or an authority that the verifier does not know is no fault, what does not hold is.
 */
enum err evidence_later_check(struct evidence_checking *checking);

/* When the records are read: how many say a later time than a stamp of who is believed. */
void evidence_later_hold_times(struct evidence *evidence);

#endif
