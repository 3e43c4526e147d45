#include "messages/rule_number.h"

#include <stdio.h>
#include <string.h>

#include "messages/decimal.h"

#define BASE 1000000000
#define LIMB_DIGITS 9u
#define DECIMAL_LIMBS (RULE_NUMBER_DECIMALS / LIMB_DIGITS)

static const int64_t powers[LIMB_DIGITS] = {1,      10,      100,      1000,     10000,
					    100000, 1000000, 10000000, 100000000};

/* place: 0 the units, 1 the tens, -1 the tenths */
static void put_digit(struct rule_number *number, int place, uint8_t digit)
{
	unsigned at = (unsigned)(place + (int)RULE_NUMBER_DECIMALS);

	number->limbs[at / LIMB_DIGITS] += (digit - '0') * powers[at % LIMB_DIGITS];
}

static void negate(struct rule_number *number)
{
	for (size_t i = 0; i < RULE_NUMBER_LIMBS; i++)
		number->limbs[i] = -number->limbs[i];
}

bool rule_number_parse(struct bytes text, struct rule_number *ret_number)
{
	struct rule_number number = {{0}};
	struct decimal decimal;

	if (!decimal_parse(text, &decimal) || decimal.whole.len > RULE_NUMBER_DIGITS ||
	    decimal.fraction.len > RULE_NUMBER_DECIMALS)
		return false;
	for (size_t i = 0; i < decimal.whole.len; i++)
		put_digit(&number, (int)(decimal.whole.len - 1 - i), decimal.whole.at[i]);
	for (size_t i = 0; i < decimal.fraction.len; i++)
		put_digit(&number, -(int)(i + 1), decimal.fraction.at[i]);
	if (decimal.is_negative)
		negate(&number);
	*ret_number = number;
	return true;
}

struct rule_number rule_number_of(uint64_t count)
{
	struct rule_number number = {{0}};

	for (size_t i = DECIMAL_LIMBS; count > 0; i++, count /= BASE)
		number.limbs[i] = (int64_t)(count % BASE);
	return number;
}

void rule_number_add(struct rule_number *sum, const struct rule_number *number)
{
	for (size_t i = 0; i < RULE_NUMBER_LIMBS; i++)
		sum->limbs[i] += number->limbs[i];
}

/* Each limb but the last from 0 to BASE - 1; the last carries the sign. */
static void settle(struct rule_number *number)
{
	for (size_t i = 0; i + 1 < RULE_NUMBER_LIMBS; i++) {
		int64_t carry = number->limbs[i] / BASE;

		if (number->limbs[i] % BASE < 0)
			carry--;
		number->limbs[i] -= carry * BASE;
		number->limbs[i + 1] += carry;
	}
}

static int sign_of(const struct rule_number *settled)
{
	if (settled->limbs[RULE_NUMBER_LIMBS - 1] < 0)
		return -1;
	for (size_t i = 0; i < RULE_NUMBER_LIMBS; i++)
		if (settled->limbs[i] != 0)
			return 1;
	return 0;
}

static struct rule_number difference(const struct rule_number *a, const struct rule_number *b)
{
	struct rule_number result = *b;

	negate(&result);
	rule_number_add(&result, a);
	settle(&result);
	return result;
}

int rule_number_compare(const struct rule_number *a, const struct rule_number *b)
{
	struct rule_number result = difference(a, b);

	return sign_of(&result);
}

bool rule_number_is_near(const struct rule_number *a, const struct rule_number *b,
			 const struct rule_number *within)
{
	struct rule_number distance = difference(a, b);

	if (sign_of(&distance) < 0)
		negate(&distance);
	return rule_number_compare(&distance, within) <= 0;
}

const char *rule_number_format(const struct rule_number *number, char at[RULE_NUMBER_TEXT_BYTES])
{
	struct rule_number settled = *number;
	char digits[RULE_NUMBER_LIMBS * LIMB_DIGITS + 16];
	const char *whole, *point;
	size_t len = 0;
	int sign;

	settle(&settled);
	sign = sign_of(&settled);
	if (sign < 0) {
		negate(&settled);
		settle(&settled);
	}
	for (size_t i = RULE_NUMBER_LIMBS; i > 0; i--)
		len += (size_t)snprintf(digits + len, sizeof(digits) - len, "%09lld",
					(long long)settled.limbs[i - 1]);
	while (digits[len - 1] == '0' && len > (RULE_NUMBER_LIMBS - DECIMAL_LIMBS) * LIMB_DIGITS)
		digits[--len] = 0;
	point = digits + (RULE_NUMBER_LIMBS - DECIMAL_LIMBS) * LIMB_DIGITS;
	for (whole = digits; *whole == '0' && whole + 1 < point; whole++)
		;
	(void)snprintf(at, RULE_NUMBER_TEXT_BYTES, "%s%.*s%s%s", sign < 0 ? "-" : "",
		       (int)(point - whole), whole, *point == 0 ? "" : ".", point);
	return at;
}
