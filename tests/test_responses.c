/*
 * Real responses, read in place from $SAMPAN_CORPUS: 53 of the 60 published notifications are WCO Responses, in three
 * forms; they become asw.response and come back. The other seven are something else and are told so.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/translate.h"
#include "sampan/limit.h"
#include "support/totality.h"

/* What is published beside the responses but is none: its root says what it is. */
static const struct {
	const char *file;
	const char *root;
} others[] = {
	/* where to upload documents that were asked for */
	{"FileUploadResponseExample.xml", "FileUploadResponse"},
	/* whole declarations as held by customs, on a question */
	{"TT_EX055a_DIS_Report_TT_EX055a_DIS_Report.xml", "DeclarationFullResponse"},
	{"TT_IM169a_DIS_Report_DIS_Report.xml", "DeclarationFullResponse"},
	/* the state of a declaration, on a question */
	{"TT_IM001c_DIS_Report_TT_IM001c_DIS_Report_Status_By_MRN.xml",
	 "DeclarationStatusResponse"},
	{"TT_IM001c_Example_Notifications_step_2_DIS.xml", "DeclarationStatusResponse"},
	/* which versions a declaration has, on a question */
	{"TT_IM082a_DIS_Report_TT_IM082a_DIS_Report.xml", "DeclarationVersionResponse"},
	/* a port's inventory about a movement of goods */
	{"TT_IM003b_Movement_Messages_UKCIRM_Validate_Movement_Response_000_1_Step_4.xml",
	 "InventoryLinkingImportsValidateMovementResponse"},
};

/* The frame of this one is named as no schema has it; the hub has no place for those names. */
#define PREFIXED_FRAME "TT_IM030a_03_DMSTAX.xml"

struct world {
	struct schema_set *set;
	char folder[4096];
	size_t forms[4]; /* by version */
	size_t others;
};

static struct world world;

static struct bytes read_whole(const char *file, struct arena *arena)
{
	char path[8192];
	uint8_t *at = arena_alloc(arena, LIMIT_DOCUMENT_BYTES);
	FILE *from;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", world.folder, file);
	from = fopen(path, "rb");
	assert_non_null(from);
	assert_non_null(at);
	len = fread(at, 1, LIMIT_DOCUMENT_BYTES, from);
	fclose(from);
	return bytes_of(at, len);
}

static void fail_with(const char *file, const char *what, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		print_error("%s: %s: %s\n", findings->items[i].code, findings->items[i].path,
			    findings->items[i].en);
	fail_msg("%s: %s", file, what);
}

static void check_totality(const char *file, struct bytes source,
			   const struct translation *translation)
{
	char fault[TOTALITY_FAULT_BYTES];

	if (totality_check(source, translation, fault) > 0)
		fail_msg("%s: %s", file, fault);
}

/* Nothing is lost but the frame of the one document whose frame has no known names. */
static void check_dropped(const char *file, const struct report *report)
{
	size_t allowed = strcmp(file, PREFIXED_FRAME) == 0 ? 2 : 0;

	assert_int_equal(report->dropped_count, allowed);
	for (size_t i = 0; i < report->dropped_count; i++)
		assert_string_equal(report->dropped[i].reason, "envelope");
	for (size_t i = 0; i < report->changed_count; i++)
		assert_string_equal(report->changed[i].reason, "white-space");
	assert_int_equal(report->supplied_count, 0);
}

/* The document, which the report borrows from; the caller frees it. */
static struct document *translate(const char *file, struct bytes bytes, const char *to,
				  struct arena *arena, struct translation *ret_translation)
{
	struct document *document = NULL;
	const struct schema *from;
	struct findings findings;
	struct facts facts;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	assert_non_null(document);
	from = schema_identify(world.set, document, &findings);
	assert_non_null(from);
	assert_int_equal(schema_check(world.set, from, document, &findings), OK);
	if (findings.count == 0)
		assert_int_equal(translate_document(world.set, document, from,
						    schema_set_find(world.set, to), &facts, arena,
						    &findings, ret_translation),
				 OK);
	if (findings.count > 0)
		fail_with(file, to, &findings);
	check_totality(file, bytes, ret_translation);
	return document;
}

static void check_response(const char *file, struct bytes bytes, const struct schema *schema,
			   struct arena *arena)
{
	struct translation forth = {0}, back = {0};
	struct document *source, *hub;
	char fault[TOTALITY_FAULT_BYTES];

	assert_string_equal(schema_id(schema), "wco.response");
	source = translate(file, bytes, "asw.response", arena, &forth);
	check_dropped(file, &forth.report);
	hub = translate(file, forth.output, schema_full_id(schema), arena, &back);
	assert_int_equal(back.report.dropped_count, 0);
	if (totality_check_return(&forth.report, back.output, fault) > 0)
		fail_msg("%s and back: %s", file, fault);
	document_free(source);
	document_free(hub);
	world.forms[schema_full_id(schema)[strlen("wco.response/")] - '0']++;
}

static void check_other(const char *file, const struct document *document,
			const struct findings *findings)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i].file, file) != 0)
			continue;
		assert_string_equal((const char *)document_root(document)->name, others[i].root);
		assert_int_equal(findings->count, 1);
		assert_string_equal(findings->items[0].code, "unknown-schema");
		assert_non_null(strstr(findings->items[0].en, others[i].root));
		world.others++;
		return;
	}
	fail_with(file, "is neither a response nor named as something else", findings);
}

static void check_file(const char *file)
{
	struct arena *arena = arena_new((size_t)4 * LIMIT_DOCUMENT_ARENA_BYTES);
	struct bytes bytes = read_whole(file, arena);
	struct document *document = NULL;
	const struct schema *schema;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	assert_non_null(document);
	schema = schema_identify(world.set, document, &findings);
	if (schema == NULL)
		check_other(file, document, &findings);
	else
		check_response(file, bytes, schema, arena);
	document_free(document);
	arena_free(arena);
}

static void every_published_response_goes_over_and_comes_back_in_its_own_form(void **state)
{
	DIR *folder = opendir(world.folder);
	struct dirent *entry;

	(void)state;
	if (folder == NULL) {
		print_message("SKIPPED: there are no real responses at %s\n", world.folder);
		skip();
	}
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] != '.')
			check_file(entry->d_name);
	}
	closedir(folder);
	assert_int_equal(world.forms[1], 1);
	assert_int_equal(world.forms[2], 47);
	assert_int_equal(world.forms[3], 5);
	assert_int_equal(world.others, sizeof(others) / sizeof(others[0]));
}

static int load(void **state)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	const char *corpus = getenv("SAMPAN_CORPUS");
	struct findings findings;
	enum err err;

	(void)state;
	snprintf(world.folder, sizeof(world.folder), "%s/wco-dec/notifications",
		 corpus == NULL ? "../shared/corpus" : corpus);
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
		cmocka_unit_test(every_published_response_goes_over_and_comes_back_in_its_own_form),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
