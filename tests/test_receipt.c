/* receipt: frozen, verified offline, and nothing in it can be changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "node/receipt.h"
#include "node/receipt_check.h"
#include "tests/fuzz/fuzz_receipt.c"
#include "tests/support/fuzz_corpus.h"
#include "tests/support/ledger_bench.h"

static struct buffer receipt_of(struct ledger_bench *bench, uint64_t number)
{
	struct buffer receipt;

	buffer_init(&receipt, (size_t)1 << 20);
	assert_int_equal(receipt_format(bench->ledger, number, &receipt), OK);
	return receipt;
}

static void a_receipt_waits_for_the_first_checkpoint_and_is_frozen_then(void **state)
{
	struct ledger_bench *bench = *state;
	struct buffer first[6], again;

	buffer_init(&again, 100000);
	ledger_bench_add_records(bench, 5);
	assert_int_equal(receipt_format(bench->ledger, 3, &again), ERR_UNAVAILABLE);
	assert_int_equal(receipt_format(bench->ledger, 6, &again), ERR_MISSING);
	assert_int_equal(receipt_format(bench->ledger, 0, &again), ERR_MISSING);
	assert_int_equal(again.len, 0);
	ledger_bench_add_checkpoint(bench);
	for (uint64_t number = 1; number <= 5; number++)
		first[number] = receipt_of(bench, number);
	for (int round = 0; round < 5; round++) {
		ledger_bench_add_records(bench, 3);
		if (round % 2 == 0)
			ledger_bench_add_checkpoint(bench);
		for (uint64_t number = 1; number <= 5; number++) {
			again = receipt_of(bench, number);
			assert_true(
				bytes_equal(buffer_bytes(&again), buffer_bytes(&first[number])));
			buffer_clear(&again);
		}
	}
	for (uint64_t number = 1; number <= 5; number++)
		buffer_clear(&first[number]);
}

static void a_receipt_begun_before_its_note_is_the_same(void **state)
{
	struct ledger_bench *bench = *state;
	struct buffer begun[6];
	struct bytes note;

	ledger_bench_add_records(bench, 5);
	for (uint64_t number = 1; number <= 5; number++) {
		buffer_init(&begun[number], 100000);
		assert_int_equal(receipt_begin(bench->ledger, number, 6, &begun[number]),
				 ERR_CORRUPT);
		assert_int_equal(begun[number].len, 0);
		assert_int_equal(receipt_begin(bench->ledger, number, 5, &begun[number]), OK);
	}
	assert_int_equal(receipt_begin(bench->ledger, 6, 5, &begun[0]), ERR_MISSING);
	ledger_bench_add_checkpoint(bench);
	ledger_bench_add_records(bench, 3);
	assert_int_equal(ledger_checkpoint_last(bench->ledger, bench->arena, &note), OK);
	for (uint64_t number = 1; number <= 5; number++) {
		struct buffer whole = receipt_of(bench, number);

		receipt_end(note, &begun[number]);
		assert_true(bytes_equal(buffer_bytes(&begun[number]), buffer_bytes(&whole)));
		buffer_clear(&begun[number]);
		buffer_clear(&whole);
	}
}

static void every_receipt_is_verified_offline(void **state)
{
	struct ledger_bench *bench = *state;

	for (int round = 0; round < 12; round++) {
		ledger_bench_add_records(bench, 1 + round % 3);
		ledger_bench_add_checkpoint(bench);
	}
	for (uint64_t number = 1; number <= 24; number++) {
		struct buffer receipt = receipt_of(bench, number);
		struct record record;

		assert_int_equal(receipt_verify(buffer_bytes(&receipt), bench->public_key,
						bench->arena, &record),
				 OK);
		assert_int_equal(record.number, number);
		assert_string_equal(record.actor, "party:acme");
		buffer_clear(&receipt);
	}
}

static void another_key_does_not_verify_it(void **state)
{
	struct ledger_bench *bench = *state;
	uint8_t other[KEY_PUBLIC_BYTES];
	struct record record = {.number = 77};
	struct buffer receipt;
	struct key *key;

	ledger_bench_add_records(bench, 2);
	ledger_bench_add_checkpoint(bench);
	receipt = receipt_of(bench, 1);
	assert_int_equal(key_new(&key), OK);
	key_get_public(key, other);
	assert_int_equal(receipt_verify(buffer_bytes(&receipt), other, bench->arena, &record),
			 ERR_DENIED);
	assert_int_equal(record.number, 77);
	key_free(key);
	buffer_clear(&receipt);
}

static struct bytes load(struct ledger_bench *bench, const char *path)
{
	uint8_t *at = arena_alloc(bench->arena, 10000);
	FILE *file = fopen(path, "r");
	size_t len;

	assert_true(file != NULL && at != NULL);
	len = fread(at, 1, 10000, file);
	fclose(file);
	return bytes_of(at, len);
}

/* tests/data/ledger: written and signed by an independent program. */
static void a_receipt_of_another_program_is_verified(void **state)
{
	struct ledger_bench *bench = *state;
	struct bytes key_text = load(bench, "tests/data/ledger/ledger.pub");
	struct bytes receipt = load(bench, "tests/data/ledger/receipt-2.json");
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct record record;

	key_text.len--; /* the line end */
	assert_int_equal(
		checkpoint_parse_key(arena_text(bench->arena, key_text), origin, public_key), OK);
	assert_int_equal(receipt_verify(receipt, public_key, bench->arena, &record), OK);
	assert_int_equal(record.number, 2);
	assert_int_equal(record.time_ms, 1795340648002);
	assert_string_equal(record.payloads[0].role, "document");
}

