/*
 * A second executor of the maps: each is made into an XSLT 1.0 stylesheet, and what libxslt makes
 * of every sample, every real message and of documents generated from the XSDs is, in canonical
 * form, what we make. Maps with rows outside of XSLT 1.0 are made into stylesheets, not compared,
 * unless only exact decimals are.
 * SAMPAN_SEEDS says how many documents are generated for each map; SAMPAN_SHOW_XSLT prints the
 * stylesheets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <libxml/c14n.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/map.h"
#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/support/generate.h"
#include "tests/support/trial.h"
#include "tests/support/xslt_of_map.h"

#define FILES 1000
#define MAPS 200
#define SEEDS 40 /* documents generated for each map */

struct executor {
	struct xslt_of_map made;
	xsltStylesheet *stylesheet;
	size_t compared;
};

struct world {
	struct schema_set *set;
	struct arena *arena;
	struct executor executors[MAPS];
	char *files[FILES];
	size_t file_count;
	size_t compared;
	size_t differing;
	size_t held;
	size_t outside; /* documents with something that XSLT 1.0 does not do */
	size_t places;  /* empty elements whose being there may mean something */
	bool is_generated;
};

static struct world world;

/* What registry, route and event know in the demo. */
static const struct fact known[] = {
	{"event.number", "302600000010"},
	{"event.port", "THLCH"},
	{"event.departureDate", "20260301"},
	{"event.messageId", "0f8fad5b-d9cb-469f-a165-70867728950e"},
	{"event.from.name", "NSW"},
	{"event.from.identity", "0100109106"},
	{"event.reference", "REF-1"},
	{"event.year", "2026"},
	{"event.sendDate", "2026-03-01 10:00:00"},
	{"route.dischargePort", "VNSGN"},
	{"registry.agent.name", "DAI LY HAI QUAN"},
	{"registry.exporter.name", "EXPORTER"},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

/* ---- Files ---- */

static int collect(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	size_t len = strlen(path);

	(void)status;
	(void)place;
	if (kind == FTW_F && world.file_count < FILES && len > 4 &&
	    strcmp(path + len - 4, ".xml") == 0)
		world.files[world.file_count++] = strdup(path);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
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

/* ---- The two executors ---- */

static struct bytes canonical(xmlDoc *document, struct arena *arena)
{
	xmlChar *text = NULL;
	int len = xmlC14NDocDumpMemory(document, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
	struct bytes bytes;

	assert_true(len >= 0);
	bytes = bytes_of(arena_copy(arena, bytes_of(text, (size_t)len)), (size_t)len);
	xmlFree(text);
	return bytes;
}

/*
 * Stylesheets carry texts as they are and make an element of an empty one; the translator takes white
 * space off and drops what is empty. So this is done to the source before.
 */
static void trim_text(xmlNode *node)
{
	static const char space[] = " \t\r\n";
	xmlChar *whole = xmlNodeGetContent(node), *copy;
	const char *from = (const char *)whole + strspn((const char *)whole, space);
	size_t len = strlen(from);

	while (len > 0 && strchr(space, from[len - 1]) != NULL)
		len--;
	copy = xmlStrndup((const xmlChar *)from, (int)len);
	if (!xmlStrEqual(copy, whole)) {
		xmlChar *escaped = xmlEncodeSpecialChars(node->doc, copy);

		xmlNodeSetContent(node, escaped);
		xmlFree(escaped);
	}
	if (len == 0 && node->type == XML_ELEMENT_NODE) /* comments go too */
		xmlNodeSetContent(node, NULL);
	xmlFree(copy);
	xmlFree(whole);
}

static bool is_empty(const xmlNode *node)
{
	return node->children == NULL &&
	       (node->type == XML_ATTRIBUTE_NODE || node->properties == NULL);
}

static bool is_blank(xmlNode *element)
{
	xmlChar *text = xmlNodeGetContent(element);
	bool is_blank = text[strspn((const char *)text, " \t\r\n")] == '\0';

	xmlFree(text);
	return is_blank && xmlChildElementCount(element) == 0 && element->properties == NULL;
}

static bool holds_something(xmlNode *element)
{
	bool holds = element->properties != NULL;
	xmlChar *text = xmlNodeGetContent(element);

	holds |= text[strspn((const char *)text, " \t\r\n")] != '\0';
	xmlFree(text);
	for (xmlNode *child = xmlFirstElementChild(element); child != NULL && !holds;
	     child = xmlNextElementSibling(child))
		holds = holds_something(child);
	return holds;
}

/* "same" keeps an empty element, not a text, that one of its kind with content follows: its place
 * counts. */
static bool keeps_a_place(xmlNode *element, const struct shape *shape)
{
	xmlNode *next = xmlNextElementSibling(element);

	while (next != NULL && (!xmlStrEqual(next->name, element->name) || !holds_something(next)))
		next = xmlNextElementSibling(next);
	return next != NULL && shape != NULL && !shape->is_leaf && is_blank(element);
}

static void trim_attributes(xmlNode *element)
{
	xmlAttr *next;

	for (xmlAttr *attribute = element->properties; attribute != NULL; attribute = next) {
		next = attribute->next;
		if (attribute->ns == NULL)
			trim_text((xmlNode *)attribute);
		if (is_empty((const xmlNode *)attribute) || attribute->ns != NULL)
			xmlRemoveProp(attribute);
	}
}

static const struct shape *shape_of(const struct shape *parent, const xmlNode *element)
{
	const char *namespace = element->ns == NULL ? "" : (const char *)element->ns->href;

	for (size_t i = 0; parent != NULL && i < parent->child_count; i++)
		if (!parent->children[i]->is_attribute &&
		    strcmp(parent->children[i]->name, (const char *)element->name) == 0 &&
		    strcmp(parent->children[i]->namespace, namespace) == 0)
			return parent->children[i];
	return NULL;
}

/* Children first, so that what holds only empty elements is empty too. */
static void trim(xmlNode *element, const struct shape *shape)
{
	xmlNode *next;

	trim_attributes(element);
	if (xmlChildElementCount(element) == 0) {
		trim_text(element);
		return;
	}
	for (xmlNode *child = xmlFirstElementChild(element); child != NULL; child = next) {
		const struct shape *own = shape_of(shape, child);
		bool stays = keeps_a_place(child, own);

		world.places += stays;
		next = xmlNextElementSibling(child);
		trim(child, own);
		if (is_empty(child) && !stays) {
			world.places += own == NULL || !own->is_leaf || own->min > 0;
			xmlUnlinkNode(child);
			xmlFreeNode(child);
		}
	}
	if (xmlChildElementCount(element) == 0)
		xmlNodeSetContent(element, NULL);
}

static struct bytes run_stylesheet(xsltStylesheet *stylesheet, struct bytes source,
				   const struct shape *shape, struct arena *arena)
{
	xmlDoc *document = xmlReadMemory((const char *)source.at, (int)source.len, NULL, NULL,
					 XML_PARSE_NONET | XML_PARSE_HUGE);
	xsltTransformContext *context = xsltNewTransformContext(stylesheet, document);
	struct bytes bytes = {0};
	xmlDoc *result;

	assert_non_null(context);
	trim(xmlDocGetRootElement(document), shape);
	for (size_t i = 0; i < KNOWN; i++)
		xsltQuoteOneUserParam(context, (const xmlChar *)known[i].name,
				      (const xmlChar *)known[i].value);
	result = xsltApplyStylesheetUser(stylesheet, document, NULL, NULL, NULL, context);
	assert_int_equal(context->state, XSLT_STATE_OK);
	if (result != NULL && xmlDocGetRootElement(result) != NULL)
		bytes = canonical(result, arena);
	xmlFreeDoc(result);
	xsltFreeTransformContext(context);
	xmlFreeDoc(document);
	return bytes;
}

static xsltStylesheet *compile(struct bytes text)
{
	xmlDoc *document = xmlReadMemory((const char *)text.at, (int)text.len, NULL, NULL, 0);
	xsltStylesheet *stylesheet = document == NULL ? NULL : xsltParseStylesheetDoc(document);

	if (stylesheet == NULL || stylesheet->errors > 0)
		fail_msg("the stylesheet cannot be compiled:\n%.*s", (int)text.len,
			 (const char *)text.at);
	return stylesheet;
}

/* Once for each map, when a document asks for it. */
static struct executor *executor_of(size_t index)
{
	struct executor *executor = &world.executors[index];
	const struct map *map = schema_set_map_at(world.set, index);

	assert_true(index < MAPS);
	if (executor->stylesheet == NULL) {
		xslt_of_map(map, "schemas", world.arena, &executor->made);
		executor->stylesheet = compile(executor->made.text);
	}
	return executor;
}

/* ---- Documents ---- */

static bool has_all_rows(const struct xslt_of_map *made)
{
	for (size_t i = 0; i < made->outside_count; i++)
		if (!made->outside[i].is_carried)
			return false;
	return true;
}

/* Exact decimals are not XSLT's matter. */
static bool is_comparable(const struct report *report, struct arena *arena)
{
	struct report_row row;

	for (size_t at = 0; report_next(report, REPORT_CHANGED, &at, arena, &row);)
		if (strcmp(row.word, "decimal-form") == 0 || strcmp(row.word, "unit") == 0)
			return false;
	return true;
}

static void show_difference(const char *file, const struct map *map, struct bytes ours,
			    struct bytes theirs)
{
	size_t at = 0;
	size_t from;

	while (at < ours.len && at < theirs.len && ours.at[at] == theirs.at[at])
		at++;
	from = at > 200 ? at - 200 : 0;
	print_error("%s to %s: byte %zu\nours:   %.*s\ntheirs: %.*s\n", file,
		    schema_full_id(map_to(map)), at,
		    (int)(ours.len - from > 400 ? 400 : ours.len - from), ours.at + from,
		    (int)(theirs.len - from > 400 ? 400 : theirs.len - from), theirs.at + from);
}

static struct bytes check_map(const char *file, const struct document *document, size_t index,
			      struct arena *arena)
{
	const struct map *map = schema_set_map_at(world.set, index);
	struct executor *executor = executor_of(index);
	struct translation translation = {0};
	struct findings findings;
	struct facts facts;
	struct bytes theirs;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	for (size_t i = 0; i < KNOWN; i++)
		assert_int_equal(facts_put(&facts, known[i].name, known[i].value), OK);
	assert_int_equal(translate_document(world.set, document, map_from(map), map_to(map), &facts,
					    arena, &findings, &translation),
			 OK);
	if (findings_has_errors(&findings)) {
		world.held++;
		return (struct bytes){0};
	}
	if (!has_all_rows(&executor->made) || !is_comparable(&translation.report, arena)) {
		world.outside++;
		return translation.output;
	}
	world.places = 0;
	theirs = run_stylesheet(executor->stylesheet, document->bytes, schema_shape(map_from(map)),
				arena);
	/* whether it does depends on the rule that meets them */
	if (world.is_generated && world.places > 0) {
		world.outside++;
		return translation.output;
	}
	if (!bytes_equal(translation.output, theirs)) {
		show_difference(file, map, translation.output, theirs);
		world.differing++;
	}
	world.compared++;
	executor->compared++;
	return translation.output;
}

static void check_bytes(const char *file, struct bytes bytes, struct arena *arena, unsigned depth)
{
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document != NULL)
		schema = schema_identify(world.set, document, &findings);
	if (schema != NULL)
		assert_int_equal(schema_check(world.set, schema, document, &findings), OK);
	for (size_t i = 0; schema != NULL && !findings_has_errors(&findings) &&
			   i < schema_set_map_count(world.set);
	     i++) {
		struct bytes output;

		if (map_from(schema_set_map_at(world.set, i)) != schema)
			continue;
		output = check_map(file, document, i, arena);
		if (depth > 0 && output.len > 0)
			check_bytes(file, output, arena, depth - 1);
	}
	document_free(document);
}

static void check_folder(const char *folder)
{
	world.file_count = 0;
	nftw(folder, collect, 8, FTW_PHYS);
	qsort(world.files, world.file_count, sizeof(world.files[0]), compare_names);
	assert_true(world.file_count > 0);
	for (size_t i = 0; i < world.file_count; i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

		check_bytes(world.files[i], read_whole(world.files[i], arena), arena, 2);
		arena_free(arena);
		free(world.files[i]);
	}
	print_message("%zu files\n", world.file_count);
}

/* ---- Tests ---- */

static void every_map_becomes_a_stylesheet(void **state)
{
	size_t whole = 0, count = schema_set_map_count(world.set);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct map *map = schema_set_map_at(world.set, i);
		const struct xslt_of_map *made = &executor_of(i)->made;

		print_message("%s to %s: %zu of %zu rows\n", schema_full_id(map_from(map)),
			      schema_full_id(map_to(map)), made->rows - made->outside_count,
			      made->rows);
		for (size_t j = 0; j < made->outside_count; j++)
			print_message("  not in XSLT 1.0: %s: %s\n", made->outside[j].ref,
				      made->outside[j].why);
		if (getenv("SAMPAN_SHOW_XSLT") != NULL)
			(void)fwrite(made->text.at, 1, made->text.len, stdout);
		whole += made->outside_count == 0;
	}
	assert_true(whole * 2 > count);
}

static void check_all(const char *folder)
{
	world.compared = world.differing = world.held = world.outside = 0;
	check_folder(folder);
	print_message("%zu translations compared, %zu differ, %zu held, %zu outside of XSLT 1.0\n",
		      world.compared, world.differing, world.held, world.outside);
	assert_int_equal(world.differing, 0);
	assert_true(world.compared > 0);
}

static void every_sample_is_the_same_by_libxslt(void **state)
{
	(void)state;
	check_all("schemas/samples");
}

static void check_corpus(const char *below)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/%s", corpus == NULL ? "../shared/corpus" : corpus,
		 below);
	if (access(folder, R_OK) != 0) {
		print_message("skipped: there are no real messages at %s\n", folder);
		skip();
	}
	check_all(folder);
}

