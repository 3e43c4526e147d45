/* tie: which conversation a lodgement joins, and what is parked because there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

#define AMENDMENT "function", "02", "meaning", "amendment"

static void what_speaks_of_something_unknown_is_parked_with_a_warning(void **state)
{
	static const char *const meanings[][2] = {
		{"02", "amendment"}, {"03", "cancellation"}, {"05", "supplement"}, {"99", "other"}};
	static const char *const *const bases[] = {node_fixture_export, node_fixture_import,
						   node_fixture_application, node_fixture_wco};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++) {
			struct intake_answer answer =
				node_fixture_lodge(fixture, "gom", "a", bases[j],
						   PAIRS("function", meanings[i][0], "meaning",
							 meanings[i][1], "original", "UNKNOWN"));

			assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
			assert_string_equal(answer.state, "parked");
			assert_true(node_fixture_found(fixture, "original-unknown"));
			assert_false(findings_has_errors(&fixture->findings));
		}
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_HAND_OVER, ""), 0);
	node_fixture_canonicalise(fixture);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 4);
}

static void what_is_parked_follows_only_routes_that_say_parked(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer = node_fixture_lodge(fixture, "gom", "a", node_fixture_wco,
							 PAIRS(AMENDMENT, "original", "26GB1"));

	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", answer.message), 1);
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryOwed", answer.message, "route"),
		"test-parked");
}

static void a_second_amendment_of_something_unknown_is_parked_too(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, PAIRS(AMENDMENT));
	struct intake_answer second =
		node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS(AMENDMENT));

	assert_string_equal(second.state, "parked");
	assert_true(node_fixture_found(fixture, "original-unknown"));
	assert_int_equal(node_fixture_message(fixture, second.message).root, first.message);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 0);
}

static void a_parked_one_does_not_hide_the_original_of_its_reference(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer original =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	struct intake_answer parked = node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
							 PAIRS(AMENDMENT, "original", "TYPO"));
	struct intake_answer mended =
		node_fixture_lodge(fixture, "gom", "c", node_fixture_export, PAIRS(AMENDMENT));

	assert_string_equal(parked.state, "parked");
	assert_string_equal(mended.state, "checked");
	assert_int_equal(node_fixture_message(fixture, mended.message).root, original.message);
}

static void an_amendment_joins_its_original_by_reference_or_number(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer original =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	struct intake_answer second;
	const char *number;

	node_fixture_register(fixture);
	number = node_fixture_message(fixture, original.message).registered;
	second = node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
				    PAIRS(AMENDMENT, "reference", "R2", "original", "R1"));
	node_fixture_register(fixture);
	assert_int_equal(node_fixture_message(fixture, second.message).root, original.message);
	const char *const originals[] = {number, "R2",
					 node_fixture_message(fixture, second.message).registered};

	for (size_t i = 0; i < 3; i++) {
		struct intake_answer answer = node_fixture_lodge(
			fixture, "gom", originals[i], node_fixture_export,
			PAIRS(AMENDMENT, "reference", "R3", "original", originals[i]));

		assert_string_equal(answer.state, "checked");
		assert_int_equal(node_fixture_message(fixture, answer.message).root,
				 original.message);
	}
}

static void nobody_else_can_amend_a_declaration(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer original =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none);
	const char *number;

	node_fixture_register(fixture);
	number = node_fixture_message(fixture, original.message).registered;
	assert_string_equal(
		node_fixture_lodge(fixture, "nong-san", "b", node_fixture_export,
				   PAIRS(AMENDMENT, "from", "0301442986", "original", number))
			.state,
		"parked");
}

static void a_trader_can_amend_what_his_agent_lodged(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer original = node_fixture_lodge(
		fixture, "dai-ly", "a", node_fixture_export, PAIRS("from", "0200456781"));
	const char *number;

	node_fixture_register(fixture);
	number = node_fixture_message(fixture, original.message).registered;
	assert_string_equal(node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
					       PAIRS(AMENDMENT, "original", number))
				    .state,
			    "checked");
}

static void an_amendment_joins_nothing_of_another_kind_or_year(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_lodge(fixture, "gom", "a", node_fixture_import, none);
	assert_string_equal(
		node_fixture_lodge(fixture, "gom", "b", node_fixture_export, PAIRS(AMENDMENT))
			.state,
		"parked");
	assert_string_equal(node_fixture_lodge(fixture, "gom", "c", node_fixture_import,
					       PAIRS(AMENDMENT, "year", "2025"))
				    .state,
			    "parked");
	assert_string_equal(
		node_fixture_lodge(fixture, "gom", "d", node_fixture_import, PAIRS(AMENDMENT))
			.state,
		"checked");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(what_speaks_of_something_unknown_is_parked_with_a_warning),
		CASE(what_is_parked_follows_only_routes_that_say_parked),
		CASE(a_second_amendment_of_something_unknown_is_parked_too),
		CASE(a_parked_one_does_not_hide_the_original_of_its_reference),
		CASE(an_amendment_joins_its_original_by_reference_or_number),
		CASE(nobody_else_can_amend_a_declaration),
		CASE(a_trader_can_amend_what_his_agent_lodged),
		CASE(an_amendment_joins_nothing_of_another_kind_or_year),
	};

	return cmocka_run_group_tests_name("tie", tests, NULL, NULL);
}
