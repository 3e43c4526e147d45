#include "messages/scale.h"

#include <string.h>

#include "messages/decimal.h"

#define QUOTIENT_DECIMALS 40u

/* A number under work: decimal digits, highest first, with room on both sides. */
struct number {
	bool is_negative;
	char *digits;
	size_t count;
	size_t decimals; /* how many of them stand behind the point */
};

bool scale_parse(const char *text, struct scale *ret_scale)
{
	struct scale scale = {0};
	bool is_behind = false;
	size_t len = 0;

	for (; *text != '\0'; text++) {
		if (*text == '.' && !is_behind && len > 0) {
			is_behind = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++len > SCALE_DIGITS)
			return false;
		scale.digits = scale.digits * 10 + (uint64_t)(*text - '0');
		scale.decimals += is_behind;
	}
	if (scale.digits == 0 || (is_behind && scale.decimals == 0))
		return false;
	*ret_scale = scale;
	return true;
}

/* Its digits stand `before` behind the beginning of a room that has `more` behind them, all zeros.
 * NULL digits: no decimal, or no memory (err). */
static enum err number_parse(const char *text, size_t before, size_t more, struct arena *arena,
			     struct number *ret_number)
{
	struct decimal decimal;
	size_t count;
	char *room;

	*ret_number = (struct number){0};
	if (!decimal_parse(bytes_of_text(text), &decimal))
		return OK;
	count = before + decimal.whole.len + decimal.fraction.len;
	if ((room = arena_text_room(arena, count + more + 1)) == NULL)
		return ERR_MEMORY;
	memset(room, '0', count + more);
	if (decimal.whole.len > 0)
		memcpy(room + before, decimal.whole.at, decimal.whole.len);
	if (decimal.fraction.len > 0)
		memcpy(room + before + decimal.whole.len, decimal.fraction.at,
		       decimal.fraction.len);
	*ret_number = (struct number){decimal.is_negative, room, count, decimal.fraction.len};
	return OK;
}

static enum err number_format(const struct number *number, struct arena *arena,
			      const char **ret_text)
{
	size_t whole = number->count - number->decimals;
	struct decimal decimal = decimal_of(number->is_negative, bytes_of(number->digits, whole),
					    bytes_of(number->digits + whole, number->decimals));

	*ret_text = decimal_format(&decimal, arena);
	return *ret_text == NULL ? ERR_MEMORY : OK;
}

enum err scale_multiply(const struct scale *scale, const char *text, struct arena *arena,
			const char **ret_text)
{
	struct number number;
	uint64_t carry = 0;
	enum err err = number_parse(text, SCALE_DIGITS + scale->decimals + 1, 0, arena, &number);

	*ret_text = NULL;
	if (err != OK || number.digits == NULL)
		return err;
	for (size_t i = number.count; i > 0; i--) {
		carry += (uint64_t)(number.digits[i - 1] - '0') * scale->digits;
		number.digits[i - 1] = (char)('0' + carry % 10);
		carry /= 10;
	}
	number.decimals += scale->decimals;
	return number_format(&number, arena, ret_text);
}

/* Long division; the digits that the factor's decimals and the quotient need are zeros behind. */
enum err scale_divide(const struct scale *scale, const char *text, struct arena *arena,
		      const char **ret_text)
{
	size_t more = scale->decimals + QUOTIENT_DECIMALS;
	struct number number;
	uint64_t rest = 0;
	enum err err = number_parse(text, 1, more, arena, &number);

	*ret_text = NULL;
	if (err != OK || number.digits == NULL)
		return err;
	number.count += more;
	number.decimals += QUOTIENT_DECIMALS;
	for (size_t i = 0; i < number.count; i++) {
		rest = rest * 10 + (uint64_t)(number.digits[i] - '0');
		number.digits[i] = (char)('0' + rest / scale->digits);
		rest %= scale->digits;
	}
	return rest != 0 ? OK : number_format(&number, arena, ret_text);
}
