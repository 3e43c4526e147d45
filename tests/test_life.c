/* life: the table of states, and what lodging begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/life.h"
#include "sampan/form.h"

static const char *const lives[] = {"declaration",        "certificate", "application",
				    "authorisation",      "notice",      "arrival",
				    "foreign-certificate"};

static const struct {
	const char *life, *state;
	enum life_event event;
	const char *next;
} steps[] = {
	{"declaration", "", LIFE_CHECKED, "checked"},
	{"declaration", "", LIFE_PARKED, "parked"},
	{"declaration", "", LIFE_NOTED, "noted"},
	{"declaration", "", LIFE_ISSUED, NULL},
	{"declaration", "checked", LIFE_REGISTERED, "registered"},
	{"declaration", "registered", LIFE_REGISTERED, NULL},
	{"declaration", "parked", LIFE_REGISTERED, NULL},
	{"declaration", "noted", LIFE_REGISTERED, NULL},
	{"declaration", "noted", LIFE_DELIVERED, NULL},
	{"declaration", "registered", LIFE_DELIVERED, "registered"},
	{"declaration", "checked", LIFE_DELIVERED, "transmitted"},
	{"declaration", "transmitted", LIFE_DELIVERED, NULL},
	{"declaration", "registered", LIFE_CANCELLED, "cancelled"},
	{"declaration", "noted", LIFE_CANCELLED, NULL},
	{"declaration", "cancelled", LIFE_REGISTERED, NULL},
	{"certificate", "", LIFE_ISSUED, "issued"},
	{"certificate", "", LIFE_CHECKED, NULL},
	{"certificate", "parked", LIFE_AUTHORISED, NULL},
	{"certificate", "noted", LIFE_AUTHORISED, NULL},
	{"certificate", "issued", LIFE_AUTHORISED, "authorised"},
	{"certificate", "issued", LIFE_WITHHELD, "issued"},
	{"certificate", "authorised", LIFE_WITHHELD, NULL},
	{"certificate", "authorised", LIFE_AUTHORISED, NULL},
	{"certificate", "authorised", LIFE_DELIVERED, "transmitted"},
	{"certificate", "transmitted", LIFE_AUTHORISED, NULL},
	{"certificate", "issued", LIFE_CANCELLED, "cancelled"},
	{"certificate", "transmitted", LIFE_CANCELLED, "cancelled"},
	{"certificate", "cancelled", LIFE_AUTHORISED, NULL},
	{"notice", "", LIFE_CANCELLED, "checked"},
	{"notice", "checked", LIFE_DELIVERED, "delivered"},
	{"notice", "parked", LIFE_DELIVERED, NULL},
	{"arrival", "received", LIFE_PARKED, "parked"},
	{"arrival", "parked", LIFE_DELIVERED, NULL},
	{"application", "", LIFE_CHECKED, "lodged"},
	{"application", "lodged", LIFE_DELIVERED, "with-authority"},
	{"application", "with-authority", LIFE_ISSUED, "issued"},
	{"application", "issued", LIFE_ISSUED, NULL},
	{"application", "parked", LIFE_ISSUED, NULL},
	{"authorisation", "", LIFE_PARKED, "parked"},
	{"authorisation", "parked", LIFE_CHECKED, "done"},
	{"authorisation", "done", LIFE_CHECKED, NULL},
	{"arrival", "", LIFE_RECEIVED, "received"},
	{"arrival", "received", LIFE_CHECKED, "checked"},
	{"arrival", "received", LIFE_SET_ASIDE, "set-aside"},
	{"arrival", "set-aside", LIFE_CHECKED, NULL},
	{"arrival", "set-aside", LIFE_DELIVERED, NULL},
	{"arrival", "checked", LIFE_DELIVERED, "handed-over"},
	{"declaration", "registered", LIFE_PAPERS_ASKED, "papers-asked"},
	{"declaration", "papers-asked", LIFE_SUPPLEMENTED, "supplemented"},
	{"declaration", "papers-asked", LIFE_CLEARED, NULL},
	{"declaration", "under-inspection", LIFE_CLEARED, NULL},
	{"declaration", "under-inspection", LIFE_CANCELLED, NULL},
	{"declaration", "under-inspection", LIFE_INSPECTED, "inspected"},
	{"declaration", "registered", LIFE_INSPECTED, NULL},
	{"declaration", "inspected", LIFE_CLEARED, "cleared"},
	{"declaration", "cleared", LIFE_REJECTED, NULL},
	{"declaration", "cleared", LIFE_CANCELLED, NULL},
	{"declaration", "cleared", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "cleared", LIFE_AMENDED, "amended"},
	{"declaration", "rejected", LIFE_CLEARED, NULL},
	{"declaration", "rejected", LIFE_AMENDED, NULL},
	{"declaration", "checked", LIFE_CLEARED, NULL},
	{"application", "with-authority", LIFE_PAPERS_ASKED, "supplement-asked"},
	{"application", "supplement-asked", LIFE_SUPPLEMENTED, "supplemented"},
	{"application", "rejected", LIFE_ISSUED, NULL},
	{"application", "issued", LIFE_REJECTED, NULL},
	{"foreign-certificate", "handed-over", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "under-verification", LIFE_USED, NULL},
	{"foreign-certificate", "under-verification", LIFE_NOT_CONFIRMED, "not-confirmed"},
	{"foreign-certificate", "not-confirmed", LIFE_USED, NULL},
	{"foreign-certificate", "not-confirmed", LIFE_EXPIRED, NULL},
	{"foreign-certificate", "not-confirmed", LIFE_ACCEPTED, "accepted"},
	{"certificate", "under-verification", LIFE_NOT_CONFIRMED, "not-confirmed"},
	{"certificate", "not-confirmed", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "cancelled", LIFE_USED, NULL},
	{"foreign-certificate", "not-accepted", LIFE_USED, NULL},
	{"certificate", "transmitted", LIFE_RECEIVED, "received"},
	{"certificate", "cancelled", LIFE_USED, NULL},
	{"certificate", "authorised", LIFE_USED, "partly-used"},
	{"unheard-of", "", LIFE_CHECKED, NULL},
	{"", "", LIFE_CHECKED, NULL},
};

static void each_event_leads_where_the_specification_says_or_nowhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *next = life_step(steps[i].life, steps[i].state, steps[i].event);

		if ((next == NULL) != (steps[i].next == NULL) ||
		    (next != NULL && strcmp(next, steps[i].next) != 0))
			fail_msg("step %zu leads to %s", i, next == NULL ? "nothing" : next);
		assert_true(next == NULL || life_has(steps[i].life, steps[i].event));
	}
}

static void nothing_leads_out_of_what_ended(void **state)
{
	static const char *const ends[] = {"refused",   "set-aside", "noted",      "cancelled",
					   "delivered", "done",      "handed-over"};

	(void)state;
	/* what customs holds is handed over and used */
	for (size_t l = 0; l + 1 < sizeof(lives) / sizeof(lives[0]); l++)
		for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++)
			for (unsigned event = 0; event < LIFE_EVENT_COUNT; event++)
				assert_null(life_step(lives[l], ends[e], (enum life_event)event));
}

