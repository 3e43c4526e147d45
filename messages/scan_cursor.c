#include "messages/scan_cursor.h"

#include <string.h>
#include <strings.h>

/* Bytes that are not just copied. */
enum kind {
	PLAIN,
	LINE,      /* line feed */
	RETURN,    /* carriage return */
	TAB,       /* in an attribute it becomes a space */
	OPEN,      /* < */
	CLOSE,     /* >, which may stand in text */
	REFERENCE, /* & */
	BRACKET,   /* ], which may end CDATA */
	QUOTE,     /* " and ' */
	EDGE,      /* begins U+F000 to U+FFFF, the last two of which are no characters */
	FORBIDDEN, /* no XML character; zero: the end */
};

#define NONE FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN
#define ALL4 PLAIN, PLAIN, PLAIN, PLAIN
#define ALL16 ALL4, ALL4, ALL4, ALL4

/* clang-format off */
static const uint8_t kinds[256] = {
	NONE, NONE, FORBIDDEN, TAB, LINE, FORBIDDEN, FORBIDDEN, RETURN, FORBIDDEN, FORBIDDEN,
	NONE, NONE, NONE, NONE,
	PLAIN, PLAIN, QUOTE, PLAIN, PLAIN, PLAIN, REFERENCE, QUOTE, ALL4, ALL4,
	ALL4, ALL4, ALL4, OPEN, PLAIN, CLOSE, PLAIN,
	ALL16, ALL4, ALL4, ALL4, PLAIN, BRACKET, PLAIN, PLAIN,
	ALL16, ALL16, ALL16, ALL16, ALL16, ALL16, ALL16, ALL16,
	ALL4, ALL4, ALL4, PLAIN, PLAIN, PLAIN, EDGE, ALL16};
/* clang-format on */

/* Which kinds end a run of bytes that are taken as they are. */
#define ENDS_BOTH \
	(1u << LINE | 1u << RETURN | 1u << OPEN | 1u << REFERENCE | 1u << EDGE | 1u << FORBIDDEN)
#define ENDS_TEXT (ENDS_BOTH | 1u << BRACKET | 1u << CLOSE)
#define ENDS_VALUE (ENDS_BOTH | 1u << TAB | 1u << QUOTE)

/* ---- Bytes ---- */

static uint8_t kind_at(const char *at)
{
	return kinds[(uint8_t)*at];
}

/* U+FFFE and U+FFFF are EF BF BE and EF BF BF. */
static bool is_character(const char *at)
{
	return (uint8_t)at[1] != 0xBF || (uint8_t)at[2] < 0xBE;
}

/* Up to where a word stands, and behind it; false: it does not come, or something odd does before. */
static bool skip_until(struct scan_cursor *cursor, const char *word)
{
	for (; !scan_cursor_is_at(cursor, word); cursor->at++) {
		enum kind kind = kind_at(cursor->at);

		if (kind == FORBIDDEN || (kind == EDGE && !is_character(cursor->at)))
			return false;
		cursor->line += kind == LINE;
	}
	cursor->at += strlen(word);
	return true;
}

/* ---- What is no element ---- */

/* XML 1.0 section 2.5: no "--" in it. */
static bool read_comment(struct scan_cursor *cursor)
{
	return skip_until(cursor, "--") && *cursor->at++ == '>';
}

/* XML 1.0 section 2.6; behind "<?". A name of letters, which is not xml. */
static bool read_instruction(struct scan_cursor *cursor)
{
	const char *target = cursor->at;

	while ((*cursor->at >= 'a' && *cursor->at <= 'z') ||
	       (*cursor->at >= 'A' && *cursor->at <= 'Z'))
		cursor->at++;
	if (cursor->at == target || strncasecmp(target, "xml", 3) == 0 ||
	    (!scan_cursor_is_space(*cursor->at) && !scan_cursor_is_at(cursor, "?>")))
		return false;
	return skip_until(cursor, "?>");
}

