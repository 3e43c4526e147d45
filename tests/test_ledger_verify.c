/* ledger: every damage to what is stored is found, at its record, when it is verified or opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/ledger_bench.h"

static struct bytes text(const char *at)
{
	return bytes_of_text(at);
}

/* Turn one bit of a stored value behind the ledger's back, or delete it, or add one. */
static void tamper(struct ledger_bench *bench, struct bytes key, struct bytes value)
{
	struct engine_put put = {key, value};
	struct engine_batch batch = {.puts = &put, .put_count = 1};

	assert_int_equal(engine_head(bench->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
}

static void take_away(struct ledger_bench *bench, struct bytes key)
{
	struct engine_batch batch = {.deletes = &key, .delete_count = 1};

	assert_int_equal(engine_head(bench->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
}

static struct bytes stored(struct ledger_bench *bench, struct bytes key, size_t flip_at)
{
	struct bytes value;
	uint8_t *copy;

	assert_int_equal(engine_get(bench->engine, key, bench->arena, &value), OK);
	copy = arena_copy(bench->arena, value);
	assert_true(copy != NULL && flip_at < value.len);
	copy[flip_at] ^= 1;
	return bytes_of(copy, value.len);
}

enum damage { FLIP, REMOVE, ADD };

static const struct {
	const char *key; /* 10 bytes at most, as text with \0 inside */
	size_t key_len;
	enum damage damage;
	size_t at;
	uint64_t first_bad;
	const char *what;
} damages[] = {
	{"R\0\0\0\0\0\0\0\2", 9, FLIP, 60, 2,
	 "the record has another hash than its leaf in the tree"},
	{"R\0\0\0\0\0\0\0\2", 9, FLIP, 0, 2, /* the version: 257 */
	 "the record has another hash than its leaf in the tree"},
	{"R\0\0\0\0\0\0\0\2", 9, REMOVE, 0, 2, "the record is missing or cannot be read"},
	{"R\0\0\0\0\0\0\0\2", 9, FLIP, 9, 2, "the record is missing or cannot be read"},
	{"P\0\0\0\0\0\0\0\3\0", 10, FLIP, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"P\0\0\0\0\0\0\0\3\0", 10, REMOVE, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"P\0\0\0\0\0\0\0\3\1", 10, ADD, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"T\0\0\0\0\0\0\0\3", 9, FLIP, 5, 3,
	 "the record has another hash than its leaf in the tree"},
	{"T\0\0\0\0\0\0\0\4", 9, FLIP, 40, 4,
	 "a stored subtree has another hash than its records give"},
	{"T\0\0\0\0\0\0\0\4", 9, REMOVE, 0, 4,
	 "the record has another hash than its leaf in the tree"},
	{"C\0\0\0\0\0\0\0\5", 9, FLIP, 80, 5,
	 "the checkpoint of this size is not signed by the ledger's key"},
	{"R\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"P\0\0\0\0\0\0\0\6\0", 10, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"T\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"C\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
};

static void every_damage_is_found_at_its_record(void **state)
{
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct bytes key = bytes_of(damages[i].key, damages[i].key_len);
		struct ledger_verdict verdict;
		struct ledger_bench *bench;

		assert_int_equal(ledger_bench_set_up(state), 0);
		bench = *state;
		ledger_bench_add_records(bench, 5);
		ledger_bench_add_checkpoint(bench);
		ledger_bench_assert_sound(bench, 5);
		if (damages[i].damage == FLIP)
			tamper(bench, key, stored(bench, key, damages[i].at));
		else if (damages[i].damage == ADD)
			tamper(bench, key, text("surplus"));
		else
			take_away(bench, key);
		verdict = ledger_bench_verify(bench);
		assert_int_equal(verdict.first_bad, damages[i].first_bad);
		assert_string_equal(verdict.what, damages[i].what);
		ledger_bench_tear_down(state);
	}
}

static void a_checkpoint_of_another_root_or_key_is_found(void **state)
{
	struct ledger_bench *bench = *state;
	struct key *other_key;
	struct batch *batch;
	struct buffer note;
	uint64_t size;

	ledger_bench_add_records(bench, 2);
	assert_int_equal(key_new(&other_key), OK);
	key_free(bench->key);
	bench->key = other_key;
	batch = ledger_bench_begin(bench);
	ledger_bench_sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_string_equal(ledger_bench_verify(bench).what,
			    "the checkpoint of this size is not signed by the ledger's key");
	assert_int_equal(ledger_bench_verify(bench).first_bad, 2);
	buffer_clear(&note);
}

static enum err open_again(struct ledger_bench *bench)
{
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger *again;
	enum err err = ledger_open(&shared.engine, NULL, false, &again);

	if (err == OK)
		ledger_close(again);
	return err;
}

static void a_head_that_does_not_fit_is_not_opened(void **state)
{
	struct ledger_bench *bench = *state;
	struct bytes head = text("H"), good;

	ledger_bench_add_records(bench, 5);
	good = stored(bench, head, 0);
	((uint8_t *)(uintptr_t)good.at)[0] ^= 1;
	assert_int_equal(open_again(bench), OK);
	tamper(bench, head, stored(bench, head, good.len - 1)); /* the root */
	assert_int_equal(open_again(bench), ERR_CORRUPT);
	tamper(bench, head, good);
	tamper(bench, head, stored(bench, head, good.len - 33)); /* the size */
	assert_int_equal(open_again(bench), ERR_CORRUPT);
	tamper(bench, head, good);
	tamper(bench, head, stored(bench, head, 0)); /* the version: 257 */
	assert_int_equal(open_again(bench), ERR_VERSION);
	tamper(bench, head, text("short"));
	assert_int_equal(open_again(bench), ERR_VERSION); /* "sh" is a high version */
	tamper(bench, head, good);
	take_away(bench, bytes_of("R\0\0\0\0\0\0\0\5", 9));
	assert_int_equal(open_again(bench), ERR_CORRUPT);
}

static void a_newer_record_is_not_read(void **state)
{
	struct ledger_bench *bench = *state;
	struct bytes key = bytes_of("R\0\0\0\0\0\0\0\1", 9);
	struct ledger_verdict verdict;
	struct record record;
	struct bytes newer;
	struct hash hash;

	ledger_bench_add_records(bench, 1);
	newer = stored(bench, key, 0);
	hash = record_leaf_hash(newer);
	tamper(bench, key, newer);
	tamper(bench, bytes_of("T\0\0\0\0\0\0\0\1", 9), bytes_of(hash.at, HASH_BYTES));
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), ERR_VERSION);
	assert_int_equal(ledger_verify(bench->ledger, bench->public_key, NULL, NULL, &verdict),
			 ERR_VERSION);
	assert_int_equal(verdict.first_bad, 1);
}

/* Each against the one before it, also where only what follows is verified. */
static void a_clock_that_was_set_back_is_told_and_is_no_damage(void **state)
{
	static const uint64_t times_ms[] = {5000000, 5000000, 4999000, 4997999, 4998000, 9000000,
					    9000000, 6000000, 6000001};
	static const struct {
		uint64_t since, set_back, first;
	} told[] = {{1, 2, 4}, {4, 2, 4}, {5, 1, 8}, {8, 1, 8}, {9, 0, 0}, {10, 0, 0}};
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);

	for (size_t i = 0; i < sizeof(times_ms) / sizeof(times_ms[0]); i++) {
		struct record record = {
			.time_ms = times_ms[i], .event = "SignedOut", .actor = "user:a"};

		assert_int_equal(batch_append(batch, &record, NULL, 0, NULL), OK);
	}
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		struct ledger_verdict verdict;

		assert_int_equal(ledger_verify_since(bench->ledger, told[i].since,
						     bench->public_key, NULL, NULL, &verdict),
				 OK);
		assert_int_equal(verdict.first_bad, 0);
		assert_int_equal(verdict.set_back, told[i].set_back);
		assert_int_equal(verdict.first_set_back, told[i].first);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, ledger_bench_set_up, ledger_bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_damage_is_found_at_its_record),
		TEST(a_checkpoint_of_another_root_or_key_is_found),
		TEST(a_head_that_does_not_fit_is_not_opened),
		TEST(a_newer_record_is_not_read),
		TEST(a_clock_that_was_set_back_is_told_and_is_no_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
