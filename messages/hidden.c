#include "sampan/hidden.h"

static bool is_continuing(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

/* RFC 3629; the text is UTF-8. */
static uint32_t next_sign(struct bytes text, size_t *at)
{
	uint8_t lead = text.at[(*at)++];
	uint32_t sign = lead < 0x80 ? lead : lead & (lead < 0xE0 ? 0x1F : lead < 0xF0 ? 0x0F : 7);

	while (*at < text.len && is_continuing(text.at[*at]))
		sign = sign << 6 | (text.at[(*at)++] & 0x3F);
	return sign;
}

struct range {
	uint32_t first, last;
};

static bool is_within(const struct range *ranges, size_t count, uint32_t sign)
{
	for (size_t i = 0; i < count && sign >= ranges[i].first; i++)
		if (sign <= ranges[i].last)
			return true;
	return false;
}

bool hidden_is(uint32_t sign)
{
	static const struct range ranges[] = {{0, 8},
					      {0xB, 0xC},
					      {0xE, 0x1F},
					      {0x7F, 0x9F},
					      {0xAD, 0xAD},
					      {0x34F, 0x34F},
					      {0x61C, 0x61C},
					      {0x115F, 0x1160},
					      {0x17B4, 0x17B5},
					      {0x180B, 0x180F},
					      {0x200B, 0x200F},
					      {0x2028, 0x202E},
					      {0x2060, 0x206F},
					      {0x3164, 0x3164},
					      {0xFE00, 0xFE0F},
					      {0xFEFF, 0xFEFF},
					      {0xFFA0, 0xFFA0},
					      {0xFFF0, 0xFFFB},
					      {0x1BCA0, 0x1BCA3},
					      {0x1D173, 0x1D17A},
					      {0xE0000, 0xE0FFF}};

	return is_within(ranges, sizeof(ranges) / sizeof(ranges[0]), sign);
}

/*
 * Those above that are not ASCII begin with these bytes; letters of Vietnamese with none of them but E1 B8 and above,
 * letters of Thai with none.
 */
static bool may_begin_hidden(const uint8_t *at, size_t left)
{
	switch (at[0]) {
	case 0xC2:
	case 0xCD:
	case 0xD8:
	case 0xE2:
	case 0xE3:
	case 0xEF:
		return true;
	case 0xE1:
		return left < 2 || at[1] < 0xB8;
	default:
		return at[0] >= 0xF0;
	}
}

size_t hidden_find(struct bytes text, size_t from, size_t *ret_len)
{
	size_t at = from;

	while (at < text.len) {
		size_t begin = at;
		uint8_t byte = text.at[at];

		if ((byte >= ' ' && byte < 0x7F) ||
		    (byte > 0x7F && !may_begin_hidden(text.at + at, text.len - at))) {
			at++;
			continue;
		}
		if (hidden_is(next_sign(text, &at))) {
			*ret_len = at - begin;
			return begin;
		}
	}
	*ret_len = 0;
	return text.len;
}

static bool is_blank(uint32_t sign)
{
	static const struct range ranges[] = {{'\t', '\n'},     {'\r', '\r'},     {' ', ' '},
					      {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
					      {0x202F, 0x202F}, {0x205F, 0x205F}, {0x2800, 0x2800},
					      {0x3000, 0x3000}};

	return is_within(ranges, sizeof(ranges) / sizeof(ranges[0]), sign);
}

bool hidden_is_said(struct bytes text)
{
	bool is_said = false;

	for (size_t at = 0; at < text.len;) {
		uint32_t sign = next_sign(text, &at);

		if (hidden_is(sign))
			return false;
		is_said |= !is_blank(sign);
	}
	return is_said;
}

/* Bidi_Class R and AL of Unicode 15, in whole blocks. */
bool hidden_turns(struct bytes text)
{
	static const struct range ranges[] = {{0x590, 0x8FF},
					      {0xFB1D, 0xFDFF},
					      {0xFE70, 0xFEFE},
					      {0x10800, 0x10FFF},
					      {0x1E800, 0x1EFFF}};

	for (size_t at = 0; at < text.len;)
		if (text.at[at] < 0xD6)
			at++;
		else if (is_within(ranges, sizeof(ranges) / sizeof(ranges[0]),
				   next_sign(text, &at)))
			return true;
	return false;
}
