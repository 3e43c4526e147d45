/*
 * block_sieve - which blocks of keys cannot hold a place, kept in memory, so that a key that is new is
 * looked for in none of them (find.h).
 *
 * A block is BLOCK_SIEVE_RECORDS records long: a key belongs to the block of the record that its turn would
 * append next. So a block that is over never gets another key, whatever the clock does. Of each block
 * there is a Bloom filter of its keys' places: six bits for each, among 2^18. In memory those of 64
 * blocks lie side by side, so six words say which of 64 blocks may hold a place. When a block is over
 * its filter is stored under SPACE_SIEVE and read from there at the next start; one that is missing or damaged is made again
 * from the keys. What is put is in the filter at once, also when the turn fails: a filter may let
 * through what is not there, and never hides what is.
 *
 * It belongs to the one who writes, and lives over all turns. Who reads only keeps none, and looks at the
 * stored filters: six bytes of each, where they lie, so a clerk looks for a key in the blocks that have it
 * and in those that have no filter yet. Who reads very much keeps what is stored in memory, too.
 */
#ifndef NODE_BLOCK_SIEVE_H
#define NODE_BLOCK_SIEVE_H

#include "node/turn.h"

#define BLOCK_SIEVE_RECORDS 16384u
#define BLOCK_SIEVE_BYTES 32768u /* of a stored filter */
#define BLOCK_SIEVE_KEY_AT 1u    /* in a key of SPACE_KEY: block u32, place u32 */

struct block_sieve;

struct block_sieve *block_sieve_new(void); /* NULL: no memory */
struct block_sieve *block_sieve_new_of_reader(
	void); /* beside one who writes: asks each block without a stored filter */
void block_sieve_free(struct block_sieve *sieve); /* NULL is accepted */

/* The block to which keys belong that the turn puts now, or that would be put next. */
enum err block_sieve_newest(const struct turn *turn, uint32_t *ret_block);

/*
 * *block becomes the newest block below it that may hold the place; false: there is none. sieve may be NULL:
 * then the stored filters say so. What cannot be read may hold everything.
 */
bool block_sieve_before(struct block_sieve *sieve, const struct turn *turn, uint32_t place,
			uint32_t *block);

/* A key with this place is put into this block. sieve may be NULL. */
void block_sieve_add(struct block_sieve *sieve, uint32_t block, uint32_t place);

/*
 * Store the filter of one block that is over; the last thing in a turn. *ret_more: there are others.
 * When the turn's commit fails, call block_sieve_failed().
 */
enum err block_sieve_step(struct block_sieve *sieve, const struct turn *turn, bool *ret_more);
void block_sieve_failed(struct block_sieve *sieve); /* NULL is accepted */

/* Is this key of SPACE_KEY hidden by the stored filter of its block, or is that damaged? For verification. ERR_IO. */
enum err block_sieve_hides(const struct turn *turn, struct bytes key, bool *ret_hides);

#endif
