#include "sampan/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

static void format_group(uint32_t group, uint8_t to[4])
{
	to[0] = (uint8_t)alphabet[group >> 18];
	to[1] = (uint8_t)alphabet[group >> 12 & 63];
	to[2] = (uint8_t)alphabet[group >> 6 & 63];
	to[3] = (uint8_t)alphabet[group & 63];
}

void base64_format(struct bytes bytes, struct buffer *to)
{
	const uint8_t *at = bytes.at;
	size_t left = bytes.len;
	uint8_t *text = left == 0 ? NULL : buffer_room(to, (left + 2) / 3 * 4);

	if (text == NULL)
		return;
	for (; left >= 3; left -= 3, at += 3, text += 4)
		format_group((uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2], text);
	if (left > 0) {
		format_group((uint32_t)at[0] << 16 | (left > 1 ? (uint32_t)at[1] << 8 : 0), text);
		text[3] = '=';
		text[2] = left > 1 ? text[2] : '=';
		text += 4;
	}
	buffer_fill(to, text);
}

#define NO 64 /* what stands outside the alphabet */
#define NO16 NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO

/* clang-format off */
static const uint8_t values[256] = {
	NO16, NO16, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
	NO16, NO16, NO16, NO16, NO16, NO16, NO16, NO16};
/* clang-format on */

bool base64_has(uint8_t byte)
{
	return values[byte] != NO || byte == '=';
}

/* Four characters; false: not all of the alphabet. */
static bool parse_group(const uint8_t at[4], uint32_t *ret_group)
{
	uint32_t a = values[at[0]], b = values[at[1]], c = values[at[2]], d = values[at[3]];

	*ret_group = a << 18 | b << 12 | c << 6 | d;
	return ((a | b | c | d) & NO) == 0;
}

static uint8_t *put_group(uint8_t *to, uint32_t group, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		*to++ = (uint8_t)(group >> (16 - 8 * i));
	return to;
}

/* Behind the last byte; NULL: it is no such text. to has room for three bytes of each four. */
static uint8_t *parse(struct bytes text, size_t padding, uint8_t *to)
{
	uint8_t last[4] = {'A', 'A', 'A', 'A'};
	uint32_t group;
	size_t i = 0;

	for (; i + 4 < text.len; i += 4, to = put_group(to, group, 3))
		if (!parse_group(text.at + i, &group))
			return NULL;
	memcpy(last, text.at + i, 4 - padding);
	if (!parse_group(last, &group) || (group & ((1u << 8 * padding) - 1)) != 0)
		return NULL;
	return put_group(to, group, 3 - padding);
}

enum err base64_parse(struct bytes text, struct buffer *to)
{
	size_t padding = 0;
	uint8_t *at;

	if (text.len % 4 != 0)
		return ERR_FORMAT;
	if (text.len == 0)
		return buffer_error(to);
	while (padding < 2 && text.at[text.len - 1 - padding] == '=')
		padding++;
	if ((at = buffer_room(to, text.len / 4 * 3 - padding)) == NULL)
		return buffer_error(to);
	if ((at = parse(text, padding, at)) == NULL)
		return ERR_FORMAT;
	buffer_fill(to, at);
	return OK;
}
