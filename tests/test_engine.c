/* The conformance suite of the engine seam, run over every engine, and what each engine promises
 * beyond it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/engine_ahead.h"
#include "sampan/engine_run.h"

#define MAP_BYTES ((size_t)1 << 30)

/* One engine under test and a folder for those that need one. */
struct bench {
	struct engine *engine;
	struct arena *arena;
	char folder[64];
};

static void make_folder(struct bench *bench)
{
	strcpy(bench->folder, "/tmp/sampan-engine-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	strcat(bench->folder, "/db");
}

static int set_up_sim(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new((size_t)256 << 20);
	assert_int_equal(engine_sim_open(&bench->engine), OK);
	*state = bench;
	return 0;
}

static int set_up_lmdb(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new((size_t)256 << 20);
	make_folder(bench);
	assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, false, &bench->engine), OK);
	*state = bench;
	return 0;
}

static int set_up_ahead(void **state)
{
	struct bench *bench;

	(void)set_up_lmdb(state);
	bench = *state;
	assert_int_equal(engine_ahead_open(bench->engine, &bench->engine), OK);
	return 0;
}

/* With few keys kept as they come, so that they are put in order again and again. */
static int set_up_run(void **state)
{
	struct bench *bench;

	(void)set_up_sim(state);
	bench = *state;
	assert_int_equal(engine_run_open(bench->engine, 16, false, &bench->engine), OK);
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	char command[128];

	engine_close(bench->engine);
	arena_free(bench->arena);
	if (bench->folder[0] != 0) {
		snprintf(command, sizeof(command), "rm -r '%.*s'", (int)strlen(bench->folder) - 3,
			 bench->folder);
		assert_int_equal(system(command), 0);
	}
	free(bench);
	return 0;
}

static struct bytes text(const char *at)
{
	return bytes_of_text(at);
}

static enum err put_one(struct engine *engine, uint64_t head, struct bytes key, struct bytes value)
{
	struct engine_put put = {key, value};
	struct engine_batch batch = {.puts = &put, .put_count = 1, .expected_head = head};

	return engine_commit(engine, &batch, NULL);
}

static enum err delete_one(struct engine *engine, uint64_t head, struct bytes key)
{
	struct engine_batch batch = {.deletes = &key, .delete_count = 1, .expected_head = head};

	return engine_commit(engine, &batch, NULL);
}

static void assert_has(struct bench *bench, const char *key, const char *value)
{
	struct bytes got = {0};

	assert_int_equal(engine_get(bench->engine, text(key), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text(value)));
}

static void assert_has_not(struct bench *bench, const char *key)
{
	struct bytes got = text("untouched");

	assert_int_equal(engine_get(bench->engine, text(key), bench->arena, &got), ERR_MISSING);
	assert_true(bytes_equal(got, text("untouched")));
}

static void assert_head(struct engine *engine, uint64_t expected)
{
	uint64_t head = UINT64_MAX;

	assert_int_equal(engine_head(engine, &head), OK);
	assert_int_equal(head, expected);
}

/* Joins "key=value " of what a scan meets; ends after `left`. */
struct joined {
	char at[512];
	size_t left;
};

static bool join(void *context, struct bytes key, struct bytes value)
{
	struct joined *joined = context;
	size_t len = strlen(joined->at);

	snprintf(joined->at + len, sizeof(joined->at) - len, "%.*s=%.*s ", (int)key.len,
		 (const char *)key.at, (int)value.len,
		 value.at == NULL ? "" : (const char *)value.at);
	return --joined->left > 0;
}

static void assert_scan(struct bench *bench, const char *from, const char *until, bool backwards,
			const char *expected)
{
	struct joined joined = {.left = 100};

	assert_int_equal(
		engine_scan(bench->engine, text(from), text(until), backwards, join, &joined), OK);
	assert_string_equal(joined.at, expected);
}

/* ---- every engine ---- */

static void a_new_store_is_empty_and_stands_at_head_0(void **state)
{
	assert_head(((struct bench *)*state)->engine, 0);
	assert_has_not(*state, "a");
	assert_scan(*state, "", "", false, "");
	assert_scan(*state, "", "", true, "");
}

