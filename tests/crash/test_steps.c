/*
 * The ledger role, and the seal, are killed at every step of a commit: before, half way through and
 * behind each write, before and behind each sync and each message. Nothing else that a process does
 * can be seen from outside, so no moment is left out. The other role and the gate live on; the dead
 * one is begun anew.
 *
 * What was answered is there and is answered the same, to the byte of its receipt; records, tree,
 * checkpoints and indexes fit; for no size a second root is signed; what was not answered is answered
 * when it is asked again, once.
 *
 * In `make check` only some of the steps, in `make soak` all: SAMPAN_STRIDE says each how many-th,
 * SAMPAN_FIRST which is the first (else SAMPAN_SEED chooses), SAMPAN_ROUNDS how often is lodged in one
 * life. Each life is held against all before it, so the long run goes in as many runs as its stride,
 * each with a ledger of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/seal_memory.h"
#include "tests/crash/disk.h"
#include "tests/crash/scene.h"

#define MOST_NOTES 8192u
#define CROWD 40u /* more than twice PACE_MANY: comes in halves, committed by the engine's thread */

#define AT_ONCE 256u /* a client's queue takes no thousands */

static struct {
	struct scene scene;
	struct checkpoint notes[MOST_NOTES];
	size_t count;
	size_t crowd; /* how many are lodged at once in each life, besides */
} bench;

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

static int set_up(void **state)
{
	(void)state;
	bench.count = bench.crowd = 0;
	scene_open(&bench.scene);
	return 0;
}

static int set_up_crowd(void **state)
{
	(void)set_up(state);
	bench.crowd = CROWD;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scene_close(&bench.scene);
	return 0;
}

/* The same size never has two roots, whoever holds the note. */
static void compare_root(void *context, const struct checkpoint *checkpoint)
{
	(void)context;
	for (size_t i = bench.count; i-- > 0;)
		if (bench.notes[i].size == checkpoint->size) {
			assert_true(hash_equal(&bench.notes[i].root, &checkpoint->root));
			return;
		}
	assert_true(bench.count < MOST_NOTES);
	bench.notes[bench.count++] = *checkpoint;
}

/* One alone, then two at once: several records in one commit. Then all again. */
static void lodge(struct scene *scene, uint64_t die_at)
{
	uint64_t rounds = number_from("SAMPAN_ROUNDS", 1);
	size_t first = scene->count;

	for (uint64_t round = 0; round < rounds; round++) {
		size_t one = scene_add(scene, "alone", die_at * 100 + round, 700);

		scene_lodge(scene, one, 1);
		scene_add(scene, "small", die_at * 100 + round, 100);
		scene_add(scene, "large", die_at * 100 + round, 9000);
		scene_lodge(scene, one + 1, 2);
		for (size_t i = 0; i < bench.crowd; i++)
			scene_add(scene, "crowd", die_at * 10000 + round * 100 + i, 200);
		scene_lodge(scene, one + 3, bench.crowd);
	}
	scene_lodge(scene, first, scene->count - first);
}

static bool count_record(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	(void)value;
	++*(size_t *)context;
	return true;
}

/* One message for each lodgement: nothing is there twice. */
static void assert_indexes_fit(struct scene *scene)
{
	struct engine *engine;
	struct ledger *ledger;
	size_t messages = 0;

	assert_int_equal(engine_lmdb_open(arena_format(scene->arena, "%s/ledger", scene->directory),
					  SCENE_MAP_BYTES, true, &engine),
			 OK);
	assert_int_equal(ledger_open(engine, NULL, true, &ledger), OK);
	assert_int_equal(ledger_scan(ledger, bytes_of_text("M"), bytes_of_text("N"), false,
				     count_record, &messages),
			 OK);
	assert_int_equal(messages, scene->count);
	ledger_close(ledger);
}

/* Returns whether the role died. */
static bool live_and_die(struct scene *scene, unsigned here, uint64_t die_at)
{
	size_t first = scene->count;
	bool died;

	scene_begin(scene, here, die_at);
	lodge(scene, die_at);
	died = scene->deaths > 0;
	scene_end(scene);
	scene_verify(scene, first, scene->count - first);
	scene_notes(scene, compare_root, NULL);
	assert_indexes_fit(scene);
	return died;
}

/* stride: in steps of `by`. */
static void die_at_steps(unsigned here, uint64_t stride, uint64_t by, uint64_t least)
{
	struct scene *scene = &bench.scene;
	uint64_t seed = number_from("SAMPAN_SEED", 20261122), die_at, killed = 0;

	stride = number_from("SAMPAN_STRIDE", stride) * by;
	die_at = number_from("SAMPAN_FIRST", 1 + disk_random(&seed) % stride);
	for (; live_and_die(scene, here, die_at); killed++)
		die_at += stride;
	print_message("  of %llu steps each %llu-th\n  counted: %llu killed at a step\n",
		      (unsigned long long)(die_at - 1), (unsigned long long)stride,
		      (unsigned long long)killed);
	assert_true(die_at > least); /* else writes and messages do not come through */
	scene_verify(scene, 0, scene->count);
	scene_begin(scene, SCENE_LEDGER | SCENE_SEAL, 0);
	for (size_t i = 0; i < scene->count; i += AT_ONCE)
		scene_lodge(scene, i, scene->count - i < AT_ONCE ? scene->count - i : AT_ONCE);
	scene_end(scene);
}

static void assert_keys_were_put_in_order(struct scene *scene)
{
	struct scene_order order = scene_order(scene);

	assert_true(order.placed > 0 && order.lists > 0);
}

static void a_ledger_role_killed_at_any_step_loses_and_doubles_nothing(void **state)
{
	(void)state;
	die_at_steps(SCENE_SEAL, 13, 1, 60);
	assert_keys_were_put_in_order(&bench.scene);
}

static void a_ledger_role_killed_at_any_step_of_a_crowd_loses_and_doubles_nothing(void **state)
{
	(void)state;
	die_at_steps(SCENE_SEAL, 4, 12, 150);
	assert_keys_were_put_in_order(&bench.scene);
}

static void a_seal_killed_at_any_step_signs_no_second_root(void **state)
{
	(void)state;
	die_at_steps(SCENE_LEDGER, 4, 1, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_ledger_role_killed_at_any_step_loses_and_doubles_nothing, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_ledger_role_killed_at_any_step_of_a_crowd_loses_and_doubles_nothing,
			set_up_crowd, tear_down),
		cmocka_unit_test_setup_teardown(a_seal_killed_at_any_step_signs_no_second_root,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
