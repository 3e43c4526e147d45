/*
 * link_in_inside - what link_in.c and link_ask.c share; nobody else includes it.
 */
#ifndef NODE_LINK_IN_INSIDE_H
#define NODE_LINK_IN_INSIDE_H

#include "node/link_turn.h"

struct link_in {
	struct link_position position; /* durable */
	struct hash
		given[LINK_FRAMES]; /* ring: given out for commit, the numbers behind position */
	size_t given_first, given_count;
	uint8_t nonce[LINK_NONCE_BYTES];
	link_lookup *lookup;
	void *lookup_context;
	struct link_turn turn;
	bool is_stopped;
	bool is_told; /* stopped by the partner's word alone: its hello takes that back */
	bool is_version_told;

	/* session */
	bool has_peer;
	uint8_t peer[LINK_NONCE_BYTES];
	uint64_t greeting;      /* serial of the peer's last hello */
	uint64_t epoch;         /* of its frames that are taken */
	uint64_t session_epoch; /* of the session; a later one is not endorsed yet */
	bool has_gap;           /* a frame is missing */
	bool has_asked;         /* and was asked for */
	uint64_t again_serial;

	unsigned refusals;
	uint64_t retry_ms; /* the ledger refused: nothing is taken before; 0: it takes */

	/* witnessing */
	uint64_t shown; /* serial of the last checkpoint of this peer that was given out */
	bool is_judging;
	uint64_t judged;                       /* its serial */
	uint8_t judged_peer[LINK_NONCE_BYTES]; /* and who showed it */

	bool is_finding; /* LINK_RECALL is not answered */

	uint8_t note[LINK_NOTE_BYTES];
	size_t note_len;
};

/* A message to the partner's present process. */
struct link_wire link_in_message(const struct link_in *link, enum link_wire_kind kind);

bool link_in_is_of_session(const struct link_in *link, const struct link_wire *message);

/* It is of no session that we know: its sender is to say hello. */
void link_in_ask_who(struct link_in *link, const struct link_wire *message);

/* ---- link_ask.c ---- */

/* CHECKPOINT: have our ledger judge it; and what it says. */
void link_ask_judge(struct link_in *link, const struct link_wire *message);
void link_ask_judged(struct link_in *link, const struct link_event *event);

/* RECALL: have our ledger find it; and what it found. */
void link_ask_find(struct link_in *link, const struct link_wire *message);
void link_ask_found(struct link_in *link, const struct link_event *event);

#endif
