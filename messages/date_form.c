#include "messages/date_form.h"

#include <string.h>

#define VIET_NAM_ZONE_MINUTES (7 * 60)
#define ZONE_MAX_HOURS 14
#define DAY_MINUTES (24 * 60)

struct moment {
	int year, month, day, hour, minute, second;
	bool has_zone;
	bool is_zulu; /* written Z */
	int zone_minutes;
};

/*
 * How a form is written: letters stand for digits of year, month, day, hour, minute, second; 'f'
 * for a fraction that may be missing, 'z' and 'Z' for a zone without and with a colon (Z may be
 * missing); all else stands for itself.
 */
static const struct {
	const char *name;
	const char *pattern;
	bool has_time;
} forms[] = {
	[DATE_FORM_DDMMYYYY] = {"ddmmyyyy", "ddmmyyyy", false},
	[DATE_FORM_102] = {"102", "yyyymmdd", false},
	[DATE_FORM_304] = {"304", "yyyymmddhhiissz", true},
	[DATE_FORM_ISO_DATE] = {"iso-date", "yyyy-mm-dd", false},
	[DATE_FORM_ISO_TIME] = {"iso-time", "yyyy-mm-ddThh:ii:ssfZ", true},
	[DATE_FORM_VNSW] = {"vnsw", "yyyy-mm-dd hh:ii:ssf", true},
	[DATE_FORM_102_AT_07] = {"102+07", "yyyymmdd", false},
};

bool date_form_parse(const char *name, enum date_form *ret_form)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(forms[i].name, name) == 0) {
			*ret_form = (enum date_form)i;
			return true;
		}
	}
	return false;
}

const char *date_form_name(enum date_form form)
{
	return forms[form].name;
}

bool date_form_is_inventing(enum date_form from, enum date_form to)
{
	return forms[to].has_time && !forms[from].has_time;
}

