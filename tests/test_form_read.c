/*
 * Where in a form it is said what is wrong: with the document it made, and what the ledger objects to.
 */
#include "node/form_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_wrong_is_told_at_the_nearest_field(void **state)
{
	static struct stylesheet_place places[] = {
		{"/E[1]/R[1]", "r"}, {"/E[1]/R[1]/T[1]", "t"}, {"/E[1]/R[1]/T[10]", "ten"}};
	static const struct {
		const char *path, *field;
	} cases[] = {{"/E[1]/R[1]/T[1]", "t"},
		     {"/E[1]/R[1]/T[1]/@x", "t"},
		     {"/E[1]/R[1]/Q[1]", "r"},
		     {"/E[1]/R[10]", NULL},
		     {"/E[1]", NULL},
		     {"", NULL},
		     {"field/a[1]/b", "a[1]/b"},
		     {"/E[1]/R[1]/T[10]", "ten"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *field = form_read_field(cases[i].path, places, 3);

		print_message("%s\n", cases[i].path);
		if (cases[i].field == NULL)
			assert_null(field);
		else
			assert_string_equal(field, cases[i].field);
	}
}

static void what_the_ledger_objects_to_is_told_at_its_field(void **state)
{
	static struct stylesheet_place places[] = {
		{"/Envelope[1]/Header[1]/Subject[1]/reference[1]", "reference"},
		{"/E[1]/Exporter[1]/TaxCode[1]", "Exporter/TaxCode"},
		{"/D[1]/DueDateTime[1]/DateTimeString[1]", "due"},
		{"/E[1]/Answer[1]/RequestReference[1]", "request"},
		{"/E[1]/Use[1]/Quantity[1]", "item[1]/quantity"},
		{"/E[1]/Use[1]/ImportDeclarationNumber[1]", "declaration"},
		{"/E[1]/Use[2]/Quantity[1]", "item[12]/quantity"},
		{"/E[1]/Use[2]/QuantityUnitCode[1]", "item[12]/unit"}};
	static const struct {
		const char *code, *value, *field;
	} cases[] = {{"identity-used", "", "reference"},
		     {"no-mandate", "", "Exporter/TaxCode"},
		     {"answer-by-over", "", "due"},
		     {"request-unknown", "", "request"},
		     {"declaration-unknown", "100000000001", "declaration"},
		     {"balance-exceeded", "1: 600 PCE", "item[1]/quantity"},
		     {"balance-exceeded", "12: 600 PCE", "item[12]/quantity"},
		     {"balance-exceeded", "2: 600 PCE", NULL},
		     {"balance-exceeded", "", NULL},
		     {"item-unknown", "12", "item[12]/quantity"},
		     {"unit-differs", "12: KGM", "item[12]/unit"},
		     {"duplicate", "", NULL},
		     {"same-person", "", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding finding = {.code = cases[i].code, .value = cases[i].value};
		const char *field =
			form_read_objected(&finding, places, sizeof(places) / sizeof(places[0]));

		print_message("%s %s\n", cases[i].code, cases[i].value);
		if (cases[i].field == NULL)
			assert_null(field);
		else
			assert_string_equal(field, cases[i].field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_told_at_the_nearest_field),
		cmocka_unit_test(what_the_ledger_objects_to_is_told_at_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
