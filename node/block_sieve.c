#include "node/block_sieve.h"

#include <stdlib.h>
#include <string.h>

#define BITS 18u
#define ROWS ((size_t)1 << BITS)
#define PROBES 6u
#define SIDE 64u /* blocks side by side */
#define BLOCK_BYTES 4u
#define PLACE_AT (BLOCK_SIEVE_KEY_AT + BLOCK_BYTES)
#define PLACE_END (PLACE_AT + 4u)

/* The filters of 64 blocks, one in each bit. */
struct side {
	uint64_t *rows; /* NULL: no memory; then nothing is known of them */
	uint64_t known; /* of which blocks all keys are in */
};

struct block_sieve {
	struct side *sides;
	size_t count;
	bool is_of_reader; /* somebody else puts: only what is stored is whole */
	bool has_next;     /* is it known which are stored? */
	uint32_t next;     /* the first that is not */
};

/* ---- Filters ---- */

/* A place is a part of a SHA-256 already; spread over 64 bits (splitmix64) it gives two numbers to step by. */
static void probe(uint32_t place, size_t ret_rows[PROBES])
{
	uint64_t hash = place * UINT64_C(0x9E3779B97F4A7C15);
	uint32_t at, step;

	hash = (hash ^ hash >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94D049BB133111EB);
	hash ^= hash >> 31;
	at = (uint32_t)hash;
	step = (uint32_t)(hash >> 32) | 1u;
	for (size_t i = 0; i < PROBES; i++)
		ret_rows[i] = (at + (uint32_t)i * step) % ROWS;
}

static bool has_bit(const uint8_t *filter, size_t row)
{
	return (filter[row / 8] & 0x80u >> row % 8) != 0;
}

static bool lets_through(struct bytes filter, const size_t rows[PROBES])
{
	for (size_t i = 0; i < PROBES; i++)
		if (!has_bit(filter.at, rows[i]))
			return false;
	return true;
}

static uint64_t bit_of(uint32_t block)
{
	return UINT64_C(1) << block % SIDE;
}

/* NULL: no memory. */
static struct side *side_of(struct block_sieve *sieve, uint32_t block)
{
	size_t wanted = block / SIDE;
	struct side *sides;

	if (wanted >= sieve->count) {
		sides = reallocarray(sieve->sides, wanted + 1, sizeof(*sides));
		if (sides == NULL)
			return NULL;
		memset(sides + sieve->count, 0, (wanted + 1 - sieve->count) * sizeof(*sides));
		sieve->sides = sides;
		sieve->count = wanted + 1;
	}
	if (sieve->sides[wanted].rows == NULL)
		sieve->sides[wanted].rows = calloc(ROWS, sizeof(uint64_t));
	return sieve->sides[wanted].rows == NULL ? NULL : &sieve->sides[wanted];
}

static void add_to(struct side *side, uint32_t block, uint32_t place)
{
	size_t rows[PROBES];

	probe(place, rows);
	for (size_t i = 0; i < PROBES; i++)
		side->rows[rows[i]] |= bit_of(block);
}

void block_sieve_add(struct block_sieve *sieve, uint32_t block, uint32_t place)
{
	struct side *side = sieve == NULL ? NULL : side_of(sieve, block);

	if (side != NULL)
		add_to(side, block, place);
}

/* ---- What is stored ---- */

static struct turn_key key_of(enum space space, uint32_t block)
{
	struct turn_key key = turn_key(space);
	uint8_t at[BLOCK_BYTES];

	bytes_put_u32(at, block);
	turn_key_add_bytes(&key, at, sizeof(at));
	return key;
}

/* Where the keys of a block, or its filter, go. */
struct filling {
	struct side *side;
	uint32_t block;
	bool is_whole; /* the stored filter was one */
};

static bool take_filter(void *context, struct bytes key, struct bytes value)
{
	struct filling *filling = context;

	(void)key;
	filling->is_whole = value.len == BLOCK_SIEVE_BYTES;
	for (size_t i = 0; filling->is_whole && i < value.len; i++)
		for (size_t bit = 0; value.at[i] != 0 && bit < 8; bit++)
			if (has_bit(value.at, 8 * i + bit))
				filling->side->rows[8 * i + bit] |= bit_of(filling->block);
	return false;
}

