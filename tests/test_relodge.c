/*
 * relodge: what a trader and its agent both lodge is one message, to be had by both; and whoever may
 * not lodge it learns nothing of it.
 */
#include "node/relodge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/reading.h"
#include "tests/support/registry.h"

#define GOM "0100101308"
#define NONG_SAN "0301442986"
#define AGENT "dai-ly"

static const char *allow(struct node_fixture *fixture, const char *principal)
{
	const char *number =
		registry_do(fixture, "mandate-give", PAIRS("principal", principal, "agent", AGENT));

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	return number;
}

/* An export of the trader, in its name, by itself or by its agent. */
static struct intake_answer lodge(struct node_fixture *fixture, const char *party,
				  const char *document, const char *reference, const char *trader)
{
	return node_fixture_lodge(fixture, party, document, node_fixture_export,
				  PAIRS("reference", reference, "from", trader, "exporter", trader,
					"principal", "exporter"));
}

static bool may_read(struct node_fixture *fixture, const char *party, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct reading reading;
	struct caller caller;
	struct glance glance;
	struct bytes stored;

	turn_key_add_number(&key, number);
	assert_int_equal(caller_of_folder(&fixture->config, party, &caller), OK);
	assert_int_equal(turn_get(&fixture->turn, &key, &stored), OK);
	assert_int_equal(glance_read(stored, &glance), OK);
	assert_int_equal(reading_init(&fixture->turn, &caller, &reading), OK);
	return reading_may(&reading, ACCESS_READ, &glance) == ACCESS_YES &&
	       reading_may(&reading, ACCESS_RECEIPT, &glance) == ACCESS_YES &&
	       reading_may(&reading, ACCESS_LIST, &glance) == ACCESS_YES;
}

static void trader_and_agent_make_one_message_whoever_is_first(void **state)
{
	static const char *const orders[][2] = {{"gom", AGENT}, {AGENT, "gom"}};
	struct node_fixture *fixture = *state;

	allow(fixture, GOM);
	for (size_t i = 0; i < 2; i++) {
		const char *reference = i == 0 ? "A1" : "A2";
		struct intake_answer first =
			lodge(fixture, orders[i][0], reference, reference, GOM);
		struct intake_answer second =
			lodge(fixture, orders[i][1], reference, reference, GOM);
		struct record record;

		assert_int_equal(first.verdict, INTAKE_ACCEPTED);
		assert_int_equal(second.verdict, INTAKE_SAME);
		/* the same number: the same receipt, state and timeline */
		assert_int_equal(second.message, first.message);
		assert_string_equal(second.id, first.id);
		assert_string_equal(second.state, first.state);
		assert_true(may_read(fixture, "gom", first.message));
		assert_true(may_read(fixture, AGENT, first.message));
		assert_false(may_read(fixture, "nong-san", first.message));
		/* that the second lodged it too is on record, once */
		assert_int_equal(lodge(fixture, orders[i][1], reference, reference, GOM).verdict,
				 INTAKE_SAME);
		assert_int_equal(lodge(fixture, orders[i][0], reference, reference, GOM).verdict,
				 INTAKE_SAME);
		assert_int_equal(node_fixture_count(fixture, "LodgedAgain", first.message), 1);
		record = node_fixture_record(fixture, "LodgedAgain", first.message);
		assert_string_equal(record.actor,
				    arena_format(fixture->arena, "party:%s", orders[i][1]));
		record = node_fixture_record(fixture, "SubmissionAcceptance", first.message);
		assert_string_equal(record.actor,
				    arena_format(fixture->arena, "party:%s", orders[i][0]));
	}
	node_fixture_register(fixture);
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 2);
	assert_int_equal(node_fixture_count(fixture, "Registered", 0), 2);
}

static void both_in_one_commit_make_one_message(void **state)
{
	struct node_fixture *fixture = *state;
	static const char *const facts[] = {"from",      GOM,        "exporter", GOM,
					    "principal", "exporter", NULL};
	struct intake_answer first, second;

	allow(fixture, GOM);
	node_fixture_begin(fixture);
	first = node_fixture_accept(fixture, "gom", "d", node_fixture_export, facts);
	second = node_fixture_accept(fixture, AGENT, "d", node_fixture_export, facts);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(first.verdict, INTAKE_ACCEPTED);
	assert_int_equal(second.verdict, INTAKE_SAME);
	assert_int_equal(second.message, first.message);
	assert_int_equal(node_fixture_count(fixture, "LodgedAgain", first.message), 1);
}

