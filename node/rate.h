/*
 * rate - how often each caller may ask: a bucket of tokens per caller that fills steadily.
 *
 * Pure but for its own memory, which is fixed: of more callers than there are buckets, the one that
 * has asked the least lately is forgotten, which gives it a full bucket.
 */
#ifndef NODE_RATE_H
#define NODE_RATE_H

#include "sampan/err.h"
#include "sampan/hash.h"

struct rate;

/* per_second: tokens that come back; burst: how many a full bucket holds. Both at least 1. */
enum err rate_new(uint32_t per_second, uint32_t burst, struct rate **ret_rate);
void rate_free(struct rate *rate); /* NULL is accepted */

/* Take one token. 0: there was one; otherwise how many milliseconds until there is. */
uint64_t rate_take(struct rate *rate, const struct hash *caller, uint64_t now_ms);

/* What it got cost so many tokens more, as was seen behind it: what the bucket has not it owes, and pays before
 * it takes again. */
void rate_charge(struct rate *rate, const struct hash *caller, uint32_t tokens, uint64_t now_ms);

#endif
