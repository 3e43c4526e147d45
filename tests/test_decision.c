/*
 * decision: what an officer decides and a declarant answers is an event of the declaration's life; lanes
 * by rule and by word, four eyes, the clock that stands while papers are asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/lane.h"
#include "node/procedure.h"
#include "tests/support/registry.h"

static const char *const none[] = {NULL};

static const struct config_procedure procedures[] = {
	{"BO-SUNG", "vn.supplement", "", "", 1, "checked", 0, true},
	{"TRA-LOI", "vn.response", "", "", 0, "checked", 0, false},
};

static struct config_lane lanes[] = {
	{"green", "Xanh", "Green", false, false},
	{"yellow", "Vàng", "Yellow", false, false},
	{"red", "Đỏ", "Red", true, true},
};

static struct config_lane_when arms[] = {{"chapters", "36 93", "", ""}};
static struct config_lane_when dear[] = {{"currency", "USD", "", ""}, {"value", "", "", "500000"}};
static struct config_lane_when not_thai[] = {{"origins", "", "TH", ""}};

static struct config_lane_rule rules[] = {
	{"gone", "", "red", "", "", "", "2026-11-19", NULL, 0},
	{"arms", "vn.import vn.export", "red", "vũ khí", "arms", "", "", arms, 1},
	{"dear", "vn.import", "red", "đắt", "dear", "", "", dear, 2},
	{"not-thai", "vn.import", "yellow", "không từ Thái Lan", "not Thai", "2026-01-01", "",
	 not_thai, 1},
	{"rest", "", "green", "còn lại", "the rest", "", "", NULL, 0},
};

/* clang-format off */
#define NOTICE(kind, procedure, who, follows) \
	"kind", kind, "schema", kind "/1", "procedure", procedure, "lodgedBy", who, "life", "notice", \
	"follows", follows, "year", "2026", "type", "1", "version", ""

static const char *const response[] = {
	NOTICE("vn.response", "TRA-LOI", "customs issuing-authority", "vn.export vn.import vn.co-application"),
	"from", "TCHQ", "meaning", "other", "country", "VN", "speaksAs", "authority",
	"addressee", "0100101308", "original", "R1", NULL};

static const char *const supplement[] = {
	NOTICE("vn.supplement", "BO-SUNG", "trader agent", "vn.export vn.import vn.co-application"),
	"from", "0100101308", "function", "05", "meaning", "supplement",
	"country", "VN", "original", "R1", "addressee", "TCHQ", "event", "supplemented", NULL};
/* clang-format on */

static int open_with_lanes(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	memcpy(fixture->procedures + fixture->config.procedure_count, procedures,
	       sizeof(procedures));
	fixture->config.procedure_count += sizeof(procedures) / sizeof(procedures[0]);
	for (size_t i = 0; i < fixture->config.procedure_count; i++)
		if (strcmp(fixture->procedures[i].code, "NK01") == 0)
			fixture->procedures[i].closed_by = "cleared rejected cancelled invalidated";
	fixture->config.lanes = lanes;
	fixture->config.lane_count = sizeof(lanes) / sizeof(lanes[0]);
	fixture->config.lane_rules = rules;
	fixture->config.lane_rule_count = sizeof(rules) / sizeof(rules[0]);
	for (size_t i = 0; i < 2; i++)
		registry_do(fixture, "user-add",
			    PAIRS("name", i == 0 ? "an" : "binh", "party", "hai-quan", "roles",
				  "customs-officer", "offices", "03CC", "verifier", "v"));
	return 0;
}

static uint64_t import(struct node_fixture *fixture, const char *const *changes)
{
	uint64_t number =
		node_fixture_lodge(fixture, "gom", "import", node_fixture_import, changes).message;

	node_fixture_register(fixture);
	return number;
}

static struct intake_answer lodge_as(struct node_fixture *fixture, const struct caller *caller,
				     const char *document, const struct facts *facts)
{
	struct intake intake = {.party = "hai-quan",
				.document = bytes_of_text(document),
				.repeat = {.key = ""},
				.principal = "",
				.facts = *facts,
				.expected = {.message = "", .decision = "", .reason = ""},
				.caller = *caller};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	fixture->findings = intake.findings;
	return answer;
}

