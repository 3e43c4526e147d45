/*
 * pair and compare: an import declaration and the certificate that it names find each other whichever came
 * first; and what the one says beside the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/clerk_pairs.h"
#include "node/compare.h"
#include "node/index_check.h"
#include "node/pair.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static const struct config_route received = {"ASEAN",
					     "form-d-received",
					     "VN",
					     "asw.form-d",
					     "received",
					     "role:customs",
					     "vn.co-received",
					     "",
					     "law",
					     "",
					     "",
					     NULL,
					     0};

#define PROOF "type\tcountry\tnumber\tissued\nFORM-D\tTH\tD2026-1\t2026-11-20"

static const char *const form_d[] = {"kind",        "asw.form-d",
				     "schema",      "asw.form-d/1",
				     "reference",   "D2026-1",
				     "meaning",     "original",
				     "country",     "TH",
				     "destination", "VN",
				     "issued",      "20261120",
				     "certificate", "D2026-1",
				     "document",    "861",
				     "goods",       "hs\n69",
				     "arrivesAs",   "foreign-certificate",
				     NULL};

static int open_with_route(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	fixture->routes[fixture->config.route_count++] = received;
	return 0;
}

static uint64_t arrive(struct node_fixture *fixture, const char *const *changes)
{
	struct parcel parcel = {"TH-1-1", 1, "TH-1-1", "asw.form-d", bytes_of_text("<d/>")};
	struct facts facts = node_fixture_facts(fixture, form_d, changes);
	uint64_t message;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_translate(fixture);
	node_fixture_hand_over(fixture);
	return message;
}

static uint64_t import(struct node_fixture *fixture, const char *reference, const char *proofs)
{
	return node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
				  PAIRS("reference", reference, "proofs", proofs))
		.message;
}

static const char *with(struct node_fixture *fixture, uint64_t message)
{
	return node_fixture_count(fixture, "Paired", message) == 0
		       ? ""
		       : node_fixture_attribute(fixture, "Paired", message, "with");
}

static const char *id_of(struct node_fixture *fixture, uint64_t message)
{
	char id[MESSAGE_ID_BYTES];

	message_format_id(&fixture->turn, message, id);
	return arena_text(fixture->arena, bytes_of_text(id));
}

static const char *whole(struct node_fixture *fixture)
{
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries;

	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	return verdict.what;
}

static void a_declaration_finds_the_certificate_that_is_here(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, none), declaration = import(fixture, "I1", PROOF);

	assert_string_equal(with(fixture, declaration), id_of(fixture, certificate));
	assert_string_equal(with(fixture, certificate), id_of(fixture, declaration));
	assert_string_equal(whole(fixture), "");
}

static void a_certificate_finds_all_declarations_that_wait_for_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = import(fixture, "I1", PROOF), second = import(fixture, "I2", PROOF);
	uint64_t other = import(fixture, "I3",
				"type\tcountry\tnumber\tissued\nFORM-D\tTH\tD2026-2\t2026-11-20");
	uint64_t certificate = arrive(fixture, none);

	assert_string_equal(with(fixture, first), id_of(fixture, certificate));
	assert_string_equal(with(fixture, second), id_of(fixture, certificate));
	assert_string_equal(with(fixture, other), "");
	assert_int_equal(node_fixture_count(fixture, "Paired", certificate), 2);
	assert_string_equal(whole(fixture), "");
}

/* Else one that is damaged would keep the certificate from all, and what its partner said behind it. */
static void a_declaration_that_cannot_be_read_is_passed_over(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t bad = import(fixture, "I1", PROOF), good = import(fixture, "I2", PROOF);
	struct turn_key key = turn_key(SPACE_MESSAGE);
	uint64_t certificate;

	node_fixture_hand_over(fixture);
	turn_key_add_number(&key, bad);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\1", 1)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	certificate = arrive(fixture, none);
	assert_string_equal(with(fixture, good), id_of(fixture, certificate));
	assert_int_equal(node_fixture_count(fixture, "Paired", certificate), 1);
}

/* Both of one commit see each other, too. */
static void what_waits_in_the_same_commit_is_found(void **state)
{
	struct node_fixture *fixture = *state;
	struct parcel parcel = {"TH-1-1", 1, "TH-1-1", "asw.form-d", bytes_of_text("<d/>")};
	struct facts facts = node_fixture_facts(fixture, form_d, none);
	uint64_t message;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	(void)node_fixture_accept(fixture, "gom", "I1", node_fixture_import,
				  PAIRS("reference", "I1", "proofs", PROOF));
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_count(fixture, "Paired", message), 1);
}

