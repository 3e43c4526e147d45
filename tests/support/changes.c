#include "tests/support/changes.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Dates ---- */

/* The parts of a text that is a date in one of the forms; zone: minutes, or INT32_MIN for none. */
struct moment {
	int year, month, day, hour, minute, second;
	bool has_time;
	bool has_zone;
	int zone;
};

static bool read_zone(const char *text, struct moment *moment)
{
	int hours = 0, minutes = 0;

	moment->has_zone = *text != '\0';
	if (*text == '\0' || strcmp(text, "Z") == 0)
		return true;
	if (sscanf(text, "%3d:%2d", &hours, &minutes) < 1)
		return false;
	if (strchr(text, ':') == NULL && strlen(text) == 5)
		minutes = atoi(text + 3);
	moment->zone = hours * 60 + (*text == '-' ? -minutes : minutes);
	return true;
}

static bool is_day(const struct moment *moment)
{
	return moment->year > 0 && moment->month >= 1 && moment->month <= 12 && moment->day >= 1 &&
	       moment->day <= 31;
}

static bool read_time(const char *text, const char *format, struct moment *moment)
{
	int end = 0;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (sscanf(text, format, &moment->hour, &moment->minute, &moment->second, &end) != 3 ||
	    end == 0)
		return false;
#pragma GCC diagnostic pop
	text += end;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	moment->has_time = true;
	return read_zone(text, moment);
}

static bool read_digits(const char *text, size_t digits, struct moment *moment)
{
	if (digits == 8 &&
	    sscanf(text, "%2d%2d%4d", &moment->day, &moment->month, &moment->year) == 3 &&
	    is_day(moment) && moment->year > 1900)
		return true;
	return sscanf(text, "%4d%2d%2d", &moment->year, &moment->month, &moment->day) == 3 &&
	       is_day(moment) &&
	       (digits == 8 || (digits == 14 && read_time(text + 8, "%2d%2d%2d%n", moment)));
}

static bool read_moment(const char *text, struct moment *moment)
{
	size_t digits;

	*moment = (struct moment){0};
	text += strspn(text, " \t\r\n");
	digits = strspn(text, "0123456789");
	if (digits == 8 || digits == 14)
		return read_digits(text, digits, moment);
	if (sscanf(text, "%4d-%2d-%2d", &moment->year, &moment->month, &moment->day) != 3 ||
	    !is_day(moment))
		return false;
	if (text[10] == ' ' && isdigit((unsigned char)text[11])) {
		bool is_one = read_time(text + 11, "%2d:%2d:%2d%n", moment);

		moment->has_zone = true;
		moment->zone = 7 * 60; /* Viet Nam's */
		return is_one;
	}
	return text[10] != 'T' || read_time(text + 11, "%2d:%2d:%2d%n", moment);
}

static time_t seconds_of(const struct moment *moment)
{
	struct tm parts = {.tm_year = moment->year - 1900,
			   .tm_mon = moment->month - 1,
			   .tm_mday = moment->day,
			   .tm_hour = moment->hour,
			   .tm_min = moment->minute - moment->zone,
			   .tm_sec = moment->second};

	return timegm(&parts);
}

bool changes_is_same_moment(const char *first, const char *second)
{
	struct moment one, other;

	return read_moment(first, &one) && read_moment(second, &other) && one.has_zone &&
	       other.has_zone && seconds_of(&one) == seconds_of(&other);
}

bool changes_is_same_day(const char *first, const char *second)
{
	struct moment one, other;

	return read_moment(first, &one) && read_moment(second, &other) && one.year == other.year &&
	       one.month == other.month && one.day == other.day &&
	       (!one.has_time || !other.has_time ||
		(one.hour == other.hour && one.minute == other.minute &&
		 one.second == other.second));
}

/* The day that a moment is in Viet Nam and Thailand (102+07). */
static bool is_day_at_07(const char *moment, const char *day)
{
	struct moment one, other;
	int64_t seconds;

	if (!read_moment(moment, &one) || !read_moment(day, &other) || !one.has_zone ||
	    other.has_time)
		return false;
	seconds = seconds_of(&one) + 7 * 60 * 60 - seconds_of(&other);
	return seconds >= 0 && seconds < 24 * 60 * 60;
}

/* ---- Numbers ---- */

static struct bytes trimmed(const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return bytes_of(text, len);
}

/* Digits without the zeros that mean nothing, a sign behind them. */
static void plain_number(const char *text, char *to, size_t size)
{
	struct bytes number = trimmed(text);
	bool is_negative = number.len > 0 && number.at[0] == '-', has_point = false;
	size_t len = 0;

	for (size_t i = 0; i < number.len && len + 2 < size; i++) {
		char c = (char)number.at[i];

		has_point |= c == '.';
		if (c == '.' || (isdigit((unsigned char)c) && (c != '0' || len > 0)))
			to[len++] = c;
	}
	while (has_point && len > 0 && to[len - 1] == '0')
		len--;
	if (has_point && len > 0 && to[len - 1] == '.')
		len--;
	if (is_negative && len > 0)
		to[len++] = '-';
	to[len] = '\0';
}