static bool take_key(void *context, struct bytes key, struct bytes value)
{
	struct filling *filling = context;

	(void)value;
	if (key.len >= PLACE_END)
		add_to(filling->side, filling->block, bytes_get_u32(key.at + PLACE_AT));
	return true;
}

/* All keys that are there of a block: from its filter, or one by one. */
static void fill(struct side *side, const struct turn *turn, uint32_t block, bool is_of_reader)
{
	struct turn_key from = key_of(SPACE_SIEVE, block), until = turn_key_after(&from);
	struct filling filling = {.side = side, .block = block};
	enum err err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				   false, take_filter, &filling);

	if (err == OK && !filling.is_whole && is_of_reader)
		return;
	if (err == OK && !filling.is_whole) {
		from = key_of(SPACE_KEY, block);
		until = turn_key_after(&from);
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, take_key, &filling);
	}
	if (err == OK)
		side->known |= bit_of(block);
}

/* ---- Asking ---- */

struct block_sieve *block_sieve_new(void)
{
	return calloc(1, sizeof(struct block_sieve));
}

struct block_sieve *block_sieve_new_of_reader(void)
{
	struct block_sieve *sieve = block_sieve_new();

	if (sieve != NULL)
		sieve->is_of_reader = true;
	return sieve;
}

void block_sieve_free(struct block_sieve *sieve)
{
	if (sieve == NULL)
		return;
	for (size_t i = 0; i < sieve->count; i++)
		free(sieve->sides[i].rows);
	free(sieve->sides);
	free(sieve);
}

static enum err newest_durable(const struct turn *turn, uint32_t *ret_block)
{
	struct hash root;
	uint64_t count = 0;
	enum err err = ledger_head(turn->ledger, &count, &root);

	*ret_block = (uint32_t)((count + 1) / BLOCK_SIEVE_RECORDS);
	return err;
}

enum err block_sieve_newest(const struct turn *turn, uint32_t *ret_block)
{
	if (turn->batch == NULL)
		return newest_durable(turn, ret_block);
	*ret_block = (uint32_t)(batch_next(turn->batch) / BLOCK_SIEVE_RECORDS);
	return OK;
}

/* Of the blocks of a side that are wanted, those that may hold the place. */
static uint64_t candidates(struct block_sieve *sieve, const struct turn *turn, uint32_t first,
			   uint64_t wanted, const size_t rows[PROBES])
{
	struct side *side = side_of(sieve, first);
	uint64_t found = wanted;

	if (side == NULL)
		return wanted;
	for (uint64_t left = wanted & ~side->known; left != 0; left &= left - 1)
		fill(side, turn, first + (uint32_t)__builtin_ctzll(left), sieve->is_of_reader);
	for (size_t i = 0; i < PROBES && found != 0; i++)
		found &= side->rows[rows[i]];
	return found | (wanted & ~side->known);
}

/* A look at the stored filters below a block, from the newest back. */
struct stored {
	size_t rows[PROBES];
	uint32_t below; /* none from here on may hold it */
};

/* A block that is passed over without a filter, or with a damaged one, may hold everything. */
static bool look_at_filter(void *context, struct bytes key, struct bytes value)
{
	struct stored *stored = context;

	if (key.len != BLOCK_SIEVE_KEY_AT + BLOCK_BYTES)
		return true;
	if (bytes_get_u32(key.at + BLOCK_SIEVE_KEY_AT) + 1 != stored->below ||
	    value.len != BLOCK_SIEVE_BYTES || lets_through(value, stored->rows))
		return false;
	stored->below--;
	return true;
}

/* Six bytes of each are read where they lie in the store, all in one view. */
static bool before_by_stored(const struct turn *turn, uint32_t place, uint32_t *block)
{
	struct turn_key from = turn_key(SPACE_SIEVE), until = key_of(SPACE_SIEVE, *block);
	struct stored stored = {.below = *block};

	probe(place, stored.rows);
	(void)ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), true,
			  look_at_filter, &stored);
	if (stored.below == 0)
		return false;
	*block = stored.below - 1;
	return true;
}