static void what_was_committed_is_read_and_the_head_rises_by_one(void **state)
{
	struct bench *bench = *state;
	struct engine_put puts[] = {{text("b"), text("2")}, {text("a"), text("1")}};
	struct engine_batch batch = {.puts = puts, .put_count = 2};
	uint64_t head = 0;

	assert_int_equal(engine_commit(bench->engine, &batch, &head), OK);
	assert_int_equal(head, 1);
	assert_head(bench->engine, 1);
	assert_has(bench, "a", "1");
	assert_has(bench, "b", "2");
	assert_int_equal(put_one(bench->engine, 1, text("a"), text("")), OK);
	assert_has(bench, "a", "");
	assert_head(bench->engine, 2);
}

static void a_batch_built_on_another_head_does_nothing(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
	assert_int_equal(put_one(bench->engine, 0, text("a"), text("2")), ERR_CONFLICT);
	assert_int_equal(put_one(bench->engine, 2, text("b"), text("2")), ERR_CONFLICT);
	assert_has(bench, "a", "1");
	assert_has_not(bench, "b");
	assert_head(bench->engine, 1);
}

static void deleting_what_is_not_there_is_no_error(void **state)
{
	struct bench *bench = *state;
	struct engine_put put = {text("c"), text("3")};
	struct bytes deletes[] = {text("a"), text("zz")};
	struct engine_batch batch = {&put, 1, deletes, 2, 2, 0};

	assert_int_equal(delete_one(bench->engine, 0, text("a")), OK);
	assert_int_equal(put_one(bench->engine, 1, text("a"), text("1")), OK);
	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
	assert_has_not(bench, "a");
	assert_has(bench, "c", "3");
	assert_head(bench->engine, 3);
}

static void a_scan_keeps_its_bounds_in_both_directions(void **state)
{
	struct bench *bench = *state;
	struct engine_put puts[] = {{text("d"), text("4")},
				    {text("b"), text("2")},
				    {text("ba"), text("3")},
				    {text("a"), text("1")},
				    {text("\xff"), text("5")}};
	struct engine_batch batch = {.puts = puts, .put_count = 5};
	struct joined joined = {.left = 2};

	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
	assert_scan(bench, "", "", false, "a=1 b=2 ba=3 d=4 \xff=5 ");
	assert_scan(bench, "", "", true, "\xff=5 d=4 ba=3 b=2 a=1 ");
	assert_scan(bench, "b", "d", false, "b=2 ba=3 ");
	assert_scan(bench, "b", "d", true, "ba=3 b=2 ");
	assert_scan(bench, "aa", "c", false, "b=2 ba=3 ");
	assert_scan(bench, "aa", "c", true, "ba=3 b=2 ");
	assert_scan(bench, "bb", "c", false, "");
	assert_scan(bench, "bb", "c", true, "");
	assert_scan(bench, "c", "", false, "d=4 \xff=5 ");
	assert_scan(bench, "c", "", true, "\xff=5 d=4 ");
	assert_scan(bench, "", "b", true, "a=1 ");
	assert_scan(bench, "", "a", true, "");
	assert_scan(bench, "d", "b", false, "");
	assert_scan(bench, "d", "b", true, "");
	assert_scan(bench, "b", "b", true, "");
	assert_scan(bench, "\xff\x01", "", true, "");
	assert_int_equal(engine_scan(bench->engine, text("b"), text(""), false, join, &joined), OK);
	assert_string_equal(joined.at, "b=2 ba=3 ");
}

static void keys_are_ordered_as_bytes_up_to_their_full_length(void **state)
{
	struct bench *bench = *state;
	uint8_t low[ENGINE_KEY_BYTES], high[ENGINE_KEY_BYTES], zero = 0;
	struct bytes got;

	memset(low, 0, sizeof(low));
	memset(high, 0xff, sizeof(high));
	assert_int_equal(put_one(bench->engine, 0, bytes_of(high, sizeof(high)), text("high")), OK);
	assert_int_equal(put_one(bench->engine, 1, bytes_of(low, sizeof(low)), text("low")), OK);
	assert_int_equal(put_one(bench->engine, 2, bytes_of(&zero, 1), text("zero")), OK);
	assert_int_equal(
		engine_get(bench->engine, bytes_of(high, sizeof(high)), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("high")));
	assert_int_equal(engine_get(bench->engine, bytes_of(&zero, 1), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("zero")));
}

