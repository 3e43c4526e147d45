/* tree: the vectors of the first Certificate Transparency tests, and every small size against the
 * definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/tree.h"

enum { MAX_SIZE = 132 };

/* All complete subtrees by (level, index), as an engine would keep them. */
struct store {
	struct hash nodes[9][MAX_SIZE];
	bool has[9][MAX_SIZE];
	struct hash leaves[MAX_SIZE];
	struct tree tree;
};

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	struct store *store = context;

	assert_true(level < 9 && index < MAX_SIZE);
	if (!store->has[level][index])
		return ERR_MISSING;
	*ret_hash = store->nodes[level][index];
	return OK;
}

static enum err write_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	struct store *store = context;

	assert_true(level < 9 && index < MAX_SIZE);
	assert_false(store->has[level][index]); /* told of each subtree once */
	store->nodes[level][index] = *hash;
	store->has[level][index] = true;
	return OK;
}

static struct hash leaf_hash(struct bytes leaf)
{
	static const uint8_t zero = 0;
	struct bytes parts[] = {bytes_of(&zero, 1), leaf};

	return hash_of_parts(parts, 2);
}

/* MTH of RFC 9162 section 2.1.1, word by word. */
static struct hash naive_root(const struct hash *leaves, uint64_t size)
{
	static const uint8_t one = 1;
	struct hash left, right;
	uint64_t split = 1;
	struct bytes parts[3];

	if (size == 0)
		return hash_of((struct bytes){0});
	if (size == 1)
		return leaves[0];
	while (split * 2 < size)
		split *= 2;
	left = naive_root(leaves, split);
	right = naive_root(leaves + split, size - split);
	parts[0] = bytes_of(&one, 1);
	parts[1] = hash_bytes(&left);
	parts[2] = hash_bytes(&right);
	return hash_of_parts(parts, 3);
}

/* PATH of section 2.1.3.1. */
static void naive_path(uint64_t index, const struct hash *leaves, uint64_t size,
		       struct tree_proof *to)
{
	uint64_t split = 1;

	if (size == 1)
		return;
	while (split * 2 < size)
		split *= 2;
	if (index < split) {
		naive_path(index, leaves, split, to);
		to->path[to->count++] = naive_root(leaves + split, size - split);
	} else {
		naive_path(index - split, leaves + split, size - split, to);
		to->path[to->count++] = naive_root(leaves, split);
	}
}

/* SUBPROOF of section 2.1.4.1. */
static void naive_subproof(uint64_t older, const struct hash *leaves, uint64_t size, bool is_whole,
			   struct tree_proof *to)
{
	uint64_t split = 1;

	if (older == size) {
		if (!is_whole)
			to->path[to->count++] = naive_root(leaves, size);
		return;
	}
	while (split * 2 < size)
		split *= 2;
	if (older <= split) {
		naive_subproof(older, leaves, split, is_whole, to);
		to->path[to->count++] = naive_root(leaves + split, size - split);
	} else {
		naive_subproof(older - split, leaves + split, size - split, false, to);
		to->path[to->count++] = naive_root(leaves, split);
	}
}

static void assert_same_proof(const struct tree_proof *a, const struct tree_proof *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_true(hash_equal(&a->path[i], &b->path[i]));
}

static void append(struct store *store, struct bytes leaf)
{
	struct hash hash = leaf_hash(leaf);

	store->leaves[store->tree.size] = hash;
	assert_int_equal(tree_append(&store->tree, &hash, write_node, store), OK);
}

static int set_up(void **state)
{
	struct store *store = calloc(1, sizeof(*store));

	assert_non_null(store);
	tree_init(&store->tree);
	*state = store;
	return 0;
}

