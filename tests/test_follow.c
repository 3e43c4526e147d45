/*
 * follow: status, verification, cancellation and papers, from lodging or arrival to whom they are
 * for; and what is parked because this sender may not speak of it, or nothing is there to speak of.
 */
#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema_files.h"
#include "node/parked.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

#define ROUTE(id, kind, on, to, as) \
	{ \
		"ASEAN", id, "VN", kind, on, to, as, "", "law", "", "", NULL, 0 \
	}

static const struct config_route routes[] = {
	ROUTE("status", "vn.co-status", "checked", "destination", "asw.co-status"),
	ROUTE("status-followed", "asw.co-status", "followed", "maker", "vn.co-status"),
	ROUTE("cancel", "vn.cancel", "cancelled", "crossed", "asw.cancel"),
	ROUTE("cancel-answer", "vn.cancel", "checked", "destination", "asw.cancel"),
	ROUTE("cancel-received", "asw.cancel", "received", "role:customs", "vn.cancel"),
	ROUTE("cancel-answered", "asw.cancel", "followed", "maker", "vn.cancel"),
	ROUTE("form-d-received", "asw.form-d", "received", "role:customs", "vn.co-received"),
	ROUTE("papers", "vn.supplement", "checked", "addressee", ""),
	ROUTE("response", "vn.response", "checked", "maker", ""),
	ROUTE("response-sent", "vn.response", "checked", "sender", "asw.response"),
	ROUTE("response-received", "asw.response", "followed", "authority", "vn.response"),
};

static const struct config_procedure procedures[] = {
	{"CO-D-SD", "vn.co-status", "", "", 1, "checked", 0, false},
	{"HUY", "vn.cancel", "", "", 1, "checked", 0, true},
	{"BO-SUNG", "vn.supplement", "", "", 1, "checked", 0, true},
	{"TRA-LOI", "vn.response", "", "", 0, "checked", 0, false},
};

/* clang-format off */
#define NOTICE(kind, procedure, who, follows) \
	"kind", kind, "schema", kind "/1", "procedure", procedure, "lodgedBy", who, "life", "notice", \
	"follows", follows, "year", "2026", "type", "1", "version", ""

#define CERTIFICATE(number) \
	"issuer", "VN", "certificate", number, "issued", "2026-11-20", "document", "861"

static const char *const status[] = {
	NOTICE("vn.co-status", "CO-D-SD", "customs", "asw.form-d"), "from", "TCHQ", "reference", "S1",
	"function", "01", "meaning", "original", "country", "VN", "destination", "TH", "issuer", "TH",
	"certificate", "D2026-1", "issued", "2026-11-20", "status", "USED", NULL};

static const char *const cancel[] = {
	NOTICE("vn.cancel", "HUY", "trader issuing-authority customs",
	       "vn.export vn.import vn.co asw.acdd asw.form-d"),
	"reference", "X1", "function", "03", "meaning", "cancellation", "country", "VN",
	"destination", "VN", "reason", "DUPLICATE", NULL};

static const char *const supplement[] = {
	NOTICE("vn.supplement", "BO-SUNG", "trader agent", "vn.export vn.co-application"),
	"from", "0100101308", "reference", "B1", "function", "05", "meaning", "supplement",
	"country", "VN", "original", "R1", "addressee", "BCTHN", NULL};

static const char *const form_d[] = {
	"kind", "asw.form-d", "schema", "asw.form-d/1", "reference", "D2026-1", "meaning", "original",
	"country", "TH", "destination", "VN", "certificate", "D2026-1", "issued", "20261120",
	"document", "861", NULL};

static const char *const acdd[] = {
	"kind", "asw.acdd", "schema", "asw.acdd/1", "reference", "Z1", "meaning", "original",
	"country", "TH", "declaration", "A1", "document", "830", NULL};

static const char *const partner_status[] = {
	"kind", "asw.co-status", "schema", "asw.co-status/1", "reference", "T1", "meaning", "original",
	"follows", "asw.form-d vn.co", "country", "TH", "issuer", "VN", "destination", "VN",
	"certificate", "VN-TH 26/01/1", "issued", "20261120", "status", "USE", NULL};

