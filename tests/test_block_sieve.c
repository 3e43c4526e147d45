/* block_sieve: no key is ever hidden, whatever commits, restarts and damage do; what is not there mostly
 * is not looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/find.h"
#include "tests/support/node_fixture.h"

#define MANY 5000u
#define DATE "2026-11-20"

struct scene {
	struct node_fixture *fixture;
	struct find_memory memory;
};

static void open_scene(struct scene *scene, void **state)
{
	*scene = (struct scene){.fixture = *state, .memory = {.sieve = block_sieve_new()}};
	assert_non_null(scene->memory.sieve);
	node_fixture_set_date(scene->fixture, DATE);
}

static void close_scene(struct scene *scene)
{
	scene->fixture->turn.memory = NULL;
	block_sieve_free(scene->memory.sieve);
}

/* The ledger role ends, and another begins. */
static void restart(struct scene *scene)
{
	block_sieve_free(scene->memory.sieve);
	scene->memory.sieve = block_sieve_new();
	assert_non_null(scene->memory.sieve);
}

static void begin(struct scene *scene)
{
	node_fixture_begin(scene->fixture);
	scene->fixture->turn.memory = &scene->memory;
}

/* As a turn ends: true when there is more to store. */
static bool commit(struct scene *scene)
{
	bool has_more = false;

	assert_int_equal(block_sieve_step(scene->memory.sieve, &scene->fixture->turn, &has_more),
			 OK);
	assert_int_equal(node_fixture_commit(scene->fixture), OK);
	return has_more;
}

static void put(struct scene *scene, const char *text)
{
	struct find_entry entry = {.message = 1};

	assert_int_equal(find_put(&scene->fixture->turn, text, &entry), OK);
}

static void put_alone(struct scene *scene, const char *text)
{
	begin(scene);
	put(scene, text);
	(void)commit(scene);
}

/* So many blocks go by. */
static void pass_blocks(struct scene *scene, unsigned count)
{
	begin(scene);
	for (unsigned i = 0; i < count * BLOCK_SIEVE_RECORDS; i++) {
		struct record record = {.time_ms = 1, .event = "SignedOut", .actor = "user:a"};

		assert_int_equal(batch_append(scene->fixture->turn.batch, &record, NULL, 0, NULL),
				 OK);
	}
	assert_int_equal(node_fixture_commit(scene->fixture), OK);
}

/* Turns until there is nothing to store. */
static void rest(struct scene *scene)
{
	bool has_more;

	do {
		begin(scene);
		has_more = commit(scene);
	} while (has_more);
}

static bool is_found(struct scene *scene, const char *text)
{
	struct find_entry entry;
	enum err err;

	begin(scene);
	err = find_get(&scene->fixture->turn, text, &entry);
	assert_true(err == OK || err == ERR_MISSING);
	node_fixture_drop(scene->fixture);
	return err == OK;
}

static struct turn_key key_of(enum space space, uint32_t block)
{
	struct turn_key key = turn_key(space);
	uint8_t at[4];

	bytes_put_u32(at, block);
	turn_key_add_bytes(&key, at, sizeof(at));
	return key;
}

static bool has_filter(struct scene *scene, uint32_t block)
{
	struct turn_key key = key_of(SPACE_SIEVE, block);
	struct turn turn = scene->fixture->turn;
	struct bytes value;

	turn.batch = NULL;
	return turn_get(&turn, &key, &value) == OK && value.len == BLOCK_SIEVE_BYTES;
}

/* Of this many places that nobody put, how many would be looked for. */
static unsigned let_through(struct scene *scene, unsigned count)
{
	unsigned through = 0;

	begin(scene);
	for (unsigned i = 0; i < count; i++) {
		uint32_t block = 1;

		through += block_sieve_before(scene->memory.sieve, &scene->fixture->turn,
					      0x9E3779B9u * (i + 1), &block);
	}
	node_fixture_drop(scene->fixture);
	return through;
}

static void a_block_that_is_over_gets_a_filter_and_this_one_gets_none(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 2);
	put_alone(&scene, "find|b");
	rest(&scene);
	assert_true(has_filter(&scene, 0));
	assert_true(has_filter(&scene, 1));
	assert_false(has_filter(&scene, 2));
	for (unsigned i = 0; i < 2; i++, restart(&scene)) {
		assert_true(is_found(&scene, "find|a"));
		assert_true(is_found(&scene, "find|b"));
		assert_false(is_found(&scene, "find|c"));
	}
	close_scene(&scene);
}

static void it_lets_all_through_that_is_there_and_little_else(void **state)
{
	struct scene scene;
	char text[32];

	open_scene(&scene, state);
	begin(&scene);
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(text, sizeof(text), "find|%u", i);
		put(&scene, text);
	}
	(void)commit(&scene);
	pass_blocks(&scene, 1);
	rest(&scene);
	for (unsigned run = 0; run < 2; run++, restart(&scene)) {
		for (unsigned i = 0; i < MANY; i += 7) {
			(void)snprintf(text, sizeof(text), "find|%u", i);
			assert_true(is_found(&scene, text));
		}
		assert_true(let_through(&scene, 10000) < 20);
	}
	close_scene(&scene);
}

