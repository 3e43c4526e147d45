/* issue: what an officer decided becomes a signed document that is lodged, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/alike.h"
#include "node/clerk_issuing.h"
#include "node/issue.h"
#include "node/issued.h"
#include "node/outcome.h"
#include "tests/support/node_fixture.h"

#define DOCUMENT "<Envelope><Body>1</Body></Envelope>"
#define SIGNATURE "<ds:Signature></ds:Signature>"
#define SIGNED "<Envelope><Body>1</Body>" SIGNATURE "</Envelope>"

static const char *const none[] = {NULL};

static struct config_office offices[] = {
	{"BCTHN", "bct", "01", "Phòng Hà Nội", "Hà Nội", "/k", "/c"},
	{"BCTHP", "bct", "02", "Phòng Hải Phòng", "Hải Phòng", "/k", "/c"},
	{"BCTSG", "gom", "03", "of another party", "", "/k", "/c"},
};

static int open_fixture(void **state)
{
	int result = node_fixture_open(state);
	struct node_fixture *fixture = *state;

	fixture->config.offices = offices;
	fixture->config.office_count = sizeof(offices) / sizeof(offices[0]);
	node_fixture_set_date(fixture, "2026-11-20");
	return result;
}

/* An application of gom, by its reference. */
static uint64_t apply_for(struct node_fixture *fixture, const char *reference, const char *office)
{
	return node_fixture_lodge(
		       fixture, "gom", reference, node_fixture_application,
		       PAIRS("reference", reference, "office", office, "declaration", reference))
		.message;
}

static const char *next_number(struct node_fixture *fixture, const char *destination)
{
	char number[ISSUE_NUMBER_BYTES];

	assert_int_equal(issue_number(&fixture->turn, &offices[0], destination, number), OK);
	return arena_text(fixture->arena, bytes_of_text(number));
}

static struct facts certificate_of(struct node_fixture *fixture, const char *application,
				   const char *number)
{
	const char *only = arena_format(fixture->arena, "VN|%s|2026-11-20", number);

	return node_fixture_facts(fixture, node_fixture_certificate,
				  PAIRS("reference", arena_format(fixture->arena, "C-%s", number),
					"application", application, "certificate", number,
					"only.certificate", only, "declaration", application));
}

/* Decide in a turn of its own, on the message as it is; the code of the finding, or NULL. */
static const char *decide(struct node_fixture *fixture, uint64_t of, const struct issue *issue)
{
	struct findings findings;
	struct message message;
	uint64_t record;

	node_fixture_begin(fixture);
	findings_init(&findings, fixture->arena);
	assert_int_equal(message_load(&fixture->turn, of, &message), OK);
	assert_int_equal(issue_decide(&fixture->turn, &message, issue, &findings, &record), OK);
	if (findings_has_errors(&findings)) {
		assert_int_equal(batch_count(fixture->turn.batch), 0);
		node_fixture_drop(fixture);
		return findings.items[0].code;
	}
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return NULL;
}

static struct issue issue_of(struct facts facts)
{
	return (struct issue){.decision = "issue",
			      .actor = "user:ha",
			      .party = "bct",
			      .reason = "",
			      .document = bytes_of_text(DOCUMENT),
			      .facts = facts};
}

/* The application and the decision on it, under the next number. */
static uint64_t decided(struct node_fixture *fixture, const char *reference)
{
	uint64_t of = apply_for(fixture, reference, "BCTHN");
	struct issue issue =
		issue_of(certificate_of(fixture, reference, next_number(fixture, "TH")));

	assert_null(decide(fixture, of, &issue));
	return node_fixture_record(fixture, "OfficeDecided", of).number;
}

/* A worker found the signed document in order, or not. */
static void lodged(struct node_fixture *fixture, uint64_t delivery, struct facts facts,
		   const char *code)
{
	struct findings findings;

	findings_init(&findings, fixture->arena);
	if (code != NULL)
		assert_int_equal(findings_put(&findings, &(struct finding){SEVERITY_ERROR, code, "",
									   0, "", "sai", "wrong"}),
				 OK);
	node_fixture_begin(fixture);
	assert_int_equal(issue_lodged(&fixture->turn, delivery, &facts, &findings), OK);
	if (batch_count(fixture->turn.batch) == 0)
		node_fixture_drop(fixture);
	else
		assert_int_equal(node_fixture_commit(fixture), OK);
}

