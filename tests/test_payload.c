/*
 * Payloads as they lie in the store: smaller where that pays, and the same bytes when read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/ledger_inside.h"
#include "node/payload.h"
#include "sampan/compress.h"
#include "tests/support/ledger_bench.h"

#define ROOM (PAYLOAD_PACK_MAX_BYTES + 4096)

static uint8_t plain[ROOM], packed[ROOM];

/* Text that repeats itself, as XML does. */
static struct bytes text_of(size_t len)
{
	for (size_t i = 0; i < len; i++)
		plain[i] = (uint8_t)((uint8_t) "<Amount currency=\"VND\">1234</Amount>"[i % 35] +
				     i / 700 % 3);
	return bytes_of(plain, len);
}

static struct bytes noise_of(size_t len)
{
	for (size_t i = 0; i < len; i += HASH_BYTES) {
		struct hash hash = hash_of(bytes_of(&i, sizeof(i)));

		memcpy(plain + i, hash.at, len - i < HASH_BYTES ? len - i : HASH_BYTES);
	}
	return bytes_of(plain, len);
}

static void assert_comes_back(struct bytes stored, struct bytes expected)
{
	struct arena *arena = arena_new(4 * ROOM);
	struct bytes read;

	assert_int_equal(payload_unpack(stored, expected.len, arena, &read), OK);
	assert_true(bytes_equal(read, expected));
	arena_free(arena);
}

static void what_becomes_smaller_is_packed_and_comes_back(void **state)
{
	static const size_t lens[] = {PAYLOAD_PACK_MIN_BYTES, 13133, 48152, PAYLOAD_PACK_MAX_BYTES};

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct bytes text = text_of(lens[i]);
		struct bytes stored = payload_pack(text, packed);

		assert_true(stored.len < text.len / 4);
		assert_comes_back(stored, text);
	}
}

static void what_is_short_long_or_noise_stays_as_it_is(void **state)
{
	struct bytes cases[] = {{0}, text_of(PAYLOAD_PACK_MIN_BYTES - 1)};
	struct bytes stored;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_true(payload_pack(cases[i], packed).at == cases[i].at);
	stored = payload_pack(text_of(PAYLOAD_PACK_MAX_BYTES + 1), packed);
	assert_true(stored.at == plain && stored.len == PAYLOAD_PACK_MAX_BYTES + 1);
	stored = payload_pack(noise_of(20000), packed);
	assert_true(stored.at == plain && stored.len == 20000);
	assert_comes_back(stored, stored);
}

static void what_does_not_give_so_many_bytes_is_corrupt(void **state)
{
	struct arena *arena = arena_new(64 * ROOM);
	struct bytes text = text_of(13133), stored = payload_pack(text, packed), read;
	uint8_t cut[13133];

	(void)state;
	assert_int_equal(payload_unpack(stored, text.len + 1, arena, &read), ERR_CORRUPT);
	assert_int_equal(payload_unpack(stored, text.len - 1, arena, &read), ERR_CORRUPT);
	assert_int_equal(payload_unpack(stored, UINT64_MAX, arena, &read), ERR_CORRUPT);
	assert_int_equal(payload_unpack(text, text.len - 1, arena, &read), ERR_CORRUPT);
	for (size_t len = 0; len < stored.len; len++) {
		memcpy(cut, stored.at, len);
		assert_int_equal(payload_unpack(bytes_of(cut, len), text.len, arena, &read),
				 ERR_CORRUPT);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* A frame behind which another stands would be a second way to write the same. */
static void nothing_may_stand_behind_a_frame(void **state)
{
	struct arena *arena = arena_new(4 * ROOM);
	struct bytes text = text_of(13133), stored = payload_pack(text, packed), read;

	(void)state;
	packed[stored.len] = 0;
	assert_int_equal(payload_unpack(bytes_of(packed, stored.len + 1), text.len, arena, &read),
			 ERR_CORRUPT);
	arena_free(arena);
}

/* ---- In a ledger ---- */

static void a_ledger_gives_back_whole_and_in_pieces_what_it_packed(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_key key = ledger_payload_key(1, 0);
	struct bytes text = text_of(48152), stored, read;
	struct ledger_shared shared;
	struct ledger *reader;
	struct record record;
	struct batch *batch;
	char *copy = calloc(1, text.len + 1);

	assert_non_null(copy);
	memcpy(copy, text.at, text.len);
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, copy);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_get(bench->ledger, ledger_key_bytes(&key), bench->arena, &stored),
			 OK);
	assert_true(stored.len < text.len / 4);
	shared = ledger_bench_share(bench->engine);
	assert_int_equal(ledger_open(&shared.engine, NULL, true, &reader), OK);
	assert_int_equal(ledger_payload(reader, 1, 0, bench->arena, &read), OK);
	assert_true(bytes_equal(read, text));
	assert_int_equal(ledger_record(reader, 1, bench->arena, &record, NULL), OK);
	for (size_t offset = 0; offset <= text.len; offset += 1001) {
		size_t left = text.len - offset;

		assert_int_equal(
			ledger_payload_piece(reader, &record, 0, offset, 1001, bench->arena, &read),
			OK);
		assert_true(
			bytes_equal(read, bytes_of(text.at + offset, left < 1001 ? left : 1001)));
	}
	ledger_close(reader);
	ledger_bench_assert_sound(bench, 1);
	free(copy);
}

