/*
 * listing_decide: a certificate that arrived is on the list of who has to decide on it: of the offices whose
 * declarations name it, or of all while none does; until it is decided.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/inquiry.h"
#include "node/listing.h"
#include "tests/support/registry.h"

#define PROOF "type\tcountry\tnumber\tissued\nFORM-D\tTH\tD2026-1\t2026-11-20"

static const struct config_procedure procedures[] = {
	{"CO-D-SD", "vn.co-status", "", "", 1, "checked", 0, false},
	{"CO-D-XM", "vn.verification", "", "", 1, "checked", 180, false},
};

#define ROUTE(id, kind, on, to, as) \
	{ \
		"ASEAN", id, "VN", kind, on, to, as, "", "law", "", "", NULL, 0 \
	}
static const struct config_route routes[] = {
	ROUTE("form-d-received", "asw.form-d", "received", "role:customs", "vn.co-received"),
	ROUTE("acdd-received", "asw.acdd", "received", "role:customs", "vn.advance-export"),
	ROUTE("answered", "asw.verification", "received", "role:customs", "vn.verification"),
};

/* clang-format off */
#define NOTICE(kind, procedure, event) \
	"kind", kind, "schema", kind "/1", "procedure", procedure, "lodgedBy", "customs", "life", "notice", \
	"follows", "asw.form-d", "year", "2026", "type", "1", "version", "", "from", "TCHQ", \
	"meaning", "original", "country", "VN", "destination", "TH", "issuer", "TH", \
	"certificate", "D2026-1", "issued", "2026-11-20", "event", event

static const char *const none[] = {NULL};

static const char *const form_d[] = {
	"kind", "asw.form-d", "schema", "asw.form-d/1", "meaning", "original", "country", "TH",
	"destination", "VN", "certificate", "D2026-1", "issued", "20261120", "document", "861",
	"arrivesAs", "foreign-certificate", "until", "20271119", NULL};
static const char *const acdd[] = {
	"kind", "asw.acdd", "schema", "asw.acdd/1", "meaning", "original", "country", "TH",
	"destination", "VN", NULL};
static const char *const question[] = {NOTICE("vn.verification", "CO-D-XM", "questioned"), NULL};
static const char *const acceptance[] = {NOTICE("vn.co-status", "CO-D-SD", "accepted"), NULL};
static const char *const answer[] = {
	"kind", "asw.verification", "schema", "asw.verification/1", "meaning", "other", "follows",
	"asw.form-d", "country", "TH", "issuer", "TH", "certificate", "D2026-1", "issued", "20261120",
	"event", "not-confirmed", "result", "NO", "destination", "VN", "original", "Q1", NULL};
/* clang-format on */

static struct caller haiphong, noibai; /* officers of two offices */

static int open_with_officers(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	memcpy(fixture->procedures + fixture->config.procedure_count, procedures,
	       sizeof(procedures));
	fixture->config.procedure_count += sizeof(procedures) / sizeof(procedures[0]);
	memcpy(fixture->routes + fixture->config.route_count, routes, sizeof(routes));
	fixture->config.route_count += sizeof(routes) / sizeof(routes[0]);
	node_fixture_set_date(fixture, "2026-11-23");
	registry_do(fixture, "user-add",
		    PAIRS("name", "an", "party", "hai-quan", "roles", "customs-officer", "offices",
			  "03CC", "verifier", "v"));
	registry_do(fixture, "user-add",
		    PAIRS("name", "binh", "party", "hai-quan", "roles", "customs-officer",
			  "offices", "01B1", "verifier", "v"));
	haiphong = registry_sign_in(fixture, "an", "first");
	noibai = registry_sign_in(fixture, "binh", "second");
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

	assert_int_equal(facts_put(&facts, "reference", id), OK);
	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_translate(fixture);
	node_fixture_hand_over(fixture);
	return message;
}

static void declare(struct node_fixture *fixture, const char *reference, const char *office)
{
	(void)node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
				 PAIRS("reference", reference, "office", office, "proofs", PROOF));
}

