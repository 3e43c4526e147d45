/*
 * Mandates: who gives, confirms and takes back; and what they let through at the moment of
 * lodgement.
 */
#include "node/mandate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/change.h"
#include "node/identity_words.h"
#include "node/reading.h"
#include "node/tie.h"
#include "tests/support/registry.h"

#define GOM "0100101308"
#define NONG_SAN "0301442986"

static struct caller person_of(struct node_fixture *fixture, const char *name, const char *party,
			       const char *roles)
{
	registry_do(fixture, "user-add",
		    PAIRS("name", name, "party", party, "roles", roles, "verifier", name));
	return registry_sign_in(fixture, name, name);
}

static const char *give(struct node_fixture *fixture, const struct caller *caller,
			const char *const *pairs)
{
	struct facts answer;

	assert_int_equal(registry_ask(fixture, caller, "mandate-give", pairs, &answer), OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	return facts_get_or_empty(&answer, "number");
}

/* The agent lodges an export of the principal, in its name or for it; what came of it. */
static enum intake_verdict lodge_as(struct node_fixture *fixture, const char *reference,
				    const char *from, const char *exporter)
{
	return node_fixture_lodge(fixture, "dai-ly", reference, node_fixture_export,
				  PAIRS("reference", reference, "from", from, "exporter", exporter,
					"principal", "exporter"))
		.verdict;
}

/* ---- Life cycle ---- */

static void given_by_the_principal_it_holds_at_once(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	const char *number;

	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "sender-mismatch"));
	number = give(fixture, &lan, PAIRS("principal", GOM, "agent", "dai-ly"));
	assert_int_equal(lodge_as(fixture, "R2", GOM, GOM), INTAKE_ACCEPTED);
	assert_string_equal(node_fixture_attribute(fixture, "MandateGiven",
						   identity_parse_number(number), "confirmed"),
			    "yes");
	assert_string_equal(
		node_fixture_record(fixture, "MandateGiven", identity_parse_number(number)).actor,
		"user:lan");
}

static void proposed_by_the_agent_it_waits_for_the_principal_and_nobody_else(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller hai = person_of(fixture, "hai", "dai-ly", "agent trader");
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	struct caller viet = person_of(fixture, "viet", "nong-san", "trader");
	const char *number = give(fixture, &hai, PAIRS("principal", GOM, "agent", "dai-ly"));

	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_REFUSED);
	assert_int_equal(
		registry_ask(fixture, &hai, "mandate-confirm", PAIRS("number", number), NULL),
		ERR_DENIED);
	assert_int_equal(
		registry_ask(fixture, &viet, "mandate-confirm", PAIRS("number", number), NULL),
		ERR_MISSING);
	assert_int_equal(lodge_as(fixture, "R2", GOM, GOM), INTAKE_REFUSED);
	assert_int_equal(
		registry_ask(fixture, &lan, "mandate-confirm", PAIRS("number", number), NULL), OK);
	assert_int_equal(lodge_as(fixture, "R3", GOM, GOM), INTAKE_ACCEPTED);
}

static void what_its_agent_proposed_a_principal_can_give_as_if_it_had_not(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller hai = person_of(fixture, "hai", "dai-ly", "agent trader");
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	const char *proposed = give(fixture, &hai, PAIRS("principal", GOM, "agent", "dai-ly"));
	const char *given = give(fixture, &lan, PAIRS("principal", GOM, "agent", "dai-ly"));

	assert_string_not_equal(given, proposed);
	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_ACCEPTED);
	/* proposed again it is there already */
	assert_string_equal(give(fixture, &hai, PAIRS("principal", GOM, "agent", "dai-ly")), given);
}

static void an_operator_confirms_only_with_a_reason_and_it_is_on_record(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller without = registry_operator(""), with = registry_operator("contract 12");
	const char *number = give(fixture, &without, PAIRS("principal", GOM, "agent", "dai-ly"));

	assert_int_equal(
		registry_ask(fixture, &without, "mandate-confirm", PAIRS("number", number), NULL),
		ERR_DENIED);
	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_REFUSED);
	assert_int_equal(
		registry_ask(fixture, &with, "mandate-confirm", PAIRS("number", number), NULL), OK);
	assert_int_equal(lodge_as(fixture, "R2", GOM, GOM), INTAKE_ACCEPTED);
	assert_string_equal(node_fixture_attribute(fixture, "MandateConfirmed",
						   identity_parse_number(number), "reason"),
			    "contract 12");
}

