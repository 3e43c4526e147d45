/*
 * inquiry: customs asked about a certificate; a clock runs on both sides, by the procedure's table and the
 * day that was named, and its end decides nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/calendar.h"
#include "node/expiry.h"
#include "node/inquiry.h"
#include "node/propose.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

/* As schemas/procedures.yaml has them; another number of days, so that no other is taken. */
static const struct config_procedure procedures[] = {
	{"CO-D-SD", "vn.co-status", "", "", 1, "checked", 0, false},
	{"CO-D-XM", "vn.verification", "", "", 1, "checked", 100, false},
	{"ASW-CO-XM", "asw.verification", "", "", 1, "checked", 40, false},
};

#define ROUTE(id, kind, on, to, as) \
	{ \
		"ASEAN", id, "VN", kind, on, to, as, "", "law", "", "", NULL, 0 \
	}
static const struct config_route routes[] = {
	ROUTE("form-d-received", "asw.form-d", "received", "role:customs", "vn.co-received"),
	ROUTE("asked", "asw.verification", "followed", "maker", "vn.verification"),
	ROUTE("answered", "asw.verification", "received", "role:customs", "vn.verification"),
};

/* clang-format off */
#define NOTICE(kind, procedure, who, follows) \
	"kind", kind, "schema", kind "/1", "procedure", procedure, "lodgedBy", who, "life", "notice", \
	"follows", follows, "year", "2026", "type", "1", "version", ""

static const char *const form_d[] = {
	"kind", "asw.form-d", "schema", "asw.form-d/1", "reference", "D2026-1", "meaning", "original",
	"country", "TH", "destination", "VN", "certificate", "D2026-1", "issued", "20261120",
	"document", "861", "arrivesAs", "foreign-certificate", "until", "20271119", NULL};

static const char *const question[] = {
	NOTICE("vn.verification", "CO-D-XM", "customs issuing-authority", "asw.form-d"), "from", "TCHQ",
	"function", "11", "meaning", "original", "country", "VN", "destination", "TH", "issuer", "TH",
	"certificate", "D2026-1", "issued", "2026-11-20", "event", "questioned", NULL};

static const char *const status[] = {
	NOTICE("vn.co-status", "CO-D-SD", "customs", "asw.form-d"), "from", "TCHQ", "function", "01",
	"meaning", "original", "country", "VN", "destination", "TH", "issuer", "TH", "certificate",
	"D2026-1", "issued", "2026-11-20", NULL};

static const char *const their_answer[] = {
	"kind", "asw.verification", "schema", "asw.verification/1", "meaning", "other", "follows",
	"asw.form-d", "country", "TH", "issuer", "TH", "certificate", "D2026-1", "issued", "20261120", NULL};

static const char *const their_question[] = {
	"kind", "asw.verification", "schema", "asw.verification/1", "reference", "TH-Q1", "meaning",
	"original", "procedure", "ASW-CO-XM", "follows", "asw.form-d vn.co", "country", "TH", "issuer", "VN",
	"destination", "VN", "certificate", "VN-TH 26/01/1", "issued", "20261120", "event", "questioned", NULL};

static const char *const our_answer[] = {
	NOTICE("vn.verification", "CO-D-XM", "customs issuing-authority", "vn.co"), "from", "BCTHN",
	"function", "26", "meaning", "other", "country", "VN", "destination", "TH", "issuer", "VN",
	"certificate", "VN-TH 26/01/1", "issued", "2026-11-20", "original", "TH-Q1", NULL};
/* clang-format on */

static int open_with_clocks(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	memcpy(fixture->procedures + fixture->config.procedure_count, procedures,
	       sizeof(procedures));
	fixture->config.procedure_count += sizeof(procedures) / sizeof(procedures[0]);
	memcpy(fixture->routes + fixture->config.route_count, routes, sizeof(routes));
	fixture->config.route_count += sizeof(routes) / sizeof(routes[0]);
	return 0;
}

static uint64_t arrive(struct node_fixture *fixture, uint64_t number, const char *const *base,
		       const char *const *changes)
{
	const char *id = arena_format(fixture->arena, "TH-1-%d", (int)number);
	const char *text = arena_format(fixture->arena, "<%s%d/>", base[1], (int)number);
	struct parcel parcel = {id, number, id, base[1], bytes_of_text(text)};
	struct facts facts = node_fixture_facts(fixture, base, changes);
	uint64_t message;

	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return message;
}