static void a_value_of_64_megabytes_comes_back_whole(void **state)
{
	struct bench *bench = *state;
	size_t len = (size_t)64 << 20;
	uint8_t *large = malloc(len);
	struct arena *small = arena_new(1000);
	struct bytes got = {0};

	assert_non_null(large);
	for (size_t i = 0; i < len; i++)
		large[i] = (uint8_t)(i * 2654435761u >> 13);
	assert_int_equal(put_one(bench->engine, 0, text("large"), bytes_of(large, len)), OK);
	assert_int_equal(engine_get(bench->engine, text("large"), small, &got), ERR_LIMIT);
	assert_int_equal(engine_get(bench->engine, text("large"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, bytes_of(large, len)));
	arena_free(small);
	free(large);
}

/* A plain array beside the engine; deterministic. */
enum { MODEL_KEYS = 60 };

/* Some come by chance (sampan/engine_run.h), and some do not. */
static void name_key(uint32_t number, uint8_t ret_name[4])
{
	bytes_put_u32(ret_name, number < 20 ? number : number | (uint32_t)ENGINE_BY_CHANCE << 24);
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

struct walk {
	const uint32_t *model;
	uint32_t from, until, next;
	bool backwards;
};

static void skip_missing(struct walk *walk)
{
	while (walk->next >= walk->from && walk->next < walk->until && walk->model[walk->next] == 0)
		walk->next += walk->backwards ? UINT32_MAX : 1;
}

static bool compare_with_model(void *context, struct bytes key, struct bytes value)
{
	struct walk *walk = context;

	skip_missing(walk);
	assert_in_range(walk->next, walk->from, walk->until - 1);
	assert_int_equal(key.len, 4);
	assert_int_equal(bytes_get_u32(key.at) & 0xffffff, walk->next);
	assert_int_equal(value.len, walk->model[walk->next]);
	walk->next += walk->backwards ? UINT32_MAX : 1;
	return true;
}

static void scan_as_the_model(struct engine *engine, const uint32_t *model, uint64_t *seed)
{
	uint32_t from = 1 + next_random(seed) % MODEL_KEYS,
		 until = 1 + next_random(seed) % (MODEL_KEYS + 1);
	bool backwards = next_random(seed) % 2 == 0;
	struct walk walk = {model, from, until, backwards ? until - 1 : from, backwards};
	uint8_t low[4], high[4];

	if (until <= from)
		return;
	name_key(from, low);
	name_key(until, high);
	assert_int_equal(engine_scan(engine, bytes_of(low, 4), bytes_of(high, 4), backwards,
				     compare_with_model, &walk),
			 OK);
	skip_missing(&walk);
	assert_true(walk.next < from || walk.next >= until); /* nothing was left out */
}

static void random_batches_leave_what_a_plain_array_holds(void **state)
{
	struct bench *bench = *state;
	uint32_t model[MODEL_KEYS + 1] = {0};
	static const uint8_t bytes[300];
	uint64_t seed = 7, head = 0;

	for (int round = 0; round < 150; round++) {
		uint8_t names[MODEL_KEYS + 1][4];
		struct engine_put puts[MODEL_KEYS];
		struct bytes deletes[MODEL_KEYS];
		struct engine_batch batch = {
			.puts = puts, .deletes = deletes, .expected_head = head};

		for (uint32_t i = 1; i <= MODEL_KEYS; i++) {
			uint32_t choice = next_random(&seed) % 8;

			name_key(i, names[i]);
			if (choice == 0) {
				model[i] = 1 + next_random(&seed) % 300;
				puts[batch.put_count++] = (struct engine_put){
					bytes_of(names[i], 4), bytes_of(bytes, model[i])};
			} else if (choice == 1) {
				model[i] = 0;
				deletes[batch.delete_count++] = bytes_of(names[i], 4);
			}
		}
		if (engine_fd(bench->engine) < 0 || round % 2 == 0) {
			assert_int_equal(engine_commit(bench->engine, &batch, &head), OK);
		} else { /* seen as done from the beginning of it */
			assert_int_equal(engine_begin(bench->engine, &batch, NULL, NULL), OK);
			assert_head(bench->engine, head + 1);
			for (int scan = 0; scan < 6; scan++)
				scan_as_the_model(bench->engine, model, &seed);
			assert_int_equal(engine_end(bench->engine, &head), OK);
		}
		for (int scan = 0; scan < 6; scan++)
			scan_as_the_model(bench->engine, model, &seed);
	}
	assert_int_equal(head, 150);
	assert_head(bench->engine, 150);
}

/* The engine has room for one value of that length, not for two. */
static void fill_up(struct bench *bench, size_t len)
{
	uint8_t *large = calloc(1, len);
	struct bytes got;

	assert_non_null(large);
	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
	assert_int_equal(put_one(bench->engine, 1, text("first"), bytes_of(large, len)), OK);
	assert_int_equal(put_one(bench->engine, 2, text("second"), bytes_of(large, len)), ERR_FULL);
	assert_head(bench->engine, 2);
	assert_has(bench, "a", "1");
	assert_has_not(bench, "second");
	assert_int_equal(engine_get(bench->engine, text("first"), bench->arena, &got), OK);
	assert_int_equal(got.len, len);
	assert_int_equal(put_one(bench->engine, 2, text("b"), text("2")), OK);
	assert_int_equal(delete_one(bench->engine, 3, text("first")), OK);
	/* LMDB gives pages back only two commits later: the one before stays whole until the next
	 * is on disk */
	assert_int_equal(put_one(bench->engine, 4, text("c"), text("3")), OK);
	assert_int_equal(put_one(bench->engine, 5, text("second"), bytes_of(large, len / 4 * 3)),
			 OK);
	assert_head(bench->engine, 6);
	free(large);
}

/* ---- the simulated engine ---- */

static void a_full_simulated_store_keeps_what_it_has(void **state)
{
	struct bench *bench = *state;

	engine_sim_set_faults(bench->engine, &(struct engine_faults){.max_bytes = 1000});
	fill_up(bench, 600);
}

static void the_simulated_engine_fails_at_the_commit_asked_for(void **state)
{
	struct bench *bench = *state;
	struct engine_faults faults = {
		.fail_commit_at = 2, .unknown_commit_at = 3, .fail_with = ERR_IO};

	engine_sim_set_faults(bench->engine, &faults);
	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
	assert_int_equal(put_one(bench->engine, 1, text("b"), text("2")), ERR_IO);
	assert_has_not(bench, "b");
	assert_head(bench->engine, 1);
	assert_int_equal(put_one(bench->engine, 1, text("b"), text("2")), ERR_UNKNOWN);
	assert_has(bench, "b", "2");
	assert_head(bench->engine, 2);
	assert_int_equal(put_one(bench->engine, 2, text("c"), text("3")), OK);
}

/* ---- LMDB ---- */

static void what_was_committed_is_there_after_reopening(void **state)
{
	struct bench *bench = *state;
	struct stat status;

	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
	engine_close(bench->engine);
	assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, false, &bench->engine), OK);
	assert_has(bench, "a", "1");
	assert_head(bench->engine, 1);
	assert_int_equal(stat(bench->folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
}

static void a_second_writer_is_refused(void **state)
{
	struct bench *bench = *state;
	struct engine *second;

	assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, false, &second), ERR_EXISTS);
	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
}