static void each_side_takes_it_back_and_it_ends_at_once(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller hai = person_of(fixture, "hai", "dai-ly", "agent");
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	struct caller viet = person_of(fixture, "viet", "nong-san", "trader");
	struct caller quynh = registry_operator("");
	const struct caller *sides[] = {&lan, &hai, &quynh};
	static const char *const before[] = {"B0", "B1", "B2"}, *const after[] = {"A0", "A1", "A2"};

	for (size_t i = 0; i < 3; i++) {
		const char *number =
			give(fixture, &lan, PAIRS("principal", GOM, "agent", "dai-ly"));

		assert_int_equal(registry_ask(fixture, &viet, "mandate-revoke",
					      PAIRS("number", number), NULL),
				 ERR_MISSING);
		assert_int_equal(lodge_as(fixture, before[i], GOM, GOM), INTAKE_ACCEPTED);
		assert_int_equal(registry_ask(fixture, sides[i], "mandate-revoke",
					      PAIRS("number", number), NULL),
				 OK);
		assert_int_equal(lodge_as(fixture, after[i], GOM, GOM), INTAKE_REFUSED);
		assert_string_equal(
			registry_refusal(fixture, &lan, "mandate-confirm", PAIRS("number", number)),
			"revoked");
	}
}

static void revoked_and_lodged_in_one_commit_it_is_too_late(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	const char *number = give(fixture, &lan, PAIRS("principal", GOM, "agent", "dai-ly"));
	struct identity_ask ask = {.caller = lan, .verb = "mandate-revoke"};
	struct facts answer;

	facts_init(&ask.facts, fixture->arena);
	facts_init(&answer, fixture->arena);
	assert_int_equal(facts_put(&ask.facts, "number", number), OK);
	node_fixture_begin(fixture);
	assert_int_equal(identity_serve(&fixture->turn, &ask, &answer), OK);
	assert_int_equal(node_fixture_accept(fixture, "dai-ly", "R1", node_fixture_export,
					     PAIRS("from", GOM))
				 .verdict,
			 INTAKE_REFUSED);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void asked_again_nothing_is_given_twice(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *const *same = PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export");
	const char *number = give(fixture, &quynh, same);

	assert_string_equal(give(fixture, &quynh, same), number);
	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	assert_int_equal(node_fixture_count(fixture, "MandateGiven", 0), 1);
	assert_int_equal(node_fixture_count(fixture, "MandateConfirmed", 0), 1);
	assert_int_equal(node_fixture_count(fixture, "MandateRevoked", 0), 1);
	assert_string_not_equal(give(fixture, &quynh, same), number);
}

/* Else what is taken back once would hold on by the other. */
static void asked_twice_in_one_turn_it_is_given_once(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	const char *numbers[2];

	node_fixture_begin(fixture);
	for (size_t i = 0; i < 2; i++) {
		struct identity_ask ask = {.caller = lan, .verb = "mandate-give"};
		struct facts answer;

		facts_init(&ask.facts, fixture->arena);
		facts_init(&answer, fixture->arena);
		assert_int_equal(facts_put(&ask.facts, "principal", GOM), OK);
		assert_int_equal(facts_put(&ask.facts, "agent", "dai-ly"), OK);
		assert_int_equal(identity_serve(&fixture->turn, &ask, &answer), OK);
		numbers[i] = facts_get_or_empty(&answer, "number");
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(numbers[0], numbers[1]);
	assert_int_equal(node_fixture_count(fixture, "MandateGiven", 0), 1);
	registry_do(fixture, "mandate-revoke", PAIRS("number", numbers[0]));
	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_REFUSED);
}

static void what_makes_no_sense_is_refused_with_a_word(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("");
	static const struct {
		const char *principal, *agent, *kinds, *from, *until, *why;
	} cases[] = {
		{GOM, "nong-san", "", "", "", "no-agent"},
		{GOM, "nobody", "", "", "", "unknown-agent"},
		{"0100101308 0301442986", "dai-ly", "", "", "", "bad-principal"},
		{"0200456781", "dai-ly", "", "", "", "own-principal"},
		{"0100101309", "dai-ly", "", "", "", "unknown-principal"},
		{GOM, "dai-ly", "vn.exports", "", "", "no-agents-kind"},
		{GOM, "dai-ly", "vn.export,vn.import", "", "", "no-agents-kind"},
		{GOM, "dai-ly", "vn.export|", "", "", "no-agents-kind"},
		{GOM, "dai-ly", "vn.co", "", "", "no-agents-kind"},
		{GOM, "dai-ly", "vn.export vn.co", "", "", "no-agents-kind"},
		{"BCTHN", "dai-ly", "", "", "", "unknown-principal"},
		{"TCHQ", "dai-ly", "", "", "", "unknown-principal"},
		{GOM, "dai-ly", " ", "", "", "no-agents-kind"},
		{GOM, "dai-ly", "", "2026-13-01", "", "bad-dates"},
		{GOM, "dai-ly", "", "2026-6-1", "", "bad-dates"},
		{GOM, "dai-ly", "", " 2026-6-01", "", "bad-dates"},
		{GOM, "dai-ly", "", "", "2027-02-30", "bad-dates"},
		{GOM, "dai-ly", "", "2027-06-02", "2027-06-01", "ends-before-it-begins"},
		{GOM, "dai-ly", "", "", "2026-03-09", "ends-in-the-past"},
		{GOM, "dai-ly", "vn.export", "2026-01-01", "2026-02-01", "ends-in-the-past"},
		{GOM, "dai-ly", "vn.export vn.import", "2026-01-01", "2026-03-10", ""},
	};

	node_fixture_set_date(fixture, "2026-03-10");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = registry_refusal(
			fixture, &quynh, "mandate-give",
			PAIRS("principal", cases[i].principal, "agent", cases[i].agent, "kinds",
			      cases[i].kinds, "from", cases[i].from, "until", cases[i].until));

		assert_string_equal(why, cases[i].why);
		if (*why == '\0')
			continue;
		assert_string_not_equal(identity_words(why, false), why);
		assert_string_not_equal(identity_words(why, true), identity_words(why, false));
	}
	assert_int_equal(node_fixture_size(fixture), 1);
}

