/* arrival: what a partner sent, from its raw record to the customs here, or set aside with a
 * finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/objection.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static uint64_t arrive(struct node_fixture *fixture, const char *kind)
{
	struct parcel parcel = {"TH-1-7", 8, "TH-1-5", kind, bytes_of_text("<a/>")};

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	return node_fixture_record(fixture, "RelayAcceptance", 0).number;
}

/* A worker found this; code NULL: all is in order. */
static void check(struct node_fixture *fixture, uint64_t message, const char *kind,
		  const char *code)
{
	struct facts facts = node_fixture_facts(
		fixture,
		PAIRS("kind", kind, "schema", "x/1", "life", "declaration", "reference", "Z1"),
		none);
	struct finding finding = {SEVERITY_ERROR, code, "", 0, "", "sai", "wrong"};

	findings_init(&fixture->findings, fixture->arena);
	if (code != NULL)
		assert_int_equal(findings_put(&fixture->findings, &finding), OK);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	if (batch_count(fixture->turn.batch) == 0)
		node_fixture_drop(fixture);
	else
		assert_int_equal(node_fixture_commit(fixture), OK);
}

static void an_arrival_is_received_and_waits_for_its_check(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message = node_fixture_message(fixture, arrive(fixture, "asw.acdd"));

	assert_string_equal(message.state, "received");
	assert_string_equal(message.sender, "partner:TH");
	assert_string_equal(message.origin, "TH-1-7/8");
	assert_string_equal(facts_get_or_empty(&message.facts, "conversation"), "TH-1-5");
	assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 1);
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 0);
}

static void what_is_in_order_is_owed_to_its_recipient_here(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = arrive(fixture, "asw.acdd");
	struct message message;

	check(fixture, number, "asw.acdd", NULL);
	message = node_fixture_message(fixture, number);
	assert_string_equal(message.state, "checked");
	assert_string_equal(facts_get_or_empty(&message.facts, "reference"), "Z1");
	assert_string_equal(facts_get_or_empty(&message.facts, "life"), "arrival");
	assert_int_equal(node_fixture_count(fixture, "ArrivalChecked", number), 1);
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryOwed", number, "to"),
			    "party:hai-quan");
	assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 0);
	node_fixture_translate(fixture);
	node_fixture_hand_over(fixture);
	assert_string_equal(node_fixture_message(fixture, number).state, "handed-over");
}

static void what_is_not_in_order_is_set_aside_for_ever(void **state)
{
	static const struct {
		const char *sent_as, *is, *finding, *code;
	} cases[] = {
		{"asw.acdd", "asw.acdd", "element-missing", "element-missing"},
		{"asw.acdd", "asw.declaration", NULL, "kind-mismatch"},
		{"asw.acdd", "", NULL, "kind-mismatch"},
		{"vn.export", "vn.export", NULL, "no-agreement"},
		{"asw.form-d", "asw.form-d", NULL, "no-agreement"},
		{"unreadable", "", "unknown-schema", "unknown-schema"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		struct message message;
		uint64_t number;

		assert_int_equal(node_fixture_open(state), 0);
		fixture = *state;
		number = arrive(fixture, cases[i].sent_as);
		check(fixture, number, cases[i].is, cases[i].finding);
		message = node_fixture_message(fixture, number);
		assert_string_equal(message.state, "set-aside");
		assert_string_equal(
			node_fixture_attribute(fixture, "RelayRejection", number, "code"),
			cases[i].code);
		assert_int_equal(
			node_fixture_record(fixture, "RelayRejection", number).payload_count, 1);
		assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 0);
		assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 0);
		/* nothing that is told later brings it back */
		check(fixture, number, cases[i].sent_as, NULL);
		assert_string_equal(node_fixture_message(fixture, number).state, "set-aside");
		assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 0);
		node_fixture_close(state);
	}
}

