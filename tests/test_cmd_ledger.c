/* sampan ledger: what it prints and how it ends, over a ledger of three records in a folder. */
#include <fcntl.h>
#include <poll.h>
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
#include <jansson.h>

#include "node/checkpoint.h"
#include "node/cmd_ledger.h"
#include "node/command.h"
#include "node/file.h"
#include "node/ledger.h"
#include "node/message.h"
#include "node/seal.h"
#include "node/seal_memory.h"
#include "sampan/base64.h"
#include "tests/support/patience.h"

#define MAP_BYTES ((size_t)1 << 26)

struct bench {
	char folder[64];
	char output[16384];
	struct arena *arena;
	struct key *key;
};

static const char *path_of(struct bench *bench, const char *name)
{
	return arena_format(bench->arena, "%s/%s", bench->folder, name);
}

static void write_public_key(struct bench *bench, const char *origin, const struct key *key)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;
	FILE *file = fopen(path_of(bench, "keys/ledger.pub"), "w");

	assert_non_null(file);
	key_get_public(key, public_key);
	buffer_init(&text, 1000);
	assert_int_equal(checkpoint_format_key(origin, public_key, &text), OK);
	fprintf(file, "%.*s\n", (int)text.len, (const char *)text.at);
	fclose(file);
	buffer_clear(&text);
}

static struct ledger *open_ledger(struct bench *bench)
{
	struct engine *engine;
	struct ledger *ledger;

	assert_int_equal(engine_lmdb_open(path_of(bench, "ledger"), MAP_BYTES, false, &engine), OK);
	assert_int_equal(ledger_open(engine, "vn.test.example", false, &ledger), OK);
	return ledger;
}

/* What the node keeps beside a record that begins a message. */
static void keep_state(struct ledger *ledger, struct batch *batch, struct arena *arena,
		       const struct record *record)
{
	const struct turn turn = {.ledger = ledger, .batch = batch, .arena = arena};
	struct message message = {.number = record->number,
				  .state = "taken",
				  .sender = record->actor,
				  .registered = "",
				  .origin = "",
				  .document = record->payloads[0].hash};
	struct turn_key timeline = turn_key(SPACE_TIMELINE);

	facts_init(&message.facts, arena);
	assert_int_equal(message_save(&turn, &message), OK);
	turn_key_add_number(&timeline, record->message);
	turn_key_add_number(&timeline, record->number);
	assert_int_equal(batch_put(batch, turn_key_bytes(&timeline), (struct bytes){0}), OK);
}

