#include "node/tree.h"

#include <assert.h>

static struct hash node_hash(const struct hash *left, const struct hash *right)
{
	static const uint8_t prefix = 0x01;
	struct bytes parts[] = {bytes_of(&prefix, 1), hash_bytes(left), hash_bytes(right)};

	return hash_of_parts(parts, 3);
}

static bool has_bit(uint64_t value, unsigned bit)
{
	return (value >> bit & 1) != 0;
}

void tree_init(struct tree *tree)
{
	*tree = (struct tree){0};
}

enum err tree_open(uint64_t size, tree_read *read, void *context, struct tree *ret_tree)
{
	struct tree tree = {.size = size};
	enum err err;

	for (unsigned level = 0; level < TREE_LEVELS; level++)
		if (has_bit(size, level) &&
		    (err = read(context, level, (size >> level) - 1, &tree.edge[level])) != OK)
			return err;
	*ret_tree = tree;
	return OK;
}

enum err tree_append(struct tree *tree, const struct hash *leaf, tree_write *write, void *context)
{
	struct hash hash = *leaf;
	unsigned level = 0;
	enum err err;

	assert(tree->size < UINT64_MAX >> 1);
	if ((err = write(context, 0, tree->size, &hash)) != OK)
		return err;
	for (; has_bit(tree->size, level); level++) {
		hash = node_hash(&tree->edge[level], &hash);
		if ((err = write(context, level + 1, tree->size >> (level + 1), &hash)) != OK)
			return err;
	}
	tree->edge[level] = hash;
	tree->size++;
	return OK;
}

struct hash tree_root(const struct tree *tree)
{
	struct hash root = {0};
	bool is_begun = false;

	if (tree->size == 0)
		return hash_of((struct bytes){0});
	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		if (!has_bit(tree->size, level))
			continue;
		root = is_begun ? node_hash(&tree->edge[level], &root) : tree->edge[level];
		is_begun = true;
	}
	return root;
}

/* Largest power of two smaller than size; size > 1. */
static uint64_t split_of(uint64_t size)
{
	return UINT64_C(1) << (63 - __builtin_clzll(size - 1));
}

/* The hash of `size` leaves from `begin`, which the splits of RFC 9162 make a multiple of every
 * complete subtree within. */
static enum err range_hash(uint64_t begin, uint64_t size, tree_read *read, void *context,
			   struct hash *ret_hash)
{
	struct tree range = {.size = size};
	enum err err;

	for (unsigned level = TREE_LEVELS; level-- > 0;) {
		if (!has_bit(size, level))
			continue;
		if ((err = read(context, level, begin >> level, &range.edge[level])) != OK)
			return err;
		begin += UINT64_C(1) << level;
	}
	*ret_hash = tree_root(&range);
	return OK;
}

static void reverse(struct tree_proof *proof)
{
	for (size_t i = 0; i < proof->count / 2; i++) {
		struct hash hash = proof->path[i];

		proof->path[i] = proof->path[proof->count - 1 - i];
		proof->path[proof->count - 1 - i] = hash;
	}
}

enum err tree_prove_inclusion(uint64_t index, uint64_t size, tree_read *read, void *context,
			      struct tree_proof *ret_proof)
{
	struct tree_proof proof = {0};
	uint64_t begin = 0;
	enum err err;

	if (index >= size)
		return ERR_USAGE;
	while (size > 1) {
		uint64_t split = split_of(size);
		bool is_left = index - begin < split;
		uint64_t other = is_left ? begin + split : begin;
		uint64_t other_size = is_left ? size - split : split;

		err = range_hash(other, other_size, read, context, &proof.path[proof.count++]);
		if (err != OK)
			return err;
		begin = is_left ? begin : begin + split;
		size = is_left ? split : size - split;
	}
	reverse(&proof);
	*ret_proof = proof;
	return OK;
}

enum err tree_prove_consistency(uint64_t older, uint64_t newer, tree_read *read, void *context,
				struct tree_proof *ret_proof)
{
	struct tree_proof proof = {0};
	uint64_t begin = 0, size = newer;
	enum err err;

	if (older == 0 || older > newer)
		return ERR_USAGE;
	while (older - begin != size) {
		uint64_t split = split_of(size);
		bool is_left = older - begin <= split;
		uint64_t other = is_left ? begin + split : begin;
		uint64_t other_size = is_left ? size - split : split;

		err = range_hash(other, other_size, read, context, &proof.path[proof.count++]);
		if (err != OK)
			return err;
		begin = is_left ? begin : begin + split;
		size = is_left ? split : size - split;
	}
	/* A subtree that begins at 0 is the older tree itself, which the verifier has. */
	if (begin > 0 &&
	    (err = range_hash(begin, size, read, context, &proof.path[proof.count++])) != OK)
		return err;
	reverse(&proof);
	*ret_proof = proof;
	return OK;
}

bool tree_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
			   const struct tree_proof *proof, const struct hash *root)
{
	uint64_t node = index, last = size - 1;
	struct hash hash = *leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < proof->count; i++) {
		if (last == 0)
			return false;
		if (has_bit(node, 0) || node == last) {
			hash = node_hash(&proof->path[i], &hash);
			while (!has_bit(node, 0) && node != 0) {
				node >>= 1;
				last >>= 1;
			}
		} else {
			hash = node_hash(&hash, &proof->path[i]);
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && hash_equal(&hash, root);
}

/* RFC 9162 section 2.1.4.2, steps 3 to 7: both roots are rebuilt from the proof. */
static bool rebuild_both(uint64_t older, uint64_t newer, const struct hash *first,
			 const struct hash *path, size_t count, struct hash ret_roots[2])
{
	uint64_t node = older - 1, last = newer - 1;
	struct hash old_hash = *first, new_hash = *first;

	while (has_bit(node, 0)) {
		node >>= 1;
		last >>= 1;
	}
	for (size_t i = 0; i < count; i++) {
		if (last == 0)
			return false;
		if (has_bit(node, 0) || node == last) {
			old_hash = node_hash(&path[i], &old_hash);
			new_hash = node_hash(&path[i], &new_hash);
			while (!has_bit(node, 0) && node != 0) {
				node >>= 1;
				last >>= 1;
			}
		} else {
			new_hash = node_hash(&new_hash, &path[i]);
		}
		node >>= 1;
		last >>= 1;
	}
	ret_roots[0] = old_hash;
	ret_roots[1] = new_hash;
	return last == 0;
}

bool tree_verify_consistency(uint64_t older, const struct hash *older_root, uint64_t newer,
			     const struct hash *newer_root, const struct tree_proof *proof)
{
	const struct hash *path = proof->path;
	size_t count = proof->count;
	struct hash roots[2];

	if (older == 0 || older > newer)
		return false;
	if (older == newer)
		return count == 0 && hash_equal(older_root, newer_root);
	if (count == 0)
		return false;
	/* A power of two is itself the first node of the path (step 2). */
	if ((older & (older - 1)) == 0)
		return rebuild_both(older, newer, older_root, path, count, roots) &&
		       hash_equal(&roots[0], older_root) && hash_equal(&roots[1], newer_root);
	return rebuild_both(older, newer, path, path + 1, count - 1, roots) &&
	       hash_equal(&roots[0], older_root) && hash_equal(&roots[1], newer_root);
}