static struct facts facts_of(struct node_fixture *fixture, uint64_t delivery, const char *reference)
{
	struct record record;

	assert_int_equal(
		ledger_record(fixture->turn.ledger, delivery, fixture->arena, &record, NULL), OK);
	return certificate_of(fixture, reference,
			      facts_get_or_empty(&record.attributes, "certificate"));
}

static void a_decision_is_on_record_with_the_document_before_anything_is_signed(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1");
	struct delivery waits = node_fixture_delivery(fixture, delivery);
	struct record record = node_fixture_record(fixture, "OfficeDecided", waits.message);
	struct bytes document;

	assert_string_equal(record.actor, "user:ha");
	assert_string_equal(facts_get(&record.attributes, "office"), "BCTHN");
	assert_string_equal(facts_get(&record.attributes, "certificate"), "VN-TH 26/01/00001");
	assert_string_equal(record.payloads[0].role, "output");
	assert_int_equal(delivery_document(&fixture->turn, &waits, &document), OK);
	assert_true(bytes_equal(document, bytes_of_text(DOCUMENT)));
	assert_int_equal(waits.stage, STAGE_SIGN);
	assert_string_equal(waits.to, "office:BCTHN");
	assert_string_equal(node_fixture_message(fixture, waits.message).state, "issuing");
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 1);
}

static void a_signed_one_is_lodged_by_the_authority_and_closes_the_application(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1"), of;
	struct message certificate, application;
	struct bytes document;

	node_fixture_sign(fixture);
	assert_int_equal(node_fixture_delivery(fixture, delivery).stage, STAGE_LODGE);
	lodged(fixture, delivery, facts_of(fixture, delivery, "A1"), NULL);
	assert_int_equal(node_fixture_delivery(fixture, delivery).stage, STAGE_DONE);
	of = node_fixture_delivery(fixture, delivery).message;
	application = node_fixture_message(fixture, of);
	assert_string_equal(application.state, "issued");
	assert_string_equal(facts_get_or_empty(&application.facts, ISSUE_PENDING), "");
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/00001", &certificate), OK);
	assert_string_equal(certificate.state, "issued");
	assert_string_equal(certificate.sender, "party:bct");
	assert_int_equal(ledger_payload(fixture->turn.ledger, certificate.number, 0, fixture->arena,
					&document),
			 OK);
	assert_true(bytes_equal(document, bytes_of_text(SIGNED)));
	assert_int_equal(node_fixture_count(fixture, "OfficeLodged", of), 1);
}

/* The answer was lost, or the courier was started anew: all is told again. */
static void what_is_told_again_issues_no_second_certificate(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1"), size;
	struct facts facts = facts_of(fixture, delivery, "A1");

	lodged(fixture, delivery, facts, NULL); /* not signed yet: nothing */
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 1);
	node_fixture_sign(fixture);
	lodged(fixture, delivery, facts, NULL);
	size = node_fixture_size(fixture);
	lodged(fixture, delivery, facts, NULL);
	node_fixture_begin(fixture);
	assert_int_equal(
		outcome_signed(&fixture->turn, delivery, delivery, bytes_of_text(SIGNATURE)), OK);
	node_fixture_drop(fixture);
	assert_int_equal(node_fixture_size(fixture), size);
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 2);
}

static void a_second_decision_waits_for_the_first_and_finds_it_done(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1"),
		 of = node_fixture_delivery(fixture, delivery).message;
	struct issue issue = issue_of(certificate_of(fixture, "A1", next_number(fixture, "TH")));

	assert_string_equal(decide(fixture, of, &issue), "decision-pending");
	node_fixture_sign(fixture);
	assert_string_equal(decide(fixture, of, &issue), "decision-pending");
	lodged(fixture, delivery, facts_of(fixture, delivery, "A1"), NULL);
	assert_string_equal(decide(fixture, of, &issue), "decision-pending");
	assert_int_equal(node_fixture_count(fixture, "OfficeDecided", 0), 1);
}

