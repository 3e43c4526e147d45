/*
 * balance: a certificate is written off item by item for import declarations that are here, never more than
 * is left; reversed by word and when the declaration is cancelled; and what a partner says of ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/balance.h"
#include "node/expiry.h"
#include "node/index_check.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static const struct config_procedure procedures[] = {
	{"CO-D-SD", "vn.co-status", "", "", 1, "checked", 0, false},
	{"HUY", "vn.cancel", "", "", 1, "checked", 0, true},
	{"TRA-LOI", "vn.response", "", "", 0, "checked", 0, false},
	{"CO-D-GIAY", "vn.co-paper", "", "", 1, "checked", 0, false},
};

static const struct config_route routes[] = {
	{"ASEAN", "form-d-received", "VN", "asw.form-d", "received", "role:customs",
	 "vn.co-received", "", "law", "", "", NULL, 0},
	{"ASEAN", "status-followed", "VN", "asw.co-status", "followed", "maker", "vn.co-status", "",
	 "law", "", "", NULL, 0},
};

#define GOODS \
	"item\ths\tquantity\tunit\tgross\tgrossUnit\n" \
	"1\t69111000\t2400\tPCE\t2160\tKGM\n" \
	"2\t69072292\t0.3\tMTK\t53240\tKGM\n" \
	"3\t69109000\t\t\t1020.5\tKGM"
#define USES "item\tquantity\tunit\tdeclaration\toffice\tdate"

/* clang-format off */
#define NOTICE(kind, procedure, who, follows) \
	"kind", kind, "schema", kind "/1", "procedure", procedure, "lodgedBy", who, "life", "notice", \
	"follows", follows, "year", "2026", "type", "1", "version", ""

static const char *const status[] = {
	NOTICE("vn.co-status", "CO-D-SD", "customs", "asw.form-d vn.co-paper"), "from", "TCHQ",
	"function", "01", "meaning", "original", "country", "VN", "destination", "TH", "issuer", "TH",
	"certificate", "D2026-1", "issued", "2026-11-20", "usesFor", "known", NULL};

static const char *const form_d[] = {
	"kind", "asw.form-d", "schema", "asw.form-d/1", "reference", "D2026-1", "meaning", "original",
	"country", "TH", "destination", "VN", "certificate", "D2026-1", "issued", "20261120",
	"document", "861", "arrivesAs", "foreign-certificate", "until", "20271119", "goods", GOODS, NULL};

static const char *const paper[] = {
	"kind", "vn.co-paper", "schema", "vn.co-paper/1", "procedure", "CO-D-GIAY", "lodgedBy", "customs",
	"life", "foreign-certificate", "year", "2026", "type", "1", "version", "", "from", "TCHQ",
	"function", "01", "meaning", "original", "country", "VN", "issuer", "TH", "certificate", "D2026-1",
	"issued", "2026-11-20", "document", "861", "office", "03CC", "until", "2027-11-19", "goods", GOODS, NULL};

static const char *const cancel[] = {
	NOTICE("vn.cancel", "HUY", "trader issuing-authority customs", "vn.export vn.import"),
	"reference", "X1", "function", "03", "meaning", "cancellation", "country", "VN",
	"destination", "VN", "reason", "DUPLICATE", "event", "cancelled", "from", "0100101308", NULL};

static const char *const response[] = {
	NOTICE("vn.response", "TRA-LOI", "customs", "vn.import"), "function", "22", "from", "TCHQ",
	"meaning", "other", "country", "VN", "speaksAs", "authority", "addressee", "0100101308",
	"original", "I1", NULL};

static const char *const partner_status[] = {
	"kind", "asw.co-status", "schema", "asw.co-status/1", "meaning", "original",
	"follows", "asw.form-d vn.co", "country", "TH", "issuer", "VN", "destination", "VN",
	"certificate", "VN-TH 26/01/1", "issued", "20261120", NULL};
/* clang-format on */