static void what_names_no_certificate_pairs_with_nothing(void **state)
{
	static const char *const proofs[] = {
		"",
		"type\tcountry\tnumber\tissued",
		"type\tcountry\tnumber\tissued\nWAIVER\tTH\tD2026-1\t2026-11-20",
		"type\tcountry\tnumber\tissued\nLATE\t\t\t",
		"type\tcountry\tnumber\tissued\nFORM-D\tTH\tD2026-1\t2026-11-21",
		"type\tcountry\tnumber\tissued\nFORM-D\tVN\tD2026-1\t2026-11-20",
		"type\tcountry\tnumber\tissued\nFORM-D\tTH\tD2026-1\t",
	};
	struct node_fixture *fixture = *state;

	(void)arrive(fixture, none);
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++)
		(void)import(fixture, arena_format(fixture->arena, "N%zu", i), proofs[i]);
	assert_int_equal(node_fixture_count(fixture, "Paired", 0), 0);
	assert_string_equal(whole(fixture), "");
}

static void an_entry_that_is_gone_or_too_many_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t declaration = import(fixture, "I1", PROOF);
	struct turn_key from = turn_key(SPACE_PAIR), until = turn_key_after(&from), key = from;
	uint64_t numbers[4];
	size_t count = 0;

	assert_int_equal(turn_scan(&fixture->turn, &from, &until, numbers, 4, &count), OK);
	assert_int_equal(count, 1);
	assert_int_equal(numbers[0], declaration);
	turn_key_add_bytes(&key, "0123456789abcdef", 16);
	turn_key_add_number(&key, declaration);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), (struct bytes){0}),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(whole(fixture),
			    "a pair is of no declaration that names its certificate");
}

/* ---- What is shown, and to whom ---- */

static json_t *pairs_of(struct node_fixture *fixture, uint64_t number, const struct caller *caller)
{
	const struct clerk_view view = {.turn = &fixture->turn, .caller = caller};
	struct message message = node_fixture_message(fixture, number);
	json_t *pairs = json_array();

	assert_int_equal(clerk_pairs_put(&view, &message, pairs), OK);
	return pairs;
}

static const char *text(const json_t *pair, const char *name)
{
	return json_string_value(json_object_get(pair, name));
}

static void only_who_may_read_the_other_one_is_shown_it(void **state)
{
	struct caller customs, trader;
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, none), declaration = import(fixture, "I1", PROOF);
	json_t *pairs;
	const json_t *pair;

	assert_int_equal(caller_of_folder(&fixture->config, "hai-quan", &customs), OK);
	assert_int_equal(caller_of_folder(&fixture->config, "gom", &trader), OK);
	pairs = pairs_of(fixture, declaration, &customs);
	pair = json_array_get(pairs, 0);
	assert_string_equal(text(pair, "message"), id_of(fixture, certificate));
	assert_string_equal(text(pair, "state"), "handed-over");
	assert_true(json_array_size(json_object_get(pair, "comparison")) > 0);
	json_decref(pairs);
	pairs = pairs_of(fixture, declaration, &trader);
	pair = json_array_get(pairs, 0);
	assert_string_equal(text(pair, "number"), "D2026-1");
	assert_string_equal(text(pair, "message"), "");
	assert_string_equal(text(pair, "state"), "");
	assert_int_equal(json_array_size(json_object_get(pair, "comparison")), 0);
	json_decref(pairs);
	pairs = pairs_of(fixture, declaration, NULL);
	assert_string_equal(text(json_array_get(pairs, 0), "message"), "");
	json_decref(pairs);
}

/* What a message belongs to has the name that people know it by, and only for who may read it. */
static void what_a_message_belongs_to_is_named_to_who_may_read_it(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = arrive(fixture, none), declaration = import(fixture, "I1", PROOF);
	const struct {
		uint64_t first, of;
		const char *party, *name;
	} cases[] = {{certificate, declaration, "hai-quan", "D2026-1"},
		     {certificate, declaration, "gom", NULL},
		     {declaration, certificate, "gom", "I1"},
		     {declaration, declaration, "gom", NULL}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message message = node_fixture_message(fixture, cases[i].of);
		struct caller caller;
		const struct clerk_view view = {.turn = &fixture->turn, .caller = &caller};
		const char *name;
		json_t *json;

		message.root = cases[i].first;
		assert_int_equal(caller_of_folder(&fixture->config, cases[i].party, &caller), OK);
		json = clerk_view_message_new(&view, &message);
		name = text(json_object_get(json, "first"), "name");
		assert_int_equal(name == NULL, cases[i].name == NULL);
		if (name != NULL)
			assert_string_equal(name, cases[i].name);
		json_decref(json);
	}
}

