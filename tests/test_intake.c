/* intake: what a lodgement is answered, and what of it is on record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

#define AMENDMENT "function", "02", "meaning", "amendment"
#define CANCELLATION "function", "03", "meaning", "cancellation"
#define SUPPLEMENT "function", "05", "meaning", "supplement"

/* ---- Identity ---- */

static void the_same_bytes_again_get_the_same_answer_and_no_record(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	uint64_t size = node_fixture_size(fixture);
	struct intake_answer again;

	assert_int_equal(first.verdict, INTAKE_ACCEPTED);
	again = node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	assert_int_equal(again.verdict, INTAKE_SAME);
	assert_int_equal(again.message, first.message);
	assert_string_equal(again.id, first.id);
	assert_string_equal(again.state, "checked");
	assert_int_equal(node_fixture_size(fixture), size);
}

static void the_same_bytes_a_month_later_get_the_same_answer(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);

	node_fixture_set_date(fixture, "2027-02-03");
	assert_int_equal(node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none).message,
			 first.message);
}

static void two_of_the_same_in_one_turn_are_one_message(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first, second;

	node_fixture_begin(fixture);
	first = node_fixture_accept(fixture, "gom", "a", node_fixture_export, none);
	second = node_fixture_accept(fixture, "gom", "a", node_fixture_export, none);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(first.verdict, INTAKE_ACCEPTED);
	assert_int_equal(second.verdict, INTAKE_SAME);
	assert_int_equal(first.message, second.message);
	assert_int_equal(node_fixture_size(fixture), 1);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 1);
}

static void other_bytes_under_one_identity_are_refused(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	answer = node_fixture_lodge(fixture, "gom", "b", node_fixture_export, none);
	assert_int_equal(answer.verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "identity-used"));
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 1);
}

static void each_part_of_the_identity_tells_messages_apart(void **state)
{
	static const char *const changes[][5] = {
		{"reference", "R2", NULL},
		{"year", "2027", NULL},
		{"type", "2", NULL},
		{"version", "2", NULL},
	};
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_int_equal(
			node_fixture_lodge(fixture, "gom", "b", node_fixture_export, changes[i])
				.verdict,
			INTAKE_ACCEPTED);
	assert_int_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_import, none).verdict,
			 INTAKE_ACCEPTED);
	assert_int_equal(node_fixture_lodge(fixture, "nong-san", "b", node_fixture_export,
					    PAIRS("from", "0301442986"))
				 .verdict,
			 INTAKE_ACCEPTED);
}

static void without_a_version_the_hash_tells_amendments_apart(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first, second, again;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	first = node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS(AMENDMENT));
	second = node_fixture_lodge(fixture, "gom", "c", node_fixture_export, PAIRS(AMENDMENT));
	again = node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS(AMENDMENT));
	assert_int_equal(first.verdict, INTAKE_ACCEPTED);
	assert_int_equal(second.verdict, INTAKE_ACCEPTED);
	assert_int_equal(again.verdict, INTAKE_SAME);
	assert_int_equal(again.message, first.message);
}

static void with_a_version_another_amendment_needs_another_version(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, PAIRS("version", "1"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
					    PAIRS(AMENDMENT, "version", "2"))
				 .verdict,
			 INTAKE_ACCEPTED);
	assert_int_equal(node_fixture_lodge(fixture, "gom", "c", node_fixture_export,
					    PAIRS(AMENDMENT, "version", "2"))
				 .verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "identity-used"));
}

/* ---- Exclusive keys ---- */

static void a_second_original_of_one_number_is_a_duplicate(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export,
			   PAIRS("only.declaration", "VN|301"));
	answer = node_fixture_lodge(fixture, "nong-san", "b", node_fixture_export,
				    PAIRS("from", "0301442986", "only.declaration", "VN|301"));
	assert_int_equal(answer.verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "duplicate"));
	answer = node_fixture_lodge(fixture, "gom", "c", node_fixture_export,
				    PAIRS(AMENDMENT, "only.declaration", "VN|301"));
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
}

