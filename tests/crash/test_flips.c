/*
 * Bits of the store's file flip. No wrong bytes are ever taken for right ones: whatever a reader gets of
 * records, payloads, checkpoints and proofs is what was written, or an error, or it dies of it, which is
 * why readers are processes of their own. What can be read no more, or is another, `ledger verify` names,
 * and outlives it.
 *
 * SAMPAN_FLIPS: how many; SAMPAN_SEED repeats a run's choices.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/file.h"
#include "tests/crash/disk.h"
#include "tests/crash/scene.h"

#define FLIPS 60u
#define FILE_BYTES ((size_t)1 << 26)
#define PAGE_BYTES 4096u
#define STATE_BYTES 152u /* of LMDB's two pages that hold its states */

/* READ_BEFORE: all as it was one commit before. */
enum reading { READ_SAME, READ_ERROR, READ_WRONG, READ_BEFORE, READ_DIED };

/* The whole ledger as it was: one hash for each thing that can be read; and the file. */
static struct {
	struct scene scene;
	struct arena *arena;
	struct bytes file;
	struct hash *hashes;
	size_t count;
	uint64_t commits;
	char program[4096];
} bench;

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

/* ---- reading everything ---- */

struct walk {
	bool is_first; /* what is read is right */
	size_t at;
	enum reading reading;
};

static void take(struct walk *walk, enum err err, struct bytes bytes)
{
	struct hash hash;

	if (err != OK) {
		walk->reading = walk->reading == READ_WRONG ? READ_WRONG : READ_ERROR;
		walk->at++;
		return;
	}
	hash = hash_of(bytes);
	if (walk->is_first)
		bench.hashes[bench.count++] = hash;
	else if (walk->at >= bench.count || !hash_equal(&hash, &bench.hashes[walk->at]))
		walk->reading = READ_WRONG;
	walk->at++;
}

static void take_record(struct walk *walk, struct ledger *ledger, uint64_t number)
{
	struct bytes leaf = {0}, payload = {0}, note = {0};
	struct record record = {0};
	enum err err;

	arena_clear(bench.arena);
	err = ledger_record(ledger, number, bench.arena, &record, &leaf);
	take(walk, err, leaf);
	for (size_t i = 0; err == OK && i < record.payload_count; i++)
		take(walk, ledger_payload(ledger, number, i, bench.arena, &payload), payload);
	if (err != OK) /* how many there were is not known */
		walk->reading = READ_ERROR;
	if (ledger_checkpoint_first_covering(ledger, number, bench.arena, &note) == OK) {
		struct checkpoint checkpoint;
		/* a note is believed for its signature only */
		bool is_good = checkpoint_verify(note, bench.scene.public_key, &checkpoint) == OK;

		walk->reading = is_good ? walk->reading : READ_ERROR;
	}
}

static enum reading read_all(bool is_first)
{
	struct walk walk = {.is_first = is_first};
	struct engine *engine;
	struct ledger *ledger;
	struct hash root;
	uint64_t size = 0, commits = 0;

	if (engine_lmdb_open(arena_format(bench.scene.arena, "%s/ledger", bench.scene.directory),
			     SCENE_MAP_BYTES, true, &engine) != OK ||
	    ledger_open(engine, NULL, true, &ledger) != OK ||
	    ledger_head(ledger, &size, &root) != OK)
		return READ_ERROR;
	for (uint64_t number = 1; number <= size && walk.reading == READ_SAME; number++)
		take_record(&walk, ledger, number);
	if (engine_head(engine, &commits) != OK)
		walk.reading = READ_ERROR;
	if (is_first)
		bench.commits = commits;
	else if (walk.reading == READ_SAME && commits != bench.commits)
		walk.reading = commits == bench.commits - 1 ? READ_BEFORE : READ_WRONG;
	else if (walk.reading == READ_SAME && walk.at != bench.count)
		walk.reading = READ_WRONG;
	ledger_close(ledger);
	return walk.reading;
}

/* In a process that may die of it. */
static enum reading read_apart(void)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)alarm(60);
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		_exit(read_all(false));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) <= READ_BEFORE)
		return (enum reading)WEXITSTATUS(status);
	assert_false(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM); /* it hangs */
	return READ_DIED;
}

