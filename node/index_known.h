/*
 * index_known - what the node knows of certificates, revocation lists, cards, refusals and frames received, compared with
 * the records that say it.
 * For index_check.h.
 */
#ifndef NODE_INDEX_KNOWN_H
#define NODE_INDEX_KNOWN_H

#include "node/index_look.h"

index_look_at_record index_known_of_record;

/* Entries of SPACE_GROUND, SPACE_SIGNER, SPACE_ARRIVAL. */
index_look_at_entry index_known_ground, index_known_signer, index_known_arrival;

#endif
