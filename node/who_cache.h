/*
 * who_cache - what the gate remembers for a few seconds: whose a credential is, and which addresses
 * show wrong ones. Bounded, in memory only.
 */
#ifndef NODE_WHO_CACHE_H
#define NODE_WHO_CACHE_H

#include "node/caller.h"

#define WHO_CACHE_SLOTS 1024u
#define WHO_CACHE_MS 10000u      /* how long an answer is believed */
#define WHO_CACHE_WRONG 30u      /* wrong ones that an address may show */
#define WHO_CACHE_WRONG_MS 2000u /* until one more */

struct who_cache;

enum err who_cache_new(struct who_cache **ret_cache);
void who_cache_free(struct who_cache *cache); /* NULL is accepted */

/* Forget all callers, and answers under way: the generation is another. */
void who_cache_forget(struct who_cache *cache);
uint64_t who_cache_generation(const struct who_cache *cache);

/* *ret_caller is borrowed until the next put or forget. */
bool who_cache_find(struct who_cache *cache, enum caller_proof proof, const struct hash *hash,
		    uint64_t now_ms, struct caller *ret_caller);
void who_cache_put(struct who_cache *cache, const struct caller *caller, uint64_t now_ms);

/* Whom an address stands for (address.h), under a digest that nobody outside can compute. */
struct hash who_cache_digest(const struct who_cache *cache, const char *address);
bool who_cache_is_slow(struct who_cache *cache, const struct hash *address, uint64_t now_ms);
void who_cache_note_wrong(struct who_cache *cache, const struct hash *address, uint64_t now_ms);

#endif