static const char *const partner_cancel[] = {
	"kind", "asw.cancel", "schema", "asw.cancel/1", "reference", "T2", "meaning", "cancellation",
	"follows", "asw.acdd asw.form-d vn.export vn.co", "country", "TH", "issuer", "TH",
	"destination", "TH", "original", "A1", "document", "830", NULL};
static const char *const response[] = {
	NOTICE("vn.response", "TRA-LOI", "customs issuing-authority",
	       "vn.export vn.co-application vn.co asw.acdd asw.form-d"),
	"reference", "A1", "function", "21", "meaning", "other", "country", "VN",
	"speaksAs", "authority", "status", "01", NULL};

static const char *const partner_response[] = {
	"kind", "asw.response", "schema", "asw.response/1", "reference", "T3", "meaning", "original",
	"follows", "vn.export vn.co", "country", "TH", "issuer", "VN", "destination", "VN",
	"status", "02", NULL};
/* clang-format on */

static int open_with_routes(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	memcpy(fixture->routes + fixture->config.route_count, routes, sizeof(routes));
	fixture->config.route_count += sizeof(routes) / sizeof(routes[0]);
	memcpy(fixture->procedures + fixture->config.procedure_count, procedures,
	       sizeof(procedures));
	fixture->config.procedure_count += sizeof(procedures) / sizeof(procedures[0]);
	assert_true(fixture->config.route_count <= NODE_FIXTURE_ROOM);
	return 0;
}

static uint64_t arrive(struct node_fixture *fixture, const char *partner, uint64_t number,
		       const char *const *facts)
{
	const char *id = arena_format(fixture->arena, "%s-1-%d", partner, (int)number);
	const char *text = arena_format(fixture->arena, "<%s/>", facts[1]);
	struct parcel parcel = {id, number, id, facts[1], bytes_of_text(text)};

	assert_int_equal(node_fixture_arrive(fixture, partner, number, &parcel), OK);
	return node_fixture_record(fixture, "RelayAcceptance", 0).number;
}

static void check(struct node_fixture *fixture, uint64_t message, const char *const *base,
		  const char *const *changes)
{
	struct facts facts = node_fixture_facts(fixture, base, changes);

	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static const char *state_of(struct node_fixture *fixture, uint64_t message)
{
	return node_fixture_message(fixture, message).state;
}

static const char *owed_to(struct node_fixture *fixture, uint64_t message)
{
	if (node_fixture_count(fixture, "DeliveryOwed", message) == 0)
		return "";
	return node_fixture_attribute(fixture, "DeliveryOwed", message, "to");
}

static uint64_t export(struct node_fixture *fixture, const char *const *changes)
{
	uint64_t number =
		node_fixture_lodge(fixture, "gom", "export", node_fixture_export, changes).message;

	node_fixture_register(fixture);
	return number;
}

/* ---- Certificates ---- */

static void what_customs_says_of_a_certificate_goes_to_the_country_that_issued_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t arrival = arrive(fixture, "TH", 1, form_d);
	struct intake_answer answer;

	check(fixture, arrival, form_d, none);
	answer = node_fixture_lodge(fixture, "hai-quan", "used", status, none);
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	assert_string_equal(answer.state, "checked");
	assert_int_equal(node_fixture_message(fixture, answer.message).root, arrival);
	assert_string_equal(owed_to(fixture, answer.message), "partner:TH");
	assert_string_equal(node_fixture_attribute(fixture, "Followed", arrival, "status"), "USED");
	assert_int_equal(node_fixture_count(fixture, "ProcedureClosed", answer.message), 1);
}

static void what_is_said_of_a_certificate_that_is_not_here_is_parked(void **state)
{
	static const char *const changes[][2] = {{"certificate", "D2026-2"},
						 {"issued", "2026-11-21"},
						 {"issuer", "LA"},
						 {"follows", "asw.acdd"}};
	struct node_fixture *fixture = *state;

	check(fixture, arrive(fixture, "TH", 1, form_d), form_d, none);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct intake_answer answer = node_fixture_lodge(
			fixture, "hai-quan", changes[i][1], status,
			PAIRS("reference", changes[i][1], changes[i][0], changes[i][1]));

		assert_string_equal(answer.state, "parked");
		assert_true(node_fixture_found(fixture, "original-unknown"));
		assert_string_equal(owed_to(fixture, answer.message), "");
	}
	assert_int_equal(node_fixture_count(fixture, "Followed", 0), 0);
}