static void numbers_have_no_gaps_and_none_is_given_twice(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t of;
	struct issue issue;

	assert_string_equal(next_number(fixture, "TH"), "VN-TH 26/01/00001");
	decided(fixture, "A1");
	assert_string_equal(next_number(fixture, "TH"), "VN-TH 26/01/00002");
	assert_string_equal(next_number(fixture, "LA"), "VN-LA 26/01/00002");
	of = apply_for(fixture, "A2", "BCTHN");
	issue = issue_of(certificate_of(fixture, "A2", "VN-TH 26/01/00001"));
	assert_string_equal(decide(fixture, of, &issue), "number-taken");
	issue = issue_of(certificate_of(fixture, "A2", "VN-TH 26/01/00003"));
	assert_string_equal(decide(fixture, of, &issue), "number-taken");
	issue = issue_of(certificate_of(fixture, "A2", "VN-TH 26/01/00002"));
	assert_null(decide(fixture, of, &issue));
	node_fixture_set_date(fixture, "2027-01-02");
	assert_string_equal(next_number(fixture, "TH"), "VN-TH 27/01/00001");
}

static void a_number_that_an_uploaded_certificate_has_is_passed_over(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "bct", "c", node_fixture_certificate,
			   PAIRS("certificate", "VN-TH 26/01/00001", "only.certificate",
				 "VN|VN-TH 26/01/00001|2026-11-20"));
	assert_string_equal(next_number(fixture, "TH"), "VN-TH 26/01/00002");
	/* a party's reference is nobody's number */
	node_fixture_lodge(fixture, "gom", "e", node_fixture_export,
			   PAIRS("reference", "VN-TH 26/01/00002"));
	assert_string_equal(next_number(fixture, "TH"), "VN-TH 26/01/00002");
}

static void an_office_decides_with_its_own_key_only(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = next_number(fixture, "TH");
	uint64_t of = apply_for(fixture, "A1", "BCTXX"), other = apply_for(fixture, "A2", "BCTSG"),
		 own = apply_for(fixture, "A3", "BCTHP");
	struct issue issue = issue_of(certificate_of(fixture, "A1", number));

	assert_string_equal(decide(fixture, of, &issue), "no-office-key");
	issue = issue_of(certificate_of(fixture, "A2", number));
	assert_string_equal(decide(fixture, other, &issue), "no-office-key");
	issue = issue_of(certificate_of(fixture, "A3", number)); /* says BCTHN */
	assert_string_equal(decide(fixture, own, &issue), "not-allowed");
}

static void goods_are_certified_twice_only_for_a_reason(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = decided(fixture, "A1"), of;
	struct issue issue;

	node_fixture_sign(fixture);
	lodged(fixture, first, facts_of(fixture, first, "A1"), NULL);
	of = node_fixture_lodge(fixture, "gom", "again", node_fixture_application,
				PAIRS("reference", "A9", "declaration", "A1"))
		     .message;
	issue = issue_of(certificate_of(fixture, "A9", next_number(fixture, "TH")));
	assert_int_equal(facts_put(&issue.facts, "declaration", "A1"), OK);
	assert_string_equal(decide(fixture, of, &issue), "goods-certified");
	issue.reason = " \t";
	assert_string_equal(decide(fixture, of, &issue), "goods-certified");
	issue.reason = "lô hàng được chia";
	assert_null(decide(fixture, of, &issue));
}

/* Two officers, two applications, the same goods: the first one's certificate is not signed yet. */
static void goods_that_are_being_certified_are_certified(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = decided(fixture, "A1"), of;
	struct issue issue;

	of = node_fixture_lodge(fixture, "gom", "again", node_fixture_application,
				PAIRS("reference", "A9", "declaration", "A1"))
		     .message;
	issue = issue_of(certificate_of(fixture, "A9", next_number(fixture, "TH")));
	assert_int_equal(facts_put(&issue.facts, "declaration", "A1"), OK);
	assert_string_equal(decide(fixture, of, &issue), "goods-certified");
	node_fixture_sign(fixture);
	lodged(fixture, first, facts_of(fixture, first, "A1"), NULL);
	assert_string_equal(decide(fixture, of, &issue), "goods-certified");
}

