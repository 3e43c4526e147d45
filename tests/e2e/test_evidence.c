/*
 * Evidence of real nodes: what the demo leaves is accepted by `sampan verify` and by a program that
 * is not ours, a hundred changed files are not, and over HTTPS everybody gets what they may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glob.h>
#include <jansson.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/file.h"
#include "node/json_read.h"
#include "node/setup.h"
#include "node/town_identity.h"
#include "node/zip.h"
#include "tests/support/door_client.h"
#include "tests/support/mutate.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define MUTATIONS 120u
#define AT_ONCE 20u
#define FILE_BYTES ((size_t)16 << 20)
#define MAX_FILES 64u
#define PAPER_BYTES ((size_t)1500000)
#define TESTS 14u

static struct rig rig;
static char keep[RIG_PATH_BYTES], trust[RIG_PATH_BYTES];
static const char *files[MAX_FILES];
static size_t file_count;
static const char *trader, *auditor, *operator, * other;
static const char *exported; /* id */
static unsigned passed;

/* ---- Asking `sampan verify` ---- */

/* At most AT_ONCE of them. */
static void verify_some(const char *const *paths, size_t count, int expected, json_t *list)
{
	const char *arguments[AT_ONCE + 5] = {"verify", "--json", "--trust", trust};
	struct bytes output;

	for (size_t i = 0; i < count; i++)
		arguments[4 + i] = paths[i];
	assert_int_equal(rig_run(&rig, arguments, &output), expected);
	for (char *save, *line = strtok_r((char *)(uintptr_t)output.at, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		assert_int_equal(json_array_append_new(list, json_loads(line, 0, NULL)), 0);
}

/* One object for each file. */
static json_t *verify(const char *const *paths, size_t count, int expected)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i += AT_ONCE)
		verify_some(paths + i, count - i < AT_ONCE ? count - i : AT_ONCE, expected, list);
	assert_int_equal(json_array_size(list), count);
	return list;
}

static bool has_check(const json_t *verdict, const char *code)
{
	const json_t *record, *check;
	size_t i, j;

	json_array_foreach(json_object_get(verdict, "records"), i, record)
	{
		json_array_foreach(json_object_get(record, "checks"), j, check)
		{
			if (strcmp(json_read_text(check, "code"), code) == 0)
				return true;
		}
	}
	return false;
}

/* ---- What the demo leaves ---- */