static enum err read_piece(struct ledger_bench *bench, const struct record *record, uint64_t offset)
{
	struct bytes piece;

	return ledger_payload_piece(bench->ledger, record, 0, offset, 500, bench->arena, &piece);
}

/* Behind the first piece, for which all of it was hashed: who reads slowly is not told that it is whole. */
static void what_goes_bad_while_it_is_read_is_not_read_to_its_end(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_key key = ledger_payload_key(1, 0);
	struct batch *batch = ledger_bench_begin(bench);
	struct engine_put put = {.key = ledger_key_bytes(&key)};
	struct engine_batch change = {.puts = &put, .put_count = 1};
	struct record record;
	char text[1501] = "";

	memset(text, 'x', sizeof(text) - 1);
	ledger_bench_append(bench, batch, 0, text);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), OK);
	assert_int_equal(read_piece(bench, &record, 0), OK);
	text[700] = 'y';
	put.value = bytes_of_text(text);
	assert_int_equal(engine_head(bench->engine, &change.expected_head), OK);
	assert_int_equal(engine_commit(bench->engine, &change, NULL), OK);
	assert_int_equal(read_piece(bench, &record, 500), OK);
	assert_int_equal(read_piece(bench, &record, 1000), ERR_CORRUPT);
	assert_int_equal(read_piece(bench, &record, 1500), OK); /* nothing stands there */
	assert_int_equal(read_piece(bench, &record, 0), ERR_CORRUPT);
}

/* What the writer remembers is of what is durable, never of what was taken back. */
static void what_was_taken_back_is_not_remembered(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);
	size_t mark = batch_mark(batch);
	struct bytes read;

	ledger_bench_append(bench, batch, 0, "taken back");
	batch_rewind(batch, mark);
	ledger_bench_append(bench, batch, 0, "stays");
	assert_int_equal(ledger_payload(bench->ledger, 1, 0, bench->arena, &read), ERR_MISSING);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_payload(bench->ledger, 1, 0, bench->arena, &read), OK);
	assert_true(bytes_equal(read, bytes_of_text("stays")));
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, "dropped");
	ledger_drop(bench->ledger, batch);
	assert_int_equal(ledger_payload(bench->ledger, 2, 0, bench->arena, &read), ERR_MISSING);
}

#define LEDGER_TEST(name) \
	cmocka_unit_test_setup_teardown(name, ledger_bench_set_up, ledger_bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_becomes_smaller_is_packed_and_comes_back),
		cmocka_unit_test(what_is_short_long_or_noise_stays_as_it_is),
		cmocka_unit_test(what_does_not_give_so_many_bytes_is_corrupt),
		cmocka_unit_test(nothing_may_stand_behind_a_frame),
		LEDGER_TEST(a_ledger_gives_back_whole_and_in_pieces_what_it_packed),
		LEDGER_TEST(what_goes_bad_while_it_is_read_is_not_read_to_its_end),
		LEDGER_TEST(what_was_taken_back_is_not_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
