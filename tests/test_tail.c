/* tail_lmdb: room behind the last page, and never a byte over what is there. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/tail_lmdb.h"
#include "sampan/clock.h"
#include "tests/support/patience.h"

#define PAGE 4096u
#define USED ((uint64_t)5 << 20)
#define MOST ((uint64_t)1 << 30)

struct bench {
	char path[64];
	int fd;
	uint64_t used;
	struct tail *tail;
};

static void commit(struct bench *bench, uint64_t bytes)
{
	static uint8_t page[PAGE];

	memset(page, 'x', sizeof(page));
	tail_begin(bench->tail);
	for (; bytes > 0; bytes -= PAGE, bench->used += PAGE)
		assert_int_equal(pwrite(bench->fd, page, PAGE, (off_t)bench->used), PAGE);
	tail_end(bench->tail, bench->used);
}

static uint64_t size_of(const struct bench *bench)
{
	struct stat status;

	assert_int_equal(fstat(bench->fd, &status), 0);
	return (uint64_t)status.st_size;
}

static void wait_for_size(const struct bench *bench, uint64_t least)
{
	uint64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;

	while (size_of(bench) < least) {
		assert_true(clock_monotonic_ms() < end_ms);
		(void)usleep(1000);
	}
}

static bool has_room(void)
{
	struct statvfs status;

	return statvfs("/tmp", &status) == 0 &&
	       (uint64_t)status.f_bavail * status.f_frsize > 18 * TAIL_MOST_BYTES;
}

static void open_bench(struct bench *bench, uint64_t most_bytes)
{
	strcpy(bench->path, "/tmp/sampan-tail-XXXXXX");
	bench->used = 0;
	bench->fd = mkstemp(bench->path);
	assert_true(bench->fd >= 0);
	assert_int_equal(tail_open(bench->path, most_bytes, &bench->tail), OK);
}

static void close_bench(struct bench *bench)
{
	tail_close(bench->tail);
	assert_int_equal(close(bench->fd), 0);
	assert_int_equal(unlink(bench->path), 0);
}

/* Pages as they were written, then nothing but zeros. */
static void assert_nothing_was_written_over(const struct bench *bench)
{
	uint64_t size = size_of(bench);
	uint8_t page[PAGE];

	assert_true(size % PAGE == 0);
	for (uint64_t at = 0; at < size; at += PAGE) {
		assert_int_equal(pread(bench->fd, page, PAGE, (off_t)at), PAGE);
		for (size_t i = 0; i < PAGE; i++)
			assert_int_equal(page[i], at < bench->used ? 'x' : 0);
	}
}

static void as_much_again_is_appended_behind_what_is_used(void **state)
{
	struct bench bench;

	(void)state;
	if (!has_room()) {
		print_message("  left out: /tmp has too little room\n");
		return;
	}
	open_bench(&bench, MOST);
	assert_int_equal(tail_start(bench.tail), OK);
	assert_int_equal(tail_start(bench.tail), OK);
	commit(&bench, USED);
	wait_for_size(&bench, 2 * USED);
	for (int i = 0; i < 300; i++)
		commit(&bench, (uint64_t)(1 + i % 7) * PAGE);
	wait_for_size(&bench, 2 * bench.used - ((uint64_t)256 << 10) + 1);
	tail_close(bench.tail);
	assert_true(size_of(&bench) <= 2 * bench.used);
	assert_nothing_was_written_over(&bench);
	bench.tail = NULL;
	close_bench(&bench);
}

/* The writer overtakes the zeros again and again. */
static void who_writes_meanwhile_is_not_written_over(void **state)
{
	struct bench bench;

	(void)state;
	open_bench(&bench, MOST);
	assert_int_equal(tail_start(bench.tail), OK);
	commit(&bench, USED);
	for (int i = 0; i < 40; i++) {
		uint64_t end_ms =
			clock_monotonic_ms() + 25; /* a piece or none: any moment is a good one */

		while (clock_monotonic_ms() < end_ms && size_of(&bench) == bench.used)
			(void)usleep(200);
		commit(&bench, (uint64_t)256 * PAGE);
	}
	tail_close(bench.tail);
	assert_nothing_was_written_over(&bench);
	bench.tail = NULL;
	close_bench(&bench);
}

static void a_file_that_may_not_grow_or_is_small_is_left_as_it_is(void **state)
{
	struct bench full, small, off;

	(void)state;
	open_bench(&full, USED);
	open_bench(&small, MOST);
	open_bench(&off, MOST);
	assert_int_equal(tail_start(full.tail), OK);
	assert_int_equal(tail_start(small.tail), OK);
	commit(&full, USED);
	commit(&small, PAGE * 10);
	commit(&off, USED);
	(void)usleep(100000); /* passes as well when it is too short */
	tail_close(full.tail);
	tail_close(small.tail);
	tail_close(off.tail);
	full.tail = small.tail = off.tail = NULL;
	assert_int_equal(size_of(&full), USED);
	assert_int_equal(size_of(&small), PAGE * 10);
	assert_int_equal(size_of(&off), USED);
	close_bench(&full);
	close_bench(&small);
	close_bench(&off);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct tail *tail = NULL;

	(void)state;
	assert_int_equal(tail_open("/tmp/sampan-no-such-file", MOST, &tail), ERR_IO);
	assert_null(tail);
	tail_close(tail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_much_again_is_appended_behind_what_is_used),
		cmocka_unit_test(who_writes_meanwhile_is_not_written_over),
		cmocka_unit_test(a_file_that_may_not_grow_or_is_small_is_left_as_it_is),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
