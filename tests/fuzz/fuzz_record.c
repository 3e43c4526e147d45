/* Whatever is read as a leaf is written again as the very same bytes. */
#include <assert.h>

#include "node/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)4 << 20);
	struct record record;
	struct buffer again;

	buffer_init(&again, 2 * LIMIT_RECORD_BYTES);
	if (arena != NULL && record_parse(bytes_of(data, size), arena, &record) == OK) {
		assert(record_format(&record, &again) == OK);
		assert(bytes_equal(buffer_bytes(&again), bytes_of(data, size)));
	}
	buffer_clear(&again);
	arena_free(arena);
	return 0;
}
