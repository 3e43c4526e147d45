/*
 * pace - when the ledger role commits.
 *
 * A commit costs the same for one record and for many, so what nobody waits for (a translation that
 * came back, a signature, a checkpoint to be stored) waits PACE_BACKGROUND_MS at most for a commit
 * that somebody waits for, and rides with it. What somebody waits for is committed at once, unless
 * there are several of them: then commits begin no more often than every PACE_GATHER_MS, and wait, up
 * to PACE_GATHER_MAX_MS, until nobody else has come for a while (half a millisecond for each that
 * shares them, PACE_GATHER_MS at most), so that each serves many. As soon as PACE_MANY or more are there and
 * as many as lately ever were, nobody else is missing, and the commit begins. Nothing that somebody waits for ever waits for what nobody waits for.
 *
 * The root is signed with what somebody waits for; what nobody waits for a receipt of, such as all that a partner
 * sends, is signed when nothing was committed for a while, and where that never comes, now and then.
 *
 * Pure: the times are arguments, in milliseconds of a clock that only goes forward.
 */
#ifndef NODE_PACE_H
#define NODE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_GATHER_MS 6u
#define PACE_GATHER_MAX_MS 30u
#define PACE_MANY 16u
#define PACE_BACKGROUND_MS 10u
#define PACE_SEALING_MS \
	50u /* nothing of the background begins while a receipt is under way, so long */
#define PACE_HEAD_IDLE_MS 1000u /* after so long without a commit the head is signed in any case */
#define PACE_HEAD_LATE_MS 5000u /* and after so long that anything is not */
#define PACE_NEVER UINT64_MAX

enum pace_haste {
	PACE_NOW,        /* reads only: needs no commit */
	PACE_FOREGROUND, /* somebody waits for the answer */
	PACE_BACKGROUND,
};

struct pace {
	uint64_t began_ms;      /* when the last commit began */
	size_t shared;          /* how many waited for it */
	size_t most;            /* how many did lately, falling by an eighth with each commit */
	size_t foreground;      /* how many questions wait now */
	uint64_t foreground_ms; /* since when the last of them */
	uint64_t background_ms;
	bool has_background;
	uint64_t head_ms; /* when all was signed last, or more than before: so much */
	uint64_t head_signed;
};

/* Something waits from now on. PACE_NOW is not kept. */
void pace_wait(struct pace *pace, enum pace_haste haste, uint64_t now_ms);

/* How many questions the next commit takes at most. under_way: as below. */
size_t pace_share(const struct pace *pace, size_t under_way);

/*
 * A commit begins, with so many of those that somebody waits for; has_more: something is left for the
 * next one.
 */
void pace_begin(struct pace *pace, uint64_t now_ms, size_t taken, bool has_more);

/*
 * When the next commit is due, PACE_NEVER when nothing waits; may lie in the past. under_way: how
 * many wait for the receipt of what is committed already.
 */
uint64_t pace_due(const struct pace *pace, size_t under_way);

/* Is the head, of so many records, of which so many are signed, to be signed without anybody waiting? Looked at now and then. */
bool pace_is_head_due(struct pace *pace, uint64_t size, uint64_t signed_size, uint64_t now_ms);

#endif
