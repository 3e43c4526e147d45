/*
 * clerk_pairs - "pairs" in the view of a message: the proofs of origin that a declaration names and how it
 * compares with those that are here; of a certificate the declarations that name it.
 *
 * Of the other one no more is shown than who asks may read.
 */
#ifndef NODE_CLERK_PAIRS_H
#define NODE_CLERK_PAIRS_H

#include "node/clerk_view.h"
#include "node/compare.h"

/* May who asks read this one, too? */
bool clerk_pairs_may_read(const struct clerk_view *view, uint64_t number);

/* Into an array. */
enum err clerk_pairs_put(const struct clerk_view *view, const struct message *message,
			 json_t *pairs);

/* One row of a comparison: field, line, item, declaration, certificate, verdict. */
json_t *clerk_pairs_row_new(const struct compare_row *row);

/* A record Paired tells that the other one is here: only to who may read that, too. True of all other records. */
bool clerk_pairs_is_shown(const struct clerk_view *view, const struct record *record);

#endif