static void a_key_that_only_finds_may_be_shared(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_application,
			   PAIRS("key.declaration", "VN|301"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_application,
					    PAIRS("reference", "R2", "key.declaration", "VN|301"))
				 .verdict,
			 INTAKE_ACCEPTED);
}

static void a_parked_amendment_does_not_claim_the_number_of_its_original(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export,
			   PAIRS(AMENDMENT, "only.declaration", "VN|301"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
					    PAIRS("only.declaration", "VN|301"))
				 .verdict,
			 INTAKE_ACCEPTED);
}

/* ---- Sender and law ---- */

static void who_may_not_send_it_is_told_why(void **state)
{
	static const struct {
		const char *party;
		const char *const *base;
		const char *changes[5];
		const char *code;
	} cases[] = {
		{"nobody", node_fixture_export, {NULL}, "unknown-sender"},
		{"gom", node_fixture_export, {"lodgedBy", "", NULL}, "not-lodgeable"},
		{"gom", node_fixture_certificate, {"from", "0100101308", NULL}, "not-allowed"},
		{"bct", node_fixture_export, {"from", "BCTHN", NULL}, "not-allowed"},
		{"hai-quan", node_fixture_authorise, {"from", "TCHQ", NULL}, "not-allowed"},
		{"gom", node_fixture_export, {"from", "0301442986", NULL}, "sender-mismatch"},
		{"gom", node_fixture_export, {"country", "TH", NULL}, "wrong-country"},
		{"gom", node_fixture_export, {"procedure", "XK99", NULL}, "unknown-procedure"},
		{"gom", node_fixture_export, {"procedure", "NK01", NULL}, "unknown-procedure"},
		{"gom", node_fixture_export, {"reference", "", NULL}, "reference-missing"},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intake_answer answer = node_fixture_lodge(fixture, cases[i].party, "a",
								 cases[i].base, cases[i].changes);

		assert_int_equal(answer.verdict, INTAKE_REFUSED);
		assert_string_equal(answer.state, "refused");
		if (!node_fixture_found(fixture, cases[i].code))
			fail_msg("case %zu: no %s", i, cases[i].code);
	}
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 0);
}

static void a_role_must_be_the_whole_word(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export,
			   PAIRS("lodgedBy", "traders-union subtrader"));
	assert_true(node_fixture_found(fixture, "not-allowed"));
}

static void a_refusal_is_on_record_without_the_document(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer = node_fixture_lodge(
		fixture, "gom", "secret", node_fixture_export, PAIRS("country", "TH"));
	struct record record = node_fixture_record(fixture, "SubmissionRejection", answer.message);
	struct hash hash = hash_of(bytes_of_text("secret"));
	char hex[HASH_HEX_BYTES];
	struct bytes payload;

	hash_format_hex(&hash, hex);
	assert_int_equal(record.number, answer.message);
	assert_string_equal(record.actor, "party:gom");
	assert_string_equal(facts_get_or_empty(&record.attributes, "sha256"), hex);
	assert_string_equal(facts_get_or_empty(&record.attributes, "code"), "wrong-country");
	assert_int_equal(record.payload_count, 1);
	assert_string_equal(record.payloads[0].role, "findings");
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, record.number, 0, fixture->arena, &payload),
		OK);
	assert_null(memmem(payload.at, payload.len, "secret", 6));
	assert_non_null(memmem(payload.at, payload.len, "wrong-country", 13));
	assert_int_equal(node_fixture_size(fixture), 1);
}

static void what_was_refused_may_be_lodged_again_when_it_is_mended(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, PAIRS("country", "TH"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_export, none).verdict,
			 INTAKE_ACCEPTED);
}