static void find_files(void)
{
	glob_t found;

	assert_int_equal(glob(arena_format(rig.arena, "%s/*.evidence", keep), 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && i < MAX_FILES; i++)
		files[file_count++] = arena_text(rig.arena, bytes_of_text(found.gl_pathv[i]));
	globfree(&found);
}

static void the_demos_evidence_is_accepted_for_every_kind(void **state)
{
	static const char *const codes[] = {"signature-holds", "node-signature-holds", "sent",
					    "translation-same"};
	size_t seen[4] = {0}, i;
	json_t *verdicts, *verdict;

	(void)state;
	find_files();
	assert_true(file_count >= 20);
	verdicts = verify(files, file_count, 0);
	json_array_foreach(verdicts, i, verdict)
	{
		assert_true(json_is_true(json_object_get(verdict, "proved")));
		assert_true(json_is_true(json_object_get(verdict, "repeated")));
		for (size_t j = 0; j < 4; j++)
			seen[j] += has_check(verdict, codes[j]);
		/* nothing was left unlooked at: all anchors are there, and the same schema set */
		assert_false(has_check(verdict, "signature-unknown"));
		assert_false(has_check(verdict, "signature-doubtful"));
		assert_false(has_check(verdict, "translation-other-set"));
		assert_false(has_check(verdict, "certificate-not-recorded"));
	}
	for (size_t j = 0; j < 4; j++)
		assert_true(seen[j] >= 3);
	json_decref(verdicts);
	passed++;
}

static void what_one_node_sent_the_other_received_byte_for_byte(void **state)
{
	const char *vn = arena_format(rig.arena, "%s/VN.vn.export.evidence", keep);
	const char *th = arena_format(rig.arena, "%s/TH.asw.acdd.evidence", keep);
	const char *const arguments[] = {"verify", "--trust", trust, vn, th, NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(rig_run(&rig, arguments, &output), 0);
	assert_non_null(strstr((const char *)output.at, "received, byte for byte: "));
	assert_non_null(strstr((const char *)output.at, "countersigned by demo-th."));
	assert_non_null(strstr((const char *)output.at, "countersigned by demo-vn."));
	/* one event, and each side says what it means there */
	assert_non_null(
		strstr((const char *)output.at, ": on disk at the other node (partner:TH, "));
	assert_non_null(strstr((const char *)output.at,
			       ": received from the partner and on disk (partner:VN, "));
	passed++;
}

static void a_program_that_is_not_ours_agrees(void **state)
{
	const char *command = arena_format(
		rig.arena, "python3 tests/support/check_evidence.py %s %s/*.evidence >/dev/null",
		trust, keep);
	int status = system(command); /* NOLINT(cert-env33-c): a test's own paths */

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	passed++;
}

/* ---- Changed files ---- */

/* The part that a byte is in; "" for what stands between. */
static const char *part_at(struct bytes file, size_t at)
{
	const struct zip_item *items;
	struct zip_place place;
	size_t count;

	assert_int_equal(zip_read(file, rig.arena, &items, &count, &place), OK);
	for (size_t i = 0; i < count; i++) {
		size_t begin = (size_t)(items[i].content.at - file.at);

		if (at >= begin && at < begin + items[i].content.len)
			return items[i].name;
	}
	return "";
}

static void a_hundred_changed_bytes_are_refused_with_the_broken_part(void **state)
{
	const char *paths[MUTATIONS], *parts[MUTATIONS];
	uint64_t seed = 20261122;
	json_t *verdicts;

	(void)state;
	for (size_t i = 0; i < MUTATIONS; i++) {
		struct bytes file;
		uint8_t *changed;
		size_t at;

		assert_int_equal(file_read(files[i % file_count], FILE_BYTES, rig.arena, &file),
				 OK);
		at = mutate_next(&seed) % file.len;
		parts[i] = part_at(file, at);
		changed = arena_copy(rig.arena, file);
		changed[at] ^= (uint8_t)(1u << mutate_next(&seed) % 8);
		paths[i] = arena_format(rig.arena, "%s/changed-%zu", rig.directory, i);
		assert_int_equal(file_replace(paths[i], bytes_of(changed, file.len)), OK);
	}
	verdicts = verify(paths, MUTATIONS, 65);
	for (size_t i = 0; i < MUTATIONS; i++) {
		const json_t *verdict = json_array_get(verdicts, i);
		const json_t *fault = json_object_get(verdict, "fault");

		assert_true(json_is_false(json_object_get(verdict, "proved")));
		assert_string_not_equal(json_read_text(fault, "code"), "");
		assert_string_not_equal(json_read_text(fault, "vi"), "");
		if (parts[i][0] != '\0')
			assert_string_equal(json_read_text(fault, "part"), parts[i]);
	}
	json_decref(verdicts);
	passed++;
}

/* A hundred bits of each file, containers by other writers, swapped parts, a ledger that its operator wrote anew. */
static void every_attack_of_a_program_that_is_not_ours_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
		system(arena_format(rig.arena, "python3 tests/support/attack_evidence.py %s",
				    rig.program)),
		0);
	passed++;
}

static void without_the_anchor_nothing_is_proved(void **state)
{
	char empty[RIG_PATH_BYTES];
	const char *const arguments[] = {"verify", "--json", "--trust", empty, files[0], NULL};
	const char *const missing[] = {"verify", "--trust", "/nowhere", files[0], NULL};
	const char *const no_file[] = {"verify", "--trust", trust, "/nowhere", NULL};
	struct bytes output;

	(void)state;
	(void)snprintf(empty, sizeof(empty), "%.4000s/empty", rig.directory);
	assert_int_equal(mkdir(empty, 0700), 0);
	assert_int_equal(rig_run(&rig, arguments, &output), 65);
	assert_non_null(strstr((const char *)output.at, "\"ledger-unknown\""));
	assert_int_equal(rig_run(&rig, missing, &output), 66);
	assert_int_equal(rig_run(&rig, no_file, &output), 66);
	passed++;
}

