/*
 * Whatever bytes come as evidence: no container but the one of its parts is taken, and without a
 * ledger that is trusted nothing is proved. The second half of the inputs are parts of a container
 * that is put together rightly, so that what lies behind the checksums is reached; and where there are
 * six of them, also with what a witness and a time stamping authority say of the checkpoint. Their
 * hashes are put into the manifest, which has 64 times C and S there.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evidence_check.h"
#include "node/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum part { README, DOCUMENT, CHECKPOINT, MANIFEST, LEAF, RECEIPT, COSIGNATURE, STAMP, PARTS };

/* Which part stands under which name, in order of names. */
struct place {
	const char *name;
	enum part part;
};

static const struct place plain[] = {{"README.txt", README},
				     {"checkpoint.txt", CHECKPOINT},
				     {"contents/000000000002-0-document.xml", DOCUMENT},
				     {"evidence.json", MANIFEST},
				     {"leaves/000000000002.leaf", LEAF},
				     {"receipt.json", RECEIPT}};
static const struct place later[] = {{"README.txt", README},
				     {"checkpoint.txt", CHECKPOINT},
				     {"contents/000000000002-0-document.xml", DOCUMENT},
				     {"evidence.json", MANIFEST},
				     {"later/000000000003/checkpoint.txt", CHECKPOINT},
				     {"later/000000000003/cosignature-00.txt", COSIGNATURE},
				     {"later/000000000003/stamp.tst", STAMP},
				     {"leaves/000000000002.leaf", LEAF},
				     {"receipt.json", RECEIPT}};
#define PLACES 9u

static enum err fetch_part(void *context, size_t part, uint64_t offset, size_t max_bytes,
			   struct bytes *ret_bytes)
{
	const struct bytes *contents = context;

	*ret_bytes = bytes_of(contents[part].at + offset, max_bytes);
	return OK;
}

/* The bytes, cut at lines of a single "~"; how many parts there are. */
static size_t cut_parts(struct bytes rest, struct bytes contents[PARTS])
{
	size_t found = CHECKPOINT;

	contents[README] = evidence_readme();
	contents[DOCUMENT] = bytes_of_text("d2"); /* what the record is of */
	for (size_t i = CHECKPOINT; i < PARTS; i++) {
		const uint8_t *end =
			i == STAMP || rest.len < 2 ? NULL : memmem(rest.at, rest.len, "~\n", 2);
		size_t len = end == NULL ? rest.len : (size_t)(end - rest.at);
		size_t step = end == NULL ? len : len + 2;

		found += rest.len > 0;
		contents[i] = bytes_of(rest.at, len);
		rest = bytes_of(rest.len == 0 ? rest.at : rest.at + step, rest.len - step);
	}
	return found;
}

/* Of tests/data/ledger, and of who countersigned and stamped its checkpoint once: the private keys are gone. */
static const char ledger_key[] =
	"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
static const char witness_key[] =
	"th.sampan.example+19b9fc28+BK5rgJGpn5HvX6aS16xQ4cl7KsPjI8hZT0Mhrdnmeqoz";
static const char stamp_authority[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBhDCCASqgAwIBAgICA+kwCgYIKoZIzj0EAwIwKTELMAkGA1UEBhMCVk4xGjAY\n"
	"BgNVBAMMEVRo4butIG5naGnhu4dtIENBMB4XDTE3MDExNzA4MDAwMFoXDTM3MDEx\n"
	"MjA4MDAwMFowKTELMAkGA1UEBhMCVk4xGjAYBgNVBAMMEVRo4butIG5naGnhu4dt\n"
	"IENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9HgStoBX9XOyH8cwYQ4Qr23w\n"
	"UtKsgXyls/KVdVaIKOXAMdbqeFgdYAzcjdEOJAaRmSqFpRIR6fFjF9CNljCx/aNC\n"
	"MEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYEFCEB\n"
	"+3hgrwD1uAeThiPqS5RCcBX9MAoGCCqGSM49BAMCA0gAMEUCIQD7lyUo9ibkj216\n"
	"AFyAhHqCW/4cCfFKc92aw7tlTcp5jAIgAfbn6dm2Ljr0NGPgijfM/OfxD4rUNF15\n"
	"teHJ0WvnuYA=\n"
	"-----END CERTIFICATE-----\n";

static struct evidence_anchors anchors; /* made once, believed for good */

static void make_anchors(void)
{
	if (anchors.stamps != NULL)
		return;
	assert(evidence_anchors_add(&anchors, ledger_key) == OK);
	assert(evidence_anchors_add(&anchors, witness_key) == OK);
	assert(stamp_trust_new(&anchors.stamps) == OK);
	assert(stamp_trust_add(anchors.stamps, bytes_of_text(stamp_authority)) == OK);
}

static void check_file(struct bytes file)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct evidence_fault fault = {.code = NULL};
	struct evidence evidence;
	enum err err = ERR_MEMORY;

	make_anchors();
	if (arena != NULL)
		err = evidence_check(file, &anchors, arena, &evidence, &fault);
	if (err == OK)
		assert(evidence.checkpoint.size == 3 && evidence.count <= 3 &&
		       evidence.later_count <= 1);
	else if (err == ERR_FORMAT)
		assert(fault.code != NULL);
	arena_free(arena);
}

/* 64 times this letter become the hash of the content. */
static void put_hash(struct bytes manifest, char letter, struct bytes content)
{
	char hex[HASH_HEX_BYTES], sign[HASH_HEX_BYTES - 1];
	struct hash hash = hash_of(content);
	uint8_t *at;

	memset(sign, letter, sizeof(sign));
	hash_format_hex(&hash, hex);
	at = memmem(manifest.at, manifest.len, sign, sizeof(sign));
	if (at != NULL)
		memcpy(at, hex, sizeof(sign));
}

static void check_parts(const struct place *places, size_t count,
			const struct bytes contents[PARTS])
{
	struct zip_part parts[PLACES];
	struct bytes in_place[PLACES];
	const struct zip_source source = {
		.parts = parts, .count = count, .fetch = fetch_part, .context = in_place};
	struct buffer file;

	for (size_t i = 0; i < count; i++) {
		in_place[i] = contents[places[i].part];
		parts[i] =
			(struct zip_part){places[i].name, zip_crc(0, in_place[i]), in_place[i].len};
	}
	buffer_init(&file, (size_t)64 << 20);
	if (zip_piece(&source, 0, (size_t)64 << 20, &file) == OK)
		check_file(buffer_bytes(&file));
	buffer_clear(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *own = malloc(size + 1); /* hashes are put into it */
	struct bytes contents[PARTS];

	check_file(bytes_of(data, size));
	assert(own != NULL);
	if (size > 0)
		memcpy(own, data, size);
	if (cut_parts(bytes_of(own, size), contents) == PARTS) {
		put_hash(contents[MANIFEST], 'C', contents[COSIGNATURE]);
		put_hash(contents[MANIFEST], 'S', contents[STAMP]);
		check_parts(later, sizeof(later) / sizeof(later[0]), contents);
	}
	check_parts(plain, sizeof(plain) / sizeof(plain[0]), contents);
	free(own);
	return 0;
}
