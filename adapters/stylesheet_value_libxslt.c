#include "adapters/stylesheet_libxslt.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>

#define DIGITS_MAX 15u /* more than a double holds are nobody's amount */
#define DAY_CHARACTERS 10u
#define SHOWN_BYTES ((size_t)2 * 1024 * 1024) /* longer than a document that is shown */

/* The one argument; NULL: the error is told. */
static xmlChar *argument_of(xmlXPathParserContextPtr context, int count)
{
	if (count == 1)
		return xmlXPathPopString(context);
	xmlXPathSetError(context, XPATH_INVALID_ARITY);
	return NULL;
}

/* ---- Amounts ---- */

static void put_whole(const char *digits, size_t len, char mark, struct buffer *to)
{
	while (len > 1 && *digits == '0') {
		digits++;
		len--;
	}
	for (; len > 0; len--, digits++) {
		buffer_put_byte(to, (uint8_t)*digits);
		if (len > 1 && len % 3 == 1)
			buffer_put_byte(to, (uint8_t)mark);
	}
}

static void put_amount(const char *text, bool in_vietnamese, struct buffer *to)
{
	size_t whole = strspn(text, "0123456789");
	const char *fraction = text[whole] == '.' ? text + whole + 1 : "";
	bool is_plain = whole > 0 && whole <= DIGITS_MAX &&
			(text[whole] == '\0' || text[whole] == '.') &&
			fraction[strspn(fraction, "0123456789")] == '\0';

	if (!is_plain) {
		buffer_put_text(to, text);
		return;
	}
	put_whole(text, whole, in_vietnamese ? '.' : ',', to);
	if (*fraction != '\0')
		buffer_put_byte(to, in_vietnamese ? ',' : '.');
	buffer_put_text(to, fraction);
}

/* Write what a text is shown as. */
typedef void writer(const char *text, bool in_vietnamese, struct buffer *to);

static void return_written(xmlXPathParserContextPtr context, int count, writer *write)
{
	const struct stylesheet_rendering *rendering =
		xsltXPathGetTransformContext(context)->_private;
	xmlChar *text = argument_of(context, count);
	struct buffer made;

	if (text == NULL)
		return;
	buffer_init(&made, SHOWN_BYTES);
	write((const char *)text, rendering->language == STYLESHEET_VIETNAMESE, &made);
	buffer_put_byte(&made, '\0');
	if (buffer_error(&made) == OK)
		valuePush(context, xmlXPathNewCString((const char *)made.at));
	else
		xmlXPathSetError(context, XPATH_MEMORY_ERROR);
	buffer_clear(&made);
	xmlFree(text);
}

static void function_amount(xmlXPathParserContextPtr context, int count)
{
	return_written(context, count, put_amount);
}

/* ---- Days ---- */

#define DAY_DIGITS 8u

/* The digits of the first ten characters, without dashes; false: it is no day. */
static bool is_day(const char *text, char digits[DAY_DIGITS + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < DAY_CHARACTERS && text[i] != '\0'; i++) {
		if (text[i] == '-')
			continue;
		if (!isdigit((unsigned char)text[i]) || count == DAY_DIGITS)
			return false;
		digits[count++] = text[i];
	}
	digits[count] = '\0';
	return count == DAY_DIGITS;
}

static void put_day(const char *text, bool in_vietnamese, struct buffer *to)
{
	char digits[DAY_DIGITS + 1];

	(void)in_vietnamese;
	if (!is_day(text, digits))
		buffer_put_text(to, text);
	else if (strchr(text, '-') == NULL && strcmp(digits + 4, "1900") > 0)
		buffer_put_format(to, "%.2s/%.2s/%s", digits, digits + 2, digits + 4);
	else
		buffer_put_format(to, "%s/%.2s/%.4s", digits + 6, digits + 4, digits);
}

static void function_day(xmlXPathParserContextPtr context, int count)
{
	return_written(context, count, put_day);
}

/* ---- Moments ---- */

/* Of so many digits; -1: it is none. */
static int number_of(const char *text, size_t digits)
{
	int value = 0;

	for (; digits > 0; digits--, text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		value = value * 10 + (*text - '0');
	}
	return value;
}

/* Days from a March of long ago: a leap day is a year's last. */
static int days_of(int year, int month, int day)
{
	int y = year - (month < 3), m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day;
}

/* "2026-11-22T09:44:08.123Z" */
static double seconds_of(const char *text)
{
	static const size_t places[] = {0, 5, 8, 11, 14, 17};
	int parts[sizeof(places) / sizeof(places[0])];

	if (strlen(text) < places[5] + 2)
		return NAN;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if ((parts[i] = number_of(text + places[i], i == 0 ? 4 : 2)) < 0)
			return NAN;
	return days_of(parts[0], parts[1], parts[2]) * 86400.0 + parts[3] * 3600 + parts[4] * 60 +
	       parts[5];
}

static void function_seconds(xmlXPathParserContextPtr context, int count)
{
	xmlChar *text = argument_of(context, count);

	if (text == NULL)
		return;
	valuePush(context, xmlXPathNewFloat(seconds_of((const char *)text)));
	xmlFree(text);
}

enum err stylesheet_value_allow(xsltTransformContextPtr context)
{
	static const struct stylesheet_function functions[] = {
		{"amount", function_amount}, {"day", function_day}, {"seconds", function_seconds}};

	return stylesheet_allow(context, functions, sizeof(functions) / sizeof(functions[0]));
}
