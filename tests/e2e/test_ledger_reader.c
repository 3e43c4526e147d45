/*
 * docs/ledger-format.md is enough to read and check a ledger in another language: tests/ledger_reader.py
 * shares no line with us, and agrees with us about the ledgers of two real nodes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/file.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

/* Debian's own: its packages are not found by another Python that stands before it. */
#define PYTHON "/usr/bin/python3"

static struct rig rig;
static bool is_good;

/* What the reader says of a node and receipts (shell words); NULL when it found damage. */
static json_t *read_by_python(const char *directory, const char *receipts)
{
	char line[2 * RIG_PATH_BYTES], text[4096];
	json_t *answer;
	size_t got;
	FILE *pipe;

	(void)snprintf(line, sizeof(line), PYTHON " tests/ledger_reader.py %.4000s %s 2>&1",
		       directory, receipts);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	got = fread(text, 1, sizeof(text) - 1, pipe);
	text[got] = '\0';
	if (pclose(pipe) != 0) {
		if (strncmp(text, "DAMAGED", 7) != 0)
			fail_msg("%s", text);
		return NULL;
	}
	answer = json_loads(text, 0, NULL);
	assert_non_null(answer);
	return answer;
}

static json_t *stat_of(const char *directory)
{
	const char *const arguments[] = {"ledger", "stat", "--json", "--dir", directory, NULL};
	struct bytes output;
	json_t *answer;

	assert_int_equal(rig_run(&rig, arguments, &output), 0);
	answer = json_loadb((const char *)output.at, output.len, 0, NULL);
	assert_non_null(answer);
	return answer;
}

static void assert_same(const json_t *ours, const json_t *theirs, const char *member)
{
	assert_non_null(json_object_get(theirs, member));
	assert_true(json_equal(json_object_get(ours, member), json_object_get(theirs, member)));
}

static void a_reader_that_is_not_ours_agrees(void **state)
{
	char receipts[1024];

	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++) {
		const char *directory = rig.town.nodes[i].directory;
		json_t *theirs, *ours;

		(void)snprintf(receipts, sizeof(receipts), "%.900s/parties/*/taken/*.receipt",
			       directory);
		theirs = read_by_python(directory, receipts);
		ours = stat_of(directory);
		assert_non_null(theirs);
		assert_same(ours, theirs, "origin");
		assert_same(ours, theirs, "records");
		assert_same(ours, theirs, "root");
		assert_same(ours, theirs, "checkpoint");
		assert_true(json_integer_value(json_object_get(theirs, "payloads")) > 2);
		assert_true(json_integer_value(json_object_get(theirs, "checkpoints")) > 0);
		assert_true(json_integer_value(json_object_get(theirs, "receipts")) > 0);
		json_decref(ours);
		json_decref(theirs);
	}
}

/* The first such text in a copy of the store becomes another. */
static void change_store(const char *directory, const char *from, char to)
{
	const char *path = arena_format(rig.arena, "%s/ledger/data.mdb", directory);
	struct bytes bytes;
	const char *found;
	FILE *file;

	assert_int_equal(file_read(path, (size_t)1 << 26, rig.arena, &bytes), OK);
	found = memmem(bytes.at, bytes.len, from, strlen(from));
	assert_non_null(found);
	file = fopen(path, "r+");
	assert_non_null(file);
	while (found != NULL) { /* LMDB leaves older copies of a page behind: all of them */
		size_t left = bytes.len - (size_t)((const uint8_t *)found - bytes.at) - 1;

		assert_int_equal(fseek(file, (long)((const uint8_t *)found - bytes.at), SEEK_SET),
				 0);
		assert_int_equal(fputc(to, file), to);
		found = memmem(found + 1, left, from, strlen(from));
	}
	assert_int_equal(fclose(file), 0);
}

static void shell(const char *command)
{
	assert_non_null(command);
	assert_int_equal(system(command), 0);
}

static void a_reader_that_is_not_ours_finds_what_was_changed(void **state)
{
	static const char *const changed[] = {"SubmissionAcceptance", "\xE2\x80\x94 demo-"};
	const char *directory = rig.town.nodes[RIG_VN].directory;
	const char *copy = arena_format(rig.arena, "%s/copy", rig.directory);
	const char *th = arena_format(rig.arena, "%s/parties/*/taken/*.receipt",
				      rig.town.nodes[RIG_TH].directory);
	json_t *good;

	(void)state;
	assert_null(read_by_python(directory, th)); /* receipts of another ledger */
	for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
		shell(arena_format(rig.arena, "rm -rf %s && mkdir %s && cp -r %s/keys %s/ledger %s",
				   copy, copy, directory, directory, copy));
		good = read_by_python(copy, "");
		assert_non_null(good);
		json_decref(good);
		change_store(copy, changed[i], 'Z');
		assert_null(read_by_python(copy, ""));
	}
}

/* What a receipt says beside its leaf, in words, is what the leaf says. */
static void a_reader_that_is_not_ours_believes_no_word_of_a_receipt(void **state)
{
	static const char *const changes[] = {
		"s/\"time\": \"20/\"time\": \"19/", "s/\"event\": \"S/\"event\": \"s/",
		"s/\"message\": [0-9]*/\"message\": 999/", "s/\"sha256\": \"./\"sha256\": \"g/",
		"s/\"leafIndex\": [0-9]*/\"leafIndex\": 0/"};
	const char *directory = rig.town.nodes[RIG_VN].directory;
	const char *receipt = arena_format(rig.arena, "%s/one.receipt", rig.directory);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *good;

		shell(arena_format(rig.arena, "cp $(ls %s/parties/*/taken/*.receipt | head -1) %s",
				   directory, receipt));
		good = read_by_python(directory, receipt);
		assert_non_null(good);
		json_decref(good);
		shell(arena_format(rig.arena, "sed -i '%s' %s", changes[i], receipt));
		assert_null(read_by_python(directory, receipt));
	}
}

/* The page is short enough that a reader after it is, too; lines that are empty are not counted. */
static void it_has_a_hundred_lines(void **state)
{
	(void)state;
	assert_int_equal(system("test $(grep -c . tests/ledger_reader.py) -le 100"), 0);
	is_good = true;
}

static bool have_receipts(void *context)
{
	const char *const *names;

	return rig_list(context, RIG_VN, "gom-bat-trang", "taken", ".receipt", &names) > 0 &&
	       rig_list(context, RIG_TH, "siam-ceramics", "taken", ".receipt", &names) > 0;
}

static int set_up(void **state)
{
	struct bytes document;

	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	document = rig_sample(&rig, "vn/gom-bat-trang/01-export-1-line.xml");
	rig_lodge(&rig, RIG_VN, "gom-bat-trang", "export.xml", document);
	document = rig_sample(&rig, "th/siam-ceramics/export-tableware.xml");
	rig_lodge(&rig, RIG_TH, "siam-ceramics", "goods.xml", document);
	assert_true(rig_wait(have_receipts, &rig, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	for (size_t i = 0; i < TOWN_NODES; i++)
		town_stop(&rig.town.nodes[i], SIGTERM);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_that_is_not_ours_agrees),
		cmocka_unit_test(a_reader_that_is_not_ours_finds_what_was_changed),
		cmocka_unit_test(a_reader_that_is_not_ours_believes_no_word_of_a_receipt),
		cmocka_unit_test(it_has_a_hundred_lines),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
