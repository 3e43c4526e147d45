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
	"asw.form-d", "country", "TH", "issuer", "TH", "certificate", "D2026-1", "issued", "20261120",
	"destination", "VN", "original", "Q1", NULL};

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

static uint64_t arrive_from(struct node_fixture *fixture, const char *partner, uint64_t number,
			    const char *const *base, const char *const *changes)
{
	const char *id = arena_format(fixture->arena, "%s-1-%d", partner, (int)number);
	const char *text = arena_format(fixture->arena, "<%s%d/>", base[1], (int)number);
	struct parcel parcel = {id, number, id, base[1], bytes_of_text(text)};
	struct facts facts = node_fixture_facts(fixture, base, changes);
	uint64_t message;

	assert_int_equal(node_fixture_arrive(fixture, partner, number, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return message;
}

static uint64_t arrive(struct node_fixture *fixture, uint64_t number, const char *const *base,
		       const char *const *changes)
{
	return arrive_from(fixture, "TH", number, base, changes);
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

static void pass(struct node_fixture *fixture, const char *day)
{
	uint64_t unread = 0;
	bool more = false;

	node_fixture_set_date(fixture, day);
	node_fixture_begin(fixture);
	assert_int_equal(expiry_step(&fixture->turn, &unread, &more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void put_message(struct node_fixture *fixture, uint64_t number, struct bytes value)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);

	turn_key_add_number(&key, number);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), value), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* What is damaged is told, and looked at again tomorrow; the others end on their day. */
static void one_that_cannot_be_read_holds_up_no_other_whose_day_is_over(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t damaged = arrive(fixture, 1, form_d, none), unread = 0;
	uint64_t good = arrive(fixture, 2, form_d, PAIRS("certificate", "D2026-2"));
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct bytes whole;
	bool more = false;

	turn_key_add_number(&key, damaged);
	assert_int_equal(turn_get(&fixture->turn, &key, &whole), OK);
	whole.at = arena_copy(fixture->arena, whole);
	put_message(fixture, damaged, bytes_of("\1", 1));
	node_fixture_set_date(fixture, "2029-01-01");
	node_fixture_begin(fixture);
	assert_int_equal(expiry_step(&fixture->turn, &unread, &more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(unread, damaged);
	assert_string_equal(state_of(fixture, good), "expired");
	put_message(fixture, damaged, whole);
	pass(fixture, "2029-01-02");
	assert_string_equal(state_of(fixture, damaged), "expired");
}

static void time_passes_and_decides_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	assert_string_equal(stage_on(fixture, certificate, "2026-11-23"), "");
	ask(fixture, "Q1", "2027-01-15");
	assert_string_equal(stage_on(fixture, certificate, "2027-01-15"), "runs");
	assert_string_equal(stage_on(fixture, certificate, "2027-01-16"), "overdue");
	assert_string_equal(stage_on(fixture, certificate, "2027-03-03"), "overdue");
	assert_string_equal(stage_on(fixture, certificate, "2027-03-04"), "run-out");
	pass(fixture, "2027-12-31"); /* the certificate's last day is over, too */
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	say(fixture, "S1", "not-accepted");
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	assert_string_equal(stage_on(fixture, certificate, "2027-12-31"), "");
}

/* Nobody looks at its last day while customs has not accepted it. */
static void what_is_accepted_behind_its_last_day_ends(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);

	say(fixture, "S1", "not-accepted");
	pass(fixture, "2027-11-20");
	pass(fixture, "2027-11-25");
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	say(fixture, "S2", "accepted");
	assert_string_equal(state_of(fixture, certificate), "accepted");
	pass(fixture, "2027-11-26");
	assert_string_equal(state_of(fixture, certificate), "expired");
	assert_int_equal(node_fixture_count(fixture, "Expired", certificate), 1);
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
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	ask(fixture, "Q1", "");
	(void)arrive(fixture, 2, their_answer,
		     PAIRS("reference", "A1", "event", "not-confirmed", "result", "UNK"));
	say(fixture, "S1", "used");
	assert_true(node_fixture_found(fixture, "not-in-this-state"));
	pass(fixture, "2027-11-20"); /* past its last day: it waits all the same */
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

/* What Thailand says in its message of this number; the state after it. */
static const char *after_answer(struct node_fixture *fixture, uint64_t number, const char *event,
				const char *original, const char *to)
{
	(void)arrive(fixture, number, their_answer,
		     PAIRS("reference", arena_format(fixture->arena, "A%d", (int)number), "event",
			   event, "result", "YES", "original", original, "destination", to));
	return state_of(fixture, node_fixture_record(fixture, "Questioned", 0).message);
}

/* Why what was said changed nothing: who looks at the timeline sees it. */
static void assert_why(struct node_fixture *fixture, uint64_t certificate, const char *code)
{
	struct record record = node_fixture_record(fixture, "Followed", certificate);
	struct bytes payload = {0};

	assert_int_equal(record.payload_count, 1);
	assert_string_equal(record.payloads[0].role, "findings");
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, record.number, 0, fixture->arena, &payload),
		OK);
	assert_non_null(strstr(arena_text(fixture->arena, payload), code));
}

static void an_answer_settles_the_question_that_it_names_and_no_other(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	ask(fixture, "Q1", "");
	assert_string_equal(after_answer(fixture, 2, "not-confirmed", "Q1", "VN"), "not-confirmed");
	ask(fixture, "Q2", "");
	assert_string_equal(after_answer(fixture, 3, "answered", "Q1", "VN"), "under-verification");
	assert_string_equal(after_answer(fixture, 4, "answered", "Q2", "KH"), "under-verification");
	assert_string_equal(after_answer(fixture, 5, "answered", "", ""), "under-verification");
	assert_string_equal(after_answer(fixture, 6, "not-confirmed", "Q3", "VN"),
			    "under-verification");
	assert_string_equal(stage_on(fixture, certificate, "2026-11-24"), "runs");
	assert_int_equal(node_fixture_count(fixture, "Followed", certificate), 4);
	assert_string_equal(told(fixture, "Followed", certificate, "ignoredIn"),
			    "under-verification");
	assert_why(fixture, certificate, "request-unknown");
	assert_string_equal(after_answer(fixture, 7, "answered", "Q2", "VN"), "handed-over");
	assert_string_equal(stage_on(fixture, certificate, "2026-11-24"), "answered");
}

/* Whatever went to it: what another partner sent is that one's to answer for, and to take back. */
static void another_country_says_nothing_of_a_certificate(void **state)
{
	static const char *const events[] = {"answered", "not-confirmed", "cancelled"};
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none), notice;
	struct message message;

	ask(fixture, "Q1", "");
	message = node_fixture_message(fixture, certificate);
	node_fixture_begin(fixture);
	assert_int_equal(facts_put(&message.facts, "crosses", "TH LA"), OK);
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		notice = arrive_from(fixture, "LA", i + 1, their_answer,
				     PAIRS("reference", "A1", "country", "LA", "event", events[i],
					   "result", "YES"));
		assert_string_equal(state_of(fixture, notice), "parked");
		assert_string_equal(state_of(fixture, certificate), "under-verification");
	}
}