/* By an officer who signed in; "": by customs' machine. The document says another name each time. */
static struct intake_answer decide(struct node_fixture *fixture, const char *officer,
				   const char *event, const char *const *changes)
{
	static unsigned serial;
	const char *reference = arena_format(fixture->arena, "HQ-%u", ++serial);
	struct facts facts = node_fixture_facts(fixture, response,
						PAIRS("reference", reference, "officer", reference,
						      "event", event, "function", reference));
	struct caller caller = registry_folder("hai-quan");

	for (; changes[0] != NULL; changes += 2)
		assert_int_equal(facts_put(&facts, changes[0], changes[1]), OK);
	if (officer[0] != '\0')
		caller = registry_sign_in(fixture, officer, reference);
	return lodge_as(fixture, &caller, reference, &facts);
}

static const char *state_of(struct node_fixture *fixture, uint64_t message)
{
	return node_fixture_message(fixture, message).state;
}

static const char *lane_now(struct node_fixture *fixture, uint64_t message)
{
	struct message now = node_fixture_message(fixture, message);

	return facts_get_or_empty(&now.facts, LANE_FACT);
}

static void the_first_rule_that_fits_chooses_the_lane_and_is_on_record(void **state)
{
	static const struct {
		const char *changes[9];
		const char *lane, *rule;
	} cases[] = {
		{{"chapters", "25 36", "origins", "TH"}, "red", "arms"},
		{{"chapters", "25 3 693", "origins", "TH"}, "green", "rest"},
		{{"origins", "TH", "currency", "USD", "value", "500000.01"}, "red", "dear"},
		{{"origins", "TH", "currency", "USD", "value", "500000.00"}, "green", "rest"},
		{{"origins", "TH", "currency", "VND", "value", "900000000"}, "green", "rest"},
		{{"origins", "TH", "currency", "USD", "value", "much"}, "green", "rest"},
		{{"origins", "CN"}, "yellow", "not-thai"},
		{{"origins", ""}, "yellow", "not-thai"},
		{{"origins", "CN TH"}, "green", "rest"},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "L%zu", i);
		const char *changes[12] = {"reference", reference};
		uint64_t number;

		memcpy(changes + 2, cases[i].changes, sizeof(cases[i].changes));
		number = import(fixture, changes);
		assert_string_equal(lane_now(fixture, number), cases[i].lane);
		assert_string_equal(node_fixture_attribute(fixture, "Registered", number, "lane"),
				    cases[i].lane);
		assert_string_equal(node_fixture_attribute(fixture, "Registered", number, "rule"),
				    cases[i].rule);
	}
}

static void an_amendment_leads_into_a_stricter_lane_and_never_into_a_lighter_one(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = import(fixture, PAIRS("origins", "CN"));

	(void)node_fixture_lodge(fixture, "gom", "a1", node_fixture_import,
				 PAIRS("function", "02", "meaning", "amendment", "origins", "TH"));
	node_fixture_register(fixture);
	assert_string_equal(lane_now(fixture, number), "yellow");
	assert_int_equal(node_fixture_count(fixture, "Routed", number), 0);
	(void)node_fixture_lodge(fixture, "gom", "a2", node_fixture_import,
				 PAIRS("function", "02", "meaning", "amendment", "chapters", "93"));
	node_fixture_register(fixture);
	assert_string_equal(lane_now(fixture, number), "red");
	assert_string_equal(node_fixture_attribute(fixture, "Routed", number, "rule"), "arms");
	assert_string_equal(state_of(fixture, number), "registered");
}

