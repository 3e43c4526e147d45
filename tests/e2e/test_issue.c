/*
 * A certificate on running nodes: applied for, decided by an officer, signed by the office's key in the
 * seal, lodged, authorised, sent; replaced, cancelled; and nothing twice whatever dies in between.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/file.h"
#include "tests/support/desk_scene.h"
#include "tests/support/patience.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define FULL_NAME "Phạm Thúy Quỳnh"
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define JSON "Content-Type: application/json"

static struct desk_scene scene;
static struct rig *const rig = &scene.rig;
static const char *trader, *officer, *customs; /* "Authorization: Bearer ..." */
static unsigned lodged;

static desk_answer call(const char *method, const char *path, const char *const *headers,
			const char *body)
{
	return desk_scene_call(&scene, method, path, headers, body);
}

static const char *header(const desk_answer *answer, const char *name)
{
	return desk_scene_header(&scene, answer, name);
}

static const char *body_of(const desk_answer *answer)
{
	return desk_scene_body(&scene, answer);
}

static bool says(const desk_answer *answer, const char *text)
{
	return desk_scene_says(&scene, answer, text);
}

static const char *member(const desk_answer *answer, const char *name)
{
	return desk_scene_member(&scene, answer, name);
}

static void add_person(const char *name, const char *party, const char *roles)
{
	(void)desk_scene_change(&scene, "user-add",
				PAIRS("name", name, "fullName", FULL_NAME, "party", party, "roles",
				      roles, "issuingOffices", "BCTHN", "verifier",
				      desk_scene_verifier(&scene)));
}

static int open_town(void **state)
{
	(void)state;
	desk_scene_open(&scene);
	add_person("quynh", "bct-hanoi", "issuing-officer");
	trader = desk_scene_token(&scene, "party", "gom-bat-trang", "erp");
	officer = desk_scene_token(&scene, "user", "quynh", "quynh-desk");
	customs = desk_scene_token(&scene, "party", "hai-quan", "desk");
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	desk_scene_close(&scene);
	return 0;
}

/* ---- Asking ---- */

static desk_answer read_message(const char *who, const char *id)
{
	return call("GET", arena_format(rig->arena, "/v1/messages/%s", id),
		    PAIRS(who, "Accept: application/json"), "");
}

/* A text below a member of the answer: "issuing", "number". */
static const char *below(const desk_answer *answer, const char *group, const char *name)
{
	json_t *json = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
	const char *text = json_string_value(json_object_get(json_object_get(json, group), name));
	const char *copy = arena_text(rig->arena, bytes_of_text(text == NULL ? "" : text));

	json_decref(json);
	return copy;
}

struct waiting {
	const char *who, *id, *state, *event;
};

static bool is_so(void *context)
{
	const struct waiting *waiting = context;
	desk_answer answer = read_message(waiting->who, waiting->id);

	return strcmp(member(&answer, "state"), waiting->state) == 0 &&
	       (waiting->event == NULL ||
		says(&answer, arena_format(rig->arena, "\"event\":\"%s\"", waiting->event)));
}

static void wait_for(const char *who, const char *id, const char *state, const char *event)
{
	struct waiting waiting = {who, id, state, event};

	if (!rig_wait(is_so, &waiting, PATIENCE_MS)) {
		desk_answer answer = read_message(who, id);

		fail_msg("not %s: %s", state, body_of(&answer));
	}
}

static const char *lodge(const char *who, struct bytes document)
{
	desk_answer answer =
		call("POST", "/v1/messages", PAIRS(who, "Content-Type: application/xml"),
		     arena_text(rig->arena, document));

	if (answer.status != 202)
		fail_msg("%u: %s", answer.status, body_of(&answer));
	return member(&answer, "id");
}

static desk_answer decide(const char *who, const char *id, const char *body)
{
	desk_answer seen = read_message(who, id);

	return call(
		"POST", arena_format(rig->arena, "/v1/messages/%s/decision", id),
		PAIRS(who, JSON, arena_format(rig->arena, "If-Match: %s", header(&seen, "ETag"))),
		body);
}