/* Put by a node that did not keep who asked, and by which reference. */
static void what_was_asked_before_its_reference_was_kept_is_answered(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message;
	uint64_t certificate;

	certificate = arrive(fixture, 1, form_d, none);
	ask(fixture, "Q1", "");
	message = node_fixture_message(fixture, certificate);
	node_fixture_begin(fixture);
	assert_int_equal(facts_put(&message.facts, "verifyBy", ""), OK);
	assert_int_equal(facts_put(&message.facts, "verifyReference", ""), OK);
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(after_answer(fixture, 2, "answered", "Q1", "VN"), "handed-over");
}

/* By customs here of what came, and by customs there of ours: both sides go the same way. */
static void what_customs_did_not_accept_is_not_accepted_for_an_answer(void **state)
{
	static const struct {
		const char *first; /* what a question before says */
	} cases[] = {{""}, {"not-confirmed"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;

		assert_int_equal(open_with_clocks((void **)&fixture), 0);
		(void)arrive(fixture, 1, form_d, none);
		say(fixture, "S1", "not-accepted");
		ask(fixture, "Q1", "");
		if (cases[i].first[0] != '\0') {
			assert_string_equal(after_answer(fixture, 2, cases[i].first, "Q1", "VN"),
					    cases[i].first);
			ask(fixture, "Q2", "");
		}
		assert_string_equal(
			after_answer(fixture, 2 + i, "answered", i == 0 ? "Q1" : "Q2", "VN"),
			"not-accepted");
		say(fixture, "S2", "used");
		assert_true(node_fixture_found(fixture, "not-in-this-state"));
		say(fixture, "S3", "accepted");
		ask(fixture, "Q3", "");
		assert_string_equal(after_answer(fixture, 3 + i, "answered", "Q3", "VN"),
				    "handed-over");
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void an_answer_is_not_asked_for_by_a_day_that_is_over(void **state)
{
	static const char *const days[] = {"2026-11-22", "20261122", "2025-12-31"};
	struct node_fixture *fixture = *state;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = arrive(fixture, 1, form_d, none);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		ask(fixture, arena_format(fixture->arena, "Q%zu", i), days[i]);
		assert_true(node_fixture_found(fixture, "answer-by-over"));
		assert_string_equal(state_of(fixture, certificate), "checked");
	}
	ask(fixture, "Q9", "2026-11-23");
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(stage_on(fixture, certificate, "2026-11-23"), "runs");
	assert_string_equal(stage_on(fixture, certificate, "2026-11-24"), "overdue");
}

static uint64_t send_ours(struct node_fixture *fixture)
{
	uint64_t certificate =
		node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none).message;

	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	node_fixture_translate(fixture);
	(void)node_fixture_send(fixture, "TH");
	return certificate;
}

static void the_issuer_sees_the_same_clock_and_its_own_answer(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message;
	uint64_t certificate;

	node_fixture_set_date(fixture, "2026-11-23");
	certificate = send_ours(fixture);
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

static void say_answer(struct node_fixture *fixture, const char *reference, const char *original,
		       const char *to)
{
	(void)node_fixture_lodge(fixture, "bct", reference, our_answer,
				 PAIRS("reference", reference, "event", "answered", "result",
				       "VALID", "original", original, "destination", to));
}

static void the_issuer_answers_what_was_asked_and_nothing_else(void **state)
{
	static const struct {
		const char *original, *to;
	} wrong[] = {{"TH-Q9", "TH"}, {"TH-Q1", "KH"}, {"TH-Q1", "VN"}, {"", ""}};
	struct node_fixture *fixture = *state;
	uint64_t certificate = send_ours(fixture), size;

	say_answer(fixture, "A0", "TH-Q1", "TH"); /* nobody asked */
	assert_true(node_fixture_found(fixture, "request-unknown"));
	(void)arrive(fixture, 1, their_question, none);
	size = node_fixture_count(fixture, "DeliveryOwed", 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		say_answer(fixture, arena_format(fixture->arena, "W%zu", i), wrong[i].original,
			   wrong[i].to);
		assert_true(node_fixture_found(fixture, "request-unknown"));
		assert_string_equal(state_of(fixture, certificate), "under-verification");
	}
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), size);
	say_answer(fixture, "A1", "TH-Q1", "TH");
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(state_of(fixture, certificate), "received");
	/* once more, and late: told, as before, but never by another name */
	say_answer(fixture, "A2", "TH-Q1", "TH");
	assert_int_equal(fixture->findings.count, 0);
	assert_int_equal(node_fixture_count(fixture, "Followed", certificate), 1);
	say_answer(fixture, "A3", "TH-Q9", "TH");
	assert_true(node_fixture_found(fixture, "request-unknown"));
}