/* One after the other: what customs says, and the state or the finding. */
static void what_customs_decides_is_what_the_declaration_is(void **state)
{
	static const struct {
		const char *event, *officer, *changes[5];
		const char *state, *finding;
	} steps[] = {
		{"inspected", "an", {NULL}, "registered", "not-in-this-state"},
		{"rejected", "an", {NULL}, "registered", "reason-missing"},
		{"routed", "an", {"lane", "violet"}, "registered", "unknown-lane"},
		{"routed", "an", {"lane", "red"}, "registered", "reason-missing"},
		{"routed", "an", {"lane", "green"}, "registered", NULL},
		{"routed", "an", {"lane", "red", "reasonText", "tin báo"}, "registered", NULL},
		{"cleared", "an", {NULL}, "registered", "not-inspected"},
		{"papers-asked", "an", {NULL}, "papers-asked", NULL},
		{"cleared", "an", {NULL}, "papers-asked", "not-in-this-state"},
		{"supplemented", "", {NULL}, "supplemented", NULL},
		{"inspection-ordered", "an", {NULL}, "under-inspection", NULL},
		{"cleared", "an", {NULL}, "under-inspection", "not-in-this-state"},
		{"inspected", "an", {NULL}, "under-inspection", "same-person"},
		{"inspected", "binh", {NULL}, "inspected", NULL},
		{"cleared", "binh", {NULL}, "inspected", "same-person"},
		{"cleared", "an", {NULL}, "cleared", NULL},
		{"rejected", "an", {"reason", "R01"}, "cleared", "not-in-this-state"},
		{"invalidated", "an", {"reason", "R02"}, "cancelled", NULL},
	};
	struct node_fixture *fixture = *state;
	uint64_t number = import(fixture, PAIRS("origins", "TH"));

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strcmp(steps[i].event, "supplemented") == 0)
			(void)node_fixture_lodge(fixture, "gom", "papers", supplement,
						 PAIRS("reference", "B1"));
		else
			(void)decide(fixture, steps[i].officer, steps[i].event, steps[i].changes);
		if (strcmp(state_of(fixture, number), steps[i].state) != 0)
			fail_msg("step %zu: %s", i, state_of(fixture, number));
		if (steps[i].finding != NULL && !node_fixture_found(fixture, steps[i].finding))
			fail_msg("step %zu has no %s", i, steps[i].finding);
		assert_int_equal(fixture->findings.count != 0, steps[i].finding != NULL);
	}
	assert_int_equal(node_fixture_count(fixture, "Routed", number), 2);
	assert_int_equal(node_fixture_count(fixture, "Cleared", number), 1);
	assert_int_equal(node_fixture_count(fixture, "ProcedureClosed", number), 1);
}

/* Folder and tokens, whatever officer the document names. */
static void machines_are_one_person_whatever_name_they_write(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = import(fixture, PAIRS("chapters", "93"));
	struct facts facts = node_fixture_facts(fixture, response,
						PAIRS("reference", "T1", "officer", "Trần Văn Bình",
						      "event", "inspected", "function", "26"));
	struct caller token;

	(void)decide(fixture, "", "inspection-ordered", none);
	(void)decide(fixture, "", "inspected", none);
	assert_true(node_fixture_found(fixture, "same-person"));
	registry_do(fixture, "token-make",
		    PAIRS("name", "system", "hash", registry_hash("s"), "party", "hai-quan"));
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s", &token), OK);
	(void)lodge_as(fixture, &token, "T1", &facts);
	assert_true(node_fixture_found(fixture, "same-person"));
	assert_string_equal(state_of(fixture, number), "under-inspection");
}

static void an_answer_is_addressed_to_those_whose_document_it_answers(void **state)
{
	static const struct {
		const char *to;
		bool is_theirs;
	} cases[] = {
		{"0100101308", true},  /* the importer */
		{"0200555666", true},  /* the agent that sent it */
		{"NSW", true},         /* passes it on */
		{"", true},            /* nobody */
		{"0300987654", false}, /* another trader */
		{"TCHQ", false},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "I-%zu", i);
		uint64_t number = import(fixture, PAIRS("reference", reference));
		struct message declaration = node_fixture_message(fixture, number);

		node_fixture_begin(fixture);
		assert_int_equal(facts_put(&declaration.facts, "from", "0200555666"), OK);
		assert_int_equal(message_save(&fixture->turn, &declaration), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		(void)decide(fixture, "", "cleared",
			     PAIRS("addressee", cases[i].to, "anyAddressee", "NSW", "declaration",
				   declaration.registered, "original", "", "office", "03CC"));
		assert_int_equal(node_fixture_found(fixture, "addressee-differs"),
				 !cases[i].is_theirs);
		assert_string_equal(state_of(fixture, number),
				    cases[i].is_theirs ? "cleared" : "registered");
	}
}

static void only_customs_decides_on_a_declaration(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = import(fixture, PAIRS("origins", "TH"));
	const char *const changes[] = {"reference", "BCT-1",    "from", "BCTHN", "event",
				       "cleared",   "function", "23",   NULL};

	(void)node_fixture_lodge(fixture, "bct", "not mine", response, changes);
	assert_string_equal(state_of(fixture, number), "registered");
	assert_int_equal(node_fixture_count(fixture, "Cleared", 0), 0);
	(void)node_fixture_lodge(fixture, "gom", "mine", response,
				 PAIRS("reference", "G-1", "from", "0100101308", "event", "cleared",
				       "function", "23"));
	assert_true(node_fixture_found(fixture, "not-allowed"));
	assert_string_equal(state_of(fixture, number), "registered");
}