static void only_customs_speaks_of_what_a_partner_sent(void **state)
{
	struct node_fixture *fixture = *state;

	check(fixture, arrive(fixture, "TH", 1, form_d), form_d, none);
	assert_int_equal(node_fixture_lodge(fixture, "gom", "a", status, PAIRS("from", "")).verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "not-allowed"));
	assert_string_equal(node_fixture_lodge(fixture, "bct", "b", status,
					       PAIRS("from", "", "lodgedBy", "issuing-authority"))
				    .state,
			    "parked");
}

static void what_a_partner_says_of_our_certificate_goes_to_who_issued_it(void **state)
{
	static const struct {
		const char *partner;
		const char *certificate;
		const char *state;
		const char *to;
	} cases[] = {
		{"TH", "VN-TH 26/01/1", "checked", "party:bct"},
		{"TH", "VN-TH 26/01/2", "parked", ""},
		{"LA", "VN-TH 26/01/1", "parked", ""}, /* it never went there */
	};
	struct node_fixture *fixture = *state;
	uint64_t certificate =
		node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none).message;

	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t arrival =
			arrive(fixture, cases[i].partner, i == 1 ? 2 : 1, partner_status);

		check(fixture, arrival, partner_status,
		      PAIRS("country", cases[i].partner, "certificate", cases[i].certificate));
		assert_string_equal(state_of(fixture, arrival), cases[i].state);
		assert_string_equal(owed_to(fixture, arrival), cases[i].to);
		assert_int_equal(node_fixture_count(fixture, "ArrivalParked", arrival),
				 cases[i].to[0] == '\0');
	}
	assert_int_equal(node_fixture_count(fixture, "Followed", certificate), 1);
}

static void a_certificate_that_was_not_sent_is_spoken_of_by_nobody(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t arrival;

	(void)node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none);
	arrival = arrive(fixture, "TH", 1, partner_status);
	check(fixture, arrival, partner_status, none);
	assert_string_equal(state_of(fixture, arrival), "parked");
}

/* ---- Cancellations lodged here ---- */

static void a_cancelled_declaration_is_told_where_it_had_crossed(void **state)
{
	struct node_fixture *fixture = *state;
	const char *const ways[][6] = {
		{"original", "R1", "document", "830"},
		{"original", "326000000010", "office", "03CC"},
		{"originalReference", "R1", "originalYear", "2026"},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		void *fresh = NULL;
		uint64_t original;
		struct intake_answer answer;

		assert_int_equal(open_with_routes(&fresh), 0);
		fixture = fresh;
		original = export(fixture, none);
		answer = node_fixture_lodge(fixture, "gom", "x", cancel,
					    PAIRS(ways[i][0], ways[i][1], ways[i][2], ways[i][3]));
		assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
		assert_string_equal(answer.state, "checked");
		assert_string_equal(state_of(fixture, original), "cancelled");
		assert_string_equal(owed_to(fixture, answer.message), "partner:TH");
		assert_string_equal(
			node_fixture_attribute(fixture, "Cancelled", original, "reason"),
			"DUPLICATE");
		assert_int_equal(node_fixture_close(&fresh), 0);
	}
}

/* Each party by itself, each day anew. */
static void a_party_has_only_so_many_parked_in_a_day(void **state)
{
	struct node_fixture *fixture = *state;

	node_fixture_set_date(fixture, "2026-11-23");
	for (unsigned i = 0; i <= PARKED_A_DAY; i++) {
		const char *reference = arena_format(fixture->arena, "N%u", i);

		(void)node_fixture_lodge(fixture, "gom", reference, supplement,
					 PAIRS("reference", reference, "original", reference));
		assert_int_equal(node_fixture_found(fixture, "parked-too-many"), i == PARKED_A_DAY);
	}
	(void)node_fixture_lodge(fixture, "hai-quan", "S", status, none);
	assert_false(node_fixture_found(fixture, "parked-too-many"));
	(void)node_fixture_lodge(fixture, "gom", "export", node_fixture_export, none);
	assert_int_equal(fixture->findings.count, 0);
	node_fixture_set_date(fixture, "2026-11-24");
	(void)node_fixture_lodge(fixture, "gom", "again", supplement,
				 PAIRS("reference", "again", "original", "again"));
	assert_false(node_fixture_found(fixture, "parked-too-many"));
}

