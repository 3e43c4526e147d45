/*
 * by_hand: a paper certificate that customs recorded and its electronic copy are one certificate, however the number is
 * written; what the two do not say alike is told, and what was used and does not fit lets nothing more be used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema_files.h"
#include "node/balance.h"
#include "node/by_hand.h"
#include "node/certificate.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/index_check.h"
#include "node/inquiry.h"
#include "tests/support/node_fixture.h"
#include "tests/support/registry.h"

static const char *const none[] = {NULL};

static const struct config_procedure procedures[] = {
	{"CO-D-SD", "vn.co-status", "", "", 1, "checked", 0, false},
	{"CO-D-GIAY", "vn.co-paper", "", "", 1, "checked", 0, false},
};

static const struct config_route routes[] = {
	{"ASEAN", "form-d-received", "VN", "asw.form-d", "received", "role:customs",
	 "vn.co-received", "", "law", "", "", NULL, 0},
	{"ASEAN", "cancel-received", "VN", "asw.cancel", "received", "role:customs", "", "", "law",
	 "", "", NULL, 0},
};

#define HEAD "item\ths\tquantity\tunit\tgross\tgrossUnit\n"
#define GOODS HEAD "1\t69111000\t2400\tPCE\t2160\tKGM\n2\t69072292\t50\tMTK\t100\tKGM"
#define USES "item\tquantity\tunit\tdeclaration\toffice\tdate"

/* clang-format off */
static const char *const status[] = {
	"kind", "vn.co-status", "schema", "vn.co-status/1", "procedure", "CO-D-SD", "lodgedBy", "customs",
	"life", "notice", "follows", "asw.form-d vn.co-paper", "year", "2026", "type", "1", "version", "",
	"from", "TCHQ", "function", "01", "meaning", "original", "country", "VN", "destination", "TH",
	"issuer", "TH", "certificate", "D2026-1", "issued", "2026-11-20", "usesFor", "known", NULL};

static const char *const form_d[] = {
	"kind", "asw.form-d", "schema", "asw.form-d/1", "reference", "D2026-1", "meaning", "original",
	"country", "TH", "destination", "VN", "certificate", "D2026-1", "issued", "20261120",
	"document", "861", "arrivesAs", "foreign-certificate", "until", "20271119", "goods", GOODS, NULL};

static const char *const paper[] = {
	"kind", "vn.co-paper", "schema", "vn.co-paper/1", "procedure", "CO-D-GIAY", "lodgedBy", "customs",
	"life", "foreign-certificate", "year", "2026", "type", "1", "version", "", "from", "TCHQ",
	"function", "01", "meaning", "original", "country", "VN", "issuer", "TH", "certificate", "D2026-1",
	"issued", "2026-11-20", "document", "861", "office", "03CC", "until", "2027-11-19", "goods", GOODS, NULL};

static const char *const cancellation[] = {
	"kind", "asw.cancel", "schema", "asw.cancel/1", "reference", "C1", "meaning", "other",
	"follows", "asw.form-d", "document", "861", "country", "TH", "issuer", "TH",
	"certificate", "D2026-1", "issued", "20261120", "event", "cancelled", NULL};
/* clang-format on */

static int open_here(void **state)
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

static uint64_t record_paper(struct node_fixture *fixture, const char *const *changes)
{
	static unsigned serial;
	const char *reference = arena_format(fixture->arena, "P%u", ++serial);
	struct facts facts = node_fixture_facts(fixture, paper, changes);
	const char **pairs = arena_alloc_array(fixture->arena, 2 * facts.count + 3, sizeof(*pairs));
	size_t count = 0;

	for (size_t i = 0; i < facts.count; i++) {
		pairs[count++] = facts.items[i].name;
		pairs[count++] = facts.items[i].value;
	}
	pairs[count++] = "reference";
	pairs[count++] = reference;
	return node_fixture_lodge(fixture, "hai-quan", reference, pairs, none).message;
}

