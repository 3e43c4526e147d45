/* An outline is what reading the canonical bytes would give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/c14n.h>
#include <stdio.h>
#include <string.h>

#include "messages/canonical.h"
#include "messages/outline.h"
#include "messages/source.h"
#include "node/command.h"
#include "node/command_set.h"
#include "node/file.h"
#include "sampan/limit.h"

static const struct {
	const char *kind;
	const char *file;
} goldens[] = {
	{"asw.declaration", "export-tableware.asw.declaration.xml"},
	{"asw.declaration", "export-tableware-amendment.asw.declaration.xml"},
	{"asw.acdd", "export-tableware.asw.acdd.xml"},
	{"wco.declaration", "export-tableware.wco.declaration.xml"},
};

struct scene {
	struct arena *arena;
	struct findings findings;
	const struct schema *kind;
	struct document *document;
	struct source source;
};

static void read_bytes(struct scene *scene, const struct schema_set *set, const char *kind,
		       struct bytes bytes)
{
	findings_init(&scene->findings, scene->arena);
	scene->kind = schema_set_find(set, kind);
	assert_non_null(scene->kind);
	assert_int_equal(
		document_read(bytes, LIMIT_DOCUMENT_BYTES, &scene->findings, &scene->document), OK);
	assert_non_null(scene->document);
	assert_int_equal(source_read(scene->document, schema_shape(scene->kind), &scene->source),
			 OK);
}

static struct bytes golden(struct scene *scene, const char *name)
{
	const char *path = arena_format(scene->arena, "tests/golden/%s", name);
	struct bytes bytes = {0};

	assert_non_null(path);
	assert_int_equal(file_read(path, LIMIT_DOCUMENT_BYTES, scene->arena, &bytes), OK);
	return bytes;
}

static void libxml2_writes_an_outline_as_we_write_its_branches(void **state)
{
	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]); i++) {
		struct scene scene = {.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
		struct bytes bytes = golden(&scene, goldens[i].file);
		xmlChar *text = NULL;
		size_t values = 0;
		xmlDoc *outline;
		int len;

		read_bytes(&scene, *state, goldens[i].kind, bytes);
		outline = outline_new(scene.source.root, scene.arena, &values);
		assert_non_null(outline);
		len = xmlC14NDocDumpMemory(outline, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
		assert_int_equal(len, bytes.len);
		assert_memory_equal(text, bytes.at, bytes.len);
		assert_true(values > 10);
		xmlFree(text);
		document_free(scene.document);
		arena_free(scene.arena);
	}
}

/* The same findings but for the line, which an outline does not have. */
static void a_check_finds_in_an_outline_what_it_finds_in_the_bytes(void **state)
{
	static const char *const changes[][2] = {
		{"<DateTimeString formatCode=\"304\">", "<DateTimeString formatCode=\"999\">"},
		{"<CountryCode>TH<", "<CountryCode>THAI-LAND<"},
		{"<SequenceNumeric>1</SequenceNumeric>", "<SequenceNumeric>x</SequenceNumeric>"},
		{"<Seal><SequenceNumeric>1</SequenceNumeric>", "<Seal>"},
		{"<FunctionCode>9</FunctionCode>", "<FunctionCode></FunctionCode>"},
		{"unitCode=\"KGM\"", "unitCode=\"\""},
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct scene scene = {.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
		struct bytes bytes = golden(&scene, goldens[0].file), made;
		const uint8_t *at =
			memmem(bytes.at, bytes.len, changes[i][0], strlen(changes[i][0]));
		struct document outlined;
		struct findings seen;
		size_t values = 0;
		char *text;

		assert_non_null(at);
		text = arena_format(scene.arena, "%.*s%s%s", (int)(at - bytes.at),
				    (const char *)bytes.at, changes[i][1],
				    (const char *)at + strlen(changes[i][0]));
		made = bytes_of_text(text);
		read_bytes(&scene, *state, goldens[0].kind, made);
		assert_int_equal(schema_check(*state, scene.kind, scene.document, &scene.findings),
				 OK);
		outlined = (struct document){
			.bytes = made, .xml = outline_new(scene.source.root, scene.arena, &values)};
		findings_init(&seen, scene.arena);
		assert_int_equal(schema_check(*state, scene.kind, &outlined, &seen), OK);
		assert_true(seen.errors > 0);
		assert_int_equal(seen.count, scene.findings.count);
		for (size_t k = 0; k < seen.count; k++) {
			assert_string_equal(seen.items[k].code, scene.findings.items[k].code);
			assert_string_equal(seen.items[k].path, scene.findings.items[k].path);
			assert_string_equal(seen.items[k].value, scene.findings.items[k].value);
			assert_string_equal(seen.items[k].en, scene.findings.items[k].en);
		}
		document_free(scene.document);
		arena_free(scene.arena);
	}
}

static int load_set(void **state)
{
	return command_set_load((struct schema_set **)state);
}

static int free_set(void **state)
{
	schema_set_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libxml2_writes_an_outline_as_we_write_its_branches),
		cmocka_unit_test(a_check_finds_in_an_outline_what_it_finds_in_the_bytes),
	};

	return cmocka_run_group_tests(tests, load_set, free_set);
}
