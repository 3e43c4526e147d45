/*
 * month_sieve - what old months do not hold, kept in memory, so that a key that is new is not looked for
 * in every month there was (find.h).
 *
 * When a month is over, a bitmap of its keys' places is made, piece by piece, stored under SPACE_SIEVE
 * and used from then on: a place whose bit is not set is in none of the month's keys. About one place
 * in sixteen is let through although it is not there, and costs a look. A key that is put into such a
 * month all the same, because the clock was set back, takes the bitmap with it in the same commit. So a
 * sieve never hides what is there; without one everything is looked for.
 *
 * It belongs to the one who writes, and lives over all turns.
 */
#ifndef NODE_MONTH_SIEVE_H
#define NODE_MONTH_SIEVE_H

#include "node/calendar.h"
#include "node/turn.h"

struct month_sieve_set;

#define MONTH_SIEVE_PLACE_AT (1u + CALENDAR_MONTH_BYTES - 1u) /* in a key of SPACE_KEY: u32 */

struct month_sieve_set *month_sieve_set_new(void);         /* NULL: no memory */
void month_sieve_set_free(struct month_sieve_set *sieves); /* NULL is accepted */

/* false: no key of this month has this place. sieves may be NULL. */
bool month_sieve_may_hold(struct month_sieve_set *sieves, const struct turn *turn,
			  const char *month, uint32_t place);

/* A key is put into this month by the turn: its sieve, if there is one, goes in the same commit.
 * sieves may be NULL. */
enum err month_sieve_forget(struct month_sieve_set *sieves, const struct turn *turn,
			    const char *month);

/*
 * A bounded piece of making those that are missing; the last thing in a turn, whose commit stores what
 * is ready. *ret_more: there is more to do. On error it goes on from there the next time.
 */
enum err month_sieve_step(struct month_sieve_set *sieves, const struct turn *turn, bool *ret_more);

/* Is this key of SPACE_KEY there and hidden by a stored sieve, or is that damaged? For verification. */
bool month_sieve_hides(const struct turn *turn, struct bytes key);

#endif