/* ---- What there is to decide on ---- */

/* An export declaration of the trader with its number. */
static const char *declare(const char **ret_number)
{
	const char *reference = arena_format(rig->arena, "ISSUE-%u", ++lodged);
	const char *id = lodge(
		trader, rig_replace(rig, rig_sample(rig, "vn/gom-bat-trang/01-export-1-line.xml"),
				    "GBT-XK-2026-0141", reference));
	desk_answer answer;

	wait_for(trader, id, "registered", NULL);
	answer = read_message(trader, id);
	*ret_number = member(&answer, "number");
	return id;
}

static const char *apply_for(const char *declaration)
{
	const char *reference = arena_format(rig->arena, "APPLY-%u", ++lodged);
	struct bytes document = rig_replace(
		rig, rig_sample(rig, "vn/gom-bat-trang/11-co-application-third-party.xml"),
		"GBT-CO-2026-058", reference);
	const char *id;

	document = rig_replace(rig, document, "<AuthorityCode>BCTHN</AuthorityCode>",
			       arena_format(rig->arena,
					    "<AuthorityCode>BCTHN</AuthorityCode>"
					    "<ExportDeclarationNumber>%s</ExportDeclarationNumber>",
					    declaration));
	id = lodge(trader, document);
	wait_for(officer, id, "with-authority", NULL);
	return id;
}

/* The sample's ship may have left long ago when this runs. */
static const char *issue_fields(const char *number, const char *reason)
{
	return arena_format(rig->arena,
			    "{\"decision\":\"issue\",\"fields\":{\"number\":\"%s\","
			    "\"retroactive\":true,\"reason\":\"%s\"}}",
			    number, reason);
}

static const char *certificate_of(const char *number)
{
	desk_answer answer =
		call("GET",
		     arena_format(rig->arena,
				  "/v1/messages?schema=vn.co&certificate=%.5s%%20%.2s%%2F"
				  "%.2s%%2F%s",
				  number, number + 6, number + 9, number + 12),
		     PAIRS(officer), "");
	json_t *json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	json_t *row = json_array_get(json_object_get(json, "messages"), 0);
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *copy = arena_text(rig->arena, bytes_of_text(id == NULL ? "" : id));

	json_decref(json);
	if (copy[0] == '\0')
		fail_msg("no certificate %s: %u %s", number, answer.status, body_of(&answer));
	return copy;
}

/* ---- The tests ---- */

static const char *issued_id, *issued_application, *issued_declaration, *issued_number;

static void an_application_becomes_a_signed_certificate_by_the_officers_decision(void **state)
{
	desk_answer answer, document;
	const char *number, *export_id = declare(&issued_declaration);

	(void)state;
	issued_application = apply_for(issued_declaration);
	answer = read_message(officer, issued_application);
	number = below(&answer, "issuing", "number");
	assert_true(strncmp(number, "VN-TH ", 6) == 0 && strlen(number) == 17);
	assert_true(
		says(&answer, export_id)); /* the exporter's declaration, by number and tax code */
	answer = read_message(officer, export_id); /* and it may be seen for that */
	assert_int_equal(answer.status, 200);
	answer = decide(officer, issued_application, issue_fields(number, ""));
	if (answer.status != 202)
		fail_msg("%u: %s", answer.status, body_of(&answer));
	assert_string_equal(member(&answer, "state"), "issuing");
	wait_for(officer, issued_application, "issued", "OfficeLodged");
	issued_number = number;
	issued_id = certificate_of(number);
	answer = read_message(officer, issued_id);
	assert_string_equal(member(&answer, "state"), "issued");
	assert_true(says(&answer, "\"signature.verdict\":\"valid\""));
	document = call("GET", arena_format(rig->arena, "/v1/messages/%s/document", issued_id),
			PAIRS(officer), "");
	assert_true(says(&document, number));
	assert_true(says(&document, "<ds:SignatureValue>"));
	assert_true(says(&document, FULL_NAME));
	assert_true(says(&document, "SIAM TABLEWARE TRADING CO., LTD."));
}