static void lodging_begins_what_the_meaning_says(void **state)
{
	static const struct {
		const char *life;
		bool registers;
		const char *meaning;
		enum life_event event;
	} cases[] = {
		{"declaration", true, "original", LIFE_CHECKED},
		{"declaration", true, "amendment", LIFE_CHECKED},
		{"declaration", true, "cancellation", LIFE_NOTED},
		{"declaration", true, "supplement", LIFE_NOTED},
		{"declaration", true, "other", LIFE_NOTED},
		{"declaration", true, "", LIFE_NOTED},
		{"declaration", false, "original", LIFE_CHECKED},
		{"declaration", false, "cancellation", LIFE_CHECKED},
		{"certificate", false, "original", LIFE_ISSUED},
		{"certificate", false, "amendment", LIFE_NOTED},
		{"certificate", false, "cancellation", LIFE_NOTED},
		{"certificate", false, "supplement", LIFE_NOTED},
		{"certificate", false, "other", LIFE_NOTED},
		{"application", false, "original", LIFE_CHECKED},
		{"application", false, "supplement", LIFE_CHECKED},
		{"authorisation", false, "original", LIFE_CHECKED},
		{"authorisation", false, "cancellation", LIFE_NOTED},
		{"notice", false, "original", LIFE_CHECKED},
		{"notice", false, "other", LIFE_CHECKED},
		{"notice", false, "cancellation", LIFE_CANCELLED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum life_event event =
			life_begin(cases[i].life, cases[i].registers, cases[i].meaning);

		assert_int_equal(event, cases[i].event);
		assert_non_null(life_step(cases[i].life, "", event));
	}
}

static void whatever_may_be_lodged_may_be_parked(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(life_step(lives[i], "", LIFE_PARKED), "parked");
}

static void every_event_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned a = 0; a < LIFE_EVENT_COUNT; a++)
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(life_event_name((enum life_event)a),
						life_event_name((enum life_event)b));
}

