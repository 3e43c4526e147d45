#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema_files.h"

/* XSDs of our own files speak to who writes them. */
static bool is_of_documents(const char *file)
{
	return strstr(file, "/kind.xsd") == NULL && strstr(file, "/map.xsd") == NULL &&
	       strstr(file, "/rule.xsd") == NULL && strstr(file, "/xml.xsd") == NULL;
}

static size_t look_for_words(struct arena *arena, struct bytes xsd, struct bytes catalogue)
{
	static const char mark[] = "<xs:pattern value=\"";
	size_t count = 0;

	for (const char *at = strstr((const char *)xsd.at, mark); at != NULL;
	     at = strstr(at, mark)) {
		const char *entry;

		at += strlen(mark);
		entry = arena_format(arena, "<words of=\"value-pattern\" for=\"%.*s\">",
				     (int)strcspn(at, "\""), at);
		if (memmem(catalogue.at, catalogue.len, entry, strlen(entry)) == NULL)
			fail_msg("schemas/catalogue/findings.xml lacks %s", entry);
		count++;
	}
	return count;
}

static void every_pattern_of_a_document_is_told_in_words(void **state)
{
	struct arena *arena = arena_new(1u << 22);
	struct bytes catalogue, xsd;
	size_t count = 0;
	glob_t found;

	(void)state;
	assert_int_equal(schema_files_read("schemas/catalogue/findings.xml", arena, &catalogue),
			 OK);
	assert_int_equal(glob("schemas/xsd/*.xsd", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!is_of_documents(found.gl_pathv[i]))
			continue;
		assert_int_equal(schema_files_read(found.gl_pathv[i], arena, &xsd), OK);
		count += look_for_words(arena, xsd, catalogue);
	}
	globfree(&found);
	arena_free(arena);
	assert_true(count > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pattern_of_a_document_is_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