static int fill(void **state)
{
	set_up(state);
	for (uint32_t i = 0; i < MAX_SIZE; i++) {
		uint8_t leaf[4];

		bytes_put_u32(leaf, i);
		append(*state, bytes_of(leaf, sizeof(leaf)));
	}
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static const struct {
	struct bytes leaf;
	const char *root; /* of the tree that ends with it */
} vectors[] = {
	{{NULL, 0}, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
	{{(const uint8_t *)"\x00", 1},
	 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
	{{(const uint8_t *)"\x10", 1},
	 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
	{{(const uint8_t *)" !", 2},
	 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
	{{(const uint8_t *)"01", 2},
	 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
	{{(const uint8_t *)"@ABC", 4},
	 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
	{{(const uint8_t *)"PQRSTUVW", 8},
	 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
	{{(const uint8_t *)"`abcdefghijklmno", 16},
	 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void assert_hex(const struct hash *hash, const char *expected)
{
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	assert_string_equal(hex, expected);
}

static void the_roots_are_those_of_the_known_eight_leaves(void **state)
{
	struct store *store = *state;
	struct hash root = tree_root(&store->tree);

	assert_hex(&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		append(store, vectors[i].leaf);
		root = tree_root(&store->tree);
		assert_hex(&root, vectors[i].root);
	}
}

/* From the same source: (leaf index, tree size, path) and (older, newer, path). */
static const struct {
	uint64_t first, second;
	size_t count;
	const char *path[3];
} inclusion_vectors[] =
	{
		{0, 1, 0, {0}},
		{0,
		 8,
		 3,
		 {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
		  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
		{5,
		 8,
		 3,
		 {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
		{2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
		{1,
		 5,
		 3,
		 {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
},
  consistency_vectors[] = {
	  {1, 1, 0, {0}},
	  {1,
	   8,
	   3,
	   {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
	  {6,
	   8,
	   3,
	   {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	  {2,
	   5,
	   2,
	   {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

static void the_proofs_are_those_of_the_known_eight_leaves(void **state)
{
	struct store *store = *state;
	struct tree_proof proof;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++)
		append(store, vectors[i].leaf);
	for (size_t i = 0; i < sizeof(inclusion_vectors) / sizeof(*inclusion_vectors); i++) {
		assert_int_equal(tree_prove_inclusion(inclusion_vectors[i].first,
						      inclusion_vectors[i].second, read_node, store,
						      &proof),
				 OK);
		assert_int_equal(proof.count, inclusion_vectors[i].count);
		for (size_t j = 0; j < proof.count; j++)
			assert_hex(&proof.path[j], inclusion_vectors[i].path[j]);
	}
	for (size_t i = 0; i < sizeof(consistency_vectors) / sizeof(*consistency_vectors); i++) {
		assert_int_equal(tree_prove_consistency(consistency_vectors[i].first,
							consistency_vectors[i].second, read_node,
							store, &proof),
				 OK);
		assert_int_equal(proof.count, consistency_vectors[i].count);
		for (size_t j = 0; j < proof.count; j++)
			assert_hex(&proof.path[j], consistency_vectors[i].path[j]);
	}
}

static void the_edge_can_be_opened_again_at_every_size(void **state)
{
	struct store *store = *state;

	for (uint64_t size = 0; size <= MAX_SIZE; size++) {
		struct hash expected = naive_root(store->leaves, size), root;
		struct tree tree;

		assert_int_equal(tree_open(size, read_node, store, &tree), OK);
		assert_int_equal(tree.size, size);
		root = tree_root(&tree);
		assert_true(hash_equal(&root, &expected));
	}
}

/* The same proof with one bit turned, one hash more and one less proves nothing. */
static void assert_no_other_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
				      const struct tree_proof *proof, const struct hash *root)
{
	struct tree_proof other = *proof;

	other.path[other.count++] = *root;
	assert_false(tree_verify_inclusion(leaf, index, size, &other, root));
	if (proof->count == 0)
		return;
	other.count -= 2;
	assert_false(tree_verify_inclusion(leaf, index, size, &other, root));
	other = *proof;
	other.path[index % other.count].at[7] ^= 4;
	assert_false(tree_verify_inclusion(leaf, index, size, &other, root));
}

static void every_leaf_is_proved_in_every_size(void **state)
{
	struct store *store = *state;

	for (uint64_t size = 1; size <= MAX_SIZE; size++) {
		struct hash root = naive_root(store->leaves, size);

		for (uint64_t index = 0; index < size; index++) {
			const struct hash *leaf = &store->leaves[index];
			struct tree_proof proof, naive = {0};

			assert_int_equal(
				tree_prove_inclusion(index, size, read_node, store, &proof), OK);
			naive_path(index, store->leaves, size, &naive);
			assert_same_proof(&proof, &naive);
			assert_true(tree_verify_inclusion(leaf, index, size, &proof, &root));
			if (index > 0)
				assert_false(tree_verify_inclusion(leaf, index - 1, size, &proof,
								   &root));
			assert_no_other_inclusion(leaf, index, size, &proof, &root);
		}
	}
}

static void assert_no_other_consistency(uint64_t older, const struct hash *older_root,
					uint64_t newer, const struct hash *newer_root,
					const struct tree_proof *proof)
{
	struct tree_proof other = *proof;

	other.path[other.count++] = *newer_root;
	assert_false(tree_verify_consistency(older, older_root, newer, newer_root, &other));
	assert_false(tree_verify_consistency(older, newer_root, newer, older_root, proof) &&
		     older != newer);
	if (proof->count == 0)
		return;
	other.count -= 2;
	assert_false(tree_verify_consistency(older, older_root, newer, newer_root, &other));
	other = *proof;
	other.path[older % other.count].at[0] ^= 0x80;
	assert_false(tree_verify_consistency(older, older_root, newer, newer_root, &other));
}

static void every_size_is_proved_to_extend_every_smaller_one(void **state)
{
	struct store *store = *state;

	for (uint64_t newer = 1; newer <= MAX_SIZE; newer++) {
		struct hash newer_root = naive_root(store->leaves, newer);

		for (uint64_t older = 1; older <= newer; older++) {
			struct hash older_root = naive_root(store->leaves, older);
			struct tree_proof proof, naive = {0};

			assert_int_equal(
				tree_prove_consistency(older, newer, read_node, store, &proof), OK);
			naive_subproof(older, store->leaves, newer, true, &naive);
			assert_same_proof(&proof, &naive);
			assert_true(tree_verify_consistency(older, &older_root, newer, &newer_root,
							    &proof));
			assert_no_other_consistency(older, &older_root, newer, &newer_root, &proof);
		}
	}
}

static void what_is_outside_the_tree_is_not_proved(void **state)
{
	struct store *store = *state;
	struct hash root = naive_root(store->leaves, 5);
	struct tree_proof proof = {.count = 99};

	assert_int_equal(tree_prove_inclusion(5, 5, read_node, store, &proof), ERR_USAGE);
	assert_int_equal(tree_prove_inclusion(0, 0, read_node, store, &proof), ERR_USAGE);
	assert_int_equal(tree_prove_consistency(0, 5, read_node, store, &proof), ERR_USAGE);
	assert_int_equal(tree_prove_consistency(6, 5, read_node, store, &proof), ERR_USAGE);
	assert_int_equal(proof.count, 99);
	proof.count = 0;
	assert_false(tree_verify_inclusion(&root, 0, 0, &proof, &root));
	assert_false(tree_verify_inclusion(&root, 1, 1, &proof, &root));
	assert_true(tree_verify_inclusion(&root, 0, 1, &proof, &root));
	assert_false(tree_verify_consistency(0, &root, 5, &root, &proof));
	assert_false(tree_verify_consistency(6, &root, 5, &root, &proof));
	assert_false(tree_verify_consistency(4, &root, 5, &root, &proof));
}

static enum err fail_to_write(void *context, unsigned level, uint64_t index,
			      const struct hash *hash)
{
	(void)context, (void)index, (void)hash;
	return level == 1 ? ERR_IO : OK;
}

static void an_append_that_cannot_be_stored_leaves_the_tree_as_it_was(void **state)
{
	struct store *store = *state;
	struct hash before, after;

	append(store, bytes_of_text("a"));
	before = tree_root(&store->tree);
	assert_int_equal(tree_append(&store->tree, &before, fail_to_write, NULL), ERR_IO);
	after = tree_root(&store->tree);
	assert_int_equal(store->tree.size, 1);
	assert_true(hash_equal(&before, &after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_roots_are_those_of_the_known_eight_leaves,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_proofs_are_those_of_the_known_eight_leaves,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_edge_can_be_opened_again_at_every_size, fill,
						tear_down),
		cmocka_unit_test_setup_teardown(every_leaf_is_proved_in_every_size, fill,
						tear_down),
		cmocka_unit_test_setup_teardown(every_size_is_proved_to_extend_every_smaller_one,
						fill, tear_down),
		cmocka_unit_test_setup_teardown(what_is_outside_the_tree_is_not_proved, fill,
						tear_down),
		cmocka_unit_test_setup_teardown(
			an_append_that_cannot_be_stored_leaves_the_tree_as_it_was, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