static int open_with_status(void **state)
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

static const char *import(struct node_fixture *fixture, const char *reference)
{
	uint64_t number = node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
					     PAIRS("reference", reference))
				  .message;

	node_fixture_register(fixture);
	return node_fixture_message(fixture, number).registered;
}

/* "1 1800 PCE" of a declaration. */
static const char *row(struct node_fixture *fixture, const char *text, const char *declaration)
{
	char item[16], quantity[32], unit[16];

	assert_int_equal(sscanf(text, "%15s %31s %15s", item, quantity, unit), 3);
	return arena_format(fixture->arena, "\n%s\t%s\t%s\t%s\t03CC\t2026-11-23", item, quantity,
			    unit, declaration);
}

static void say(struct node_fixture *fixture, const char *reference, const char *event,
		const char *uses, const char *reverses)
{
	const char *table = arena_format(fixture->arena, USES "%s", uses);

	(void)node_fixture_lodge(
		fixture, "hai-quan", reference, status,
		PAIRS("reference", reference, "event", event, "uses", table, "reverses", reverses));
}

/* By who declared it, or by customs, of declaration I1. */
static void take_back(struct node_fixture *fixture, const char *reference, const char *event)
{
	if (strcmp(event, "cancelled") == 0)
		(void)node_fixture_lodge(fixture, "gom", reference, cancel,
					 PAIRS("original", "I1", "reference", reference));
	else
		(void)node_fixture_lodge(
			fixture, "hai-quan", reference, response,
			PAIRS("event", event, "reference", reference, "reason", "R01"));
}

static const char *left(struct node_fixture *fixture, uint64_t certificate)
{
	struct message message = node_fixture_message(fixture, certificate);
	struct balance balance;
	struct balance_item *items;
	const char *text = "";
	size_t count;

	node_fixture_begin(fixture);
	assert_int_equal(balance_load(&fixture->turn, certificate, &balance), OK);
	assert_int_equal(balance_items(&fixture->turn, &message, &balance, &items, &count), OK);
	for (size_t i = 0; i < count; i++)
		text = arena_format(fixture->arena, "%s%s%s %s", text, i == 0 ? "" : ", ",
				    items[i].left, items[i].unit);
	node_fixture_drop(fixture);
	return text;
}

static void assert_whole(struct node_fixture *fixture)
{
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries;

	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "");
}

