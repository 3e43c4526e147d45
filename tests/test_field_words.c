/*
 * Each element of our own schemas has words in both languages: where a document is shown, people read those and no names.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/file.h"
#include "sampan/arena.h"

#define ELEMENT "<xs:element name=\""
#define WORDS "schemas/views/words.xml"

static struct arena *arena;

static const char *read_text(const char *path)
{
	struct bytes bytes;
	const char *text;

	assert_int_equal(file_read(path, (size_t)4 * 1024 * 1024, arena, &bytes), OK);
	text = arena_text(arena, bytes);
	assert_non_null(text);
	return text;
}

static size_t count_wordless(const char *path, const char *words)
{
	const char *at = read_text(path);
	size_t count = 0;

	while ((at = strstr(at, ELEMENT)) != NULL) {
		const char *word;
		int len;

		at += strlen(ELEMENT);
		len = (int)strcspn(at, "\"");
		word = strstr(words, arena_format(arena, "<word id=\"field.%.*s\"><vi>", len, at));
		if (word == NULL || strstr(word, "<en>") == NULL)
			print_message("%s: no word for %.*s\n", path, len, at);
		count += word == NULL;
	}
	return count;
}

static void each_element_has_words(void **state)
{
	static const char *const patterns[] = {"schemas/xsd/vn-*.xsd", "schemas/xsd/th-*.xsd",
					       "schemas/xsd/asw-*.xsd"};
	const char *words;
	size_t wordless = 0;

	(void)state;
	arena = arena_new((size_t)64 * 1024 * 1024);
	words = read_text(WORDS);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;

		assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++)
			wordless += count_wordless(found.gl_pathv[k], words);
		globfree(&found);
	}
	arena_free(arena);
	assert_int_equal(wordless, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_element_has_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