static void who_may_not_read_the_other_one_is_not_told_that_it_is_here(void **state)
{
	static const struct {
		const char *party;
		bool is_told;
	} readers[] = {{"hai-quan", true}, {"gom", false}};
	struct node_fixture *fixture = *state;
	uint64_t declaration = import(fixture, "I1", PROOF);
	struct message message;
	struct record paired;

	(void)arrive(fixture, none);
	message = node_fixture_message(fixture, declaration);
	paired = node_fixture_record(fixture, "Paired", declaration);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct caller caller;
		const struct clerk_view view = {.turn = &fixture->turn, .caller = &caller};
		json_t *json;
		char *text;

		assert_int_equal(caller_of_folder(&fixture->config, readers[i].party, &caller), OK);
		json = clerk_view_message_new(&view, &message);
		text = json_dumps(json, 0);
		assert_non_null(strstr(text, "SubmissionAcceptance"));
		assert_int_equal(strstr(text, "Paired") != NULL, readers[i].is_told);
		assert_int_equal(clerk_view_is_shown(&view, &paired), readers[i].is_told);
		free(text);
		json_decref(json);
	}
}

/* ---- The comparison ---- */

#define LINES "hs\torigin\tquantity\tunit\tvalue\tcurrency"
#define ITEMS "item\ths\tquantity\tunit\tvalue\tcurrency\tinvoice\torigin"

static const struct {
	const char *lines, *items;
	const char *told; /* "line-item:hs,origin,quantity,value" each */
} compared[] = {
	{"\n69111000\tTH\t1800\tPCE\t10\tUSD", "\n1\t69111000\t1800\tPCE\t10\tUSD\t\t",
	 "1-1:equal,equal,equal,equal "},
	{"\n69111000\tTH\t1800\tPCE\t10\tUSD", "\n1\t691110\t1800.00\tPCE\t10.0\tUSD\t\tTH",
	 "1-1:minor,equal,equal,equal "},
	{"\n69111000\tCN\t1801\tPCE\t9\tUSD", "\n1\t69119000\t1800\tPCE\t10\tUSD\t\t",
	 "1-1:differs,differs,differs,differs "},
	{"\n69111000\tTH\t1\tPCE\t9\tUSD", "\n1\t69111000\t1800\tPCE\t10\tUSD\t\tLA",
	 "1-1:equal,differs,part,part "},
	{"\n69111000\tTH\t1\tPCE\t11\tUSD", "\n1\t69111000\t1\tKGM\t\t\t\t",
	 "1-1:equal,equal,unknown,unknown "},
	{"\n69111000\tTH\t1\tPCE\t11\tUSD", "\n1\t69111000\t1\tPCE\t11\tTHB\t\t",
	 "1-1:equal,equal,equal,unknown "},
	/* what is exactly the same comes first; then what is in its place, or nothing */
	{"\n69111099\tTH\t1\tPCE\t\t\n69111000\tTH\t2\tPCE\t\t",
	 "\n1\t69111000\t2\tPCE\t\t\t\t\n2\t69111011\t1\tPCE\t\t\t\t",
	 "1-2:minor,equal,equal,unknown 2-1:equal,equal,equal,unknown "},
	{"\n25070000\tTH\t1\tPCE\t\t\n69111000\tTH\t2\tPCE\t\t",
	 "\n1\t69111000\t2\tPCE\t\t\t\t\n2\t84\t1\tPCE\t\t\t\t",
	 "1-2:differs,equal,equal,unknown 2-1:equal,equal,equal,unknown "},
	{"\n25070000\tTH\t1\tPCE\t\t\n69111000\tTH\t2\tPCE\t\t", "\n1\t69111000\t2\tPCE\t\t\t\t",
	 "1-:differs,unknown,unknown,unknown 2-1:equal,equal,equal,unknown "},
	{"", "\n1\t69111000\t2\tPCE\t\t\t\t", ""},
	{"\n69111000\tTH\t2\tPCE\t\t", "", "1-:differs,unknown,unknown,unknown "},
};

