/*
 * tree - the Merkle tree over the records (RFC 9162 section 2.1), kept incrementally.
 *
 * The tree itself holds only the right edge (at most 64 hashes); complete subtrees are stored by
 * (level, index) through the functions given, so an append touches O(log n) nodes and a proof reads
 * O(log n).
 */
#ifndef NODE_TREE_H
#define NODE_TREE_H

#include "sampan/err.h"
#include "sampan/hash.h"

#define TREE_LEVELS 64u

struct tree {
	uint64_t size;                 /* leaves */
	struct hash edge[TREE_LEVELS]; /* edge[l] is the complete subtree of 2^l leaves when bit l
					* of size is set */
};

/*
 * Read the complete subtree at (level, index): OK, ERR_MISSING (never for what was stored), ERR_IO.
 */
typedef enum err tree_read(void *context, unsigned level, uint64_t index, struct hash *ret_hash);

/* Told of each subtree that an append completes, leaves (level 0) included. */
typedef enum err tree_write(void *context, unsigned level, uint64_t index, const struct hash *hash);

void tree_init(struct tree *tree);

/* Rebuild the edge for a size from stored subtrees. */
enum err tree_open(uint64_t size, tree_read *read, void *context, struct tree *ret_tree);

enum err tree_append(struct tree *tree, const struct hash *leaf, tree_write *write, void *context);

/* The root; the hash of the empty string for the empty tree. */
struct hash tree_root(const struct tree *tree);

struct tree_proof {
	struct hash path[2 * TREE_LEVELS];
	size_t count;
};

/* RFC 9162 section 2.1.3.1. ERR_USAGE unless index < size. */
enum err tree_prove_inclusion(uint64_t index, uint64_t size, tree_read *read, void *context,
			      struct tree_proof *ret_proof);

/* RFC 9162 section 2.1.4.1. ERR_USAGE unless 0 < older <= newer; empty when they are equal. */
enum err tree_prove_consistency(uint64_t older, uint64_t newer, tree_read *read, void *context,
				struct tree_proof *ret_proof);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2. */
bool tree_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
			   const struct tree_proof *proof, const struct hash *root);
bool tree_verify_consistency(uint64_t older, const struct hash *older_root, uint64_t newer,
			     const struct hash *newer_root, const struct tree_proof *proof);

#endif