/* Proposed before the schema set said so. */
static void what_agents_lodge_no_longer_is_not_confirmed(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller hai = person_of(fixture, "hai", "dai-ly", "agent trader");
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	const char *number = give(fixture, &hai,
				  PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export"));

	fixture->procedures[0].is_for_agents = false;
	assert_string_equal(
		registry_refusal(fixture, &lan, "mandate-confirm", PAIRS("number", number)),
		"no-agents-kind");
	fixture->procedures[0].is_for_agents = true;
	assert_string_equal(
		registry_refusal(fixture, &lan, "mandate-confirm", PAIRS("number", number)), "");
}

static void nobody_gives_in_anothers_name(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller viet = person_of(fixture, "viet", "nong-san", "trader");
	struct caller officer = person_of(fixture, "minh", "hai-quan", "customs-officer");
	struct caller nobody;

	caller_init(&nobody);
	assert_int_equal(registry_ask(fixture, &viet, "mandate-give",
				      PAIRS("principal", GOM, "agent", "dai-ly"), NULL),
			 ERR_DENIED);
	assert_int_equal(registry_ask(fixture, &officer, "mandate-give",
				      PAIRS("principal", GOM, "agent", "dai-ly"), NULL),
			 ERR_DENIED);
	assert_int_equal(registry_ask(fixture, &nobody, "mandate-give",
				      PAIRS("principal", GOM, "agent", "dai-ly"), NULL),
			 ERR_DENIED);
}

/* Otherwise who found a token for one kind would have an agent do all others. */
static void a_narrowed_token_gives_and_confirms_its_kinds_only(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller narrow, agent = person_of(fixture, "hai", "dai-ly", "agent");
	const char *number;

	registry_do(fixture, "token-make",
		    PAIRS("name", "erp", "hash", registry_hash("s"), "party", "gom", "kinds",
			  "vn.export vn.co"));
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s", &narrow), OK);
	assert_string_equal(registry_refusal(fixture, &narrow, "mandate-give",
					     PAIRS("principal", GOM, "agent", "dai-ly")),
			    "kinds-too-wide");
	assert_string_equal(registry_refusal(fixture, &narrow, "mandate-give",
					     PAIRS("principal", GOM, "agent", "dai-ly", "kinds",
						   "vn.export vn.import")),
			    "kinds-too-wide");
	number = give(fixture, &agent, PAIRS("principal", GOM, "agent", "dai-ly"));
	assert_string_equal(
		registry_refusal(fixture, &narrow, "mandate-confirm", PAIRS("number", number)),
		"kinds-too-wide");
	(void)give(fixture, &narrow,
		   PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export"));
}

/* The machine of customs or of an authority sees what each of its people sees a part of. */
static void an_officer_makes_no_token_that_sees_more_than_their_desk(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller officer, token;

	registry_do(fixture, "user-add",
		    PAIRS("name", "minh", "party", "hai-quan", "roles", "customs-officer",
			  "offices", "02CI/03", "verifier", "minh"));
	officer = registry_sign_in(fixture, "minh", "m");
	assert_string_equal(registry_refusal(fixture, &officer, "token-make",
					     PAIRS("name", "a", "hash", registry_hash("s1"),
						   "party", "hai-quan")),
			    "of-the-party");
	assert_string_equal(registry_refusal(fixture, &officer, "certificate-bind",
					     PAIRS("name", "b", "hash", registry_hash("s2"),
						   "party", "hai-quan")),
			    "of-the-party");
	assert_string_equal(
		registry_refusal(fixture, &officer, "token-make",
				 PAIRS("name", "c", "hash", registry_hash("s3"), "user", "minh")),
		"");
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s3", &token), OK);
	assert_string_equal(token.offices, "02CI/03");
	registry_do(fixture, "token-make",
		    PAIRS("name", "d", "hash", registry_hash("s4"), "party", "hai-quan"));
}

/* ---- What it covers ---- */

static void it_holds_on_its_days_for_its_kinds_and_its_principal(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	static const struct {
		const char *date, *from, *exporter;
		enum intake_verdict verdict;
		const char *code;
	} cases[] = {
		{"2026-02-28", GOM, GOM, INTAKE_REFUSED, "sender-mismatch"},
		{"2026-03-01", GOM, GOM, INTAKE_ACCEPTED, ""},
		{"2026-03-31", GOM, GOM, INTAKE_ACCEPTED, ""},
		{"2026-04-01", GOM, GOM, INTAKE_REFUSED, "sender-mismatch"},
		{"2026-03-10", "0200456781", GOM, INTAKE_ACCEPTED, ""},
		{"2026-04-10", "0200456781", GOM, INTAKE_REFUSED, "no-mandate"},
		{"2026-03-10", "0200456781", "0200456781", INTAKE_ACCEPTED, ""},
		{"2026-03-10", NONG_SAN, NONG_SAN, INTAKE_REFUSED, "sender-mismatch"},
		{"2026-03-10", "0200456781", NONG_SAN, INTAKE_REFUSED, "no-mandate"},
		{"2026-03-10", GOM, NONG_SAN, INTAKE_REFUSED, "no-mandate"},
	};
	const char *number;

	node_fixture_set_date(fixture, "2026-02-01");
	number = give(fixture, &quynh,
		      PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.import vn.export",
			    "from", "2026-03-01", "until", "2026-03-31"));

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char reference[8] = {'R', (char)('0' + (int)i), '\0'};

		node_fixture_set_date(fixture, cases[i].date);
		assert_int_equal(lodge_as(fixture, reference, cases[i].from, cases[i].exporter),
				 cases[i].verdict);
		if (cases[i].code[0] != '\0')
			assert_true(node_fixture_found(fixture, cases[i].code));
	}
}