static void the_same_refusal_again_is_on_record_once(void **state)
{
	struct node_fixture *fixture = *state;
	const char *const *changes = PAIRS("country", "TH");
	struct intake_answer first =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, changes);
	struct intake_answer again =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, changes);

	assert_int_equal(again.verdict, INTAKE_REFUSED);
	assert_int_equal(again.message, first.message);
	assert_int_equal(node_fixture_size(fixture), 1);
	/* other reasons are another refusal */
	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, PAIRS("procedure", "XK99"));
	assert_int_equal(node_fixture_size(fixture), 2);
}

static void findings_of_the_worker_refuse_too(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake intake = {.party = "gom", .document = bytes_of_text("<a")};
	struct finding finding = {SEVERITY_ERROR, "not-well-formed", "", 1, "", "sai", "wrong"};
	struct intake_answer answer;

	facts_init(&intake.facts, fixture->arena);
	findings_init(&intake.findings, fixture->arena);
	assert_int_equal(findings_put(&intake.findings, &finding), OK);
	node_fixture_begin(fixture);
	assert_int_equal(intake_refuse(&fixture->turn, &intake, &answer), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(answer.verdict, INTAKE_REFUSED);
	assert_string_equal(
		node_fixture_attribute(fixture, "SubmissionRejection", answer.message, "code"),
		"not-well-formed");
}

static void an_acceptance_holds_the_very_bytes_and_the_clock(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer =
		node_fixture_lodge(fixture, "gom", "bytes", node_fixture_export, none);
	struct message message = node_fixture_message(fixture, answer.message);
	struct hash hash = hash_of(bytes_of_text("bytes"));
	struct bytes payload;

	assert_string_equal(answer.id, "VN-1-1");
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, answer.message, 0, fixture->arena, &payload),
		OK);
	assert_true(bytes_equal(payload, bytes_of_text("bytes")));
	assert_true(hash_equal(&message.document, &hash));
	assert_string_equal(message.sender, "party:gom");
	assert_int_equal(message.root, message.number);
	assert_int_equal(message.received_ms, fixture->turn.now_ms);
	/* 20 November 2026 is a Friday: one working day is the end of Monday, 24:00 in Ha Noi */
	assert_string_equal(
		node_fixture_attribute(fixture, "SubmissionAcceptance", answer.message, "due"),
		"2026-11-23T16:59:59.999Z");
}

/* ---- What is only noted ---- */

static void a_cancellation_of_a_known_declaration_is_noted_and_nothing_else(void **state)
{
	static const char *const changes[][5] = {{CANCELLATION, NULL},
						 {SUPPLEMENT, NULL},
						 {"function", "99", "meaning", "other", NULL}};
	static const char *const *const bases[] = {node_fixture_export, node_fixture_import};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < 3; j++) {
			struct intake_answer original, answer;

			original = node_fixture_lodge(fixture, "gom", "a", bases[i], none);
			node_fixture_register(fixture);
			answer = node_fixture_lodge(fixture, "gom", "b", bases[i], changes[j]);
			node_fixture_register(fixture);
			assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
			assert_string_equal(answer.state, "noted");
			assert_true(node_fixture_found(fixture, "not-acted-on"));
			assert_int_equal(node_fixture_message(fixture, answer.message).root,
					 original.message);
			assert_int_equal(node_fixture_message(fixture, answer.message).due_ms, 0);
			assert_int_equal(node_fixture_count(fixture, "Registered", answer.message),
					 0);
			assert_int_equal(
				node_fixture_count(fixture, "DeliveryOwed", answer.message), 0);
		}
}

static void the_warning_stands_in_the_record_of_what_is_noted(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;
	struct bytes findings;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	answer = node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS(CANCELLATION));
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, answer.message, 1, fixture->arena, &findings),
		OK);
	assert_non_null(memmem(findings.at, findings.len, "not-acted-on", 12));
}

static void what_no_desk_registers_is_handed_on_whatever_it_means(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_wco, none);
	answer = node_fixture_lodge(fixture, "gom", "b", node_fixture_wco, PAIRS(CANCELLATION));
	assert_string_equal(answer.state, "checked");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", answer.message), 1);
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryOwed", answer.message, "route"), "test");
}