static void fill(struct bench *bench)
{
	struct ledger *ledger = open_ledger(bench);
	struct checkpoint checkpoint = {.origin = "vn.test.example/1"};
	struct buffer note;
	struct batch *batch;

	assert_int_equal(ledger_begin(ledger, &batch), OK);
	for (uint64_t i = 1; i <= 3; i++) {
		struct record record = {.time_ms = 1795340648000 + i,
					.event = "SubmissionAcceptance",
					.actor = "party:acme"};
		struct bytes document = bytes_of_text("<Tờ khai/>");

		facts_init(&record.attributes, bench->arena);
		facts_put(&record.attributes, "kind", "vn.export");
		if (i == 3)
			facts_put(&record.attributes, "reference", "Đơn\n\033[2J");
		record.payloads[0].role = "document";
		assert_int_equal(batch_append(batch, &record, &document, 1, NULL), OK);
		keep_state(ledger, batch, bench->arena, &record);
	}
	assert_int_equal(ledger_commit(ledger, batch), OK);
	assert_int_equal(ledger_head(ledger, &checkpoint.size, &checkpoint.root), OK);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, bench->key, &note), OK);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	assert_int_equal(batch_put_checkpoint(batch, 3, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(ledger, batch), OK);
	buffer_clear(&note);
	ledger_close(ledger);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new(1 << 20);
	strcpy(bench->folder, "/tmp/sampan-cmd-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	assert_int_equal(mkdir(path_of(bench, "keys"), 0700), 0);
	assert_int_equal(key_new(&bench->key), OK);
	write_public_key(bench, "vn.test.example/1", bench->key);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", bench->folder);
	assert_int_equal(system(command), 0);
	arena_free(bench->arena);
	key_free(bench->key);
	free(bench);
	return 0;
}

/* Runs the command with up to five arguments; what it printed stands in bench->output. */
static int run(struct bench *bench, const char *a, const char *b, const char *c, const char *d,
	       const char *e)
{
	const char *given[] = {"ledger", a, b, c, d, e};
	char texts[6][128], *argv[7] = {0};
	int argc = 0, kept = dup(STDOUT_FILENO), code, fd;
	ssize_t len;

	for (; argc < 6 && given[argc] != NULL; argc++) {
		snprintf(texts[argc], sizeof(texts[argc]), "%s", given[argc]);
		argv[argc] = texts[argc];
	}
	fflush(stdout);
	fd = open(path_of(bench, "output"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(kept >= 0 && fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
	code = cmd_ledger(argc, argv);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	len = pread(fd, bench->output, sizeof(bench->output) - 1, 0);
	assert_true(len >= 0);
	bench->output[len] = 0;
	close(fd);
	return code;
}

static void a_whole_ledger_is_told_so(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 0);
	assert_string_equal(bench->output,
			    "vn.test.example/1 is whole: 3 records, 3 payloads, 1 checkpoints, "
			    "6 entries of indexes.\n");
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--json", NULL), 0);
	assert_string_equal(
		bench->output,
		"{\"ok\":true,\"origin\":\"vn.test.example/1\",\"since\":1,\"records\":3,\"payloads\":3,\"archived\":0,\"away\":0,"
		"\"checkpoints\":1,\"indexes\":6,\"cosignatures\":0,\"stamps\":0,\"cards\":0,"
		"\"stampsVouchedFor\":false,\"late\":0,\"firstLate\":null,\"setBack\":0,\"firstSetBack\":null,\"seal\":false,\"firstBad\":null,\"what\":\"\"}\n");
}

static void the_folder_of_the_configuration_is_the_nodes(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	assert_int_equal(
		run(bench, "stat", "--config", path_of(bench, "node.yaml"), "--json", NULL), 0);
	assert_non_null(strstr(bench->output,
			       "{\"origin\":\"vn.test.example/1\",\"records\":3,\"root\":\""));
	assert_non_null(
		strstr(bench->output, "\"checkpoint\":3,\"stamp\":null,\"witnesses\":[]}\n"));
}

static void a_changed_payload_is_a_data_error(void **state)
{
	struct bench *bench = *state;
	struct engine *engine;
	struct engine_put put = {bytes_of("P\0\0\0\0\0\0\0\2\0", 10), bytes_of_text("<Tờ khái/>")};
	struct engine_batch batch = {.puts = &put, .put_count = 1};

	fill(bench);
	assert_int_equal(engine_lmdb_open(path_of(bench, "ledger"), MAP_BYTES, false, &engine), OK);
	assert_int_equal(engine_head(engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(engine, &batch, NULL), OK);
	engine_close(engine);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 65);
	assert_non_null(strstr(bench->output, "is damaged at record 2: a payload is missing"));
}

static void a_clock_that_was_set_back_is_a_note(void **state)
{
	struct bench *bench = *state;
	struct record record = {.time_ms = 1795340600000,
				.event = "SubmissionAcceptance",
				.actor = "party:acme",
				.payloads[0].role = "document"};
	struct bytes document = bytes_of_text("<Tờ khai/>");
	struct ledger *ledger;
	struct batch *batch;

	fill(bench);
	ledger = open_ledger(bench);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	facts_init(&record.attributes, bench->arena);
	assert_int_equal(batch_append(batch, &record, &document, 1, NULL), OK);
	keep_state(ledger, batch, bench->arena, &record);
	assert_int_equal(ledger_commit(ledger, batch), OK);
	ledger_close(ledger);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 0);
	assert_non_null(strstr(bench->output,
			       "1 records say an earlier time than the record before them, the "
			       "first is 4: the clock was set back.\n"));
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--json", NULL), 0);
	assert_non_null(strstr(bench->output, "\"setBack\":1,\"firstSetBack\":4,"));
}

/* The library would follow the file's own pointers behind its end, and die. */
static void a_store_that_is_cut_off_is_a_data_error(void **state)
{
	struct bench *bench = *state;
	pid_t child;
	int status;

	fill(bench);
	assert_int_equal(truncate(path_of(bench, "ledger/data.mdb"), 3 * 4096), 0);
	child = fork();
	if (child == 0)
		_exit(run(bench, "verify", "--dir", bench->folder, NULL, NULL));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 65);
}

static void put(struct bench *bench, struct bytes key, struct bytes value)
{
	struct engine_put put = {key, value};
	struct engine_batch batch = {.puts = &put, .put_count = 1};
	struct engine *engine;

	assert_int_equal(engine_lmdb_open(path_of(bench, "ledger"), MAP_BYTES, false, &engine), OK);
	assert_int_equal(engine_head(engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(engine, &batch, NULL), OK);
	engine_close(engine);
}

static void from_a_record_on_only_what_follows_is_looked_at(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	put(bench, bytes_of("P\0\0\0\0\0\0\0\1\0", 10), bytes_of_text("<Tờ khái/>"));
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 65);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--since", "2"), 0);
	assert_string_equal(bench->output,
			    "vn.test.example/1 is whole from record 2 on: 2 records, 2 payloads, 1 "
			    "checkpoints, 6 entries of indexes.\n");
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--since", "1"), 65);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--since", "5"), 64);
}

