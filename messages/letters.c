#include "messages/letters.h"

#include <string.h>

#define WRONG 0xFFFFFFFFu

/* One ASCII letter for each character of a block of Unicode; '*': more than one letter; '?': none.
 */
struct block {
	uint32_t first;
	const char *letters;
};

static const struct block blocks[] = {
	{0x00C0, "AAAAAA*CEEEEIIIIDNOOOOOxOUUUUY**aaaaaa*ceeeeiiiidnooooo?ouuuuy*y"},
	{0x0100, "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlL"
		 "lLlNnNnNn*NnOoOoOo**RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"},
	{0x01A0, "Oo"},
	{0x01AF, "Uu"},
	{0x1E00, "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"
		 "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"
		 "WwWwWwWwWwXxXxYyZzZzZzhtwyas??*?AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
		 "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy"},
};

/* No form is longer in UTF-8 than the character it stands for, so that the text never grows. */
static const struct {
	uint32_t character;
	const char *text;
} signs[] = {
	{0x00A0, " "},  {0x00B2, "2"},  {0x00B3, "3"},  {0x00C6, "AE"},  {0x00DE, "TH"},
	{0x00DF, "ss"}, {0x00E6, "ae"}, {0x00FE, "th"}, {0x0132, "IJ"},  {0x0133, "ij"},
	{0x0149, "'n"}, {0x0152, "OE"}, {0x0153, "oe"}, {0x1E9E, "SS"},  {0x2009, " "},
	{0x2010, "-"},  {0x2011, "-"},  {0x2013, "-"},  {0x2014, "-"},   {0x2018, "'"},
	{0x2019, "'"},  {0x201C, "\""}, {0x201D, "\""}, {0x2026, "..."}, {0x202F, " "},
	{0x2212, "-"},
};

/* Decodes a character of at most three bytes and moves on; longer or broken ones are WRONG and one
 * byte long. */
static uint32_t next_character(const uint8_t **at)
{
	const uint8_t *byte = *at;

	(*at)++;
	if (byte[0] < 0x80)
		return byte[0];
	if ((byte[0] & 0xE0) == 0xC0 && (byte[1] & 0xC0) == 0x80) {
		*at += 1;
		return (uint32_t)(byte[0] & 0x1F) << 6 | (byte[1] & 0x3F);
	}
	if ((byte[0] & 0xF0) == 0xE0 && (byte[1] & 0xC0) == 0x80 && (byte[2] & 0xC0) == 0x80) {
		*at += 2;
		return (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 |
		       (byte[2] & 0x3F);
	}
	return WRONG;
}

static bool is_mark(uint32_t character)
{
	return character >= 0x0300 && character <= 0x036F;
}

/* The ASCII form of one character, in *ret_letter when it is a single letter; NULL: there is none.
 */
static const char *ascii_of(uint32_t character, char ret_letter[2])
{
	ret_letter[1] = '\0';
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		const struct block *block = &blocks[i];

		if (character < block->first || character - block->first >= strlen(block->letters))
			continue;
		ret_letter[0] = block->letters[character - block->first];
		if (ret_letter[0] == '?')
			return NULL;
		if (ret_letter[0] != '*')
			return ret_letter;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (signs[i].character == character)
			return signs[i].text;
	}
	return NULL;
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((*text & 0x80) != 0)
			return false;
	}
	return true;
}

static bool write_ascii(const char *text, char *to)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at != '\0') {
		uint32_t character = next_character(&at);
		char letter[2];
		const char *form;

		if (character < 0x80) {
			*to++ = (char)character;
			continue;
		}
		if (is_mark(character))
			continue;
		if ((form = ascii_of(character, letter)) == NULL)
			return false;
		to = stpcpy(to, form);
	}
	*to = '\0';
	return true;
}

enum err letters_to_ascii(const char *text, struct arena *arena, const char **ret_text)
{
	char *ascii;

	if (is_ascii(text)) {
		*ret_text = text;
		return OK;
	}
	ascii = arena_alloc(arena, strlen(text) + 1);
	if (ascii == NULL)
		return ERR_MEMORY;
	*ret_text = write_ascii(text, ascii) ? ascii : NULL;
	return OK;
}

/* Blocks in which upper and lower case alternate; the upper case one is even, or odd where it says
 * so. */
static bool is_pair_lower(uint32_t character)
{
	if ((character >= 0x0139 && character <= 0x0148) ||
	    (character >= 0x0179 && character <= 0x017E) ||
	    (character >= 0x01AF && character <= 0x01B0))
		return character % 2 == 0;
	if ((character >= 0x0100 && character <= 0x0137 && character != 0x0131) ||
	    (character >= 0x014A && character <= 0x0177) ||
	    (character >= 0x01A0 && character <= 0x01A1) ||
	    (character >= 0x1E00 && character <= 0x1E95) ||
	    (character >= 0x1EA0 && character <= 0x1EFF))
		return character % 2 == 1;
	return false;
}

static uint32_t upper_of(uint32_t character)
{
	if (character >= 'a' && character <= 'z')
		return character - 0x20;
	if (character >= 0x00E0 && character <= 0x00FE && character != 0x00F7)
		return character - 0x20;
	if (character == 0x00FF)
		return 0x0178;
	if (character == 0x0131)
		return 'I';
	return is_pair_lower(character) ? character - 1 : character;
}

static char *put_character(char *to, uint32_t character)
{
	if (character < 0x80) {
		*to++ = (char)character;
	} else if (character < 0x800) {
		*to++ = (char)(0xC0 | character >> 6);
		*to++ = (char)(0x80 | (character & 0x3F));
	} else {
		*to++ = (char)(0xE0 | character >> 12);
		*to++ = (char)(0x80 | (character >> 6 & 0x3F));
		*to++ = (char)(0x80 | (character & 0x3F));
	}
	return to;
}

enum err letters_to_upper(const char *text, struct arena *arena, const char **ret_text)
{
	char *upper = arena_alloc(arena, strlen(text) + 1), *to = upper;
	const uint8_t *at = (const uint8_t *)text;

	if (upper == NULL)
		return ERR_MEMORY;
	while (*at != '\0') {
		uint8_t byte = *at;
		uint32_t character = next_character(&at);

		if (character == WRONG)
			*to++ = (char)byte;
		else
			to = put_character(to, upper_of(character));
	}
	*to = '\0';
	*ret_text = strcmp(upper, text) == 0 ? text : upper;
	return OK;
}
