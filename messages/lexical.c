#include "messages/lexical.h"

#include <string.h>

#include "messages/date_form.h"

#define MAX_DIGITS 18u /* libxml2 counts up to 24 */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- Numbers ---- */

static struct bytes take_digits(struct bytes *text)
{
	struct bytes digits = {text->at, 0};

	while (text->len > 0 && is_digit(*text->at)) {
		text->at++;
		text->len--;
		digits.len++;
	}
	return digits;
}

static bool take(struct bytes *text, char c)
{
	if (text->len == 0 || *text->at != (uint8_t)c)
		return false;
	text->at++;
	text->len--;
	return true;
}

/* Sign and point have a place beside the digits. */
bool lexical_decimal(struct bytes text, struct decimal *ret_decimal)
{
	return text.len <= MAX_DIGITS + 2 && decimal_parse(text, ret_decimal);
}

static bool is_decimal(struct bytes text)
{
	struct decimal decimal;

	return lexical_decimal(text, &decimal);
}

static bool is_unsigned(struct bytes text)
{
	struct bytes digits = take_digits(&text);

	return text.len == 0 && digits.len > 0 && digits.len <= MAX_DIGITS;
}

static bool is_integer(struct bytes text)
{
	if (!take(&text, '-'))
		(void)take(&text, '+');
	return is_unsigned(text);
}

static bool is_boolean(struct bytes text)
{
	return bytes_equal(text, bytes_of_text("true")) ||
	       bytes_equal(text, bytes_of_text("false")) ||
	       (text.len == 1 && (*text.at == '0' || *text.at == '1'));
}

/* ---- Days and times ---- */

/* Just so many digits, as a number that lies between two. */
static bool take_number(struct bytes *text, size_t len, unsigned least, unsigned most,
			unsigned *ret_number)
{
	unsigned number = 0;

	if (text->len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(text->at[i]))
			return false;
		number = number * 10 + (text->at[i] - '0');
	}
	*text = bytes_of(text->at + len, text->len - len);
	*ret_number = number;
	return number >= least && number <= most;
}

static bool take_day(struct bytes *text)
{
	unsigned year, month, day;

	return take_number(text, 4, 1, 9999, &year) && take(text, '-') &&
	       take_number(text, 2, 1, 12, &month) && take(text, '-') &&
	       take_number(text, 2, 1, (unsigned)date_form_days_of((int)year, (int)month), &day);
}

static bool take_clock(struct bytes *text)
{
	unsigned part;

	if (!take_number(text, 2, 0, 23, &part) || !take(text, ':') ||
	    !take_number(text, 2, 0, 59, &part) || !take(text, ':') ||
	    !take_number(text, 2, 0, 59, &part))
		return false;
	if (take(text, '.')) {
		size_t digits = take_digits(text).len;

		return digits > 0 && digits <= MAX_DIGITS;
	}
	return true;
}

/* A zone, or nothing. */
static bool ends_with_zone(struct bytes text)
{
	unsigned hours, minutes;

	if (text.len == 0)
		return true;
	if (take(&text, 'Z'))
		return text.len == 0;
	if (!take(&text, '+') && !take(&text, '-'))
		return false;
	return take_number(&text, 2, 0, 13, &hours) && take(&text, ':') &&
	       take_number(&text, 2, 0, 59, &minutes) && text.len == 0;
}

static bool is_date(struct bytes text)
{
	return take_day(&text) && ends_with_zone(text);
}

static bool is_date_time(struct bytes text)
{
	return take_day(&text) && take(&text, 'T') && take_clock(&text) && ends_with_zone(text);
}

static bool is_time(struct bytes text)
{
	return take_clock(&text) && ends_with_zone(text);
}

static bool is_year(struct bytes text)
{
	unsigned year;

	return take_number(&text, 4, 1, 9999, &year) && ends_with_zone(text);
}

static bool is_year_month(struct bytes text)
{
	unsigned part;

	return take_number(&text, 4, 1, 9999, &part) && take(&text, '-') &&
	       take_number(&text, 2, 1, 12, &part) && ends_with_zone(text);
}

/* ---- Words ---- */

static bool is_of(struct bytes text, const char *others)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_letter(text.at[i]) && !is_digit(text.at[i]) &&
		    (text.at[i] == '\0' || strchr(others, text.at[i]) == NULL))
			return false;
	}
	return true;
}

static bool is_nmtoken(struct bytes text)
{
	return text.len > 0 && is_of(text, "._:-");
}

static bool is_ncname(struct bytes text)
{
	return text.len > 0 && (is_letter(*text.at) || *text.at == '_') && is_of(text, "._-");
}

static bool is_name(struct bytes text)
{
	return text.len > 0 && (is_letter(*text.at) || *text.at == '_') && is_of(text, "._:-");
}

/* "vi", "vi-VN" */
static bool is_language(struct bytes text)
{
	if (text.len != 2 && text.len != 5)
		return false;
	return is_letter(text.at[0]) && is_letter(text.at[1]) &&
	       (text.len == 2 ||
		(text.at[2] == '-' && is_letter(text.at[3]) && is_letter(text.at[4])));
}

/* A name with a scheme and no more than a path: "urn:un:unece:x", "https://host/path". */
static bool is_uri(struct bytes text)
{
	const uint8_t *colon = text.len == 0 ? NULL : memchr(text.at, ':', text.len);
	struct bytes rest;
	bool has_host;

	if (colon == NULL)
		return text.len > 0 && is_of(text, "-._~");
	rest = bytes_of(colon + 1, text.len - (size_t)(colon + 1 - text.at));
	has_host = bytes_has_prefix(rest, bytes_of_text("//"));
	if (has_host)
		rest = bytes_of(rest.at + 2, rest.len - 2);
	return colon > text.at && is_letter(*text.at) && rest.len > 0 && *rest.at != '/' &&
	       is_of(bytes_of(text.at, (size_t)(colon - text.at)), "") &&
	       is_of(rest, has_host ? "-._~/" : "-._~/:");
}

bool lexical_holds(enum lexical lexical, struct bytes text)
{
	static bool (*const holds[])(struct bytes) = {
		[LEXICAL_DECIMAL] = is_decimal,
		[LEXICAL_INTEGER] = is_integer,
		[LEXICAL_UNSIGNED] = is_unsigned,
		[LEXICAL_BOOLEAN] = is_boolean,
		[LEXICAL_DATE] = is_date,
		[LEXICAL_DATE_TIME] = is_date_time,
		[LEXICAL_TIME] = is_time,
		[LEXICAL_YEAR] = is_year,
		[LEXICAL_YEAR_MONTH] = is_year_month,
		[LEXICAL_URI] = is_uri,
		[LEXICAL_LANGUAGE] = is_language,
		[LEXICAL_NMTOKEN] = is_nmtoken,
		[LEXICAL_NAME] = is_name,
		[LEXICAL_NCNAME] = is_ncname,
	};

	if (lexical == LEXICAL_STRING)
		return true;
	return lexical != LEXICAL_NONE && holds[lexical](text);
}