/* How many stand on the officer's list; the tab counts as many. */
static size_t waits_for(struct node_fixture *fixture, const struct caller *caller)
{
	const struct listing_query query = {.values = {[LISTING_STATE] = LISTING_DECIDE},
					    .limit = LISTING_DEFAULT};
	const struct turn now = {.ledger = fixture->turn.ledger,
				 .config = fixture->turn.config,
				 .arena = fixture->arena,
				 .now_ms = fixture->turn.now_ms};
	struct reading reading;
	struct listing listing;
	uint32_t count = 0;
	bool is_whole = false;

	assert_int_equal(reading_init(&now, caller, &reading), OK);
	assert_int_equal(listing_page(&reading, &query, &listing), OK);
	assert_int_equal(listing_count_decide(&reading, &count, &is_whole), OK);
	assert_int_equal(count, listing.count);
	return listing.count;
}

static void expect(struct node_fixture *fixture, size_t at_haiphong, size_t at_noibai)
{
	assert_int_equal(waits_for(fixture, &haiphong), at_haiphong);
	assert_int_equal(waits_for(fixture, &noibai), at_noibai);
}

static void
one_that_nothing_names_waits_for_everybody_and_one_that_is_named_for_that_office(void **state)
{
	struct node_fixture *fixture = *state;

	expect(fixture, 0, 0);
	(void)arrive(fixture, 1, form_d, none);
	assert_string_equal(node_fixture_message(fixture, arrive(fixture, 2, acdd, none)).state,
			    "handed-over");
	expect(fixture, 1, 1);
	declare(fixture, "I1", "03CC");
	expect(fixture, 1, 0);
	declare(fixture, "I2", "01B1");
	expect(fixture, 1, 1);
}

static void it_leaves_the_list_when_customs_decides(void **state)
{
	struct node_fixture *fixture = *state;

	(void)arrive(fixture, 1, form_d, none);
	(void)node_fixture_lodge(fixture, "hai-quan", "S1", acceptance, PAIRS("reference", "S1"));
	expect(fixture, 0, 0);
}

static void what_is_asked_about_comes_back_when_that_is_overdue_or_not_confirmed(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, 1, form_d, none);

	(void)node_fixture_lodge(fixture, "hai-quan", "Q1", question,
				 PAIRS("reference", "Q1", "answerBy", "2026-12-10"));
	expect(fixture, 0, 0);
	node_fixture_set_date(fixture, "2026-12-10");
	expect(fixture, 0, 0);
	node_fixture_set_date(fixture, "2026-12-11");
	expect(fixture, 1, 1);
	(void)arrive(fixture, 2, answer, none);
	assert_string_equal(node_fixture_message(fixture, certificate).state, "not-confirmed");
	expect(fixture, 1, 1);
}

static void what_was_not_accepted_and_is_valid_is_decided_on_once_more(void **state)
{
	static const struct {
		const char *event, *state;
	} cases[] = {{"accepted", "accepted"}, {"not-accepted", "not-accepted"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_fixture *fixture;
		uint64_t certificate;

		assert_int_equal(open_with_officers((void **)&fixture), 0);
		certificate = arrive(fixture, 1, form_d, none);
		(void)node_fixture_lodge(fixture, "hai-quan", "S1", acceptance,
					 PAIRS("reference", "S1", "event", "not-accepted"));
		expect(fixture, 0, 0);
		(void)node_fixture_lodge(fixture, "hai-quan", "Q1", question,
					 PAIRS("reference", "Q1"));
		expect(fixture, 0, 0);
		(void)arrive(fixture, 2, answer, PAIRS("event", "answered", "result", "YES"));
		expect(fixture, 1, 1);
		(void)node_fixture_lodge(fixture, "hai-quan", "S2", acceptance,
					 PAIRS("reference", "S2", "event", cases[i].event));
		assert_int_equal(fixture->findings.count, 0);
		assert_string_equal(node_fixture_message(fixture, certificate).state,
				    cases[i].state);
		expect(fixture, 0, 0);
		assert_int_equal(node_fixture_close((void **)&fixture), 0);
	}
}

static void who_may_not_list_it_finds_none(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller trader = registry_folder("gom");

	(void)arrive(fixture, 1, form_d, none);
	assert_int_equal(waits_for(fixture, &trader), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_officers, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(one_that_nothing_names_waits_for_everybody_and_one_that_is_named_for_that_office),
		CASE(it_leaves_the_list_when_customs_decides),
		CASE(what_is_asked_about_comes_back_when_that_is_overdue_or_not_confirmed),
		cmocka_unit_test(what_was_not_accepted_and_is_valid_is_decided_on_once_more),
		CASE(who_may_not_list_it_finds_none),
	};

	return cmocka_run_group_tests_name("listing_decide", tests, NULL, NULL);
}