static void reading_what_is_not_there_makes_nothing(void **state)
{
	struct engine *reader;

	(void)state;
	assert_int_equal(engine_lmdb_open("/tmp/sampan-none", MAP_BYTES, true, &reader),
			 ERR_MISSING);
	assert_int_equal(access("/tmp/sampan-none", F_OK), -1);
}

static void a_full_map_keeps_what_it_has(void **state)
{
	struct bench *bench = *state;

	engine_close(bench->engine);
	bench->engine = NULL;
	bench->folder[strlen(bench->folder) - 1] = '2'; /* a fresh folder beside the first */
	assert_int_equal(engine_lmdb_open(bench->folder, (size_t)1 << 20, false, &bench->engine),
			 OK);
	fill_up(bench, 600000);
}

static void the_map_size_of_today_counts(void **state)
{
	struct bench *bench = *state;
	size_t len = (size_t)3 << 20;
	uint8_t *large = calloc(1, len);

	assert_non_null(large);
	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")),
			 OK); /* made with MAP_BYTES */
	engine_close(bench->engine);
	assert_int_equal(engine_lmdb_open(bench->folder, (size_t)1 << 20, false, &bench->engine),
			 OK);
	assert_int_equal(put_one(bench->engine, 1, text("large"), bytes_of(large, len)), ERR_FULL);
	assert_has(bench, "a", "1");
	assert_int_equal(put_one(bench->engine, 1, text("b"), text("2")), OK);
	engine_close(bench->engine);
	assert_int_equal(engine_lmdb_open(bench->folder, 2 * MAP_BYTES, false, &bench->engine), OK);
	assert_int_equal(put_one(bench->engine, 2, text("large"), bytes_of(large, len)), OK);
	assert_has(bench, "a", "1");
	/* less than what is used: it opens, keeps what it has and takes no more */
	engine_close(bench->engine);
	assert_int_equal(engine_lmdb_open(bench->folder, (size_t)1 << 20, false, &bench->engine),
			 OK);
	assert_has(bench, "b", "2");
	assert_int_equal(put_one(bench->engine, 3, text("more"), bytes_of(large, len)), ERR_FULL);
	assert_head(bench->engine, 3);
	free(large);
}

