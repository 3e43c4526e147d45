/*
 * Real declarations, read from $SAMPAN_CORPUS, through the schema set that ships.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema.h"
#include "messages/schema_files.h"
#include "sampan/limit.h"

struct fixture {
	struct arena *arena;
	struct findings findings;
	struct schema_set *set;
	struct document *document;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&fixture->findings, fixture->arena);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	document_free(fixture->document);
	schema_set_free(fixture->set);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static const struct schema *read_document(struct fixture *fixture, struct bytes bytes)
{
	document_free(fixture->document);
	fixture->document = NULL;
	findings_init(&fixture->findings, fixture->arena);
	assert_int_equal(
		document_read(bytes, LIMIT_DOCUMENT_BYTES, &fixture->findings, &fixture->document),
		OK);
	assert_non_null(fixture->document);
	return schema_identify(fixture->set, fixture->document, &fixture->findings);
}

static const char *corpus(void)
{
	const char *folder = getenv("SAMPAN_CORPUS");

	return folder == NULL ? "../shared/corpus" : folder;
}

static DIR *open_corpus(struct fixture *fixture, const char *name, const char **ret_path)
{
	DIR *folder;

	*ret_path = arena_format(fixture->arena, "%s/wco-dec/declarations/%s", corpus(), name);
	folder = opendir(*ret_path);
	if (folder == NULL) {
		print_message("SKIPPED: no corpus at %s\n", corpus());
		skip();
	}
	return folder;
}

static size_t check_folder(struct fixture *fixture, const char *name)
{
	const char *path;
	DIR *folder = open_corpus(fixture, name, &path);
	struct dirent *entry;
	size_t count = 0;

	assert_int_equal(schema_set_load("schemas", &fixture->findings, &fixture->set), OK);
	while ((entry = readdir(folder)) != NULL) {
		const struct schema *schema;
		struct bytes bytes;

		if (entry->d_name[0] == '.')
			continue;
		arena_clear(fixture->arena);
		assert_int_equal(schema_files_read(arena_format(fixture->arena,
								"%s/wco-dec/declarations/%s/%s",
								corpus(), name, entry->d_name),
						   fixture->arena, &bytes),
				 OK);
		schema = read_document(fixture, bytes);
		assert_non_null(schema);
		assert_string_equal(schema_id(schema), "wco.declaration");
		assert_int_equal(
			schema_check(fixture->set, schema, fixture->document, &fixture->findings),
			OK);
		for (size_t i = 0; strcmp(name, "valid") == 0 && i < fixture->findings.count; i++)
			if (fixture->findings.items[i].severity > SEVERITY_NOTE)
				fail_msg("%s:%u: %s", entry->d_name,
					 fixture->findings.items[i].line,
					 fixture->findings.items[i].en);
		count++;
	}
	closedir(folder);
	return count;
}

static void every_valid_declaration_of_the_corpus_is_accepted(void **state)
{
	assert_int_equal(check_folder(*state, "valid"), 193);
}

static void the_invalid_declaration_of_the_corpus_is_refused_at_its_line(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(check_folder(fixture, "invalid"), 1);
	assert_int_equal(fixture->findings.count, 1);
	assert_string_equal(fixture->findings.items[0].code, "element-unexpected");
	assert_int_equal(fixture->findings.items[0].line, 12);
	assert_string_equal(fixture->findings.items[0].path,
			    "/MetaData[1]/Declaration[1]/unknown[1]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_valid_declaration_of_the_corpus_is_accepted),
		TEST(the_invalid_declaration_of_the_corpus_is_refused_at_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
