#include "messages/rule_date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DISTANCE 100000

struct day {
	int32_t year, month, day;
};

static bool is_leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
	static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days before 1 January of the year, from 0 in year 1. */
static int32_t days_before(int32_t year)
{
	int32_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400;
}

static int32_t number_of(struct day day)
{
	int32_t number = days_before(day.year) + day.day - 1;

	for (int32_t month = 1; month < day.month; month++)
		number += days_of_month(day.year, month);
	return number;
}

static struct day day_of(int32_t number)
{
	struct day day = {.year = number / 366 + 1, .month = 1};

	while (days_before(day.year + 1) <= number)
		day.year++;
	number -= days_before(day.year);
	while (number >= days_of_month(day.year, day.month))
		number -= days_of_month(day.year, day.month++);
	day.day = number + 1;
	return day;
}

static bool parse_digits(struct bytes text, size_t at, size_t count, int32_t *ret_number)
{
	int32_t number = 0;

	if (at + count > text.len)
		return false;
	for (size_t i = at; i < at + count; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		number = number * 10 + (text.at[i] - '0');
	}
	*ret_number = number;
	return true;
}

/* Where year, month and day stand, and how long a text of this form at least is. */
static const struct {
	uint8_t year, month, day, len;
	bool has_dashes;
	bool has_time;
} places[] = {
	[DATE_FORM_DDMMYYYY] = {4, 2, 0, 8, false, false},
	[DATE_FORM_102] = {0, 4, 6, 8, false, false},
	[DATE_FORM_304] = {0, 4, 6, 8, false, true},
	[DATE_FORM_ISO_DATE] = {0, 5, 8, 10, true, false},
	[DATE_FORM_ISO_TIME] = {0, 5, 8, 10, true, true},
	[DATE_FORM_VNSW] = {0, 5, 8, 10, true, true},
	[DATE_FORM_102_AT_07] = {0, 4, 6, 8, false, false},
};

bool rule_date_parse(struct bytes text, enum date_form form, int32_t *ret_day)
{
	struct day day;

	if (text.len < places[form].len || (text.len > places[form].len && !places[form].has_time))
		return false;
	if (places[form].has_dashes && (text.at[4] != '-' || text.at[7] != '-'))
		return false;
	if (!parse_digits(text, places[form].year, 4, &day.year) ||
	    !parse_digits(text, places[form].month, 2, &day.month) ||
	    !parse_digits(text, places[form].day, 2, &day.day) || day.year < 1 || day.month < 1 ||
	    day.month > 12 || day.day < 1 || day.day > days_of_month(day.year, day.month))
		return false;
	*ret_day = number_of(day);
	return true;
}

bool rule_date_parse_distance(const char *text, struct rule_distance *ret_distance)
{
	struct rule_distance distance = {0};
	char *unit;
	long count = strtol(text, &unit, 10);

	if (unit == text || *unit != ' ' || count > MAX_DISTANCE || count < -MAX_DISTANCE)
		return false;
	unit++;
	if (strcmp(unit, "days") == 0 || strcmp(unit, "day") == 0)
		distance.days = (int32_t)count;
	else if (strcmp(unit, "months") == 0 || strcmp(unit, "month") == 0)
		distance.months = (int32_t)count;
	else if (strcmp(unit, "years") == 0 || strcmp(unit, "year") == 0)
		distance.months = (int32_t)count * 12;
	else
		return false;
	*ret_distance = distance;
	return true;
}

int32_t rule_date_add(int32_t number, struct rule_distance distance)
{
	struct day day = day_of(number);
	int32_t months = day.year * 12 + day.month - 1 + distance.months;

	if (distance.months != 0 && months < 12)
		return 0;
	day.year = months / 12;
	day.month = months % 12 + 1;
	if (day.day > days_of_month(day.year, day.month))
		day.day = days_of_month(day.year, day.month);
	number = number_of(day) + distance.days;
	return number < 0 ? 0 : number;
}

const char *rule_date_format(int32_t number, char at[RULE_DATE_TEXT_BYTES])
{
	struct day day = day_of(number);

	(void)snprintf(at, RULE_DATE_TEXT_BYTES, "%04d-%02d-%02d", (int)day.year, (int)day.month,
		       (int)day.day);
	return at;
}