static void other_bytes_for_the_same_are_refused_as_usual(void **state)
{
	struct node_fixture *fixture = *state;

	allow(fixture, GOM);
	assert_int_equal(lodge(fixture, "gom", "a", "R1", GOM).verdict, INTAKE_ACCEPTED);
	assert_int_equal(lodge(fixture, AGENT, "b", "R1", GOM).verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "identity-used"));
	assert_int_equal(lodge(fixture, AGENT, "c", "R2", GOM).verdict, INTAKE_ACCEPTED);
	assert_int_equal(lodge(fixture, "gom", "d", "R2", GOM).verdict, INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "identity-used"));
}

/* They have the bytes, but not the right: not even that it was lodged is told. */
static void who_may_not_lodge_it_learns_nothing_of_it(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer first = lodge(fixture, "gom", "a", "R1", GOM), answer;
	static const char *const others[] = {AGENT, "nong-san", "hai-quan", "nobody"};

	for (size_t i = 0; i < 4; i++) {
		answer = lodge(fixture, others[i], "a", "R1", GOM);
		assert_int_equal(answer.verdict, INTAKE_REFUSED);
		assert_int_not_equal(answer.message, first.message);
		assert_string_equal(answer.state, "refused");
		assert_false(node_fixture_found(fixture, "identity-used"));
	}
	assert_int_equal(node_fixture_count(fixture, "LodgedAgain", 0), 0);
}

static void an_agents_principals_have_each_their_own_references(void **state)
{
	struct node_fixture *fixture = *state;

	allow(fixture, GOM);
	allow(fixture, NONG_SAN);
	assert_int_equal(lodge(fixture, AGENT, "a", "R1", GOM).verdict, INTAKE_ACCEPTED);
	assert_int_equal(lodge(fixture, AGENT, "b", "R1", NONG_SAN).verdict, INTAKE_ACCEPTED);
	assert_int_equal(lodge(fixture, AGENT, "c", "R1", "0200456781").verdict, INTAKE_ACCEPTED);
	assert_int_equal(lodge(fixture, AGENT, "d", "R1", GOM).verdict, INTAKE_REFUSED);
}

static void
when_the_mandate_ends_nothing_is_answered_again_and_who_was_second_sees_no_more(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = allow(fixture, GOM);
	uint64_t agents, traders;

	agents = lodge(fixture, AGENT, "a", "R1", GOM).message;
	traders = lodge(fixture, "gom", "b", "R2", GOM).message;
	assert_int_equal(lodge(fixture, AGENT, "b", "R2", GOM).verdict, INTAKE_SAME);
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			lodge(fixture, AGENT, i == 0 ? "a" : "b", i == 0 ? "R1" : "R2", GOM)
				.verdict,
			INTAKE_REFUSED);
		assert_true(node_fixture_found(fixture, "no-mandate") ||
			    node_fixture_found(fixture, "sender-mismatch"));
	}
	assert_int_equal(lodge(fixture, "gom", "a", "R1", GOM).message, agents);
	assert_int_equal(lodge(fixture, "gom", "b", "R2", GOM).message, traders);
	assert_true(may_read(fixture, AGENT, agents));
	assert_false(may_read(fixture, AGENT, traders));
	assert_true(may_read(fixture, "gom", agents) && may_read(fixture, "gom", traders));
}

#define AMENDMENT "function", "02", "meaning", "amendment"

static void an_agent_with_a_mandate_amends_what_its_principal_lodged(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = allow(fixture, GOM);
	struct intake_answer original = lodge(fixture, "gom", "a", "R1", GOM), amendment;

	amendment = node_fixture_lodge(
		fixture, AGENT, "b", node_fixture_export,
		PAIRS(AMENDMENT, "from", GOM, "exporter", GOM, "principal", "exporter"));
	assert_string_equal(amendment.state, "checked");
	assert_int_equal(node_fixture_message(fixture, amendment.message).root, original.message);
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	assert_int_equal(node_fixture_lodge(fixture, AGENT, "c", node_fixture_export,
					    PAIRS(AMENDMENT, "from", GOM, "exporter", GOM,
						  "principal", "exporter"))
				 .verdict,
			 INTAKE_REFUSED);
}