static void what_cannot_be_told_apart_or_is_another_s_is_parked(void **state)
{
	static const struct {
		const char *party;
		const char *change[4];
	} cases[] = {
		{"gom", {"original", "R2", "document", "830"}},
		{"gom", {"original", "R1", "document", "929"}},
		{"gom", {"original", "326000000010", "office", "02CI"}},
		{"gom", {"original", "R1", "originalYear", "2025"}},
		{"nong-san", {"original", "R1", "document", "830"}},
		{"nong-san", {"original", "326000000010", "office", "03CC"}},
		{"bct", {"original", "326000000010", "office", "03CC"}},
	};
	struct node_fixture *fixture = *state;
	uint64_t original = export(fixture, PAIRS("document", "830"));

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "X%zu", i);
		const char *const *change = cases[i].change;
		struct intake_answer answer = node_fixture_lodge(
			fixture, cases[i].party, reference, cancel,
			PAIRS("reference", reference, change[0], change[1], change[2], change[3]));

		assert_string_equal(answer.state, "parked");
		assert_string_equal(owed_to(fixture, answer.message), "");
	}
	assert_string_equal(state_of(fixture, original), "registered");
}

static void what_had_not_crossed_is_cancelled_and_told_to_nobody(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = export(fixture, PAIRS("consent", "no"));
	struct intake_answer answer =
		node_fixture_lodge(fixture, "gom", "x", cancel, PAIRS("original", "R1"));

	assert_string_equal(state_of(fixture, original), "cancelled");
	assert_string_equal(owed_to(fixture, answer.message), "");
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryNotOwed", answer.message, "reason"),
		"not-crossed");
}

static void what_was_cancelled_is_not_cancelled_or_amended_again(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = export(fixture, none);

	(void)node_fixture_lodge(fixture, "gom", "x", cancel, PAIRS("original", "R1"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "y", cancel,
					    PAIRS("original", "R1", "reference", "X2"))
				 .verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "not-cancellable"));
	assert_int_equal(node_fixture_lodge(fixture, "gom", "z", node_fixture_export,
					    PAIRS("function", "02", "meaning", "amendment"))
				 .verdict,
			 INTAKE_REFUSED);
	assert_true(node_fixture_found(fixture, "original-cancelled"));
	assert_int_equal(node_fixture_count(fixture, "Cancelled", original), 1);
}

static void what_is_cancelled_before_the_desk_saw_it_gets_no_number(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original =
		node_fixture_lodge(fixture, "gom", "export", node_fixture_export, none).message;

	(void)node_fixture_lodge(fixture, "gom", "x", cancel, PAIRS("original", "R1"));
	node_fixture_register(fixture);
	assert_string_equal(state_of(fixture, original), "cancelled");
	assert_string_equal(node_fixture_message(fixture, original).registered, "");
	assert_string_equal(owed_to(fixture, original), "");
}

static void a_certificate_is_taken_back_by_its_issuer_only_and_then_never_sent(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate =
		node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none).message;

	assert_string_equal(
		node_fixture_lodge(fixture, "gom", "x", cancel, PAIRS(CERTIFICATE("VN-TH 26/01/1")))
			.state,
		"parked");
	assert_string_equal(state_of(fixture, certificate), "issued");
	(void)node_fixture_lodge(fixture, "bct", "y", cancel, PAIRS(CERTIFICATE("VN-TH 26/01/1")));
	assert_string_equal(state_of(fixture, certificate), "cancelled");
	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	assert_string_equal(owed_to(fixture, certificate), "");
}

