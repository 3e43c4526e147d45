/*
 * The writer is killed at every step of its commits, and the store opened again: what was
 * acknowledged is there, a batch is there whole or not at all, tree and records fit.
 *
 * LMDB's writes come through here: the functions below stand in for those of the C library. Two
 * ways to die: killed (what was written stays), and power lost (of what was written and not synced,
 * an arbitrary part stays).
 */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "node/ledger.h"
#include "node/space.h"

#define MAP_BYTES ((size_t)1 << 28)

/* ---- dying ---- */

enum { UNSYNCED = 512 };

static struct {
	bool is_armed;
	bool loses_power;
	uint64_t die_at; /* step; 0: never */
	uint64_t steps;
	uint64_t seed;
	struct unsynced {
		int fd;
		off_t at;
		size_t len;
		uint8_t *old;
	} unsynced[UNSYNCED];
	size_t unsynced_count;
} death;

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static ssize_t real_pwrite(int fd, const void *at, size_t len, off_t offset)
{
	return syscall(SYS_pwrite64, fd, at, len, offset);
}

/* Of the writes since the last sync, take back some: whole sectors, in no order. */
static void lose_power(void)
{
	for (size_t i = 0; i < death.unsynced_count; i++) {
		const struct unsynced *lost = &death.unsynced[i];

		for (size_t at = 0; at < lost->len; at += 512)
			if (next_random(&death.seed) % 2 == 0)
				(void)real_pwrite(lost->fd, lost->old + at,
						  lost->len - at < 512 ? lost->len - at : 512,
						  lost->at + (off_t)at);
	}
}

static void step(void)
{
	if (!death.is_armed || ++death.steps != death.die_at)
		return;
	if (death.loses_power)
		lose_power();
	raise(SIGKILL);
}

