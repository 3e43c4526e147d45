/*
 * Readers of a store die while they hold a transaction: what they saw is not kept for ever, and others
 * find a place.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/engine.h"

#define MAP_BYTES ((size_t)1 << 28)
#define COMMITS 300u
#define KEYS 8u
#define PLACES 200u /* more than LMDB's reader table has */

struct store {
	char folder[64];
	struct engine *engine;
	uint64_t head;
};

static void open_store(struct store *store)
{
	strcpy(store->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/sampan-readers-XXXXXX"
							    : "/tmp/sampan-readers-XXXXXX");
	assert_non_null(mkdtemp(store->folder));
	strcat(store->folder, "/db");
	store->head = 0;
	assert_int_equal(engine_lmdb_open(store->folder, MAP_BYTES, false, &store->engine), OK);
}

static void close_store(struct store *store)
{
	char command[128];

	engine_close(store->engine);
	(void)snprintf(command, sizeof(command), "rm -r '%.*s'", (int)strlen(store->folder) - 3,
		       store->folder);
	assert_int_equal(system(command), 0);
}

/* The same keys again and again: all that grows is what is not freed. */
static void write_over(struct store *store, unsigned commits)
{
	static uint8_t value[6000];
	char names[KEYS][4];
	struct engine_put puts[KEYS];

	for (unsigned commit = 0; commit < commits; commit++) {
		struct engine_batch batch = {
			.puts = puts, .put_count = KEYS, .expected_head = store->head};

		memset(value, (int)commit, sizeof(value));
		for (unsigned i = 0; i < KEYS; i++) {
			(void)snprintf(names[i], sizeof(names[i]), "k%u", i);
			puts[i] = (struct engine_put){bytes_of_text(names[i]),
						      bytes_of(value, sizeof(value))};
		}
		assert_int_equal(engine_commit(store->engine, &batch, &store->head), OK);
	}
}

static off_t size_of(const struct store *store)
{
	struct stat status;
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/data.mdb", store->folder);
	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static bool die(void *context, struct bytes key, struct bytes value)
{
	(void)context;
	(void)key;
	(void)value;
	raise(SIGKILL);
	return false;
}

static void die_reading(const struct store *store)
{
	struct engine *reader;
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (engine_lmdb_open(store->folder, MAP_BYTES, true, &reader) == OK)
			(void)engine_scan(reader, (struct bytes){0}, (struct bytes){0}, false, die,
					  NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_reader_that_died_in_a_transaction_does_not_make_the_store_grow(void **state)
{
	struct store with, without;

	(void)state;
	open_store(&with);
	open_store(&without);
	write_over(&with, 10);
	write_over(&without, 10);
	die_reading(&with);
	write_over(&with, COMMITS);
	write_over(&without, COMMITS);
	print_message("  %lld bytes with a dead reader, %lld without\n", (long long)size_of(&with),
		      (long long)size_of(&without));
	/* 64 commits at most are kept for it, where 300 were written */
	assert_true(size_of(&with) < size_of(&without) + (off_t)90 * KEYS * 3 * 4096);
	write_over(&with, COMMITS);
	assert_true(size_of(&with) < size_of(&without) + (off_t)90 * KEYS * 3 * 4096);
	close_store(&with);
	close_store(&without);
}

static void dead_readers_take_no_place_from_the_living(void **state)
{
	struct engine *reader;
	struct store store;

	(void)state;
	open_store(&store);
	write_over(&store, 1);
	for (unsigned i = 0; i < PLACES; i++)
		die_reading(&store);
	assert_int_equal(engine_lmdb_open(store.folder, MAP_BYTES, true, &reader), OK);
	engine_close(reader);
	close_store(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_that_died_in_a_transaction_does_not_make_the_store_grow),
		cmocka_unit_test(dead_readers_take_no_place_from_the_living),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