/* A cancellation names no trader: it finds its original by the reference of who lodged that too. */
static void who_lodged_it_again_cancels_it_while_the_mandate_holds(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = allow(fixture, GOM);
	uint64_t one = lodge(fixture, "gom", "a", "R1", GOM).message;
	uint64_t two = lodge(fixture, "gom", "b", "R2", GOM).message;

	(void)lodge(fixture, AGENT, "a", "R1", GOM);
	(void)lodge(fixture, AGENT, "b", "R2", GOM);
	fixture->procedures[0].kind = "vn.cancel";
	(void)node_fixture_lodge(fixture, AGENT, "x1", node_fixture_cancellation,
				 PAIRS("original", "R1"));
	assert_string_equal(node_fixture_message(fixture, one).state, "cancelled");
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	(void)node_fixture_lodge(fixture, AGENT, "x2", node_fixture_cancellation,
				 PAIRS("original", "R2", "reference", "X2"));
	assert_true(node_fixture_found(fixture, "original-unknown"));
	assert_string_not_equal(node_fixture_message(fixture, two).state, "cancelled");
}

#define TOKEN(name, secret, ...) PAIRS("name", name, "hash", registry_hash(secret), __VA_ARGS__)

/* Known bytes and a key that was answered are no way round what a token is for. */
static void a_narrowed_token_gets_no_receipt_of_what_others_of_its_party_lodged(void **state)
{
	struct node_fixture *fixture = *state;
	static const struct {
		const char *secret;
		bool has_key;
		enum intake_verdict verdict;
	} cases[] = {{"s1", true, INTAKE_ACCEPTED}, {"s2", false, INTAKE_REFUSED},
		     {"s2", true, INTAKE_REFUSED},  {"s3", false, INTAKE_REFUSED},
		     {"s3", true, INTAKE_REFUSED},  {"s1", false, INTAKE_SAME},
		     {"s1", true, INTAKE_SAME}};
	uint64_t first = 0;

	registry_do(fixture, "token-make", TOKEN("a", "s1", "party", "gom"));
	registry_do(fixture, "token-make", TOKEN("b", "s2", "party", "gom", "kinds", "vn.import"));
	registry_do(fixture, "token-make",
		    TOKEN("c", "s3", "party", "gom", "actions", "read list"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intake_answer answer;
		struct intake intake = {
			.party = "gom",
			.document = bytes_of_text("d"),
			.facts = node_fixture_facts(fixture, node_fixture_export, PAIRS(NULL)),
			.repeat = {.key = cases[i].has_key ? "gom||k" : ""}};
		enum err err;

		findings_init(&intake.findings, fixture->arena);
		assert_int_equal(
			registry_resolve(fixture, CALLER_TOKEN, cases[i].secret, &intake.caller),
			OK);
		node_fixture_begin(fixture);
		if ((err = intake_answered(&fixture->turn, &intake, &answer)) == ERR_MISSING) {
			assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
			err = repeat_put(&fixture->turn, &intake.repeat, (uint8_t)answer.verdict,
					 answer.message, answer.state);
		}
		assert_int_equal(err, OK);
		if (batch_count(fixture->turn.batch) > 0)
			assert_int_equal(node_fixture_commit(fixture), OK);
		else
			node_fixture_drop(fixture);
		assert_int_equal(answer.verdict, cases[i].verdict);
		if (i == 0)
			first = answer.message;
		assert_int_equal(answer.message == first, answer.verdict != INTAKE_REFUSED);
		if (answer.verdict == INTAKE_REFUSED)
			assert_string_equal(intake.findings.items[0].code, "token-limited");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trader_and_agent_make_one_message_whoever_is_first),
		TEST(both_in_one_commit_make_one_message),
		TEST(other_bytes_for_the_same_are_refused_as_usual),
		TEST(who_may_not_lodge_it_learns_nothing_of_it),
		TEST(an_agents_principals_have_each_their_own_references),
		TEST(when_the_mandate_ends_nothing_is_answered_again_and_who_was_second_sees_no_more),
		TEST(a_narrowed_token_gets_no_receipt_of_what_others_of_its_party_lodged),
		TEST(an_agent_with_a_mandate_amends_what_its_principal_lodged),
		TEST(who_lodged_it_again_cancels_it_while_the_mandate_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
