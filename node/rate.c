#include "node/rate.h"

#include <stdlib.h>

#define BUCKETS 4096u /* a power of two */
#define NEAR 8u       /* places that one caller's bucket can have */

struct bucket {
	struct hash caller;
	uint64_t level; /* thousandths of a token that were taken and are not back yet */
	uint64_t at_ms;
	bool is_used;
};

struct rate {
	uint32_t per_second;
	uint64_t full; /* thousandths */
	struct bucket buckets[BUCKETS];
};

enum err rate_new(uint32_t per_second, uint32_t burst, struct rate **ret_rate)
{
	struct rate *rate = calloc(1, sizeof(*rate));

	if (rate == NULL)
		return ERR_MEMORY;
	rate->per_second = per_second;
	rate->full = (uint64_t)burst * 1000;
	*ret_rate = rate;
	return OK;
}

void rate_free(struct rate *rate)
{
	free(rate);
}

static uint64_t level_of(const struct rate *rate, const struct bucket *bucket, uint64_t now_ms)
{
	/* one token a second is one thousandth a millisecond */
	uint64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;

	if (!bucket->is_used || passed_ms > UINT32_MAX ||
	    passed_ms * rate->per_second >= bucket->level)
		return 0;
	return bucket->level - passed_ms * rate->per_second;
}

static struct bucket *bucket_of(struct rate *rate, const struct hash *caller, uint64_t now_ms)
{
	size_t first = bytes_get_u32(caller->at) % BUCKETS;
	struct bucket *best = &rate->buckets[first];

	for (size_t i = 0; i < NEAR; i++) {
		struct bucket *bucket = &rate->buckets[(first + i) % BUCKETS];

		if (bucket->is_used && hash_equal(&bucket->caller, caller))
			return bucket;
		if (level_of(rate, bucket, now_ms) < level_of(rate, best, now_ms) ||
		    (best->is_used && !bucket->is_used))
			best = bucket;
	}
	*best = (struct bucket){.caller = *caller, .at_ms = now_ms, .is_used = true};
	return best;
}

static void fill(struct bucket *bucket, uint64_t level, uint64_t now_ms)
{
	bucket->level = level;
	bucket->at_ms = now_ms > bucket->at_ms ? now_ms : bucket->at_ms;
}

uint64_t rate_take(struct rate *rate, const struct hash *caller, uint64_t now_ms)
{
	struct bucket *bucket = bucket_of(rate, caller, now_ms);
	uint64_t level = level_of(rate, bucket, now_ms);

	if (level + 1000 > rate->full)
		return (level + 1000 - rate->full + rate->per_second - 1) / rate->per_second;
	fill(bucket, level + 1000, now_ms);
	return 0;
}

void rate_charge(struct rate *rate, const struct hash *caller, uint32_t tokens, uint64_t now_ms)
{
	struct bucket *bucket = bucket_of(rate, caller, now_ms);

	fill(bucket, level_of(rate, bucket, now_ms) + (uint64_t)tokens * 1000, now_ms);
}
