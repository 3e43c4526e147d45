#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/config.h"
#include "sampan/form.h"

struct place {
	char directory[64];
	struct arena *arena;
	struct config *config;
	const char *message;
};

#define AUTHORITY \
	"parties:\n  - {id: a, name: A, tax_code: T, roles: [issuing-authority]}\n" \
	"  - {id: b, name: B, tax_code: U, roles: [trader]}\n"
#define OFFICE_AGAIN(code, number) \
	"  - {code: " code ", party: a, number: '" number "', place: P}\n"
#define OFFICE(party) \
	"issuing_offices:\n  - code: X\n    party: " party "\n    number: '01'\n    place: P\n"
#define NODE "country: VN\nname: vn.sampan.example\n"
#define CARD \
	"country: TH\nname: th.sampan.example\nendpoint: tcp://127.0.0.1:7001\n" \
	"curve_public: \"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\"\n" \
	"ledger_key: th.sampan.example/1+0a1b2c3d+AaUCkWBM2Bm6hDV2hRm1d0cSnvDZ2dLlXtvRa1uXkIFf\n"

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->directory, "/tmp/sampan-config-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new(1024 * 1024);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	config_free(place->config);
	arena_free(place->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static const char *path_of(struct place *place, const char *name)
{
	return arena_format(place->arena, "%s/%s", place->directory, name);
}

static void put(struct place *place, const char *name, const char *text)
{
	FILE *file;

	(void)mkdir(path_of(place, "partners"), 0700);
	file = fopen(path_of(place, name), "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static enum err load(struct place *place)
{
	config_free(place->config);
	place->config = NULL;
	place->message = "";
	return config_load(path_of(place, "node.yaml"), place->arena, &place->config,
			   &place->message);
}

static void a_short_file_gets_its_defaults(void **state)
{
	struct place *place = *state;

	put(place, "node.yaml", NODE);
	if (load(place) != OK)
		fail_msg("%s", place->message);
	assert_string_equal(place->config->country, "VN");
	assert_string_equal(place->config->name, "vn.sampan.example");
	assert_string_equal(place->config->office, "");
	assert_true(place->config->workers >= 1);
	assert_int_equal(place->config->max_document_bytes, 8388608);
	assert_string_equal(place->config->directory, place->directory);
	assert_true(place->config->procedure_count >= 5);
	assert_true(place->config->holiday_count >= 8);
	assert_int_equal(place->config->route_count, 0);
	assert_int_equal(place->config->partner_count, 0);
}

static void a_whole_file_is_read(void **state)
{
	struct place *place = *state;
	struct config *config;

	put(place, "node.yaml",
	    NODE "office: 02CI\nworkers: 3\nlimits: {document_bytes: 4096, map_bytes: 33554432}\n"
		 "listen:\n  - partner: TH\n    bind: tcp://127.0.0.1:7002\n"
		 "parties:\n  - id: cong-ty-a\n    name: Công ty A\n    tax_code: 0101\n"
		 "    roles: [trader, agent]\n"
		 "traders:\n  - tax_code: 0101\n    name: Công ty A\n    consent_from: 2026-01-01\n"
		 "    ports:\n      - {country: TH, port: THBKK}\n"
		 "agreements: [ASEAN, TEST]\nholidays: [2026-02-17, 2025-02-01]\n");
	put(place, "partners/TH.yaml", CARD);
	if (load(place) != OK)
		fail_msg("%s", place->message);
	config = place->config;
	assert_int_equal(config->workers, 3);
	assert_int_equal(config->max_document_bytes, 4096);
	assert_int_equal(config->map_bytes, 33554432);
	assert_int_equal(config->parties[0].roles, PARTY_TRADER | PARTY_AGENT);
	assert_string_equal(config->parties[0].name, "Công ty A");
	assert_string_equal(config->traders[0].consent_until, "");
	assert_string_equal(config->traders[0].ports[0].port, "THBKK");
	assert_string_equal(config->holidays[0], "2025-02-01");
	assert_string_equal(config_partner_of(config, "TH")->listen, "tcp://127.0.0.1:7002");
	assert_null(config_partner_of(config, "SG"));
}

static const struct config_route *route(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->route_count; i++)
		if (strcmp(config->routes[i].id, id) == 0)
			return &config->routes[i];
	fail_msg("no route %s", id);
	return NULL;
}

static void the_routes_of_all_agreements_in_force_are_there(void **state)
{
	struct place *place = *state;

	put(place, "node.yaml", NODE "agreements: [ASEAN, TEST]\n");
	assert_int_equal(load(place), OK);
	assert_string_equal(route(place->config, "vn-export-acdd")->consent, "acdd");
	assert_string_equal(route(place->config, "vn-export-acdd")->supplies[0].value, "VN");
	assert_string_equal(route(place->config, "vn-co-form-d")->on, "authorised");
	assert_string_equal(route(place->config, "test-declaration")->agreement, "TEST");
	assert_string_equal(route(place->config, "test-declaration-received")->at, "");
	for (size_t i = 0; i < place->config->route_count; i++)
		if (strcmp(place->config->routes[i].kind, "vn.import") == 0)
			assert_string_equal(place->config->routes[i].to, "role:customs");
}

static void what_is_wrong_is_named_with_file_line_and_column(void **state)
{
	static const struct {
		const char *text;
		const char *message; /* behind the file's name */
	} cases[] = {
		{"", ":1:1: the file is empty"},
		{"country: VN\n", "Missing required mapping field: name"},
		{"country: vn\nname: a\n", ":1:10: country: \"vn\": expected a country"},
		{NODE "colour: red\n",
		 ":3:1: Unexpected key: colour; expected one of: country, name"},
		{NODE "parties:\n  - id: a\n    name: A\n    roles: [king]\n",
		 ":6:13: Unknown flag: king; expected a list of: trader, agent"},
		{NODE "parties:\n  - id: a\n    name: A\n    rules: [trader]\n",
		 ":6:5: Unexpected key: rules; expected one of: id, name, tax_code, roles"},
		{NODE "parties:\n  - id: ../b\n    name: A\n    roles: [trader]\n",
		 ":4:9: id: \"../b\": expected letters"},
		{NODE "parties:\n  - {id: a, name: A, roles: [trader]}\n"
		      "  - {id: a, name: B, roles: [trader]}\n",
		 "each id once"},
		{NODE "workers: many\n", ":3:10: 'many' is not a number"},
		{NODE "workers: 65\n", "at most 64"},
		{NODE "limits: {document_bytes: 99999999}\n", "document_bytes"},
		{NODE "name: other\n", ":3:1: Mapping field already seen: name"},
		{NODE "holidays: [2026-02-30]\n", ":3:12: \"2026-02-30\": expected a date"},
		{NODE "listen:\n  - partner: TH\n    bind: 127.0.0.1\n",
		 ":5:11: bind: \"127.0.0.1\": expected an endpoint"},
		{NODE "agreements: [NONE]\n", "routes/NONE.yaml: No such file"},
		{NODE "agreements: [../x]\n", "expected letters"},
		{NODE "office: [\n", "node.yaml:"},
		{NODE "\toffice: 1\n", "not YAML behind this place"},
		{NODE AUTHORITY OFFICE("b"), "role issuing-authority"},
		{NODE AUTHORITY OFFICE("c"), "role issuing-authority"},
		{NODE AUTHORITY OFFICE("a") "    key: keys/x.key\n", "a file below seal/"},
		{NODE AUTHORITY OFFICE("a") "    certificate: seal/../keys/x\n",
		 "a file below seal/"},
		{NODE AUTHORITY OFFICE("a") OFFICE_AGAIN("X", "02"), "each office once"},
		{NODE AUTHORITY OFFICE("a") OFFICE_AGAIN("Y", "01"), "a number that no other"},
		{NODE AUTHORITY "issuing_offices:\n  - {code: X, party: a, number: '01'}\n",
		 "Missing required mapping field: place"},
		{"country: &a VN\nname: *a\n", "node.yaml:2:"},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum err err;

		put(place, "node.yaml", cases[i].text);
		err = load(place);
		if (err != ERR_CONFIG && err != ERR_MISSING)
			fail_msg("case %zu: %s", i, err_name(err));
		if (strstr(place->message, cases[i].message) == NULL)
			fail_msg("case %zu: \"%s\" is not in \"%s\"", i, cases[i].message,
				 place->message);
	}
}

static void what_must_be_signed_is_as_the_kind_says_unless_the_node_says_other(void **state)
{
	struct place *place = *state;

	put(place, "node.yaml", NODE);
	assert_int_equal(load(place), OK);
	assert_string_equal(place->config->signatures.field, "UID");
	assert_string_equal(place->config->signatures.prefix, "MST:");
	assert_true(config_must_be_signed(place->config, "vn.co", true));
	assert_false(config_must_be_signed(place->config, "vn.export", false));
	put(place, "node.yaml",
	    NODE "signatures:\n  field: serialNumber\n  kinds:\n"
		 "    - {kind: vn.export, is: required}\n    - {kind: vn.co, is: optional}\n");
	assert_int_equal(load(place), OK);
	assert_string_equal(place->config->signatures.field, "serialNumber");
	assert_string_equal(place->config->signatures.prefix, "");
	assert_false(config_must_be_signed(place->config, "vn.co", true));
	assert_true(config_must_be_signed(place->config, "vn.export", false));
	put(place, "node.yaml", NODE "signatures:\n  prefix: \"X:\"\n");
	assert_int_equal(load(place), ERR_CONFIG);
	put(place, "node.yaml", NODE "signatures:\n  kinds: [{kind: vn.co, is: maybe}]\n");
	assert_int_equal(load(place), ERR_CONFIG);
}

static void a_missing_file_says_how_to_make_a_node(void **state)
{
	struct place *place = *state;

	assert_int_equal(load(place), ERR_MISSING);
	assert_non_null(strstr(place->message, "sampan node init"));
}

static void a_card_must_be_of_another_country_and_in_its_own_file(void **state)
{
	struct place *place = *state;

	put(place, "node.yaml", NODE);
	put(place, "partners/SG.yaml", CARD);
	assert_int_equal(load(place), ERR_CONFIG);
	assert_non_null(strstr(place->message, "TH.yaml"));
	assert_int_equal(unlink(path_of(place, "partners/SG.yaml")), 0);
	put(place, "node.yaml", "country: TH\nname: x\n");
	put(place, "partners/TH.yaml", CARD);
	assert_int_equal(load(place), ERR_CONFIG);
	assert_non_null(strstr(place->message, "own country"));
}

static void a_card_with_a_wrong_key_is_refused(void **state)
{
	struct place *place = *state;

	put(place, "node.yaml", NODE);
	put(place, "partners/TH.yaml", CARD "listen: nowhere\n");
	assert_int_equal(load(place), ERR_CONFIG);
	assert_non_null(strstr(place->message, "partners/TH.yaml:6:9: listen"));
}

static void a_folder_whose_sockets_would_not_fit_is_refused(void **state)
{
	struct place *place = *state;
	const char *deep =
		path_of(place, "a-folder-with-a-name-that-is-far-too-long-for-the-sockets-"
			       "that-must-be-made-below-it");

	assert_int_equal(mkdir(deep, 0700), 0);
	put(place, arena_format(place->arena, "%s/node.yaml", strrchr(deep, '/') + 1), NODE);
	assert_int_equal(config_load(arena_format(place->arena, "%s/node.yaml", deep), place->arena,
				     &place->config, &place->message),
			 ERR_CONFIG);
	assert_non_null(strstr(place->message, "too long"));
}

static void forms_know_right_from_wrong(void **state)
{
	static const struct {
		form_test *test;
		const char *good;
		const char *bad;
	} cases[] = {
		{form_is_country, "TH", "Th"},
		{form_is_country, "VN", "VNM"},
		{form_is_date, "2024-02-29", "2026-02-29"},
		{form_is_date, "2000-12-31", "2000-13-01"},
		{form_is_date, "2026-01-01", "2026-1-01"},
		{form_is_id, "cong-ty-1", "-a"},
		{form_is_id, "A", ".."},
		{form_is_id, "0101", "a/b"},
		{form_is_node_name, "vn.sampan.example", "vn/1"},
		{form_is_endpoint, "tcp://127.0.0.1:7001", "tcp://127.0.0.1"},
		{form_is_endpoint, "tcp://[::1]:65535", "tcp://a:65536"},
		{form_is_endpoint, "tcp://vn.example:1", "tcp://a b:1"},
		{form_is_endpoint, "tcp://*:7001", "ipc:///tmp/x"},
		{form_is_ledger_key,
		 "th.sampan.example/1+0a1b2c3d+AaUCkWBM2Bm6hDV2hRm1d0cSnvDZ2dLlXtvRa1uXkIFf",
		 "x\nlisten: tcp://0.0.0.0:22 #"
		 "+0a1b2c3d+AaUCkWBM2Bm6hDV2hRm1d0cSnvDZ2dLlXtvRa1uXkIFf"},
		{form_is_route_target, "destination", "role:king"},
		{form_is_route_target, "VN", ""},
		{form_is_route_target, "crossed", "Crossed"},
		{form_is_route_target, "maker", "makers"},
		{form_is_route_target, "addressee", "addressees"},
		{form_is_route_target, "sender", "senders"},
		{form_is_route_target, "authority", "authorities"},
		{form_is_event, "registered", "registred"},
		{form_is_event, "followed", "delivered"},
		{form_is_line, "Công ty", "a\nb"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!cases[i].test(cases[i].good) || cases[i].test(cases[i].bad))
			fail_msg("case %zu: %s / %s", i, cases[i].good, cases[i].bad);
		assert_false(cases[i].test(NULL));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_short_file_gets_its_defaults),
		TEST(a_whole_file_is_read),
		TEST(the_routes_of_all_agreements_in_force_are_there),
		TEST(what_is_wrong_is_named_with_file_line_and_column),
		TEST(what_must_be_signed_is_as_the_kind_says_unless_the_node_says_other),
		TEST(a_missing_file_says_how_to_make_a_node),
		TEST(a_card_must_be_of_another_country_and_in_its_own_file),
		TEST(a_card_with_a_wrong_key_is_refused),
		TEST(a_folder_whose_sockets_would_not_fit_is_refused),
		TEST(forms_know_right_from_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
