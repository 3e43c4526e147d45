/*
 * evidence_sight - the evidence of two nodes side by side: what one sent, the other received.
 *
 * One node alone proves that its partner acknowledged; with the partner's evidence it is proved that
 * the very bytes are in the partner's ledger.
 */
#ifndef NODE_EVIDENCE_SIGHT_H
#define NODE_EVIDENCE_SIGHT_H

#include "node/evidence_tell.h"

/* A document that a file says was sent, or received from a partner. */
struct evidence_sight {
	bool is_sent;
	struct hash hash;
	const char *file, *ledger;
	uint64_t number;
	uint64_t time_ms;
};

struct evidence_sights {
	struct arena *arena;
	struct evidence_sight *items;
	size_t count, room;
};

/* The arena is borrowed. */
void evidence_sight_init(struct evidence_sights *sights, struct arena *arena);

/* Remember what a file that is proved says; what is kept is copied. */
enum err evidence_sight_note(struct evidence_sights *sights,
			     const struct evidence_verdict *verdict);

/* One line for each document that one file sent and another received. */
void evidence_sight_print(const struct evidence_sights *sights, bool in_vietnamese);

#endif
