/*
 * link_out_inside - what link_out.c, link_greet.c and link_recall.c share; nobody else includes it.
 */
#ifndef NODE_LINK_OUT_INSIDE_H
#define NODE_LINK_OUT_INSIDE_H

#include "node/link_show.h"
#include "node/link_turn.h"
#include "node/link_window.h"

struct link_out {
	char node[LINK_NODE_BYTES];
	uint64_t epoch;
	uint8_t nonce[LINK_NONCE_BYTES];
	struct link_turn turn;
	struct link_show show;
	enum link_out_state state;

	/* greeting */
	uint64_t greeting;       /* serial of the last hello */
	uint64_t first_greeting; /* of this round: welcomes to older ones are stale */
	unsigned tries;
	uint64_t due_ms; /* next hello; when open: when a stream without progress is greeted anew */
	bool is_verifying; /* welcomed: frame `claimed` is loaded, to see that we really sent it */
	struct link_wire claimed;
	uint8_t claimed_note[LINK_NOTE_BYTES];

	/* session */
	bool has_peer;
	uint8_t peer[LINK_NONCE_BYTES];
	uint64_t session; /* serial of the greeting that opened it */
	uint64_t again_serial;
	uint64_t acknowledged; /* of this session; behind it the numbers in the window */
	struct hash acknowledged_hash;
	struct link_window window;
	unsigned stalls;

	/* after our ledger was restored (link_recall.c) */
	bool is_unsettled; /* the partner may have more of our stream than we know */
	bool is_recalling; /* welcomed: it is asked for it */
	bool is_taking;    /* LINK_TAKE or LINK_SETTLE is not answered */
	uint64_t given;    /* the last number that our ledger knows */
	unsigned recall_asks;

	/* ledger */
	uint64_t recorded; /* highest number that the ledger was told of */
	bool is_loading;
	uint64_t loading; /* behind which number */
	bool is_dry;      /* the ledger has nothing more */
	bool is_away;     /* the ledger could not say: ask again at the next tick */
	bool is_refilled; /* LINK_AVAILABLE came while loading: do not believe LINK_NOTHING */
	size_t needed;    /* size of the next frame, when it did not fit into the window */
};

struct link_wire link_out_message(const struct link_out *link, enum link_wire_kind kind);

/* Tell both operators, then be silent. The text of the alarm stands in the turn. */
void link_out_stop(struct link_out *link);

/* The receiver has everything up to here; note: its checkpoint. */
void link_out_acknowledge(struct link_out *link, uint64_t number, const struct hash *hash,
			  struct bytes note);

/* Begin again behind what is acknowledged. */
void link_out_rewind(struct link_out *link);

void link_out_expect_progress(struct link_out *link, const struct link_event *event);

/* ---- link_greet.c: from the first hello to an open session ---- */

/* LINK_START. */
void link_greet_start(struct link_out *link, const struct link_event *event);

/* A new round of hellos: the session is over. */
void link_greet_anew(struct link_out *link, const struct link_event *event);

/* The next hello is due. */
void link_greet_again(struct link_out *link, const struct link_event *event);

void link_greet_welcomed(struct link_out *link, const struct link_event *event,
			 const struct link_wire *message);

/* The frame that the receiver says it has, as our ledger has it. */
void link_greet_verify(struct link_out *link, const struct link_event *event);

void link_greet_asked(struct link_out *link, const struct link_event *event,
		      const struct link_wire *message);

/* ---- link_recall.c: what we sent and know no more ---- */

/* Welcomed. */
void link_recall_begin(struct link_out *link, const struct link_event *event);
/* The answer is due. */
void link_recall_tick(struct link_out *link, const struct link_event *event);
/* The partner's RECALLED, of this session. */
void link_recall_given(struct link_out *link, const struct link_wire *message);
/* What our ledger says. */
void link_recall_taken(struct link_out *link, const struct link_event *event);
void link_recall_untaken(struct link_out *link, const struct link_event *event);
void link_recall_settled(struct link_out *link, const struct link_event *event);

#endif