bool block_sieve_before(struct block_sieve *sieve, const struct turn *turn, uint32_t place,
			uint32_t *block)
{
	uint32_t below = *block;
	size_t rows[PROBES];

	if (sieve == NULL || below == 0)
		return below > 0 && before_by_stored(turn, place, block);
	probe(place, rows);
	while (below > 0) {
		uint32_t first = (below - 1) / SIDE * SIDE;
		uint64_t wanted = UINT64_MAX >> (SIDE - (below - first));
		uint64_t found = candidates(sieve, turn, first, wanted, rows);

		if (found != 0) {
			*block = first + SIDE - 1 - (uint32_t)__builtin_clzll(found);
			return true;
		}
		below = first;
	}
	return false;
}

/* ---- Storing ---- */

static bool take_block(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	if (key.len != BLOCK_SIEVE_KEY_AT + BLOCK_BYTES)
		return true;
	*(uint32_t *)context = bytes_get_u32(key.at + BLOCK_SIEVE_KEY_AT) + 1;
	return false;
}

static enum err find_next(struct block_sieve *sieve, const struct turn *turn)
{
	struct turn_key from = turn_key(SPACE_SIEVE), until = turn_key_after(&from);
	enum err err = OK;

	if (sieve->has_next)
		return OK;
	sieve->next = 0;
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), true,
			  take_block, &sieve->next);
	sieve->has_next = err == OK;
	return err;
}

static enum err put(const struct side *side, const struct turn *turn, uint32_t block)
{
	struct turn_key key = key_of(SPACE_SIEVE, block);
	uint8_t *filter = calloc(1, BLOCK_SIEVE_BYTES);
	enum err err;

	if (filter == NULL)
		return ERR_MEMORY;
	for (size_t row = 0; row < ROWS; row++)
		if ((side->rows[row] & bit_of(block)) != 0)
			filter[row / 8] = (uint8_t)(filter[row / 8] | 0x80u >> row % 8);
	err = batch_put(turn->batch, turn_key_bytes(&key), bytes_of(filter, BLOCK_SIEVE_BYTES));
	free(filter);
	return err;
}

enum err block_sieve_step(struct block_sieve *sieve, const struct turn *turn, bool *ret_more)
{
	struct side *side;
	uint32_t newest = 0;
	enum err err;

	*ret_more = false;
	if ((err = find_next(sieve, turn)) != OK || (err = newest_durable(turn, &newest)) != OK ||
	    sieve->next >= newest)
		return err;
	if ((side = side_of(sieve, sieve->next)) == NULL)
		return ERR_MEMORY;
	if ((side->known & bit_of(sieve->next)) == 0)
		fill(side, turn, sieve->next, sieve->is_of_reader);
	if ((side->known & bit_of(sieve->next)) == 0)
		return ERR_IO;
	if ((err = put(side, turn, sieve->next)) != OK)
		return err;
	*ret_more = ++sieve->next < newest;
	return OK;
}

void block_sieve_failed(struct block_sieve *sieve)
{
	if (sieve != NULL)
		sieve->has_next = false;
}

/* ---- Verification ---- */

struct hiding {
	size_t rows[PROBES];
	bool hides;
};

static bool look_through(void *context, struct bytes key, struct bytes value)
{
	struct hiding *hiding = context;

	(void)key;
	hiding->hides = value.len != BLOCK_SIEVE_BYTES || !lets_through(value, hiding->rows);
	return false;
}

enum err block_sieve_hides(const struct turn *turn, struct bytes key, bool *ret_hides)
{
	struct turn_key from, until;
	struct hiding hiding = {.hides = false};
	enum err err;

	*ret_hides = false;
	if (key.len < PLACE_END)
		return OK;
	from = key_of(SPACE_SIEVE, bytes_get_u32(key.at + BLOCK_SIEVE_KEY_AT));
	until = turn_key_after(&from);
	probe(bytes_get_u32(key.at + PLACE_AT), hiding.rows);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  look_through, &hiding);
	*ret_hides = err == OK && hiding.hides;
	return err;
}
