/*
 * What the seal remembers: notes in slots, written in place, torn and damaged at every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/seal.h"
#include "node/seal_memory.h"
#include "sampan/pack.h"
#include "tests/support/seal_scene.h"

/* ---- What is remembered ---- */

/* The sizes of the notes above `stored`, as text. */
static const char *notes_above(struct seal_scene *place, uint64_t stored)
{
	struct checkpoint checkpoint;
	struct buffer answer, sizes;
	struct unpack from;
	const char *text;
	uint32_t count;

	buffer_init(&answer, 65536);
	buffer_init(&sizes, 65536);
	assert_int_equal(seal_notes(place->seal, stored, &answer), OK);
	unpack_init(&from, buffer_bytes(&answer));
	count = unpack_count(&from, 4);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(
			checkpoint_verify(unpack_bytes(&from), place->public_key, &checkpoint), OK);
		buffer_put_format(&sizes, "%s%d", i > 0 ? " " : "", (int)checkpoint.size);
	}
	assert_int_equal(unpack_end(&from), OK);
	text = arena_text(place->arena, buffer_bytes(&sizes));
	buffer_clear(&answer);
	buffer_clear(&sizes);
	return text;
}

static void reopen(struct seal_scene *place)
{
	seal_close(place->seal);
	place->seal = NULL;
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &place->seal), OK);
}

/* One more than is signed; the asker has everything up to `stored`. */
static enum err sign_next(struct seal_scene *place, uint64_t size, uint64_t stored)
{
	struct seal_sign sign = seal_scene_question(&place->honest, size - 1, size);

	sign.stored = stored;
	return seal_scene_ask(place, &sign, NULL);
}

static void what_is_not_stored_is_never_forgotten(void **state)
{
	struct seal_scene *place = *state;

	for (uint64_t size = 1; size <= SEAL_NOTES; size++)
		assert_int_equal(sign_next(place, size, 0), OK);
	assert_string_equal(notes_above(place, 0), "1 2 3 4 5 6 7 8");
	assert_int_equal(sign_next(place, 9, 0), ERR_LIMIT);
	assert_int_equal(sign_next(place, 9, 1), OK);
	assert_int_equal(sign_next(place, 10, 1), ERR_LIMIT);
	assert_string_equal(notes_above(place, 1), "2 3 4 5 6 7 8 9");
	reopen(place);
	assert_string_equal(notes_above(place, 1), "2 3 4 5 6 7 8 9");
	assert_string_equal(notes_above(place, 6), "7 8 9");
	assert_string_equal(notes_above(place, 9), "9");
	assert_int_equal(sign_next(place, 10, 1), ERR_LIMIT);
	assert_int_equal(sign_next(place, 10, 9), OK);
}

static void a_seal_that_forgot_what_the_ledger_stored_signs_nothing(void **state)
{
	struct seal_scene *place = *state;

	assert_int_equal(sign_next(place, 1, 2), ERR_CONFLICT);
	assert_int_equal(sign_next(place, 1, 0), OK);
	assert_int_equal(sign_next(place, 2, 2), ERR_CONFLICT);
	assert_int_equal(sign_next(place, 2, 1), OK);
}

static struct bytes memory_of(struct seal_scene *place)
{
	struct bytes bytes;

	assert_int_equal(
		file_read(seal_scene_path(place, SEAL_LAST_FILE), 1 << 20, place->arena, &bytes),
		OK);
	return bytes;
}

