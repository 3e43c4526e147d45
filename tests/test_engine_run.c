/* Keys that come by chance, beside an array that knows what is there: whatever fails, whoever reads, and
 * when the store is opened again. The conformance suite runs over this engine too (tests/test_engine.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/engine_run.h"
#include "tests/support/ledger_bench.h"

enum { KEYS = 200, LIMIT = 40, CHANGES = 6 };

struct scene {
	struct engine *store; /* lives on */
	struct ledger_shared shared;
	struct engine *engine, *reader;
	uint32_t there[KEYS]; /* what each key has; 0: it is not there */
	uint64_t seed;
};

static uint32_t next_random(struct scene *scene)
{
	scene->seed = scene->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(scene->seed >> 33);
}

static void open_engine(struct scene *scene, bool read_only, struct engine **ret_engine)
{
	assert_int_equal(engine_run_open(&scene->shared.engine, LIMIT, read_only, ret_engine), OK);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	assert_int_equal(engine_sim_open(&scene->store), OK);
	scene->shared = ledger_bench_share(scene->store);
	open_engine(scene, false, &scene->engine);
	open_engine(scene, true, &scene->reader);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	engine_close(scene->engine);
	engine_close(scene->reader);
	engine_close(scene->store);
	free(scene);
	return 0;
}

/* ---- The array ---- */

static struct bytes name_of(uint32_t number, uint8_t at[5])
{
	at[0] = ENGINE_BY_CHANCE;
	bytes_put_u32(at + 1, number * 2654435761u);
	return bytes_of(at, 5);
}

static void assert_same(struct scene *scene, struct engine *engine)
{
	struct arena *arena = arena_new(100000);

	for (uint32_t i = 0; i < KEYS; i++) {
		uint8_t name[5];
		struct bytes value;
		enum err err = engine_get(engine, name_of(i, name), arena, &value);

		assert_int_equal(err, scene->there[i] == 0 ? ERR_MISSING : OK);
		assert_true(err != OK ||
			    (value.len == 4 && bytes_get_u32(value.at) == scene->there[i]));
	}
	arena_free(arena);
}

struct counting {
	size_t count, lists;
	uint8_t last[5];
};

static bool count(void *context, struct bytes key, struct bytes value)
{
	struct counting *counting = context;

	(void)value;
	counting->lists += key.at[0] == ENGINE_RUN;
	if (key.at[0] != ENGINE_BY_CHANCE)
		return true;
	assert_true(counting->count == 0 || memcmp(counting->last, key.at, 5) < 0);
	memcpy(counting->last, key.at, 5);
	counting->count++;
	return true;
}

static struct counting count_all(struct engine *engine)
{
	struct counting counting = {0};

	assert_int_equal(
		engine_scan(engine, (struct bytes){0}, (struct bytes){0}, false, count, &counting),
		OK);
	return counting;
}

static void assert_all(struct scene *scene, struct engine *engine)
{
	struct counting counting = count_all(engine);
	size_t there = 0;

	for (size_t i = 0; i < KEYS; i++)
		there += scene->there[i] != 0;
	assert_int_equal(counting.count, there);
	assert_int_equal(counting.lists, 0);
	assert_same(scene, engine);
}

/* Some keys get another value or go; the array follows when is_done. */
static enum err change(struct scene *scene, bool is_done)
{
	uint8_t names[CHANGES][5], values[CHANGES][4];
	struct engine_put puts[CHANGES];
	struct bytes deletes[CHANGES];
	struct engine_batch batch = {.puts = puts, .deletes = deletes};
	uint32_t first = next_random(scene);

	assert_int_equal(engine_head(scene->engine, &batch.expected_head), OK);
	for (uint32_t i = 0; i < CHANGES; i++) {
		uint32_t number = (first + i * 7) % KEYS, value = next_random(scene) % 4;
		struct bytes name = name_of(number, names[i]);

		bytes_put_u32(values[i], value);
		if (value == 0)
			deletes[batch.delete_count++] = name;
		else
			puts[batch.put_count++] = (struct engine_put){name, bytes_of(values[i], 4)};
		if (is_done)
			scene->there[number] = value;
	}
	return engine_commit(scene->engine, &batch, NULL);
}

