#include "node/word.h"

#include <string.h>

bool word_next(const char **list, struct bytes *ret_word)
{
	const char *at = *list + strspn(*list, " ");
	size_t len = strcspn(at, " ");

	*list = at + len;
	*ret_word = bytes_of(at, len);
	return len > 0;
}

bool word_is_in(const char *list, const char *word)
{
	struct bytes one;

	while (word_next(&list, &one))
		if (bytes_equal(one, bytes_of_text(word)))
			return true;
	return false;
}
