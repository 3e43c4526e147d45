/* record: the leaf bytes are those that an independent program wrote (tests/data/ledger), and only
 * those. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/record.h"
#include "tests/fuzz/fuzz_record.c"
#include "tests/support/fuzz_corpus.h"

static int set_up(void **state)
{
	*state = arena_new((size_t)8 << 20);
	return *state == NULL;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

/* A line of hexadecimal digits from tests/data/ledger. */
static struct bytes load_hex(struct arena *arena, const char *name)
{
	char path[256], digits[4096] = "";
	uint8_t *at = arena_alloc(arena, sizeof(digits) / 2);
	size_t len = 0;
	unsigned byte;
	FILE *file;

	snprintf(path, sizeof(path), "tests/data/ledger/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(digits, sizeof(digits), file));
	fclose(file);
	for (; sscanf(digits + 2 * len, "%2x", &byte) == 1; len++)
		at[len] = (uint8_t)byte;
	return bytes_of(at, len);
}

/* The record behind record-1.leaf.hex. */
static struct record golden(struct arena *arena)
{
	struct record record = {.number = 7,
				.time_ms = 1795340648123,
				.message = 5,
				.event = "SubmissionAcceptance",
				.actor = "party:acme",
				.payload_count = 2};

	facts_init(&record.attributes, arena);
	facts_put(&record.attributes, "kind", "vn.export");
	facts_put(&record.attributes, "reference", "Đơn số 1");
	for (uint8_t i = 0; i < RECORD_SALT_BYTES; i++)
		record.salt[i] = i;
	record.payloads[0] = (struct record_payload){
		.role = "document", .hash = hash_of(bytes_of_text("<Tờ khai/>")), .len = 12};
	record.payloads[1] = (struct record_payload){
		.role = "report", .hash = hash_of(bytes_of_text("{}")), .len = 2};
	return record;
}

static void the_leaf_is_the_same_to_the_byte_for_ever(void **state)
{
	struct record record = golden(*state), minimal = {.number = 1, .message = 1};
	struct bytes expected = load_hex(*state, "record-1.leaf.hex");
	struct bytes expected_hash = load_hex(*state, "record-1.hash.hex");
	struct buffer leaf;
	struct hash hash;

	buffer_init(&leaf, LIMIT_RECORD_BYTES);
	assert_int_equal(record_format(&record, &leaf), OK);
	assert_true(bytes_equal(buffer_bytes(&leaf), expected));
	hash = record_leaf_hash(buffer_bytes(&leaf));
	assert_true(bytes_equal(hash_bytes(&hash), expected_hash));
	buffer_reset(&leaf);
	assert_int_equal(record_format(&minimal, &leaf), OK);
	assert_true(bytes_equal(buffer_bytes(&leaf), load_hex(*state, "record-minimal.leaf.hex")));
	buffer_clear(&leaf);
}

static void a_leaf_is_read_back_whole(void **state)
{
	struct bytes leaf = load_hex(*state, "record-1.leaf.hex");
	struct record record, expected = golden(*state);

	assert_int_equal(record_parse(leaf, *state, &record), OK);
	assert_int_equal(record.number, 7);
	assert_int_equal(record.time_ms, 1795340648123);
	assert_int_equal(record.message, 5);
	assert_string_equal(record.event, "SubmissionAcceptance");
	assert_string_equal(record.actor, "party:acme");
	assert_int_equal(record.attributes.count, 2);
	assert_string_equal(facts_get(&record.attributes, "reference"), "Đơn số 1");
	assert_memory_equal(record.salt, expected.salt, RECORD_SALT_BYTES);
	assert_int_equal(record.payload_count, 2);
	assert_string_equal(record.payloads[1].role, "report");
	assert_true(hash_equal(&record.payloads[0].hash, &expected.payloads[0].hash));
	assert_int_equal(record.payloads[0].len, 12);
}

static void a_newer_version_is_refused_and_an_older_one_never_was(void **state)
{
	struct bytes leaf = load_hex(*state, "record-1.leaf.hex");
	uint8_t *copy = arena_copy(*state, leaf);
	struct record record;

	copy[1] = 2;
	assert_int_equal(record_parse(bytes_of(copy, leaf.len), *state, &record), ERR_VERSION);
	copy[1] = 0;
	assert_int_equal(record_parse(bytes_of(copy, leaf.len), *state, &record), ERR_FORMAT);
}

static void every_cut_and_every_surplus_is_refused(void **state)
{
	struct bytes leaf = load_hex(*state, "record-1.leaf.hex");
	struct record record = {.number = 99};

	for (size_t len = 0; len < leaf.len; len++)
		assert_int_equal(record_parse(bytes_of(leaf.at, len), *state, &record), ERR_FORMAT);
	assert_int_equal(record_parse(bytes_of(leaf.at, leaf.len + 1), *state, &record),
			 ERR_FORMAT);
	assert_int_equal(record.number, 99);
}

/* Each byte changed to several values: either refused, or read as something that is written as
 * those very bytes. */
static void what_is_read_is_written_as_the_same_bytes(void **state)
{
	static const uint8_t changes[] = {0x01, 0x02, 0x03, 0x80, 0xff};
	struct bytes leaf = load_hex(*state, "record-1.leaf.hex");
	struct arena *arena = arena_new((size_t)1 << 20);
	struct buffer again;
	size_t read = 0;

	buffer_init(&again, LIMIT_RECORD_BYTES);
	for (size_t i = 0; i < leaf.len * sizeof(changes); i++) {
		uint8_t *copy;
		struct record record;

		arena_clear(arena);
		copy = arena_copy(arena, leaf);
		copy[i / sizeof(changes)] ^= changes[i % sizeof(changes)];
		if (record_parse(bytes_of(copy, leaf.len), arena, &record) != OK)
			continue;
		read++;
		buffer_reset(&again);
		assert_int_equal(record_format(&record, &again), OK);
		assert_true(bytes_equal(buffer_bytes(&again), bytes_of(copy, leaf.len)));
	}
	assert_true(read > leaf.len); /* most changes lie in texts, hashes, numbers */
	buffer_clear(&again);
	arena_free(arena);
}

static void an_attribute_that_stands_twice_is_refused(void **state)
{
	struct buffer leaf;
	struct record record;

	buffer_init(&leaf, 1000);
	pack_u16(&leaf, 1);
	pack_u64(&leaf, 1);
	pack_u64(&leaf, 0);
	pack_u64(&leaf, 1);
	pack_text(&leaf, "e");
	pack_text(&leaf, "a");
	pack_u32(&leaf, 2);
	for (int i = 0; i < 2; i++) {
		pack_text(&leaf, "kind");
		pack_text(&leaf, "x");
	}
	pack_fixed(&leaf, "0123456789abcdef", RECORD_SALT_BYTES);
	pack_u32(&leaf, 0);
	assert_int_equal(record_parse(buffer_bytes(&leaf), *state, &record), ERR_FORMAT);
	leaf.at[leaf.len - RECORD_SALT_BYTES - 4 - 5 - 1] = 'D'; /* "kinD" in the second pair */
	assert_int_equal(record_parse(buffer_bytes(&leaf), *state, &record), OK);
	buffer_clear(&leaf);
}

static void what_could_not_be_read_again_is_not_written(void **state)
{
	struct record record = golden(*state);
	struct buffer leaf;
	char *large = arena_alloc(*state, LIMIT_RECORD_BYTES + 1);

	buffer_init(&leaf, 4 * LIMIT_RECORD_BYTES);
	buffer_put_text(&leaf, "before");
	memset(large, 'x', LIMIT_RECORD_BYTES);
	record.actor = large;
	assert_int_equal(record_format(&record, &leaf), ERR_LIMIT);
	record = golden(*state);
	record.message = 8;
	assert_int_equal(record_format(&record, &leaf), ERR_USAGE);
	record.message = 0;
	assert_int_equal(record_format(&record, &leaf), ERR_USAGE);
	record = golden(*state);
	record.time_ms = UINT64_C(253402300800000);
	assert_int_equal(record_format(&record, &leaf), ERR_USAGE);
	assert_true(bytes_equal(buffer_bytes(&leaf), bytes_of_text("before")));
	buffer_clear(&leaf);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/record", LLVMFuzzerTestOneInput) >= 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_leaf_is_the_same_to_the_byte_for_ever),
		TEST(a_leaf_is_read_back_whole),
		TEST(a_newer_version_is_refused_and_an_older_one_never_was),
		TEST(every_cut_and_every_surplus_is_refused),
		TEST(what_is_read_is_written_as_the_same_bytes),
		TEST(an_attribute_that_stands_twice_is_refused),
		TEST(what_could_not_be_read_again_is_not_written),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
