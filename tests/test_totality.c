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
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/map.h"
#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/fuzz/fuzz_translate.c"
#include "tests/support/trial.h"

#define FILES 1000
#define MAPS 256

struct world {
	struct schema_set *set;
	char *files[FILES];
	size_t file_count;
	struct trial trials[MAPS];
	size_t trial_count;
	size_t tried;
	size_t translated;
	size_t returned;
};

static struct world world;

static int collect(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	size_t len = strlen(path);

	(void)status;
	(void)place;
	if (kind == FTW_F && world.file_count < FILES && len > 4 &&
	    (strstr(path, "/corpus/translate/") != NULL || strcmp(path + len - 4, ".xml") == 0))
		world.files[world.file_count++] = strdup(path);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_all(const char *folder)
{
	world.file_count = world.tried = world.translated = world.returned = 0;
	nftw(folder, collect, 8, FTW_PHYS);
	qsort(world.files, world.file_count, sizeof(world.files[0]), compare_names);
}

static void forget_all(void)
{
	for (size_t i = 0; i < world.file_count; i++)
		free(world.files[i]);
	world.file_count = 0;
}

static struct bytes read_whole(const char *path, struct arena *arena)
{
	FILE *file = fopen(path, "rb");
	uint8_t *at;
	long size;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	at = arena_alloc(arena, (size_t)size + 1);
	assert_non_null(at);
	assert_int_equal(fread(at, 1, (size_t)size, file), size);
	fclose(file);
	return bytes_of(at, (size_t)size);
}

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
	struct bytes bytes = read_whole(file, arena);
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
	for (size_t i = 0; i < world.file_count; i++)
		check_file(world.files[i]);
	print_message("%zu files, %zu times by a map, %zu translations, %zu there and back\n",
		      world.file_count, world.tried, world.translated, world.returned);
}

static void every_sample_is_accounted_for_by_every_map_that_fits(void **state)
{
	(void)state;
	collect_all("schemas/samples");
	assert_true(world.file_count > 0);
	check_files();
	assert_true(world.translated >= 10);
	assert_true(world.returned >= 5);
	forget_all();
}

static void collect_corpus(const char *below)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/wco-dec/%s",
		 corpus == NULL ? "../shared/corpus" : corpus, below);
	if (access(folder, R_OK) != 0) {
		print_message("skipped: there are no real messages at %s\n", folder);
		skip();
	}
	collect_all(folder);
	assert_true(world.file_count > 0);
}

static void every_real_declaration_goes_over_and_comes_back(void **state)
{
	(void)state;
	collect_corpus("declarations/valid");
	check_files();
	assert_true(world.returned >= world.file_count);
	forget_all();
}

static void every_real_response_goes_over_and_comes_back(void **state)
{
	(void)state;
	collect_corpus("notifications");
	check_files();
	assert_true(world.tried > 0);
	assert_int_equal(world.translated, world.tried);
	assert_int_equal(world.returned, world.tried);
	forget_all();
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	(void)state;
	collect_all("tests/fuzz/corpus/translate");
	assert_true(world.file_count >= 4);
	for (size_t i = 0; i < world.file_count; i++) {
		struct bytes bytes = read_whole(world.files[i], arena);

		assert_int_equal(LLVMFuzzerTestOneInput(bytes.at, bytes.len), 0);
	}
	forget_all();
	arena_free(arena);
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
