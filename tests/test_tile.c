/* tile: which paths are tiles, and every tile of a ledger against the definition of C2SP tlog-tiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/tile.h"

#define RECORDS 700u

static void a_path_is_a_tile_in_one_way_only(void **state)
{
	static const struct {
		const char *path;
		bool is_tile;
		struct tile tile;
	} cases[] = {
		{"0/000", true, {0, 0, 256}},
		{"0/067", true, {0, 67, 256}},
		{"3/x001/x234/067", true, {3, 1234067, 256}},
		{"63/x001/000.p/255", true, {63, 1000, 255}},
		{"0/273.p/112", true, {0, 273, 112}},
		{"0/x999/x999/x999/x999/999", true, {0, 999999999999999, 256}},
		{"0/x001/x999/x999/x999/x999/999", false, {0}},
		{"", false, {0}},
		{"0", false, {0}},
		{"0/", false, {0}},
		{"00/000", false, {0}},
		{"64/000", false, {0}},
		{"999/000", false, {0}},
		{"1000/000", false, {0}},
		{"-1/000", false, {0}},
		{"0/0", false, {0}},
		{"0/00", false, {0}},
		{"0/0000", false, {0}},
		{"0/001/067", false, {0}},
		{"0/x000/067", false, {0}},
		{"0/x001", false, {0}},
		{"0/x001/", false, {0}},
		{"0/x001x067", false, {0}},
		{"0/000.p", false, {0}},
		{"0/000.p/", false, {0}},
		{"0/000.p/0", false, {0}},
		{"0/000.p/01", false, {0}},
		{"0/000.p/256", false, {0}},
		{"0/000.p/1000", false, {0}},
		{"0/000.p/1/", false, {0}},
		{"0/000 ", false, {0}},
		{"entries/000", false, {0}},
		{"data/000", false, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tile tile = {0};

		if (tile_parse(bytes_of_text(cases[i].path), &tile) != cases[i].is_tile)
			fail_msg("%s", cases[i].path);
		assert_int_equal(tile.level, cases[i].tile.level);
		assert_int_equal(tile.index, cases[i].tile.index);
		assert_int_equal(tile.width, cases[i].tile.width);
	}
}

/* The example of the specification: a tree of 70,000. */
static void a_tree_has_the_tiles_that_the_specification_says(void **state)
{
	static const struct {
		struct tile tile;
		uint64_t size;
		bool is_in;
	} cases[] = {
		{{0, 272, 256}, 70000, true},
		{{0, 273, 112}, 70000, true},
		{{0, 273, 113}, 70000, false},
		{{0, 273, 256}, 70000, false},
		{{1, 0, 256}, 70000, true},
		{{1, 1, 17}, 70000, true},
		{{1, 1, 18}, 70000, false},
		{{2, 0, 1}, 70000, true},
		{{2, 0, 2}, 70000, false},
		{{3, 0, 1}, 70000, false},
		{{0, 0, 256}, 256, true},
		{{1, 0, 1}, 256, true},
		{{1, 0, 1}, 255, false},
		{{0, 0, 1}, 0, false},
		{{8, 0, 1}, UINT64_MAX, false},
		{{63, 0, 1}, UINT64_MAX, false},
		{{0, 999999999999999, 256}, 70000, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (tile_is_in(&cases[i].tile, cases[i].size) != cases[i].is_in)
			fail_msg("case %zu", i);
}

static struct hash mth(const struct hash *leaves, size_t count)
{
	static const uint8_t one = 1;
	struct hash left, right;
	size_t k = 1;

	if (count == 1)
		return leaves[0];
	while (2 * k < count)
		k *= 2;
	left = mth(leaves, k);
	right = mth(leaves + k, count - k);
	struct bytes parts[] = {bytes_of(&one, 1), hash_bytes(&left), hash_bytes(&right)};

	return hash_of_parts(parts, 3);
}

static struct ledger *filled(struct arena *arena, struct hash leaves[RECORDS])
{
	struct ledger *ledger;
	struct engine *engine;
	struct batch *batch;

	assert_int_equal(engine_sim_open(&engine), OK);
	assert_int_equal(ledger_open(engine, "vn.example", false, &ledger), OK);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	for (size_t i = 0; i < RECORDS; i++) {
		struct record record = {.event = "Followed", .actor = "test", .time_ms = i + 1};

		facts_init(&record.attributes, arena);
		assert_int_equal(batch_append(batch, &record, NULL, 0, NULL), OK);
	}
	assert_int_equal(ledger_commit(ledger, batch), OK);
	for (size_t i = 0; i < RECORDS; i++) {
		struct record record;
		struct bytes leaf;

		assert_int_equal(ledger_record(ledger, i + 1, arena, &record, &leaf), OK);
		leaves[i] = record_leaf_hash(leaf);
	}
	return ledger;
}

static void every_tile_of_a_ledger_is_what_the_definition_says(void **state)
{
	struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
	static struct hash leaves[RECORDS];
	struct ledger *ledger = filled(arena, leaves);
	struct buffer out;

	(void)state;
	buffer_init(&out, TILE_BYTES);
	for (unsigned level = 0; level < 3; level++) {
		size_t span = (size_t)1 << (8 * level), count = RECORDS / span;

		for (size_t first = 0; first < count; first += TILE_WIDTH) {
			size_t width = count - first < TILE_WIDTH ? count - first : TILE_WIDTH;
			const struct tile tile = {level, first / TILE_WIDTH, (unsigned)width};

			buffer_reset(&out);
			assert_int_equal(tile_put(&tile, ledger, &out), OK);
			assert_int_equal(out.len, width * HASH_BYTES);
			for (size_t i = 0; i < width; i++) {
				struct hash hash = mth(leaves + (first + i) * span, span);

				assert_memory_equal(out.at + i * HASH_BYTES, hash.at, HASH_BYTES);
			}
		}
	}
	assert_int_equal(tile_put(&(struct tile){0, 2, 256}, ledger, &out), ERR_USAGE);
	assert_int_equal(tile_put(&(struct tile){63, 0, 1}, ledger, &out), ERR_USAGE);
	buffer_clear(&out);
	ledger_close(ledger);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_a_tile_in_one_way_only),
		cmocka_unit_test(a_tree_has_the_tiles_that_the_specification_says),
		cmocka_unit_test(every_tile_of_a_ledger_is_what_the_definition_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
