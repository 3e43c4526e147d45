/* find: keys are found in this turn, in old blocks of records and whatever the clock says; the newest
 * holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/find.h"
#include "tests/support/node_fixture.h"

static void put(struct node_fixture *fixture, const char *date, const char *text, uint64_t message)
{
	struct find_entry entry = {.message = message, .document = hash_of(bytes_of_text(text))};

	node_fixture_set_date(fixture, date);
	node_fixture_begin(fixture);
	assert_int_equal(find_put(&fixture->turn, text, &entry), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* The message found on that date; 0: none. */
static uint64_t get(struct node_fixture *fixture, const char *date, const char *text)
{
	struct find_entry entry;
	enum err err;

	node_fixture_set_date(fixture, date);
	err = find_get(&fixture->turn, text, &entry);
	assert_true(err == OK || err == ERR_MISSING);
	return err == OK ? entry.message : 0;
}

static void an_empty_ledger_holds_nothing(void **state)
{
	assert_int_equal(get(*state, "2026-11-20", "a"), 0);
}

static void an_entry_is_what_was_put(void **state)
{
	struct node_fixture *fixture = *state;
	struct hash hash = hash_of(bytes_of_text("a"));
	struct find_entry entry;

	put(fixture, "2026-11-20", "a", 7);
	assert_int_equal(find_get(&fixture->turn, "a", &entry), OK);
	assert_int_equal(entry.message, 7);
	assert_true(hash_equal(&entry.document, &hash));
	assert_int_equal(find_get(&fixture->turn, "A", &entry), ERR_MISSING);
}

static void a_turn_sees_what_it_put(void **state)
{
	struct node_fixture *fixture = *state;
	struct find_entry entry = {.message = 3};

	node_fixture_begin(fixture);
	assert_int_equal(find_put(&fixture->turn, "a", &entry), OK);
	entry.message = 0;
	assert_int_equal(find_get(&fixture->turn, "a", &entry), OK);
	assert_int_equal(entry.message, 3);
	node_fixture_drop(fixture);
	assert_int_equal(find_get(&fixture->turn, "a", &entry), ERR_MISSING);
}

