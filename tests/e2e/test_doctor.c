/* `sampan doctor` on a real node: running, with a key that others read, with its ledger stopped, not running */
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
#include <sys/stat.h>
#include <sysexits.h>

#include "node/setup.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

static struct rig rig;
static bool is_good;

static const struct town_node *vn(void)
{
	return &rig.town.nodes[RIG_VN];
}

static const char *path(const char *name)
{
	return arena_format(rig.arena, "%s/%s", vn()->directory, name);
}

/* The state of a check; "" when it is not there. The worst, where it stands there several times. */
static const char *state_of(const json_t *answer, const char *name)
{
	const char *worst = "";
	const json_t *check;
	size_t i;

	json_array_foreach(json_object_get(answer, "checks"), i, check)
	{
		const char *state = json_string_value(json_object_get(check, "state"));

		if (strcmp(json_string_value(json_object_get(check, "name")), name) != 0)
			continue;
		if (worst[0] == '\0' || strcmp(state, "good") != 0)
			worst = state;
	}
	return worst;
}

static json_t *examined(int expected_code)
{
	const char *const arguments[] = {"doctor", "--json", "--config", path("node.yaml"), NULL};
	struct bytes output;
	json_t *answer;

	assert_int_equal(rig_run(&rig, arguments, &output), expected_code);
	answer = json_loadb((const char *)output.at, output.len, 0, NULL);
	assert_non_null(answer);
	assert_int_equal(json_is_true(json_object_get(answer, "ready")), expected_code == EX_OK);
	return answer;
}

static void a_node_that_runs_is_good(void **state)
{
	static const char *const checks[] = {"configuration", "secret", "partners", "ledger",
					     "disk",          "store",  "seal",     "clock",
					     "certificate",   "queue"};
	json_t *answer = examined(EX_OK);

	(void)state;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (strcmp(checks[i], "disk") != 0) /* this machine's may be nearly full */
			assert_string_equal(state_of(answer, checks[i]), "good");
	json_decref(answer);
}