static void a_file_cut_off_is_corrupt(void **state)
{
	struct bench *bench = *state;
	static const uint8_t large[100000];
	static const off_t left[] = {50000, 8192, 4096, 100, 0};
	char path[128];

	assert_int_equal(put_one(bench->engine, 0, text("a"), bytes_of(large, sizeof(large))), OK);
	engine_close(bench->engine);
	bench->engine = NULL;
	snprintf(path, sizeof(path), "%s/data.mdb", bench->folder);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		assert_int_equal(truncate(path, left[i]), 0);
		for (int is_reader = 0; is_reader < 2; is_reader++)
			assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, is_reader,
							  &bench->engine),
					 ERR_CORRUPT);
	}
}

static void say(int fd, char word)
{
	assert_int_equal(write(fd, &word, 1), 1);
}

static void hear(int fd, char word)
{
	char got = 0;

	assert_int_equal(read(fd, &got, 1), 1);
	assert_int_equal(got, word);
}

/* In the child: opened while the writer lives, each commit is seen; then dies holding a place in
 * the reader table. */
static int read_beside_the_writer(const char *folder, int from, int to)
{
	struct arena *arena = arena_new(100000);
	struct engine *reader = NULL;
	struct bytes got;
	char word;
	uint64_t head;

	if (arena == NULL || engine_lmdb_open(folder, MAP_BYTES, true, &reader) != OK ||
	    put_one(reader, 1, text("x"), text("y")) != ERR_DENIED)
		return 1;
	for (uint64_t expected = 1; expected <= 3; expected++) {
		if (engine_head(reader, &head) != OK || head != expected ||
		    engine_get(reader, text("a"), arena, &got) != OK || got.len != expected)
			return 2;
		if (write(to, "r", 1) != 1 || read(from, &word, 1) != 1)
			return 3;
	}
	return raise(SIGKILL);
}

