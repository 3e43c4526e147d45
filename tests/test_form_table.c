/*
 * test_form_table - which document a form makes at which node; and what a page offers is what the commit lets
 * through: the column of states repeats the table of life.c, here both are held against each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/word.h"
#include "node/form_table.h"
#include "node/life.h"

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

/* The event that each form is. `not_offered`: states that would let it through, and why no page says so. */
static const struct {
	const char *form;
	enum life_event event;
	const char *not_offered;
} meant[] = {
	{"clear", LIFE_CLEARED, ""},
	{"refuse", LIFE_REJECTED, ""},
	{"ask-papers", LIFE_PAPERS_ASKED, ""},
	{"inspect", LIFE_INSPECTION_ORDERED, ""},
	{"inspection-result", LIFE_INSPECTED, ""},
	{"re-route", LIFE_ROUTED, ""},
	/* accepted already, or used, or too late: nothing would change */
	{"co-accept", LIFE_ACCEPTED, "accepted partly-used used-up expired"},
	{"co-not-accept", LIFE_NOT_ACCEPTED, ""},
	/* nothing is left of it, as far as anybody knows */
	{"co-use", LIFE_USED, "used-up"},
	/* nothing is used of it */
	{"co-reverse", LIFE_REVERSED, "accepted"},
	{"co-verify", LIFE_QUESTIONED, ""},
	{"supplement", LIFE_SUPPLEMENTED, ""},
	{"cancel", LIFE_CANCELLED, ""},
	{"authorise", LIFE_AUTHORISED, ""},
	{"issue", LIFE_DECIDED, ""},
	{"refuse-application", LIFE_REJECTED, ""},
	{"ask-supplement", LIFE_PAPERS_ASKED, ""},
	{"replace", LIFE_REPLACED, ""},
	{"cancel-certificate", LIFE_CANCELLED, ""},
	{"verification-answer", LIFE_ANSWERED, ""},
};

static const struct {
	const char *kind, *life;
} lives[] = {{"vn.export", "declaration"}, {"th.import", "declaration"},
	     {"vn.import", "declaration"}, {"vn.co-application", "application"},
	     {"vn.co", "certificate"},     {"asw.form-d", "foreign-certificate"}};

static bool is_possible(const struct form_row *row, const char *state, enum life_event event)
{
	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		if (word_is_in(row->about, lives[i].kind) &&
		    life_step(lives[i].life, state, event) != NULL)
			return true;
	return false;
}

static void compare(const struct form_row *row, size_t i)
{
	const char *state;

	for (unsigned s = 0; (state = life_state(s)) != NULL; s++) {
		bool is_offered = word_is_in(row->in, state);
		bool is_held_back = word_is_in(meant[i].not_offered, state);
		bool may_be = is_possible(row, state, meant[i].event);

		if (is_offered != (may_be && !is_held_back))
			fail_msg("%s in %s: the page %s it, the commit %s it", row->name, state,
				 is_offered ? "offers" : "does not offer",
				 may_be ? "takes" : "refuses");
		if (is_held_back && !may_be)
			fail_msg("%s: %s need not be held back", row->name, state);
	}
}

static void what_a_page_offers_is_what_the_commit_takes(void **state)
{
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		const struct form_row *row = form_table_find(meant[i].form);

		assert_non_null(row);
		compare(row, i);
	}
	for (const struct form_row *row = form_table; row->name != NULL; row++)
		compared += row->about[0] != '\0';
	assert_int_equal(compared, sizeof(meant) / sizeof(meant[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_country_makes_what_it_has_and_what_a_route_carries),
		cmocka_unit_test(a_form_speaks_of_the_kinds_of_its_row_in_any_version),
		cmocka_unit_test(what_a_page_offers_is_what_the_commit_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
