/*
 * test_form_table - which document a form makes at which node.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/form_table.h"

static struct config_route routes[] = {{.at = "", .kind = "asw.co-status"},
				       {.at = "TH", .kind = "asw.verification"}};

/* What no route of the country carries nobody would hear of. */
static void each_country_makes_what_it_has_and_what_a_route_carries(void **state)
{
	static const struct {
		const char *form, *country, *kind;
	} cases[] = {
		{"co-accept", "VN", "vn.co-status"},
		{"co-accept", "TH", "asw.co-status"},
		{"co-verify", "MY", ""},
		{"clear", "VN", "vn.response"},
		{"clear", "TH", "th.response"},
		{"clear", "MY", ""},
		{"issue", "VN", "vn.co"},
		{"issue", "TH", ""},
	};
	struct caller officer;

	(void)state;
	caller_init(&officer);
	officer.proof = CALLER_FOLDER;
	officer.party = "customs";
	officer.roles = CALLER_CUSTOMS_OFFICER | CALLER_ISSUING_OFFICER;
	officer.offices = "03CC";
	officer.actions = CALLER_ALL_ACTIONS;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct config config = {
			.country = cases[i].country, .routes = routes, .route_count = 2};
		const struct form_row *row = form_table_find(cases[i].form);
		struct bytes kind = form_table_kind(row, &config);

		print_message("%s in %s\n", cases[i].form, cases[i].country);
		assert_true(bytes_equal(kind, bytes_of_text(cases[i].kind)));
		assert_int_equal(form_table_is_for(row, &officer, &config), kind.len > 0);
	}
	officer.kinds = "vn.response";
	assert_false(form_table_is_for(form_table_find("clear"), &officer,
				       &(struct config){.country = "TH"}));
}

static void a_form_speaks_of_the_kinds_of_its_row_in_any_version(void **state)
{
	const struct form_row *row = form_table_find("clear");

	(void)state;
	assert_true(form_table_speaks_of(row, "th.import/1"));
	assert_true(form_table_speaks_of(row, "vn.import"));
	assert_false(form_table_speaks_of(row, "vn.imp"));
	assert_false(form_table_speaks_of(row, "wco.declaration/1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_country_makes_what_it_has_and_what_a_route_carries),
		cmocka_unit_test(a_form_speaks_of_the_kinds_of_its_row_in_any_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