static void a_partner_speaks_for_its_own_country_only(void **state)
{
	static const char *const cases[][2] = {
		{"TH", "checked"}, {"LA", "set-aside"}, {"VN", "set-aside"}, {"", "checked"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		struct facts facts;
		uint64_t number;

		assert_int_equal(node_fixture_open(state), 0);
		fixture = *state;
		number = arrive(fixture, "asw.acdd");
		facts = node_fixture_facts(fixture,
					   PAIRS("kind", "asw.acdd", "country", cases[i][0]), none);
		findings_init(&fixture->findings, fixture->arena);
		node_fixture_begin(fixture);
		assert_int_equal(
			arrival_checked(&fixture->turn, number, &facts, &fixture->findings), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_string_equal(node_fixture_message(fixture, number).state, cases[i][1]);
		node_fixture_close(state);
	}
}

static void an_agreement_that_ended_lets_nothing_in(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = arrive(fixture, "asw.acdd");

	fixture->routes[4].valid_until = "2026-11-19";
	check(fixture, number, "asw.acdd", NULL);
	assert_string_equal(node_fixture_message(fixture, number).state, "set-aside");
	assert_true(node_fixture_found(fixture, "no-agreement"));
}

static void a_check_told_twice_counts_once(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = arrive(fixture, "asw.acdd"), size;

	check(fixture, number, "asw.acdd", NULL);
	size = node_fixture_size(fixture);
	check(fixture, number, "asw.acdd", NULL);
	check(fixture, number, "asw.acdd", "late");
	assert_int_equal(node_fixture_size(fixture), size);
	assert_string_equal(node_fixture_message(fixture, number).state, "checked");
}

static void other_bytes_under_the_name_of_a_parcel_are_kept_and_set_aside(void **state)
{
	struct parcel other = {"TH-1-7", 8, "TH-1-5", "asw.acdd", bytes_of_text("<other/>")};
	struct node_fixture *fixture = *state;
	uint64_t first = arrive(fixture, "asw.acdd"), second;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 2, &other), OK);
	second = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	assert_true(second > first);
	assert_string_equal(node_fixture_message(fixture, second).state, "set-aside");
	assert_string_equal(node_fixture_attribute(fixture, "RelayRejection", second, "code"),
			    "identity-used");
	assert_string_equal(node_fixture_message(fixture, first).state, "received");
	assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), 1);
}

static void the_third_crash_sets_it_aside(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = arrive(fixture, "asw.acdd");
	bool is_again;

	for (unsigned crash = 1; crash <= 4; crash++) {
		node_fixture_begin(fixture);
		assert_int_equal(arrival_crashed(&fixture->turn, number, &is_again), OK);
		assert_int_equal(is_again, crash < 3);
		if (crash == 4)
			assert_int_equal(batch_count(fixture->turn.batch), 0);
		if (crash == 4)
			node_fixture_drop(fixture);
		else
			assert_int_equal(node_fixture_commit(fixture), OK);
		assert_string_equal(node_fixture_message(fixture, number).state,
				    crash < 3 ? "received" : "set-aside");
		assert_int_equal(node_fixture_queued(fixture, STAGE_CHECK, ""), crash < 3 ? 1 : 0);
	}
	assert_string_equal(node_fixture_attribute(fixture, "RelayRejection", number, "code"),
			    objection_code(OBJECTION_WORKER_CRASHED));
	assert_int_equal(node_fixture_count(fixture, "RelayRejection", number), 1);
}

static void one_that_cannot_be_owed_to_anybody_says_so(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = arrive(fixture, "asw.acdd");

	fixture->config.party_count = 3; /* no customs */
	check(fixture, number, "asw.acdd", NULL);
	assert_string_equal(node_fixture_message(fixture, number).state, "checked");
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryNotOwed", number, "reason"),
			    "no-such-party");
}

static void what_never_arrived_is_missing(void **state)
{
	struct node_fixture *fixture = *state;
	struct facts facts = node_fixture_facts(fixture, none, none);

	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, 7, &facts, &fixture->findings),
			 ERR_MISSING);
	assert_int_equal(arrival_crashed(&fixture->turn, 7, &(bool){false}), ERR_MISSING);
	node_fixture_drop(fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(an_arrival_is_received_and_waits_for_its_check),
		CASE(what_is_in_order_is_owed_to_its_recipient_here),
		cmocka_unit_test(what_is_not_in_order_is_set_aside_for_ever),
		cmocka_unit_test(a_partner_speaks_for_its_own_country_only),
		CASE(an_agreement_that_ended_lets_nothing_in),
		CASE(a_check_told_twice_counts_once),
		CASE(other_bytes_under_the_name_of_a_parcel_are_kept_and_set_aside),
		CASE(the_third_crash_sets_it_aside),
		CASE(one_that_cannot_be_owed_to_anybody_says_so),
		CASE(what_never_arrived_is_missing),
	};

	return cmocka_run_group_tests_name("arrival", tests, NULL, NULL);
}