bool scan_cursor_remark(struct scan_cursor *cursor)
{
	cursor->is_odd = true;
	if (scan_cursor_is_at(cursor, "<!--")) {
		cursor->at += strlen("<!--");
		return read_comment(cursor);
	}
	if (!scan_cursor_is_at(cursor, "<?"))
		return false;
	cursor->at += strlen("<?");
	return read_instruction(cursor);
}

/* XML 1.0 section 2.8: what may stand before and behind the root. */
bool scan_cursor_remarks(struct scan_cursor *cursor)
{
	while (scan_cursor_skip_space(cursor),
	       *cursor->at == '<' && (cursor->at[1] == '!' || cursor->at[1] == '?'))
		if (!scan_cursor_remark(cursor))
			return false;
	return true;
}

/* Only as it is usually written. */
bool scan_cursor_declaration(struct scan_cursor *cursor)
{
	if (!scan_cursor_is_at(cursor, "<?xml "))
		return true;
	cursor->is_odd = true;
	if (!scan_cursor_skip(cursor, "<?xml version=\"1.0\"") &&
	    !scan_cursor_skip(cursor, "<?xml version='1.0'"))
		return false;
	(void)(scan_cursor_skip(cursor, " encoding=\"UTF-8\"") ||
	       scan_cursor_skip(cursor, " encoding='UTF-8'") ||
	       scan_cursor_skip(cursor, " encoding=\"utf-8\"") ||
	       scan_cursor_skip(cursor, " encoding='utf-8'"));
	(void)(scan_cursor_skip(cursor, " standalone=\"yes\"") ||
	       scan_cursor_skip(cursor, " standalone=\"no\"") ||
	       scan_cursor_skip(cursor, " standalone='yes'") ||
	       scan_cursor_skip(cursor, " standalone='no'"));
	(void)scan_cursor_skip(cursor, " ");
	return scan_cursor_skip(cursor, "?>");
}

/* ---- References ---- */

static bool is_xml_character(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
	       (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c < 0x110000);
}