/* ---- Tests ---- */

static void what_was_put_is_there_for_all_and_after_it_was_opened_again(void **state)
{
	struct scene *scene = *state;

	for (uint32_t round = 0; round < 400; round++) {
		assert_int_equal(change(scene, true), OK);
		if (round % 3 == 0)
			assert_all(scene, scene->engine);
		if (round % 7 == 0 || (round > 200 && round < 230)) /* and it misses much between */
			assert_all(scene, scene->reader);
		if (round % 50 == 49) {
			engine_close(scene->engine);
			open_engine(scene, false, &scene->engine);
			assert_all(scene, scene->engine);
		}
	}
}

static void what_is_in_its_place_stands_in_no_list_any_more(void **state)
{
	struct scene *scene = *state;
	size_t most = 0;

	for (uint32_t round = 0; round < 400; round++) {
		struct counting raw;

		assert_int_equal(change(scene, true), OK);
		raw = count_all(scene->store);
		most = raw.lists > most ? raw.lists : most;
	}
	assert_in_range(most, LIMIT / CHANGES, 4 * LIMIT / CHANGES);
	assert_true(count_all(scene->store).count > 0);
}

static void whatever_a_commit_answers_is_what_is_there(void **state)
{
	struct scene *scene = *state;

	for (uint32_t round = 0; round < 300; round++) {
		bool is_unknown = round % 5 == 3, is_full = round % 5 == 1,
		     is_lost = round % 5 == 4;
		struct engine_faults faults = {.unknown_commit_at = is_unknown,
					       .fail_commit_at = is_full || is_lost,
					       .fail_with = is_full ? ERR_FULL : ERR_IO};
		enum err expected = is_unknown ? ERR_UNKNOWN
				    : is_full  ? ERR_FULL
				    : is_lost  ? ERR_IO
					       : OK;

		engine_sim_set_faults(scene->store, &faults);
		assert_int_equal(change(scene, !is_full && !is_lost), expected);
		assert_all(scene, round % 2 == 0 ? scene->engine : scene->reader);
	}
}

static bool keep_key(void *context, struct bytes key, struct bytes value)
{
	struct engine_put *put = context;
	uint8_t *copy = malloc(key.len + value.len);

	assert_non_null(copy);
	memcpy(copy, key.at, key.len);
	memcpy(copy + key.len, value.at, value.len);
	*put = (struct engine_put){bytes_of(copy, key.len), bytes_of(copy + key.len, value.len)};
	return false;
}

static void a_list_that_does_not_follow_its_format_is_damage(void **state)
{
	static const uint8_t list = ENGINE_RUN, behind = ENGINE_RUN + 1;
	struct scene *scene = *state;
	struct engine_put whole;
	struct counting none = {0};

	assert_int_equal(change(scene, true), OK);
	assert_int_equal(engine_scan(scene->store, bytes_of(&list, 1), bytes_of(&behind, 1), false,
				     keep_key, &whole),
			 OK);
	for (size_t len = 0; len < whole.value.len; len++) {
		struct engine_put cut = {whole.key, bytes_of(whole.value.at, len)};
		struct engine_batch batch = {.puts = &cut, .put_count = 1};
		struct engine *engine = NULL;

		assert_int_equal(engine_head(scene->store, &batch.expected_head), OK);
		assert_int_equal(engine_commit(scene->store, &batch, NULL), OK);
		assert_int_equal(engine_run_open(&scene->shared.engine, LIMIT, false, &engine),
				 ERR_CORRUPT);
		open_engine(scene, true, &engine);
		assert_int_equal(engine_scan(engine, (struct bytes){0}, (struct bytes){0}, false,
					     count, &none),
				 ERR_CORRUPT);
		engine_close(engine);
	}
	free((void *)(uintptr_t)whole.key.at);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_there_for_all_and_after_it_was_opened_again),
		TEST(what_is_in_its_place_stands_in_no_list_any_more),
		TEST(whatever_a_commit_answers_is_what_is_there),
		TEST(a_list_that_does_not_follow_its_format_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
