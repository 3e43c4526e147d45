/*
 * The door over HTTPS of a real node, with real curl: what is acknowledged is proved offline and
 * stays acknowledged, whatever is killed; what is wrong is said in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sysexits.h>

#include <cmocka.h>
#include <jansson.h>
#include <signal.h>

#include "node/checkpoint.h"
#include "node/file.h"
#include "node/receipt.h"
#include "node/setup.h"
#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define INVALID "vn/nong-san-viet/90-invalid-export.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define PDF "%PDF-1.7 an invoice"

static struct rig rig;
static bool is_good;
static unsigned passed;

#define TESTS 12u

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return town_identity_tokens(&rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	is_good = passed == TESTS;
	rig_close(&rig, is_good);
	return 0;
}

static struct door_request lodging(const char *party, struct bytes document)
{
	return (struct door_request){.method = "POST",
				     .path = "/v1/messages",
				     .token = door_client_token(&rig, RIG_VN, party),
				     .type = "application/xml",
				     .body = document};
}

/* The sample under another reference. */
static struct bytes export_of(const char *reference)
{
	return rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference);
}

static struct door_answer ask(const struct door_request *request)
{
	return door_client_ask(&rig, RIG_VN, request);
}

static struct door_answer get(const char *id, const char *rest)
{
	const struct door_request request = {
		.path = arena_format(rig.arena, "/v1/messages/%s%s", id, rest),
		.token = door_client_token(&rig, RIG_VN, TRADER)};

	return ask(&request);
}

/* ---- Lodging ---- */

static void assert_proved(struct bytes receipt, struct bytes document)
{
	const char *path = arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory,
					SETUP_LEDGER_PUBLIC);
	uint8_t key[KEY_PUBLIC_BYTES];
	struct hash hash = hash_of(document);
	char origin[CHECKPOINT_ORIGIN_BYTES];
	struct bytes text;
	struct record record;

	assert_int_equal(file_read(path, 4096, rig.arena, &text), OK);
	assert_int_equal(
		checkpoint_parse_key(arena_text(rig.arena, bytes_trimmed(text)), origin, key), OK);
	assert_int_equal(receipt_verify(receipt, key, rig.arena, &record), OK);
	assert_string_equal(record.event, "SubmissionAcceptance");
	assert_string_equal(record.actor, "party:" TRADER);
	assert_true(hash_equal(&record.payloads[0].hash, &hash));
}

static void what_is_lodged_is_acknowledged_with_a_receipt_that_proves_it_offline(void **state)
{
	struct bytes document = export_of("HTTPS-1");
	struct door_request request = lodging(TRADER, document);
	struct door_answer answer = ask(&request), receipt, original;
	const char *id = door_client_member(&rig, &answer, "id");
	json_t *json;
	char *text;

	(void)state;
	assert_int_equal(answer.status, 202);
	assert_string_equal(door_client_member(&rig, &answer, "reference"), "HTTPS-1");
	assert_string_equal(door_client_header(&rig, &answer, "location"),
			    arena_format(rig.arena, "/v1/messages/%s", id));
	json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	text = json_dumps(json_object_get(json, "receipt"), JSON_COMPACT);
	assert_proved(bytes_of_text(text), document);
	/* asked for alone it is the same, and the document comes back as it went */
	receipt = get(id, "/receipt");
	assert_true(bytes_equal(receipt.body, bytes_of_text(text)));
	original = get(id, "/document");
	assert_true(bytes_equal(original.body, document));
	free(text);
	json_decref(json);
	passed++;
}