/* What a court has that was given the ledgers' public keys and nothing else. */
static void with_the_ledgers_keys_alone_all_is_proved_and_no_signer_is_vouched_for(void **state)
{
	char all[RIG_PATH_BYTES];
	const char *signed_one = arena_format(rig.arena, "%s/VN.vn.co.evidence", keep);
	const char *key = arena_format(rig.arena, "%s/VN.ledger.pub", trust);
	const char *const with_key[] = {"verify", "--json", "--key", key, signed_one, NULL};
	size_t unknown = 0, i;
	json_t *verdicts, *verdict;
	struct bytes output;

	(void)state;
	memcpy(all, trust, sizeof(all));
	(void)snprintf(trust, sizeof(trust), "%.4000s/keys-alone", rig.directory);
	assert_int_equal(mkdir(trust, 0700), 0);
	for (i = 0; i < 2; i++) {
		const char *name = i == 0 ? "VN.ledger.pub" : "TH.ledger.pub";

		assert_int_equal(symlink(arena_format(rig.arena, "%s/%s", all, name),
					 arena_format(rig.arena, "%s/%s", trust, name)),
				 0);
	}
	verdicts = verify(files, file_count, 0);
	json_array_foreach(verdicts, i, verdict)
	{
		assert_false(has_check(verdict, "signature-holds"));
		assert_false(has_check(verdict, "signature-doubtful"));
		unknown += has_check(verdict, "signature-unknown");
	}
	assert_true(unknown >= 3);
	json_decref(verdicts);
	memcpy(trust, all, sizeof(all));
	assert_int_equal(rig_run(&rig, with_key, &output), 0);
	assert_non_null(strstr((const char *)output.at, "\"signature-unknown\""));
	passed++;
}

/* The demo lodges several exports at once: which of them came first, so that its evidence was kept? */
static struct bytes sample_in(const char *path)
{
	struct bytes file, sample = {0};
	size_t found = 0;
	glob_t samples;

	assert_int_equal(file_read(path, FILE_BYTES, rig.arena, &file), OK);
	assert_int_equal(glob("schemas/samples/vn/*/*.xml", 0, NULL, &samples), 0);
	for (size_t i = 0; i < samples.gl_pathc; i++) {
		struct bytes one;

		assert_int_equal(file_read(samples.gl_pathv[i], FILE_BYTES, rig.arena, &one), OK);
		if (memmem(file.at, file.len, one.at, one.len) == NULL)
			continue;
		sample = one;
		found++;
	}
	globfree(&samples);
	assert_int_equal(found, 1);
	return sample;
}

