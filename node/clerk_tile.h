/*
 * clerk_tile - what the clerk answers to those who follow the ledger from outside: its newest signed
 * checkpoint, and tiles of the tree that it covers.
 *
 * Public: a checkpoint says size and root, tiles are hashes over salted leaves. The entry bundles of
 * tlog-tiles are not given out: a record names parties, documents and their numbers, and who may
 * see these is judged message by message (reading.h).
 */
#ifndef NODE_CLERK_TILE_H
#define NODE_CLERK_TILE_H

#include "node/turn.h"

/* CLERK_CHECKPOINT: the note, with the cosignatures that are there. ERR_UNAVAILABLE: nothing is signed yet. */
enum err clerk_tile_checkpoint(const struct turn *turn, struct bytes question, struct buffer *to);

/*
 * CLERK_TILE: the hashes of the tile that the question (the path behind "/tile/") names. ERR_MISSING: it
 * is no tile, or none of the tree that the newest signed checkpoint covers.
 */
enum err clerk_tile_serve(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
