/*
 * index_known - what the node knows of certificates, revocation lists, cards, refusals and frames received, compared with
 * the records that say it.
 * For index_check.h.
 */
#ifndef NODE_INDEX_KNOWN_H
#define NODE_INDEX_KNOWN_H

#include "node/turn.h"

/* What the record leads to: NULL where it is there, or the store could not say. The text is static. */
const char *index_known_of_record(const struct turn *turn, const struct record *record);

/* What an entry of SPACE_GROUND, SPACE_SIGNER or SPACE_ARRIVAL says wrongly; else NULL. */
const char *index_known_of_entry(const struct turn *turn, const struct turn_key *key,
				 struct bytes value);

#endif