/* Who asked does not answer, and no answer goes where nobody asked. */
static void customs_answers_for_no_certificate_that_came(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);

	ask(fixture, "Q1", "");
	(void)node_fixture_lodge(fixture, "hai-quan", "A1", question,
				 PAIRS("reference", "A1", "function", "26", "meaning", "other",
				       "event", "answered", "original", "Q1", "destination", "KH"));
	assert_true(node_fixture_found(fixture, "request-unknown"));
	(void)node_fixture_lodge(fixture, "hai-quan", "A2", question,
				 PAIRS("reference", "A2", "function", "26", "meaning", "other",
				       "event", "answered", "original", "Q1", "destination", "VN"));
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	assert_int_equal(node_fixture_count(fixture, "Answered", certificate), 0);
}

static void what_they_did_not_accept_of_ours_stays_so_when_we_answer(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = send_ours(fixture);

	(void)arrive(fixture, 1, their_question, PAIRS("reference", "S1", "event", "not-accepted"));
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	(void)arrive(fixture, 2, their_question, none);
	say_answer(fixture, "A1", "TH-Q1", "TH");
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	assert_int_equal(node_fixture_count(fixture, "Answered", certificate), 1);
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
		CASE(one_that_cannot_be_read_holds_up_no_other_whose_day_is_over),
		CASE(time_passes_and_decides_nothing),
		cmocka_unit_test(the_answer_leads_to_the_state_that_it_says),
		CASE(what_was_not_confirmed_waits_for_customs_and_can_be_asked_about_again),
		CASE(what_is_accepted_behind_its_last_day_ends),
		CASE(an_answer_settles_the_question_that_it_names_and_no_other),
		CASE(another_country_says_nothing_of_a_certificate),
		CASE(what_was_asked_before_its_reference_was_kept_is_answered),
		cmocka_unit_test(what_customs_did_not_accept_is_not_accepted_for_an_answer),
		CASE(an_answer_is_not_asked_for_by_a_day_that_is_over),
		CASE(the_issuer_sees_the_same_clock_and_its_own_answer),
		CASE(the_issuer_answers_what_was_asked_and_nothing_else),
		CASE(customs_answers_for_no_certificate_that_came),
		CASE(what_they_did_not_accept_of_ours_stays_so_when_we_answer),
		cmocka_unit_test(the_shipped_tables_say_what_the_law_says),
	};

	return cmocka_run_group_tests_name("inquiry", tests, NULL, NULL);
}
