/*
 * Whatever stands in Accept and Content-Type, and whatever a file's bytes are: nothing is chosen that
 * is not given, and nothing is taken for what it is not. The first byte chooses which.
 */
#include <assert.h>
#include <string.h>

#include "messages/word.h"
#include "node/api_media.h"

#define GIVES "application/json text/plain application/xml"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	const char *text, *chosen = NULL;

	if (size == 0 || arena == NULL)
		goto out;
	text = arena_text(arena, bytes_of(data + 1, size - 1));
	if (text == NULL)
		goto out;
	if (data[0] % 3 == 0 && api_media_choose(text, GIVES, arena, &chosen) == OK)
		assert(chosen == NULL || word_is_in(GIVES, chosen));
	if (data[0] % 3 == 1)
		assert(!api_media_is_taken(text, ""));
	if (data[0] % 3 == 2) {
		chosen = api_media_of(bytes_of(data + 1, size - 1));
		assert(chosen == NULL || memchr(chosen, '/', strlen(chosen)) != NULL);
	}
out:
	arena_free(arena);
	return 0;
}