static void another_kind_or_another_agent_is_not_covered(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *number = give(fixture, &quynh,
				  PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export"));

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	assert_int_equal(
		node_fixture_lodge(fixture, "dai-ly", "a", node_fixture_import, PAIRS("from", GOM))
			.verdict,
		INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "sender-mismatch"));
	assert_int_equal(node_fixture_lodge(fixture, "nong-san", "b", node_fixture_export,
					    PAIRS("from", GOM))
				 .verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "sender-mismatch"));
}

static void who_is_no_agent_any_more_has_no_mandate_either(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *number = give(fixture, &quynh, PAIRS("principal", GOM, "agent", "dai-ly"));

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	fixture->parties[2].roles = PARTY_TRADER;
	assert_int_equal(lodge_as(fixture, "R1", GOM, GOM), INTAKE_REFUSED);
}

/* A cancellation names no trader itself: its original does. */
static void what_it_lodged_an_agent_cancels_only_while_the_mandate_holds(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *number = give(fixture, &quynh, PAIRS("principal", GOM, "agent", "dai-ly"));

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	assert_int_equal(lodge_as(fixture, "R1", "0200456781", GOM), INTAKE_ACCEPTED);
	assert_int_equal(lodge_as(fixture, "R2", "0200456781", GOM), INTAKE_ACCEPTED);
	fixture->procedures[0].kind = "vn.cancel";
	assert_int_equal(node_fixture_lodge(fixture, "dai-ly", "x1", node_fixture_cancellation,
					    PAIRS("original", "R1"))
				 .verdict,
			 INTAKE_ACCEPTED);
	assert_false(node_fixture_found(fixture, "original-unknown"));
	registry_do(fixture, "mandate-revoke", PAIRS("number", number));
	assert_int_equal(node_fixture_lodge(fixture, "dai-ly", "x2", node_fixture_cancellation,
					    PAIRS("original", "R2", "reference", "X2"))
				 .verdict,
			 INTAKE_ACCEPTED);
	assert_true(node_fixture_found(fixture, "original-unknown")); /* parked */
}

