/*
 * expected: what is decided by what somebody saw is taken when nothing happened since, also in the same
 * commit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/expected.h"
#include "node/form_read.h"
#include "node/ledger_call.h"
#include "node/ledger_serve.h"
#include "tests/support/node_fixture.h"
#include "tests/support/registry.h"

static const char *const none[] = {NULL};
static const char *const response[] = {
	"kind",      "vn.response", "schema",   "vn.response/1",
	"function",  "23",          "type",     "1",
	"country",   "VN",          "from",     "TCHQ",
	"procedure", "TRA-LOI",     "lodgedBy", "customs",
	"life",      "notice",      "follows",  "vn.export vn.import",
	"speaksAs",  "authority",   "meaning",  "other",
	"addressee", "0100101308",  "year",     "2026",
	NULL};

static int open_desk(void **state)
{
	static const struct config_procedure answers = {"TRA-LOI", "vn.response", "", "",
							0,         "checked",     0,  false};
	int failed = node_fixture_open(state);
	struct node_fixture *fixture = *state;

	fixture->procedures[fixture->config.procedure_count++] = answers;
	return failed;
}

static uint64_t version_for(struct node_fixture *fixture, const char *party, uint64_t number)
{
	struct message message = node_fixture_message(fixture, number);
	struct caller folder = registry_folder(party), caller;
	uint64_t version = 0;

	assert_int_equal(identity_resolve(&fixture->turn, &folder, &caller), OK);
	assert_int_equal(expected_version(&fixture->turn, &caller, &message, &version), OK);
	return version;
}

static uint64_t version_of(struct node_fixture *fixture, uint64_t number)
{
	return version_for(fixture, "hai-quan", number);
}

static uint64_t declare(struct node_fixture *fixture, const char *reference)
{
	uint64_t number = node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
					     PAIRS("reference", reference, "office", "TCHQ"))
				  .message;

	node_fixture_register(fixture);
	return number;
}

static const char *id_of(struct node_fixture *fixture, uint64_t number)
{
	char id[MESSAGE_ID_BYTES];

	message_format_id(&fixture->turn, number, id);
	return arena_text(fixture->arena, bytes_of_text(id));
}

/* What one decides about R1, with what they saw, in the open turn. */
struct decision {
	const char *party, *reference, *about;
	uint64_t seen;
	enum access_action action;
};

static enum err decide(struct node_fixture *fixture, const struct decision *decision,
		       struct ledger_accepted *ret_accepted)
{
	struct intake intake = {.party = decision->party,
				.document = bytes_of_text(decision->reference),
				.repeat = {.key = ""},
				.principal = "",
				.facts = node_fixture_facts(
					fixture, response,
					PAIRS("reference", decision->reference, "original", "R1")),
				.expected = {.message = decision->about,
					     .version = decision->seen,
					     .action = decision->action}};
	struct ledger_serve serve = {0};
	struct ledger_served served = {0};
	struct buffer question;
	enum err err;

	intake.caller = registry_folder(decision->party);
	findings_init(&intake.findings, fixture->arena);
	buffer_init(&question, LIMIT_CALL_BYTES);
	buffer_init(&served.answer, LIMIT_CALL_BYTES);
	ledger_pack_intake(&question, &intake);
	assert_int_equal(buffer_error(&question), OK);
	err = ledger_serve(&serve, &fixture->turn, LEDGER_ACCEPT, buffer_bytes(&question), &served);
	if (err == OK && served.answer.len > 0) {
		assert_int_equal(ledger_unpack_accepted(buffer_bytes(&served.answer),
							fixture->arena, ret_accepted),
				 OK);
	} else if (err == OK) {
		*ret_accepted = (struct ledger_accepted){.verdict = served.intake.verdict,
							 .version = served.intake.version,
							 .findings = served.findings};
	}
	buffer_clear(&question);
	buffer_clear(&served.answer);
	return err;
}