/* That of another is not, and a folder is no evidence. */
static void the_document_that_is_given_must_be_in_it(void **state)
{
	const char *vn = arena_format(rig.arena, "%s/VN.vn.export.evidence", keep);
	const char *own = arena_format(rig.arena, "%s/own.xml", rig.directory);
	const char *another = arena_format(rig.arena, "%s/other.xml", rig.directory);
	const char *const it[] = {"verify", "--trust", trust, "--document", own, vn, NULL};
	const char *const not_it[] = {"verify",     "--json", "--trust", trust,
				      "--document", another,  vn,        NULL};
	const char *const folder[] = {"verify", "--trust", trust, keep, NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(file_replace(own, sample_in(vn)), OK);
	assert_int_equal(file_replace(another, bytes_of_text("<Other/>")), OK);
	assert_int_equal(rig_run(&rig, it, &output), 0);
	assert_non_null(strstr((const char *)output.at, ", which is the document given\n"));
	assert_int_equal(rig_run(&rig, not_it, &output), 65);
	assert_non_null(strstr((const char *)output.at, "\"other-document\""));
	assert_int_equal(rig_run(&rig, folder, &output), 66);
	passed++;
}

/* ---- The sandbox ---- */

/* What the kernel says of a process: "Seccomp:\t2" when a filter is in force. */
static bool is_filtered(void *context)
{
	const char *path = arena_format(rig.arena, "/proc/%ld/status", *(long *)context);
	FILE *file = fopen(path, "re");
	char line[256];
	int mode = -1;

	while (file != NULL && mode < 0 && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Seccomp: %d", &mode) != 1)
			mode = -1;
	if (file != NULL)
		(void)fclose(file);
	return mode == 2;
}

/* The command reads from a pipe in which there is nothing yet. */
static void no_byte_is_read_before_the_sandbox_is_closed(void **state)
{
	struct bytes file;
	int ends[2], status;
	long pid;

	(void)state;
	assert_int_equal(file_read(files[0], FILE_BYTES, rig.arena, &file), OK);
	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		(void)dup2(ends[0], STDIN_FILENO);
		(void)close(ends[1]);
		(void)dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		(void)execl(rig.program, "sampan", "verify", "--trust", trust, "-", NULL);
		_exit(127);
	}
	(void)close(ends[0]);
	assert_true(rig_wait(is_filtered, &pid, PATIENCE_MS));
	assert_int_equal(write(ends[1], file.at, file.len), file.len);
	(void)close(ends[1]);
	assert_int_equal(waitpid((pid_t)pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	passed++;
}

/* ---- Over HTTPS ---- */

static struct door_answer get(const char *token, const char *query, const char *reason)
{
	const struct door_request request = {
		.path = arena_format(rig.arena, "/v1/messages/%s/evidence%s", exported, query),
		.token = token,
		.headers = {reason}};

	return door_client_ask(&rig, RIG_VN, &request);
}

static bool is_signed_for(void *context)
{
	struct door_answer answer = get(trader, "", NULL);

	(void)context;
	return answer.status != 503;
}

static void lodge(void)
{
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/messages",
		.token = trader,
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, "EVIDENCE-1")};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	assert_int_equal(answer.status, 202);
	exported = door_client_member(&rig, &answer, "id");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	/* what nobody waited for is signed a moment later */
	assert_true(rig_wait(is_signed_for, NULL, PATIENCE_MS));
}

static void over_https_each_role_gets_what_it_may(void **state)
{
	const struct {
		const char *who, *token, *query, *reason;
		unsigned status;
		const char *for_whom;
	} rows[] = {
		{"trader", trader, "", NULL, 200, "\"for\":\"broker\""},
		{"trader, for a partner", trader, "?for=partner", NULL, 200,
		 "\"for\":\"partner:TH\""},
		{"trader, for a court", trader, "?for=court", NULL, 403, ""},
		{"trader, nonsense", trader, "?for=everybody", NULL, 400, ""},
		{"trader, for another partner", trader, "?for=partner:LA", NULL, 404, ""},
		{"another trader", other, "", NULL, 404, ""},
		{"nobody", NULL, "", NULL, 401, ""},
		{"operator", operator, "", NULL, 403, ""},
		{"auditor with a reason", auditor, "", "Sampan-Reason: case 12/2026", 200,
		 "\"for\":\"court\""},
		{"auditor, less", auditor, "?for=broker", "Sampan-Reason: case 12/2026", 200,
		 "\"for\":\"broker\""},
	};

	(void)state;
	lodge();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct door_answer answer = get(rows[i].token, rows[i].query, rows[i].reason);

		if (answer.status != rows[i].status ||
		    memmem(answer.body.at, answer.body.len, rows[i].for_whom,
			   strlen(rows[i].for_whom)) == NULL)
			fail_msg("%s: %u", rows[i].who, answer.status);
	}
	passed++;
}

/* The anchor of this node, not of the demo's. */
static void trust_own_ledger(void)
{
	const char *key = arena_format(rig.arena, "%s/" SETUP_LEDGER_PUBLIC,
				       rig.town.nodes[RIG_VN].directory);
	struct bytes text;

	(void)snprintf(trust, sizeof(trust), "%.4000s/own", rig.directory);
	assert_int_equal(mkdir(trust, 0700), 0);
	assert_int_equal(file_read(key, FILE_BYTES, rig.arena, &text), OK);
	key = arena_format(rig.arena, "%s/vn.pub", trust);
	assert_int_equal(file_replace(key, text), OK);
}

