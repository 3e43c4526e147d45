/* segment_write: "newest" says nothing that is not on disk. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/segment.h"
#include "tests/support/copy_scene.h"

#define FILES 8u
#define FRAME_BYTES ((size_t)8 << 20)

/* ---- What was synced: the program's own fsync(), which is the library's ---- */

static ino_t synced[FILES];
static size_t sizes[FILES]; /* then */
static size_t synced_count;

int fsync(int fd)
{
	int (*next)(int fd);
	struct stat status;

	*(void **)&next = dlsym(RTLD_NEXT, "fsync");
	assert_int_equal(fstat(fd, &status), 0);
	if (S_ISREG(status.st_mode)) {
		synced[synced_count % FILES] = status.st_ino;
		sizes[synced_count++ % FILES] = (size_t)status.st_size;
	}
	return next(fd);
}

static bool is_synced(const struct stat *status)
{
	for (size_t i = 0; i < synced_count && i < FILES; i++)
		if (synced[i] == status->st_ino && sizes[i] == (size_t)status->st_size)
			return true;
	return false;
}

/* ---- What cannot be read, the same way ---- */

static unsigned reads_until_failure; /* 0: none fails */

/* A folder takes the file's place, as the library's own stream must meet the failure. */
size_t fread(void *to, size_t size, size_t count, FILE *file)
{
	size_t (*next)(void *to, size_t size, size_t count, FILE *file);

	*(void **)&next = dlsym(RTLD_NEXT, "fread");
	if (reads_until_failure > 0 && --reads_until_failure == 0) {
		int fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		assert_int_equal(fflush(file), 0); /* nothing is left that was read ahead */
		assert_true(fd >= 0 && dup2(fd, fileno(file)) >= 0);
		assert_int_equal(close(fd), 0);
	}
	return next(to, size, count, file);
}

static bool folders_fail;

struct dirent *readdir(DIR *entries)
{
	struct dirent *(*next)(DIR * entries);

	*(void **)&next = dlsym(RTLD_NEXT, "readdir");
	if (!folders_fail)
		return next(entries);
	errno = EIO;
	return NULL;
}

static char folder[] = "/tmp/sampan-segment-XXXXXX";

static void put(struct segment_writer *writer, struct bytes frame)
{
	assert_int_equal(segment_put(writer, SEGMENT_STATE, &frame, 1), OK);
}

/* Marks that only divide what a reader takes at once are not kept, and a segment may end with one. */
static void every_segment_is_on_disk_before_newest_names_a_later_one(void **state)
{
	const struct segment_ledger ledger = {"vn.test.example", 1};
	const struct segment_mark mark = {.size = 1};
	uint8_t *zeros = calloc(1, FRAME_BYTES);
	struct segment_writer *writer;
	struct key *key;

	(void)state;
	assert_non_null(zeros);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(segment_writer_open(folder, &ledger, key, &writer), OK);
	for (uint64_t bytes = 0; bytes < SEGMENT_FULL; bytes += FRAME_BYTES) {
		put(writer, bytes_of(zeros, FRAME_BYTES));
		assert_int_equal(segment_writer_mark(writer, &mark, false), OK);
	}
	put(writer, bytes_of(zeros, 1)); /* in the next */
	assert_int_equal(segment_writer_mark(writer, &mark, true), OK);
	segment_writer_close(writer);
	for (uint64_t segment = 1; segment <= 2; segment++) {
		char name[SEGMENT_NAME_BYTES], path[128];
		struct stat status;

		segment_format_name(segment, name);
		(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
		assert_int_equal(stat(path, &status), 0);
		assert_true(is_synced(&status));
		assert_int_equal(unlink(path), 0);
	}
	key_free(key);
	free(zeros);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void a_backup_whose_newest_is_lost_is_not_written_over(void **state)
{
	static const char newest[] = "b/newest", segment[] = "b/segment-00000001";
	struct copy_scene *scene = *state;
	struct bytes text;
	size_t whole;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	whole = copy_scene_size(scene, segment);
	assert_int_equal(file_read(copy_scene_path(scene, newest), 4096, scene->node->arena, &text),
			 OK);
	assert_int_equal(unlink(copy_scene_path(scene, newest)), 0);
	copy_scene_lodge(scene, 3, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	assert_int_equal(copy_scene_size(scene, segment), whole);
	assert_int_equal(file_replace(copy_scene_path(scene, newest), text), OK);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* The beginning, its body, the mark. */
static void a_backup_that_cannot_be_read_is_neither_damaged_nor_begun_anew(void **state)
{
	static const char newest[] = "b/newest", segment[] = "b/segment-00000001";
	struct copy_scene *scene = *state;
	size_t whole;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	whole = copy_scene_size(scene, segment);
	for (unsigned has_newest = 2; has_newest-- > 0;) {
		for (unsigned read = 1; read <= 3; read++) {
			reads_until_failure = read;
			assert_int_equal(copy_scene_backup(scene, "b"), ERR_IO);
			assert_int_equal(reads_until_failure, 0);
			assert_int_equal(copy_scene_size(scene, segment), whole);
		}
		if (has_newest)
			assert_int_equal(unlink(copy_scene_path(scene, newest)), 0);
	}
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
}

static void a_folder_that_cannot_be_read_is_not_taken_for_empty(void **state)
{
	struct copy_scene *scene = *state;

	copy_scene_lodge(scene, 1, 2);
	assert_int_equal(mkdir(copy_scene_path(scene, "b"), 0700), 0);
	folders_fail = true;
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_IO);
	folders_fail = false;
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
}

static void what_was_cut_off_before_its_first_cut_is_begun_anew(void **state)
{
	static const char newest[] = "b/newest", segment[] = "b/segment-00000001";
	struct copy_scene *scene = *state;
	size_t whole;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	whole = copy_scene_size(scene, segment);
	for (size_t len = 0; len < whole; len += len < 100 ? 1 : whole / 20) {
		assert_int_equal(unlink(copy_scene_path(scene, newest)), 0);
		assert_int_equal(truncate(copy_scene_path(scene, segment), (off_t)len), 0);
		assert_int_equal(copy_scene_backup(scene, "b"), OK);
		assert_int_equal(copy_scene_size(scene, segment), whole);
	}
}

#define WITH_A_NODE(name) cmocka_unit_test_setup_teardown(name, copy_scene_open, copy_scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_segment_is_on_disk_before_newest_names_a_later_one,
					  tear_down),
		WITH_A_NODE(a_backup_whose_newest_is_lost_is_not_written_over),
		WITH_A_NODE(a_backup_that_cannot_be_read_is_neither_damaged_nor_begun_anew),
		WITH_A_NODE(a_folder_that_cannot_be_read_is_not_taken_for_empty),
		WITH_A_NODE(what_was_cut_off_before_its_first_cut_is_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
