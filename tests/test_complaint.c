/* What was typed wrong is named, and so is how to get help; what may not be read is not told as missing. */
#include <fcntl.h>
#include <setjmp.h>
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

#include "node/command.h"

#define WORDS 6u
#define NOBODY 65534u

struct complaint {
	int (*run)(int argc, char **argv);
	const char *words[WORDS];
	int code;
	const char *said;
};

/* In a process of its own, with its words in a file: they are read once it ended. */
static int run(const struct complaint *complaint, bool is_nobody, int said)
{
	char texts[WORDS][256], *argv[WORDS + 1] = {NULL};
	int argc = 0, status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		for (; argc < (int)WORDS && complaint->words[argc] != NULL; argc++) {
			(void)snprintf(texts[argc], sizeof(texts[argc]), "%s",
				       complaint->words[argc]);
			argv[argc] = texts[argc];
		}
		if (dup2(said, STDERR_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0 ||
		    (is_nobody && geteuid() == 0 && setuid(NOBODY) != 0))
			_exit(1);
		_exit(complaint->run(argc, argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_told(const struct complaint *complaint, bool is_nobody)
{
	char path[] = "/tmp/sampan-said-XXXXXX", text[4096] = "";
	int fd = mkstemp(path), code;

	assert_true(fd >= 0);
	unlink(path);
	code = run(complaint, is_nobody, fd);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	close(fd);
	if (code != complaint->code || strstr(text, complaint->said) == NULL)
		fail_msg("%s %s: %d, %s", complaint->words[0], complaint->words[1], code, text);
	assert_null(strstr(text, "usage:"));
}

static void what_is_typed_wrong_is_named(void **state)
{
	static const struct complaint complaints[] = {
		{cmd_ledger,
		 {"ledger", "list", "--since", "abc"},
		 64,
		 "a record, and not abc; `sampan help ledger`"},
		{cmd_ledger,
		 {"ledger", "backup", "--to", "x", "--every=1h"},
		 64,
		 "86400, and not 1h;"},
		{cmd_ledger, {"ledger", "bogus"}, 64, "there is no command bogus;"},
		{cmd_ledger, {"ledger", "follower"}, 64, "Did you mean \"follow\"?"},
		{cmd_ledger, {"ledger", "list", "all"}, 64, "one word too many: all;"},
		{cmd_ledger, {"ledger", "backup"}, 64, "backup needs --to FOLDER;"},
		{cmd_ledger, {"ledger", "follow"}, 64, "need --from FOLDER;"},
		{cmd_ledger, {"ledger", "archive", "--dir", "x"}, 64, "and not --dir x;"},
		{cmd_ledger,
		 {"ledger", "stat", "--config", "/nonexist"},
		 66,
		 "sampan ledger: /nonexist: No such file"},
		{cmd_verify,
		 {"verify", "--lang", "xx", "x"},
		 64,
		 "--lang is en or vi, and not xx; `sampan help verify`"},
		{cmd_verify, {"verify", "x"}, 64, "--trust DIR or --key FILE"},
		{cmd_doctor, {"doctor", "--lang=xx"}, 64, "--lang is en or vi, and not xx;"},
		{cmd_evidence,
		 {"evidence", "--for", "bogus", "VN-1-1"},
		 64,
		 "partner, partner:CC or court, and not bogus;"},
		{cmd_evidence, {"evidence"}, 64, "no message is named;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		assert_told(&complaints[i], false);
}

static void what_may_not_be_read_is_not_missing(void **state)
{
	char folder[] = "/tmp/sampan-closed-XXXXXX", config[64], ledger[64];
	struct complaint complaints[] = {
		{cmd_doctor, {"doctor", "--config", config}, 77, "ermission denied"},
		{cmd_evidence, {"evidence", "--config", config, "VN-1-1"}, 77, "ermission denied"},
		{cmd_ledger, {"ledger", "stat", "--config", config}, 77, "ermission denied"},
		{cmd_ledger, {"ledger", "stat", "--dir", folder}, 77, "not allowed"},
		{cmd_verify, {"verify", "--trust", folder, "x"}, 77, "ermission denied"},
	};

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(config, sizeof(config), "%s/node.yaml", folder);
	(void)snprintf(ledger, sizeof(ledger), "%s/ledger", folder);
	assert_int_equal(mkdir(ledger, 0700), 0);
	assert_int_equal(chmod(folder, 0), 0);
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		assert_told(&complaints[i], true);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(rmdir(ledger), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_wrong_is_named),
		cmocka_unit_test(what_may_not_be_read_is_not_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