static void a_certificate_that_was_signed_is_taken_back_by_its_office_s_signature_only(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
						  PAIRS("signature", "required"))
				       .message;
	static const char *const not_enough[] = {"", "unverified"};

	for (size_t i = 0; i < sizeof(not_enough) / sizeof(not_enough[0]); i++) {
		(void)node_fixture_lodge(
			fixture, "bct", "unsigned", cancel,
			PAIRS(CERTIFICATE("VN-TH 26/01/1"), "signature.verdict", not_enough[i]));
		assert_true(node_fixture_found(fixture, "office-signature-missing"));
		assert_string_equal(state_of(fixture, certificate), "issued");
	}
	(void)node_fixture_lodge(fixture, "bct", "stranger", cancel,
				 PAIRS(CERTIFICATE("VN-TH 26/01/1"), "signature.verdict", "valid",
				       "signature.signer", "0100101308"));
	assert_true(node_fixture_found(fixture, "signature-not-yours"));
	(void)node_fixture_lodge(fixture, "bct", "signed", cancel,
				 PAIRS(CERTIFICATE("VN-TH 26/01/1"), "signature.verdict", "valid",
				       "signature.signer", "BCTHN"));
	assert_int_equal(fixture->findings.count, 0);
	assert_string_equal(state_of(fixture, certificate), "cancelled");
}

static void a_form_of_the_hub_is_not_lodged_where_there_is_a_national_one(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate =
		node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate, none).message;

	(void)node_fixture_lodge(fixture, "bct", "x", cancel,
				 PAIRS(CERTIFICATE("VN-TH 26/01/1"), "kind", "asw.cancel",
				       "nationalFormIn", "LA VN"));
	assert_true(node_fixture_found(fixture, "national-form"));
	assert_string_equal(state_of(fixture, certificate), "issued");
}

/* "schemas/maps/vn.co-status~asw.co-status.xml": Viet Nam has a form of its own for the second. */
static void a_form_of_the_hub_is_not_lodged_where_a_national_one_leads_to_it(void **state)
{
	struct node_fixture *fixture = *state;
	size_t count = 0;
	glob_t maps;

	assert_int_equal(glob("schemas/maps/??.*~asw.*.xml", 0, NULL, &maps), 0);
	for (size_t i = 0; i < maps.gl_pathc; i++) {
		const char *name = maps.gl_pathv[i] + strlen("schemas/maps/");
		const char *path =
			arena_format(fixture->arena, "schemas/kinds/%s", strchr(name, '~') + 1);
		const char *country =
			arena_format(fixture->arena, "%c%c", toupper(name[0]), toupper(name[1]));
		struct bytes kind;
		const char *text, *names;

		assert_int_equal(schema_files_read(path, fixture->arena, &kind), OK);
		text = arena_text(fixture->arena, kind);
		if (strstr(text, "\"lodgedBy\"") == NULL)
			continue; /* nowhere */
		names = strstr(text, "\"nationalFormIn\"");
		if (names == NULL || memmem(names, strcspn(names, "\n"), country, 2) == NULL)
			fail_msg("%s: nationalFormIn does not name %s", path, country);
		count++;
	}
	globfree(&maps);
	assert_true(count >= 3);
}

/* ---- Cancellations from a partner ---- */

static void a_partner_s_cancellation_goes_to_customs(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = arrive(fixture, "TH", 1, acdd),
		 second = arrive(fixture, "TH", 2, partner_cancel);

	check(fixture, first, acdd, none);
	check(fixture, second, partner_cancel, none);
	assert_string_equal(state_of(fixture, second), "checked");
	assert_int_equal(node_fixture_message(fixture, second).root, first);
	assert_string_equal(owed_to(fixture, second), "party:hai-quan");
}

static void a_cancellation_that_is_read_before_its_original_is_taken_with_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = arrive(fixture, "TH", 1, acdd),
		 second = arrive(fixture, "TH", 2, partner_cancel);

	check(fixture, second, partner_cancel, none);
	assert_string_equal(state_of(fixture, second), "parked");
	assert_string_equal(owed_to(fixture, second), "");
	check(fixture, first, acdd, none);
	assert_string_equal(state_of(fixture, second), "checked");
	assert_string_equal(owed_to(fixture, second), "party:hai-quan");
	assert_int_equal(node_fixture_count(fixture, "Followed", first), 1);
}