static int verify(void)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		(void)alarm(60);
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		(void)execl(bench.program, "sampan", "ledger", "verify", "--dir",
			    bench.scene.directory, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status)); /* it outlives what its reader dies of */
	return WEXITSTATUS(status);
}

/* ---- the file ---- */

static void put_file(uint64_t flipped)
{
	const char *path = scene_store(&bench.scene);
	int fd = open(path, O_WRONLY | O_TRUNC);
	uint8_t byte = (uint8_t)(bench.file.at[flipped / 8] ^ (1u << flipped % 8));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bench.file.at, bench.file.len), bench.file.len);
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)(flipped / 8)), 1);
	close(fd);
}

/* Anywhere; each fourth in what says which state is the newest: small, and all hangs on it. */
static uint64_t choose(uint64_t flip, uint64_t *seed)
{
	uint64_t at = (uint64_t)disk_random(seed) << 20 ^ disk_random(seed);

	return flip % 4 != 3 ? at % (bench.file.len * 8)
			     : at % (STATE_BYTES * 8) + (at >> 20) % 2 * PAGE_BYTES * 8;
}

static void no_flipped_bit_is_served_and_verify_names_what_lives(void **state)
{
	uint64_t seed = number_from("SAMPAN_SEED", 20261122),
		 flips = number_from("SAMPAN_FLIPS", FLIPS);
	unsigned counts[READ_DIED + 1] = {0}, named = 0;

	(void)state;
	print_message("SAMPAN_SEED=%llu SAMPAN_FLIPS=%llu\n", (unsigned long long)seed,
		      (unsigned long long)flips);
	for (uint64_t flip = 0; flip < flips; flip++) {
		uint64_t at = choose(flip, &seed);
		enum reading reading;
		int code;

		put_file(at);
		reading = read_apart();
		code = verify();
		if (reading == READ_WRONG ||
		    (reading != READ_SAME && reading != READ_BEFORE && code == EX_OK) ||
		    (code != EX_OK && code != EX_DATAERR &&
		     code != EX_CONFIG /* a version that is none of ours */))
			fail_msg("bit %llu: read %d, verify %d", (unsigned long long)at, reading,
				 code);
		counts[reading]++;
		named += code != EX_OK;
	}
	print_message(
		"  %u read as they were, %u as one commit before, %u errors, %u readers died; "
		"verify named %u\n",
		counts[READ_SAME], counts[READ_BEFORE], counts[READ_ERROR], counts[READ_DIED],
		named);
	print_message("  counted: %llu bits flipped\n", (unsigned long long)flips);
	assert_true(named > 0);
}

static int set_up(void **state)
{
	ssize_t len = readlink("/proc/self/exe", bench.program, sizeof(bench.program) - 1);
	uint64_t seed = 7;

	(void)state;
	assert_true(len > 0);
	bench.program[len] = '\0';
	for (int i = 0; i < 3; i++) /* build/tests/crash/test_flips */
		*strrchr(bench.program, '/') = '\0';
	strcat(bench.program, "/sampan");
	assert_int_equal(access(bench.program, X_OK), 0);
	bench.arena = arena_new(FILE_BYTES);
	bench.hashes = calloc(4096, sizeof(*bench.hashes));
	scene_open(&bench.scene);
	scene_begin(&bench.scene, SCENE_LEDGER | SCENE_SEAL, 0);
	for (size_t i = 0; i < 12; i++) {
		scene_add(&bench.scene, "N", i, 100 + disk_random(&seed) % 9000);
		scene_lodge(&bench.scene, i, 1);
	}
	scene_end(&bench.scene);
	assert_int_equal(
		file_read(scene_store(&bench.scene), FILE_BYTES, bench.scene.arena, &bench.file),
		OK);
	assert_int_equal(verify(), EX_OK);
	assert_int_equal(read_all(true), READ_SAME);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scene_close(&bench.scene);
	arena_free(bench.arena);
	free(bench.hashes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_flipped_bit_is_served_and_verify_names_what_lives),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
