/*
 * Power is cut while ledger and seal work. From a record of what they wrote (tests/crash/disk.h) both
 * files are made again as the disk could have left them, with what was not synced kept, dropped,
 * reordered or torn at sectors; then the roles are begun on them and asked again.
 *
 * What was answered before the cut is there and is answered the same, to the byte of its receipt; the
 * tree verifies; nothing is half there; for no size a second root is signed; and it goes on.
 *
 * SAMPAN_CUTS: how many images; SAMPAN_SEED repeats a run's choices.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/seal_memory.h"
#include "tests/crash/disk.h"
#include "tests/crash/scene.h"

#define CUTS 120u
#define ROUNDS 10u
#define CROWD 48u /* more than twice PACE_MANY: comes in halves, committed by the engine's thread */
#define MOST_NOTES 4096u

/* What was signed and may have been given out, by size. */
struct signed_roots {
	struct checkpoint notes[MOST_NOTES];
	size_t count;
};

static struct signed_roots roots;
static char under_way[128]; /* told when it fails */

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

/* ---- the record ---- */

static void work_of_a_crowd(struct scene *scene)
{
	size_t first = scene->count;

	for (size_t i = 0; i < CROWD; i++)
		scene_add(scene, "C", scene->count, 100 + 60 * i);
	scene_lodge(scene, first, CROWD);
}

/*
 * Small ones, such as fill pages, and some that need pages of their own; alone, several and many at
 * once.
 */
static void work(struct scene *scene, uint64_t rounds, uint64_t *seed)
{
	static const size_t lens[] = {10, 700, 3000, 5000, 20000, 90000};

	for (uint64_t round = 0; round < rounds; round++) {
		size_t first = scene->count, count = 1 + disk_random(seed) % 3;

		for (size_t i = 0; i < count; i++)
			scene_add(scene, "N", scene->count, lens[disk_random(seed) % 6]);
		scene_lodge(scene, first, count);
		if (round % 4 == 3)
			work_of_a_crowd(scene);
	}
}

static void record(struct scene *scene, const char *const files[DISK_FILES], uint64_t rounds,
		   uint64_t *seed)
{
	struct scene_order order;

	scene_begin(scene, SCENE_LEDGER | SCENE_SEAL, 0); /* makes the store */
	disk_begin(files);
	work(scene, rounds, seed);
	disk_end();
	scene_end(scene);
	/* else liblmdb's writes did not come through the record */
	assert_true(disk_steps() > rounds * 5);
	assert_true(disk_steps_beside() > rounds); /* else no commit went on beside the next */
	scene_verify(scene, 0, scene->count);
	order = scene_order(scene);
	assert_true(order.placed > 0 && order.lists > 0); /* cuts fall into putting in order */
	print_message("  %zu lodged, %llu steps, %zu keys in order, %zu lists\n", scene->count,
		      (unsigned long long)disk_steps(), order.placed, order.lists);
}

/* ---- signed once ---- */

static void take_slot(void *context, uint64_t offset, struct bytes slot)
{
	struct checkpoint *note = &roots.notes[roots.count];
	size_t len = bytes_get_u32(slot.at + 8);

	(void)context;
	assert_int_equal(offset % SEAL_SLOT_BYTES, 0);
	assert_true(roots.count < MOST_NOTES && len <= slot.len - 12);
	assert_int_equal(checkpoint_parse(bytes_of(slot.at + 12, len), note), OK);
	roots.count++;
}

static void compare_root(void *context, const struct checkpoint *checkpoint)
{
	(void)context;
	for (size_t i = 0; i < roots.count; i++)
		if (roots.notes[i].size == checkpoint->size)
			assert_true(hash_equal(&roots.notes[i].root, &checkpoint->root));
}

/* ---- one image ---- */

static void remove_lock(struct scene *scene)
{
	char path[128];

	/* the reader table is not the disk's: after a power cut LMDB makes it anew */
	(void)snprintf(path, sizeof(path), "%s/ledger/lock.mdb", scene->directory);
	(void)unlink(path);
}