static void what_is_wrong_is_said_with_its_place_in_both_languages(void **state)
{
	struct door_request request = lodging("nong-san-viet", rig_sample(&rig, INVALID));
	struct door_answer answer = ask(&request);
	json_t *json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	const json_t *findings = json_object_get(json, "findings"), *one;
	size_t i;

	(void)state;
	assert_int_equal(answer.status, 422);
	assert_true(json_array_size(findings) > 0);
	json_array_foreach(findings, i, one)
	{
		assert_true(json_string_length(json_object_get(one, "vi")) > 0);
		assert_true(json_string_length(json_object_get(one, "en")) > 0);
		assert_true(json_integer_value(json_object_get(one, "line")) > 0);
		assert_int_equal(json_string_value(json_object_get(one, "path"))[0], '/');
	}
	json_decref(json);
	passed++;
}

static void a_document_that_names_another_sender_is_refused(void **state)
{
	struct door_request request = lodging("nong-san-viet", export_of("HTTPS-OTHER"));
	struct door_answer answer = ask(&request);

	(void)state;
	assert_int_equal(answer.status, 422);
	assert_non_null(strstr((const char *)answer.body.at, "sender-mismatch"));
	passed++;
}

/* ---- Killed in between ---- */

static void kill_role(const char *role)
{
	long pids[RIG_PIDS];

	assert_int_equal(rig_pids(&rig, RIG_VN, role, pids), 1);
	assert_int_equal(kill((pid_t)pids[0], SIGKILL), 0);
}

struct again {
	struct door_request request;
	struct door_answer answer;
};

/* As a careful client: again until there is an answer that is final. */
static bool is_answered(void *context)
{
	struct again *again = context;

	again->answer = ask(&again->request);
	return again->answer.status != 0 && again->answer.status != 503 &&
	       again->answer.status != 409;
}

static void a_key_holds_over_kill_9_of_gate_and_ledger(void **state)
{
	static const char *const roles[] = {"gate", "ledger"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *reference = arena_format(rig.arena, "HTTPS-KILL-%zu", i);
		struct again again = {.request = lodging(TRADER, export_of(reference))};
		struct door_answer first;
		struct door_job job;

		again.request.headers[0] =
			arena_format(rig.arena, "Idempotency-Key: \"kill-%zu\"", i);
		/* killed while it is under way, or just before or behind: all may happen */
		job = door_client_begin(&rig, RIG_VN, &again.request);
		kill_role(roles[i]);
		(void)door_client_end(&rig, job);
		assert_true(rig_wait(is_answered, &again, PATIENCE_MS));
		assert_int_equal(again.answer.status, 202);
		first = again.answer;
		/* killed behind the acknowledgement */
		kill_role(roles[i]);
		assert_true(rig_wait(is_answered, &again, PATIENCE_MS));
		assert_int_equal(again.answer.status, 202);
		assert_string_equal(door_client_member(&rig, &again.answer, "id"),
				    door_client_member(&rig, &first, "id"));
		/* and another body under the key is refused after all that */
		again.request.body = export_of("HTTPS-ANOTHER");
		assert_true(rig_wait(is_answered, &again, PATIENCE_MS));
		assert_int_equal(again.answer.status, 422);
		assert_non_null(strstr((const char *)again.answer.body.at, "key-reused"));
	}
	passed++;
}

static void lodged_many_times_at_once_it_is_one_message(void **state)
{
	struct door_request request = lodging(TRADER, export_of("HTTPS-MANY"));
	struct door_job jobs[8];
	const char *id = NULL;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		jobs[i] = door_client_begin(&rig, RIG_VN, &request);
	for (size_t i = 0; i < 8; i++) {
		struct door_answer answer = door_client_end(&rig, jobs[i]);

		assert_int_equal(answer.status, 202);
		if (id == NULL)
			id = door_client_member(&rig, &answer, "id");
		assert_string_equal(door_client_member(&rig, &answer, "id"), id);
	}
	passed++;
}

/* ---- Papers ---- */

