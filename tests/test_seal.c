#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/seal.h"

#define NAME "vn.sampan.example"
#define LEAVES 64u

/*
 * A tree in memory, so that honest proofs can be made for any two sizes; and a forged one with
 * another leaf 3.
 */
struct memory {
	struct hash nodes[8][LEAVES];
	struct tree trees[LEAVES + 1]; /* by size */
};

struct place {
	char directory[64];
	struct arena *arena;
	struct seal *seal;
	struct memory honest, forged;
	uint8_t public_key[KEY_PUBLIC_BYTES];
};

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	*ret_hash = ((struct memory *)context)->nodes[level][index];
	return OK;
}

static enum err write_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	((struct memory *)context)->nodes[level][index] = *hash;
	return OK;
}

static void grow(struct memory *memory, bool is_forged)
{
	struct tree tree;

	tree_init(&tree);
	memory->trees[0] = tree;
	for (uint8_t i = 0; i < LEAVES; i++) {
		uint8_t leaf[2] = {i, is_forged && i == 3};
		struct hash hash = hash_of(bytes_of(leaf, sizeof(leaf)));

		assert_int_equal(tree_append(&tree, &hash, write_node, memory), OK);
		memory->trees[i + 1] = tree;
	}
}

static const char *path_of(struct place *place, const char *name)
{
	return arena_format(place->arena, "%s/%s", place->directory, name);
}

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	struct key *key;

	strcpy(place->directory, "/tmp/sampan-seal-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new(1024 * 1024);
	assert_int_equal(mkdir(path_of(place, "seal"), 0700), 0);
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(key_save(key, path_of(place, SEAL_KEY_FILE)), OK);
	key_get_public(key, place->public_key);
	key_free(key);
	assert_int_equal(file_make(path_of(place, SEAL_LAST_FILE), 0600, (struct bytes){0}), OK);
	assert_int_equal(seal_open(place->directory, NAME, &place->seal), OK);
	grow(&place->honest, false);
	grow(&place->forged, true);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	seal_close(place->seal);
	arena_free(place->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static struct seal_sign question(struct memory *memory, uint64_t older, uint64_t size)
{
	struct seal_sign sign = {.older = older, .checkpoint.size = size};

	strcpy(sign.checkpoint.origin, NAME "/1");
	sign.checkpoint.root = tree_root(&memory->trees[size]);
	if (older > 0 && older < size)
		assert_int_equal(
			tree_prove_consistency(older, size, read_node, memory, &sign.proof), OK);
	return sign;
}

/* Ask; on OK *ret_note is the note as text, in the arena. */
static enum err ask(struct place *place, const struct seal_sign *sign, const char **ret_note)
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

static enum err ask_for(struct place *place, struct memory *memory, uint64_t older, uint64_t size)
{
	struct seal_sign sign = question(memory, older, size);

	return ask(place, &sign, NULL);
}

static void what_it_signs_is_a_checkpoint_that_the_public_key_believes(void **state)
{
	struct place *place = *state;
	struct seal_sign sign = question(&place->honest, 0, 5);
	struct checkpoint read;
	const char *note;

	assert_int_equal(ask(place, &sign, &note), OK);
	assert_int_equal(checkpoint_verify(bytes_of_text(note), place->public_key, &read), OK);
	assert_int_equal(read.size, 5);
	assert_true(hash_equal(&read.root, &sign.checkpoint.root));
	assert_string_equal(read.origin, NAME "/1");
}

static void it_signs_what_extends_the_last(void **state)
{
	struct place *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 1), OK);
	for (uint64_t size = 1; size < LEAVES; size += 1 + size % 7)
		assert_int_equal(
			ask_for(place, &place->honest, size,
				size + 1 + size % 7 > LEAVES ? LEAVES : size + 1 + size % 7),
			OK);
}

static void the_same_again_gives_the_same_note(void **state)
{
	struct place *place = *state;
	struct seal_sign sign = question(&place->honest, 0, 9);
	const char *first, *again;

	assert_int_equal(ask(place, &sign, &first), OK);
	assert_int_equal(ask(place, &sign, &again), OK);
	assert_string_equal(first, again);
	sign.older = 3; /* what the asker believes about the past does not matter then */
	assert_int_equal(ask(place, &sign, &again), OK);
	assert_string_equal(first, again);
}

static void another_root_at_the_same_size_is_refused(void **state)
{
	struct place *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->forged, 9, 9), ERR_DENIED);
}

static void a_smaller_size_is_refused(void **state)
{
	struct place *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->honest, 0, 8), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 4, 8), ERR_DENIED);
}

static void a_rewritten_past_is_refused(void **state)
{
	struct place *place = *state;
	struct seal_sign sign;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->forged, 9, 20), ERR_DENIED);
	sign = question(&place->honest, 9, 20);
	sign.checkpoint.root = tree_root(&place->forged.trees[20]);
	assert_int_equal(ask(place, &sign, NULL), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 9, 20), OK);
}