static void what_follows_an_application_goes_to_the_authority_on_its_clock(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);
	answer = node_fixture_lodge(fixture, "gom", "b", node_fixture_application,
				    PAIRS(SUPPLEMENT));
	assert_string_equal(answer.state, "lodged");
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryOwed", answer.message, "to"),
			    "party:bct");
	assert_int_equal(node_fixture_message(fixture, answer.message).due_ms, 0);
}

/* ---- The world fails ---- */

static void a_full_disk_leaves_everything_as_before_and_work_goes_on(void **state)
{
	struct node_fixture *fixture = *state;
	struct engine_faults full = {.fail_commit_at = 1, .fail_with = ERR_FULL};
	struct engine_faults fine = {0};
	struct intake_answer answer;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	engine_sim_set_faults(fixture->engine, &full);
	node_fixture_begin(fixture);
	answer = node_fixture_accept(fixture, "gom", "b", node_fixture_export,
				     PAIRS("reference", "R2"));
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	assert_int_equal(node_fixture_commit(fixture), ERR_FULL);
	assert_int_equal(node_fixture_size(fixture), 1);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 1);
	engine_sim_set_faults(fixture->engine, &fine);
	answer = node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
				    PAIRS("reference", "R2"));
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	assert_string_equal(answer.id, "VN-1-2");
}

static void a_commit_of_unknown_outcome_is_found_out(void **state)
{
	struct node_fixture *fixture = *state;
	struct engine_faults faults = {.unknown_commit_at = 1};

	engine_sim_set_faults(fixture->engine, &faults);
	assert_int_equal(node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none).verdict,
			 INTAKE_ACCEPTED);
	assert_int_equal(node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none).verdict,
			 INTAKE_SAME);
	assert_int_equal(node_fixture_size(fixture), 1);
}

static void a_life_that_the_kind_file_invents_is_an_error_of_the_configuration(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake intake = {.party = "gom",
				.document = bytes_of_text("a"),
				.facts = node_fixture_facts(fixture, node_fixture_export,
							    PAIRS("life", "after-life"))};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), ERR_CONFIG);
	node_fixture_drop(fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_same_bytes_again_get_the_same_answer_and_no_record),
		CASE(the_same_bytes_a_month_later_get_the_same_answer),
		CASE(two_of_the_same_in_one_turn_are_one_message),
		CASE(other_bytes_under_one_identity_are_refused),
		CASE(each_part_of_the_identity_tells_messages_apart),
		CASE(without_a_version_the_hash_tells_amendments_apart),
		CASE(with_a_version_another_amendment_needs_another_version),
		CASE(a_second_original_of_one_number_is_a_duplicate),
		CASE(a_key_that_only_finds_may_be_shared),
		CASE(a_parked_amendment_does_not_claim_the_number_of_its_original),
		CASE(who_may_not_send_it_is_told_why),
		CASE(a_role_must_be_the_whole_word),
		CASE(a_refusal_is_on_record_without_the_document),
		CASE(what_was_refused_may_be_lodged_again_when_it_is_mended),
		CASE(the_same_refusal_again_is_on_record_once),
		CASE(findings_of_the_worker_refuse_too),
		CASE(an_acceptance_holds_the_very_bytes_and_the_clock),
		CASE(a_cancellation_of_a_known_declaration_is_noted_and_nothing_else),
		CASE(the_warning_stands_in_the_record_of_what_is_noted),
		CASE(what_no_desk_registers_is_handed_on_whatever_it_means),
		CASE(what_follows_an_application_goes_to_the_authority_on_its_clock),
		CASE(a_full_disk_leaves_everything_as_before_and_work_goes_on),
		CASE(a_commit_of_unknown_outcome_is_found_out),
		CASE(a_life_that_the_kind_file_invents_is_an_error_of_the_configuration),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
