/*
 * stamped - the time stamps (stamp.h) that an authority gave to this ledger's checkpoints: a side
 * table, outside the tree, because a stamp that were recorded would cause a checkpoint.
 *
 * Key `t`, number of the last record that it covers -> u64 time (milliseconds), text authority, bytes token. What is stamped is SHA-256
 * of the signed note as it is stored, so a stamp also says that the signature was there. The courier
 * brings what a worker found good; who reads a token from here believes it no more than any other
 * until it is checked. Readers open the ledger read only, like those of receipts.
 */
#ifndef NODE_STAMPED_H
#define NODE_STAMPED_H

#include "node/turn.h"

struct stamped {
	uint64_t number; /* of the last record that the checkpoint covers */
	uint64_t time_ms;
	const char *authority;
	struct bytes token; /* DER */
};

/* ERR_MISSING: nothing is stamped yet. All is in the arena. */
enum err stamped_last(struct ledger *ledger, struct arena *arena, struct stamped *ret_stamped);

/* The first stamped checkpoint from this record on, of whatever epoch. ERR_MISSING: none. */
enum err stamped_covering(struct ledger *ledger, uint64_t number, struct arena *arena,
			  struct stamped *ret_stamped);

/* ---- Between roles ---- */

/* What could be stamped now, and what was last. */
struct stamped_news {
	uint64_t number;      /* of the last record that the newest checkpoint covers; 0: none */
	struct bytes note;    /* it */
	uint64_t last_number; /* the same of the newest that is stamped */
	uint64_t last_time_ms;
};

void stamped_pack(struct buffer *to, const struct stamped *stamped, const struct hash *note);
/* note is borrowed. ERR_FORMAT. */
enum err stamped_unpack_news(struct bytes from, struct stamped_news *ret_news);

/*
 * LEDGER_STAMP: put it into the table; saying it again keeps the first. ERR_CONFLICT: there is no
 * such checkpoint up to this record here. ERR_FORMAT; ERR_LIMIT.
 */
enum err stamped_serve(const struct turn *turn, struct bytes body);

/* CLERK_STAMPED: struct stamped_news. */
enum err stamped_answer(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