/* One after the other; "$" is the first declaration, "@" the second. */
static void each_write_off_takes_what_is_left_and_no_more(void **state)
{
	static const struct {
		const char *use, *declaration; /* "" no declaration that is here */
		const char *finding, *value;
		const char *left, *state;
	} steps[] = {
		{"1 1800 PCE", "$", NULL, "", "600 PCE, 0.3 MTK, 1020.5 KGM", "partly-used"},
		{"1 600.000001 PCE", "$", "balance-exceeded", "1: 600 PCE",
		 "600 PCE, 0.3 MTK, 1020.5 KGM", "partly-used"},
		{"1 1 KGM", "$", "unit-differs", "1: PCE", "600 PCE, 0.3 MTK, 1020.5 KGM",
		 "partly-used"},
		{"4 1 PCE", "$", "item-unknown", "4", "600 PCE, 0.3 MTK, 1020.5 KGM",
		 "partly-used"},
		{"1 0 PCE", "$", "balance-exceeded", "1: 600 PCE", "600 PCE, 0.3 MTK, 1020.5 KGM",
		 "partly-used"},
		{"1 600 PCE", "999", "declaration-unknown", "999", "600 PCE, 0.3 MTK, 1020.5 KGM",
		 "partly-used"},
		{"2 0.1 MTK", "@", NULL, "", "600 PCE, 0.2 MTK, 1020.5 KGM", "partly-used"},
		{"2 0.2 MTK", "@", NULL, "", "600 PCE, 0 MTK, 1020.5 KGM", "partly-used"},
		{"2 0.000001 MTK", "@", "balance-exceeded", "2: 0 MTK",
		 "600 PCE, 0 MTK, 1020.5 KGM", "partly-used"},
		{"3 1020.5 KGM", "$", NULL, "", "600 PCE, 0 MTK, 0 KGM", "partly-used"},
		{"1 600 PCE", "@", NULL, "", "0 PCE, 0 MTK, 0 KGM", "used-up"},
		{"1 1 PCE", "@", "balance-exceeded", "1: 0 PCE", "0 PCE, 0 MTK, 0 KGM", "used-up"},
	};
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *first = import(fixture, "I1"), *second = import(fixture, "I2");

	assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *declaration = steps[i].declaration[0] == '$'   ? first
					  : steps[i].declaration[0] == '@' ? second
									   : steps[i].declaration;

		say(fixture, arena_format(fixture->arena, "S%zu", i), "used",
		    row(fixture, steps[i].use, declaration), "");
		if (strcmp(left(fixture, certificate), steps[i].left) != 0)
			fail_msg("step %zu: %s", i, left(fixture, certificate));
		assert_string_equal(node_fixture_message(fixture, certificate).state,
				    steps[i].state);
		assert_int_equal(fixture->findings.count, steps[i].finding == NULL ? 0 : 1);
		if (steps[i].finding == NULL)
			continue;
		assert_string_equal(fixture->findings.items[0].code, steps[i].finding);
		assert_string_equal(fixture->findings.items[0].value, steps[i].value);
	}
	assert_int_equal(node_fixture_count(fixture, "CertificateUsed", 0), 5);
	assert_whole(fixture);
}

static void one_notice_that_takes_too_much_in_all_takes_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *number = import(fixture, "I1");

	say(fixture, "S1", "used",
	    arena_format(fixture->arena, "%s%s", row(fixture, "1 2000 PCE", number),
			 row(fixture, "1 401 PCE", number)),
	    "");
	assert_true(node_fixture_found(fixture, "balance-exceeded"));
	assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	assert_int_equal(node_fixture_count(fixture, "CertificateUsed", 0), 0);
	assert_whole(fixture);
}