static bool gather(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	turn_key_add_bytes(context, key.at, key.len);
	return false;
}

static void the_next_run_reads_the_filter_and_not_the_keys(void **state)
{
	struct turn_key from = turn_key(SPACE_KEY), until = turn_key_after(&from);
	struct turn_key first = {.len = 0};
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 1);
	rest(&scene);
	assert_int_equal(ledger_scan(scene.fixture->turn.ledger, turn_key_bytes(&from),
				     turn_key_bytes(&until), false, gather, &first),
			 OK);
	begin(&scene);
	assert_int_equal(batch_delete(scene.fixture->turn.batch, turn_key_bytes(&first)), OK);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
	restart(&scene);
	begin(&scene);
	for (uint32_t block = 1; block > 0;) {
		uint32_t place = bytes_get_u32(first.at + BLOCK_SIEVE_KEY_AT + 4);

		assert_true(block_sieve_before(scene.memory.sieve, &scene.fixture->turn, place,
					       &block));
		assert_int_equal(block, 0);
	}
	node_fixture_drop(scene.fixture);
	assert_false(is_found(&scene, "find|a"));
	close_scene(&scene);
}

static void what_a_turn_put_that_failed_may_be_put_again(void **state)
{
	struct scene scene;

	open_scene(&scene, state);
	begin(&scene);
	put(&scene, "find|a");
	node_fixture_drop(scene.fixture);
	assert_false(is_found(&scene, "find|a"));
	put_alone(&scene, "find|a");
	assert_true(is_found(&scene, "find|a"));
	close_scene(&scene);
}

static void a_filter_that_was_not_committed_is_stored_by_a_later_turn(void **state)
{
	bool has_more = false;
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 1);
	begin(&scene);
	assert_int_equal(block_sieve_step(scene.memory.sieve, &scene.fixture->turn, &has_more), OK);
	node_fixture_drop(scene.fixture);
	block_sieve_failed(scene.memory.sieve);
	rest(&scene);
	assert_true(has_filter(&scene, 0));
	assert_true(is_found(&scene, "find|a"));
	close_scene(&scene);
}

static void blocks_are_named_from_the_newest_to_the_oldest(void **state)
{
	static const uint32_t blocks[] = {200, 130, 128, 127, 64, 63, 0};
	uint32_t block = 300;
	struct scene scene;

	open_scene(&scene, state);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		block_sieve_add(scene.memory.sieve, blocks[i], 12345);
	begin(&scene);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		assert_true(block_sieve_before(scene.memory.sieve, &scene.fixture->turn, 12345,
					       &block));
		assert_int_equal(block, blocks[i]);
	}
	assert_false(block_sieve_before(scene.memory.sieve, &scene.fixture->turn, 12345, &block));
	block = 2; /* nothing is stored of them, so who only reads asks every block */
	assert_true(block_sieve_before(NULL, &scene.fixture->turn, 12345, &block));
	assert_int_equal(block, 1);
	assert_true(block_sieve_before(NULL, &scene.fixture->turn, 12345, &block));
	assert_int_equal(block, 0);
	assert_false(block_sieve_before(NULL, &scene.fixture->turn, 12345, &block));
	node_fixture_drop(scene.fixture);
	close_scene(&scene);
}

/* The blocks that who only reads asks for a place. */
static unsigned asked_without_memory(struct scene *scene, const char *text)
{
	struct hash hash = hash_of(bytes_of_text(text));
	unsigned asked = 0;
	uint32_t block = 0;

	assert_int_equal(block_sieve_newest(&scene->fixture->turn, &block), OK);
	block++;
	while (block_sieve_before(NULL, &scene->fixture->turn, bytes_get_u32(hash.at), &block))
		asked |= 1u << block;
	return asked;
}

static void who_only_reads_asks_the_blocks_that_the_stored_filters_name(void **state)
{
	struct turn_key filter = key_of(SPACE_SIEVE, 1);
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 3);
	put_alone(&scene, "find|b");
	assert_int_equal(asked_without_memory(&scene, "x"), 0xe); /* only the first is stored */
	rest(&scene);
	assert_int_equal(asked_without_memory(&scene, "a"), 1u << 3 | 1u << 0);
	assert_int_equal(asked_without_memory(&scene, "b"), 1u << 3);
	assert_int_equal(asked_without_memory(&scene, "x"), 1u << 3);
	begin(&scene);
	assert_int_equal(batch_delete(scene.fixture->turn.batch, turn_key_bytes(&filter)), OK);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
	assert_int_equal(asked_without_memory(&scene, "a"), 1u << 3 | 1u << 1 | 1u << 0);
	begin(&scene);
	assert_int_equal(batch_put(scene.fixture->turn.batch, turn_key_bytes(&filter),
				   bytes_of_text("short")),
			 OK);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
	assert_int_equal(asked_without_memory(&scene, "x"), 1u << 3 | 1u << 1);
	close_scene(&scene);
}