/* What stands before is not hashed, but it must lead to the roots that were signed. */
static void a_changed_subtree_before_is_found_from_any_record_on(void **state)
{
	struct bench *bench = *state;
	uint8_t nodes[2 * HASH_BYTES] = {0};

	fill(bench);
	put(bench, bytes_of("T\0\0\0\0\0\0\0\2", 9), bytes_of(nodes, sizeof(nodes)));
	assert_int_not_equal(run(bench, "verify", "--dir", bench->folder, "--since", "3"), 0);
}

static void an_index_that_says_something_else_is_a_data_error(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	put(bench, bytes_of("Wt\0\0\0\0\0\0\0\1", 10), (struct bytes){0});
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 65);
	assert_non_null(strstr(bench->output, "a queue names what does not stand in it"));
}

static void flip(const char *path, off_t at, unsigned bit)
{
	int fd = open(path, O_RDWR);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= (uint8_t)(1u << bit);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* The structure of pages: their numbers, flags, ends, and the places of their entries. */
static void damaged_pages_are_told_in_words_by_a_process_that_lives(void **state)
{
	struct bench *bench = *state;
	const char *path = path_of(bench, "ledger/data.mdb");
	unsigned seed = 1, told = 0;
	struct stat status;

	fill(bench);
	assert_int_equal(stat(path, &status), 0);
	for (off_t page = 2 * 4096; page < status.st_size; page += 4096)
		for (off_t at = page; at < page + 64; at += 3) {
			int code;

			seed = seed * 1103515245u + 12345u;
			flip(path, at, seed >> 16 & 7);
			code = run(bench, "verify", "--dir", bench->folder, NULL, NULL);
			flip(path, at, seed >> 16 & 7);
			assert_true(code == 0 || code == 65);
			told += code == 65;
		}
	assert_true(told > 0);
}

static int dies(struct cmd_ledger_task *task, cmd_ledger_verb *verb)
{
	(void)verb;
	*task->where = 17;
	abort();
}

static void a_reader_that_dies_is_page_damage_at_its_record(void **state)
{
	struct bench *bench = *state;
	struct cmd_ledger_task task = {.directory = bench->folder};
	char text[512] = "";
	int kept = dup(STDERR_FILENO), fd;

	fd = open(path_of(bench, "said"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(kept >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	assert_int_equal(cmd_ledger_contain(&task, dies, cmd_ledger_verify), 65);
	dup2(kept, STDERR_FILENO);
	close(kept);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	close(fd);
	assert_non_null(strstr(text, "page damage in "));
	assert_non_null(strstr(text, "at record 17 or behind it"));
}

static void another_public_key_is_a_data_error(void **state)
{
	struct bench *bench = *state;
	struct key *other;

	fill(bench);
	assert_int_equal(key_new(&other), OK);
	write_public_key(bench, "th.test.example/1", other);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--json", NULL), 78);
	assert_string_equal(bench->output, ""); /* a wrong key in the folder is no damage */
	assert_int_equal(
		run(bench, "backup", "--dir", bench->folder, "--to", path_of(bench, "copy")), 78);
	write_public_key(bench, "vn.test.example/1", other);
	key_free(other);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, "--json", NULL), 65);
	assert_non_null(strstr(bench->output, "\"ok\":false"));
	assert_non_null(strstr(bench->output, "\"firstBad\":3"));
}

static void records_are_listed_one_a_line(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	assert_int_equal(run(bench, "list", "--dir", bench->folder, NULL, NULL), 0);
	assert_string_equal(
		bench->output,
		"1  2026-11-22T09:44:08.001Z  SubmissionAcceptance  1  party:acme  kind=vn.export\n"
		"2  2026-11-22T09:44:08.002Z  SubmissionAcceptance  2  party:acme  kind=vn.export\n"
		"3  2026-11-22T09:44:08.003Z  SubmissionAcceptance  3  party:acme  kind=vn.export "
		"reference=Đơn??[2J\n");
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--since", "3"), 0);
	assert_memory_equal(bench->output, "3  ", 3);
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--since", "4"), 0);
	assert_string_equal(bench->output, "");
}

/* Who damages what the seal remembers would else have an older copy pass for the newest. */
static void a_memory_of_the_seal_that_cannot_be_read_is_told(void **state)
{
	static const uint8_t garbage[SEAL_NOTES * SEAL_SLOT_BYTES] = {[SEAL_SLOT_BYTES] = 1};
	struct bench *bench = *state;

	fill(bench);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 0);
	assert_null(strstr(bench->output, "seal"));
	assert_int_equal(mkdir(path_of(bench, "seal"), 0700), 0);
	assert_int_equal(
		file_make(path_of(bench, SEAL_LAST_FILE), 0600, bytes_of(garbage, sizeof(garbage))),
		OK);
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 0);
	assert_non_null(strstr(bench->output, "What its seal signed last cannot be read ("));
}

