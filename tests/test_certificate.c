/* certificate: issued by its authority, authorised by its exporter, in any order; and the
 * application it answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/view.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static struct intake_answer issue(struct node_fixture *fixture, const char *document,
				  const char *const *changes)
{
	return node_fixture_lodge(fixture, "bct", document, node_fixture_certificate, changes);
}

static struct intake_answer say(struct node_fixture *fixture, const char *reference,
				const char *word)
{
	return node_fixture_lodge(fixture, "gom", reference, node_fixture_authorise,
				  PAIRS("reference", reference, "authorise", word));
}

static const char *state_of(struct node_fixture *fixture, struct intake_answer answer)
{
	return node_fixture_message(fixture, answer.message).state;
}

static void an_issued_certificate_is_owed_to_nobody_until_it_is_authorised(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	assert_string_equal(certificate.state, "issued");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 0);
	assert_string_equal(say(fixture, "W1", "yes").state, "done");
	assert_string_equal(state_of(fixture, certificate), "authorised");
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryOwed", certificate.message, "to"),
		"partner:TH");
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryOwed", certificate.message, "as"),
		"asw.form-d");
	assert_string_equal(
		node_fixture_attribute(fixture, "Authorised", certificate.message, "by"), "VN-1-2");
}

static const char *waits_for(struct node_fixture *fixture, struct intake_answer answer)
{
	const struct message message = node_fixture_message(fixture, answer.message);

	return view_waits_for(&fixture->turn, &message);
}

static void whose_word_a_certificate_waits_for_is_shown_until_it_is_said(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none), word;

	assert_string_equal(waits_for(fixture, certificate), "exporter");
	fixture->config.route_count = 0; /* nothing would follow from it */
	assert_string_equal(waits_for(fixture, certificate), "");
	fixture->config.route_count = 1;
	for (size_t i = 0; i < NODE_FIXTURE_ROOM && fixture->routes[i].kind != NULL; i++)
		fixture->config.route_count = i + 1;
	word = say(fixture, "W1", "yes");
	assert_string_equal(waits_for(fixture, word), "");
	assert_string_equal(waits_for(fixture, certificate), "");
}

static void a_word_that_comes_first_waits_for_its_certificate(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer word = say(fixture, "W1", "yes"), certificate;

	assert_string_equal(word.state, "parked");
	assert_true(node_fixture_found(fixture, "original-unknown"));
	certificate = issue(fixture, "co", none);
	assert_string_equal(certificate.state, "authorised");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", certificate.message), 1);
	assert_string_equal(state_of(fixture, word), "done");
	assert_int_equal(node_fixture_count(fixture, "ProcedureClosed", word.message), 1);
}

static void a_word_and_its_certificate_may_come_in_one_turn(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate;

	node_fixture_begin(fixture);
	node_fixture_accept(fixture, "gom", "w", node_fixture_authorise, none);
	certificate = node_fixture_accept(fixture, "bct", "co", node_fixture_certificate, none);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(state_of(fixture, certificate), "authorised");
}

static void of_two_words_that_wait_the_later_holds(void **state)
{
	static const struct {
		const char *first, *second, *state;
	} cases[] = {{"yes", "no", "issued"}, {"no", "yes", "authorised"}};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 2; i++) {
		const char *number = i == 0 ? "A" : "B";

		node_fixture_lodge(fixture, "gom", number, node_fixture_authorise,
				   PAIRS("reference", number, "certificate", number, "authorise",
					 cases[i].first));
		node_fixture_set_date(fixture, i == 0 ? "2026-12-02" : "2026-12-03");
		node_fixture_lodge(fixture, "gom", "second", node_fixture_authorise,
				   PAIRS("reference", "again", "type", number, "certificate",
					 number, "authorise", cases[i].second));
		assert_string_equal(issue(fixture, number,
					  PAIRS("reference", number, "certificate", number,
						"only.certificate", number))
					    .state,
				    cases[i].state);
	}
}

static void a_no_withholds_and_a_later_yes_releases(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	say(fixture, "W1", "no");
	assert_string_equal(state_of(fixture, certificate), "issued");
	assert_int_equal(node_fixture_count(fixture, "Withheld", certificate.message), 1);
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", certificate.message), 0);
	say(fixture, "W2", "yes");
	assert_string_equal(state_of(fixture, certificate), "authorised");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", certificate.message), 1);
}

