/*
 * Every sample, every real declaration and every real response, by every map that fits: the report
 * accounts for every value, the output is valid and canonical, the same again gives the same, and
 * what an inverse map carried forth comes back (tests/support/trial.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "messages/map.h"
#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/fuzz/fuzz_translate.c"
#include "tests/support/fuzz_corpus.h"
#include "tests/support/real.h"
#include "tests/support/trial.h"

#define MAPS 256

struct world {
	struct schema_set *set;
	struct real real;
	struct trial trials[MAPS];
	size_t trial_count;
	size_t tried;
	size_t translated;
	size_t returned;
};

static struct world world;

static void try_map(const char *file, struct bytes bytes, struct trial *trial)
{
	struct choices choices;

	choices_begin(&choices, 1);
	if (!trial_holds(trial, bytes, &choices))
		fail_msg("%s to %s: %s", file, schema_full_id(map_to(trial->map)), trial->fault);
	choices_clear(&choices);
	world.tried++;
	world.translated += trial->is_translated;
	world.returned += trial->is_returned;
}

/* Documents that are not valid, or of no kind, are other tests' matter. */
static void check_file(const char *file)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct bytes bytes = real_read(file, arena);
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document != NULL)
		schema = schema_identify(world.set, document, &findings);
	if (schema != NULL)
		assert_int_equal(schema_check(world.set, schema, document, &findings), OK);
	for (size_t i = 0;
	     schema != NULL && !findings_has_errors(&findings) && i < world.trial_count; i++) {
		if (map_from(world.trials[i].map) == schema)
			try_map(file, bytes, &world.trials[i]);
	}
	document_free(document);
	arena_free(arena);
}

static void check_files(void)
{
	world.tried = world.translated = world.returned = 0;
	for (size_t i = 0; i < world.real.count; i++)
		check_file(world.real.files[i]);
	print_message("%zu files, %zu times by a map, %zu translations, %zu there and back\n",
		      world.real.count, world.tried, world.translated, world.returned);
}

static void every_sample_is_accounted_for_by_every_map_that_fits(void **state)
{
	(void)state;
	real_collect(&world.real, REAL_SAMPLES);
	assert_true(world.real.count > 0);
	check_files();
	assert_true(world.translated >= 10);
	assert_true(world.returned >= 5);
	real_clear(&world.real);
}

static void every_real_declaration_goes_over_and_comes_back(void **state)
{
	(void)state;
	if (!real_collect_corpus(&world.real, REAL_DECLARATIONS))
		skip();
	check_files();
	assert_true(world.returned >= world.real.count);
	real_clear(&world.real);
}

static void every_real_response_goes_over_and_comes_back(void **state)
{
	(void)state;
	if (!real_collect_corpus(&world.real, REAL_RESPONSES))
		skip();
	check_files();
	assert_true(world.tried > 0);
	assert_int_equal(world.translated, world.tried);
	assert_int_equal(world.returned, world.tried);
	real_clear(&world.real);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/translate", LLVMFuzzerTestOneInput) >= 4);
}

static int load(void **state)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct findings findings;
	enum err err;

	(void)state;
	findings_init(&findings, arena);
	err = schema_set_load("schemas", &findings, &world.set);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s:%u: %s\n", findings.items[i].path, findings.items[i].line,
			    findings.items[i].en);
	arena_free(arena);
	for (size_t i = 0; err == OK && i < schema_set_map_count(world.set) && i < MAPS; i++) {
		trial_open(&world.trials[i], "schemas", world.set, schema_set_map_at(world.set, i));
		world.trials[i].is_strict = true;
		world.trial_count++;
	}
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	for (size_t i = 0; i < world.trial_count; i++)
		trial_close(&world.trials[i]);
	schema_set_free(world.set);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_accounted_for_by_every_map_that_fits),
		cmocka_unit_test(every_real_declaration_goes_over_and_comes_back),
		cmocka_unit_test(every_real_response_goes_over_and_comes_back),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
