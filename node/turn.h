/*
 * turn - what the ledger role's logic works on while it gathers one commit.
 *
 * Everything the node decides (intake, desk, routes, outbox, arrivals) is a function of a turn: it
 * reads what is durable and what this turn already put, and puts records, states and indexes into
 * the batch. Time is now_ms, memory is the arena, which is emptied after the commit. Nothing here
 * sends: sending happens after the commit.
 */
#ifndef NODE_TURN_H
#define NODE_TURN_H

#include "node/ledger.h"
#include "node/space.h"
#include "sampan/config.h"

struct turn {
	const struct config *config;
	struct ledger *ledger;
	struct batch *batch;
	struct arena *arena;
	uint64_t now_ms;
	struct find_memory *memory; /* of find.h; NULL: it asks the store each time */
};

#define TURN_KEY_BYTES 64u

/*
 * A key under construction: the space's byte, then parts in order. Big enough for every key of
 * ours.
 */
struct turn_key {
	uint8_t at[TURN_KEY_BYTES];
	size_t len;
};

struct turn_key turn_key(enum space space);
void turn_key_add_number(struct turn_key *key, uint64_t number);
/* asserts that it fits */
void turn_key_add_bytes(struct turn_key *key, const void *at, size_t len);
struct bytes turn_key_bytes(const struct turn_key *key);

/* The key right behind all keys that begin with this one: the end of a scan over a prefix. */
struct turn_key turn_key_after(const struct turn_key *prefix);

/*
 * The value of a key, in the turn's arena: as this turn left it, or, without a batch, as it is durable.
 * ERR_MISSING: there is none.
 */
enum err turn_get(const struct turn *turn, const struct turn_key *key, struct bytes *ret_value);

/*
 * Is one stored value bad (gone, damaged, of a newer program, larger than anything of ours), and not
 * the store? Who goes through many passes over it and goes on: it would be as bad the next time.
 */
bool turn_is_bad_value(enum err err);

/* The numbers that end the durable keys from <= key < until, in order of key, at most max_count of
 * them. */
enum err turn_scan(const struct turn *turn, const struct turn_key *from,
		   const struct turn_key *until, uint64_t *ret_numbers, size_t max_count,
		   size_t *ret_count);

/* The same from behind: the newest first. */
enum err turn_scan_back(const struct turn *turn, const struct turn_key *from,
			const struct turn_key *until, uint64_t *ret_numbers, size_t max_count,
			size_t *ret_count);

#endif
