/*
 * seal_scene - a seal in a folder of its own, and trees in memory to ask it with, for tests.
 */
#ifndef TESTS_SUPPORT_SEAL_SCENE_H
#define TESTS_SUPPORT_SEAL_SCENE_H

#include "node/seal.h"

#define SEAL_SCENE_NAME "vn.sampan.example"
#define SEAL_SCENE_LEAVES 64u

/*
 * A tree in memory, so that honest proofs can be made for any two sizes; and a forged one with
 * another leaf 3.
 */
struct seal_tree {
	struct hash nodes[8][SEAL_SCENE_LEAVES];
	struct tree trees[SEAL_SCENE_LEAVES + 1]; /* by size */
};

struct seal_scene {
	char directory[64];
	struct arena *arena;
	struct seal *seal;
	struct seal_tree honest, forged;
	uint8_t public_key[KEY_PUBLIC_BYTES];
};

/* For cmocka: *state is a place with an open seal that signed nothing yet. */
int seal_scene_begin(void **state);
int seal_scene_end(void **state);

/* In the place's folder and arena. */
const char *seal_scene_path(struct seal_scene *place, const char *name);

/* What to ask for this size, with the proof from `older` (0: none). */
struct seal_sign seal_scene_question(struct seal_tree *memory, uint64_t older, uint64_t size);

/* Ask; on OK *ret_note (or NULL) is the note as text, in the arena. */
enum err seal_scene_ask(struct seal_scene *place, const struct seal_sign *sign,
			const char **ret_note);

#endif
