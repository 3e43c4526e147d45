#include "messages/rule_date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DISTANCE 100000

/* Days before 1 January of the year, from 0 in year 1. */
static int32_t days_before(int32_t year)
{
	int32_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400;
}

static int32_t number_of(struct date_form_day day)
{
	int32_t number = days_before(day.year) + day.day - 1;

	for (int32_t month = 1; month < day.month; month++)
		number += date_form_days_of(day.year, month);
	return number;
}

static struct date_form_day day_of(int32_t number)
{
	struct date_form_day day = {.year = number / 366 + 1, .month = 1};

	while (days_before(day.year + 1) <= number)
		day.year++;
	number -= days_before(day.year);
	while (number >= date_form_days_of(day.year, day.month))
		number -= date_form_days_of(day.year, day.month++);
	day.day = number + 1;
	return day;
}

bool rule_date_parse(struct bytes text, enum date_form form, int32_t *ret_day)
{
	struct date_form_day day;

	if (!date_form_parse_day(text, form, &day))
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
	struct date_form_day day = day_of(number);
	int32_t months = day.year * 12 + day.month - 1 + distance.months;

	if (distance.months != 0 && months < 12)
		return 0;
	day.year = months / 12;
	day.month = months % 12 + 1;
	if (day.day > date_form_days_of(day.year, day.month))
		day.day = date_form_days_of(day.year, day.month);
	number = number_of(day) + distance.days;
	return number < 0 ? 0 : number;
}

const char *rule_date_format(int32_t number, char at[RULE_DATE_TEXT_BYTES])
{
	struct date_form_day day = day_of(number);

	(void)snprintf(at, RULE_DATE_TEXT_BYTES, "%04d-%02d-%02d", (int)day.year, (int)day.month,
		       (int)day.day);
	return at;
}
