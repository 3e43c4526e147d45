/* new_country: the worked example of docs/new-country.md: a country's certificate with files only. */
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
#include "support/totality.h"

#define ISSUED "schemas/samples/vn/bct-hanoi/22-co-four-criteria.xml"

struct world {
	char folder[64];
	struct schema_set *set;
	struct arena *arena;
	struct findings findings;
	struct facts facts;
};

static struct world world;

static void run(const char *command)
{
	char line[1024];

	(void)snprintf(line, sizeof(line), "set -e; to=%s; %s", world.folder, command);
	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	enum err err;

	(void)state;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	assert_non_null(world.arena);
	findings_init(&world.findings, world.arena);
	facts_init(&world.facts, world.arena);
	(void)snprintf(world.folder, sizeof(world.folder), "/tmp/sampan-country-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	run("cp -r schemas/* $to; cp -r tests/data/country/* $to");
	err = schema_set_load(world.folder, &world.findings, &world.set);
	for (size_t i = 0; i < world.findings.count; i++)
		print_error("%s:%u: %s\n", world.findings.items[i].path,
			    world.findings.items[i].line, world.findings.items[i].en);
	assert_int_equal(err, OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	schema_set_free(world.set);
	arena_free(world.arena);
	run("rm -rf $to");
	return 0;
}

/* One hop, with a complete account. */
static struct bytes translated(struct bytes from, const char *to)
{
	char fault[TOTALITY_FAULT_BYTES];
	struct translation translation = {0};
	struct document *document = NULL;
	const struct schema *kind;

	assert_int_equal(document_read(from, LIMIT_DOCUMENT_BYTES, &world.findings, &document), OK);
	assert_non_null(document);
	kind = schema_identify(world.set, document, &world.findings);
	assert_non_null(kind);
	assert_int_equal(translate_document(world.set, document, kind,
					    schema_set_find(world.set, to), &world.facts,
					    world.arena, &world.findings, &translation),
			 OK);
	assert_false(findings_has_errors(&world.findings));
	if (totality_check(from, &translation, fault) > 0)
		fail_msg("%s", fault);
	document_free(document);
	return translation.output;
}

static void check_holds(struct bytes output, const char *text)
{
	if (memmem(output.at, output.len, text, strlen(text)) == NULL)
		fail_msg("%s is not in %.*s", text, (int)output.len, (const char *)output.at);
}

static void four_files_are_enough_for_a_countrys_certificate(void **state)
{
	struct bytes issued, received;

	(void)state;
	assert_int_equal(file_read(ISSUED, LIMIT_DOCUMENT_BYTES, world.arena, &issued), OK);
	received = translated(translated(issued, "asw.form-d"), "my.co-received");
	check_holds(received,
		    "issuedBy=\"VN\" issuedOn=\"2026-11-20\" number=\"VN-TH 26/01/00418\"");
	check_holds(received, "by=\"SEA\"");
	check_holds(received, "<Tick>PARTIAL-CUMUL</Tick>");
	check_holds(received, "<Criterion>CTH + RVC 40%</Criterion>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_files_are_enough_for_a_countrys_certificate),
	};

	return cmocka_run_group_tests_name("new_country", tests, set_up, tear_down);
}