static void a_second_yes_or_a_late_no_sends_nothing_again(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	say(fixture, "W1", "yes");
	assert_string_equal(say(fixture, "W2", "yes").state, "done");
	assert_string_equal(say(fixture, "W3", "no").state, "done");
	assert_string_equal(state_of(fixture, certificate), "authorised");
	assert_int_equal(node_fixture_count(fixture, "Authorised", certificate.message), 1);
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", certificate.message), 1);
}

static void only_the_exporter_named_in_it_is_heard(void **state)
{
	static const struct {
		const char *party, *from, *exporter;
	} cases[] = {
		{"nong-san", "0301442986",
		 "0301442986"}, /* speaks for himself, but it is not his */
		{"nong-san", "0301442986", "0100101308"}, /* speaks for another */
		{"dai-ly", "0200456781", "0100101308"}, /* so does an agent: mandates come later */
		{"nong-san", "", "0100101308"},         /* does not say who speaks */
	};
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intake_answer word = node_fixture_lodge(
			fixture, cases[i].party, "w", node_fixture_authorise,
			PAIRS("from", cases[i].from, "exporter", cases[i].exporter));

		assert_int_equal(word.verdict, INTAKE_REFUSED);
		assert_true(node_fixture_found(fixture, "not-exporter"));
	}
	assert_string_equal(state_of(fixture, certificate), "issued");
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 1);
}

static void nobody_elses_word_takes_the_place_of_one_that_waits(void **state)
{
	struct node_fixture *fixture = *state;

	say(fixture, "W1", "yes");
	node_fixture_lodge(
		fixture, "nong-san", "w", node_fixture_authorise,
		PAIRS("from", "0301442986", "exporter", "0301442986", "authorise", "no"));
	node_fixture_lodge(fixture, "nong-san", "v", node_fixture_authorise,
			   PAIRS("from", "0301442986", "reference", "R2", "authorise", "no"));
	assert_string_equal(issue(fixture, "co", none).state, "authorised");
}

static void a_word_is_for_the_certificate_of_that_date(void **state)
{
	struct node_fixture *fixture = *state;

	issue(fixture, "co", none);
	assert_string_equal(node_fixture_lodge(fixture, "gom", "w", node_fixture_authorise,
					       PAIRS("issued", "2025-11-20"))
				    .state,
			    "parked");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 0);
}

static void a_word_that_is_no_original_changes_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	say(fixture, "W1", "no");
	assert_string_equal(
		node_fixture_lodge(fixture, "gom", "w", node_fixture_authorise,
				   PAIRS("reference", "W1", "function", "02", "meaning", "other"))
			.state,
		"noted");
	assert_string_equal(state_of(fixture, certificate), "issued");
}

static void only_an_original_issues_a_certificate(void **state)
{
	static const char *const changes[][9] = {
		{"function", "03", "meaning", "cancellation", "original", "R1", NULL},
		{"function", "05", "meaning", "supplement", NULL},
		{"function", "02", "meaning", "other", NULL},
		/* known by the certificate it repeats */
		{"function", "03", "meaning", "cancellation", "reference", "R9", "type", "2", NULL},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_string_equal(issue(fixture, "unknown", changes[i]).state, "parked");
	say(fixture, "W1", "yes");
	issue(fixture, "co", none);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct intake_answer answer = issue(fixture, "known", changes[i]);

		assert_string_equal(answer.state, "noted");
		assert_true(node_fixture_found(fixture, "not-acted-on"));
	}
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 1);
}

static void a_second_certificate_of_one_number_and_date_is_a_duplicate(void **state)
{
	struct node_fixture *fixture = *state;

	issue(fixture, "co", none);
	assert_int_equal(issue(fixture, "again", PAIRS("reference", "R2")).verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "duplicate"));
}

/* ---- The application ---- */

static void a_certificate_closes_the_application_it_answers(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer application =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);
	struct intake_answer certificate;
	struct message message;

	assert_string_equal(application.state, "lodged");
	node_fixture_hand_over(fixture);
	assert_string_equal(state_of(fixture, application), "with-authority");
	node_fixture_set_date(fixture, "2026-11-23");
	certificate = issue(fixture, "co", none);
	message = node_fixture_message(fixture, application.message);
	assert_string_equal(message.state, "issued");
	assert_int_equal(message.closed_ms, fixture->turn.now_ms);
	assert_string_equal(
		node_fixture_attribute(fixture, "Issued", application.message, "certificate"),
		"VN-TH 26/01/1");
	assert_string_equal(node_fixture_attribute(fixture, "Issued", application.message, "by"),
			    certificate.id);
	static const char *const expected[][2] = {
		{"procedure", "CO-D"},
		{"received", "2026-11-20T05:00:00.000Z"},
		{"due", "2026-11-23T16:59:59.999Z"},
		{"closed", "2026-11-23T05:00:00.000Z"},
		{"onTime", "yes"},
	};

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(node_fixture_attribute(fixture, "ProcedureClosed",
							   application.message, expected[i][0]),
				    expected[i][1]);
}