static void nobody_cancels_what_another_partner_sent(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = arrive(fixture, "TH", 1, acdd),
		 second = arrive(fixture, "LA", 1, partner_cancel);

	check(fixture, first, acdd, none);
	check(fixture, second, partner_cancel, PAIRS("country", "LA", "issuer", "LA"));
	assert_string_equal(state_of(fixture, second), "parked");
	assert_int_equal(node_fixture_count(fixture, "Followed", 0), 0);
}

static void customs_answers_a_cancellation_and_our_own_is_answered(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t arrival = arrive(fixture, "TH", 1, acdd), own, answered;
	struct intake_answer answer;

	check(fixture, arrival, acdd, none);
	answer = node_fixture_lodge(
		fixture, "hai-quan", "no", cancel,
		PAIRS("function", "22", "meaning", "other", "original", "A1", "destination", "TH"));
	assert_string_equal(answer.state, "checked");
	assert_string_equal(owed_to(fixture, answer.message), "partner:TH");

	own = export(fixture, PAIRS("document", "830"));
	answered = arrive(fixture, "TH", 2, partner_cancel);
	check(fixture, answered, partner_cancel,
	      PAIRS("function", "27", "meaning", "other", "original", "326000000010", "office",
		    "03CC", "issuer", "VN"));
	assert_string_equal(owed_to(fixture, answered), "party:gom");
	assert_string_equal(state_of(fixture, own), "registered");
}

/* ---- Responses ---- */

static void an_authority_answers_declarant_and_applicant(void **state)
{
	static const struct {
		const char *party;
		const char *change[6];
		const char *to;
	} cases[] = {
		{"hai-quan", {"declaration", "326000000010", "office", "03CC"}, "party:gom"},
		{"hai-quan", {"original", "R1", "addressee", "0100101308"}, "party:gom"},
		{"hai-quan", {"original", "R1", "addressee", "0301442986"}, ""},
		{"hai-quan", {"original", "R9", "addressee", "0100101308"}, ""},
		{"bct", {"original", "APPLICATION", "addressee", "0100101308"}, "party:gom"},
		{"hai-quan", {"original", "APPLICATION", "addressee", "0100101308"}, ""},
		{"bct", {"declaration", "326000000010", "office", "03CC"}, ""},
	};
	struct node_fixture *fixture = *state;

	(void)export(fixture, none);
	(void)node_fixture_lodge(fixture, "gom", "application", node_fixture_application,
				 PAIRS("reference", "APPLICATION"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "A%zu", i);
		const char *const *change = cases[i].change;
		struct intake_answer answer = node_fixture_lodge(
			fixture, cases[i].party, reference, response,
			PAIRS("reference", reference, change[0], change[1], change[2], change[3]));

		assert_string_equal(answer.state, cases[i].to[0] == '\0' ? "parked" : "checked");
		assert_string_equal(owed_to(fixture, answer.message), cases[i].to);
	}
}

static void customs_answers_the_partner_whose_document_it_is(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t arrival = arrive(fixture, "TH", 1, acdd);
	struct intake_answer answer;

	check(fixture, arrival, acdd, none);
	answer = node_fixture_lodge(fixture, "hai-quan", "a", response,
				    PAIRS("declaration", "A1", "destination", "TH"));
	assert_string_equal(answer.state, "checked");
	assert_string_equal(owed_to(fixture, answer.message), "partner:TH");
	assert_string_equal(node_fixture_attribute(fixture, "Followed", arrival, "status"), "01");
}

