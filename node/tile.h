/*
 * tile - the tree as C2SP tlog-tiles gives it out: rows of up to 256 hashes, by level and index, so
 * that anybody can follow the ledger and make every proof themselves.
 *
 * A tile holds hashes and nothing else: no record, no document. Level l of the tiles is level 8 * l
 * of the tree. Pure but for the reading of subtrees.
 */
#ifndef NODE_TILE_H
#define NODE_TILE_H

#include "node/ledger.h"

#define TILE_WIDTH 256u
#define TILE_HEIGHT 8u
#define TILE_BYTES ((size_t)TILE_WIDTH * HASH_BYTES)

struct tile {
	unsigned level; /* 0 to 63 */
	uint64_t index;
	unsigned width; /* 1 to 256; 256: a full one */
};

/*
 * Read what stands behind "/tile/": "<L>/<N>[.p/<W>]" (tlog-tiles, Merkle Tree), such as
 * "0/x001/067.p/5". false: not exactly such a path; each tile has only one.
 */
bool tile_parse(struct bytes path, struct tile *ret_tile);

/* Is the tile in a tree of this size? */
bool tile_is_in(const struct tile *tile, uint64_t size);

/* Append the hashes of a tile that is in the tree as it is durable. As ledger_subtrees(). */
enum err tile_put(const struct tile *tile, struct ledger *ledger, struct buffer *to);

#endif
