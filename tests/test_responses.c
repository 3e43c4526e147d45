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
	size_t named;
	size_t plain;
	size_t prefixed;
	size_t others;
	size_t home; /* became vn.response and came back */
	size_t held;
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
static void check_dropped(const char *file, const struct report *report, struct arena *arena)
{
	struct report_row row;
	size_t allowed = strcmp(file, PREFIXED_FRAME) == 0 ? 2 : 0;

	assert_int_equal(report->dropped_count, allowed);
	for (size_t at = 0; report_next(report, REPORT_DROPPED, &at, arena, &row);)
		assert_string_equal(row.word, "envelope");
	for (size_t at = 0; report_next(report, REPORT_CHANGED, &at, arena, &row);)
		assert_string_equal(row.word, "white-space");
	assert_int_equal(report->supplied_count, 0);
}

/* The document, which the report borrows from; the caller frees it. */
static void put_facts(struct facts *facts)
{
	static const struct fact known[] = {
		{"event.messageId", "0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"event.reference", "REF-1"},
		{"event.year", "2026"},
		{"event.sendDate", "2026-03-01 10:00:00"},
		{"event.to.name", "CONG TY TNHH GOM BAT TRANG"},
		{"event.to.identity", "0101234567"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(facts, known[i].name, known[i].value), OK);
}

static struct document *translate(const char *file, struct bytes bytes, const char *to,
				  struct arena *arena, struct translation *ret_translation)
{
	struct document *document = NULL;
	const struct schema *from;
	struct findings findings;
	struct facts facts;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	put_facts(&facts);
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

/*
 * On the way to the declarant nothing is lost but the frame, what customs made of the declaration, and a time that no
 * schema knows ("Wed Nov 13 ...").
 */
static void check_dropped_at_home(const char *file, const struct report *report,
				  struct arena *arena)
{
	static const char *const places[] = {
		"/Response[1]/Metadata[1]/",
		"/Response[1]/CorrectedDeclaration[1]/",
		"/Response[1]/Status[1]/EffectiveDateTime[1]/",
	};
	struct report_row row;

	for (size_t at = 0; report_next(report, REPORT_DROPPED, &at, arena, &row);) {
		bool is_known = strcmp(row.word, "implied") == 0;

		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++)
			is_known |= strncmp(row.source, places[j], strlen(places[j])) == 0;
		if (!is_known)
			fail_msg("%s: %s %s is lost at home", file, row.source, row.from);
	}
}

/* What an officer's pointers become where the list knows their places. */
static void check_items(const char *file, struct bytes output)
{
	static const struct {
		const char *file;
		const char *text;
	} items[] = {
		{"TT_IM031a_Example_Notifications_DMSREJ.xml",
		 "<Error><ErrorCode>CDS12056</ErrorCode><ItemID>CMD</ItemID><Line>1</Line>"
		 "<Pointer>42A/67A/68A[1]/23A/21A[3].145</Pointer></Error>"},
		{"Example_DMS_notifications_03_DMSREJ.xml",
		 "<Error><ErrorCode>CDS12005</ErrorCode><Pointer>42A/17C.R144</Pointer></Error>"},
	};

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		if (strcmp(items[i].file, file) == 0)
			assert_non_null(memmem(output.at, output.len, items[i].text,
					       strlen(items[i].text)));
}

/* Of one published function (18) nothing says what it means: it is held, not guessed. */
static bool is_held_at_home(const char *file)
{
	return strcmp(file, "Example_DMS_notifications_17_DMSGER.xml") == 0;
}

static void check_home(const char *file, struct bytes hub, struct arena *arena)
{
	struct translation home = {0}, back = {0};
	struct document *source, *answer;
	char fault[TOTALITY_FAULT_BYTES];

	if (is_held_at_home(file)) {
		world.held++;
		return;
	}
	source = translate(file, hub, "vn.response", arena, &home);
	check_items(file, home.output);
	check_dropped_at_home(file, &home.report, arena);
	answer = translate(file, home.output, "asw.response", arena, &back);
	if (totality_check_return(&home.report, back.output, fault) > 0)
		fail_msg("%s home and back: %s", file, fault);
	document_free(source);
	document_free(answer);
	world.home++;
}

static void check_response(const char *file, struct bytes bytes, const struct schema *schema,
			   struct arena *arena)
{
	struct translation forth = {0}, back = {0};
	struct document *source, *hub;
	char fault[TOTALITY_FAULT_BYTES];

	assert_ptr_equal(strstr(schema_id(schema), "wco.response"), schema_id(schema));
	source = translate(file, bytes, "asw.response", arena, &forth);
	check_dropped(file, &forth.report, arena);
	hub = translate(file, forth.output, schema_full_id(schema), arena, &back);
	assert_int_equal(back.report.dropped_count, 0);
	if (totality_check_return(&forth.report, back.output, fault) > 0)
		fail_msg("%s and back: %s", file, fault);
	check_home(file, forth.output, arena);
	document_free(source);
	document_free(hub);
	world.named += strcmp(schema_id(schema), "wco.response") == 0;
	world.plain += strcmp(schema_id(schema), "wco.response-plain") == 0;
	world.prefixed += strcmp(schema_id(schema), "wco.response-prefixed") == 0;
}

static void check_other(const char *file, const struct document *document,
			const struct findings *findings)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i].file, file) != 0)
			continue;
		assert_string_equal(document->trunk->items[0].shape->name, others[i].root);
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
	assert_int_equal(world.prefixed, 1);
	assert_int_equal(world.plain, 47);
	assert_int_equal(world.named, 5);
	assert_int_equal(world.others, sizeof(others) / sizeof(others[0]));
	assert_int_equal(world.home, 52);
	assert_int_equal(world.held, 1);
}

/* ---- The elements without namespaces are those with ---- */

static void compare(const struct shape *named, const struct shape *bare, size_t *count)
{
	for (size_t i = 0; i < named->child_count; i++) {
		const struct shape *child = named->children[i];
		char name[256];
		const struct shape *twin;

		snprintf(name, sizeof(name), "%s%s", child->is_attribute ? "@" : "", child->name);
		twin = shape_element(bare, bytes_of_text(name), child->namespace);
		if (twin == NULL)
			twin = shape_child(bare, bytes_of_text(name));
		if (twin == NULL || twin->max < child->max || twin->min > child->min ||
		    twin->max_length != child->max_length)
			fail_msg("%s of %s is another without namespaces", name, named->name);
		assert_string_equal(twin->item, child->item);
		compare(child, twin, count);
		(*count)++;
	}
}

static void without_namespaces_the_same_elements_may_stand(void **state)
{
	const struct shape *named = schema_shape(schema_set_find(world.set, "wco.response"));
	const struct shape *plain = schema_shape(schema_set_find(world.set, "wco.response-plain"));
	const struct shape *declaration =
		schema_shape(schema_set_find(world.set, "wco.declaration"));
	size_t count = 0;

	(void)state;
	compare(named, plain, &count);
	compare(shape_find(declaration, "Declaration"), shape_find(plain, "Response/Declaration"),
		&count);
	assert_true(count > 1000);
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
		cmocka_unit_test(without_namespaces_the_same_elements_may_stand),
		cmocka_unit_test(every_published_response_goes_over_and_comes_back_in_its_own_form),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