static void two_in_one_commit_do_not_take_the_same_goods(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *number = import(fixture, "I1");
	const char *table =
		arena_format(fixture->arena, USES "%s", row(fixture, "1 1300 PCE", number));
	unsigned taken = 0;

	node_fixture_begin(fixture);
	for (int i = 0; i < 2; i++) {
		const char *reference = arena_format(fixture->arena, "S%d", i);

		taken += node_fixture_accept(
				 fixture, "hai-quan", reference, status,
				 PAIRS("reference", reference, "event", "used", "uses", table))
				 .verdict == INTAKE_ACCEPTED;
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(taken, 1);
	assert_string_equal(left(fixture, certificate), "1100 PCE, 0.3 MTK, 1020.5 KGM");
}

static void what_is_reversed_can_be_used_again(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *number = import(fixture, "I1");

	say(fixture, "S1", "used", row(fixture, "1 2400 PCE", number), "");
	say(fixture, "S2", "used", row(fixture, "2 0.3 MTK", number), "");
	say(fixture, "S3", "reversed", "", "S9");
	assert_true(node_fixture_found(fixture, "nothing-to-reverse"));
	say(fixture, "S4", "reversed", "", "S1");
	assert_string_equal(left(fixture, certificate), "2400 PCE, 0 MTK, 1020.5 KGM");
	assert_string_equal(node_fixture_message(fixture, certificate).state, "partly-used");
	say(fixture, "S5", "reversed", row(fixture, "2 0.3 MTK", number), "");
	assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	assert_string_equal(node_fixture_message(fixture, certificate).state, "accepted");
	say(fixture, "S6", "used", row(fixture, "1 2160 KGM", number), "");
	assert_string_equal(left(fixture, certificate), "0 KGM, 0.3 MTK, 1020.5 KGM");
	assert_whole(fixture);
}

/* Nobody takes a declaration back while it uses a certificate: the country of issue would not be told. */
static void
a_declaration_that_uses_a_certificate_is_not_taken_back_before_that_is_reversed(void **state)
{
	static const struct {
		const char *event, *state;
	} ends[] = {
		{"cancelled", "cancelled"}, {"invalidated", "cancelled"}, {"rejected", "rejected"}};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct node_fixture *fixture;
		uint64_t certificate, declaration;
		const char *number;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		certificate = arrive(fixture, 1, form_d, none);
		number = import(fixture, "I1");
		declaration = node_fixture_record(fixture, "Registered", 0).message;
		say(fixture, "S1", "used", row(fixture, "1 1800 PCE", number), "");
		take_back(fixture, "X1", ends[i].event);
		assert_true(node_fixture_found(fixture, "certificate-used"));
		assert_string_equal(fixture->findings.items[0].value, "D2026-1");
		assert_string_equal(node_fixture_message(fixture, declaration).state, "registered");
		assert_string_equal(left(fixture, certificate), "600 PCE, 0.3 MTK, 1020.5 KGM");
		say(fixture, "S2", "reversed", "", "S1");
		assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
		take_back(fixture, "X2", ends[i].event);
		assert_int_equal(fixture->findings.count, 0);
		assert_string_equal(node_fixture_message(fixture, declaration).state,
				    ends[i].state);
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* Else a declaration that used it could never be taken back. */
static void a_write_off_is_reversed_whatever_became_of_the_certificate(void **state)
{
	static const char *const events[] = {"questioned", "not-accepted"};

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct node_fixture *fixture;
		uint64_t certificate;
		const char *now;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		certificate = arrive(fixture, 1, form_d, none);
		say(fixture, "S1", "used", row(fixture, "1 1800 PCE", import(fixture, "I1")), "");
		say(fixture, "S2", events[i], "", "");
		now = node_fixture_message(fixture, certificate).state;
		say(fixture, "S3", "reversed", "", "S1");
		assert_int_equal(fixture->findings.count, 0);
		assert_string_equal(node_fixture_message(fixture, certificate).state, now);
		assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void a_declaration_that_came_after_the_last_day_uses_nothing(void **state)
{
	static const struct {
		const char *until, *day;
		bool is_late;
	} cases[] = {
		{"20271119", "2027-11-19", false}, {"20271119", "2027-11-20", true},
		{"", "2027-11-20", false},         {"", "2027-11-21", true},
		{"20270302", "2027-03-03", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		const char *number;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		(void)arrive(fixture, 1, form_d, PAIRS("until", cases[i].until));
		node_fixture_set_date(fixture, cases[i].day);
		number = import(fixture, "I1");
		say(fixture, "S1", "used", row(fixture, "1 1 PCE", number), "");
		if (node_fixture_found(fixture, "certificate-expired") != cases[i].is_late)
			fail_msg("case %zu", i);
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
	assert_false(more);
}

static const char *state_of(struct node_fixture *fixture, uint64_t number)
{
	return node_fixture_message(fixture, number).state;
}

/* What came in time is still written off of it; nothing else is. */
static void a_certificate_ends_behind_its_last_day_and_serves_what_came_in_time(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *in_time = import(fixture, "I1"), *late;

	say(fixture, "S1", "used", row(fixture, "1 1800 PCE", in_time), "");
	pass(fixture, "2027-11-19");
	assert_string_equal(state_of(fixture, certificate), "partly-used");
	pass(fixture, "2027-11-20");
	pass(fixture, "2027-11-20");
	assert_string_equal(state_of(fixture, certificate), "expired");
	assert_int_equal(node_fixture_count(fixture, "Expired", certificate), 1);
	assert_string_equal(node_fixture_attribute(fixture, "Expired", certificate, "until"),
			    "2027-11-19");
	late = import(fixture, "I2");
	say(fixture, "S2", "used", row(fixture, "1 600 PCE", late), "");
	assert_true(node_fixture_found(fixture, "certificate-expired"));
	say(fixture, "S3", "used", row(fixture, "1 500 PCE", in_time), "");
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(left(fixture, certificate), "100 PCE, 0.3 MTK, 1020.5 KGM");
	assert_string_equal(state_of(fixture, certificate), "expired");
	say(fixture, "S4", "reversed", "", "S1");
	assert_string_equal(left(fixture, certificate), "1900 PCE, 0.3 MTK, 1020.5 KGM");
	assert_string_equal(state_of(fixture, certificate), "expired");
	assert_whole(fixture);
}

static void what_is_asked_about_ends_when_that_is_answered(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);

	say(fixture, "S1", "questioned", "", "");
	pass(fixture, "2027-11-20");
	pass(fixture, "2027-11-25");
	assert_string_equal(state_of(fixture, certificate), "under-verification");
	say(fixture, "S2", "not-accepted", "", "");
	pass(fixture, "2027-11-26");
	assert_string_equal(state_of(fixture, certificate), "not-accepted");
	assert_int_equal(node_fixture_count(fixture, "Expired", 0), 0);
	assert_whole(fixture);
}

static void ours_end_too_and_twelve_months_where_none_are_said(void **state)
{
	static const struct {
		const char *issued, *until, *last, *behind;
	} cases[] = {{"2026-11-20", "", "2027-11-20", "2027-11-21"},
		     {"2028-02-29", "", "2029-02-28", "2029-03-01"},
		     {"2026-11-20", "2027-05-31", "2027-05-31", "2027-06-01"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		uint64_t certificate;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		certificate = node_fixture_lodge(
				      fixture, "bct", "co", node_fixture_certificate,
				      PAIRS("issued", cases[i].issued, "until", cases[i].until))
				      .message;
		pass(fixture, cases[i].last);
		assert_string_equal(state_of(fixture, certificate), "issued");
		pass(fixture, cases[i].behind);
		assert_string_equal(state_of(fixture, certificate), "expired");
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static uint64_t record_paper(struct node_fixture *fixture, const char *reference)
{
	return node_fixture_lodge(fixture, "hai-quan", reference, paper,
				  PAIRS("reference", reference))
		.message;
}

/* Whichever of the two is looked at, and whatever was done with the paper meanwhile. */
static void a_paper_recorded_by_hand_counts_once_with_its_electronic_copy(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t by_hand = record_paper(fixture, "P1"), electronic;
	const char *number = import(fixture, "I1");

	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(state_of(fixture, by_hand), "checked");
	(void)record_paper(fixture, "P2");
	assert_true(node_fixture_found(fixture, "duplicate"));
	say(fixture, "S1", "accepted", "", "");
	say(fixture, "S2", "used", row(fixture, "1 1800 PCE", number), "");
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(state_of(fixture, by_hand), "partly-used");
	assert_whole(fixture);
	electronic = arrive(fixture, 1, form_d, none);
	assert_string_equal(state_of(fixture, by_hand), "replaced");
	assert_string_equal(state_of(fixture, electronic), "partly-used");
	assert_int_equal(node_fixture_count(fixture, "CopyArrived", by_hand), 1);
	assert_int_equal(node_fixture_count(fixture, "CopyArrived", electronic), 1);
	assert_string_equal(left(fixture, electronic), "600 PCE, 0.3 MTK, 1020.5 KGM");
	say(fixture, "S3", "used", row(fixture, "1 601 PCE", number), "");
	assert_true(node_fixture_found(fixture, "balance-exceeded"));
	assert_non_null(
		strstr(fixture->findings.items[0].en, "Item 1: 601 PCE asked, 600 PCE left."));
	take_back(fixture, "X1", "invalidated");
	assert_true(node_fixture_found(fixture, "certificate-used"));
	say(fixture, "S4", "reversed", "", "S2");
	assert_string_equal(left(fixture, electronic), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	take_back(fixture, "X2", "invalidated");
	assert_int_equal(fixture->findings.count, 0);
	assert_whole(fixture);
}

static void what_is_here_electronically_is_not_recorded_from_paper(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t electronic = arrive(fixture, 1, form_d, none);

	(void)record_paper(fixture, "P1");
	assert_true(node_fixture_found(fixture, "duplicate"));
	say(fixture, "S1", "accepted", "", "");
	assert_string_equal(state_of(fixture, electronic), "accepted");
}

static void only_customs_records_paper_and_speaks_of_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t by_hand;

	(void)node_fixture_lodge(fixture, "gom", "mine", paper,
				 PAIRS("reference", "P1", "from", "0100101308"));
	assert_true(node_fixture_found(fixture, "not-allowed"));
	by_hand = record_paper(fixture, "P2");
	say(fixture, "S1", "not-accepted", "", "");
	assert_string_equal(state_of(fixture, by_hand), "not-accepted");
	/* what was refused stays refused */
	assert_string_equal(state_of(fixture, arrive(fixture, 1, form_d, none)), "not-accepted");
	assert_whole(fixture);
}

static void nothing_is_used_of_what_is_asked_about_or_not_accepted(void **state)
{
	static const char *const events[] = {"questioned", "not-accepted"};

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct node_fixture *fixture;
		const char *number;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		(void)arrive(fixture, 1, form_d, none);
		number = import(fixture, "I1");
		say(fixture, "S1", events[i], "", "");
		say(fixture, "S2", "used", row(fixture, "1 1 PCE", number), "");
		assert_true(node_fixture_found(fixture, "not-in-this-state"));
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void what_was_asked_about_goes_on_where_it_was(void **state)
{
	static const char *const answer[] = {"kind",        "asw.verification",
					     "schema",      "asw.verification/1",
					     "reference",   "V1",
					     "meaning",     "other",
					     "follows",     "asw.form-d",
					     "country",     "TH",
					     "issuer",      "TH",
					     "certificate", "D2026-1",
					     "issued",      "20261120",
					     "event",       "answered",
					     "destination", "VN",
					     "original",    "S2",
					     NULL};
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);
	const char *number = import(fixture, "I1");

	fixture->routes[fixture->config.route_count] = fixture->routes[0];
	fixture->routes[fixture->config.route_count].id = "answers";
	fixture->routes[fixture->config.route_count].kind = "asw.verification";
	fixture->routes[fixture->config.route_count].on = "received";
	fixture->routes[fixture->config.route_count].to = "role:customs";
	fixture->routes[fixture->config.route_count++].consent = "";
	say(fixture, "S1", "used", row(fixture, "1 1 PCE", number), "");
	say(fixture, "S2", "questioned", "", "");
	assert_string_equal(node_fixture_message(fixture, certificate).state, "under-verification");
	(void)arrive(fixture, 2, answer, none);
	assert_string_equal(node_fixture_message(fixture, certificate).state, "partly-used");
	assert_int_equal(node_fixture_count(fixture, "Answered", certificate), 1);
}

/* In the hub's form, where import declarations are lodged too: the country of the fixture stands for it. */
static void a_write_off_in_the_form_of_the_hub_names_a_declaration_that_is_here(void **state)
{
	static const char *const countries[] = {"VN", "TH VN", "TH", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		struct node_fixture *fixture;
		const char *table;

		assert_int_equal(open_with_status((void **)&fixture), 0);
		(void)arrive(fixture, 1, form_d, none);
		table = arena_format(fixture->arena, USES "%s",
				     row(fixture, "1 1 PCE", "A0281126110456"));
		(void)node_fixture_lodge(fixture, "hai-quan", "S1", status,
					 PAIRS("reference", "S1", "event", "used", "uses", table,
					       "usesFor", "", "usesKnownIn", countries[i]));
		assert_int_equal(node_fixture_found(fixture, "declaration-unknown"), i < 2);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* What the importing country says is shown as it says it; a number of ours in it means nothing. */
static void what_a_partner_writes_off_is_seen_by_who_issued_it(void **state)
{
	struct node_fixture *fixture = *state;
	const char *home = import(fixture, "I1");
	uint64_t certificate = node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
						  PAIRS("goods", GOODS))
				       .message;
	const char *table =
		arena_format(fixture->arena, USES "%s%s", row(fixture, "1 3000 PCE", home),
			     row(fixture, "7 1 PCE", "A1"));

	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	node_fixture_translate(fixture);
	(void)node_fixture_send(fixture, "TH");
	(void)arrive(fixture, 1, partner_status,
		     PAIRS("reference", "T1", "event", "used", "uses", table));
	assert_string_equal(left(fixture, certificate), "-600 PCE, 0.3 MTK, 1020.5 KGM, -1 PCE");
	assert_string_equal(node_fixture_message(fixture, certificate).state, "partly-used");
	assert_int_equal(node_fixture_count(fixture, "CertificateUsed", 0), 0);
	(void)arrive(fixture, 2, partner_status,
		     PAIRS("reference", "T2", "event", "reversed", "reverses", "T1"));
	assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	assert_string_equal(node_fixture_message(fixture, certificate).state, "accepted");
	assert_whole(fixture);
}

static void a_balance_that_is_gone_or_too_much_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	struct ledger_verdict verdict = {.what = ""};
	struct balance balance;
	uint64_t certificate = arrive(fixture, 1, form_d, none), entries;
	const char *number = import(fixture, "I1");

	say(fixture, "S1", "used", row(fixture, "1 1 PCE", number), "");
	assert_whole(fixture);
	node_fixture_begin(fixture);
	assert_int_equal(balance_load(&fixture->turn, certificate, &balance), OK);
	balance.uses[0].notice = 99999;
	assert_int_equal(balance_save(&fixture->turn, certificate, &balance), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "a balance counts what no message says");
	balance.count = 0;
	node_fixture_begin(fixture);
	assert_int_equal(balance_save(&fixture->turn, certificate, &balance), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	verdict = (struct ledger_verdict){.what = ""};
	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "a certificate is used and has no balance");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_status, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(each_write_off_takes_what_is_left_and_no_more),
		CASE(one_notice_that_takes_too_much_in_all_takes_nothing),
		CASE(two_in_one_commit_do_not_take_the_same_goods),
		CASE(what_is_reversed_can_be_used_again),
		CASE(a_declaration_that_uses_a_certificate_is_not_taken_back_before_that_is_reversed),
		CASE(a_write_off_is_reversed_whatever_became_of_the_certificate),
		cmocka_unit_test(a_declaration_that_came_after_the_last_day_uses_nothing),
		CASE(a_certificate_ends_behind_its_last_day_and_serves_what_came_in_time),
		CASE(what_is_asked_about_ends_when_that_is_answered),
		CASE(a_paper_recorded_by_hand_counts_once_with_its_electronic_copy),
		CASE(what_is_here_electronically_is_not_recorded_from_paper),
		CASE(only_customs_records_paper_and_speaks_of_it),
		cmocka_unit_test(ours_end_too_and_twelve_months_where_none_are_said),
		cmocka_unit_test(nothing_is_used_of_what_is_asked_about_or_not_accepted),
		CASE(what_was_asked_about_goes_on_where_it_was),
		CASE(what_a_partner_writes_off_is_seen_by_who_issued_it),
		cmocka_unit_test(
			a_write_off_in_the_form_of_the_hub_names_a_declaration_that_is_here),
		CASE(a_balance_that_is_gone_or_too_much_is_told),
	};

	return cmocka_run_group_tests_name("balance", tests, NULL, NULL);
}
