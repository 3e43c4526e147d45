/*
 * calendar - days as people and laws count them, without time zones of the machine.
 *
 * Viet Nam and Thailand keep UTC+7 all year; a node's day is that of its office: UTC plus
 * CALENDAR_OFFSET_MS. Working days are Monday to Friday without the holidays of the configuration.
 */
#ifndef NODE_CALENDAR_H
#define NODE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALENDAR_OFFSET_MS (7ull * 3600 * 1000)
#define CALENDAR_DATE_BYTES 11u /* "2026-11-22" */

struct calendar_day {
	int year;
	unsigned month; /* 1 to 12 */
	unsigned day;   /* 1 to 31 */
};

struct calendar_day calendar_day_of(uint64_t time_ms);

/* "YYYY-MM-DD" */
void calendar_format_date(uint64_t time_ms, char ret_date[CALENDAR_DATE_BYTES]);

/*
 * The end of the n-th working day after the day of time_ms (0: of that day itself, or of the next
 * working day). holidays are sorted ISO dates.
 */
uint64_t calendar_due(uint64_t time_ms, unsigned working_days, const char *const *holidays,
		      size_t holiday_count);

/* The end of the n-th day after the day of time_ms, whatever day that is. */
uint64_t calendar_end_after(uint64_t time_ms, unsigned days);

/* The end of the day "2026-11-22" or "20261122"; 0: it is no day of a calendar. */
uint64_t calendar_end_of(const char *date);

/* Does the ISO date lie in from .. until, both included, "" being open? */
bool calendar_is_within(const char *date, const char *from, const char *until);

#endif