/* Nobody knows then whether it holds: what is parked for that would stay so. */
static void a_mandate_that_cannot_be_read_is_not_taken_for_none(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *number = give(fixture, &quynh, PAIRS("principal", GOM, "agent", "dai-ly"));
	struct turn_key key = turn_key(SPACE_MANDATE);
	struct intake intake = {.party = "dai-ly", .principal = ""};
	struct tie tie;

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	assert_int_equal(lodge_as(fixture, "R1", "0200456781", GOM), INTAKE_ACCEPTED);
	intake.facts =
		node_fixture_facts(fixture, node_fixture_cancellation, PAIRS("original", "R1"));
	assert_int_equal(tie_find(&fixture->turn, &intake, &tie), OK);
	assert_false(tie.is_parked);
	turn_key_add_number(&key, identity_parse_number(number));
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\0", 2)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_not_equal(tie_find(&fixture->turn, &intake, &tie), OK);
}

/* Neither where a change is judged: "not allowed" would go on record. */
static void a_change_is_not_denied_upon_a_mandate_that_cannot_be_read(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper"), agent;
	const char *number = give(fixture, &quynh, PAIRS("principal", GOM, "agent", "dai-ly"));
	struct turn_key key = turn_key(SPACE_MANDATE);
	uint64_t own = node_fixture_lodge(fixture, "gom", "own", node_fixture_export,
					  PAIRS("reference", "OWN"))
			       .message;

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	assert_int_equal(caller_of_folder(&fixture->config, "dai-ly", &agent), OK);
	turn_key_add_number(&key, identity_parse_number(number));
	node_fixture_begin(fixture);
	assert_int_equal(change_judge(&fixture->turn, &agent, ACCESS_READ, own), OK);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\0", 2)),
			 OK);
	assert_int_equal(change_judge(&fixture->turn, &agent, ACCESS_READ, own), ERR_CORRUPT);
	node_fixture_drop(fixture);
}

/* For reading: one that began after the document came does not open the past. */
static void it_covers_documents_of_its_own_days(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("paper");
	const char *number = give(fixture, &quynh,
				  PAIRS("principal", GOM, "agent", "dai-ly", "from", "2026-03-01"));
	uint64_t early, late;
	bool covers = true;

	registry_do(fixture, "mandate-confirm", PAIRS("number", number));
	node_fixture_set_date(fixture, "2026-02-10");
	early = fixture->turn.now_ms;
	node_fixture_set_date(fixture, "2026-03-10");
	late = fixture->turn.now_ms;
	assert_int_equal(
		mandate_covers(&fixture->turn, "1 " GOM, "dai-ly", "vn.export", early, &covers),
		OK);
	assert_false(covers);
	assert_int_equal(
		mandate_covers(&fixture->turn, "1 " GOM, "dai-ly", "vn.export", late, &covers), OK);
	assert_true(covers);
	assert_int_equal(mandate_covers(&fixture->turn, NONG_SAN, "dai-ly", "", late, &covers), OK);
	assert_false(covers);
}

