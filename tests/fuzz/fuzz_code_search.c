/*
 * A list of codes and what somebody types to find one in it: whatever both are, what is found lies in the list, is
 * there once and not more often than a page has room for. The first line is what is typed.
 * tests/test_fuzz_corpus.c calls it with tests/fuzz/corpus/code_search/.
 */
#include <assert.h>
#include <string.h>

#include "messages/code_search.h"

#define FUZZ_CODES_ARENA ((size_t)16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_found(const struct code_set *set, const struct code_search *search)
{
	struct code_set_line line;

	assert(search->count <= CODE_SEARCH_MOST);
	for (size_t i = 0; i < search->count; i++) {
		const struct bytes code = search->hits[i].line.code;

		assert(code_set_find(set, code, &line) && line.code.at == code.at);
		for (size_t j = 0; j < i; j++)
			assert(search->hits[j].line.code.at != code.at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
	struct arena *arena = end == NULL ? NULL : arena_new(FUZZ_CODES_ARENA);
	struct bytes typed, list;
	struct findings findings;
	struct code_search search;
	struct code_set *set;

	if (end == NULL)
		return 0;
	assert(arena != NULL);
	findings_init(&findings, arena);
	typed = bytes_of(data, (size_t)(end - data));
	list = bytes_of(end + 1, size - typed.len - 1);
	if (code_set_parse("fuzz", list, arena, &findings, &set) == OK) {
		code_search_find(set, typed, &search);
		look_at_found(set, &search);
	}
	(void)code_search_fits(list, typed); /* not UTF-8 either */
	arena_free(arena);
	return 0;
}