/* So many blocks of records go by. */
static void pass_blocks(struct node_fixture *fixture, unsigned count)
{
	node_fixture_begin(fixture);
	for (unsigned i = 0; i < count * BLOCK_SIEVE_RECORDS; i++) {
		struct record record = {.time_ms = 1, .event = "SignedOut", .actor = "user:a"};

		assert_int_equal(batch_append(fixture->turn.batch, &record, NULL, 0, NULL), OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void old_blocks_are_searched_to_the_first(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2024-12-31", "a", 1);
	pass_blocks(fixture, 1);
	put(fixture, "2025-06-15", "b", 2);
	pass_blocks(fixture, 2);
	assert_int_equal(get(fixture, "2026-11-20", "a"), 1);
	assert_int_equal(get(fixture, "2026-11-20", "b"), 2);
	assert_int_equal(get(fixture, "2026-11-20", "c"), 0);
}

static void a_turn_that_remembers_finds_the_same(void **state)
{
	struct node_fixture *fixture = *state;
	struct find_memory memory = {.sieve = block_sieve_new()};
	struct find_entry entry;

	put(fixture, "2025-06-15", "a", 1);
	pass_blocks(fixture, 1);
	put(fixture, "2026-12-15", "b", 2); /* the clock goes back then */
	node_fixture_set_date(fixture, "2026-11-20");
	node_fixture_begin(fixture);
	fixture->turn.memory = &memory;
	entry = (struct find_entry){.message = 3};
	assert_int_equal(find_put(&fixture->turn, "d", &entry), OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(find_get(&fixture->turn, "a", &entry), OK);
		assert_int_equal(entry.message, 1);
		assert_int_equal(find_get(&fixture->turn, "b", &entry), OK);
		assert_int_equal(entry.message, 2);
		assert_int_equal(find_get(&fixture->turn, "d", &entry), OK);
		assert_int_equal(entry.message, 3);
		assert_int_equal(find_get(&fixture->turn, "c", &entry), ERR_MISSING);
	}
	fixture->turn.memory = NULL;
	node_fixture_drop(fixture);
	block_sieve_free(memory.sieve);
}

static void the_newest_entry_holds(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2026-09-30", "a", 1);
	put(fixture, "2026-10-01", "a", 2);
	assert_int_equal(get(fixture, "2026-11-20", "a"), 2);
	pass_blocks(fixture, 1);
	put(fixture, "2026-10-31", "a", 3);
	assert_int_equal(get(fixture, "2026-11-20", "a"), 3);
}

static void a_clock_set_back_does_not_hide_what_came_before(void **state)
{
	struct node_fixture *fixture = *state;

	put(fixture, "2026-11-20", "a", 1);
	assert_int_equal(get(fixture, "2026-10-20", "a"), 1);
	assert_int_equal(get(fixture, "1970-01-02", "a"), 1);
}

#define PLACE_AT 5u /* space, block */
#define PLACE_BYTES 4u

struct places {
	uint8_t at[16][PLACE_BYTES];
	size_t count;
};

static bool gather(void *context, struct bytes key, struct bytes value)
{
	struct places *places = context;

	(void)value;
	assert_true(places->count < 16 && key.len == PLACE_AT + PLACE_BYTES + 16);
	memcpy(places->at[places->count++], key.at + PLACE_AT, PLACE_BYTES);
	return true;
}

/* In how many places of the store the keys stand. */
static size_t places_of(struct node_fixture *fixture, const char *const *texts)
{
	struct turn_key from = turn_key(SPACE_KEY), until = turn_key_after(&from);
	struct places places = {.count = 0};
	size_t count = 0;

	for (; *texts != NULL; texts++)
		put(fixture, "2026-11-20", *texts, 1);
	assert_int_equal(ledger_scan(fixture->turn.ledger, turn_key_bytes(&from),
				     turn_key_bytes(&until), false, gather, &places),
			 OK);
	for (size_t i = 0; i < places.count; i++)
		count += i == 0 || memcmp(places.at[i], places.at[i - 1], PLACE_BYTES) != 0;
	return count;
}

static void keys_of_one_document_lie_in_one_place(void **state)
{
	static const char *const texts[] = {"identity|tax:1|vn.co-application|R1|2026|9|1||",
					    "reference|tax:1|vn.co-application|R1",
					    "application|tax:1|R1", "find|R1", NULL};

	assert_int_equal(places_of(*state, texts), 1);
}

static void keys_of_a_certificate_lie_where_its_number_does(void **state)
{
	static const char *const texts[] = {"certificate|VN|VN-TH 26/01/1|2026-11-20",
					    "only.certificate|VN|VN-TH 26/01/1|2026-11-20",
					    "find|VN-TH 26/01/1", NULL};

	assert_int_equal(places_of(*state, texts), 1);
}

static void what_is_received_lies_where_people_find_it(void **state)
{
	static const char *const texts[] = {"arrival|TH|TH-1-7/12", "find|TH-1-7", NULL};

	assert_int_equal(places_of(*state, texts), 1);
}

static void a_text_that_is_cut_off_is_found_too(void **state)
{
	static const char *const texts[] = {"identity", "identity|", "identity||",
					    "find",     "find|",     NULL};
	struct node_fixture *fixture = *state;

	(void)places_of(fixture, texts);
	for (size_t i = 0; texts[i] != NULL; i++)
		assert_int_equal(get(fixture, "2026-11-20", texts[i]), 1);
}

static void a_damaged_key_keeps_nobody_looking_for_ever(void **state)
{
	static const char *const damaged[] = {"K", "Kzzzzzz-damaged", "K------", "Kx"};
	struct node_fixture *fixture = *state;

	put(fixture, "2026-11-20", "a", 1);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		node_fixture_begin(fixture);
		assert_int_equal(batch_put(fixture->turn.batch, bytes_of_text(damaged[i]),
					   bytes_of_text("x")),
				 OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_int_equal(get(fixture, "2026-12-20", "a"), 1);
		assert_int_equal(get(fixture, "2026-12-20", "b"), 0);
	}
}

static void parts_of_a_text_are_joined(void **state)
{
	struct node_fixture *fixture = *state;

	assert_string_equal(find_text(&fixture->turn, "a", NULL), "a");
	assert_string_equal(find_text(&fixture->turn, "a", "b", "", "c", NULL), "a|b||c");
	assert_string_equal(find_text(&fixture->turn, "identity", "", NULL), "identity|");
}

static void a_text_beyond_the_memory_is_null(void **state)
{
	struct node_fixture *fixture = *state;
	struct turn turn = fixture->turn;

	turn.arena = arena_new(1);
	assert_non_null(turn.arena);
	assert_null(find_text(&turn, "a", "b", NULL));
	arena_free(turn.arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(an_empty_ledger_holds_nothing),
		CASE(an_entry_is_what_was_put),
		CASE(a_turn_sees_what_it_put),
		CASE(old_blocks_are_searched_to_the_first),
		CASE(a_turn_that_remembers_finds_the_same),
		CASE(the_newest_entry_holds),
		CASE(a_clock_set_back_does_not_hide_what_came_before),
		CASE(keys_of_one_document_lie_in_one_place),
		CASE(keys_of_a_certificate_lie_where_its_number_does),
		CASE(what_is_received_lies_where_people_find_it),
		CASE(a_text_that_is_cut_off_is_found_too),
		CASE(a_damaged_key_keeps_nobody_looking_for_ever),
		CASE(parts_of_a_text_are_joined),
		CASE(a_text_beyond_the_memory_is_null),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
