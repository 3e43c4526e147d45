#include "sampan/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

void base64_format(struct bytes bytes, struct buffer *to)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t group = (uint32_t)bytes.at[i] << 16;
		char text[4];

		group |= left > 1 ? (uint32_t)bytes.at[i + 1] << 8 : 0;
		group |= left > 2 ? (uint32_t)bytes.at[i + 2] : 0;
		text[0] = alphabet[group >> 18];
		text[1] = alphabet[group >> 12 & 63];
		text[2] = alphabet[left > 1 ? group >> 6 & 63 : 64];
		text[3] = alphabet[left > 2 ? group & 63 : 64];
		buffer_put(to, bytes_of(text, sizeof(text)));
	}
}

/* -1 for what stands outside the alphabet. */
static int value_of(uint8_t at)
{
	if (at >= 'A' && at <= 'Z')
		return at - 'A';
	if (at >= 'a' && at <= 'z')
		return at - 'a' + 26;
	if (at >= '0' && at <= '9')
		return at - '0' + 52;
	if (at == '+')
		return 62;
	return at == '/' ? 63 : -1;
}

/* One group of four characters of which the last `padding` are "=". */
static bool parse_group(const uint8_t *at, size_t padding, struct buffer *to)
{
	uint32_t group = 0;
	uint8_t bytes[3];

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? value_of(at[i]) : 0;

		if (value < 0)
			return false;
		group = group << 6 | (uint32_t)value;
	}
	if ((group & ((1u << 8 * padding) - 1)) != 0)
		return false;
	for (size_t i = 0; i < 3; i++)
		bytes[i] = (uint8_t)(group >> (16 - 8 * i));
	buffer_put(to, bytes_of(bytes, 3 - padding));
	return true;
}

enum err base64_parse(struct bytes text, struct buffer *to)
{
	size_t start = to->len, padding = 0;

	if (text.len % 4 != 0)
		return ERR_FORMAT;
	while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < text.len; i += 4)
		if (!parse_group(text.at + i, i + 4 == text.len ? padding : 0, to)) {
			to->len = start;
			return ERR_FORMAT;
		}
	return buffer_error(to);
}
