/*
 * rule_date - days of the calendar as numbers, for rules about order and distance.
 *
 * Gregorian, years 1 to 9999. Of a written time only the day counts, as it is written: no zone is
 * turned into another.
 */
#ifndef MESSAGES_RULE_DATE_H
#define MESSAGES_RULE_DATE_H

#include "messages/date_form.h"

/*
 * The day that the text begins with in this form (docs/maps.md), as days since 1 January of year 1.
 * false: not such a day (31 February, year 0, other signs); *ret_day is untouched.
 */
bool rule_date_parse(struct bytes text, enum date_form form, int32_t *ret_day);

/* A distance. Months first, then days. */
struct rule_distance {
	int32_t months;
	int32_t days;
};

/* "3 days", "12 months", "-1 years", "1 day". false: not a distance; *ret_distance is untouched. */
bool rule_date_parse_distance(const char *text, struct rule_distance *ret_distance);

/* A month later is the same day of that month, or its last: 31 January + 1 month is 28 or 29
 * February. */
int32_t rule_date_add(int32_t day, struct rule_distance distance);

#define RULE_DATE_TEXT_BYTES 32u

/* yyyy-mm-dd. Returns `at`. */
const char *rule_date_format(int32_t day, char at[RULE_DATE_TEXT_BYTES]);

#endif