static void what_was_decided_is_not_decided_again(void **state)
{
	desk_answer answer =
		decide(officer, issued_application, issue_fields("VN-TH 26/01/00002", "again"));

	(void)state;
	assert_int_equal(answer.status, 409);
	assert_true(says(&answer, "decision-pending"));
}

static void only_the_authoritys_officers_decide(void **state)
{
	const char *id = apply_for("306099999999");
	desk_answer answer = decide(trader, id, issue_fields("X", ""));

	(void)state;
	assert_int_equal(answer.status, 403);
	answer = decide(customs, id, issue_fields("X", ""));
	assert_true(answer.status == 403 || answer.status == 404);
	answer = read_message(trader, id);
	assert_false(says(&answer, "\"issuing\"")); /* told to the office alone */
}

static void a_number_that_is_not_the_next_is_told_at_its_field(void **state)
{
	const char *id = apply_for("306099999998");
	desk_answer answer = decide(officer, id, issue_fields("VN-TH 26/01/77777", ""));

	(void)state;
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "number-taken"));
	answer = read_message(officer, id);
	assert_string_equal(member(&answer, "state"), "with-authority");
}

static void the_same_goods_are_certified_twice_only_for_a_reason(void **state)
{
	const char *id = apply_for(issued_declaration), *number;
	desk_answer answer = read_message(officer, id);

	(void)state;
	number = below(&answer, "issuing", "number");
	assert_true(says(&answer, issued_number)); /* the warning */
	answer = decide(officer, id, issue_fields(number, ""));
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "\"field\":\"reason\"")); /* a word on why is missing */
}

static void it_crosses_when_the_exporter_says_yes(void **state)
{
	desk_answer answer =
		call("POST", arena_format(rig->arena, "/v1/messages/%s/authorisation", issued_id),
		     PAIRS(trader, JSON), "{\"authorise\":true}");

	(void)state;
	if (answer.status != 200)
		fail_msg("%u: %s", answer.status, body_of(&answer));
	wait_for(trader, issued_id, "transmitted", NULL);
	assert_true(rig_wait_for_rest(rig, PATIENCE_MS));
}

static void save_evidence(const char *id, const char *path)
{
	desk_answer answer;

	do /* until a checkpoint covers it */
		answer = call("GET", arena_format(rig->arena, "/v1/messages/%s/evidence", id),
			      PAIRS(officer), "");
	while (answer.status == 503);
	assert_int_equal(answer.status, 200);
	assert_int_equal(file_replace(path, answer.body), OK);
}

static void evidence_and_ledger_hold_for_all_of_it(void **state)
{
	const char *directory = rig->town.nodes[RIG_VN].directory;
	const char *certificate =
		arena_format(rig->arena, "%s/certificate.evidence", rig->directory);
	const char *application =
		arena_format(rig->arena, "%s/application.evidence", rig->directory);
	const char *trust = arena_format(rig->arena, "%s/trusted", rig->directory);
	struct bytes key, signer, output;

	(void)state;
	assert_int_equal(mkdir(trust, 0700), 0);
	assert_int_equal(file_read(arena_format(rig->arena, "%s/keys/ledger.pub", directory),
				   FILE_BYTES, rig->arena, &key),
			 OK);
	assert_int_equal(file_make(arena_format(rig->arena, "%s/vn.pub", trust), 0600, key), OK);
	assert_int_equal(file_read(arena_format(rig->arena, "%s/trust/bct-hanoi.crt", directory),
				   FILE_BYTES, rig->arena, &signer),
			 OK);
	assert_int_equal(file_make(arena_format(rig->arena, "%s/bct.crt", trust), 0600, signer),
			 OK);
	save_evidence(issued_id, certificate);
	save_evidence(issued_application, application);
	if (rig_run(rig, PAIRS("verify", "--trust", trust, certificate, application), &output) != 0)
		fail_msg("%s", arena_text(rig->arena, output));
	if (rig_run(rig, PAIRS("ledger", "verify", "--dir", directory), &output) != 0)
		fail_msg("%s", arena_text(rig->arena, output));
}