static char *replace(struct ledger_bench *bench, struct bytes receipt, const char *old,
		     const char *new)
{
	const char *at = memmem(receipt.at, receipt.len, old, strlen(old));
	int before;

	assert_non_null(at);
	before = (int)(at - (const char *)receipt.at);
	return arena_format(bench->arena, "%.*s%s%.*s", before, (const char *)receipt.at, new,
			    (int)receipt.len - before - (int)strlen(old), at + strlen(old));
}

static void whatever_is_changed_in_a_receipt_is_noticed(void **state)
{
	static const struct {
		const char *old, *new;
		enum err err;
	} changes[] = {
		{"sampan.receipt/1", "sampan.receipt/2", ERR_VERSION},
		{"sampan.receipt/1", "other/1", ERR_FORMAT},
		{"\"message\":2", "\"message\":1", ERR_CORRUPT},
		{"\"event\":\"S", "\"event\":\"s", ERR_CORRUPT},
		{"09:44:08.002Z", "09:44:08.003Z", ERR_CORRUPT},
		{"\"sha256\":\"e78", "\"sha256\":\"e79", ERR_CORRUPT},
		{"\"sha256\":\"e788103ee15318fcd2af9b73b4ebbb33a903b020de7b307d71f5fed0f433e548\"",
		 "\"sha256\":null", ERR_CORRUPT},
		{"\"leafIndex\":1", "\"leafIndex\":0", ERR_CORRUPT},
		{"cGFydHk6YWNtZQ", "cGFzdHk6YWNtZQ", ERR_CORRUPT},
		{"\"leaf\":\"AAE", "\"leaf\":\"AAI", ERR_VERSION},
		{"\"leaf\":\"AAE", "\"leaf\":\"AA*", ERR_FORMAT},
		{"\"proof\":[\"pJX", "\"proof\":[\"pJY", ERR_CORRUPT},
		{"],\"checkpoint\"",
		 ",\"5igfTywy6t8xejFYPeU0WWNf1x8xij0ZrW/s8C9wl6Y=\"],\"checkpoint\"", ERR_CORRUPT},
		{"],\"checkpoint\"", ",\"AAAA\"],\"checkpoint\"", ERR_FORMAT},
		{"],\"checkpoint\"", ",7],\"checkpoint\"", ERR_FORMAT},
		{"\\n3\\n", "\\n4\\n", ERR_DENIED},
		{"\"checkpoint\":\"vn", "\"checkpoint\":\"", ERR_DENIED},
		{"\"proof\":", "\"surplus\":1,\"proof\":", ERR_FORMAT},
		{"\"proof\":", "\"message\":2,\"proof\":", ERR_FORMAT},
		{"\"message\":2,", "", ERR_FORMAT},
		{"{", "", ERR_FORMAT},
	};
	struct ledger_bench *bench = *state;
	struct bytes receipt = load(bench, "tests/data/ledger/receipt-2.json");
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct record record;

	assert_int_equal(
		checkpoint_parse_key(
			"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
			origin, public_key),
		OK);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		const char *changed = replace(bench, receipt, changes[i].old, changes[i].new);

		assert_int_equal(
			receipt_verify(bytes_of_text(changed), public_key, bench->arena, &record),
			changes[i].err);
	}
	assert_int_equal(receipt_verify((struct bytes){0}, public_key, bench->arena, &record),
			 ERR_FORMAT);
}

/* Field order and spelling are a promise to whoever keeps receipts. */
static void a_receipt_has_its_documented_form(void **state)
{
	static const char begin[] =
		"{\"format\":\"sampan.receipt/1\",\"message\":2,\"event\":\"SubmissionAcceptance\","
		"\"time\":\"2026-11-22T09:44:08.123Z\",\"sha256\":"
		"\"----------------------------------------------------------------\","
		"\"leafIndex\":1,\"leaf\":\"AAEAAAAAAAAAAg";
	struct ledger_bench *bench = *state;
	struct hash hash = hash_of(bytes_of_text("document"));
	char hex[HASH_HEX_BYTES], *expected;
	struct buffer receipt;

	ledger_bench_add_records(bench, 3);
	ledger_bench_add_checkpoint(bench);
	receipt = receipt_of(bench, 2);
	hash_format_hex(&hash, hex);
	expected = arena_text(bench->arena, bytes_of_text(begin));
	memcpy(strstr(expected, "----"), hex, 64);
	assert_true(bytes_has_prefix(buffer_bytes(&receipt), bytes_of_text(expected)));
	assert_non_null(memmem(receipt.at, receipt.len,
			       "\"],\"checkpoint\":\"vn.test.example/1\\n3\\n", 37));
	assert_int_equal(receipt.at[receipt.len - 1], '}');
	buffer_clear(&receipt);
}

