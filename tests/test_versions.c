/*
 * versions: two versions of a kind live side by side, and a new one is data only. Version 2 of the
 * ACDD is made here from the shipped files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/translate.h"
#include "node/file.h"
#include "sampan/limit.h"
#include "tests/support/version_2.h"

#define SAMPLE "schemas/samples/vn/gom-bat-trang/01-export-1-line.xml"

struct world {
	char folder[64];
	struct schema_set *old; /* as shipped */
	struct schema_set *set; /* with version 2 */
	struct arena *arena;
	struct findings findings;
	struct facts facts;
};

static struct world world;

static void load(const char *folder, struct schema_set **ret_set)
{
	enum err err = schema_set_load(folder, &world.findings, ret_set);

	for (size_t i = 0; i < world.findings.count; i++)
		print_error("%s:%u: %s\n", world.findings.items[i].path,
			    world.findings.items[i].line, world.findings.items[i].en);
	assert_int_equal(err, OK);
}

static int set_up(void **state)
{
	static const struct fact known[] = {
		{"event.number", "307000000010"},
		{"event.port", "THBKK"},
		{"registry.agent.name", "Đại lý Hải quan Hải Phòng"},
	};
	(void)state;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	assert_non_null(world.arena);
	findings_init(&world.findings, world.arena);
	facts_init(&world.facts, world.arena);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(&world.facts, known[i].name, known[i].value), OK);
	(void)snprintf(world.folder, sizeof(world.folder), "/tmp/sampan-versions-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	version_2_make(world.folder);
	load("schemas", &world.old);
	load(world.folder, &world.set);
	return 0;
}

static int tear_down(void **state)
{
	char line[128];

	(void)state;
	schema_set_free(world.old);
	schema_set_free(world.set);
	arena_free(world.arena);
	(void)snprintf(line, sizeof(line), "rm -rf %s", world.folder);
	assert_int_equal(system(line), 0);
	return 0;
}

static struct document *read_bytes(struct bytes bytes)
{
	struct document *document = NULL;

	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &world.findings, &document),
			 OK);
	assert_non_null(document);
	return document;
}

/* Translate the bytes with the set; the output is as the kind says. */
static struct bytes translated(const struct schema_set *set, struct bytes from, const char *to)
{
	struct document *document = read_bytes(from);
	const struct schema *kind = schema_identify(set, document, &world.findings);
	struct translation translation = {0};

	assert_non_null(kind);
	assert_int_equal(translate_document(set, document, kind, schema_set_find(set, to),
					    &world.facts, world.arena, &world.findings,
					    &translation),
			 OK);
	for (size_t i = 0; i < world.findings.count; i++)
		print_error("%s: %s\n", world.findings.items[i].path, world.findings.items[i].en);
	assert_false(findings_has_errors(&world.findings));
	document_free(document);
	return translation.output;
}

static struct bytes sample(void)
{
	struct bytes bytes;

	assert_int_equal(file_read(SAMPLE, LIMIT_DOCUMENT_BYTES, world.arena, &bytes), OK);
	return bytes;
}

static bool holds(struct bytes bytes, const char *text)
{
	return memmem(bytes.at, bytes.len, text, strlen(text)) != NULL;
}

static void both_versions_are_found_and_an_agreement_without_one_means_the_first(void **state)
{
	(void)state;
	assert_null(schema_set_find(world.old, "asw.acdd/2"));
	assert_string_equal(schema_full_id(schema_set_find(world.set, "asw.acdd/1")), "asw.acdd/1");
	assert_string_equal(schema_full_id(schema_set_find(world.set, "asw.acdd/2")), "asw.acdd/2");
	assert_string_equal(schema_full_id(schema_set_find(world.set, "asw.acdd")), "asw.acdd/2");
	assert_string_equal(schema_full_id(schema_set_agreed(world.set, "asw.acdd")), "asw.acdd/1");
	assert_string_equal(schema_full_id(schema_set_agreed(world.set, "asw.acdd/2")),
			    "asw.acdd/2");
	assert_null(schema_set_agreed(world.set, "asw.acdd/3"));
}

static void a_new_version_changes_the_hash_of_the_set_and_not_what_the_old_one_says(void **state)
{
	struct bytes before = translated(world.old, sample(), "asw.acdd/1");
	struct bytes after = translated(world.set, sample(), "asw.acdd/1");

	(void)state;
	assert_false(hash_equal(schema_set_hash(world.old), schema_set_hash(world.set)));
	assert_true(bytes_equal(before, after));
}

static void the_new_version_carries_what_is_new_in_it(void **state)
{
	struct bytes first = translated(world.set, sample(), "asw.acdd/1");
	struct bytes second = translated(world.set, sample(), "asw.acdd/2");

	(void)state;
	assert_false(holds(first, "DeclarationOfficeID"));
	assert_true(holds(second, "<DeclarationOfficeID>"));
	assert_true(holds(second, "urn:sampan:asw-profile:acdd:2"));
}

static void each_document_is_known_for_the_version_it_has(void **state)
{
	static const char *const versions[] = {"asw.acdd/1", "asw.acdd/2"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes output = translated(world.set, sample(), versions[i]);
		struct document *document = read_bytes(output);
		const struct schema *kind = schema_identify(world.set, document, &world.findings);

		assert_string_equal(schema_full_id(kind), versions[i]);
		document_free(document);
	}
}

static void a_node_takes_both_versions_of_a_partner_at_once(void **state)
{
	struct bytes first = translated(world.set, sample(), "asw.acdd/1");
	struct bytes second = translated(world.set, sample(), "asw.acdd/2");

	(void)state;
	assert_true(bytes_equal(translated(world.set, first, "th.advance-export"),
				translated(world.set, second, "th.advance-export")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			both_versions_are_found_and_an_agreement_without_one_means_the_first),
		cmocka_unit_test(
			a_new_version_changes_the_hash_of_the_set_and_not_what_the_old_one_says),
		cmocka_unit_test(the_new_version_carries_what_is_new_in_it),
		cmocka_unit_test(each_document_is_known_for_the_version_it_has),
		cmocka_unit_test(a_node_takes_both_versions_of_a_partner_at_once),
	};

	return cmocka_run_group_tests_name("versions", tests, set_up, tear_down);
}