static void an_application_answered_late_is_not_on_time(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer application =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);

	node_fixture_set_date(fixture, "2026-11-24");
	issue(fixture, "co", none);
	assert_string_equal(
		node_fixture_attribute(fixture, "ProcedureClosed", application.message, "onTime"),
		"no");
}

static void an_amended_application_is_closed_where_it_began(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer application =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);

	node_fixture_lodge(fixture, "gom", "b", node_fixture_application,
			   PAIRS("function", "02", "meaning", "amendment"));
	issue(fixture, "co", none);
	assert_string_equal(state_of(fixture, application), "issued");
	assert_int_equal(node_fixture_count(fixture, "ProcedureClosed", application.message), 1);
}

static void it_closes_no_other_application(void **state)
{
	static const char *const changes[][3] = {{"application", "R2", NULL},
						 {"exporter", "0301442986", NULL}};

	for (size_t i = 0; i < 2; i++) {
		struct node_fixture *fixture;
		struct intake_answer application;

		assert_int_equal(node_fixture_open(state), 0);
		fixture = *state;
		application =
			node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);
		assert_string_equal(issue(fixture, "co", changes[i]).state, "issued");
		assert_string_equal(state_of(fixture, application), "lodged");
		node_fixture_close(state);
	}
}

static void issuing_before_the_hand_over_stays_issued_after_it(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer application =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);

	issue(fixture, "co", none);
	node_fixture_hand_over(fixture);
	assert_string_equal(state_of(fixture, application), "issued");
}

/* ---- The certificate's own clock ---- */

static void its_own_procedure_is_closed_by_the_authorisation(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	assert_int_equal(node_fixture_count(fixture, "ProcedureClosed", certificate.message), 0);
	say(fixture, "W1", "yes");
	assert_string_equal(node_fixture_attribute(fixture, "ProcedureClosed", certificate.message,
						   "procedure"),
			    "CO-D-CAP");
}

static void a_certificate_that_its_partner_has_is_transmitted(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer certificate = issue(fixture, "co", none);

	say(fixture, "W1", "yes");
	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	assert_string_equal(state_of(fixture, certificate), "authorised");
	node_fixture_acknowledge(fixture, "TH", 1);
	assert_string_equal(state_of(fixture, certificate), "transmitted");
	assert_string_equal(
		node_fixture_record(fixture, "RelayAcceptance", certificate.message).actor,
		"partner:TH");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(an_issued_certificate_is_owed_to_nobody_until_it_is_authorised),
		CASE(whose_word_a_certificate_waits_for_is_shown_until_it_is_said),
		CASE(a_word_that_comes_first_waits_for_its_certificate),
		CASE(a_word_and_its_certificate_may_come_in_one_turn),
		CASE(of_two_words_that_wait_the_later_holds),
		CASE(a_no_withholds_and_a_later_yes_releases),
		CASE(a_second_yes_or_a_late_no_sends_nothing_again),
		CASE(only_the_exporter_named_in_it_is_heard),
		CASE(nobody_elses_word_takes_the_place_of_one_that_waits),
		CASE(a_word_is_for_the_certificate_of_that_date),
		CASE(a_word_that_is_no_original_changes_nothing),
		CASE(only_an_original_issues_a_certificate),
		CASE(a_second_certificate_of_one_number_and_date_is_a_duplicate),
		CASE(a_certificate_closes_the_application_it_answers),
		CASE(an_application_answered_late_is_not_on_time),
		CASE(an_amended_application_is_closed_where_it_began),
		cmocka_unit_test(it_closes_no_other_application),
		CASE(issuing_before_the_hand_over_stays_issued_after_it),
		CASE(its_own_procedure_is_closed_by_the_authorisation),
		CASE(a_certificate_that_its_partner_has_is_transmitted),
	};

	return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
