/*
 * index_flaw - what does not agree in what stands beside messages: balances of certificates (balance.h), and
 * which declarations name them (pair.h).
 * For index_check.h.
 */
#ifndef NODE_INDEX_FLAW_H
#define NODE_INDEX_FLAW_H

#include "node/turn.h"

/*
 * Of the entry with this key, which ends with a number. NULL: nothing is wrong, or the store could not
 * say. The text is static.
 */
const char *index_flaw(const struct turn *turn, const struct turn_key *key);

#endif
