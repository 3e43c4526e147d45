/* calendar: days at the office, working days, ranges of dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "node/calendar.h"
#include "sampan/clock.h"

#define HOUR_MS (3600ull * 1000)
#define NOON_MS 1795323600000ull /* 2026-11-22T12:00 in Ha Noi (05:00Z), a Sunday */

static void a_day_begins_at_midnight_of_the_office(void **state)
{
	static const struct {
		uint64_t time_ms;
		const char *date;
	} cases[] = {
		{0, "1970-01-01"},
		{NOON_MS, "2026-11-22"},
		{NOON_MS + 12 * HOUR_MS - 1, "2026-11-22"},
		{NOON_MS + 12 * HOUR_MS, "2026-11-23"},
		{NOON_MS + 24 * 9 * HOUR_MS, "2026-12-01"},
		{951757200000ull, "2000-02-29"},  /* a century that is a leap year */
		{4107517200000ull, "2100-03-01"}, /* one that is not: 28 February + 1 */
		{253402275599999ull, "9999-12-31"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char date[CALENDAR_DATE_BYTES];

		calendar_format_date(cases[i].time_ms, date);
		assert_string_equal(date, cases[i].date);
	}
}

static void every_day_of_a_century_follows_the_one_before(void **state)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct calendar_day expected = {.year = 1970, .month = 1, .day = 1};

	(void)state;
	for (uint64_t n = 0; n < 36525 + 366; n++) {
		struct calendar_day day = calendar_day_of(n * 24 * HOUR_MS);
		bool is_leap = expected.year % 4 == 0;
		unsigned last = days[expected.month - 1] + (expected.month == 2 && is_leap ? 1 : 0);

		assert_int_equal(day.year, expected.year);
		assert_int_equal(day.month, expected.month);
		assert_int_equal(day.day, expected.day);
		expected.day = expected.day == last ? 1 : expected.day + 1;
		expected.month = expected.day != 1      ? expected.month
				 : expected.month == 12 ? 1
							: expected.month + 1;
		expected.year += expected.day == 1 && expected.month == 1 ? 1 : 0;
	}
}

static void a_lodgement_is_due_at_the_end_of_a_working_day(void **state)
{
	/* from the Sunday 22 November 2026; 24 November is a holiday */
	static const char *const holidays[] = {"2026-11-24", "2026-12-25"};
	static const struct {
		int days_on; /* from the Sunday */
		unsigned working_days;
		const char *due;
	} cases[] = {
		{1, 0, "2026-11-23T16:59:59.999Z"},  /* Monday itself */
		{0, 0, "2026-11-23T16:59:59.999Z"},  /* Sunday: the next working day */
		{0, 1, "2026-11-23T16:59:59.999Z"},  /* Sunday */
		{-1, 1, "2026-11-23T16:59:59.999Z"}, /* Saturday */
		{-2, 1, "2026-11-23T16:59:59.999Z"}, /* Friday */
		{1, 1, "2026-11-25T16:59:59.999Z"},  /* Monday, over the holiday */
		{2, 0, "2026-11-25T16:59:59.999Z"},  /* lodged on the holiday */
		{-2, 5, "2026-11-30T16:59:59.999Z"}, {1, 10, "2026-12-08T16:59:59.999Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t time_ms = NOON_MS + (uint64_t)(cases[i].days_on + 10) * 24 * HOUR_MS -
				   10 * 24 * HOUR_MS;
		char due[CLOCK_TEXT_BYTES];

		clock_format(calendar_due(time_ms, cases[i].working_days, holidays, 2), due);
		assert_string_equal(due, cases[i].due);
	}
}

static void a_day_by_its_date_ends_where_the_day_itself_does(void **state)
{
	static const char *const none[] = {
		"",           "2027-02-29", "2026-13-01",  "2026-00-10", "2026-04-31", "20260431",
		"2026/01/01", "2026-1-01",  "2026-01-011", "0000-00-00", "99999999",   "x"};
	char date[CALENDAR_DATE_BYTES], bare[CALENDAR_DATE_BYTES];

	(void)state;
	for (uint64_t day = 0; day < 36525; day++) {
		uint64_t noon = NOON_MS + day * 24 * HOUR_MS;
		uint64_t end = calendar_end_after(noon, 0);

		calendar_format_date(noon, date);
		(void)snprintf(bare, sizeof(bare), "%.4s%.2s%.2s", date, date + 5, date + 8);
		assert_int_equal(calendar_end_of(date), end);
		assert_int_equal(calendar_end_of(bare), end);
		assert_int_equal(calendar_end_after(noon, 180), end + 180 * 24 * HOUR_MS);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(calendar_end_of(none[i]), 0);
}

static void a_range_of_dates_holds_both_its_ends_and_may_be_open(void **state)
{
	static const struct {
		const char *from, *until;
		bool is_within;
	} cases[] = {
		{"", "", true},
		{"2026-11-22", "2026-11-22", true},
		{"2026-11-23", "", false},
		{"", "2026-11-21", false},
		{"2020-01-01", "", true},
		{"", "2030-01-01", true},
		{"2026-11-23", "2026-11-21", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(calendar_is_within("2026-11-22", cases[i].from, cases[i].until),
				 cases[i].is_within);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_begins_at_midnight_of_the_office),
		cmocka_unit_test(every_day_of_a_century_follows_the_one_before),
		cmocka_unit_test(a_lodgement_is_due_at_the_end_of_a_working_day),
		cmocka_unit_test(a_day_by_its_date_ends_where_the_day_itself_does),
		cmocka_unit_test(a_range_of_dates_holds_both_its_ends_and_may_be_open),
	};

	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