/* What stood there. LMDB's meta pages are written by a descriptor that cannot read. */
static void read_old(int fd, uint8_t *to, size_t len, off_t offset)
{
	char path[32];
	int reader;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((reader = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		abort();
	(void)syscall(SYS_pread64, reader, to, len, offset); /* behind the file's end: zeros */
	close(reader);
}

static void remember(int fd, size_t len, off_t offset)
{
	struct unsynced *write = &death.unsynced[death.unsynced_count];

	if (!death.loses_power)
		return;
	if (death.unsynced_count == UNSYNCED || (write->old = calloc(1, len)) == NULL)
		abort();
	read_old(fd, write->old, len, offset);
	write->fd = fd;
	write->at = offset;
	write->len = len;
	death.unsynced_count++;
}

static void forget(void)
{
	while (death.unsynced_count > 0)
		free(death.unsynced[--death.unsynced_count].old);
}

/* A file opened with O_DSYNC is synced by each write; killed in its middle, half of it is there. */
ssize_t pwrite(int fd, const void *at, size_t len, off_t offset)
{
	ssize_t put;

	if (!death.is_armed)
		return real_pwrite(fd, at, len, offset);
	step();
	remember(fd, len, offset);
	(void)real_pwrite(fd, at, len / 2, offset);
	step();
	put = real_pwrite(fd, at, len, offset);
	if ((fcntl(fd, F_GETFL) & O_DSYNC) != 0 && death.unsynced_count > 0)
		free(death.unsynced[--death.unsynced_count].old);
	return put;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t all = 0;

	if (!death.is_armed)
		return syscall(SYS_writev, fd, parts, count);
	for (int i = 0; i < count; i++) {
		ssize_t put = pwrite(fd, parts[i].iov_base, parts[i].iov_len, at + all);

		if (put < 0)
			return put;
		all += put;
	}
	(void)lseek(fd, all, SEEK_CUR);
	return all;
}

int fdatasync(int fd)
{
	int result;

	step();
	result = (int)syscall(SYS_fdatasync, fd);
	forget();
	return result;
}

/* ---- the writer ---- */

/* Batch b holds b % 3 + 1 records, the payload of record i says "b i", and the state "M" says b. */
static uint64_t records_of(uint64_t batch)
{
	return batch % 3 + 1;
}

static void payload_of(uint64_t batch, uint64_t index, char text[6000], struct bytes *ret_payload)
{
	int len = snprintf(text, 6000, "%" PRIu64 " %" PRIu64 " ", batch, index);

	memset(text + len, 'x', 6000 - (size_t)len);
	*ret_payload =
		bytes_of(text, batch % 2 == 0 ? 6000 : (size_t)len); /* some on overflow pages */
}

static enum err put_batch(struct batch *batch, uint64_t number, struct arena *arena)
{
	struct record record = {.time_ms = number, .event = "Test", .actor = "node"};
	char text[6000];
	uint8_t state[8];
	enum err err;

	for (uint64_t i = 0; i < records_of(number); i++) {
		struct bytes payload;

		payload_of(number, i, text, &payload);
		facts_init(&record.attributes, arena);
		record.payloads[0].role = "document";
		record.message = 0;
		if ((err = batch_append(batch, &record, &payload, 1, NULL)) != OK)
			return err;
		step();
	}
	bytes_put_u64(state, number);
	if ((err = batch_put(batch, bytes_of_text("Mlast"), bytes_of(state, 8))) != OK)
		return err;
	snprintf(text, sizeof(text), "W%" PRIu64, number - 1); /* one that comes and goes */
	if ((err = batch_delete(batch, bytes_of_text(text))) != OK)
		return err;
	snprintf(text, sizeof(text), "W%" PRIu64, number);
	return batch_put(batch, bytes_of_text(text), bytes_of(state, 8));
}

static enum err read_last(struct ledger *ledger, struct arena *arena, uint64_t *ret_number)
{
	struct bytes state = {0};
	enum err err = ledger_get(ledger, bytes_of_text("Mlast"), arena, &state);

	if (err == OK || err == ERR_MISSING)
		*ret_number = err == OK ? bytes_get_u64(state.at) : 0;
	return err == ERR_MISSING ? OK : err;
}

/* Goes on from where the store stands; says each batch's number on the pipe once it is committed.
 * 0: not killed. */
static int write_batches(const char *folder, uint64_t count, int to)
{
	struct arena *arena = arena_new(1 << 20);
	struct engine *engine;
	struct ledger *ledger;
	struct batch *batch;
	uint64_t last;

	if (engine_lmdb_open(folder, MAP_BYTES, false, &engine) != OK ||
	    ledger_open(engine, "vn.test.example", false, &ledger) != OK ||
	    read_last(ledger, arena, &last) != OK)
		return 1;
	for (uint64_t number = last + 1; number <= last + count; number++) {
		arena_clear(arena);
		if (ledger_begin(ledger, &batch) != OK || put_batch(batch, number, arena) != OK)
			return 2;
		step();
		if (ledger_commit(ledger, batch) != OK)
			return 3;
		step();
		if (write(to, &number, sizeof(number)) != sizeof(number))
			return 4;
		step();
	}
	ledger_close(ledger);
	arena_free(arena);
	return 0;
}

/* ---- the proof ---- */

static void assert_whole(struct ledger *ledger, struct arena *arena, uint64_t last)
{
	uint64_t record_number = 0, size;
	struct hash root;

	for (uint64_t number = 1; number <= last; number++)
		for (uint64_t i = 0; i < records_of(number); i++) {
			struct bytes payload, expected;
			char text[6000];

			arena_clear(arena);
			payload_of(number, i, text, &expected);
			assert_int_equal(
				ledger_payload(ledger, ++record_number, 0, arena, &payload), OK);
			assert_true(bytes_equal(payload, expected));
		}
	assert_int_equal(ledger_head(ledger, &size, &root), OK);
	assert_int_equal(size, record_number); /* nothing of a later batch */
}

static bool count_waiting(void *context, struct bytes key, struct bytes value)
{
	(void)key, (void)value;
	++*(int *)context;
	return true;
}

/* `acknowledged` is the last number heard; one more may be there, whole. */
static void assert_nothing_lost(const char *folder, uint64_t acknowledged)
{
	static const uint8_t public_key[KEY_PUBLIC_BYTES];
	struct arena *arena = arena_new(1 << 20);
	struct ledger_verdict verdict;
	struct engine *engine;
	struct ledger *ledger;
	uint64_t last = 0;
	int waiting = 0;

	assert_int_equal(engine_lmdb_open(folder, MAP_BYTES, false, &engine), OK);
	assert_int_equal(ledger_open(engine, "vn.test.example", false, &ledger), OK);
	assert_int_equal(read_last(ledger, arena, &last), OK);
	assert_in_range(last, acknowledged, acknowledged + 1);
	assert_whole(ledger, arena, last);
	assert_int_equal(ledger_scan(ledger, bytes_of_text("W"), bytes_of_text("X"), false,
				     count_waiting, &waiting),
			 OK);
	assert_int_equal(waiting, last == 0 ? 0 : 1);
	assert_int_equal(ledger_verify(ledger, public_key, NULL, NULL, &verdict), OK);
	assert_string_equal(verdict.what, "");
	ledger_close(ledger);
	arena_free(arena);
}

static void make_folder(char folder[64])
{
	/* in memory where there is such a folder: what a sync does for the disk is played here
	 * anyway */
	strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/sampan-crash-XXXXXX"
						     : "/tmp/sampan-crash-XXXXXX");
	assert_non_null(mkdtemp(folder));
	strcat(folder, "/db");
}

static void remove_folder(const char *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%.*s'", (int)strlen(folder) - 3, folder);
	assert_int_equal(system(command), 0);
}

static pid_t start(const char *folder, uint64_t count, int *ret_from)
{
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	/* a writer that nobody hears stops after 512 numbers: it cannot end before it is killed */
	assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		death.is_armed = death.die_at != 0;
		_exit(write_batches(folder, count, ends[1]));
	}
	close(ends[1]);
	*ret_from = ends[0];
	return child;
}