static void empty_memory(const char *path)
{
	static const uint8_t zeros[SEAL_NOTES * SEAL_SLOT_BYTES];

	assert_int_equal(file_replace(path, bytes_of(zeros, sizeof(zeros))), OK);
}

static void cut_memory(const char *path)
{
	assert_int_equal(truncate(path, SEAL_SLOT_BYTES), 0);
}

static void no_memory(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

/* Only a copy has no seal. */
static void a_seal_that_forgot_what_the_ledger_holds_of_it_is_told(void **state)
{
	static void (*const lose[])(const char *path) = {empty_memory, cut_memory, no_memory};
	struct bench *bench = *state;
	const char *path = path_of(bench, SEAL_LAST_FILE);

	fill(bench);
	assert_int_equal(mkdir(path_of(bench, "seal"), 0700), 0);
	for (size_t i = 0; i < 3; i++) {
		lose[i](path);
		assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 0);
		assert_non_null(strstr(bench->output, "What its seal signed last cannot be read"));
	}
}

static void nothing_is_restored_into_a_folder_that_was_not_named(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(setenv("SAMPAN_CONFIG", path_of(bench, "node.yaml"), 1), 0);
	assert_int_equal(run(bench, "restore", "--from", bench->folder, NULL, NULL), 64);
	assert_int_equal(run(bench, "follow", "--from", bench->folder, NULL, NULL), 64);
	assert_int_equal(unsetenv("SAMPAN_CONFIG"), 0);
	assert_int_equal(run(bench, "restore", "--from", bench->folder, "--dir", bench->folder),
			 66);
}

static void records_that_hold_a_text_are_found_by_attribute_and_payload(void **state)
{
	struct bench *bench = *state;

	fill(bench);
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--holding", "Đơn"), 0);
	assert_memory_equal(bench->output, "3  ", 3);
	assert_null(strstr(bench->output, "kind=vn.export\n"));
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--holding", "khai/>"), 0);
	assert_memory_equal(bench->output, "1  ", 3);
	assert_non_null(strstr(bench->output, "\n3  "));
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--holding", "Khai"), 66);
	assert_string_equal(bench->output, "");
}

static void an_export_holds_leaves_and_payloads(void **state)
{
	struct bench *bench = *state;
	char text[64] = "";
	struct record record;
	struct buffer leaf;
	json_t *json;
	FILE *file;

	fill(bench);
	assert_int_equal(run(bench, "export", "--config", path_of(bench, "node.yaml"), "--payloads",
			     path_of(bench, "out")),
			 0);
	json = json_loads(bench->output, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(json);
	buffer_init(&leaf, LIMIT_RECORD_BYTES);
	assert_int_equal(
		base64_parse(bytes_of_text(json_string_value(json_object_get(json, "leaf"))),
			     &leaf),
		OK);
	assert_int_equal(record_parse(buffer_bytes(&leaf), bench->arena, &record), OK);
	assert_int_equal(record.number, 1);
	file = fopen(path_of(bench, "out/00000003-0-document"), "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_string_equal(text, "<Tờ khai/>");
	fclose(file);
	buffer_clear(&leaf);
	json_decref(json);
}

static bool has_child(pid_t pid)
{
	char path[64], word[8];
	FILE *file;
	bool has;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	has = fgets(word, sizeof(word), file) != NULL;
	fclose(file);
	return has;
}

/* Nobody reads what is exported, so it stands still in the middle, with a view of the store. */
static void who_is_killed_leaves_no_reader_behind(void **state)
{
	struct bench *bench = *state;
	char export[] = "export", dir[] = "--dir", name[] = "ledger", full[4096] = {0};
	char *argv[] = {name, export, dir, bench->folder, NULL};
	struct pollfd end;
	int ends[2];
	pid_t pid;

	fill(bench);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, sizeof(full)), sizeof(full));
	assert_int_equal(write(ends[1], full, sizeof(full)), sizeof(full));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(ends[0]);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[1]);
		_exit(cmd_ledger(4, argv));
	}
	(void)close(ends[1]);
	for (unsigned i = 0; i < PATIENCE_MS && !has_child(pid); i++)
		(void)usleep(1000);
	assert_true(has_child(pid));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	end = (struct pollfd){.fd = ends[0]};
	assert_int_equal(poll(&end, 1, PATIENCE_MS), 1); /* nobody is there who could write */
	(void)close(ends[0]);
}