static void what_a_partner_answers_goes_to_customs_or_to_who_issued(void **state)
{
	static const struct {
		const char *change[6];
		const char *to;
	} cases[] = {
		{{"declaration", "326000000010", "original", "R1", "a", "b"}, "party:03cc"},
		{{"declaration", "326000000010", "office", "03CC", "a", "b"}, "party:03cc"},
		/* a number alone is no name: each office counts for itself */
		{{"declaration", "326000000010", "original", "R2", "a", "b"}, ""},
		{{"declaration", "326000000010", "a", "b", "c", "d"}, ""},
		{{"certificate", "VN-TH 26/01/1", "issued", "20261120", "a", "b"}, "party:bct"},
	};
	struct node_fixture *fixture = *state;

	(void)export(fixture, PAIRS("office", "03CC"));
	(void)node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
				 PAIRS("application", "none"));
	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t arrival = arrive(fixture, "TH", i + 1, partner_response);
		const char *const *change = cases[i].change;

		check(fixture, arrival, partner_response,
		      PAIRS(change[0], change[1], change[2], change[3], change[4], change[5]));
		assert_string_equal(owed_to(fixture, arrival), cases[i].to);
	}
}

/* ---- Papers ---- */

static void papers_go_to_the_authority_that_the_envelope_names(void **state)
{
	static const char *const cases[][2] = {{"BCTHN", "party:bct"},
					       {"TCHQ", "party:hai-quan"},
					       {"NSW", ""},
					       {"0301442986", ""}};
	struct node_fixture *fixture = *state;
	uint64_t application =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none).message;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intake_answer answer = node_fixture_lodge(
			fixture, "gom", cases[i][0], supplement,
			PAIRS("reference", cases[i][0], "addressee", cases[i][0]));

		assert_string_equal(answer.state, "checked");
		assert_int_equal(node_fixture_message(fixture, answer.message).root, application);
		assert_string_equal(owed_to(fixture, answer.message), cases[i][1]);
	}
}

/* An authority that the configuration gives no code is not the one that an empty name means. */
static void papers_that_name_no_authority_go_to_nobody(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer;

	for (size_t i = 0; i < fixture->config.party_count; i++)
		if ((fixture->parties[i].roles & PARTY_CUSTOMS) != 0)
			fixture->parties[i].tax_code = "";
	(void)node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none);
	answer = node_fixture_lodge(fixture, "gom", "b", supplement, PAIRS("addressee", ""));
	assert_string_equal(answer.state, "checked");
	assert_string_equal(owed_to(fixture, answer.message), "");
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryNotOwed", answer.message, "reason"),
		"no-such-party");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, open_with_routes, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_customs_says_of_a_certificate_goes_to_the_country_that_issued_it),
		TEST(what_is_said_of_a_certificate_that_is_not_here_is_parked),
		TEST(only_customs_speaks_of_what_a_partner_sent),
		TEST(what_a_partner_says_of_our_certificate_goes_to_who_issued_it),
		TEST(a_certificate_that_was_not_sent_is_spoken_of_by_nobody),
		TEST(a_cancelled_declaration_is_told_where_it_had_crossed),
		TEST(what_cannot_be_told_apart_or_is_another_s_is_parked),
		TEST(a_party_has_only_so_many_parked_in_a_day),
		TEST(what_had_not_crossed_is_cancelled_and_told_to_nobody),
		TEST(what_was_cancelled_is_not_cancelled_or_amended_again),
		TEST(what_is_cancelled_before_the_desk_saw_it_gets_no_number),
		TEST(a_certificate_is_taken_back_by_its_issuer_only_and_then_never_sent),
		TEST(a_certificate_that_was_signed_is_taken_back_by_its_office_s_signature_only),
		TEST(a_form_of_the_hub_is_not_lodged_where_there_is_a_national_one),
		TEST(a_form_of_the_hub_is_not_lodged_where_a_national_one_leads_to_it),
		TEST(a_partner_s_cancellation_goes_to_customs),
		TEST(a_cancellation_that_is_read_before_its_original_is_taken_with_it),
		TEST(nobody_cancels_what_another_partner_sent),
		TEST(customs_answers_a_cancellation_and_our_own_is_answered),
		TEST(an_authority_answers_declarant_and_applicant),
		TEST(customs_answers_the_partner_whose_document_it_is),
		TEST(what_a_partner_answers_goes_to_customs_or_to_who_issued),
		TEST(papers_go_to_the_authority_that_the_envelope_names),
		TEST(papers_that_name_no_authority_go_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
