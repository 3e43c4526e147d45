#include "messages/word.h"

#include <string.h>

bool word_next(const char **list, struct bytes *ret_word)
{
	const char *at = *list + strspn(*list, " ");
	size_t len = strcspn(at, " ");

	*list = at + len;
	*ret_word = bytes_of(at, len);
	return len > 0;
}

static bool holds(const char *list, struct bytes word)
{
	struct bytes one;

	while (word_next(&list, &one))
		if (bytes_equal(one, word))
			return true;
	return false;
}

bool word_is_in(const char *list, const char *word)
{
	return holds(list, bytes_of_text(word));
}

bool word_are_in(const char *list, const char *words)
{
	struct bytes word;

	while (word_next(&words, &word))
		if (!holds(list, word))
			return false;
	return true;
}

static size_t count(const char *list)
{
	struct bytes word;
	size_t words = 0;

	while (word_next(&list, &word))
		words++;
	return words;
}

const char *const *word_split(const char *list, struct arena *arena, size_t *ret_count)
{
	const char **words = arena_alloc_array(arena, count(list) + 1, sizeof(*words));
	struct bytes word;
	size_t split = 0;

	while (words != NULL && word_next(&list, &word))
		if ((words[split++] = arena_text(arena, word)) == NULL)
			return NULL;
	*ret_count = split;
	return words;
}
