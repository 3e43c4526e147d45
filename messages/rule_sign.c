#include "messages/rule_sign.h"

#define CONTAINER_SIGNS 11u

static bool is_continuing(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

bool rule_sign_is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return true;
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

static bool is_hidden(uint32_t sign)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0, 8},           {0xB, 0xC},       {0xE, 0x1F},       {0x7F, 0x9F},
		      {0xAD, 0xAD},     {0x61C, 0x61C},   {0x200B, 0x200F},  {0x2028, 0x202E},
		      {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE007F}};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && sign >= ranges[i].first; i++)
		if (sign <= ranges[i].last)
			return true;
	return false;
}

/* Those above that are not ASCII begin with these bytes; letters of Vietnamese with none of them. */
static bool may_begin_hidden(uint8_t lead)
{
	return lead == 0xC2 || lead == 0xD8 || lead == 0xE2 || lead == 0xEF || lead >= 0xF0;
}

static bool is_sure(uint8_t byte)
{
	return byte < 0x7F ? byte >= ' ' : byte != 0x7F && !may_begin_hidden(byte);
}

bool rule_sign_is_plain(struct bytes text)
{
	for (size_t i = 0; i < text.len;)
		if (is_sure(text.at[i]))
			i++;
		else if (is_hidden(next_sign(text, &i)))
			return false;
	return true;
}

/* ISO 6346: letters are worth 10 to 38 without 11, 22 and 33. */
static unsigned worth(uint8_t sign)
{
	unsigned place;

	if (sign <= '9')
		return sign - '0';
	place = (unsigned)(sign - 'A');
	return 10 + place + (place + 9) / 10;
}

bool rule_sign_is_container(struct bytes text)
{
	unsigned sum = 0;

	if (text.len != CONTAINER_SIGNS)
		return false;
	for (size_t i = 0; i < CONTAINER_SIGNS; i++) {
		uint8_t low = i < 4 ? 'A' : '0', high = i < 4 ? 'Z' : '9';

		if (text.at[i] < low || text.at[i] > high)
			return false;
		if (i + 1 < CONTAINER_SIGNS)
			sum += worth(text.at[i]) << i;
	}
	return sum % 11 % 10 == (unsigned)(text.at[CONTAINER_SIGNS - 1] - '0');
}