static void a_certificate_that_ended_is_neither_replaced_nor_cancelled(void **state)
{
	static const char *const ended[] = {"replaced", "cancelled", "used-up"};
	struct node_fixture *fixture = *state;
	uint64_t first = decided(fixture, "A1");
	struct message certificate;
	struct facts facts;

	node_fixture_sign(fixture);
	lodged(fixture, first, facts_of(fixture, first, "A1"), NULL);
	for (size_t i = 0; i < sizeof(ended) / sizeof(ended[0]); i++) {
		struct issue issue;

		node_fixture_begin(fixture);
		assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/00001", &certificate),
				 OK);
		assert_int_equal(facts_put(&certificate.facts, "office", "BCTHN"), OK);
		certificate.state = ended[i];
		assert_int_equal(message_save(&fixture->turn, &certificate), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		issue = issue_of(certificate_of(fixture, "A1", next_number(fixture, "TH")));
		issue.reason = "mất bản chính";
		assert_string_equal(decide(fixture, certificate.number, &issue),
				    "not-in-this-state");
		facts = issue.facts;
		assert_int_equal(facts_put(&facts, "life", "notice"), OK);
		issue = issue_of(facts);
		assert_string_equal(decide(fixture, certificate.number, &issue),
				    "not-in-this-state");
	}
}

static void a_replacement_ends_the_one_it_replaces(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = decided(fixture, "A1"), second, of;
	struct message replaced, certificate;
	struct issue issue;
	struct facts facts;

	node_fixture_sign(fixture);
	lodged(fixture, first, facts_of(fixture, first, "A1"), NULL);
	of = node_fixture_lodge(fixture, "gom", "again", node_fixture_application,
				PAIRS("reference", "A9", "declaration", "A1"))
		     .message;
	facts = certificate_of(fixture, "A9", next_number(fixture, "TH"));
	assert_int_equal(facts_put(&facts, "declaration", "A1"), OK);
	assert_int_equal(facts_put(&facts, "replaces", "VN-TH 26/01/00001"), OK);
	assert_int_equal(facts_put(&facts, "replacesIssued", "2026-11-20"), OK);
	assert_int_equal(facts_put(&facts, "replacesCountry", "VN"), OK);
	issue = issue_of(facts);
	assert_null(decide(fixture, of, &issue));
	second = node_fixture_record(fixture, "OfficeDecided", of).number;
	node_fixture_sign(fixture);
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/00001", &replaced), OK);
	assert_string_equal(replaced.state, "issued");
	lodged(fixture, second, facts, NULL);
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/00001", &replaced), OK);
	assert_string_equal(replaced.state, "replaced");
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/00002", &certificate), OK);
	assert_string_equal(certificate.state, "issued");
	assert_string_equal(
		node_fixture_attribute(fixture, "Replaced", replaced.number, "certificate"),
		"VN-TH 26/01/00002");
}

static void what_fails_is_held_tried_again_and_may_be_dropped(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1"), of;
	struct facts facts = facts_of(fixture, delivery, "A1");
	struct issue issue;

	of = node_fixture_delivery(fixture, delivery).message;
	node_fixture_sign(fixture);
	lodged(fixture, delivery, facts, "signature-unknown");
	assert_int_equal(node_fixture_delivery(fixture, delivery).stage, STAGE_HELD);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, delivery, "operator:an", ""), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_delivery(fixture, delivery).stage, STAGE_LODGE);
	lodged(fixture, delivery, facts, "signature-unknown");
	node_fixture_begin(fixture);
	assert_int_equal(outcome_drop(&fixture->turn, delivery, "operator:an", "wrong key"), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(node_fixture_message(fixture, of).state, "with-authority");
	/* its number is gone with it, and on record why */
	issue = issue_of(certificate_of(fixture, "A1", next_number(fixture, "TH")));
	assert_string_equal(facts_get(&issue.facts, "certificate"), "VN-TH 26/01/00002");
	assert_null(decide(fixture, of, &issue));
}