static void what_cannot_be_printed_is_told(void **state)
{
	struct bench *bench = *state;
	char list[] = "list", dir[] = "--dir", name[] = "ledger", text[256] = "";
	char *argv[] = {name, list, dir, bench->folder, NULL};
	int kept[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)}, full = open("/dev/full", O_WRONLY);
	int said = open(path_of(bench, "said"), O_RDWR | O_CREAT, 0600), code;

	fill(bench);
	fflush(stdout);
	assert_true(dup2(full, STDOUT_FILENO) >= 0 && dup2(said, STDERR_FILENO) >= 0);
	code = cmd_ledger(4, argv);
	assert_true(dup2(kept[0], STDOUT_FILENO) >= 0 && dup2(kept[1], STDERR_FILENO) >= 0);
	assert_int_equal(code, 73);
	assert_true(pread(said, text, sizeof(text) - 1, 0) > 0);
	assert_non_null(strstr(text, "cannot write to standard output"));
	for (size_t i = 0; i < 2; i++)
		(void)close(kept[i]);
	(void)close(full);
	(void)close(said);
}

/* LMDB may be opened once in a process, so the reader stands in another one. */
static void a_writer_does_not_hinder_reading(void **state)
{
	struct bench *bench = *state;
	struct ledger *ledger;
	int status = 0, ends[2];
	pid_t reader;
	char word;

	fill(bench);
	assert_int_equal(pipe(ends), 0);
	reader = fork();
	assert_true(reader >= 0);
	if (reader == 0) {
		if (read(ends[0], &word, 1) != 1)
			_exit(99);
		_exit(run(bench, "verify", "--dir", bench->folder, NULL, NULL));
	}
	ledger = open_ledger(bench);
	assert_int_equal(write(ends[1], "g", 1), 1);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	ledger_close(ledger);
	close(ends[0]);
	close(ends[1]);
}

static void what_is_missing_or_misspelt_has_its_exit_code(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 66);
	fill(bench);
	unlink(path_of(bench, "keys/ledger.pub"));
	assert_int_equal(run(bench, "verify", "--dir", bench->folder, NULL, NULL), 66);
	assert_int_equal(run(bench, "verfy", "--dir", bench->folder, NULL, NULL), 64);
	assert_int_equal(run(bench, NULL, NULL, NULL, NULL, NULL), 64);
	assert_int_equal(run(bench, "list", "--dir", bench->folder, "--since", "x"), 64);
	assert_int_equal(run(bench, "--help", NULL, NULL, NULL, NULL), 0);
	assert_memory_equal(bench->output, "usage: sampan ledger", 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_ledger_is_told_so),
		TEST(the_folder_of_the_configuration_is_the_nodes),
		TEST(a_changed_payload_is_a_data_error),
		TEST(a_clock_that_was_set_back_is_a_note),
		TEST(a_store_that_is_cut_off_is_a_data_error),
		TEST(from_a_record_on_only_what_follows_is_looked_at),
		TEST(a_changed_subtree_before_is_found_from_any_record_on),
		TEST(an_index_that_says_something_else_is_a_data_error),
		TEST(damaged_pages_are_told_in_words_by_a_process_that_lives),
		TEST(a_reader_that_dies_is_page_damage_at_its_record),
		TEST(another_public_key_is_a_data_error),
		TEST(records_are_listed_one_a_line),
		TEST(a_memory_of_the_seal_that_cannot_be_read_is_told),
		TEST(a_seal_that_forgot_what_the_ledger_holds_of_it_is_told),
		TEST(nothing_is_restored_into_a_folder_that_was_not_named),
		TEST(records_that_hold_a_text_are_found_by_attribute_and_payload),
		TEST(an_export_holds_leaves_and_payloads),
		TEST(who_is_killed_leaves_no_reader_behind),
		TEST(what_cannot_be_printed_is_told),
		TEST(a_writer_does_not_hinder_reading),
		TEST(what_is_missing_or_misspelt_has_its_exit_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
