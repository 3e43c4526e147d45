/*
 * clerk_hand_over - what a shift leaves to the next one: all that is open at an office, by who worked on it last,
 * and the notes that were left (hand_over.h). For people of that office only.
 */
#ifndef NODE_CLERK_HAND_OVER_H
#define NODE_CLERK_HAND_OVER_H

#include "node/caller.h"
#include "node/turn.h"
#include "sampan/pack.h"

#define CLERK_HAND_OVER_ROWS 200u

/* office "": the first of theirs; desk as hand_over_is(). */
void clerk_hand_over_pack(struct buffer *to, const struct caller *caller, const char *office,
			  const char *desk);

/*
 * CLERK_HAND_OVER -> {"office","desk","offices":[{"office","desk"}],"notes":[{"number","time","actor","actorName",
 * "text"}],"open":[ROW with "by", "byName", "overdue"],"whole"}: rows by name, those of nobody first; "whole": there
 * are no more. Office and lists are empty for who has none. ERR_DENIED: another's office, or they may not.
 */
enum err clerk_hand_over_serve(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