static const char *import(struct node_fixture *fixture, const char *reference, const char *proofs)
{
	uint64_t number = node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
					     PAIRS("reference", reference, "proofs", proofs))
				  .message;

	node_fixture_register(fixture);
	return node_fixture_message(fixture, number).registered;
}

/* "1 1800 PCE", of the declaration; "": none. */
static void say(struct node_fixture *fixture, const char *reference, const char *event,
		const char *use, const char *declaration, const char *const *changes)
{
	char item[16] = "", quantity[32] = "", unit[16] = "";
	const char *table = USES;
	const char *pairs[32] = {"reference", reference, "event", event};
	size_t count = 4;

	if (sscanf(use, "%15s %31s %15s", item, quantity, unit) == 3)
		table = arena_format(fixture->arena, USES "\n%s\t%s\t%s\t%s\t03CC\t2026-11-23",
				     item, quantity, unit, declaration);
	pairs[count++] = "uses";
	pairs[count++] = table;
	while (*changes != NULL)
		pairs[count++] = *changes++;
	(void)node_fixture_lodge(fixture, "hai-quan", reference, status, pairs);
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
		text = arena_format(fixture->arena, "%s%s%s: %s %s", text, i == 0 ? "" : ", ",
				    items[i].item, items[i].left, items[i].unit);
	node_fixture_drop(fixture);
	return text;
}

static const char *state_of(struct node_fixture *fixture, uint64_t message)
{
	return node_fixture_message(fixture, message).state;
}

static void assert_whole(struct node_fixture *fixture)
{
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries;

	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "");
}

/* What the record of the copy found, as JSON; "": nothing. */
static const char *found_on(struct node_fixture *fixture, uint64_t message)
{
	struct record record = node_fixture_record(fixture, "CopyArrived", message);
	struct bytes payload;

	if (record.payload_count == 0)
		return "";
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, record.number, 0, fixture->arena, &payload),
		OK);
	return arena_text(fixture->arena, payload);
}

static const struct spelling {
	const char *number, *issued, *issuer;
	bool is_same;
} spellings[] = {
	{"D2026-1", "2026-11-20", "TH", true},   {"D2026-1", "2026-11-19", "TH", true},
	{"d2026-1", "2026-11-20", "TH", true},   {"D2026/1", "2026-11-20", "TH", true},
	{"D 2026 1", "2026-11-18", "TH", true},  {"D20261", "2026-11-20", "TH", true},
	{" D.2026_1", "2026-11-20", "TH", true}, {"D2026-2", "2026-11-20", "TH", false},
	{"E2026-1", "2026-11-20", "TH", false},  {"D2026-1", "2026-11-20", "MM", false},
};

