/*
 * Whatever bytes come as evidence: no container but the one of its parts is taken, and without a
 * ledger that is trusted nothing is proved. The second half of the inputs are parts of a container
 * that is put together rightly, so that what lies behind the checksums is reached.
 */
#include <assert.h>
#include <string.h>

#include "node/evidence_check.h"
#include "node/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const part_names[] = {"README.txt", "checkpoint.txt", "evidence.json",
					 "leaves/000000000002.leaf", "receipt.json"};
#define PART_NAMES (sizeof(part_names) / sizeof(part_names[0]))

static enum err fetch_part(void *context, size_t part, uint64_t offset, size_t max_bytes,
			   struct bytes *ret_bytes)
{
	const struct bytes *contents = context;

	*ret_bytes = bytes_of(contents[part].at + offset, max_bytes);
	return OK;
}

/* The bytes, cut at lines of a single "~". */
static void cut_parts(struct bytes rest, struct bytes contents[PART_NAMES])
{
	contents[0] = evidence_readme();
	for (size_t i = 1; i < PART_NAMES; i++) {
		const uint8_t *end = rest.len < 2 ? NULL : memmem(rest.at, rest.len, "~\n", 2);
		size_t len = end == NULL ? rest.len : (size_t)(end - rest.at);
		size_t step = end == NULL ? len : len + 2;

		contents[i] = bytes_of(rest.at, len);
		rest = bytes_of(rest.len == 0 ? rest.at : rest.at + step, rest.len - step);
	}
}

static void check_file(struct bytes file)
{
	/* of tests/data/ledger: its private key is gone */
	static const char key[] =
		"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
	struct arena *arena = arena_new((size_t)64 << 20);
	struct evidence_anchors anchors = {.count = 0};
	struct evidence_fault fault = {.code = NULL};
	struct evidence evidence;
	enum err err = ERR_MEMORY;

	assert(evidence_anchors_add(&anchors, key) == OK);
	if (arena != NULL)
		err = evidence_check(file, &anchors, arena, &evidence, &fault);
	if (err == OK)
		assert(evidence.checkpoint.size == 3 && evidence.count <= 3);
	else if (err == ERR_FORMAT)
		assert(fault.code != NULL);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zip_part parts[PART_NAMES];
	struct bytes contents[PART_NAMES];
	const struct zip_source source = {
		.parts = parts, .count = PART_NAMES, .fetch = fetch_part, .context = contents};
	struct buffer file;

	check_file(bytes_of(data, size));
	cut_parts(bytes_of(data, size), contents);
	for (size_t i = 0; i < PART_NAMES; i++)
		parts[i] =
			(struct zip_part){part_names[i], zip_crc(0, contents[i]), contents[i].len};
	buffer_init(&file, (size_t)64 << 20);
	if (zip_piece(&source, 0, (size_t)64 << 20, &file) == OK)
		check_file(buffer_bytes(&file));
	buffer_clear(&file);
	return 0;
}