static void what_a_reader_got_is_proved_and_always_the_same(void **state)
{
	static const char *const queries[] = {"", "?for=partner"};
	const char *paths[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct door_answer answer = get(trader, queries[i], NULL);
		struct door_answer again = get(trader, queries[i], NULL);

		assert_string_equal(door_client_header(&rig, &answer, "content-type"),
				    "application/zip");
		assert_true(bytes_equal(answer.body, again.body));
		assert_string_equal(door_client_header(&rig, &answer, "etag"),
				    door_client_header(&rig, &again, "etag"));
		paths[i] = arena_format(rig.arena, "%s/got-%zu", rig.directory, i);
		assert_int_equal(file_replace(paths[i], answer.body), OK);
	}
	trust_own_ledger();
	json_decref(verify(paths, 2, 0));
	passed++;
}

#define SAME_TRIES 10u

/* More than one piece of the clerk's, over HTTPS and on the machine: the same bytes. */
static void long_evidence_comes_in_pieces_that_make_it_whole(void **state)
{
	const char *config = rig.town.nodes[RIG_VN].config_path;
	const char *const here[] = {"evidence", "--config", config, "--for",
				    "broker",   exported,   NULL};
	const char *path = arena_format(rig.arena, "%s/long", rig.directory);
	uint8_t *paper = arena_alloc(rig.arena, PAPER_BYTES);
	struct door_request request = {
		.method = "POST", .token = trader, .type = "application/pdf"};
	struct door_answer answer;
	struct bytes output;
	unsigned tries = 0;
	bool is_same;

	(void)state;
	for (uint8_t i = 0; i < 3; i++) {
		memcpy(paper, "%PDF-1.7 paper ", 15);
		paper[15] = (uint8_t)('0' + i);
		request.path =
			arena_format(rig.arena, "/v1/messages/%s/attachments?type=380&name=p%u.pdf",
				     exported, i);
		request.body = bytes_of(paper, PAPER_BYTES);
		answer = door_client_ask(&rig, RIG_VN, &request);
		assert_int_equal(answer.status, 201);
	}
	assert_true(rig_wait(is_signed_for, NULL, PATIENCE_MS));
	do { /* what a witness says of it may come between the two */
		answer = get(trader, "", NULL);
		assert_int_equal(answer.status, 200);
		assert_int_equal(rig_run(&rig, here, &output), 0);
		is_same = bytes_equal(output, answer.body);
	} while (!is_same && ++tries < SAME_TRIES);
	assert_true(is_same);
	assert_true(answer.body.len > 3 * PAPER_BYTES);
	assert_int_equal(file_replace(path, answer.body), OK);
	json_decref(verify(&path, 1, 0));
	passed++;
}

static void on_the_nodes_machine_the_command_gives_the_whole(void **state)
{
	const char *config = rig.town.nodes[RIG_VN].config_path;
	const char *const court[] = {"evidence", "--config", config, exported, NULL};
	const char *const nobody[] = {"evidence", "--config", config, "VN-1-999999", NULL};
	const char *const nonsense[] = {"evidence", "--config", config, "--for",
					"judge",    exported,   NULL};
	const char *path = arena_format(rig.arena, "%s/court", rig.directory);
	struct bytes output;

	(void)state;
	assert_int_equal(rig_run(&rig, court, &output), 0);
	assert_int_equal(file_replace(path, output), OK);
	json_decref(verify(&path, 1, 0));
	assert_int_equal(rig_run(&rig, nobody, &output), 66);
	assert_int_equal(rig_run(&rig, nonsense, &output), 64);
	passed++;
}

