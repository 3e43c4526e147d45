/* A note is read without believing it, then with the key of tests/data/ledger; a verifier key is
 * read and written again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_key(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1), origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer again;

	buffer_init(&again, 4096);
	if (text != NULL && size > 0)
		memcpy(text, data, size);
	if (text != NULL && checkpoint_parse_key(text, origin, public_key) == OK) {
		assert(checkpoint_format_key(origin, public_key, &again) == OK);
		assert(bytes_equal(buffer_bytes(&again), bytes_of_text(text)));
	}
	buffer_clear(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key_text[] =
		"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct checkpoint checkpoint, believed;

	fuzz_key(data, size);
	assert(checkpoint_parse_key(key_text, origin, public_key) == OK);
	if (checkpoint_verify(bytes_of(data, size), public_key, &believed) == OK) {
		assert(checkpoint_parse(bytes_of(data, size), &checkpoint) == OK);
		assert(believed.size == 3 && strcmp(believed.origin, origin) == 0);
	}
	return 0;
}