static void what_the_seal_refused_is_held(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t delivery = decided(fixture, "A1");

	node_fixture_begin(fixture);
	assert_int_equal(outcome_signed(&fixture->turn, delivery, delivery, (struct bytes){0}), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(node_fixture_delivery(fixture, delivery).why, "not-signed");
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, delivery, "operator:an", ""), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_delivery(fixture, delivery).stage, STAGE_SIGN);
}

static void a_new_epoch_records_the_decision_anew(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = decided(fixture, "A1");
	struct delivery delivery = node_fixture_delivery(fixture, number);
	struct bytes document;
	struct record record;

	node_fixture_begin(fixture);
	assert_int_equal(issue_restate(&fixture->turn, &delivery), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	delivery = node_fixture_delivery(fixture, number);
	record = node_fixture_record(fixture, "OfficeDecided", delivery.message);
	assert_true(record.number > number);
	assert_int_equal(delivery.output_record, record.number);
	assert_string_equal(record.actor, "user:ha");
	assert_string_equal(facts_get(&record.attributes, "office"), "BCTHN");
	assert_non_null(facts_get(&record.attributes, "restates"));
	assert_int_equal(delivery_document(&fixture->turn, &delivery, &document), OK);
	assert_true(bytes_equal(document, bytes_of_text(DOCUMENT)));
	node_fixture_sign(fixture);
	lodged(fixture, number, facts_of(fixture, number, "A1"), NULL);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_DONE);
}

static void a_code_opens_its_certificate_and_no_other(void **state)
{
	struct node_fixture *fixture = *state;
	struct message first, second, shown;
	const char *code;
	char copied[48] = "";

	node_fixture_lodge(fixture, "bct", "c", node_fixture_certificate, none);
	node_fixture_lodge(fixture, "bct", "d", node_fixture_certificate,
			   PAIRS("reference", "R2", "certificate", "VN-TH 26/01/2",
				 "only.certificate", "VN|VN-TH 26/01/2|2026-11-20"));
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/1", &first), OK);
	assert_int_equal(issued_find(&fixture->turn, "VN-TH 26/01/2", &second), OK);
	code = facts_get_or_empty(&first.facts, ISSUED_CODE);
	assert_int_equal(strlen(code), ISSUED_CODE_BYTES - 1);
	assert_string_not_equal(code, facts_get_or_empty(&second.facts, ISSUED_CODE));
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/1", code, &shown), OK);
	assert_int_equal(shown.number, first.number);
	for (size_t i = 0; i < ISSUED_CODE_BYTES - 1; i++)
		(void)snprintf(copied + strlen(copied), sizeof(copied) - strlen(copied), "%s%c",
			       i % 4 == 0 ? " -" : "",
			       code[i] == '0'                     ? 'O'
			       : code[i] == '1'                   ? 'l'
			       : code[i] >= 'a' && code[i] <= 'z' ? code[i] - ('a' - 'A')
								  : code[i]);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/1", copied, &shown), OK);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/1",
				     arena_format(fixture->turn.arena, "%s0", code), &shown),
			 ERR_MISSING);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/2", code, &shown), ERR_MISSING);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/1", "", &shown), ERR_MISSING);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/1", "0000000000000000", &shown),
			 ERR_MISSING);
	assert_int_equal(issued_show(&fixture->turn, "VN-TH 26/01/9", code, &shown), ERR_MISSING);
}

#define GOODS(rows) "item\ths\tquantity\tunit\tinvoice\tinvoiceDate\n" rows

