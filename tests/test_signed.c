/* Whose signature a lodgement or an arrival may carry, and what of it is on record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/signed.h"
#include "tests/support/node_fixture.h"

#define SIGNED_BY(code) \
	"signature.verdict", "valid", "signature.signer", code, "signature.subject", "CN=S"

static void a_signature_is_of_the_party_or_of_the_sender_it_may_lodge_for(void **state)
{
	static const struct {
		const char *verdict, *signer, *party, *from;
		bool is_good;
	} rows[] = {
		{"valid", "1", "1", "", true},      {"valid", "1", "1", "1", true},
		{"valid", "2", "1", "2", true},     {"valid", "3", "1", "2", false},
		{"valid", "", "1", "2", false},     {"valid", "", "", "", false},
		{"valid", "1", "1-001", "", false}, {"unverified", "3", "1", "2", true},
		{"", "", "1", "2", true},
	};
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct findings findings;
		struct facts facts;

		findings_init(&findings, arena);
		facts_init(&facts, arena);
		assert_int_equal(facts_put(&facts, "signature.verdict", rows[i].verdict), OK);
		assert_int_equal(facts_put(&facts, "signature.signer", rows[i].signer), OK);
		assert_int_equal(signed_object(&facts, rows[i].party, rows[i].from, &findings), OK);
		assert_int_equal(findings.errors, rows[i].is_good ? 0 : 1);
		if (!rows[i].is_good)
			assert_string_equal(findings.items[0].code, "signature-not-yours");
	}
	arena_free(arena);
}

static void a_partner_signs_for_itself(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct findings findings;
	struct facts facts;

	(void)state;
	findings_init(&findings, arena);
	facts_init(&facts, arena);
	assert_int_equal(facts_put(&facts, "signature.verdict", "valid"), OK);
	assert_int_equal(facts_put(&facts, "signature.signer", "partner:TH"), OK);
	assert_int_equal(signed_object_to_partner(&facts, "partner:TH", &findings), OK);
	assert_int_equal(findings.count, 0);
	assert_int_equal(signed_object_to_partner(&facts, "partner:LA", &findings), OK);
	assert_int_equal(findings.errors, 1);
	arena_free(arena);
}

static void the_verdict_stands_in_the_record_of_acceptance(void **state)
{
	struct node_fixture *fixture = *state;
	struct facts facts = node_fixture_facts(fixture, node_fixture_export, PAIRS("a", "b"));
	const char *tax_code = facts_get(&facts, "from");
	struct intake_answer answer;

	assert_non_null(tax_code);
	answer = node_fixture_lodge(fixture, "gom", "a", node_fixture_export,
				    PAIRS(SIGNED_BY(tax_code)));
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	assert_string_equal(node_fixture_attribute(fixture, "SubmissionAcceptance", answer.message,
						   "signature.verdict"),
			    "valid");
	assert_string_equal(node_fixture_attribute(fixture, "SubmissionAcceptance", answer.message,
						   "signature.signer"),
			    tax_code);
}

static void another_partys_signature_is_refused(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer = node_fixture_lodge(fixture, "gom", "a", node_fixture_export,
							 PAIRS(SIGNED_BY("9999999999")));

	assert_int_equal(answer.verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "signature-not-yours"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_of_the_party_or_of_the_sender_it_may_lodge_for),
		cmocka_unit_test(a_partner_signs_for_itself),
		cmocka_unit_test_setup_teardown(the_verdict_stands_in_the_record_of_acceptance,
						node_fixture_open, node_fixture_close),
		cmocka_unit_test_setup_teardown(another_partys_signature_is_refused,
						node_fixture_open, node_fixture_close),
	};

	return cmocka_run_group_tests_name("signed", tests, NULL, NULL);
}