static void a_paper_is_kept_listed_and_given_back(void **state)
{
	struct door_request request = lodging(TRADER, export_of("HTTPS-PAPER"));
	struct door_answer answer = ask(&request);
	const char *id = door_client_member(&rig, &answer, "id"), *hash;

	(void)state;
	request.type = "application/pdf";
	request.body = bytes_of_text(PDF);
	request.path = arena_format(rig.arena,
				    "/v1/messages/%s/attachments?type=380&name=invoice.pdf", id);
	answer = ask(&request);
	assert_int_equal(answer.status, 201);
	hash = door_client_member(&rig, &answer, "sha256");
	answer = ask(&request);
	assert_int_equal(answer.status, 201);
	assert_string_equal(door_client_member(&rig, &answer, "sha256"), hash);
	answer = get(id, "");
	assert_non_null(strstr((const char *)answer.body.at, hash));
	answer = get(id, arena_format(rig.arena, "/attachments/%s", hash));
	assert_true(bytes_equal(answer.body, bytes_of_text(PDF)));
	/* what its bytes are counts, not what is said of them */
	request.body = bytes_of_text("PK\3\4 no invoice");
	assert_int_equal(ask(&request).status, 415);
	/* and others do not learn that there is such a message */
	request.body = bytes_of_text(PDF);
	request.token = door_client_token(&rig, RIG_VN, "nong-san-viet");
	assert_int_equal(ask(&request).status, 404);
	passed++;
}

static void an_agent_lodges_for_whom_it_says(void **state)
{
	struct door_request request = lodging("dai-ly-hai-phong", export_of("HTTPS-AGENT"));

	(void)state;
	request.headers[0] = "Sampan-Principal: 0301442986";
	assert_int_equal(ask(&request).status, 422);
	request.headers[0] = "Sampan-Principal: 0100101308";
	assert_int_equal(ask(&request).status, 202);
	passed++;
}

static const char *path_in_town(const char *name)
{
	return arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
}

static int lodge_by_command(const char *path, const char *principal)
{
	struct bytes url, output;
	const char *arguments[] = {"lodge",
				   "--node",
				   NULL,
				   "--ca",
				   path_in_town("keys/door.crt"),
				   "--token",
				   path_in_town("parties/dai-ly-hai-phong/token"),
				   "--party",
				   principal,
				   path,
				   NULL};

	assert_int_equal(file_read(path_in_town(TOWN_URL), 256, rig.arena, &url), OK);
	arguments[2] = arena_text(rig.arena, bytes_trimmed(url));
	return rig_run(&rig, arguments, &output);
}

/* The first refusal must not be what the command gets for ever. */
static void what_was_refused_to_the_command_is_judged_anew_when_it_is_lodged_again(void **state)
{
	const char *path = path_in_town("again.xml");

	(void)state;
	assert_int_equal(file_replace(path, export_of("HTTPS-AGAIN")), OK);
	assert_int_equal(lodge_by_command(path, "0301442986"), EX_DATAERR);
	assert_int_equal(lodge_by_command(path, "0100101308"), 0);
	assert_int_equal(lodge_by_command(path, "0100101308"), 0);
	passed++;
}

static void a_token_never_goes_in_clear(void **state)
{
	static const char *const urls[] = {"http://127.0.0.1:1", "HTTP://localhost:1", "http://"};
	struct bytes output;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		const char *const arguments[] = {"status",
						 "--node",
						 urls[i],
						 "--token",
						 path_in_town("parties/gom-bat-trang/token"),
						 "VN-1-1",
						 NULL};

		assert_int_equal(rig_run(&rig, arguments, &output), EX_USAGE);
	}
	passed++;
}

/* ---- What the command prints ---- */

struct by_command {
	struct bytes output;
	int code;
};

static void lodge_here(struct by_command *by, const char *first, const char *second,
		       const char *reference)
{
	const char *path = path_in_town(arena_format(rig.arena, "%s.xml", reference));
	const char *const arguments[] = {
		"lodge",   "--json", "--config", rig.town.nodes[RIG_VN].config_path,
		"--party", TRADER,   first,      second,
		path,      NULL};

	assert_int_equal(file_replace(path, export_of(reference)), OK);
	by->code = rig_run(&rig, arguments, &by->output);
}

