/*
 * relodge - the same document lodged by another party than before: by the trader itself and by its
 * agent, who may both. It is one message, and both get the same answer (intake.h).
 *
 * That the second lodged it too is on record once, as LodgedAgain in the message's life; from then on
 * it is answered as who lodged it first, and its own reference leads to the message too.
 */
#ifndef NODE_RELODGE_H
#define NODE_RELODGE_H

#include "node/intake.h"

/* Has the party lodged this message before, first or again? */
enum err relodge_is_known(const struct turn *turn, const struct intake *intake,
			  const struct message *message, bool *ret_is_known);

/* Put it on record, after who lodges was judged. */
enum err relodge_record(const struct turn *turn, const struct intake *intake,
			const struct message *message);

#endif