static void assert_image_is_good(struct scene *scene, uint64_t at, enum disk_loss loss)
{
	size_t known = scene->count, added;

	roots.count = 0;
	disk_durable(1, at, take_slot, NULL);
	scene_begin(scene, SCENE_LEDGER | SCENE_SEAL, 0);
	for (size_t i = 0; i < known; i++)
		if (scene->lodged[i].answered_at <= at)
			scene_lodge(scene, i, 1);
	added = scene_add(scene, "after", at * DISK_LOSSES + loss, 2000);
	scene_lodge(scene, added, 1);
	scene_end(scene);
	for (size_t i = 0; i < known; i++)
		if (scene->lodged[i].answered_at <= at)
			scene_verify(scene, i, 1), i = known; /* the tree once */
	scene_verify(scene, added, 1);
	scene_notes(scene, compare_root, NULL);
	free(scene->lodged[added].receipt);
	scene->count = known;
}

static void whatever_a_power_cut_leaves_nothing_answered_is_lost_or_signed_twice(void **state)
{
	static struct scene scene;
	uint64_t seed = number_from("SAMPAN_SEED", 20261122),
		 cuts = number_from("SAMPAN_CUTS", CUTS);
	uint64_t rounds = cuts / 24 > ROUNDS ? cuts / 24 : ROUNDS;
	const char *files[DISK_FILES];

	(void)state;
	print_message("SAMPAN_SEED=%llu SAMPAN_CUTS=%llu\n", (unsigned long long)seed,
		      (unsigned long long)cuts);
	scene_open(&scene);
	files[0] = scene_store(&scene);
	files[1] = scene_memory(&scene);
	scene_begin(&scene, SCENE_LEDGER | SCENE_SEAL, 0);
	scene_end(&scene);
	record(&scene, files, rounds, &seed);
	for (uint64_t cut = 0; cut < cuts; cut++) {
		uint64_t at = disk_random(&seed) % (disk_steps() + 1);
		enum disk_loss loss = (enum disk_loss)(cut % DISK_LOSSES);

		(void)snprintf(under_way, sizeof(under_way),
			       "cut %llu in step %llu, loss %d, seed %llu\n",
			       (unsigned long long)cut, (unsigned long long)at, loss,
			       (unsigned long long)seed);
		remove_lock(&scene);
		disk_make(files, at, loss, seed);
		assert_image_is_good(&scene, at, loss);
	}
	disk_clear();
	scene_close(&scene);
	*under_way = '\0';
	print_message("  counted: %llu power cuts\n", (unsigned long long)cuts);
}

static void a_crowd_that_finds_the_disk_full_is_told_so_and_loses_nothing(void **state)
{
	static struct scene scene;
	const char *files[DISK_FILES];
	unsigned errors = 0;

	(void)state;
	scene_open(&scene);
	files[0] = scene_store(&scene);
	files[1] = scene_memory(&scene);
	scene_begin(&scene, SCENE_LEDGER | SCENE_SEAL, 0);
	disk_begin(files);
	work_of_a_crowd(&scene);
	disk_refuse(40);
	work_of_a_crowd(&scene);
	disk_end();
	for (size_t i = 0; i < scene.count; i++)
		errors += scene.lodged[i].errors;
	assert_true(errors > 0);
	scene_lodge(&scene, 0, scene.count); /* the same receipts again */
	scene_end(&scene);
	scene_verify(&scene, 0, scene.count);
	disk_clear();
	scene_close(&scene);
}

static int tell_what_failed(void **state)
{
	(void)state;
	print_message("%s", under_way);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			whatever_a_power_cut_leaves_nothing_answered_is_lost_or_signed_twice,
			tell_what_failed),
		cmocka_unit_test(a_crowd_that_finds_the_disk_full_is_told_so_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