bool changes_is_same_number(const char *first, const char *second)
{
	char one[8192], other[8192];

	plain_number(first, one, sizeof(one));
	plain_number(second, other, sizeof(other));
	return strcmp(one, other) == 0;
}

/* ---- Codes ---- */

static struct {
	char *from;
	char *to;
} * codes;
static size_t code_count;

static void read_list(const char *path)
{
	char line[8192];
	FILE *file = fopen(path, "r");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *first = strtok(line, "\t\r\n"), *second = strtok(NULL, "\t\r\n");

		if (first == NULL || second == NULL || *first == '#')
			continue;
		if ((code_count & (code_count - 1)) == 0)
			codes = realloc(codes,
					(code_count == 0 ? 1 : 2 * code_count) * sizeof(*codes));
		if (codes == NULL)
			abort();
		codes[code_count].from = strdup(first);
		codes[code_count++].to = strdup(second);
	}
	if (file != NULL)
		fclose(file);
}

static void read_lists(void)
{
	DIR *files = opendir("schemas/lists");
	struct dirent *entry;
	char path[1024];

	while (files != NULL && (entry = readdir(files)) != NULL) {
		snprintf(path, sizeof(path), "schemas/lists/%s", entry->d_name);
		if (strstr(path, ".tsv") != NULL)
			read_list(path);
	}
	if (files != NULL)
		closedir(files);
}

static bool is_in_a_list(const char *from, const char *to)
{
	struct bytes one = trimmed(from), other = trimmed(to);

	if (codes == NULL)
		read_lists();
	for (size_t i = 0; i < code_count; i++) {
		struct bytes first = bytes_of_text(codes[i].from);
		struct bytes second = bytes_of_text(codes[i].to);

		/* the first step of a pointer to what an item of the list is */
		bool is_step = second.len > other.len &&
			       strchr("/.[", second.at[other.len]) != NULL &&
			       memcmp(second.at, other.at, other.len) == 0;

		if ((bytes_equal(first, one) && (is_step || bytes_equal(second, other))) ||
		    (bytes_equal(first, other) && bytes_equal(second, one)))
			return true;
	}
	return false;
}

/* ---- Rows ---- */

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return *text == '\0';
}

static bool has_lower(const char *text)
{
	return text[strcspn(text, "abcdefghijklmnopqrstuvwxyz")] != '\0';
}

static bool is_beginning(const char *from, const char *to)
{
	struct bytes all = trimmed(from);

	return to[0] != '\0' && all.len > strlen(to) && memcmp(all.at, to, strlen(to)) == 0;
}

static bool is_change(const struct read_row *row)
{
	const char *reason = row->word;

	if (strcmp(reason, "date-form") == 0)
		return changes_is_same_day(row->from, row->to) ||
		       changes_is_same_moment(row->from, row->to);
	if (strcmp(reason, "date-form-lossy") == 0)
		return changes_is_same_day(row->from, row->to) || is_day_at_07(row->from, row->to);
	if (strcmp(reason, "decimal-form") == 0)
		return changes_is_same_number(row->from, row->to);
	if (strncmp(reason, "code-list", 9) == 0)
		return is_in_a_list(row->from, row->to);
	if (strcmp(reason, "white-space") == 0)
		return bytes_equal(trimmed(row->from), bytes_of_text(row->to));
	if (strcmp(reason, "cut") == 0)
		return is_beginning(row->from, row->to);
	if (strcmp(reason, "ascii") == 0)
		return row->to[0] != '\0' && is_ascii(row->to);
	if (strcmp(reason, "upper-case") == 0)
		return row->to[0] != '\0' && !has_lower(row->to);
	return true;
}

size_t changes_check(struct bytes json, char ret_fault[CHANGES_FAULT_BYTES])
{
	struct report_rows rows;
	const char *why = "";
	size_t faults = 0;

	ret_fault[0] = '\0';
	if (!report_rows_read(json, &rows, &why)) {
		snprintf(ret_fault, CHANGES_FAULT_BYTES, "%s", why);
		faults++;
	}
	for (size_t i = 0; i < rows.count; i++) {
		const struct read_row *row = &rows.items[i];

		if (row->kind != READ_CHANGED || is_change(row))
			continue;
		if (faults++ == 0)
			snprintf(ret_fault, CHANGES_FAULT_BYTES,
				 "not what its reason says: %s \"%.200s\" to \"%.200s\" (%s)",
				 row->source, row->from, row->to, row->word);
	}
	report_rows_clear(&rows);
	return faults;
}
