/*
 * propose: the decision table of Circular 33/2023/TT-BTC Art. 15 and 16 that is shipped says what facts of the law
 * say, row by row; and it only proposes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/propose.h"

static struct arena *arena;
static struct config config;

static int load(void **state)
{
	const char *message = "";

	(void)state;
	arena = arena_new((size_t)1 << 20);
	if (config_load_origin("schemas/origin.yaml", arena, &config, &message) != OK)
		fail_msg("%s", message);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *proposed(const struct config_origin *table, const struct compare_row *compared,
			    const char *special)
{
	const struct config_origin_row *row = propose_find(table, compared, special, "2026-11-23");

	return row == NULL ? "" : row->propose;
}

/* The rules for goods of these three codes are made up; all others stand under ATIGA Art. 28. */
static struct config_origin with_goods(void)
{
	static struct config_origin_goods goods[] = {
		{"", "CTC RVC"}, {"03", "WO"}, {"0304", "CTC"}, {"61", "SP"}, {"72", "RVC"}};
	struct config_origin table = config.origin;

	table.goods = goods;
	table.goods_count = sizeof(goods) / sizeof(goods[0]);
	return table;
}

static void another_hs_code_is_judged_by_criterion_and_rule(void **state)
{
	static const struct {
		const char *criterion, *hs, *propose;
	} cases[] = {
		{"WO", "69111000", "accept"},
		{"WO", "03021100", "accept"},
		{"PE", "69111000", "accept"},
		{"PE", "03021100", "refuse"},
		{"RVC 100%", "69111000", "accept"},
		{"100%", "03021100", "refuse"},
		{"SP", "61091000", "accept"},
		{"SP", "69111000", "verify"},
		{"CTH", "61091000", "verify"},
		{"CTH", "69111000", "ask"},
		{"CTH", "03042000", "ask"}, /* the longer code holds */
		{"CTH", "72061000", "verify"},
		{"RVC 40%", "72061000", "ask"},
		{"40%", "03042000", "verify"},
		{"CTSH + RVC 35%", "72061000", "ask"},
		{"CTSH+RVC 35%", "03042000", "ask"},
		{"PC 25%", "03042000", "verify"},
		{"", "69111000", "ask"},
		{"100% WOOL", "03021100", "refuse"},
		{"WOOL", "03021100", "ask"},
	};
	const struct config_origin table = with_goods();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct compare_row row = {.field = "hs",
						.verdict = COMPARE_DIFFERS,
						.hs = cases[i].hs,
						.criterion = cases[i].criterion};

		if (strcmp(proposed(&table, &row, ""), cases[i].propose) != 0)
			fail_msg("%s for %s: %s", cases[i].criterion, cases[i].hs,
				 proposed(&table, &row, ""));
	}
}

static void each_other_difference_has_its_article(void **state)
{
	static const struct {
		const char *field;
		enum compare_verdict verdict;
		const char *special, *propose, *basis;
	} cases[] = {
		{"hs", COMPARE_MINOR, "", "accept", "15.8"},
		{"quantity", COMPARE_PART, "", "accept", "15.5"},
		{"quantity", COMPARE_DIFFERS, "", "accept-part", "15.6"},
		{"quantity", COMPARE_UNKNOWN, "", "accept", "15.8"},
		{"invoice", COMPARE_DIFFERS, "DE-MINIMIS THIRD-INVOICING", "accept", "15.7"},
		{"invoice", COMPARE_DIFFERS, "DE-MINIMIS", "ask", "19"},
		{"origin", COMPARE_DIFFERS, "", "verify", "19"},
		{"consignee", COMPARE_DIFFERS, "", "ask", "19"},
		{"value", COMPARE_DIFFERS, "", "ask", "19"},
		{"value", COMPARE_MINOR, "", "", ""},
		{"hs", COMPARE_EQUAL, "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct compare_row compared = {.field = cases[i].field,
						     .verdict = cases[i].verdict,
						     .hs = "69111000",
						     .criterion = "CTH"};
		const struct config_origin_row *row =
			propose_find(&config.origin, &compared, cases[i].special, "2026-11-23");

		assert_string_equal(row == NULL ? "" : row->propose, cases[i].propose);
		if (row != NULL)
			assert_non_null(strstr(row->basis, cases[i].basis));
	}
}

static void a_row_counts_on_its_days_only(void **state)
{
	struct config_origin_row rows[] = {{.field = "hs",
					    .verdict = "differs",
					    .propose = "refuse",
					    .valid_from = "2026-01-01",
					    .valid_until = "2026-12-31"}};
	const struct config_origin table = {.rows = rows, .row_count = 1};
	const struct compare_row row = {
		.field = "hs", .verdict = COMPARE_DIFFERS, .hs = "", .criterion = ""};

	(void)state;
	assert_non_null(propose_find(&table, &row, "", "2026-12-31"));
	assert_null(propose_find(&table, &row, "", "2027-01-01"));
	assert_null(propose_find(&table, &row, "", "2025-12-31"));
}

static void one_countrys_law_proposes_nothing_in_another(void **state)
{
	struct config thai = {.country = "TH"}, own = {.country = "VN"};
	const char *message = "";

	(void)state;
	assert_int_equal(config_load_origin("schemas/origin.yaml", arena, &thai, &message), OK);
	assert_int_equal(config_load_origin("schemas/origin.yaml", arena, &own, &message), OK);
	assert_int_equal(thai.origin.row_count, 0);
	assert_true(own.origin.row_count > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_hs_code_is_judged_by_criterion_and_rule),
		cmocka_unit_test(each_other_difference_has_its_article),
		cmocka_unit_test(a_row_counts_on_its_days_only),
		cmocka_unit_test(one_countrys_law_proposes_nothing_in_another),
	};

	return cmocka_run_group_tests_name("propose", tests, load, unload);
}
