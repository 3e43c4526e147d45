/*
 * Whatever an authority answers, and whatever stands in evidence as a token: it is read within its
 * bounds, and only the stamp of the corpus is ever good under its authority.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/file.h"
#include "sampan/stamp.h"

#define FUZZ_STAMP_AUTHORITY "tests/data/stamp/ca.pem"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct stamp_trust *fuzz_stamp_trust(struct arena *arena)
{
	static struct stamp_trust *trust;
	struct bytes pem;

	if (trust == NULL && file_read(FUZZ_STAMP_AUTHORITY, 65536, arena, &pem) == OK &&
	    stamp_trust_new(&trust) == OK)
		(void)stamp_trust_add(trust, pem);
	return trust;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t only_time_ms;
	struct arena *arena = arena_new((size_t)4 << 20);
	struct stamp_trust *trust = fuzz_stamp_trust(arena);
	struct stamp_question question = {.digest = hash_of(bytes_of_text("a checkpoint\n")),
					  .policy = ""};
	enum stamp_verdict verdict;
	struct bytes token = {0};
	struct stamp stamp;

	assert(trust != NULL);
	memcpy(question.nonce, "\0\x91onlyus", STAMP_NONCE_BYTES);
	assert(stamp_reply_check(trust, bytes_of(data, size), &question, arena, &verdict, &stamp,
				 &token) == OK);
	if (verdict != STAMP_GOOD)
		assert(stamp_token_check(trust, bytes_of(data, size), &question.digest, &verdict,
					 &stamp) == OK);
	if (verdict == STAMP_GOOD) {
		assert(only_time_ms == 0 || stamp.time_ms == only_time_ms);
		only_time_ms = stamp.time_ms;
	}
	arena_free(arena);
	return 0;
}
