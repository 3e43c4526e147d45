#include "tests/support/seal_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "node/file.h"

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	*ret_hash = ((struct seal_tree *)context)->nodes[level][index];
	return OK;
}

static enum err write_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	((struct seal_tree *)context)->nodes[level][index] = *hash;
	return OK;
}

static void grow(struct seal_tree *memory, bool is_forged)
{
	struct tree tree;

	tree_init(&tree);
	memory->trees[0] = tree;
	for (uint8_t i = 0; i < SEAL_SCENE_LEAVES; i++) {
		uint8_t leaf[2] = {i, is_forged && i == 3};
		struct hash hash = hash_of(bytes_of(leaf, sizeof(leaf)));

		assert_int_equal(tree_append(&tree, &hash, write_node, memory), OK);
		memory->trees[i + 1] = tree;
	}
}

const char *seal_scene_path(struct seal_scene *place, const char *name)
{
	return arena_format(place->arena, "%s/%s", place->directory, name);
}

int seal_scene_begin(void **state)
{
	struct seal_scene *place = calloc(1, sizeof(*place));
	struct key *key;

	strcpy(place->directory, "/tmp/sampan-seal-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new((size_t)16 * 1024 * 1024);
	assert_int_equal(mkdir(seal_scene_path(place, "seal"), 0700), 0);
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(key_save(key, seal_scene_path(place, SEAL_KEY_FILE)), OK);
	key_get_public(key, place->public_key);
	key_free(key);
	assert_int_equal(file_make(seal_scene_path(place, SEAL_LAST_FILE), 0600, (struct bytes){0}),
			 OK);
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &place->seal), OK);
	grow(&place->honest, false);
	grow(&place->forged, true);
	*state = place;
	return 0;
}

int seal_scene_end(void **state)
{
	struct seal_scene *place = *state;
	char command[128];

	seal_close(place->seal);
	arena_free(place->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

struct seal_sign seal_scene_question(struct seal_tree *memory, uint64_t older, uint64_t size)
{
	struct seal_sign sign = {.older = older, .stored = older, .checkpoint.size = size};

	strcpy(sign.checkpoint.origin, SEAL_SCENE_NAME "/1");
	sign.checkpoint.root = tree_root(&memory->trees[size]);
	if (older > 0 && older < size)
		assert_int_equal(
			tree_prove_consistency(older, size, read_node, memory, &sign.proof), OK);
	return sign;
}

enum err seal_scene_ask(struct seal_scene *place, const struct seal_sign *sign,
			const char **ret_note)
{
	struct buffer note;
	enum err err;

	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	err = seal_sign(place->seal, sign, &note);
	if (err == OK && ret_note != NULL)
		*ret_note = arena_text(place->arena, buffer_bytes(&note));
	buffer_clear(&note);
	return err;
}