static void every_event_that_a_route_can_wait_for_is_one_of_ours(void **state)
{
	static const enum life_event events[] = {LIFE_CHECKED,   LIFE_PARKED,     LIFE_REGISTERED,
						 LIFE_ISSUED,    LIFE_AUTHORISED, LIFE_RECEIVED,
						 LIFE_CANCELLED, LIFE_FOLLOWED};

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		assert_true(form_is_event(life_event_name(events[i])));
}

static bool is_listed(const char *name)
{
	const char *listed;

	for (unsigned i = 0; (listed = life_state(i)) != NULL; i++)
		if (strcmp(listed, name) == 0)
			return true;
	return false;
}

static void the_states_are_those_that_steps_lead_to_each_once(void **state)
{
	unsigned count = 0;

	(void)state;
	while (life_state(count) != NULL)
		count++;
	for (unsigned a = 0; a < count; a++) {
		bool is_reached = false;

		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(life_state(a), life_state(b));
		for (size_t l = 0; l < sizeof(lives) / sizeof(lives[0]); l++)
			for (unsigned event = 0; event < LIFE_EVENT_COUNT; event++)
				for (unsigned from = 0; from <= count; from++) {
					const char *next = life_step(
						lives[l], from == count ? "" : life_state(from),
						(enum life_event)event);

					assert_true(next == NULL || is_listed(next));
					is_reached |=
						next != NULL && strcmp(next, life_state(a)) == 0;
				}
		if (!is_reached)
			fail_msg("nothing leads to %s", life_state(a));
	}
}

static void an_event_has_a_name_and_lives_that_know_it(void **state)
{
	(void)state;
	assert_true(life_has("declaration", LIFE_CLEARED));
	assert_false(life_has("arrival", LIFE_CLEARED));
	assert_int_equal(life_event_of("cleared"), LIFE_CLEARED);
	assert_int_equal(life_event_of(""), LIFE_EVENT_COUNT);
	assert_int_equal(life_event_of("no-such-event"), LIFE_EVENT_COUNT);
}

static void a_life_is_known_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		assert_true(life_is_known(lives[i]));
	assert_false(life_is_known("after-life"));
	assert_false(life_is_known(""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_leads_where_the_specification_says_or_nowhere),
		cmocka_unit_test(nothing_leads_out_of_what_ended),
		cmocka_unit_test(lodging_begins_what_the_meaning_says),
		cmocka_unit_test(whatever_may_be_lodged_may_be_parked),
		cmocka_unit_test(every_event_has_a_name_of_its_own),
		cmocka_unit_test(every_event_that_a_route_can_wait_for_is_one_of_ours),
		cmocka_unit_test(the_states_are_those_that_steps_lead_to_each_once),
		cmocka_unit_test(an_event_has_a_name_and_lives_that_know_it),
		cmocka_unit_test(a_life_is_known_or_not),
	};

	return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