static enum intake_verdict decide_alone(struct node_fixture *fixture,
					const struct decision *decision)
{
	struct ledger_accepted accepted = {0};

	node_fixture_begin(fixture);
	assert_int_equal(decide(fixture, decision, &accepted), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return accepted.verdict;
}

/* ---- Versions ---- */

static void the_version_grows_with_every_record_of_the_message(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_import, none).message;
	uint64_t before = version_of(fixture, number), other;

	assert_int_equal(
		before, node_fixture_record(fixture, "SubmissionAcceptance", number).number > before
				? 0
				: before);
	other = node_fixture_lodge(fixture, "gom", "b", node_fixture_import,
				   PAIRS("reference", "R2"))
			.message;
	assert_int_equal(version_of(fixture, number), before);
	node_fixture_register(fixture);
	assert_true(version_of(fixture, number) > before);
	assert_true(version_of(fixture, other) > version_of(fixture, number));
}

static void the_version_grows_when_something_joins(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1"), before = version_of(fixture, number), amendment;

	amendment = node_fixture_lodge(
			    fixture, "gom", "c", node_fixture_import,
			    PAIRS("function", "02", "meaning", "amendment", "office", "TCHQ"))
			    .message;
	assert_int_equal(node_fixture_message(fixture, amendment).root, number);
	assert_int_equal(version_of(fixture, number), amendment);
	assert_true(version_of(fixture, amendment) >= amendment);
	assert_true(amendment > before);
}

/* As an officer's look from outside their scope, and a certificate that arrived, leave it. */
static uint64_t tell(struct node_fixture *fixture, uint64_t number, const char *event,
		     uint64_t with)
{
	const char *attributes[] = {"with", id_of(fixture, with), NULL};
	const struct message_event record = {
		.event = event, .actor = "node", .attributes = attributes};
	uint64_t told;

	node_fixture_begin(fixture);
	assert_int_equal(message_record(&fixture->turn, number, &record, &told), OK);
	/* as the turn sees it, before it is durable */
	assert_int_not_equal(version_for(fixture, "gom", number), told);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return told;
}

static void the_version_says_nothing_of_what_one_is_not_shown(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1"), seen = version_for(fixture, "gom", number);
	uint64_t with = node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
					   PAIRS("exporter", "0999999999", "reference", "C1"))
				.message;
	struct decision decision = {"gom", "G1", id_of(fixture, number), seen, ACCESS_LODGE};
	uint64_t told;

	assert_int_equal(version_of(fixture, number), seen);
	(void)tell(fixture, number, "ReadOutsideScope", number);
	assert_int_equal(version_for(fixture, "gom", number), seen);
	assert_int_equal(version_of(fixture, number), seen);
	told = tell(fixture, number, "Paired", with);
	assert_int_equal(version_for(fixture, "gom", number), seen);
	assert_int_equal(version_for(fixture, "bct", number), told);
	assert_int_not_equal(decide_alone(fixture, &decision), INTAKE_CHANGED);
}

/* ---- Decisions ---- */

