#include "messages/rule_sign.h"

#include "sampan/hidden.h"

#define CONTAINER_SIGNS 11u

bool rule_sign_is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return true;
}

bool rule_sign_is_plain(struct bytes text)
{
	size_t len;

	return hidden_find(text, 0, &len) == text.len;
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
