#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

static bool is_any(const char *word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

/* XML Schema part 2, 4.3.6: all types but xs:string and xs:normalizedString collapse. */
static void collapse(const struct grammar_type *type, const char *text, char *to, size_t size)
{
	static const char *const kept[] = {"string", "normalizedString", "anySimpleType", NULL};
	bool is_kept = is_any(type->base, kept);
	size_t len = 0;

	for (; *text != '\0' && len + 1 < size; text++) {
		char c = strchr("\t\r\n", *text) != NULL ? ' ' : *text;

		if (is_kept)
			to[len++] = *text;
		else if (c != ' ' || (len > 0 && to[len - 1] != ' '))
			to[len++] = c;
	}
	while (!is_kept && len > 0 && to[len - 1] == ' ')
		len--;
	to[len] = '\0';
}

static size_t length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static bool is_decimal(const struct grammar_type *type, const char *text)
{
	size_t whole, fraction = 0;

	text += *text == '-' || *text == '+';
	text += strspn(text, "0") > 0 && isdigit((unsigned char)text[strspn(text, "0")])
			? strspn(text, "0")
			: 0;
	whole = strspn(text, "0123456789");
	text += whole;
	if (*text == '.') {
		text++;
		fraction = strspn(text, "0123456789");
		text += fraction;
		for (const char *end = text; fraction > 0 && end[-1] == '0'; end--)
			fraction--;
	}
	return *text == '\0' && whole > 0 && fraction <= type->fraction_digits &&
	       whole + fraction <= type->total_digits;
}

static bool is_between(const struct grammar_type *type, const char *text)
{
	long double value = strtold(text, NULL);

	return (type->at_least == NULL || value >= strtold(type->at_least, NULL)) &&
	       (type->at_most == NULL || value <= strtold(type->at_most, NULL)) &&
	       (type->above == NULL || value > strtold(type->above, NULL)) &&
	       (type->below == NULL || value < strtold(type->below, NULL));
}

static bool is_date(const char *text)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, end = 0;
	bool is_leap;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 ||
	    month < 1 || month > 12 || day < 1 || year < 1)
		return false;
	is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && is_leap);
}

static bool is_of_base(const struct grammar_type *type, const char *text)
{
	static const char *const decimals[] = {
		"decimal", "integer", "positiveInteger", "nonNegativeInteger",
		"int",     "long",    "unsignedInt",     "short",
		NULL};
	static const char *const truths[] = {"true", "false", "1", "0", NULL};

	if (is_any(type->base, decimals))
		return is_decimal(type, text) && is_between(type, text);
	if (strcmp(type->base, "date") == 0 || strcmp(type->base, "dateTime") == 0)
		return is_date(text);
	if (strcmp(type->base, "boolean") == 0)
		return is_any(text, truths);
	if (strcmp(type->base, "language") == 0)
		return isalpha((unsigned char)*text) != 0 && strlen(text) == 2;
	return true;
}

bool grammar_accepts(const struct grammar_type *type, const char *text)
{
	char collapsed[8192];
	bool is_word = type->word_count == 0;

	collapse(type, text, collapsed, sizeof(collapsed));
	for (size_t i = 0; i < type->word_count && !is_word; i++)
		is_word = strcmp(type->words[i], collapsed) == 0;
	if (!is_word || length(collapsed) < type->min_length ||
	    length(collapsed) > type->max_length || !is_of_base(type, collapsed))
		return false;
	for (size_t i = 0; i < type->pattern_count; i++) {
		if (xmlRegexpExec(type->compiled[i], BAD_CAST collapsed) != 1)
			return false;
	}
	return true;
}