static void a_proof_from_another_size_than_the_last_is_refused(void **state)
{
	struct place *place = *state;
	struct seal_sign sign;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->honest, 8, 20), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 0, 20), ERR_DENIED);
	sign = question(&place->honest, 9, 20);
	sign.proof.count--;
	assert_int_equal(ask(place, &sign, NULL), ERR_DENIED);
}

static void another_origin_or_epoch_is_refused(void **state)
{
	struct place *place = *state;
	struct seal_sign sign = question(&place->honest, 0, 9);

	strcpy(sign.checkpoint.origin, NAME "/2");
	assert_int_equal(ask(place, &sign, NULL), ERR_DENIED);
	strcpy(sign.checkpoint.origin, "th.sampan.example/1");
	assert_int_equal(ask(place, &sign, NULL), ERR_DENIED);
	sign = question(&place->honest, 0, 1);
	sign.checkpoint.size = 0;
	assert_int_equal(ask(place, &sign, NULL), ERR_DENIED);
}

static void it_remembers_across_a_restart(void **state)
{
	struct place *place = *state;
	struct buffer note;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	seal_close(place->seal);
	place->seal = NULL;
	assert_int_equal(seal_open(place->directory, NAME, &place->seal), OK);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 0, 5), ERR_DENIED);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(seal_last(place->seal, &note), OK);
	buffer_clear(&note);
	assert_int_equal(ask_for(place, &place->honest, 9, 12), OK);
}

static void a_signature_that_cannot_be_remembered_is_not_given(void **state)
{
	struct place *place = *state;

	/* A folder in the place of the file that is written first: writing fails, also for root. */
	assert_int_equal(mkdir(path_of(place, SEAL_LAST_FILE ".new"), 0700), 0);
	assert_int_not_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(rmdir(path_of(place, SEAL_LAST_FILE ".new")), 0);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), OK);
}

static void without_its_memory_it_does_not_open(void **state)
{
	struct place *place = *state;
	struct seal *seal = NULL;

	assert_int_equal(unlink(path_of(place, SEAL_LAST_FILE)), 0);
	assert_int_equal(seal_open(place->directory, NAME, &seal), ERR_MISSING);
	assert_int_equal(
		file_make(path_of(place, SEAL_LAST_FILE), 0600, bytes_of_text("nonsense\n")), OK);
	assert_int_equal(seal_open(place->directory, NAME, &seal), ERR_CORRUPT);
	assert_null(seal);
}

static void a_note_of_another_node_is_no_memory(void **state)
{
	struct place *place = *state;
	struct seal *seal = NULL;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(seal_open(place->directory, "th.sampan.example", &seal), ERR_CORRUPT);
}

static void before_the_first_signature_there_is_no_last(void **state)
{
	struct place *place = *state;
	struct buffer note;

	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(seal_last(place->seal, &note), ERR_MISSING);
	buffer_clear(&note);
}

static void a_question_comes_back_as_it_was_and_no_part_of_it_does(void **state)
{
	struct place *place = *state;
	struct seal_sign sign = question(&place->honest, 9, 20), read;
	struct buffer bytes;

	buffer_init(&bytes, 65536);
	seal_pack_sign(&bytes, &sign);
	assert_int_equal(buffer_error(&bytes), OK);
	assert_int_equal(seal_unpack_sign(buffer_bytes(&bytes), &read), OK);
	assert_string_equal(read.checkpoint.origin, sign.checkpoint.origin);
	assert_int_equal(read.checkpoint.size, 20);
	assert_int_equal(read.older, 9);
	assert_int_equal(read.proof.count, sign.proof.count);
	assert_memory_equal(read.proof.path, sign.proof.path, sign.proof.count * HASH_BYTES);
	for (size_t len = 0; len < bytes.len; len++)
		assert_int_equal(seal_unpack_sign(bytes_of(bytes.at, len), &read), ERR_FORMAT);
	buffer_clear(&bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_it_signs_is_a_checkpoint_that_the_public_key_believes),
		TEST(it_signs_what_extends_the_last),
		TEST(the_same_again_gives_the_same_note),
		TEST(another_root_at_the_same_size_is_refused),
		TEST(a_smaller_size_is_refused),
		TEST(a_rewritten_past_is_refused),
		TEST(a_proof_from_another_size_than_the_last_is_refused),
		TEST(another_origin_or_epoch_is_refused),
		TEST(it_remembers_across_a_restart),
		TEST(a_signature_that_cannot_be_remembered_is_not_given),
		TEST(without_its_memory_it_does_not_open),
		TEST(a_note_of_another_node_is_no_memory),
		TEST(before_the_first_signature_there_is_no_last),
		TEST(a_question_comes_back_as_it_was_and_no_part_of_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