/* Over HTTPS, by an auditor; NULL: without a reason. */
static int ask_by_command(const char *reason, struct bytes *ret_output)
{
	const char *folder = rig.town.nodes[RIG_VN].directory;
	const char *token = arena_format(rig.arena, "%s/auditors.token", rig.directory);
	const char *ca = arena_format(rig.arena, "%s/keys/door.crt", folder);
	const char *arguments[] = {"evidence", "--node", NULL,       "--ca", ca,  "--token",
				   token,      exported, "--reason", reason, NULL};
	struct bytes url;

	if (reason == NULL)
		arguments[8] = NULL;
	assert_int_equal(file_replace(token, bytes_of_text(auditor)), OK);
	assert_int_equal(
		file_read(arena_format(rig.arena, "%s/" TOWN_URL, folder), 256, rig.arena, &url),
		OK);
	arguments[2] = arena_text(rig.arena, bytes_trimmed(url));
	return rig_run(&rig, arguments, ret_output);
}

static void an_auditor_says_why_at_the_command(void **state)
{
	const char *path = arena_format(rig.arena, "%s/audited", rig.directory);
	struct bytes output;

	(void)state;
	assert_int_equal(ask_by_command(NULL, &output), 77);
	assert_int_equal(ask_by_command("case\r\nSampan-Principal: 0100101308", &output), 64);
	assert_int_equal(ask_by_command("vụ án 12/2026", &output), 0);
	assert_int_equal(file_replace(path, output), OK);
	json_decref(verify(&path, 1, 0));
	passed++;
}

static int set_up(void **state)
{
	static const char *const auditors[] = {"--user", "kiem-toan", NULL};
	static const char *const operators[] = {"--user", "van-hanh", NULL};
	struct bytes output;

	(void)state;
	rig_open(&rig);
	(void)snprintf(keep, sizeof(keep), "%.4000s/kept", rig.directory);
	(void)snprintf(trust, sizeof(trust), "%.4000s/kept/trust", rig.directory);
	const char *const demo[] = {"demo", "--once", "--json", "--keep", keep, NULL};

	assert_int_equal(rig_run(&rig, demo, &output), 0);
	rig_start(&rig);
	assert_int_equal(town_identity_tokens(&rig.town.nodes[RIG_VN]), OK);
	trader = door_client_token(&rig, RIG_VN, TRADER);
	other = door_client_token(&rig, RIG_VN, "nong-san-viet");
	const char *config = rig.town.nodes[RIG_VN].config_path;
	const char *const add_auditor[] = {"user",     "add",     "kiem-toan",
					   "--roles",  "auditor", "--no-password",
					   "--config", config,    NULL};
	const char *const add_operator[] = {"user",     "add",      "van-hanh",
					    "--roles",  "operator", "--no-password",
					    "--config", config,     NULL};

	assert_int_equal(rig_run(&rig, add_auditor, &output), 0);
	assert_int_equal(rig_run(&rig, add_operator, &output), 0);
	auditor = door_client_new_token(&rig, RIG_VN, "audit", auditors);
	operator= door_client_new_token(&rig, RIG_VN, "figures", operators);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, passed == TESTS);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demos_evidence_is_accepted_for_every_kind),
		cmocka_unit_test(what_one_node_sent_the_other_received_byte_for_byte),
		cmocka_unit_test(a_program_that_is_not_ours_agrees),
		cmocka_unit_test(a_hundred_changed_bytes_are_refused_with_the_broken_part),
		cmocka_unit_test(every_attack_of_a_program_that_is_not_ours_is_refused),
		cmocka_unit_test(without_the_anchor_nothing_is_proved),
		cmocka_unit_test(
			with_the_ledgers_keys_alone_all_is_proved_and_no_signer_is_vouched_for),
		cmocka_unit_test(the_document_that_is_given_must_be_in_it),
		cmocka_unit_test(no_byte_is_read_before_the_sandbox_is_closed),
		cmocka_unit_test(over_https_each_role_gets_what_it_may),
		cmocka_unit_test(what_a_reader_got_is_proved_and_always_the_same),
		cmocka_unit_test(on_the_nodes_machine_the_command_gives_the_whole),
		cmocka_unit_test(an_auditor_says_why_at_the_command),
		cmocka_unit_test(long_evidence_comes_in_pieces_that_make_it_whole),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
