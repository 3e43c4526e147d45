/*
 * date_form - a date or time in one written form, in another.
 *
 * Forms: docs/maps.md. Days are checked against the calendar. Nothing is invented: no time of day
 * for a date, no zone for a time.
 */
#ifndef MESSAGES_DATE_FORM_H
#define MESSAGES_DATE_FORM_H

#include "sampan/arena.h"
#include "sampan/err.h"

enum date_form {
	DATE_FORM_DDMMYYYY,
	DATE_FORM_102,      /* yyyymmdd */
	DATE_FORM_304,      /* yyyymmddhhmmss and a zone: Z, +07 or +0730 */
	DATE_FORM_ISO_DATE, /* yyyy-mm-dd */
	DATE_FORM_ISO_TIME, /* yyyy-mm-ddThh:mm:ss, perhaps a fraction, perhaps a zone Z or +07:00
			     */
	DATE_FORM_VNSW,     /* yyyy-mm-dd hh:mm:ss, perhaps a fraction, in Viet Nam's time, +07 */
	DATE_FORM_102_AT_07 /* yyyymmdd; of a moment, the day it is at +07: Viet Nam, Thailand */
};

/* A form by its name in docs/maps.md; false when there is no such form. */
bool date_form_parse(const char *name, enum date_form *ret_form);

/* Its name there; static memory. */
const char *date_form_name(enum date_form form);

/* A day of the Gregorian calendar, years 1 to 9999. */
struct date_form_day {
	int year, month, day;
};

/*
 * The day that a text of this form says, whatever time of day it says behind it. false: it is none
 * (31 February, year 0, other signs), or something stands behind the day of a form without time;
 * *ret_day is untouched.
 */
bool date_form_parse_day(struct bytes text, enum date_form form, struct date_form_day *ret_day);

/* How many days a month (1 to 12) has. */
int date_form_days_of(int year, int month);

/* Would the conversion have to invent a time of day? */
bool date_form_is_inventing(enum date_form from, enum date_form to);

/* Is something of this text not said in the other form: its time of day, or a fraction of a second
 * that is not 0? A zone that another clock stands for is not lost. */
bool date_form_is_losing(const char *text, enum date_form from, enum date_form to);

/* *ret_text is of the arena; NULL when the text is not a date of that form or cannot be said in the
 * other. */
enum err date_form_convert(const char *text, enum date_form from, enum date_form to,
			   struct arena *arena, const char **ret_text);

#endif
