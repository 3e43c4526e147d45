#include "tests/support/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct writing {
	struct choices *choices;
	const char *(*any)(struct choices *choices);
	char *buffer;
	size_t size;
	size_t len;
	size_t characters;
	size_t room;
};

struct piece {
	const char *from; /* the atom */
	const char *to;
	size_t min, max;
};

static void write_branches(struct writing *writing, const char *from, const char *to);

static void put(struct writing *writing, const char *text)
{
	size_t len = strlen(text);

	if (writing->len + len >= writing->size)
		return;
	memcpy(writing->buffer + writing->len, text, len + 1);
	writing->len += len;
	writing->characters++;
}

static void put_char(struct writing *writing, char c)
{
	put(writing, (char[]){c, '\0'});
}

/* Behind a class "[...]" or a group "(...)" that begins here. */
static const char *behind(const char *at, const char *to)
{
	size_t depth = 0;
	bool is_class = false;

	for (; at < to; at++) {
		if (*at == '\\') {
			at++;
			continue;
		}
		if (*at == '[' && !is_class)
			is_class = true;
		else if (*at == ']' && is_class)
			is_class = false;
		else if (!is_class)
			depth += (*at == '(') - (size_t)(*at == ')');
		if (depth == 0 && !is_class)
			return at + 1;
	}
	return to;
}

static const char *read_quantifier(const char *at, const char *to, struct piece *piece)
{
	char *end;

	piece->min = piece->max = 1;
	if (at == to || strchr("?*+{", *at) == NULL)
		return at;
	if (*at != '{') {
		piece->min = *at == '+';
		piece->max = *at == '?' ? 1 : SIZE_MAX;
		return at + 1;
	}
	piece->min = piece->max = strtoul(at + 1, &end, 10);
	if (*end == ',')
		piece->max = end[1] == '}' ? SIZE_MAX : strtoul(end + 1, &end, 10);
	return strchr(end, '}') + 1;
}

static const char *read_piece(const char *at, const char *to, struct piece *piece)
{
	piece->from = at;
	if (*at == '\\')
		at += 2;
	else if (*at == '[' || *at == '(')
		at = behind(at, to);
	else
		at++;
	piece->to = at;
	return read_quantifier(at, to, piece);
}

static bool is_of_escape(char escape, char c)
{
	switch (escape) {
	case 'd':
		return isdigit((unsigned char)c) != 0;
	case 's':
		return c == ' ' || c == '\t' || c == '\n';
	case 'w':
		return isalnum((unsigned char)c) != 0;
	case 'c':
		return isalnum((unsigned char)c) != 0 || c == '-' || c == '.';
	case 'n':
		return c == '\n';
	case 't':
		return c == '\t';
	case 'r':
		return c == '\r';
	default:
		if (isupper((unsigned char)escape) && strchr("DSWC", escape) != NULL)
			return !is_of_escape((char)tolower((unsigned char)escape), c);
		return c == escape;
	}
}

/* Is an ASCII character of the class between the brackets? */
static bool is_of_class(const char *from, const char *to, char c)
{
	bool is_not = *from == '^', is_in = false;

	for (from += is_not; from < to; from++) {
		if (*from == '\\') {
			is_in |= is_of_escape(*++from, c);
		} else if (from + 2 < to && from[1] == '-' && from[2] != ']') {
			is_in |= c >= from[0] && c <= from[2];
			from += 2;
		} else {
			is_in |= c == *from;
		}
	}
	return is_in != is_not;
}

static void write_one_of(struct writing *writing, const char *from, const char *to)
{
	char all[128];
	uint32_t count = 0;

	for (int c = 1; c < 128; c++) {
		bool is_text = c >= ' ' || c == '\t' || c == '\n';
		bool is_in = *from == '[' ? is_of_class(from + 1, to - 1, (char)c)
					  : is_of_escape(from[1], (char)c);

		if (is_text && is_in && c < 127)
			all[count++] = (char)c;
	}
	if (count > 0)
		put_char(writing, all[choices_next(writing->choices, count)]);
}

static void write_atom(struct writing *writing, const struct piece *piece)
{
	if (*piece->from == '(')
		write_branches(writing, piece->from + 1, piece->to - 1);
	else if (*piece->from == '[' || *piece->from == '\\')
		write_one_of(writing, piece->from, piece->to);
	else if (*piece->from == '.')
		put(writing, writing->any(writing->choices));
	else
		put_char(writing, *piece->from);
}

static size_t times(struct writing *writing, const struct piece *piece)
{
	size_t left = writing->characters < writing->room ? writing->room - writing->characters : 0;
	size_t most = piece->max;

	if (most > piece->min + left)
		most = piece->min + left;
	if (most == piece->min)
		return most;
	switch (choices_next(writing->choices, 4)) {
	case 0:
		return piece->min;
	case 1:
		return most;
	default:
		return piece->min +
		       choices_next(writing->choices, (uint32_t)(most - piece->min + 1));
	}
}

static void write_branch(struct writing *writing, const char *from, const char *to)
{
	while (from < to) {
		struct piece piece;

		from = read_piece(from, to, &piece);
		for (size_t count = times(writing, &piece); count > 0; count--)
			write_atom(writing, &piece);
	}
}

static void write_branches(struct writing *writing, const char *from, const char *to)
{
	const char *begins[64] = {from};
	uint32_t count = 1, chosen;
	struct piece piece;

	for (const char *at = from; at < to;) {
		if (*at == '|' && count < 63) {
			begins[count++] = ++at;
			continue;
		}
		at = read_piece(at, to, &piece);
	}
	begins[count] = to + 1;
	chosen = choices_next(writing->choices, count);
	write_branch(writing, begins[chosen], begins[chosen + 1] - 1);
}

void pattern_generate(const char *pattern, struct choices *choices, size_t room,
		      const char *(*any)(struct choices *choices), char *buffer, size_t size)
{
	struct writing writing = {
		.choices = choices, .any = any, .buffer = buffer, .size = size, .room = room};

	buffer[0] = '\0';
	write_branches(&writing, pattern, pattern + strlen(pattern));
}