static void a_number_counts_once_however_it_is_written_and_whatever_its_date(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(spellings) / sizeof(spellings[0]); i++) {
		const struct spelling *spelling = &spellings[i / 2];
		struct node_fixture *fixture;

		assert_int_equal(open_here((void **)&fixture), 0);
		if (i % 2 == 0)
			(void)record_paper(fixture, none);
		else
			(void)arrive(fixture, 1, form_d, none);
		assert_int_equal(fixture->findings.count, 0);
		(void)record_paper(fixture, PAIRS("certificate", spelling->number, "issued",
						  spelling->issued, "issuer", spelling->issuer));
		assert_int_equal(node_fixture_found(fixture, "duplicate"), spelling->is_same);
		assert_int_equal(fixture->findings.count, spelling->is_same);
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* As it stands on the paper, the declaration that names it so, and what is used of it, go on with the copy. */
static void a_copy_takes_the_place_of_a_paper_that_was_written_otherwise(void **state)
{
	struct node_fixture *fixture = *state;
	const char *const as_typed[] = {"certificate", "d 2026/1", "issued", "2026-11-19", NULL};
	const char *number =
		import(fixture, "I1",
		       "type\tcountry\tnumber\tissued\nPAPER-FORM-D\tTH\td 2026/1\t2026-11-19");
	uint64_t by_hand = record_paper(fixture, as_typed), electronic;

	say(fixture, "S1", "used", "1 1800 PCE", number, as_typed);
	assert_int_equal(fixture->findings.count, 0);
	electronic = arrive(fixture, 1, form_d, none);
	assert_string_equal(state_of(fixture, by_hand), "replaced");
	assert_string_equal(state_of(fixture, electronic), "partly-used");
	assert_string_equal(left(fixture, electronic), "1: 600 PCE, 2: 50 MTK");
	assert_int_equal(node_fixture_count(fixture, "Paired", electronic), 1);
	assert_non_null(strstr(found_on(fixture, electronic), "d 2026/1 / D2026-1"));
	assert_non_null(strstr(found_on(fixture, electronic), "2026-11-19 / 2026-11-20"));
	assert_non_null(strstr(found_on(fixture, by_hand), "copy-differs"));
	say(fixture, "S2", "used", "1 601 PCE", number, as_typed);
	assert_true(node_fixture_found(fixture, "balance-exceeded"));
	say(fixture, "S3", "used", "1 601 PCE", number, none);
	assert_true(node_fixture_found(fixture, "balance-exceeded"));
	say(fixture, "S4", "used", "1 600 PCE", number, none);
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(left(fixture, electronic), "1: 0 PCE, 2: 50 MTK");
	(void)record_paper(fixture, as_typed);
	assert_true(node_fixture_found(fixture, "duplicate"));
	assert_whole(fixture);
}

static const struct misfit {
	const char *goods; /* of the electronic copy */
	const char *left;
	const char *missing; /* "": it fits */
} misfits[] = {
	{GOODS, "1: 600 PCE, 2: 50 MTK", ""},
	{HEAD "1\t69111000\t1000\tPCE\t2160\tKGM\n2\t69072292\t50\tMTK\t100\tKGM",
	 "1: -800 PCE, 2: 50 MTK", "1: -800 PCE"},
	{HEAD "1\t69111000\t200\tDZN\t2160\tKGM\n2\t69072292\t50\tMTK\t100\tKGM",
	 "1: 2160 KGM, 2: 50 MTK, 1: -1800 PCE", "1: -1800 PCE"},
	{HEAD "7\t69111000\t2400\tPCE\t2160\tKGM\n2\t69072292\t50\tMTK\t100\tKGM",
	 "7: 2400 PCE, 2: 50 MTK, 1: -1800 PCE", "1: -1800 PCE"},
	{HEAD "1\t69072292\t5000\tPCE\t2160\tKGM\n2\t69111000\t2400\tPCE\t100\tKGM",
	 "1: 5000 PCE, 2: 2400 PCE, 1 (691110): -1800 PCE", "1 (691110): -1800 PCE"},
};

static void what_was_used_and_does_not_fit_the_copy_lets_nothing_more_be_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(misfits) / sizeof(misfits[0]); i++) {
		const struct misfit *misfit = &misfits[i];
		bool fits = misfit->missing[0] == '\0';
		struct node_fixture *fixture;
		const char *number;
		uint64_t electronic;

		assert_int_equal(open_here((void **)&fixture), 0);
		number = import(fixture, "I1", "");
		(void)record_paper(fixture, none);
		say(fixture, "S1", "used", "1 1800 PCE", number, none);
		electronic = arrive(fixture, 1, form_d, PAIRS("goods", misfit->goods));
		assert_string_equal(left(fixture, electronic), misfit->left);
		assert_string_equal(state_of(fixture, electronic), "partly-used");
		if (fits)
			assert_string_equal(found_on(fixture, electronic), "");
		else
			assert_non_null(strstr(found_on(fixture, electronic), misfit->missing));
		say(fixture, "S2", "used", i == 4 ? "2 1 PCE" : "2 1 MTK", number, none);
		assert_int_equal(node_fixture_found(fixture, "balance-unsettled"), !fits);
		say(fixture, "S3", "reversed", "", "", PAIRS("reverses", "S1"));
		assert_int_equal(fixture->findings.count, 0);
		say(fixture, "S4", "used", i == 4 ? "2 1 PCE" : "2 1 MTK", number, none);
		assert_int_equal(fixture->findings.count, 0);
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* All of the paper was used: half of what the copy certifies. And the other way round. */
static void how_much_is_used_is_reckoned_by_the_copy(void **state)
{
	static const struct {
		const char *on_paper, *here, *was, *is;
	} cases[] = {
		{HEAD "1\t69111000\t1800\tPCE\t\t", HEAD "1\t69111000\t3600\tPCE\t\t", "used-up",
		 "partly-used"},
		{HEAD "1\t69111000\t2400\tPCE\t\t", HEAD "1\t69111000\t1800\tPCE\t\t",
		 "partly-used", "used-up"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		uint64_t by_hand;
		const char *number;

		assert_int_equal(open_here((void **)&fixture), 0);
		number = import(fixture, "I1", "");
		by_hand = record_paper(fixture, PAIRS("goods", cases[i].on_paper));
		say(fixture, "S1", "used", "1 1800 PCE", number, none);
		assert_string_equal(state_of(fixture, by_hand), cases[i].was);
		assert_string_equal(state_of(fixture, arrive(fixture, 1, form_d,
							     PAIRS("goods", cases[i].here))),
				    cases[i].is);
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void what_was_given_back_on_paper_is_accepted_and_not_used(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = import(fixture, "I1", "");

	(void)record_paper(fixture, none);
	say(fixture, "S1", "used", "1 1800 PCE", number, none);
	say(fixture, "S2", "reversed", "", "", PAIRS("reverses", "S1"));
	assert_string_equal(state_of(fixture, arrive(fixture, 1, form_d, none)), "accepted");
	assert_whole(fixture);
}

/* Its issuer took it back while it was on paper: the copy that comes late is not good either. */
static void a_paper_that_its_issuer_cancelled_makes_no_good_copy(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t by_hand = record_paper(fixture, none), electronic;
	const char *number = import(fixture, "I1", "");

	(void)arrive(fixture, 1, cancellation, PAIRS("follows", "asw.form-d vn.co-paper"));
	assert_string_equal(state_of(fixture, by_hand), "cancelled");
	electronic = arrive(fixture, 2, form_d, none);
	assert_string_equal(state_of(fixture, electronic), "cancelled");
	say(fixture, "S1", "used", "1 1 PCE", number, none);
	assert_true(node_fixture_found(fixture, "not-in-this-state"));
	assert_whole(fixture);
}

/* Before the paper was recorded or after, and however that was typed; another country's of this number is not meant. */
static void what_its_issuer_takes_back_is_taken_back_on_paper_too(void **state)
{
	static const struct {
		const char *number, *issued, *issuer, *state;
	} cases[] = {
		{"D2026-1", "2026-11-20", "TH", "cancelled"},
		{"d 2026/1", "2026-11-19", "TH", "cancelled"},
		{"D2026-2", "2026-11-20", "TH", "checked"},
		{"D2026-1", "2026-11-20", "MM", "checked"},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const as_typed[] = {
			"certificate", cases[i / 2].number, "issued", cases[i / 2].issued,
			"issuer",      cases[i / 2].issuer, NULL};
		const char *const follows[] = {"follows", "asw.form-d vn.co-paper", NULL};
		struct node_fixture *fixture;
		uint64_t by_hand;
		const char *number;

		assert_int_equal(open_here((void **)&fixture), 0);
		if (i % 2 == 0) { /* what it says behind that takes nothing away */
			(void)arrive(fixture, 1, cancellation, follows);
			(void)arrive(fixture, 2, cancellation,
				     PAIRS("follows", "asw.form-d vn.co-paper", "reference", "C2",
					   "event", "answered"));
		}
		by_hand = record_paper(fixture, as_typed);
		if (i % 2 == 1)
			(void)arrive(fixture, 1, cancellation, follows);
		assert_string_equal(state_of(fixture, by_hand), cases[i / 2].state);
		number = import(fixture, "I1", "");
		say(fixture, "S1", "used", "1 1 PCE", number, as_typed);
		assert_int_equal(node_fixture_found(fixture, "not-in-this-state"),
				 strcmp(cases[i / 2].state, "cancelled") == 0);
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* The clock is 2026-11-23. A declaration of the last day can bring its certificate for twelve months. */
static void what_cannot_be_in_force_is_not_recorded(void **state)
{
	static const struct {
		const char *issuer, *issued, *until, *today, *code; /* "": it is taken */
	} cases[] = {
		{"TH", "2026-11-20", "", "2026-11-23", ""},
		{"TH", "2026-11-23", "", "2026-11-23", ""},
		{"TH", "2026-11-24", "", "2026-11-23", "issued-ahead"},
		{"TH", "2062-11-20", "", "2026-11-23", "issued-ahead"},
		{"VN", "2026-11-20", "", "2026-11-23", "issued-here"},
		{"TH", "2024-11-23", "", "2026-11-23", ""},
		{"TH", "2024-11-22", "", "2026-11-23", "paper-ended"},
		{"TH", "2016-11-20", "2099-12-31", "2026-11-23", "paper-ended"},
		{"TH", "2025-01-01", "2025-06-01", "2026-11-23", "paper-ended"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;

		assert_int_equal(open_here((void **)&fixture), 0);
		node_fixture_set_date(fixture, cases[i].today);
		(void)record_paper(fixture, PAIRS("issuer", cases[i].issuer, "issued",
						  cases[i].issued, "until", cases[i].until));
		assert_int_equal(fixture->findings.count, cases[i].code[0] != '\0');
		if (cases[i].code[0] != '\0')
			assert_true(node_fixture_found(fixture, cases[i].code));
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void an_officer_records_paper_for_an_office_of_theirs(void **state)
{
	static const struct {
		const char *offices, *named;
		bool is_theirs;
	} cases[] = {
		{"03CC", "03CC", true},     {"03CC", "03CC/02", true}, {"03CC/02", "03CC/02", true},
		{"03CC", "01PL", false},    {"03CC", "XXXX", false},   {"03CC", "", false},
		{"03CC/02", "03CC", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		struct intake intake = {.party = "hai-quan",
					.document = bytes_of_text("<paper/>"),
					.repeat = {.key = ""},
					.principal = "",
					.expected = {.message = "", .decision = "", .reason = ""}};
		struct intake_answer answer;

		assert_int_equal(open_here((void **)&fixture), 0);
		registry_do(fixture, "user-add",
			    PAIRS("name", "an", "party", "hai-quan", "roles", "customs-officer",
				  "offices", cases[i].offices, "verifier", "v"));
		intake.caller = registry_sign_in(fixture, "an", "secret");
		intake.facts = node_fixture_facts(
			fixture, paper, PAIRS("reference", "P1", "office", cases[i].named));
		findings_init(&intake.findings, fixture->arena);
		node_fixture_begin(fixture);
		assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		fixture->findings = intake.findings;
		assert_int_equal(node_fixture_found(fixture, "office-not-yours"),
				 !cases[i].is_theirs);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* What the officer says of the certificate, for the declaration that is of 01PL. */
static void say_as(struct node_fixture *fixture, const char *officer, const char *reference,
		   const char *event, const char *declaration)
{
	const char *table =
		arena_format(fixture->arena, USES "\n1\t1\tPCE\t%s\t01PL\t2026-11-23", declaration);
	struct intake intake = {.party = "hai-quan",
				.document = bytes_of_text(reference),
				.repeat = {.key = ""},
				.principal = "",
				.expected = {.message = "", .decision = "", .reason = ""}};
	struct intake_answer answer;

	intake.caller = registry_sign_in(fixture, officer, reference);
	intake.facts =
		node_fixture_facts(fixture, status,
				   PAIRS("reference", reference, "event", event, "uses", table,
					 "reverses", strcmp(event, "reversed") == 0 ? "mine" : ""));
	findings_init(&intake.findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	fixture->findings = intake.findings;
}

/* Goods that somebody else's declaration used would be there again, for one's own. */
static void an_officer_uses_and_gives_back_for_declarations_of_their_offices(void **state)
{
	static const struct {
		const char *officer, *reference, *event, *finding; /* "": none */
	} steps[] = {
		{"an", "not-mine", "used", "office-not-yours"},
		{"binh", "mine", "used", ""},
		{"an", "back", "reversed", "office-not-yours"},
		{"binh", "given", "reversed", ""},
	};
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none), number;

	for (size_t i = 0; i < 2; i++)
		registry_do(fixture, "user-add",
			    PAIRS("name", i == 0 ? "an" : "binh", "party", "hai-quan", "roles",
				  "customs-officer", "offices", i == 0 ? "03CC" : "01PL",
				  "verifier", "v"));
	number = node_fixture_lodge(fixture, "gom", "I1", node_fixture_import,
				    PAIRS("reference", "I1", "office", "01PL"))
			 .message;
	node_fixture_register(fixture);
	node_fixture_translate(fixture);
	node_fixture_hand_over(fixture);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		say_as(fixture, steps[i].officer, steps[i].reference, steps[i].event,
		       node_fixture_message(fixture, number).registered);
		assert_int_equal(fixture->findings.count, steps[i].finding[0] != '\0');
		if (steps[i].finding[0] != '\0')
			assert_true(node_fixture_found(fixture, steps[i].finding));
	}
	assert_string_equal(state_of(fixture, certificate), "accepted");
	assert_whole(fixture);
}

/* The issuer does not confirm it: its copy waits for customs as the paper did. */
static void what_is_asked_and_answered_of_the_paper_is_so_of_the_copy(void **state)
{
	static const struct {
		const char *event, *state;
	} answers[] = {{"", "under-verification"}, {"not-confirmed", "not-confirmed"}};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct node_fixture *fixture;
		struct inquiry was, is;
		struct message message;
		uint64_t by_hand;

		assert_int_equal(open_here((void **)&fixture), 0);
		by_hand = record_paper(fixture, none);
		say(fixture, "S1", "questioned", "", "", none);
		if (answers[i].event[0] != '\0')
			(void)arrive(fixture, 1, cancellation,
				     PAIRS("follows", "asw.form-d vn.co-paper", "event",
					   answers[i].event, "original", "S1", "destination",
					   "VN"));
		assert_string_equal(state_of(fixture, by_hand), answers[i].state);
		message = node_fixture_message(fixture, by_hand);
		was = inquiry_of(&message.facts);
		message = node_fixture_message(
			fixture,
			arrive(fixture, answers[i].event[0] != '\0' ? 2 : 1, form_d, none));
		is = inquiry_of(&message.facts);
		assert_string_equal(message.state, answers[i].state);
		assert_int_equal(is.asked_ms, was.asked_ms);
		assert_int_equal(is.answered_ms, was.answered_ms);
		assert_string_equal(is.reference, "S1");
		assert_string_equal(is.country, "VN");
		assert_whole(fixture);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

/* Of two rows with one number only the first is used; the other is not missing for it. */
static void a_certificate_with_a_number_twice_is_used_all_the_same(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = import(fixture, "I1", "");
	uint64_t certificate =
		arrive(fixture, 1, form_d,
		       PAIRS("goods", HEAD "1\t69111000\t100\tPCE\t\t\n1\t69111000\t50\tPCE\t\t"));

	say(fixture, "S1", "used", "1 80 PCE", number, none);
	say(fixture, "S2", "used", "1 20 PCE", number, none);
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(left(fixture, certificate), "1: 0 PCE, 1: 50 PCE");
	say(fixture, "S3", "used", "1 1 PCE", number, none);
	assert_true(node_fixture_found(fixture, "balance-exceeded"));
}

/* As a program left it that put no key of the number alone. */
static uint64_t put_as_before(struct node_fixture *fixture, const char *number)
{
	const struct message_event event = {.event = "SubmissionAcceptance",
					    .actor = "party:hai-quan",
					    .attributes = none,
					    .payload_role = {"document"},
					    .payload = {bytes_of_text(number)}};
	struct message message = {
		.received_ms = fixture->turn.now_ms,
		.state = "checked",
		.sender = "party:hai-quan",
		.registered = "",
		.origin = "",
		.document = hash_of(bytes_of_text(number)),
		.facts = node_fixture_facts(fixture, paper, PAIRS("certificate", number))};
	struct find_entry entry = {.document = message.document};

	node_fixture_begin(fixture);
	assert_int_equal(message_record(&fixture->turn, 0, &event, &message.number), OK);
	entry.message = message.root = message.number;
	assert_int_equal(
		find_put(&fixture->turn, certificate_key(&fixture->turn, &message.facts), &entry),
		OK);
	assert_int_equal(expiry_watch(&fixture->turn, &message), OK);
	assert_int_equal(message_save(&fixture->turn, &message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return message.number;
}

static bool step(struct node_fixture *fixture)
{
	bool has_more;

	node_fixture_begin(fixture);
	assert_int_equal(by_hand_step(&fixture->turn, &has_more), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return has_more;
}

static void what_an_older_program_took_is_found_by_its_number_too(void **state)
{
	struct node_fixture *fixture = *state;

	for (unsigned i = 0; i < 300; i++)
		(void)put_as_before(fixture, arena_format(fixture->arena, "D2026-%u", i));
	(void)record_paper(fixture, PAIRS("certificate", "D2026-7"));
	assert_true(node_fixture_found(fixture, "duplicate"));
	assert_true(step(fixture));
	while (step(fixture))
		;
	(void)record_paper(fixture, PAIRS("certificate", "d2026/7", "issued", "2026-11-19"));
	assert_true(node_fixture_found(fixture, "duplicate"));
	(void)record_paper(fixture, PAIRS("certificate", "d2026/299"));
	assert_true(node_fixture_found(fixture, "duplicate"));
	assert_false(step(fixture));
}

/* What customs and the country of issue say of a certificate that arrived, they say of the paper. */
static void every_kind_that_speaks_of_a_certificate_speaks_of_the_paper(void **state)
{
	static const char *const kinds[] = {"vn.co-status", "vn.verification", "asw.verification",
					    "asw.cancel"};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *path = arena_format(fixture->arena, "schemas/kinds/%s.xml", kinds[i]);
		struct bytes file;
		const char *follows;

		assert_int_equal(schema_files_read(path, fixture->arena, &file), OK);
		follows = strstr(arena_text(fixture->arena, file), "\"follows\"");
		assert_non_null(follows);
		assert_true(strstr(follows, " vn.co-paper") < strchr(follows, '>'));
		assert_non_null(strstr(follows, " vn.co-paper"));
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_here, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_counts_once_however_it_is_written_and_whatever_its_date),
		CASE(a_copy_takes_the_place_of_a_paper_that_was_written_otherwise),
		cmocka_unit_test(what_was_used_and_does_not_fit_the_copy_lets_nothing_more_be_used),
		cmocka_unit_test(how_much_is_used_is_reckoned_by_the_copy),
		CASE(what_was_given_back_on_paper_is_accepted_and_not_used),
		CASE(a_paper_that_its_issuer_cancelled_makes_no_good_copy),
		cmocka_unit_test(what_its_issuer_takes_back_is_taken_back_on_paper_too),
		cmocka_unit_test(what_cannot_be_in_force_is_not_recorded),
		cmocka_unit_test(an_officer_records_paper_for_an_office_of_theirs),
		CASE(an_officer_uses_and_gives_back_for_declarations_of_their_offices),
		cmocka_unit_test(what_is_asked_and_answered_of_the_paper_is_so_of_the_copy),
		CASE(a_certificate_with_a_number_twice_is_used_all_the_same),
		CASE(every_kind_that_speaks_of_a_certificate_speaks_of_the_paper),
		CASE(what_an_older_program_took_is_found_by_its_number_too),
	};

	return cmocka_run_group_tests_name("by_hand", tests, NULL, NULL);
}