/* So many that no list of them is whole: each of another last day, for imports. */
static void give_many(struct node_fixture *fixture, const struct caller *principal)
{
	node_fixture_begin(fixture);
	for (unsigned i = 0; i < IDENTITY_LIST + 50; i++) {
		struct facts facts, answer;

		facts_init(&facts, fixture->arena);
		facts_init(&answer, fixture->arena);
		assert_int_equal(facts_put(&facts, "principal", GOM), OK);
		assert_int_equal(facts_put(&facts, "agent", "dai-ly"), OK);
		assert_int_equal(facts_put(&facts, "kinds", "vn.import"), OK);
		assert_int_equal(facts_put(&facts, "until",
					   arena_format(fixture->arena, "20%02u-%02u-%02u",
							30 + i / 336, 1 + i / 28 % 12, 1 + i % 28)),
				 OK);
		assert_int_equal(mandate_give(&fixture->turn, principal, &facts, &answer), OK);
		assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* Does the agent see the message, as lists and events ask? */
static bool is_read_by_agent(struct node_fixture *fixture, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct reading reading;
	struct caller agent;
	struct glance glance;
	struct bytes stored;

	turn_key_add_number(&key, number);
	assert_int_equal(caller_of_folder(&fixture->config, "dai-ly", &agent), OK);
	assert_int_equal(turn_get(&fixture->turn, &key, &stored), OK);
	assert_int_equal(glance_read(stored, &glance), OK);
	assert_int_equal(reading_init(&fixture->turn, &agent, &reading), OK);
	return reading_may(&reading, ACCESS_READ, &glance) == ACCESS_YES;
}

static void among_very_many_none_is_overlooked(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller lan = person_of(fixture, "lan", "gom", "trader");
	uint64_t own = node_fixture_lodge(fixture, "gom", "own", node_fixture_export,
					  PAIRS("reference", "OWN"))
			       .message;
	const char *number;

	/* behind all of them, and before all of them, in the order of giving and of days */
	for (unsigned i = 0; i < 2; i++) {
		static const char *const until[] = {"2029-01-01", "2099-01-01"};
		static const char *const references[] = {"R1", "R2"};

		give_many(fixture, &lan);
		assert_int_equal(
			lodge_as(fixture, arena_format(fixture->arena, "no%u", i), GOM, GOM),
			INTAKE_REFUSED);
		assert_false(is_read_by_agent(fixture, own));
		number = give(fixture, &lan,
			      PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export",
				    "until", until[i]));
		assert_int_equal(lodge_as(fixture, references[i], GOM, GOM), INTAKE_ACCEPTED);
		assert_true(is_read_by_agent(fixture, own));
		registry_do(fixture, "mandate-revoke", PAIRS("number", number));
		assert_false(is_read_by_agent(fixture, own));
	}
	number = give(fixture, &lan,
		      PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export"));
	give_many(fixture, &lan);
	assert_int_equal(lodge_as(fixture, "R3", GOM, GOM), INTAKE_ACCEPTED);
	assert_true(is_read_by_agent(fixture, own));
	/* and given again, it is there already */
	assert_string_equal(give(fixture, &lan,
				 PAIRS("principal", GOM, "agent", "dai-ly", "kinds", "vn.export")),
			    number);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(given_by_the_principal_it_holds_at_once),
		TEST(proposed_by_the_agent_it_waits_for_the_principal_and_nobody_else),
		TEST(what_its_agent_proposed_a_principal_can_give_as_if_it_had_not),
		TEST(an_operator_confirms_only_with_a_reason_and_it_is_on_record),
		TEST(each_side_takes_it_back_and_it_ends_at_once),
		TEST(revoked_and_lodged_in_one_commit_it_is_too_late),
		TEST(asked_again_nothing_is_given_twice),
		TEST(asked_twice_in_one_turn_it_is_given_once),
		TEST(what_makes_no_sense_is_refused_with_a_word),
		TEST(what_agents_lodge_no_longer_is_not_confirmed),
		TEST(nobody_gives_in_anothers_name),
		TEST(a_narrowed_token_gives_and_confirms_its_kinds_only),
		TEST(an_officer_makes_no_token_that_sees_more_than_their_desk),
		TEST(it_holds_on_its_days_for_its_kinds_and_its_principal),
		TEST(another_kind_or_another_agent_is_not_covered),
		TEST(who_is_no_agent_any_more_has_no_mandate_either),
		TEST(what_it_lodged_an_agent_cancels_only_while_the_mandate_holds),
		TEST(a_mandate_that_cannot_be_read_is_not_taken_for_none),
		TEST(a_change_is_not_denied_upon_a_mandate_that_cannot_be_read),
		TEST(it_covers_documents_of_its_own_days),
		TEST(among_very_many_none_is_overlooked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
