/*
 * parked - how many notices and words of a party were kept today although they speak of nothing that is here (flows.md,
 * Routes). Each waits for its original for ever, so a party has only so many of them in a day.
 */
#ifndef NODE_PARKED_H
#define NODE_PARKED_H

#include "node/turn.h"
#include "sampan/finding.h"

#define PARKED_A_DAY 1000u /* of one party */

/* One more, in this turn. A finding (parked-too-many) instead when the party has had them all today. */
enum err parked_count(const struct turn *turn, const char *party, struct findings *findings);

#endif
