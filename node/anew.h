/*
 * anew - what is put on record again in each epoch, because an epoch has a tree of its own and evidence of it
 * shows records of that tree alone: the certificates that sign what is sent (SPACE_SIGNER), and what verdicts
 * rest on (SPACE_GROUND).
 *
 * Each stands under its SHA-256; in a later epoch its base follows. Programs of before kept one entry for all
 * epochs, the newest, under the SHA-256 alone: it is found in the epoch that its number is of.
 */
#ifndef NODE_ANEW_H
#define NODE_ANEW_H

#include "node/turn.h"

/* Under which key it stands in this epoch. */
struct turn_key anew_key(const struct turn *turn, enum space space, const struct hash *hash,
			 uint64_t epoch);

/* The record that a value names; 0: it names none. */
uint64_t anew_number(enum space space, struct bytes value);

/*
 * What is known of it in this epoch: the value, in the turn's arena, and the record that it names.
 * ERR_MISSING: nothing, or nothing that can be read; recorded anew it is good again.
 */
enum err anew_find(const struct turn *turn, enum space space, const struct hash *hash,
		   uint64_t epoch, struct bytes *ret_value, uint64_t *ret_number);

#endif
