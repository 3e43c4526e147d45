/*
 * scan_cursor - a place in a document that is being read, and what stands there: text, values, what
 * is no element. Only for scan.c.
 *
 * The document is a copy that ends with a zero byte, which stands nowhere else, and is UTF-8. What
 * is read is made in it, where it stands: it is never longer than what was written. Every function
 * that gives false has met something wrong or unusual, and the cursor is then of no use any more.
 */
#ifndef MESSAGES_SCAN_CURSOR_H
#define MESSAGES_SCAN_CURSOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct scan_cursor {
	char *at;
	uint32_t line;       /* from 1 on; a line ends with its line feed, as libxml2 counts */
	uint32_t references; /* that were read */
	bool is_odd; /* something is not written as canonical form has it (trunk->is_canonical) */
};

/* What was read, not ended by a zero byte but where said. */
struct scan_piece {
	char *from;
	char *to;
};

static inline bool scan_cursor_is_space(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Behind white space. Was there any? */
static inline bool scan_cursor_skip_space(struct scan_cursor *cursor)
{
	const char *from = cursor->at;

	for (; scan_cursor_is_space(*cursor->at); cursor->at++)
		cursor->line += *cursor->at == '\n';
	return cursor->at > from;
}

static inline bool scan_cursor_is_at(const struct scan_cursor *cursor, const char *word)
{
	return strncmp(cursor->at, word, strlen(word)) == 0;
}

/* Behind the word, when it stands there. */
static inline bool scan_cursor_skip(struct scan_cursor *cursor, const char *word)
{
	if (!scan_cursor_is_at(cursor, word))
		return false;
	cursor->at += strlen(word);
	return true;
}

/* <?xml ...?>, as it is usually written, or nothing of the kind. */
bool scan_cursor_declaration(struct scan_cursor *cursor);

/* One comment or processing instruction. */
bool scan_cursor_remark(struct scan_cursor *cursor);

/* All that may stand before and behind the root (XML 1.0 section 2.8). */
bool scan_cursor_remarks(struct scan_cursor *cursor);

/* Text up to the next "<"; an empty piece when there is none. */
bool scan_cursor_text(struct scan_cursor *cursor, struct scan_piece *ret_piece);

/* What stands behind "<![CDATA[" (XML 1.0 section 2.7). */
bool scan_cursor_cdata(struct scan_cursor *cursor, struct scan_piece *ret_piece);

/* An attribute's value with its quotes. The piece is ended by a zero byte. */
bool scan_cursor_value(struct scan_cursor *cursor, struct scan_piece *ret_piece);

#endif
