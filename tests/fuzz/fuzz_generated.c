/*
 * The properties of tests/support/trial.h on documents that the fuzzer generates: the first byte
 * chooses the map, the others are the choices that a document is made of (tests/support/choices.h).
 * So the fuzzer changes valid documents of every kind, and not only bytes.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "sampan/limit.h"
#include "tests/support/generate.h"
#include "tests/support/shipped.h"
#include "tests/support/trial.h"

#define MAPS 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trial *fuzz_trial(size_t index)
{
	static struct trial *trials[MAPS];

	if (trials[index] == NULL) {
		trials[index] = calloc(1, sizeof(struct trial));
		assert(trials[index] != NULL);
		trial_open(trials[index], shipped_folder(), shipped_set(),
			   schema_set_map_at(shipped_set(), index));
	}
	return trials[index];
}

static void fuzz_document(struct trial *trial, struct choices *choices)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	if (generate_document(trial->wishes.from.root, choices, &buffer) &&
	    !trial_holds(trial, buffer_bytes(&buffer), choices)) {
		fprintf(stderr, "%s\n%.*s\n", trial->fault, (int)buffer_bytes(&buffer).len,
			(const char *)buffer_bytes(&buffer).at);
		abort();
	}
	buffer_clear(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices choices = {.is_replay = true};
	size_t maps = schema_set_map_count(shipped_set());

	if (size == 0 || maps == 0 || maps > MAPS)
		return 0;
	choices.values = calloc(size, sizeof(uint32_t));
	assert(choices.values != NULL);
	for (size_t i = 1; i < size; i++)
		choices.values[choices.count++] = data[i];
	fuzz_document(fuzz_trial(data[0] % maps), &choices);
	choices_clear(&choices);
	return 0;
}
