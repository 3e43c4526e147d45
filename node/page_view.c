#include "node/page_view.h"

#include <stdio.h>
#include <string.h>

#include "node/calendar.h"

#define MAX_DEPTH 48u
#define MOMENT_BYTES 24u /* without the final zero */
#define SHOWN_BYTES 64u
#define DAY_MS (24ull * 3600 * 1000)

/* ---- Moments ---- */

static bool is_moment(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";

	for (size_t i = 0; i < MOMENT_BYTES; i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return text[MOMENT_BYTES] == '\0';
}

static unsigned number(const char *text, size_t digits)
{
	unsigned value = 0;

	while (digits-- > 0)
		value = value * 10 + (unsigned)(*text++ - '0');
	return value;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar; years from 1970. */
static uint64_t days_until(unsigned year, unsigned month, unsigned day)
{
	unsigned y = year - (month <= 2), era_year = y % 400, m = month > 2 ? month - 3 : month + 9;
	uint64_t days = (uint64_t)(y / 400) * 146097 + era_year * 365 + era_year / 4 -
			era_year / 100 + (153 * m + 2) / 5 + day - 1;

	return days < 719468 ? 0 : days - 719468;
}

static void put_moment(const char *text, struct stylesheet_tree *tree)
{
	uint64_t time_ms =
		days_until(number(text, 4), number(text + 5, 2), number(text + 8, 2)) * DAY_MS +
		(number(text + 11, 2) * 3600ull + number(text + 14, 2) * 60 +
		 number(text + 17, 2)) *
			1000;
	struct calendar_day day = calendar_day_of(time_ms);
	unsigned minutes = (unsigned)((time_ms + CALENDAR_OFFSET_MS) % DAY_MS / 60000);
	char shown[SHOWN_BYTES];

	(void)snprintf(shown, sizeof(shown), "%02u/%02u/%04d", day.day, day.month, day.year);
	stylesheet_tree_attribute(tree, "day", shown);
	(void)snprintf(shown, sizeof(shown), "%02u:%02u", minutes / 60, minutes % 60);
	stylesheet_tree_attribute(tree, "clock", shown);
	(void)snprintf(shown, sizeof(shown), "%.10s %.8s UTC", text, text + 11);
	stylesheet_tree_attribute(tree, "utc", shown);
}

/* ---- Values ---- */

static void put(const json_t *value, unsigned depth, struct stylesheet_tree *tree);

static void put_text(const json_t *value, struct stylesheet_tree *tree)
{
	const char *text = json_string_value(value);

	if (is_moment(text))
		put_moment(text, tree);
	stylesheet_tree_text(tree, bytes_of(text, json_string_length(value)));
}

static void put_number(const json_t *value, struct stylesheet_tree *tree)
{
	char shown[SHOWN_BYTES];

	if (json_is_integer(value))
		(void)snprintf(shown, sizeof(shown), "%" JSON_INTEGER_FORMAT,
			       json_integer_value(value));
	else
		(void)snprintf(shown, sizeof(shown), "%g", json_real_value(value));
	stylesheet_tree_text(tree, bytes_of_text(shown));
}

static void put_object(const json_t *value, unsigned depth, struct stylesheet_tree *tree)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)value, name, member)
	{
		stylesheet_tree_open(tree, name);
		put(member, depth + 1, tree);
		stylesheet_tree_close(tree);
	}
}

static void put_list(const json_t *value, unsigned depth, struct stylesheet_tree *tree)
{
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
	{
		stylesheet_tree_open(tree, "item");
		put(item, depth + 1, tree);
		stylesheet_tree_close(tree);
	}
}

static void put(const json_t *value, unsigned depth, struct stylesheet_tree *tree)
{
	if (depth > MAX_DEPTH)
		return;
	if (json_is_object(value))
		put_object(value, depth, tree);
	else if (json_is_array(value))
		put_list(value, depth, tree);
	else if (json_is_string(value))
		put_text(value, tree);
	else if (json_is_number(value))
		put_number(value, tree);
	else if (json_is_boolean(value))
		stylesheet_tree_text(tree, bytes_of_text(json_is_true(value) ? "true" : "false"));
}

void page_view_put(const json_t *value, struct stylesheet_tree *tree)
{
	put(value, 0, tree);
}
