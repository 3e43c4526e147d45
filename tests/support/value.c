#include "tests/support/value.h"

#include <stdio.h>
#include <string.h>

#define TRIES 10u
#define LONGEST 2000u
#define LIBXML_DIGITS 24u

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* Letters with their marks in one and in two characters, right to left, astral, and what XML has to
 * escape. */
static const char *const strange[] = {
	"\u0110",
	"\u1ebf",
	"e\u0302\u0301",
	"\u01b0",
	"o\u031b\u0323",
	"\u0300",
	"\u05d0",
	"\u0639",
	"\u202e",
	"\u200f",
	"\U0001f600",
	"\U00020000",
	"<",
	">",
	"&",
	"\"",
	"'",
	"]]>",
	"\t",
	"\n",
	"\r",
	"\u00a0",
	"\xc2\x85",
	"\u2028",
	"\ufffd",
	"\u200b",
	"\u0e01\u0e33",
	"\uff21",
	"\u00df",
	"\u0130",
	"{0}",
	"%s",
	"|",
	"\\",
	" ",
	"--",
};

static const char *any_plain(struct choices *choices)
{
	static char text[2];

	text[0] = plain[choices_next(choices, sizeof(plain) - 1)];
	return text;
}

static const char *any_character(struct choices *choices)
{
	if (choices_next(choices, 3) < 2)
		return any_plain(choices);
	return strange[choices_next(choices, sizeof(strange) / sizeof(strange[0]))];
}

static uint32_t length_of(struct choices *choices, const struct grammar_type *type,
			  enum value_style style)
{
	uint32_t least = type->min_length == 0 ? 1 : type->min_length;
	uint32_t most = type->max_length;

	if (style == VALUE_PLAIN)
		most = most < least + 7 ? most : least + 7;
	if (most == GRAMMAR_UNBOUNDED)
		most = choices_rarely(choices, 8) ? LONGEST : 40;
	if (most > LONGEST)
		most = LONGEST;
	if (most <= least)
		return least;
	if (style == VALUE_LIMIT)
		return choices_next(choices, 3) == 0 ? least : most;
	if (most > 60 && !choices_rarely(choices, 8))
		most = least + 40;
	return least + choices_next(choices, most - least + 1);
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static void write_text(struct choices *choices, uint32_t wanted, enum value_style style,
		       char value[VALUE_BYTES])
{
	size_t len = 0;

	value[0] = '\0';
	if (style != VALUE_PLAIN && wanted == 0)
		return;
	for (uint32_t count = 0; count < wanted && len + 16 < VALUE_BYTES;) {
		const char *next =
			style == VALUE_PLAIN ? any_plain(choices) : any_character(choices);

		if (count + characters(next) > wanted)
			next = "x";
		count += (uint32_t)characters(next);
		memcpy(value + len, next, strlen(next) + 1);
		len += strlen(next);
	}
}

static void write_digits(struct choices *choices, uint32_t count, char *to)
{
	size_t len = strlen(to);

	for (; count > 0 && len + 1 < VALUE_BYTES; count--)
		to[len++] = (char)('0' + choices_next(choices, 10));
	to[len] = '\0';
}

/* libxml2 takes no decimal of more than 24 digits (xmlSchemaValAtomicType), whatever the XSD says;
 * texts of digits may have more. */
static uint32_t digits(struct choices *choices, uint32_t most, enum value_style style)
{
	if (most > LIBXML_DIGITS / 2)
		most = style == VALUE_PLAIN ? 6 : LIBXML_DIGITS / 2;
	if (most == 0 || style == VALUE_LIMIT)
		return most;
	return choices_next(choices, (style == VALUE_PLAIN && most > 6 ? 6 : most) + 1);
}

static void write_decimal(struct choices *choices, const struct grammar_type *type,
			  enum value_style style, char value[VALUE_BYTES])
{
	uint32_t fraction = digits(choices, type->fraction_digits, style);
	uint32_t whole;