static void every_real_declaration_is_the_same_by_libxslt(void **state)
{
	(void)state;
	check_corpus("wco-dec/declarations/valid");
}

static void every_real_response_is_the_same_by_libxslt(void **state)
{
	(void)state;
	check_corpus("wco-dec/notifications");
}

/* Fitting documents, made from the source's XSD (tests/support/generate.h). */
static void check_generated(const struct map *map, size_t index)
{
	const char *wanted = getenv("SAMPAN_SEEDS");
	uint64_t seeds = wanted == NULL ? SEEDS : strtoull(wanted, NULL, 10);
	struct buffer buffer;
	struct trial trial;

	trial_open(&trial, "schemas", world.set, map);
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct document *document = NULL;
		struct findings findings;
		struct choices choices;
		char name[64];

		findings_init(&findings, arena);
		choices_begin(&choices, seed);
		buffer_reset(&buffer);
		snprintf(name, sizeof(name), "%s, seed %llu", schema_full_id(map_from(map)),
			 (unsigned long long)seed);
		if (generate_document(trial.wishes.from.root, &choices, &buffer)) {
			assert_int_equal(document_read(buffer_bytes(&buffer), LIMIT_DOCUMENT_BYTES,
						       &findings, &document),
					 OK);
			if (document != NULL)
				check_map(name, document, index, arena);
			document_free(document);
		}
		choices_clear(&choices);
		arena_free(arena);
	}
	buffer_clear(&buffer);
	trial_close(&trial);
}