static void a_replacement_states_the_one_replaced_and_ends_it(void **state)
{
	desk_answer answer = read_message(officer, issued_id);
	const char *number = below(&answer, "issuing", "number"), *replacement;

	(void)state;
	answer = decide(officer, issued_id,
			arena_format(rig->arena,
				     "{\"decision\":\"replace\",\"fields\":{\"number\":\"%s\","
				     "\"consignee-name\":\"SIAM TABLEWARE CO., LTD.\","
				     "\"consignee-address\":\"BANGKOK\","
				     "\"reason\":\"Sai tên người nhận\"}}",
				     number));
	if (answer.status != 202)
		fail_msg("%u: %s", answer.status, body_of(&answer));
	wait_for(officer, issued_id, "replaced", "Replaced");
	replacement = certificate_of(number);
	answer = call("GET", arena_format(rig->arena, "/v1/messages/%s/document", replacement),
		      PAIRS(officer), "");
	assert_true(
		says(&answer, arena_format(rig->arena, "<ReplacedCertificate><Number>%s</Number>",
					   issued_number)));
	assert_true(says(&answer, "SIAM TABLEWARE CO., LTD."));
	issued_id = replacement;
}

static void a_cancellation_is_signed_by_the_office_too(void **state)
{
	desk_answer answer = decide(
		officer, issued_id,
		"{\"decision\":\"cancel-certificate\",\"fields\":{\"reason\":\"ISSUED-IN-ERROR\","
		"\"text\":\"Cấp nhầm\"}}");

	(void)state;
	if (answer.status != 202)
		fail_msg("%u: %s", answer.status, body_of(&answer));
	wait_for(officer, issued_id, "cancelled", "OfficeLodged");
	answer = call("GET", "/v1/messages?schema=vn.cancel", PAIRS(officer), "");
	assert_true(says(&answer, "\"messages\":[{"));
}

/* Killed between the decision and the lodging: it goes on where it was, and once. */
static void a_role_that_dies_in_between_issues_neither_twice_nor_not_at_all(void **state)
{
	static const char *const roles[] = {"seal", "courier", "ledger"};

	(void)state;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		const char *id = apply_for(arena_format(rig->arena, "30601000000%zu", i));
		desk_answer answer = read_message(officer, id);
		const char *number = below(&answer, "issuing", "number");
		long pids[RIG_PIDS];

		answer = decide(officer, id, issue_fields(number, ""));
		assert_int_equal(answer.status, 202);
		if (rig_pids(rig, RIG_VN, roles[i], pids) > 0)
			(void)kill((pid_t)pids[0], SIGKILL);
		wait_for(officer, id, "issued", "OfficeLodged");
		answer = call("GET",
			      arena_format(rig->arena,
					   "/v1/messages?schema=vn.co&certificate=%.5s%%20"
					   "%.2s%%2F%.2s%%2F%s",
					   number, number + 6, number + 9, number + 12),
			      PAIRS(officer), "");
		assert_non_null(strstr(body_of(&answer), "\"id\""));
		assert_null(strstr(strstr(body_of(&answer), "\"id\"") + 4, "\"id\""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_application_becomes_a_signed_certificate_by_the_officers_decision),
		cmocka_unit_test(what_was_decided_is_not_decided_again),
		cmocka_unit_test(only_the_authoritys_officers_decide),
		cmocka_unit_test(a_number_that_is_not_the_next_is_told_at_its_field),
		cmocka_unit_test(the_same_goods_are_certified_twice_only_for_a_reason),
		cmocka_unit_test(it_crosses_when_the_exporter_says_yes),
		cmocka_unit_test(evidence_and_ledger_hold_for_all_of_it),
		cmocka_unit_test(a_replacement_states_the_one_replaced_and_ends_it),
		cmocka_unit_test(a_cancellation_is_signed_by_the_office_too),
		cmocka_unit_test(a_role_that_dies_in_between_issues_neither_twice_nor_not_at_all),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