static char *put_character(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
	} else if (c < 0x10000) {
		*to++ = (char)(0xE0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
	} else {
		*to++ = (char)(0xF0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
	}
	*to++ = (char)(0x80 | (c & 0x3F));
	return to;
}

static uint32_t digit_of(char byte, uint32_t base)
{
	uint32_t letter = (uint8_t)byte | 0x20u;

	if (byte >= '0' && byte <= '9')
		return (uint32_t)byte - '0';
	return base == 16 && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : base;
}

/* "#xE9;" behind "&". What is written is never longer than what was read. */
static bool read_number(struct scan_cursor *cursor, char **to)
{
	bool is_hexadecimal = cursor->at[1] == 'x';
	uint32_t base = is_hexadecimal ? 16 : 10, c = 0;
	const char *first;

	cursor->at += is_hexadecimal ? 2 : 1;
	for (first = cursor->at; digit_of(*cursor->at, base) < base; cursor->at++) {
		if (cursor->at - first == 7)
			return false;
		c = c * base + digit_of(*cursor->at, base);
	}
	if (cursor->at == first || *cursor->at != ';' || !is_xml_character(c))
		return false;
	cursor->at++;
	*to = put_character(*to, c);
	return true;
}

/* Those that stand in a text of canonical form (Canonical XML 1.0 section 2.3). */
static bool is_canonical_reference(const struct scan_cursor *cursor)
{
	return scan_cursor_is_at(cursor, "amp;") || scan_cursor_is_at(cursor, "lt;") ||
	       scan_cursor_is_at(cursor, "gt;") || scan_cursor_is_at(cursor, "#xD;");
}

/* XML 1.0 section 4.6: the entities that need no declaration. */
static bool read_reference(struct scan_cursor *cursor, char **to)
{
	static const struct {
		const char *name;
		char is;
	} known[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};

	cursor->at++;
	cursor->references++;
	cursor->is_odd |= !is_canonical_reference(cursor);
	if (*cursor->at == '#')
		return read_number(cursor, to);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (scan_cursor_is_at(cursor, known[i].name)) {
			cursor->at += strlen(known[i].name);
			*(*to)++ = known[i].is;
			return true;
		}
	return false;
}

/* ---- Text and values ---- */

/* A run of bytes that are taken as they are; not up to what ends it. */
static char *take_run(struct scan_cursor *cursor, uint32_t ends, char *to)
{
	char *run = cursor->at;
	size_t len;

	while ((ends >> kind_at(cursor->at) & 1) == 0)
		cursor->at++;
	len = (size_t)(cursor->at - run);
	if (to != run)
		memmove(to, run, len);
	return to + len;
}

static bool take_byte(struct scan_cursor *cursor, char **to, char byte)
{
	*(*to)++ = byte;
	cursor->at++;
	return true;
}

/* What ends a run, in text (XML 1.0 sections 2.4 and 2.11). */
static bool read_odd(struct scan_cursor *cursor, char **to)
{
	const char *at = cursor->at;

	switch ((enum kind)kind_at(at)) {
	case LINE:
		cursor->line++;
		return take_byte(cursor, to, '\n');
	case REFERENCE:
		return read_reference(cursor, to);
	case RETURN:
		cursor->is_odd = true;
		cursor->at++;
		return at[1] == '\n';
	case CLOSE:
		cursor->is_odd = true;
		return take_byte(cursor, to, *at);
	case BRACKET:
		return (at[1] != ']' || at[2] != '>') && take_byte(cursor, to, *at);
	case EDGE:
		return is_character(at) && take_byte(cursor, to, *at);
	case PLAIN:
	case TAB:
	case QUOTE:
	case OPEN:
	case FORBIDDEN:
		break;
	}
	return false;
}

bool scan_cursor_text(struct scan_cursor *cursor, struct scan_piece *ret_piece)
{
	char *from = cursor->at, *to = take_run(cursor, ENDS_TEXT, from);

	while (*cursor->at != '<') {
		if (!read_odd(cursor, &to))
			return false;
		to = take_run(cursor, ENDS_TEXT, to);
	}
	*ret_piece = (struct scan_piece){from, to};
	return true;
}

bool scan_cursor_cdata(struct scan_cursor *cursor, struct scan_piece *ret_piece)
{
	char *from = cursor->at, *to = from;

	cursor->is_odd = true;
	for (; !scan_cursor_is_at(cursor, "]]>"); cursor->at++) {
		enum kind kind = kind_at(cursor->at);

		if (kind == FORBIDDEN || (kind == EDGE && !is_character(cursor->at)) ||
		    (kind == RETURN && cursor->at[1] != '\n'))
			return false;
		cursor->line += kind == LINE;
		if (kind != RETURN)
			*to++ = *cursor->at;
	}
	cursor->at += strlen("]]>");
	*ret_piece = (struct scan_piece){from, to};
	return true;
}

/* XML 1.0 section 3.3.3: white space becomes spaces. */
static bool read_odd_in_value(struct scan_cursor *cursor, char **to)
{
	const char *at = cursor->at;

	switch ((enum kind)kind_at(at)) {
	case LINE:
		cursor->is_odd = true;
		cursor->line++;
		return take_byte(cursor, to, ' ');
	case TAB:
		cursor->is_odd = true;
		return take_byte(cursor, to, ' ');
	case REFERENCE:
		cursor->is_odd = true;
		return read_reference(cursor, to);
	case EDGE:
		return is_character(at) && take_byte(cursor, to, *at);
	case QUOTE:
		return take_byte(cursor, to, *at);
	case PLAIN:
	case BRACKET:
	case RETURN:
	case OPEN:
	case CLOSE:
	case FORBIDDEN:
		break;
	}
	return false;
}

bool scan_cursor_value(struct scan_cursor *cursor, struct scan_piece *ret_piece)
{
	char quote = *cursor->at, *from, *to;

	if (quote != '"' && quote != '\'')
		return false;
	cursor->is_odd |= quote != '"';
	from = ++cursor->at;
	to = take_run(cursor, ENDS_VALUE, from);
	while (*cursor->at != quote) {
		if (!read_odd_in_value(cursor, &to))
			return false;
		to = take_run(cursor, ENDS_VALUE, to);
	}
	cursor->at++;
	*to = '\0';
	*ret_piece = (struct scan_piece){from, to};
	return true;
}