static void every_generated_document_is_the_same_by_libxslt(void **state)
{
	(void)state;
	world.compared = world.differing = world.held = world.outside = 0;
	world.is_generated = true;
	for (size_t i = 0; i < schema_set_map_count(world.set); i++)
		if (has_all_rows(&executor_of(i)->made))
			check_generated(schema_set_map_at(world.set, i), i);
	print_message("%zu translations compared, %zu differ, %zu held, %zu outside of XSLT 1.0\n",
		      world.compared, world.differing, world.held, world.outside);
	assert_int_equal(world.differing, 0);
	assert_true(world.compared > 0);
}

static int load(void **state)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct findings findings;
	enum err err;

	(void)state;
	findings_init(&findings, arena);
	err = schema_set_load("schemas", &findings, &world.set);
	arena_free(arena);
	world.arena = arena_new((size_t)1024 * 1024 * 1024);
	return err == OK && world.arena != NULL ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	for (size_t i = 0; i < MAPS; i++)
		xsltFreeStylesheet(world.executors[i].stylesheet);
	arena_free(world.arena);
	schema_set_free(world.set);
	xsltCleanupGlobals();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_map_becomes_a_stylesheet),
		cmocka_unit_test(every_sample_is_the_same_by_libxslt),
		cmocka_unit_test(every_real_declaration_is_the_same_by_libxslt),
		cmocka_unit_test(every_real_response_is_the_same_by_libxslt),
		cmocka_unit_test(every_generated_document_is_the_same_by_libxslt),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
