#include "messages/sentence.h"

#include <string.h>

#include "messages/utf8.h"

static bool is_gap(const char *at)
{
	return at[0] == '{' && at[1] >= '0' && at[1] <= '9' && at[2] == '}';
}

/* Writes to `to` unless it is NULL; the length, either way. */
static size_t fill(char *to, const char *sentence, const char *const *arguments, size_t count)
{
	size_t len = 0;

	for (const char *at = sentence; *at != 0; at++) {
		const char *part = at;
		size_t part_len = 1;

		if (is_gap(at)) {
			size_t index = (size_t)(at[1] - '0');

			part = index < count ? arguments[index] : "";
			part_len = utf8_within(bytes_of_text(part), SENTENCE_ARGUMENT_BYTES).len;
			at += 2;
		}
		if (to != NULL)
			memcpy(to + len, part, part_len);
		len += part_len;
	}
	return len;
}

char *sentence_fill(struct arena *arena, const char *sentence, const char *const *arguments,
		    size_t count)
{
	char *text = arena_alloc(arena, fill(NULL, sentence, arguments, count) + 1);

	if (text != NULL)
		(void)fill(text, sentence, arguments, count);
	return text;
}