	if (strcmp(type->base, "decimal") != 0)
		fraction = 0;
	if (fraction > 0 && fraction >= type->total_digits)
		fraction = type->total_digits - 1;
	whole = digits(choices,
		       type->total_digits == GRAMMAR_UNBOUNDED ? GRAMMAR_UNBOUNDED
							       : type->total_digits - fraction,
		       style);
	value[0] = '\0';
	if (style != VALUE_PLAIN && choices_rarely(choices, 8))
		strcat(value, choices_next(choices, 2) == 0 ? "+" : "-");
	if (style != VALUE_PLAIN && choices_rarely(choices, 8))
		strcat(value, "000");
	if (whole == 0)
		strcat(value, "1");
	write_digits(choices, whole, value);
	if (fraction > 0) {
		strcat(value, ".");
		write_digits(choices, fraction, value);
	}
	if (style != VALUE_PLAIN && fraction > 0 && fraction < 6 && choices_rarely(choices, 8))
		strcat(value, "00");
}

/* A letter of the form stands for a number of so many digits; 'f' for a fraction, 'z' for a zone. */
static void write_date(struct choices *choices, const char *form, const int numbers[128],
		       char to[VALUE_BYTES])
{
	static const char *const zones[] = {"Z", "+07", "-11", "+00"};
	static const char *const fractions[] = {"000", "500", "001"};
	size_t len = 0;

	for (; *form != '\0'; form++) {
		if (*form == 'z')
			len += (size_t)sprintf(to + len, "%s", zones[choices_next(choices, 4)]);
		else if (*form == 'f')
			len += (size_t)sprintf(to + len, "%s", fractions[choices_next(choices, 3)]);
		else if (strchr("ymdhis", *form) != NULL)
			len += (size_t)sprintf(to + len, *form == 'y' ? "%04d" : "%02d",
					       numbers[(unsigned char)*form]);
		else
			to[len++] = *form;
	}
	to[len] = '\0';
}

bool value_date(struct choices *choices, const char *form, char ret_value[VALUE_BYTES])
{
	static const int ends[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	static const char *const forms[][2] = {{"ddmmyyyy", "dmy"},
					       {"102", "ymd"},
					       {"304", "ymdhisz"},
					       {"iso-date", "y-m-d"},
					       {"iso-time", "y-m-dTh:i:s.fZ"},
					       {"vnsw", "y-m-d h:i:s"}};
	int numbers[128] = {0};

	numbers['y'] = 2026 - (int)choices_next(choices, 27);
	numbers['m'] = 1 + (int)choices_next(choices, 12);
	numbers['d'] = 1 + (int)choices_next(choices, (uint32_t)ends[numbers['m'] - 1]);
	numbers['h'] = (int)choices_next(choices, 24);
	numbers['i'] = numbers['s'] = (int)choices_next(choices, 60);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(forms[i][0], form) == 0) {
			write_date(choices, forms[i][1], numbers, ret_value);
			return true;
		}
	}
	return false;
}

static void write_candidate(struct choices *choices, const struct grammar_type *type,
			    enum value_style style, char value[VALUE_BYTES])
{
	const char *pattern =
		type->pattern_count == 0 ? "" : type->patterns[type->pattern_count - 1];
	bool is_loose = *pattern == '\0' || strstr(pattern, ".*") != NULL;

	if (type->word_count > 0) {
		strcpy(value, type->words[choices_next(choices, type->word_count)]);
	} else if (strcmp(type->base, "date") == 0) {
		value_date(choices, "iso-date", value);
	} else if (strcmp(type->base, "dateTime") == 0) {
		value_date(choices, "iso-time", value);
	} else if (!is_loose) {
		pattern_generate(pattern, choices, length_of(choices, type, style),
				 style == VALUE_PLAIN ? any_plain : any_character, value,
				 VALUE_BYTES);
	} else if (strcmp(type->base, "decimal") == 0 || strstr(type->base, "nteger") != NULL ||
		   strcmp(type->base, "int") == 0 || strcmp(type->base, "long") == 0) {
		write_decimal(choices, type, style, value);
	} else if (strcmp(type->base, "boolean") == 0) {
		strcpy(value, choices_next(choices, 2) == 0 ? "true" : "false");
	} else if (strcmp(type->base, "language") == 0) {
		strcpy(value, choices_next(choices, 2) == 0 ? "vi" : "en");
	} else if (strcmp(type->base, "base64Binary") == 0) {
		strcpy(value, "U2FtcGFu");
	} else if (strcmp(type->base, "anyURI") == 0) {
		snprintf(value, VALUE_BYTES, "urn:x:%u", (unsigned)choices_next(choices, 100));
	} else {
		write_text(choices, length_of(choices, type, style), style, value);
	}
}

static bool is_accepted(const struct grammar_type *const *types, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++) {
		if (!grammar_accepts(types[i], value))
			return false;
	}
	return true;
}

/* White space around it, where the types let. */
static void pad(struct choices *choices, const struct grammar_type *const *types, size_t count,
		char value[VALUE_BYTES])
{
	static const char *const spaces[] = {"", " ", "\n\t", "  "};
	char padded[VALUE_BYTES];

	if (!choices_rarely(choices, 12))
		return;
	snprintf(padded, sizeof(padded), "%s%.8000s%s", spaces[choices_next(choices, 4)], value,
		 spaces[choices_next(choices, 4)]);
	if (is_accepted(types, count, padded))
		strcpy(value, padded);
}

bool value_generate(struct choices *choices, const struct grammar_type *const *types, size_t count,
		    enum value_style style, char ret_value[VALUE_BYTES])
{
	for (uint32_t i = 0; i < TRIES; i++) {
		/* The narrowest is not known: take turns, and be plainer when that does not help. */
		const struct grammar_type *from = types[i % count];
		enum value_style now = i >= TRIES / 2 ? VALUE_PLAIN : style;

		write_candidate(choices, from, now, ret_value);
		if (is_accepted(types, count, ret_value)) {
			if (style != VALUE_PLAIN)
				pad(choices, types, count, ret_value);
			return true;
		}
	}
	for (uint32_t i = 0; i < TRIES; i++) {
		write_candidate(choices, types[0], VALUE_PLAIN, ret_value);
		if (grammar_accepts(types[0], ret_value))
			return true;
	}
	return false;
}