static void papers_that_nobody_waits_for_are_told_and_change_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = import(fixture, PAIRS("origins", "TH"));

	(void)decide(fixture, "an", "cleared", none);
	assert_int_equal(
		node_fixture_lodge(fixture, "gom", "late", supplement, PAIRS("reference", "B2"))
			.verdict,
		INTAKE_ACCEPTED);
	assert_string_equal(state_of(fixture, number), "cleared");
	assert_string_equal(node_fixture_attribute(fixture, "Followed", number, "ignoredIn"),
			    "cleared");
}

static void what_was_rejected_is_not_amended(void **state)
{
	struct node_fixture *fixture = *state;

	(void)import(fixture, PAIRS("origins", "TH"));
	(void)decide(fixture, "an", "rejected", PAIRS("reason", "R01"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "a1", node_fixture_import,
					    PAIRS("function", "02", "meaning", "amendment"))
				 .verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "not-in-this-state"));
}

/* Friday noon, due on Monday's evening; papers asked on Monday, brought on Wednesday: one day is left. */
static void the_clock_stands_while_papers_are_asked(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number;
	struct message now;

	node_fixture_set_date(fixture, "2026-11-20");
	number = import(fixture, PAIRS("origins", "TH"));
	now = node_fixture_message(fixture, number);
	node_fixture_set_date(fixture, "2026-11-23");
	(void)decide(fixture, "an", "papers-asked", none);
	assert_int_equal(node_fixture_count(fixture, "ProcedurePaused", number), 1);
	node_fixture_set_date(fixture, "2026-11-25");
	(void)node_fixture_lodge(fixture, "gom", "papers", supplement, PAIRS("reference", "B1"));
	assert_string_equal(node_fixture_attribute(fixture, "ProcedureResumed", number, "due"),
			    "2026-11-25T16:59:59.999Z");
	assert_true(node_fixture_message(fixture, number).due_ms > now.due_ms);
	now = node_fixture_message(fixture, number);
	assert_int_equal(procedure_paused_since(&now), 0);
	assert_int_equal(procedure_paused_ms(&now), 2ull * 24 * 3600 * 1000);
	(void)decide(fixture, "an", "cleared", none);
	assert_string_equal(node_fixture_attribute(fixture, "ProcedureClosed", number, "onTime"),
			    "yes");
}

static void what_was_late_before_papers_were_asked_stays_late(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number;

	node_fixture_set_date(fixture, "2026-11-20");
	number = import(fixture, PAIRS("origins", "TH"));
	node_fixture_set_date(fixture, "2026-11-24");
	(void)decide(fixture, "an", "papers-asked", none);
	node_fixture_set_date(fixture, "2026-11-26");
	(void)decide(fixture, "an", "rejected", PAIRS("reason", "R01"));
	assert_string_equal(node_fixture_attribute(fixture, "ProcedureClosed", number, "onTime"),
			    "no");
}

static void an_application_waits_for_papers_and_is_rejected(void **state)
{
	struct node_fixture *fixture = *state;
	const char *const asks[] = {"reference",    "BCT-1",    "from", "BCTHN", "event",
				    "papers-asked", "function", "25",   NULL};
	const char *const rejects[] = {"reference", "BCT-2", "from",   "BCTHN", "event", "rejected",
				       "function",  "22",    "reason", "R01",   NULL};
	uint64_t number =
		node_fixture_lodge(fixture, "gom", "application", node_fixture_application, none)
			.message;

	(void)node_fixture_lodge(fixture, "bct", "asks", response, asks);
	assert_string_equal(state_of(fixture, number), "supplement-asked");
	(void)node_fixture_lodge(fixture, "gom", "papers", supplement, PAIRS("reference", "B1"));
	assert_string_equal(state_of(fixture, number), "supplemented");
	(void)node_fixture_lodge(fixture, "bct", "rejects", response, rejects);
	assert_string_equal(state_of(fixture, number), "rejected");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_lanes, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_first_rule_that_fits_chooses_the_lane_and_is_on_record),
		CASE(an_amendment_leads_into_a_stricter_lane_and_never_into_a_lighter_one),
		CASE(what_customs_decides_is_what_the_declaration_is),
		CASE(machines_are_one_person_whatever_name_they_write),
		CASE(only_customs_decides_on_a_declaration),
		CASE(an_answer_is_addressed_to_those_whose_document_it_answers),
		CASE(papers_that_nobody_waits_for_are_told_and_change_nothing),
		CASE(what_was_rejected_is_not_amended),
		CASE(the_clock_stands_while_papers_are_asked),
		CASE(what_was_late_before_papers_were_asked_stays_late),
		CASE(an_application_waits_for_papers_and_is_rejected),
	};

	return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