/* Beside a node that goes on: what is put meanwhile is not hidden by what was remembered. */
static void a_reader_that_remembers_hides_nothing_that_comes_meanwhile(void **state)
{
	struct scene scene;
	struct block_sieve *reader = block_sieve_new_of_reader();
	struct find_memory memory = {.sieve = reader};
	struct find_entry entry;
	struct turn turn;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 1);
	rest(&scene);
	turn = scene.fixture->turn;
	turn.batch = NULL;
	turn.memory = &memory;
	assert_int_equal(find_get(&turn, "find|a", &entry), OK);
	assert_int_equal(find_get(&turn, "find|b", &entry), ERR_MISSING);
	put_alone(&scene, "find|b");
	assert_int_equal(find_get(&turn, "find|b", &entry), OK);
	pass_blocks(&scene, 1);
	put_alone(&scene, "find|c");
	rest(&scene);
	assert_int_equal(find_get(&turn, "find|a", &entry), OK);
	assert_int_equal(find_get(&turn, "find|b", &entry), OK);
	assert_int_equal(find_get(&turn, "find|c", &entry), OK);
	block_sieve_free(reader);
	close_scene(&scene);
}

static void a_damaged_filter_hides_nothing_or_is_told_of(void **state)
{
	static const char *const values[] = {"", "x", "short"};
	static uint8_t empty[BLOCK_SIEVE_BYTES];
	struct turn_key filter = key_of(SPACE_SIEVE, 0), key = key_of(SPACE_KEY, 0);
	bool is_hidden = false;
	struct scene scene;

	open_scene(&scene, state);
	put_alone(&scene, "find|a");
	pass_blocks(&scene, 1);
	turn_key_add_bytes(&key, "aaaabbbbbbbbbbbbbbbb", 20);
	for (size_t i = 0; i <= sizeof(values) / sizeof(values[0]); i++) {
		bool is_short = i < sizeof(values) / sizeof(values[0]);

		begin(&scene);
		assert_int_equal(batch_put(scene.fixture->turn.batch, turn_key_bytes(&filter),
					   is_short ? bytes_of_text(values[i])
						    : bytes_of(empty, sizeof(empty))),
				 OK);
		assert_int_equal(node_fixture_commit(scene.fixture), OK);
		restart(&scene);
		assert_true(is_found(&scene, "find|a") || !is_short);
		assert_int_equal(
			block_sieve_hides(&scene.fixture->turn, turn_key_bytes(&key), &is_hidden),
			OK);
		assert_true(is_hidden);
	}
	close_scene(&scene);
}

static enum err fail_to_scan(struct engine *engine, struct bytes from, struct bytes until,
			     bool backwards, engine_visit *visit, void *context)
{
	(void)engine;
	(void)from;
	(void)until;
	(void)backwards;
	(void)visit;
	(void)context;
	return ERR_IO;
}

static void a_filter_that_cannot_be_read_is_no_verdict(void **state)
{
	struct turn_key key = key_of(SPACE_KEY, 0);
	const struct engine_table *sound;
	struct engine_table failing;
	bool is_hidden = true;
	struct scene scene;

	open_scene(&scene, state);
	turn_key_add_bytes(&key, "aaaabbbbbbbbbbbbbbbb", 20);
	sound = scene.fixture->engine->table;
	failing = *sound;
	failing.scan = fail_to_scan;
	scene.fixture->engine->table = &failing;
	assert_int_equal(block_sieve_hides(&scene.fixture->turn, turn_key_bytes(&key), &is_hidden),
			 ERR_IO);
	assert_false(is_hidden);
	scene.fixture->engine->table = sound;
	close_scene(&scene);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_block_that_is_over_gets_a_filter_and_this_one_gets_none),
		CASE(it_lets_all_through_that_is_there_and_little_else),
		CASE(the_next_run_reads_the_filter_and_not_the_keys),
		CASE(what_a_turn_put_that_failed_may_be_put_again),
		CASE(a_filter_that_was_not_committed_is_stored_by_a_later_turn),
		CASE(blocks_are_named_from_the_newest_to_the_oldest),
		CASE(who_only_reads_asks_the_blocks_that_the_stored_filters_name),
		CASE(a_reader_that_remembers_hides_nothing_that_comes_meanwhile),
		CASE(a_damaged_filter_hides_nothing_or_is_told_of),
		CASE(a_filter_that_cannot_be_read_is_no_verdict),
	};

	return cmocka_run_group_tests_name("block_sieve", tests, NULL, NULL);
}