/* Hear up to `count` numbers; the last of them, or `before` when none came. */
static uint64_t hear(int from, uint64_t count, uint64_t before)
{
	uint64_t number;

	while (count-- > 0 && read(from, &number, sizeof(number)) == sizeof(number)) {
		assert_int_equal(number, before + 1);
		before = number;
	}
	return before;
}

static void kill_at_every_step(bool loses_power)
{
	char folder[64];
	bool was_killed = true;
	uint64_t die_at = 1;

	for (; was_killed; die_at++) {
		uint64_t acknowledged = 0;
		int from, status;
		pid_t child;

		death.die_at = die_at;
		death.loses_power = loses_power;
		death.seed = die_at;
		make_folder(folder);
		child = start(folder, 5, &from);
		acknowledged = hear(from, UINT64_MAX, 0);
		close(from);
		assert_int_equal(waitpid(child, &status, 0), child);
		was_killed = WIFSIGNALED(status);
		assert_true(was_killed ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
		assert_true(was_killed || acknowledged == 5);
		assert_nothing_lost(folder, acknowledged);
		remove_folder(folder);
	}
	death.die_at = 0;
	/* if LMDB's writes did not come through here, only the writer's own steps would be counted
	 */
	assert_true(die_at > 60);
	print_message("  counted: %" PRIu64 " steps of the store alone\n", die_at - 2);
}

static void a_writer_killed_at_any_step_loses_nothing_acknowledged(void **state)
{
	(void)state;
	kill_at_every_step(false);
}

static void power_lost_at_any_step_loses_nothing_acknowledged(void **state)
{
	(void)state;
	kill_at_every_step(true);
}

static void a_writer_killed_at_random_moments_goes_on_without_a_gap(void **state)
{
	uint64_t seed = 20261122, acknowledged = 0;
	char folder[64];

	(void)state;
	make_folder(folder);
	for (int round = 0; round < 40; round++) {
		uint64_t number = 0;
		int from, status;
		pid_t child = start(folder, 1000, &from);

		acknowledged = hear(from, next_random(&seed) % 8, acknowledged);
		kill(child, SIGKILL); /* somewhere in what follows */
		acknowledged = hear(from, UINT64_MAX, acknowledged);
		close(from);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_nothing_lost(folder, acknowledged);
		/* what was not heard of may be there all the same: the next writer goes on behind
		 * it */
		child = start(folder, 1, &from);
		assert_int_equal(read(from, &number, sizeof(number)), sizeof(number));
		assert_in_range(number, acknowledged + 1, acknowledged + 2);
		acknowledged = number;
		close(from);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_nothing_lost(folder, acknowledged);
	remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_writer_killed_at_any_step_loses_nothing_acknowledged),
		cmocka_unit_test(power_lost_at_any_step_loses_nothing_acknowledged),
		cmocka_unit_test(a_writer_killed_at_random_moments_goes_on_without_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
