/*
 * link_show - the part of a link's sender that shows the partner our checkpoints, so that it
 * countersigns them (docs/link.md, Witnessing). Pure: link_out.c steps it and sends what it says.
 *
 * Once when a session opens, and then only when there may be something new, at most every
 * LINK_SHOW_EVERY_MS; a node at rest is silent. What stays unanswered is shown again with growing
 * pauses, and then given up until there is something new.
 */
#ifndef NODE_LINK_SHOW_H
#define NODE_LINK_SHOW_H

#include "node/link_turn.h"

#define LINK_SHOW_EVERY_MS 5000u

struct link_show {
	bool is_open;    /* a session is */
	bool is_due;     /* there may be something to show, from due_ms on */
	bool is_again;   /* something new came since it was shown */
	bool is_loading; /* LINK_PROVE is not answered */
	uint64_t due_ms;
	uint64_t earliest_ms; /* of something new */
	uint64_t serial;      /* of what was shown last; rises as long as the process lives */
	uint64_t shown;       /* size of what waits for its answer; 0: nothing */
	struct hash shown_root;
	uint64_t seen; /* the size that the partner saw last, as it said */
	uint64_t seen_epoch;
	uint64_t card; /* the version of our card that it has */
	uint64_t done; /* the size that was answered in this session, with which root; 0: none */
	struct hash done_root;
	unsigned tries;
};

void link_show_open(struct link_show *show, uint64_t now_ms); /* a session begins */
void link_show_close(struct link_show *show);                 /* it ends */

/* There may be something new. */
void link_show_renew(struct link_show *show, uint64_t now_ms);

/* Time passes: may put LINK_PROVE. */
void link_show_tick(struct link_show *show, const struct link_event *event, struct link_turn *turn);

/*
 * LINK_PROVED: true when it is to be sent; serial, number, hash and content of *ret_message are
 * set then.
 */
bool link_show_take(struct link_show *show, const struct link_event *event,
		    struct link_wire *ret_message);

/* LINK_UNPROVEN and LINK_UNKEPT: once more, later. */
void link_show_retry(struct link_show *show, const struct link_event *event);

/*
 * The partner's SEEN. Puts LINK_COSIGNED when it countersigned. false: what it says it saw is not what
 * our ledger is: the turn's text says what; stop.
 */
bool link_show_answered(struct link_show *show, const struct link_event *event,
			const struct link_wire *message, struct link_turn *turn);

#endif
