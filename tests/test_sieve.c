/*
 * The sieve against libxml2: what passes must be valid, whatever was done to the document. And
 * what is valid as it comes must pass, since otherwise nothing is gained.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/schema.h"
#include "messages/schema_files.h"
#include "sampan/limit.h"
#include "tests/support/mutate.h"
#include "tests/support/sieve_scene.h"

static void no_kind_that_ships_has_a_gap(void **state)
{
	const struct schema_set *set = sieve_scene_set(*state);

	for (size_t i = 0; i < schema_set_count(set); i++) {
		const struct schema *schema = schema_set_at(set, i);

		if (schema_gap(schema) != NULL)
			fail_msg("%s: %s", schema_full_id(schema), schema_gap(schema));
	}
	assert_true(schema_set_count(set) >= 14);
}

/* ---- As they come ---- */

static void expect_pass(void *context, const char *name, struct bytes bytes)
{
	struct sieve_scene *scene = context;
	struct sieve_verdict verdict = sieve_scene_check(scene, bytes);

	if (verdict.is_read && verdict.is_valid && !verdict.passes)
		fail_msg("%s is valid and does not pass", name);
	if (verdict.is_wrong)
		fail_msg("%s passes and is not valid: %s", name, verdict.fault);
}

static void every_valid_document_passes_as_it_comes(void **state)
{
	struct sieve_scene *scene = *state;
	size_t count = sieve_scene_each(scene, false, expect_pass, scene);

	print_message("  %zu documents, %zu of them valid\n", count, scene->valid);
	assert_true(scene->valid >= 28);
}

static void every_valid_document_of_the_corpus_passes(void **state)
{
	struct sieve_scene *scene = *state;
	size_t count = sieve_scene_each(scene, true, expect_pass, scene);

	if (count == 0) {
		print_message("SKIPPED: no corpus at %s\n", sieve_scene_corpus());
		skip();
	}
	print_message("  %zu documents, %zu of them valid\n", count, scene->valid);
	assert_true(scene->valid >= 193);
}

/* ---- Mutated ---- */

struct trial {
	struct sieve_scene *scene;
	uint64_t seed;
	size_t rounds; /* for each document */
	size_t read;
	size_t valid;
	size_t passed;
};

/* How many: a multiple of what an ordinary run does, to try more by hand. */
static size_t times(void)
{
	const char *factor = getenv("SAMPAN_MUTATIONS");

	return factor == NULL ? 1 : strtoul(factor, NULL, 10);
}

static void keep(const char *name, struct bytes bytes)
{
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

static void try_mutations(void *context, const char *name, struct bytes bytes)
{
	struct trial *trial = context;

	for (size_t i = 0; i < trial->rounds; i++) {
		struct bytes mutated = mutate(bytes, mutate_next(&trial->seed));
		struct sieve_verdict verdict;

		if (mutated.len == 0)
			return;
		verdict = sieve_scene_check(trial->scene, mutated);
		trial->read += verdict.is_read;
		trial->valid += verdict.is_valid;
		trial->passed += verdict.passes;
		if (verdict.is_wrong) {
			keep("build/sieve-wrong.xml", mutated);
			fail_msg("%s mutated passes and is not valid: %s (build/sieve-wrong.xml)",
				 name, verdict.fault);
		}
		if (getenv("SAMPAN_UNSURE") != NULL && verdict.is_valid && !verdict.passes) {
			keep(getenv("SAMPAN_UNSURE"), mutated);
			fail_msg("%s mutated is valid and does not pass", name);
		}
		xmlFree((void *)(uintptr_t)mutated.at);
	}
}

static void expect_no_wrong_pass(struct sieve_scene *scene, bool of_corpus, size_t rounds)
{
	struct trial trial = {.scene = scene, .seed = times(), .rounds = rounds * times()};

	if (sieve_scene_each(scene, of_corpus, try_mutations, &trial) == 0) {
		print_message("SKIPPED: no corpus at %s\n", sieve_scene_corpus());
		skip();
	}
	print_message("  %zu documents, %zu valid, of these %zu pass; %zu pass as branches\n",
		      trial.read, trial.valid, trial.passed, scene->passed_as_branches);
	/* what says where its schema lies is nothing that a translation builds */
	assert_true(scene->passed_as_branches * 5 >= trial.passed);
	assert_true(trial.valid * 10 > trial.read);
	assert_true(trial.read > trial.valid);
	assert_true(trial.passed * 2 > trial.valid);
}

static void nothing_mutated_passes_that_libxml2_refuses(void **state)
{
	expect_no_wrong_pass(*state, false, 100);
}

static void nothing_mutated_of_the_corpus_passes_that_libxml2_refuses(void **state)
{
	expect_no_wrong_pass(*state, true, 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sieve_scene_open, sieve_scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_kind_that_ships_has_a_gap),
		TEST(every_valid_document_passes_as_it_comes),
		TEST(every_valid_document_of_the_corpus_passes),
		TEST(nothing_mutated_passes_that_libxml2_refuses),
		TEST(nothing_mutated_of_the_corpus_passes_that_libxml2_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
