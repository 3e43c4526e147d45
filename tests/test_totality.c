/*
 * Every sample and every real declaration, by every map that fits: the report accounts for every
 * value, the output is canonical, and what an inverse map carried forth comes back.
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
#include "support/totality.h"
#include "tests/fuzz/fuzz_translate.c"

#define FILES 1000

struct world {
	struct schema_set *set;
	char *files[FILES];
	size_t file_count;
	size_t translated;
	size_t held;
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
	world.file_count = world.translated = world.held = world.returned = 0;
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

/* What registry, route and event know in the demo. */
static void put_facts(struct facts *facts)
{
	static const struct fact known[] = {
		{"event.number", "302600000010"},
		{"event.port", "THLCH"},
		{"event.departureDate", "20260301"},
		{"event.messageId", "0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"event.from.name", "NSW"},
		{"event.from.identity", "0100109106"},
		{"event.reference", "REF-1"},
		{"event.year", "2026"},
		{"event.to.name", "CONG TY TNHH GOM BAT TRANG"},
		{"event.to.identity", "0101234567"},
		{"event.sendDate", "2026-03-01 10:00:00"},
		{"route.dischargePort", "VNSGN"},
		{"registry.agent.name", "DAI LY HAI QUAN"},
		{"registry.exporter.name", "EXPORTER"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(facts, known[i].name, known[i].value), OK);
}

static void fail_with(const char *file, const struct schema *to, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		print_error("%s: %s: %s\n", findings->items[i].code, findings->items[i].path,
			    findings->items[i].en);
	fail_msg("%s does not become %s", file, schema_full_id(to));
}

/* A translation may be held for a stated reason; never because of a wrong output. */
static bool is_held(const struct findings *findings)
{
	static const char *const reasons[] = {"precondition", "precondition-missing",
					      "value-missing"};
	size_t named = 0;

	for (size_t i = 0; i < findings->count; i++) {
		for (size_t j = 0; j < sizeof(reasons) / sizeof(reasons[0]); j++)
			named += strcmp(findings->items[i].code, reasons[j]) == 0;
	}
	return named > 0 && named == findings->count;
}

static bool translate(const char *file, const struct document *document, const struct map *map,
		      struct arena *arena, struct translation *ret_translation)
{
	char fault[TOTALITY_FAULT_BYTES];
	struct findings findings;
	struct facts facts;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	put_facts(&facts);
	assert_int_equal(translate_document(world.set, document, map_from(map), map_to(map), &facts,
					    arena, &findings, ret_translation),
			 OK);
	if (findings_has_errors(&findings)) {
		if (!is_held(&findings))
			fail_with(file, map_to(map), &findings);
		world.held++;
		return false;
	}
	if (totality_check(document->bytes, ret_translation, fault) > 0)
		fail_msg("%s to %s: %s", file, schema_full_id(map_to(map)), fault);
	world.translated++;
	return true;
}

static void check_return(const char *file, const struct map *map, const struct translation *forth,
			 struct arena *arena)
{
	const struct map *inverse = schema_set_map(world.set, map_to(map), map_from(map));
	struct document *document = NULL;
	struct translation back = {0};
	char fault[TOTALITY_FAULT_BYTES];
	struct findings findings;

	if (inverse == NULL)
		return;
	findings_init(&findings, arena);
	assert_int_equal(document_read(forth->output, LIMIT_DOCUMENT_BYTES, &findings, &document),
			 OK);
	assert_non_null(document);
	if (translate(file, document, inverse, arena, &back)) {
		if (totality_check_return(&forth->report, back.output, fault) > 0)
			fail_msg("%s to %s and back: %s", file, schema_full_id(map_to(map)), fault);
		world.returned++;
	}
	document_free(document);
}

static void check_maps(const char *file, const struct document *document,
		       const struct schema *schema, struct arena *arena)
{
	for (size_t i = 0; i < schema_set_map_count(world.set); i++) {
		const struct map *map = schema_set_map_at(world.set, i);
		struct translation translation = {0};

		if (map_from(map) == schema && translate(file, document, map, arena, &translation))
			check_return(file, map, &translation, arena);
	}
}

/* Documents that are not valid are other tests' matter. */
static void check_file(const char *file)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(
		document_read(read_whole(file, arena), LIMIT_DOCUMENT_BYTES, &findings, &document),
		OK);
	if (document != NULL)
		schema = schema_identify(world.set, document, &findings);
	if (schema != NULL)
		assert_int_equal(schema_check(world.set, schema, document, &findings), OK);
	if (schema != NULL && !findings_has_errors(&findings))
		check_maps(file, document, schema, arena);
	document_free(document);
	arena_free(arena);
}

static void check_files(void)
{
	for (size_t i = 0; i < world.file_count; i++)
		check_file(world.files[i]);
	print_message("%zu files, %zu translations, %zu held, %zu there and back\n",
		      world.file_count, world.translated, world.held, world.returned);
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

static void every_real_declaration_goes_over_and_comes_back(void **state)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[4096];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/wco-dec/declarations/valid",
		 corpus == NULL ? "../shared/corpus" : corpus);
	if (access(folder, R_OK) != 0) {
		print_message("skipped: there are no real declarations at %s\n", folder);
		skip();
	}
	collect_all(folder);
	assert_true(world.file_count > 0);
	check_files();
	assert_true(world.returned >= world.file_count);
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
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	schema_set_free(world.set);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_accounted_for_by_every_map_that_fits),
		cmocka_unit_test(every_real_declaration_goes_over_and_comes_back),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