static void each_line_is_compared_with_its_item(void **state)
{
	struct arena *arena = arena_new(1u << 21);

	(void)state;
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		struct facts declaration, certificate;
		struct compare_row *rows;
		const char *told = "";
		size_t count;

		facts_init(&declaration, arena);
		facts_init(&certificate, arena);
		assert_int_equal(facts_put(&declaration, "goods",
					   arena_format(arena, LINES "%s", compared[i].lines)),
				 OK);
		assert_int_equal(facts_put(&certificate, "goods",
					   arena_format(arena, ITEMS "%s", compared[i].items)),
				 OK);
		assert_int_equal(facts_put(&certificate, "country", "TH"), OK);
		assert_int_equal(compare_facts(&declaration, &certificate, arena, &rows, &count),
				 OK);
		for (size_t k = 2; k < count; k++)
			told = arena_format(
				arena, "%s%s%s%s", told,
				strcmp(rows[k].field, "hs") == 0
					? arena_format(arena, "%s-%s:", rows[k].line, rows[k].item)
					: "",
				compare_verdict_name(rows[k].verdict),
				strcmp(rows[k].field, "value") == 0 ? " " : ",");
		if (strcmp(told, compared[i].told) != 0)
			fail_msg("case %zu: %s", i, told);
	}
	arena_free(arena);
}

static void consignee_and_invoice_are_compared_for_the_whole(void **state)
{
	static const struct {
		const char *importer, *name, *code, *consignee, *invoice, *invoices;
		enum compare_verdict consignees, invoicing;
	} cases[] = {
		{"03", "VIỆT MỸ", "", "VIỆT MỸ", "A-1", "A-1", COMPARE_EQUAL, COMPARE_EQUAL},
		{"03", "Việt Mỹ Co., Ltd.", "", "VIỆT MỸ CO., LTD.", "A-1", "A-1", COMPARE_EQUAL,
		 COMPARE_EQUAL},
		{"03", "VIỆT MỸ", "VN03", "VIET MY", "A-1", "B-1\nA-1", COMPARE_EQUAL,
		 COMPARE_EQUAL},
		{"03", "VIỆT MỸ", "VN04", "VIET MY", "A-1", "B-1", COMPARE_DIFFERS,
		 COMPARE_DIFFERS},
		{"", "", "", "VIET MY", "", "B-1", COMPARE_UNKNOWN, COMPARE_UNKNOWN},
		{"03", "VIỆT MỸ", "", "", "A-1", "", COMPARE_UNKNOWN, COMPARE_UNKNOWN},
	};
	struct arena *arena = arena_new(1u << 21);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts declaration, certificate;
		struct compare_row *rows;
		size_t count;

		facts_init(&declaration, arena);
		facts_init(&certificate, arena);
		assert_int_equal(facts_put(&declaration, "importer", cases[i].importer), OK);
		assert_int_equal(facts_put(&declaration, "importerName", cases[i].name), OK);
		assert_int_equal(facts_put(&declaration, "invoice", cases[i].invoice), OK);
		assert_int_equal(facts_put(&certificate, "consigneeCode", cases[i].code), OK);
		assert_int_equal(facts_put(&certificate, "consignee", cases[i].consignee), OK);
		assert_int_equal(facts_put(&certificate, "invoices",
					   arena_format(arena, "invoice\n%s", cases[i].invoices)),
				 OK);
		assert_int_equal(compare_facts(&declaration, &certificate, arena, &rows, &count),
				 OK);
		assert_int_equal(count, 2);
		if (rows[0].verdict != cases[i].consignees || rows[1].verdict != cases[i].invoicing)
			fail_msg("case %zu: %s, %s", i, compare_verdict_name(rows[0].verdict),
				 compare_verdict_name(rows[1].verdict));
	}
	arena_free(arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_route, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_declaration_finds_the_certificate_that_is_here),
		CASE(a_certificate_finds_all_declarations_that_wait_for_it),
		CASE(a_declaration_that_cannot_be_read_is_passed_over),
		CASE(what_waits_in_the_same_commit_is_found),
		CASE(what_names_no_certificate_pairs_with_nothing),
		CASE(an_entry_that_is_gone_or_too_many_is_told),
		CASE(only_who_may_read_the_other_one_is_shown_it),
		CASE(what_a_message_belongs_to_is_named_to_who_may_read_it),
		CASE(who_may_not_read_the_other_one_is_not_told_that_it_is_here),
		cmocka_unit_test(each_line_is_compared_with_its_item),
		cmocka_unit_test(consignee_and_invoice_are_compared_for_the_whole),
	};

	return cmocka_run_group_tests_name("pair", tests, NULL, NULL);
}