static void put_memory(struct seal_scene *place, struct bytes bytes)
{
	FILE *file = fopen(seal_scene_path(place, SEAL_LAST_FILE), "r+");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

/* The write of a slot is cut short behind any byte: the note before is the last then, or this one
 * when the cut took nothing from it. Nothing else is ever read. */
static void a_write_cut_short_at_any_byte_loses_only_the_note_that_was_never_given_out(void **state)
{
	struct seal_scene *place = *state;
	struct bytes before, after;
	unsigned whole = 0;

	for (uint64_t size = 1; size <= SEAL_NOTES + 2; size++)
		assert_int_equal(sign_next(place, size, size - 1), OK);
	before = memory_of(place);
	assert_int_equal(sign_next(place, SEAL_NOTES + 3, SEAL_NOTES + 2), OK);
	after = memory_of(place);
	for (size_t cut = 0; cut <= SEAL_SLOT_BYTES; cut++) {
		size_t at = (SEAL_NOTES + 2) % SEAL_NOTES * SEAL_SLOT_BYTES;
		uint8_t copy[SEAL_NOTES * SEAL_SLOT_BYTES];
		bool is_whole = memcmp(after.at + at + cut, before.at + at + cut,
				       SEAL_SLOT_BYTES - cut) == 0;

		if (cut > 0 && after.at[at + cut - 1] == before.at[at + cut - 1])
			continue; /* the same file as one byte before */
		memcpy(copy, before.at, sizeof(copy));
		memcpy(copy + at, after.at + at, cut);
		put_memory(place, bytes_of(copy, sizeof(copy)));
		reopen(place);
		assert_string_equal(notes_above(place, SEAL_NOTES + 1), is_whole ? "10 11" : "10");
		whole += is_whole;
	}
	assert_true(whole > 0 && whole < 10);
}

/* The very first write too. */
static void a_first_write_cut_short_is_none(void **state)
{
	struct seal_scene *place = *state;
	struct bytes after;

	assert_int_equal(sign_next(place, 1, 0), OK);
	after = memory_of(place);
	for (size_t cut = 1; cut < SEAL_SLOT_BYTES; cut += 97) {
		uint8_t *copy = arena_alloc(place->arena, after.len);
		struct buffer note;

		assert_non_null(copy);
		memset(copy, 0, after.len);
		memcpy(copy, after.at, cut);
		put_memory(place, bytes_of(copy, after.len));
		reopen(place);
		buffer_init(&note, CHECKPOINT_MAX_BYTES);
		assert_int_equal(seal_last(place->seal, &note), ERR_MISSING);
		buffer_clear(&note);
	}
}

/* One flipped bit anywhere but in the slot that is written next: the seal does not open. */
static void damage_elsewhere_keeps_it_shut(void **state)
{
	struct seal_scene *place = *state;
	struct seal *seal = NULL;
	struct bytes good;

	for (uint64_t size = 1; size <= 4; size++)
		assert_int_equal(sign_next(place, size, size - 1), OK);
	good = memory_of(place);
	assert_int_equal(good.len, SEAL_NOTES * SEAL_SLOT_BYTES);
	for (size_t at = 0; at < good.len; at += 331) {
		uint8_t *copy = arena_copy(place->arena, good);
		size_t slot = at / SEAL_SLOT_BYTES;

		assert_non_null(copy);
		copy[at] ^= 0x10;
		put_memory(place, bytes_of(copy, good.len));
		if (slot == 3 || slot == 4) { /* the last, as if its write had been cut short */
			reopen(place);
			assert_string_equal(notes_above(place, 3), slot == 3 ? "3" : "4");
		} else {
			assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &seal),
					 ERR_CORRUPT);
		}
	}
}

static void a_memory_of_one_note_is_taken_over(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign = seal_scene_question(&place->honest, 0, 9);
	const char *note;

	assert_int_equal(seal_scene_ask(place, &sign, &note), OK);
	assert_int_equal(file_replace(seal_scene_path(place, SEAL_LAST_FILE), bytes_of_text(note)),
			 OK);
	reopen(place);
	assert_string_equal(notes_above(place, 0), "9");
	sign = seal_scene_question(&place->honest, 9, 12);
	assert_int_equal(seal_scene_ask(place, &sign, NULL), OK);
	reopen(place);
	assert_string_equal(notes_above(place, 0), "9 12");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, seal_scene_begin, seal_scene_end)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_stored_is_never_forgotten),
		TEST(a_seal_that_forgot_what_the_ledger_stored_signs_nothing),
		TEST(a_write_cut_short_at_any_byte_loses_only_the_note_that_was_never_given_out),
		TEST(a_first_write_cut_short_is_none),
		TEST(damage_elsewhere_keeps_it_shut),
		TEST(a_memory_of_one_note_is_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
