/* segment_write: "newest" says nothing that is not on disk. */
#include <dlfcn.h>
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

#include "node/segment.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_segment_is_on_disk_before_newest_names_a_later_one,
					  tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