static void what_was_seen_and_holds_is_decided(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1");
	struct decision decision = {"hai-quan", "H1", id_of(fixture, number),
				    version_of(fixture, number), ACCESS_DECIDE};
	struct ledger_accepted accepted = {0};

	node_fixture_begin(fixture);
	assert_int_equal(decide(fixture, &decision, &accepted), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(accepted.verdict, INTAKE_ACCEPTED);
	assert_int_equal(accepted.version, version_of(fixture, number));
	decision = (struct decision){"hai-quan", "H2", decision.about, accepted.version,
				     ACCESS_DECIDE};
	assert_int_equal(decide_alone(fixture, &decision), INTAKE_ACCEPTED);
	decision.reference = "H3"; /* what was seen then */
	assert_int_equal(decide_alone(fixture, &decision), INTAKE_CHANGED);
	assert_int_equal(node_fixture_count(fixture, "SubmissionAcceptance", 0), 3);
}

static void of_two_in_one_commit_one_is_first(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1"), seen = version_of(fixture, number);
	const char *id = id_of(fixture, number);
	struct ledger_accepted first = {0}, second = {0};

	node_fixture_begin(fixture);
	assert_int_equal(decide(fixture,
				&(struct decision){"hai-quan", "H1", id, seen, ACCESS_DECIDE},
				&first),
			 OK);
	assert_int_equal(decide(fixture,
				&(struct decision){"hai-quan", "H2", id, seen, ACCESS_DECIDE},
				&second),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(first.verdict, INTAKE_ACCEPTED);
	assert_int_equal(second.verdict, INTAKE_CHANGED);
	assert_int_equal(node_fixture_count(fixture, "SubmissionRejection", 0), 0);
}

/* The trader's amendment came in the same commit, before it. */
static void what_others_did_in_the_same_commit_counts(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1"), seen = version_of(fixture, number);
	struct ledger_accepted accepted = {0};

	node_fixture_begin(fixture);
	(void)node_fixture_accept(
		fixture, "gom", "c", node_fixture_import,
		PAIRS("function", "02", "meaning", "amendment", "office", "TCHQ"));
	assert_int_equal(decide(fixture,
				&(struct decision){"hai-quan", "H1", id_of(fixture, number), seen,
						   ACCESS_DECIDE},
				&accepted),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(accepted.verdict, INTAKE_CHANGED);
}

static void who_may_not_decide_is_denied_in_the_commit(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = declare(fixture, "R1"), seen = version_of(fixture, number);
	const char *id = id_of(fixture, number);
	const struct decision decisions[] = {
		{"gom", "H1", id, seen, ACCESS_DECIDE},
		{"nong-san", "H1", id, seen, ACCESS_READ},
		{"hai-quan", "H1", "VN-1-999", seen, ACCESS_DECIDE},
	};

	node_fixture_begin(fixture);
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
		struct ledger_accepted accepted;
		enum err err = decide(fixture, &decisions[i], &accepted);

		print_message("%zu: %s\n", i, err_name(err));
		assert_int_equal(err, i == 0 ? ERR_DENIED : ERR_MISSING);
	}
	node_fixture_drop(fixture);
}

/* The document names R1, and the form was opened from R2. */
static void a_decision_speaks_of_what_it_was_opened_from(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t other;
	struct ledger_accepted accepted = {0};

	(void)declare(fixture, "R1");
	other = declare(fixture, "R2");
	node_fixture_begin(fixture);
	assert_int_equal(decide(fixture,
				&(struct decision){"hai-quan", "H1", id_of(fixture, other),
						   version_of(fixture, other), ACCESS_DECIDE},
				&accepted),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(accepted.verdict, INTAKE_REFUSED);
	assert_string_equal(accepted.findings.items[0].code, "another-original");
}

/* ---- If-Match ---- */

static void only_etags_of_ours_say_what_was_seen(void **state)
{
	static const struct {
		const char *text;
		uint64_t version; /* 0: it says nothing */
	} cases[] = {{"\"17\"", 17},   {"\"17.0af3\"", 17},
		     {"17", 17},       {"*", 0},
		     {"", 0},          {"\"\"", 0},
		     {"\"0\"", 0},     {"\"17", 0},
		     {"W/\"17\"", 0},  {"\"17.xy\"", 0},
		     {"\"-1\"", 0},    {"\"17\", \"18\"", 0},
		     {"\"17.0af3", 0}, {"\"a7.0af3\"", 0},
		     {"\" 17\"", 0},   {"\"99999999999999999999\"", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t version = 0;
		bool is_ours = form_read_version(cases[i].text, &version);

		print_message("%s\n", cases[i].text);
		assert_int_equal(is_ours, cases[i].version != 0);
		assert_int_equal(version, cases[i].version);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_version_grows_with_every_record_of_the_message,
						open_desk, node_fixture_close),
		cmocka_unit_test_setup_teardown(the_version_says_nothing_of_what_one_is_not_shown,
						open_desk, node_fixture_close),
		cmocka_unit_test_setup_teardown(the_version_grows_when_something_joins, open_desk,
						node_fixture_close),
		cmocka_unit_test_setup_teardown(what_was_seen_and_holds_is_decided, open_desk,
						node_fixture_close),
		cmocka_unit_test_setup_teardown(of_two_in_one_commit_one_is_first, open_desk,
						node_fixture_close),
		cmocka_unit_test_setup_teardown(what_others_did_in_the_same_commit_counts,
						open_desk, node_fixture_close),
		cmocka_unit_test_setup_teardown(who_may_not_decide_is_denied_in_the_commit,
						open_desk, node_fixture_close),
		cmocka_unit_test_setup_teardown(a_decision_speaks_of_what_it_was_opened_from,
						open_desk, node_fixture_close),
		cmocka_unit_test(only_etags_of_ours_say_what_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
