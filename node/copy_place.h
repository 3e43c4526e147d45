/*
 * copy_place - how far a copy of a ledger was taken over from segments: the value under SPACE_COPY.
 */
#ifndef NODE_COPY_PLACE_H
#define NODE_COPY_PLACE_H

#include "node/ledger.h"
#include "node/segment.h"

struct copy_place {
	struct segment_place place;
	bool is_in_all; /* in a list of all states, behind its key `last` */
	uint8_t last[ENGINE_KEY_BYTES];
	size_t last_len;
};

enum err copy_place_put(struct batch *batch, const struct copy_place *place);

/* ERR_MISSING: the ledger is no copy. ERR_CORRUPT, ERR_VERSION. */
enum err copy_place_load(struct ledger *ledger, struct copy_place *ret_place);

#endif
