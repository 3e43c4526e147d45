#include "node/who_cache.h"

#include <stdlib.h>

#include "node/address.h"
#include "node/attempt.h"
#include "sampan/clock.h"
#include "sampan/key.h"
#include "sampan/secret.h"

#define CALLER_BYTES ((size_t)64 * 1024)

struct slot {
	struct arena *arena; /* NULL: nothing was ever kept here */
	struct caller caller;
	uint64_t until_ms;
	uint64_t generation;
};

struct who_cache {
	uint8_t salt[HASH_BYTES];
	uint64_t generation;
	struct slot slots[WHO_CACHE_SLOTS];
	struct attempt_bucket wrong[WHO_CACHE_SLOTS];
};

enum err who_cache_new(struct who_cache **ret_cache)
{
	struct who_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		return ERR_MEMORY;
	key_random(cache->salt, sizeof(cache->salt));
	cache->generation = 1;
	for (size_t i = 0; i < WHO_CACHE_SLOTS; i++)
		cache->wrong[i].left = WHO_CACHE_WRONG;
	*ret_cache = cache;
	return OK;
}

void who_cache_free(struct who_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < WHO_CACHE_SLOTS; i++)
		arena_free(cache->slots[i].arena);
	free(cache);
}

void who_cache_forget(struct who_cache *cache)
{
	cache->generation++;
}

uint64_t who_cache_generation(const struct who_cache *cache)
{
	return cache->generation;
}

/* The hash of a secret is as good as random: nobody chooses a slot. */
static size_t slot_of(const struct hash *hash)
{
	return bytes_get_u32(hash->at) % WHO_CACHE_SLOTS;
}

bool who_cache_find(struct who_cache *cache, enum caller_proof proof, const struct hash *hash,
		    uint64_t now_ms, struct caller *ret_caller)
{
	const struct slot *slot = &cache->slots[slot_of(hash)];

	if (slot->arena == NULL || slot->generation != cache->generation ||
	    now_ms >= slot->until_ms || slot->caller.proof != proof ||
	    !secret_equal(slot->caller.proof_hash.at, hash->at, HASH_BYTES))
		return false;
	if (slot->caller.until_ms != 0 && clock_now_ms() >= slot->caller.until_ms)
		return false;
	*ret_caller = slot->caller;
	return true;
}

void who_cache_put(struct who_cache *cache, const struct caller *caller, uint64_t now_ms)
{
	struct slot *slot = &cache->slots[slot_of(&caller->proof_hash)];

	if (slot->arena == NULL)
		slot->arena = arena_new(CALLER_BYTES);
	if (slot->arena == NULL)
		return;
	arena_clear(slot->arena);
	slot->until_ms = 0;
	if (caller_copy(caller, slot->arena, &slot->caller) != OK)
		return;
	slot->caller.reason = "";
	slot->until_ms = now_ms + WHO_CACHE_MS;
	slot->generation = cache->generation;
}

struct hash who_cache_digest(const struct who_cache *cache, const char *address)
{
	struct bytes parts[] = {bytes_of(cache->salt, sizeof(cache->salt)), {0}};
	char one[ADDRESS_BYTES];

	address_of_one(address, one);
	parts[1] = bytes_of_text(one);
	return hash_of_parts(parts, 2);
}

bool who_cache_is_slow(struct who_cache *cache, const struct hash *address, uint64_t now_ms)
{
	struct attempt_bucket *bucket = &cache->wrong[slot_of(address)];

	attempt_fill(bucket, now_ms, WHO_CACHE_WRONG, WHO_CACHE_WRONG_MS);
	return bucket->left == 0;
}

void who_cache_note_wrong(struct who_cache *cache, const struct hash *address, uint64_t now_ms)
{
	struct attempt_bucket *bucket = &cache->wrong[slot_of(address)];

	attempt_fill(bucket, now_ms, WHO_CACHE_WRONG, WHO_CACHE_WRONG_MS);
	if (bucket->left > 0)
		bucket->left--;
}
