#include "messages/utf8.h"

#include <string.h>

typedef int8_t block __attribute__((vector_size(16)));

/* Are sixteen bytes ASCII other than zero? */
static bool are_plain(const uint8_t *at)
{
	uint64_t halves[2];
	block bytes;

	memcpy(&bytes, at, sizeof(bytes));
	bytes = bytes <= 0;
	memcpy(halves, &bytes, sizeof(bytes));
	return (halves[0] | halves[1]) == 0;
}

/* RFC 3629 section 3: 10xxxxxx continues a character. */
static bool is_continuing(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

/*
 * The length of the UTF-8 character (RFC 3629 section 4) that begins the range; 0 when it is none.
 */
static size_t character_bytes(struct bytes range)
{
	uint8_t first = range.at[0], low = 0x80, high = 0xBF;
	size_t len = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;

	if (len == 0 || len > range.len)
		return 0;
	if (first == 0xE0)
		low = 0xA0;
	else if (first == 0xED)
		high = 0x9F;
	else if (first == 0xF0)
		low = 0x90;
	else if (first == 0xF4)
		high = 0x8F;
	if (range.at[1] < low || range.at[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (!is_continuing(range.at[i]))
			return 0;
	return len;
}

size_t utf8_first_wrong(struct bytes bytes)
{
	const uint8_t *at = bytes.at, *end = at + bytes.len;

	while (at < end) {
		const uint8_t *stop;

		while (end - at >= 16 && are_plain(at))
			at += 16;
		stop = end - at < 16 ? end : at + 16;
		while (at < stop) {
			size_t len = *at - 1u < 0x7F
					     ? 1
					     : character_bytes(bytes_of(at, (size_t)(end - at)));

			if (len == 0)
				return (size_t)(at - bytes.at);
			at += len;
		}
	}
	return bytes.len;
}

size_t utf8_count(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += !is_continuing(text.at[i]);
	return count;
}

struct bytes utf8_head(struct bytes text, size_t count)
{
	size_t len = 0;

	for (; len < text.len; len++)
		if (!is_continuing(text.at[len]) && count-- == 0)
			break;
	return bytes_of(text.at, len);
}

struct bytes utf8_within(struct bytes text, size_t max_bytes)
{
	size_t len = max_bytes;

	if (text.len <= max_bytes)
		return text;
	while (len > 0 && is_continuing(text.at[len]))
		len--;
	return bytes_of(text.at, len);
}