/* An uploaded certificate that names no declaration; one invoice, in two certificates. */
static void an_invoice_that_is_certified_is_found_and_what_was_compared(void **state)
{
	static const char *const verdicts[] = {"equal",   "equal",   "differs",
					       "differs", "differs", "unknown"};
	struct node_fixture *fixture = *state;
	struct message application, certificate;
	struct compare_row *rows;
	size_t count = 0;
	uint64_t number =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application,
				   PAIRS("reference", "R9", "goods",
					 GOODS("1\t69120000\t3000.0\tPCE\tINV-1\t2026-11-18\n"
					       "2\t69111000\t\t\tINV-1\t2026-11-19\n"
					       "3\t69111000\t7\tPCE\tINV-7\t2026-11-19")))
			.message;
	uint64_t first, second;

	application = node_fixture_message(fixture, number);
	assert_int_equal(alike_find(&fixture->turn, &application, &certificate, &rows, &count),
			 ERR_MISSING);
	first = node_fixture_lodge(fixture, "bct", "c", node_fixture_certificate,
				   PAIRS("application", "", "goods",
					 GOODS("1\t6912001111\t2500\tPCE\tINV-1\t2026-11-18")))
			.message;
	second = node_fixture_lodge(fixture, "bct", "d", node_fixture_certificate,
				    PAIRS("reference", "R2", "certificate", "VN-TH 26/01/2",
					  "application", "R9", "only.certificate",
					  "VN|VN-TH 26/01/2|2026-11-20", "goods",
					  GOODS("1\t69120000\t3000\tPCE\tINV-1\t2026-11-18")))
			 .message;
	assert_true(second > first); /* issued for R9 itself: not what it is warned of */
	assert_int_equal(alike_find(&fixture->turn, &application, &certificate, &rows, &count), OK);
	assert_int_equal(certificate.number, first);
	assert_int_equal(count, 6);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(compare_verdict_name(rows[i].verdict), verdicts[i]);
	assert_string_equal(rows[2].declaration, "3000.0 PCE");
	assert_string_equal(rows[2].certificate, "2500 PCE");
	application.facts = node_fixture_facts(fixture, node_fixture_application,
					       PAIRS("exporter", "0200456781", "goods",
						     GOODS("1\t6912\t1\tPCE\tINV-1\t2026-11-18")));
	assert_int_equal(alike_find(&fixture->turn, &application, &certificate, &rows, &count),
			 ERR_MISSING); /* another exporter's invoice */
}

/* An officer who reads of none may issue a second certificate for the same goods. */
static void goods_whose_declaration_cannot_be_read_are_not_shown_as_undeclared(void **state)
{
	struct node_fixture *fixture = *state;
	const struct caller officer = {
		.party = "bct", .user = "ha", .roles = CALLER_ISSUING_OFFICER};
	uint64_t declared =
		node_fixture_lodge(fixture, "gom", "E1", node_fixture_export, none).message;
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct message application;
	json_t *issuing = NULL;

	node_fixture_register(fixture);
	application = node_fixture_message(
		fixture,
		node_fixture_lodge(
			fixture, "gom", "A1", node_fixture_application,
			PAIRS("declaration", node_fixture_message(fixture, declared).registered))
			.message);
	assert_int_equal(clerk_issuing_new(&fixture->turn, &officer, &application, &issuing), OK);
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(issuing, "declaration"), "state")),
			    "registered");
	json_decref(issuing);
	turn_key_add_number(&key, declared);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\1", 1)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_not_equal(clerk_issuing_new(&fixture->turn, &officer, &application, &issuing),
			     OK);
	assert_null(issuing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goods_whose_declaration_cannot_be_read_are_not_shown_as_undeclared),
		TEST(a_decision_is_on_record_with_the_document_before_anything_is_signed),
		TEST(a_signed_one_is_lodged_by_the_authority_and_closes_the_application),
		TEST(what_is_told_again_issues_no_second_certificate),
		TEST(a_second_decision_waits_for_the_first_and_finds_it_done),
		TEST(numbers_have_no_gaps_and_none_is_given_twice),
		TEST(a_number_that_an_uploaded_certificate_has_is_passed_over),
		TEST(an_office_decides_with_its_own_key_only),
		TEST(an_invoice_that_is_certified_is_found_and_what_was_compared),
		TEST(goods_are_certified_twice_only_for_a_reason),
		TEST(goods_that_are_being_certified_are_certified),
		TEST(a_certificate_that_ended_is_neither_replaced_nor_cancelled),
		TEST(a_replacement_ends_the_one_it_replaces),
		TEST(what_fails_is_held_tried_again_and_may_be_dropped),
		TEST(what_the_seal_refused_is_held),
		TEST(a_new_epoch_records_the_decision_anew),
		TEST(a_code_opens_its_certificate_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
