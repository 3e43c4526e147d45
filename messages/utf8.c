#include "messages/utf8.h"

#include <string.h>

#define BLOCK_BYTES 16u

typedef uint8_t block __attribute__((vector_size(BLOCK_BYTES)));
typedef int8_t signs __attribute__((vector_size(BLOCK_BYTES)));

static block load(const uint8_t *at)
{
	block bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static bool is_any(block bits)
{
	uint64_t halves[2];

	memcpy(halves, &bits, sizeof(bits));
	return (halves[0] | halves[1]) != 0;
}

/* ASCII other than zero: those bytes are none. */
static block odd(block bytes)
{
	return (block)((signs)bytes <= 0);
}

/* As most of a document is, behind what ends with ASCII. */
static bool is_plain(const uint8_t *at)
{
	return at[-1] < 0x80 && !is_any(odd(load(at)));
}

/*
 * What is wrong in sixteen bytes behind three others (RFC 3629 section 4), without a look at each
 * character, as texts in Vietnamese have short and long ones in no order: a byte that continues where none
 * is due or the other way round, one that is in no character, and second bytes that the first forbids.
 */
static block wrong(const uint8_t *at)
{
	block here = load(at), first = load(at - 1), second = load(at - 2), third = load(at - 3);
	block continues = (block)((here & 0xC0) == 0x80);
	block is_due = (block)((first >= 0xC0) | (second >= 0xE0) | (third >= 0xF0));

	return (continues ^ is_due) |
	       (block)((here == 0) | (here == 0xC0) | (here == 0xC1) | (here >= 0xF5)) |
	       (block)(((first == 0xE0) & (here < 0xA0)) | ((first == 0xED) & (here > 0x9F)) |
		       ((first == 0xF0) & (here < 0x90)) | ((first == 0xF4) & (here > 0x8F)));
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

/* The beginning of the character that stands there, or there itself. */
static const uint8_t *back(const uint8_t *begin, const uint8_t *at)
{
	const uint8_t *from = at;

	while (from > begin && at - from < 3 && is_continuing(*from))
		from--;
	return from;
}

static size_t first_wrong_of_each(struct bytes bytes, const uint8_t *at)
{
	const uint8_t *end = bytes.at + bytes.len;

	while (at < end) {
		size_t len =
			*at - 1u < 0x7F ? 1 : character_bytes(bytes_of(at, (size_t)(end - at)));

		if (len == 0)
			return (size_t)(at - bytes.at);
		at += len;
	}
	return bytes.len;
}

size_t utf8_first_wrong(struct bytes bytes)
{
	const uint8_t *at = bytes.at + BLOCK_BYTES, *end = bytes.at + bytes.len;

	if (bytes.len < 2 * BLOCK_BYTES || is_any(odd(load(bytes.at))))
		return first_wrong_of_each(bytes, bytes.at);
	while ((size_t)(end - at) >= BLOCK_BYTES && (is_plain(at) || !is_any(wrong(at))))
		at += BLOCK_BYTES;
	return first_wrong_of_each(bytes, back(bytes.at, at - 1));
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