static struct evidence_anchors *anchors_of(const struct ledger_bench *bench, uint8_t flip)
{
	struct evidence_anchors *anchors = calloc(1, sizeof(*anchors));

	assert_non_null(anchors);
	anchors->count = 1;
	strcpy(anchors->items[0].name, "vn.test.example");
	memcpy(anchors->items[0].public_key, bench->public_key, KEY_PUBLIC_BYTES);
	anchors->items[0].public_key[3] ^= flip;
	return anchors;
}

/* As parties find it in their folder. */
static void wrap(struct buffer *wrapped, const char *id, const struct buffer *receipt)
{
	buffer_init(wrapped, (size_t)1 << 20);
	buffer_put_format(wrapped, " {\"id\":\"%s\",\"findings\":[],\"receipt\":", id);
	buffer_put(wrapped, buffer_bytes(receipt));
	buffer_put_text(wrapped, "}\n");
}

static void change(struct buffer *changed, const struct buffer *receipt)
{
	uint8_t *at;

	buffer_init(changed, (size_t)1 << 20);
	buffer_put(changed, buffer_bytes(receipt));
	at = memmem(changed->at, changed->len, "Submission", 10);
	assert_non_null(at);
	*at = 'X';
}

/* As a party finds it, with the public key of the ledger and nothing else. */
static void a_receipt_by_itself_is_proved_or_what_is_wrong_is_named(void **state)
{
	struct ledger_bench *bench = *state;
	const struct hash document = hash_of(bytes_of_text("document"));
	const struct hash other = hash_of(bytes_of_text("another"));
	struct evidence_anchors *anchors = anchors_of(bench, 0), *stranger = anchors_of(bench, 1);
	struct evidence_anchors *nobody = anchors_of(bench, 0);
	struct buffer receipt, wrapped, changed, misnamed;

	ledger_bench_add_records(bench, 3);
	ledger_bench_add_checkpoint(bench);
	receipt = receipt_of(bench, 2);
	nobody->count = 0;
	wrap(&wrapped, "VN-1-2", &receipt);
	wrap(&misnamed, "VN-1-3", &receipt);
	change(&changed, &receipt);
	const struct {
		struct bytes file;
		const struct evidence_anchors *anchors;
		const struct hash *document;
		const char *fault;
	} cases[] = {
		{buffer_bytes(&receipt), anchors, NULL, NULL},
		{buffer_bytes(&receipt), anchors, &document, NULL},
		{buffer_bytes(&wrapped), anchors, &document, NULL},
		{buffer_bytes(&wrapped), anchors, &other, "other-document"},
		{buffer_bytes(&misnamed), anchors, &document, "receipt-form"},
		{buffer_bytes(&receipt), nobody, NULL, "ledger-unknown"},
		{buffer_bytes(&receipt), stranger, NULL, "checkpoint-signature"},
		{buffer_bytes(&changed), anchors, NULL, "receipt-form"},
		{bytes_of(receipt.at, receipt.len - 1), anchors, NULL, "receipt-form"},
		{bytes_of_text("{}"), anchors, NULL, "receipt-form"},
		{bytes_of_text("{\"receipt\":{\"checkpoint\":7}}"), anchors, NULL, "receipt-form"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct receipt_verdict verdict;

		assert_true(receipt_check_is(cases[i].file));
		assert_int_equal(receipt_check(cases[i].file, cases[i].anchors, cases[i].document,
					       bench->arena, &verdict),
				 OK);
		if (cases[i].fault == NULL)
			assert_null(verdict.fault);
		else
			assert_string_equal(verdict.fault, cases[i].fault);
		if (cases[i].fault == NULL)
			assert_int_equal(verdict.record.number, 2);
	}
	assert_false(receipt_check_is(bytes_of_text("PK\3\4")));
	assert_false(receipt_check_is((struct bytes){0}));
	buffer_clear(&receipt);
	buffer_clear(&wrapped);
	buffer_clear(&misnamed);
	buffer_clear(&changed);
	free(anchors);
	free(nobody);
	free(stranger);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/receipt", LLVMFuzzerTestOneInput) >= 3);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, ledger_bench_set_up, ledger_bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_receipt_waits_for_the_first_checkpoint_and_is_frozen_then),
		TEST(a_receipt_begun_before_its_note_is_the_same),
		TEST(every_receipt_is_verified_offline),
		TEST(another_key_does_not_verify_it),
		TEST(a_receipt_of_another_program_is_verified),
		TEST(whatever_is_changed_in_a_receipt_is_noticed),
		TEST(a_receipt_has_its_documented_form),
		TEST(a_receipt_by_itself_is_proved_or_what_is_wrong_is_named),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
