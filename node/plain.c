#include "node/plain.h"

#include <string.h>

#include "messages/utf8.h"
#include "sampan/hidden.h"

/* How many bytes the UTF-8 character that begins here has; 0 when it is none. */
static size_t character_bytes(const char *at, size_t len)
{
	unsigned char first = (unsigned char)at[0];
	size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

	return bytes <= len && utf8_first_wrong(bytes_of(at, bytes)) == bytes ? bytes : 0;
}

/* The code point of a character. */
static unsigned code_point(const char *at, size_t bytes)
{
	const unsigned char *byte = (const unsigned char *)at;

	switch (bytes) {
	case 1:
		return byte[0];
	case 2:
		return (byte[0] & 0x1Fu) << 6 | (byte[1] & 0x3Fu);
	case 3:
		return (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
	default:
		return (byte[0] & 0x07u) << 18 | (byte[1] & 0x3Fu) << 12 | (byte[2] & 0x3Fu) << 6 |
		       (byte[3] & 0x3Fu);
	}
}

static bool is_plain(unsigned point)
{
	return point >= 0x20 && !hidden_is(point);
}

/* The length of what begins here: a plain character, or else what becomes one "?". */
static size_t next(const char *at, size_t len, bool *ret_is_plain)
{
	size_t bytes = character_bytes(at, len);

	*ret_is_plain = bytes > 0 && is_plain(code_point(at, bytes));
	return bytes == 0 ? 1 : bytes;
}

size_t plain_make(char *text, size_t len)
{
	size_t done = 0, bytes;
	bool is_kept;

	for (size_t i = 0; i < len; i += bytes) {
		bytes = next(text + i, len - i, &is_kept);
		if (is_kept)
			memmove(text + done, text + i, bytes);
		else
			text[done] = '?';
		done += is_kept ? bytes : 1;
	}
	return done;
}

void plain_print(FILE *to, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text), bytes;
	bool is_kept;

	for (size_t i = 0; i < len; i += bytes) {
		bytes = next(text + i, len - i, &is_kept);
		if (is_kept)
			(void)fwrite(text + i, 1, bytes, to);
		else
			(void)fputc('?', to);
	}
}
