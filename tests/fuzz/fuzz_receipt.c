/* Whatever bytes come as a receipt: only the record that was really signed for is ever proved by
 * the key of tests/data/ledger. */
#include <assert.h>

#include "node/checkpoint.h"
#include "node/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key_text[] =
		"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct arena *arena = arena_new((size_t)4 << 20);
	struct record record;

	assert(checkpoint_parse_key(key_text, origin, public_key) == OK);
	if (arena != NULL && receipt_verify(bytes_of(data, size), public_key, arena, &record) == OK)
		assert(record.number >= 1 && record.number <= 3);
	arena_free(arena);
	return 0;
}