static void a_reader_beside_the_writer_sees_each_commit(void **state)
{
	struct bench *bench = *state;
	int there[2], back[2], status;
	pid_t child;

	assert_int_equal(put_one(bench->engine, 0, text("a"), text("1")), OK);
	assert_int_equal(pipe(there), 0);
	assert_int_equal(pipe(back), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(read_beside_the_writer(bench->folder, there[0], back[1]));
	hear(back[0], 'r');
	assert_int_equal(put_one(bench->engine, 1, text("a"), text("12")), OK);
	say(there[1], 'w');
	hear(back[0], 'r');
	assert_int_equal(put_one(bench->engine, 2, text("a"), text("123")), OK);
	say(there[1], 'w');
	hear(back[0], 'r');
	say(there[1], 'w');
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	engine_close(bench->engine);
	assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, false, &bench->engine), OK);
	assert_has(bench, "a", "123");
	for (int i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
}

/* In the child: no file may grow beyond 64 KB, as on a full disk. */
static int write_on_a_full_disk(const char *folder)
{
	static const uint8_t large[200000];
	struct rlimit limit = {65536, 65536};
	struct engine *engine = NULL;
	uint64_t head;
	enum err err;

	signal(SIGXFSZ, SIG_IGN);
	if (engine_lmdb_open(folder, MAP_BYTES, false, &engine) != OK ||
	    put_one(engine, 0, text("a"), text("1")) != OK || setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	/* a write cut short counts as EIO in LMDB, and this is no full disk by statvfs(): both
	 * answers are true */
	err = put_one(engine, 1, text("large"), bytes_of(large, sizeof(large)));
	if (err != ERR_FULL && err != ERR_UNKNOWN)
		return 2;
	if (engine_head(engine, &head) != OK || head != 1)
		return 3;
	return put_one(engine, 1, text("b"), text("2")) == OK ? 0 : 4;
}

static void a_full_disk_keeps_what_it_has(void **state)
{
	struct bench *bench = *state;
	int status;
	pid_t child;

	engine_close(bench->engine);
	bench->engine = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(write_on_a_full_disk(bench->folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(engine_lmdb_open(bench->folder, MAP_BYTES, false, &bench->engine), OK);
	assert_has(bench, "a", "1");
	assert_has(bench, "b", "2");
	assert_has_not(bench, "large");
}

#define EVERY_ENGINE(test) \
	{#test " (simulated)", test, set_up_sim, tear_down, NULL}, \
		{#test " (keys as they come)", test, set_up_run, tear_down, NULL}, \
		{#test " (LMDB)", test, set_up_lmdb, tear_down, NULL}, \
	{ \
#test " (LMDB in a thread of its own)", test, set_up_ahead, tear_down, NULL \
	}
#define ONE_ENGINE(test, name) cmocka_unit_test_setup_teardown(test, set_up_##name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVERY_ENGINE(a_new_store_is_empty_and_stands_at_head_0),
		EVERY_ENGINE(what_was_committed_is_read_and_the_head_rises_by_one),
		EVERY_ENGINE(a_batch_built_on_another_head_does_nothing),
		EVERY_ENGINE(deleting_what_is_not_there_is_no_error),
		EVERY_ENGINE(a_scan_keeps_its_bounds_in_both_directions),
		EVERY_ENGINE(keys_are_ordered_as_bytes_up_to_their_full_length),
		EVERY_ENGINE(a_value_of_64_megabytes_comes_back_whole),
		EVERY_ENGINE(random_batches_leave_what_a_plain_array_holds),
		ONE_ENGINE(a_full_simulated_store_keeps_what_it_has, sim),
		ONE_ENGINE(the_simulated_engine_fails_at_the_commit_asked_for, sim),
		ONE_ENGINE(what_was_committed_is_there_after_reopening, lmdb),
		ONE_ENGINE(a_second_writer_is_refused, lmdb),
		ONE_ENGINE(reading_what_is_not_there_makes_nothing, lmdb),
		ONE_ENGINE(a_full_map_keeps_what_it_has, lmdb),
		ONE_ENGINE(the_map_size_of_today_counts, lmdb),
		ONE_ENGINE(a_file_cut_off_is_corrupt, lmdb),
		ONE_ENGINE(a_reader_beside_the_writer_sees_each_commit, lmdb),
		ONE_ENGINE(a_full_disk_keeps_what_it_has, lmdb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