bool date_form_is_losing(const char *text, enum date_form from, enum date_form to)
{
	const char *fraction = strchr(text, '.');

	if (!forms[from].has_time)
		return false;
	return !forms[to].has_time ||
	       (fraction != NULL && fraction[1 + strspn(fraction + 1, "0")] >= '1' &&
		fraction[1 + strspn(fraction + 1, "0")] <= '9');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int *field_of(struct moment *moment, char letter)
{
	switch (letter) {
	case 'y':
		return &moment->year;
	case 'm':
		return &moment->month;
	case 'd':
		return &moment->day;
	case 'h':
		return &moment->hour;
	case 'i':
		return &moment->minute;
	case 's':
		return &moment->second;
	default:
		return NULL;
	}
}

static bool parse_pair(const char **at, int *ret_number)
{
	if (!is_digit((*at)[0]) || !is_digit((*at)[1]))
		return false;
	*ret_number = ((*at)[0] - '0') * 10 + ((*at)[1] - '0');
	*at += 2;
	return true;
}

/* Z, +07, and behind the hours minutes, parted by a colon or not. */
static bool parse_zone(const char **at, bool has_colon, struct moment *moment)
{
	int sign, hours, minutes = 0;

	moment->has_zone = true;
	if (**at == 'Z') {
		moment->is_zulu = true;
		(*at)++;
		return true;
	}
	if (**at != '+' && **at != '-')
		return false;
	sign = *(*at)++ == '-' ? -1 : 1;
	if (!parse_pair(at, &hours))
		return false;
	if (has_colon && *(*at)++ != ':')
		return false;
	if ((has_colon || is_digit(**at)) && !parse_pair(at, &minutes))
		return false;
	moment->zone_minutes = sign * (hours * 60 + minutes);
	return hours <= ZONE_MAX_HOURS && minutes < 60;
}

static void skip_fraction(const char **at)
{
	if (**at != '.' || !is_digit((*at)[1]))
		return;
	for ((*at)++; is_digit(**at); (*at)++)
		;
}

int date_form_days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

/* A leap second is the last of a day in UTC. Where no zone is written, of any hour. */
static bool may_leap(const struct moment *moment)
{
	int minutes = moment->hour * 60 + moment->minute - moment->zone_minutes;

	if (!moment->has_zone)
		return moment->minute == 59;
	return (minutes + 2 * DAY_MINUTES) % DAY_MINUTES == DAY_MINUTES - 1;
}

static bool is_valid(const struct moment *moment)
{
	return moment->year >= 1 && moment->month >= 1 && moment->month <= 12 && moment->day >= 1 &&
	       moment->day <= date_form_days_of(moment->year, moment->month) && moment->hour < 24 &&
	       moment->minute < 60 &&
	       (moment->second < 60 || (moment->second == 60 && may_leap(moment)));
}

static bool parse_mark(const char **at, char mark, struct moment *moment)
{
	int *field = field_of(moment, mark);

	if (field != NULL) {
		if (!is_digit(**at))
			return false;
		*field = *field * 10 + (*(*at)++ - '0');
		return true;
	}
	if (mark == 'f') {
		skip_fraction(at);
		return true;
	}
	if (mark == 'z' || mark == 'Z')
		return (mark == 'Z' && **at == '\0') || parse_zone(at, mark == 'Z', moment);
	return *(*at)++ == mark;
}

static bool parse(const char *text, enum date_form form, struct moment *moment)
{
	*moment = (struct moment){0};
	for (const char *mark = forms[form].pattern; *mark != '\0'; mark++) {
		if (!parse_mark(&text, *mark, moment))
			return false;
	}
	if (form == DATE_FORM_VNSW) {
		moment->has_zone = true;
		moment->zone_minutes = VIET_NAM_ZONE_MINUTES;
	}
	return *text == '\0' && is_valid(moment);
}

#define DAY_BYTES (sizeof("yyyy-mm-dd") - 1)

bool date_form_parse_day(struct bytes text, enum date_form form, struct date_form_day *ret_day)
{
	const char *mark = forms[form].pattern;
	char day[DAY_BYTES + 1] = {0};
	struct moment moment = {0};
	const char *at = day;

	if (text.len > 0)
		memcpy(day, text.at, text.len < DAY_BYTES ? text.len : DAY_BYTES);
	for (; *mark != '\0' && strchr("T hz", *mark) == NULL; mark++) {
		if (!parse_mark(&at, *mark, &moment))
			return false;
	}
	if (!is_valid(&moment) || (!forms[form].has_time && text.len > (size_t)(at - day)))
		return false;
	*ret_day = (struct date_form_day){moment.year, moment.month, moment.day};
	return true;
}

static void move_day(struct moment *moment, int step)
{
	moment->day += step;
	if (moment->day < 1) {
		if (--moment->month < 1) {
			moment->month = 12;
			moment->year--;
		}
		moment->day = date_form_days_of(moment->year, moment->month);
	} else if (moment->day > date_form_days_of(moment->year, moment->month)) {
		moment->day = 1;
		if (++moment->month > 12) {
			moment->month = 1;
			moment->year++;
		}
	}
}

/* The same moment on the clock of another zone. */
static void move_to_zone(struct moment *moment, int zone_minutes)
{
	int minutes = moment->hour * 60 + moment->minute + zone_minutes - moment->zone_minutes;

	for (; minutes < 0; minutes += DAY_MINUTES)
		move_day(moment, -1);
	for (; minutes >= DAY_MINUTES; minutes -= DAY_MINUTES)
		move_day(moment, 1);
	moment->hour = minutes / 60;
	moment->minute = minutes % 60;
	moment->zone_minutes = zone_minutes;
}

static char *put_number(char *at, int number, int digits)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

static char *put_zone(char *at, bool has_colon, const struct moment *moment)
{
	int minutes = moment->zone_minutes < 0 ? -moment->zone_minutes : moment->zone_minutes;

	if (moment->is_zulu) {
		*at++ = 'Z';
		return at;
	}
	*at++ = moment->zone_minutes < 0 ? '-' : '+';
	at = put_number(at, minutes / 60, 2);
	if (has_colon)
		*at++ = ':';
	if (has_colon || minutes % 60 != 0)
		at = put_number(at, minutes % 60, 2);
	return at;
}

static void format(char *at, enum date_form form, struct moment *moment)
{
	const char *mark = forms[form].pattern;

	while (*mark != '\0') {
		const int *field = field_of(moment, *mark);
		size_t digits = strspn(mark, (char[]){*mark, '\0'});

		if (field != NULL) {
			at = put_number(at, *field, (int)digits);
			mark += digits;
			continue;
		}
		if (*mark == 'z' || *mark == 'Z')
			at = moment->has_zone ? put_zone(at, *mark == 'Z', moment) : at;
		else if (*mark != 'f')
			*at++ = *mark;
		mark++;
	}
	*at = '\0';
}

enum err date_form_convert(const char *text, enum date_form from, enum date_form to,
			   struct arena *arena, const char **ret_text)
{
	struct moment moment;
	char *converted;

	*ret_text = NULL;
	if (date_form_is_inventing(from, to) || !parse(text, from, &moment))
		return OK;
	if (forms[to].has_time && to != DATE_FORM_ISO_TIME && !moment.has_zone)
		return OK;
	if (to == DATE_FORM_VNSW || (to == DATE_FORM_102_AT_07 && moment.has_zone))
		move_to_zone(&moment, VIET_NAM_ZONE_MINUTES);
	if (moment.year < 1 || moment.year > 9999)
		return OK;
	converted = arena_alloc(arena, strlen("yyyy-mm-ddThh:mm:ss+hh:mm") + 1);
	if (converted == NULL)
		return ERR_MEMORY;
	format(converted, to, &moment);
	*ret_text = converted;
	return OK;
}