static void the_state_after_waiting_is_the_one_that_is_printed(void **state)
{
	struct by_command by;
	json_t *json;

	(void)state;
	lodge_here(&by, "--wait", "--json", "HTTPS-WAIT");
	assert_int_equal(by.code, 0);
	json = json_loadb((const char *)by.output.at, by.output.len, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "state")), "registered");
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "accepted");
	json_decref(json);
	passed++;
}

static void a_folder_for_receipts_that_is_not_there_is_told_before_anything_is_lodged(void **state)
{
	struct by_command by;
	struct door_answer answer;
	struct bytes receipt;
	const struct door_request search = {.path = "/v1/messages?reference=HTTPS-RECEIPTS",
					    .token = door_client_token(&rig, RIG_VN, TRADER)};

	(void)state;
	lodge_here(&by, "--receipts", path_in_town("nowhere"), "HTTPS-RECEIPTS");
	assert_int_equal(by.code, EX_CANTCREAT);
	assert_int_equal(by.output.len, 0);
	answer = ask(&search);
	assert_int_equal(answer.status, 200);
	assert_null(strstr((const char *)answer.body.at, "HTTPS-RECEIPTS"));
	lodge_here(&by, "--receipts", path_in_town("parties"), "HTTPS-RECEIPTS");
	assert_int_equal(by.code, 0);
	assert_int_equal(file_read(path_in_town("parties/HTTPS-RECEIPTS.xml.receipt"), 65536,
				   rig.arena, &receipt),
			 OK);
	passed++;
}

/* A program that writes each document to the same file. */
static void the_receipt_of_another_document_is_not_written_over(void **state)
{
	const char *folder = path_in_town("receipts"), *path, *id;
	struct bytes first, again, second;
	struct by_command by;
	json_t *json;

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	path = path_in_town("receipts/HTTPS-KEPT.xml.receipt");
	lodge_here(&by, "--receipts", folder, "HTTPS-KEPT");
	assert_int_equal(by.code, 0);
	assert_int_equal(file_read(path, 65536, rig.arena, &first), OK);
	lodge_here(&by, "--receipts", folder, "HTTPS-KEPT");
	assert_int_equal(by.code, 0);
	assert_int_equal(file_replace(path, bytes_of_text("{\"another\":1}")), OK);
	lodge_here(&by, "--receipts", folder, "HTTPS-KEPT");
	assert_int_equal(by.code, 0);
	json = json_loadb((const char *)by.output.at, by.output.len, 0, NULL);
	id = json_string_value(json_object_get(json, "id"));
	assert_non_null(id);
	assert_int_equal(file_read(path, 65536, rig.arena, &again), OK);
	assert_true(bytes_equal(again, bytes_of_text("{\"another\":1}")));
	path = path_in_town(arena_format(rig.arena, "receipts/HTTPS-KEPT.xml.%s.receipt", id));
	assert_int_equal(file_read(path, 65536, rig.arena, &second), OK);
	assert_true(bytes_equal(first, second));
	json_decref(json);
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_lodged_is_acknowledged_with_a_receipt_that_proves_it_offline),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place_in_both_languages),
		cmocka_unit_test(a_document_that_names_another_sender_is_refused),
		cmocka_unit_test(a_key_holds_over_kill_9_of_gate_and_ledger),
		cmocka_unit_test(lodged_many_times_at_once_it_is_one_message),
		cmocka_unit_test(a_paper_is_kept_listed_and_given_back),
		cmocka_unit_test(an_agent_lodges_for_whom_it_says),
		cmocka_unit_test(
			what_was_refused_to_the_command_is_judged_anew_when_it_is_lodged_again),
		cmocka_unit_test(a_token_never_goes_in_clear),
		cmocka_unit_test(the_state_after_waiting_is_the_one_that_is_printed),
		cmocka_unit_test(
			a_folder_for_receipts_that_is_not_there_is_told_before_anything_is_lodged),
		cmocka_unit_test(the_receipt_of_another_document_is_not_written_over),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