/* What a shell prints; its exit code is 0. */
static const char *printed_by(const char *format, ...)
{
	struct buffer output;
	char line[RIG_PATH_BYTES], chunk[4096];
	const char *text;
	va_list arguments;
	size_t got;
	FILE *pipe;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	buffer_init(&output, LIMIT_PAYLOAD_BYTES);
	while ((got = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		buffer_put(&output, bytes_of(chunk, got));
	assert_int_equal(pclose(pipe), 0);
	text = arena_text(rig.arena, buffer_bytes(&output));
	assert_non_null(text);
	buffer_clear(&output);
	return text;
}

static void a_stranger_learns_that_it_is_ready_and_an_operator_how_it_is(void **state)
{
	const char *config = path("node.yaml"), *ca = path("keys/door.crt");
	const char *token = path("monitor.token"), *ready, *page;

	(void)state;
	ready = printed_by("curl -sf --cacert %s $(cat %s)/readyz", ca, path(TOWN_URL));
	assert_non_null(strstr(ready, "\"ready\":true"));
	assert_null(strstr(ready, "MiB"));
	(void)printed_by("%s user add monitor --roles operator --no-password --config %s",
			 rig.program, config);
	(void)printed_by("%s user token monitor --user monitor --config %s >%s", rig.program,
			 config, token);
	page = printed_by(
		"curl -sf --cacert %s -H \"Authorization: Bearer $(cat %s)\" $(cat %s)/metrics", ca,
		token, path(TOWN_URL));
	assert_non_null(strstr(page, "\nsampan_ready 1\n"));
	assert_non_null(strstr(page, "\nsampan_http_requests_total "));
	(void)printed_by(
		"! command -v promtool >/dev/null || curl -sf --cacert %s -H \"Authorization: Bearer $(cat %s)\" "
		"$(cat %s)/metrics | promtool check metrics",
		ca, token, path(TOWN_URL));
	assert_non_null(printed_by(
		"test $(curl -s -o /dev/null -w '%%{http_code}' --cacert %s $(cat %s)/metrics) = 401",
		ca, path(TOWN_URL)));
}

static void a_key_that_others_can_read_is_bad(void **state)
{
	json_t *answer;

	(void)state;
	assert_int_equal(chmod(path(SETUP_CURVE_SECRET), 0644), 0);
	answer = examined(EX_CONFIG);
	assert_string_equal(state_of(answer, "secret"), "bad");
	assert_string_equal(state_of(answer, "ledger"), "good");
	json_decref(answer);
	assert_int_equal(chmod(path(SETUP_CURVE_SECRET), 0600), 0);
}

/* Whichever it is, its mode is told with what to type. */
static void every_other_key_that_others_can_read_is_told_with_what_to_type(void **state)
{
	static const char *const names[] = {"seal/witness.key", "seal/document-1.key",
					    "keys/backup.key", SETUP_DOOR_KEY};
	const char *said;

	(void)state;
	(void)printed_by("touch %s && chmod 600 %s", path("keys/backup.key"),
			 path("keys/backup.key"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(chmod(path(names[i]), 0644), 0);
		said = printed_by("%s doctor --config %s; test $? = %d", rig.program,
				  path("node.yaml"), EX_CONFIG);
		assert_non_null(
			strstr(said, arena_format(rig.arena, "chmod 600 %s\n", path(names[i]))));
		assert_int_equal(chmod(path(names[i]), 0600), 0);
	}
	assert_int_equal(chmod(path(SETUP_DOOR_KEY), 0640), 0); /* for a group of the operator's */
	json_decref(examined(EX_OK));
}

static void a_ledger_that_hangs_is_bad(void **state)
{
	long pids[RIG_PIDS];
	json_t *answer;

	(void)state;
	assert_int_equal(rig_pids(&rig, RIG_VN, "ledger", pids), 1);
	assert_int_equal(kill((pid_t)pids[0], SIGSTOP), 0);
	answer = examined(EX_UNAVAILABLE);
	assert_string_equal(state_of(answer, "ledger"), "bad");
	assert_string_equal(state_of(answer, "queue"), "good");
	json_decref(answer);
	assert_int_equal(kill((pid_t)pids[0], SIGCONT), 0);
}

static void a_node_that_does_not_run_is_told_so(void **state)
{
	json_t *answer;

	(void)state;
	town_stop(&rig.town.nodes[RIG_VN], SIGTERM);
	answer = examined(EX_UNAVAILABLE);
	assert_string_equal(state_of(answer, "node"), "bad");
	assert_string_equal(state_of(answer, "configuration"), "good");
	json_decref(answer);
}

static int code_of(const char *words)
{
	const char *line =
		arena_format(rig.arena, "%s %s --config %s", rig.program, words, path("node.yaml"));

	return WEXITSTATUS(system(line));
}

static bool is_told_to_run_without_ledger(void *context)
{
	const char *const arguments[] = {"doctor", "--config", path("node.yaml"), NULL};
	struct bytes output;

	(void)context;
	assert_int_equal(rig_run(&rig, arguments, &output), EX_CONFIG);
	return memmem(output.at, output.len, "the ledger does not answer", 26) != NULL &&
	       memmem(output.at, output.len, "start it with", 13) == NULL;
}

/* A node whose ledger went from under it is not told to be started; whoever looks says what to do. */
static void a_ledger_that_is_cut_off_is_told_by_all_who_look(void **state)
{
	long pids[RIG_PIDS];

	(void)state;
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	assert_int_equal(rig_pids(&rig, RIG_VN, "ledger", pids), 1);
	(void)printed_by("truncate -s 16384 %s", path("ledger/data.mdb"));
	(void)kill((pid_t)pids[0], SIGKILL); /* it may be dead of it already */
	assert_true(rig_wait(is_told_to_run_without_ledger, NULL, PATIENCE_MS));
	assert_int_equal(code_of("node check"), EX_CONFIG);
	assert_int_equal(code_of("ledger stat"), EX_DATAERR);
	assert_int_equal(code_of("ledger list"), EX_DATAERR);
	assert_int_equal(code_of("ledger verify"), EX_DATAERR);
	is_good = true;
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
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
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_runs_is_good),
		cmocka_unit_test(a_stranger_learns_that_it_is_ready_and_an_operator_how_it_is),
		cmocka_unit_test(a_key_that_others_can_read_is_bad),
		cmocka_unit_test(every_other_key_that_others_can_read_is_told_with_what_to_type),
		cmocka_unit_test(a_ledger_that_hangs_is_bad),
		cmocka_unit_test(a_node_that_does_not_run_is_told_so),
		cmocka_unit_test(a_ledger_that_is_cut_off_is_told_by_all_who_look),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
