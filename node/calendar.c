#include "node/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24ull * 3600 * 1000)

/*
 * Days since 1970-01-01 to a proleptic Gregorian date, years counted from March so that leap days
 * come last.
 */
static struct calendar_day day_of_number(uint64_t days)
{
	uint64_t shifted = days + 719468;
	uint64_t era = shifted / 146097;
	uint64_t in_era = shifted % 146097;
	uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	uint64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * in_year + 2) / 153;
	struct calendar_day day = {
		.year = (int)(year + era * 400 + (month >= 10 ? 1 : 0)),
		.month = (unsigned)(month < 10 ? month + 3 : month - 9),
		.day = (unsigned)(in_year - (153 * month + 2) / 5 + 1),
	};

	return day;
}

struct calendar_day calendar_day_of(uint64_t time_ms)
{
	return day_of_number((time_ms + CALENDAR_OFFSET_MS) / DAY_MS);
}

static char *put_digits(char *at, unsigned number, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

static void format_day(struct calendar_day day, char ret_date[CALENDAR_DATE_BYTES])
{
	char *at = put_digits(ret_date, (unsigned)day.year, 4);

	*at++ = '-';
	at = put_digits(at, day.month, 2);
	*at++ = '-';
	*put_digits(at, day.day, 2) = '\0';
}

void calendar_format_date(uint64_t time_ms, char ret_date[CALENDAR_DATE_BYTES])
{
	format_day(calendar_day_of(time_ms), ret_date);
}

static bool is_working_day(uint64_t days, const char *const *holidays, size_t holiday_count)
{
	char date[CALENDAR_DATE_BYTES];

	/* 1970-01-01 was a Thursday: day 2 a Saturday, day 3 a Sunday */
	if (days % 7 == 2 || days % 7 == 3)
		return false;
	format_day(day_of_number(days), date);
	for (size_t i = 0; i < holiday_count; i++)
		if (strcmp(holidays[i], date) == 0)
			return false;
	return true;
}

uint64_t calendar_due(uint64_t time_ms, unsigned working_days, const char *const *holidays,
		      size_t holiday_count)
{
	uint64_t days = (time_ms + CALENDAR_OFFSET_MS) / DAY_MS;
	unsigned left = working_days;

	while (left > 0 || !is_working_day(days, holidays, holiday_count)) {
		days++;
		if (left > 0 && is_working_day(days, holidays, holiday_count))
			left--;
	}
	return (days + 1) * DAY_MS - CALENDAR_OFFSET_MS - 1;
}

static uint64_t end_of_number(uint64_t days)
{
	return (days + 1) * DAY_MS - CALENDAR_OFFSET_MS - 1;
}

uint64_t calendar_end_after(uint64_t time_ms, unsigned days)
{
	return end_of_number((time_ms + CALENDAR_OFFSET_MS) / DAY_MS + days);
}

/* The other way round: of day_of_number(). */
static uint64_t number_of_day(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t shifted = month > 2 ? year : year - 1;
	uint64_t in_era = shifted % 400;
	uint64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return shifted / 400 * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

/* "2026-11-22" or "20261122" as its digits; 0: it is neither. */
static uint64_t digits_of(const char *date)
{
	uint64_t value = 0;
	size_t len = strlen(date), digits = 0;

	for (size_t i = 0; i < len; i++)
		if (date[i] >= '0' && date[i] <= '9' && ++digits <= 8)
			value = value * 10 + (uint64_t)(date[i] - '0');
		else if (len != 10 || date[i] != '-' || (i != 4 && i != 7))
			return 0;
	return digits == 8 ? value : 0;
}

uint64_t calendar_end_of(const char *date)
{
	uint64_t value = digits_of(date), number;
	struct calendar_day day;

	if (value < 19700102)
		return 0;
	number = number_of_day(value / 10000, value / 100 % 100, value % 100);
	day = day_of_number(number);
	return (uint64_t)day.year * 10000 + day.month * 100u + day.day == value
		       ? end_of_number(number)
		       : 0;
}

bool calendar_is_within(const char *date, const char *from, const char *until)
{
	return (from[0] == '\0' || strcmp(date, from) >= 0) &&
	       (until[0] == '\0' || strcmp(date, until) <= 0);
}