static const char *state_of(struct node_fixture *fixture, uint64_t number)
{
	return node_fixture_message(fixture, number).state;
}

/* What a page says of it on the first moment of a day. */
static const char *stage_on(struct node_fixture *fixture, uint64_t number, const char *day)
{
	struct message message = node_fixture_message(fixture, number);
	struct inquiry inquiry = inquiry_of(&message.facts);
	uint64_t begin = calendar_end_of(day) - (24ull * 3600 * 1000 - 1);

	return inquiry_stage_name(inquiry_stage(&inquiry, message.state, begin));
}

static void ask(struct node_fixture *fixture, const char *reference, const char *until)
{
	(void)node_fixture_lodge(fixture, "hai-quan", reference, question,
				 PAIRS("reference", reference, "answerBy", until));
}

static void say(struct node_fixture *fixture, const char *reference, const char *event)
{
	(void)node_fixture_lodge(fixture, "hai-quan", reference, status,
				 PAIRS("reference", reference, "event", event));
}

static const char *told(struct node_fixture *fixture, const char *event, uint64_t number,
			const char *attribute)
{
	struct record record = node_fixture_record(fixture, event, number);

	return facts_get_or_empty(&record.attributes, attribute);
}

static void a_request_ends_on_the_day_it_names_but_never_behind_the_law(void **state)
{
	/* asked on 2026-11-23; 100 days later is 2027-03-03 */
	static const struct {
		const char *named, *due;
	} cases[] = {
		{"", "2027-03-03T16:59:59.999Z"},
		{"2027-01-15", "2027-01-15T16:59:59.999Z"},
		{"20270115", "2027-01-15T16:59:59.999Z"},
		{"2027-03-03", "2027-03-03T16:59:59.999Z"},
		{"2027-03-04", "2027-03-03T16:59:59.999Z"},
		{"2027-02-30", "2027-03-03T16:59:59.999Z"},
		{"soon", "2027-03-03T16:59:59.999Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		uint64_t certificate;

		assert_int_equal(open_with_clocks((void **)&fixture), 0);
		node_fixture_set_date(fixture, "2026-11-23");
		certificate = arrive(fixture, 1, form_d, none);
		ask(fixture, "Q1", cases[i].named);
		assert_string_equal(state_of(fixture, certificate), "under-verification");
		assert_string_equal(told(fixture, "Questioned", certificate, "due"), cases[i].due);
		assert_string_equal(told(fixture, "Questioned", certificate, "limit"),
				    "2027-03-03T16:59:59.999Z");
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void time_passes_and_decides_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	bool more = false;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	assert_string_equal(stage_on(fixture, certificate, "2026-11-23"), "");
	ask(fixture, "Q1", "2027-01-15");
	assert_string_equal(stage_on(fixture, certificate, "2027-01-15"), "runs");
	assert_string_equal(stage_on(fixture, certificate, "2027-01-16"), "overdue");
	assert_string_equal(stage_on(fixture, certificate, "2027-03-03"), "overdue");
	assert_string_equal(stage_on(fixture, certificate, "2027-03-04"), "run-out");
	node_fixture_set_date(fixture, "2027-12-31"); /* the certificate's last day is over, too */
	node_fixture_begin(fixture);
	assert_int_equal(expiry_step(&fixture->turn, &more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	say(fixture, "S1", "not-accepted");
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	assert_string_equal(stage_on(fixture, certificate, "2027-12-31"), "");
}

static void the_answer_leads_to_the_state_that_it_says(void **state)
{
	static const struct {
		const char *event, *result, *state;
	} cases[] = {{"answered", "YES", "handed-over"},
		     {"not-confirmed", "NO", "not-confirmed"},
		     {"not-confirmed", "NIS", "not-confirmed"},
		     {"not-confirmed", "UNK", "not-confirmed"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		struct message message;
		uint64_t certificate;

		assert_int_equal(open_with_clocks((void **)&fixture), 0);
		node_fixture_set_date(fixture, "2026-11-23");
		certificate = arrive(fixture, 1, form_d, none);
		ask(fixture, "Q1", "2027-01-15");
		node_fixture_set_date(fixture, i == 1 ? "2027-01-16" : "2027-01-15");
		(void)arrive(fixture, 2, their_answer,
			     PAIRS("reference", "A1", "event", cases[i].event, "result",
				   cases[i].result));
		message = node_fixture_message(fixture, certificate);
		assert_string_equal(message.state, cases[i].state);
		assert_string_equal(inquiry_of(&message.facts).result, cases[i].result);
		assert_string_equal(stage_on(fixture, certificate, "2027-06-01"), "answered");
		assert_string_equal(
			told(fixture, i == 0 ? "Answered" : "NotConfirmed", certificate, "onTime"),
			i == 1 ? "no" : "yes");
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void what_was_not_confirmed_waits_for_customs_and_can_be_asked_about_again(void **state)
{
	struct node_fixture *fixture = *state;
	bool more = false;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	ask(fixture, "Q1", "");
	(void)arrive(fixture, 2, their_answer,
		     PAIRS("reference", "A1", "event", "not-confirmed", "result", "UNK"));
	say(fixture, "S1", "used");
	assert_true(node_fixture_found(fixture, "not-in-this-state"));
	node_fixture_set_date(fixture, "2027-11-20"); /* past its last day: it waits all the same */
	node_fixture_begin(fixture);
	assert_int_equal(expiry_step(&fixture->turn, &more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(state_of(fixture, certificate), "not-confirmed");
	ask(fixture, "Q2", "");
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	assert_string_equal(stage_on(fixture, certificate, "2027-11-21"), "runs");
	say(fixture, "S2", "not-accepted");
	/* who answers late is heard and changes nothing */
	(void)arrive(fixture, 3, their_answer,
		     PAIRS("reference", "A2", "event", "answered", "result", "YES"));
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	assert_int_equal(node_fixture_count(fixture, "Followed", certificate), 1);
}

static void the_issuer_sees_the_same_clock_and_its_own_answer(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate =
		node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none).message;
	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	node_fixture_translate(fixture);
	(void)node_fixture_send(fixture, "TH");
	(void)arrive(fixture, 1, their_question, PAIRS("answerBy", "20261210"));
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	assert_string_equal(stage_on(fixture, certificate, "2026-12-10"), "runs");
	assert_string_equal(stage_on(fixture, certificate, "2026-12-11"), "overdue");
	assert_string_equal(stage_on(fixture, certificate, "2027-01-03"), "run-out");
	(void)node_fixture_lodge(
		fixture, "bct", "A1", our_answer,
		PAIRS("reference", "A1", "event", "not-confirmed", "result", "NOT-VALID"));
	message = node_fixture_message(fixture, certificate);
	assert_string_equal(message.state, "not-confirmed");
	assert_string_equal(inquiry_of(&message.facts).result, "NOT-VALID");
}

/* Facts C.6: the table that is shipped. */
static void the_shipped_tables_say_what_the_law_says(void **state)
{
	static const char *const verdicts[][2] = {{"run-out", "refuse"}, {"NO", "refuse"},
						  {"NIS", "refuse"},     {"PAR", "accept-part"},
						  {"UNK", "ask"},        {"YES", "accept"}};
	struct arena *arena = arena_new((size_t)1 << 20);
	struct config config = {.country = "VN"};
	const char *message = "";
	struct config_procedure *all = NULL;
	size_t count = 0;
	unsigned clocks = 0;

	(void)state;
	assert_int_equal(config_load_origin("schemas/origin.yaml", arena, &config, &message), OK);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		const struct config_origin_row *row =
			propose_find_answer(&config.origin, verdicts[i][0], "2026-11-23");

		assert_non_null(row);
		assert_string_equal(row->propose, verdicts[i][1]);
	}
	assert_null(propose_find_answer(&config.origin, "overdue", "2026-11-23"));
	assert_null(propose_find_answer(&config.origin, "runs", "2026-11-23"));
	assert_int_equal(
		config_load_procedures("schemas/procedures.yaml", arena, &all, &count, &message),
		OK);
	for (size_t i = 0; i < count; i++)
		if (all[i].answer_days != 0) {
			assert_int_equal(all[i].answer_days, 180);
			clocks++;
		}
	assert_int_equal(clocks, 2);
	arena_free(arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_clocks, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_ends_on_the_day_it_names_but_never_behind_the_law),
		CASE(time_passes_and_decides_nothing),
		cmocka_unit_test(the_answer_leads_to_the_state_that_it_says),
		CASE(what_was_not_confirmed_waits_for_customs_and_can_be_asked_about_again),
		CASE(the_issuer_sees_the_same_clock_and_its_own_answer),
		cmocka_unit_test(the_shipped_tables_say_what_the_law_says),
	};

	return cmocka_run_group_tests_name("inquiry", tests, NULL, NULL);
}
