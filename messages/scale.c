#include "messages/scale.h"

#include <string.h>

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

/* Its digits stand `before` behind the beginning of a room that has `more` behind them. NULL digits:
 * no decimal, or no memory (err). */
static enum err number_parse(const char *text, size_t before, size_t more, struct arena *arena,
			     struct number *ret_number)
{
	struct number number = {.is_negative = *text == '-'};
	bool is_behind = false;
	char *room;

	*ret_number = number;
	text += *text == '-' || *text == '+';
	if ((room = arena_text_room(arena, before + strlen(text) + more + 1)) == NULL)
		return ERR_MEMORY;
	memset(room, '0', before);
	number.digits = room;
	number.count = before;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !is_behind) {
			is_behind = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return OK;
		number.digits[number.count++] = *text;
		number.decimals += is_behind;
	}
	if (number.count > before)
		*ret_number = number;
	return OK;
}

/* In its shortest form. */
static enum err number_format(const struct number *number, struct arena *arena,
			      const char **ret_text)
{
	size_t whole = number->count - number->decimals, from = 0, until = number->count;

	while (from < whole && number->digits[from] == '0')
		from++;
	while (until > whole && number->digits[until - 1] == '0')
		until--;
	*ret_text = arena_format(arena, "%s%s%.*s%s%.*s",
				 number->is_negative && (from < whole || until > whole) ? "-" : "",
				 from == whole ? "0" : "", (int)(whole - from),
				 number->digits + from, until > whole ? "." : "",
				 (int)(until - whole), number->digits + whole);
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
	memset(number.digits + number.count, '0', more);
	number.count += more;
	number.decimals += QUOTIENT_DECIMALS;
	for (size_t i = 0; i < number.count; i++) {
		rest = rest * 10 + (uint64_t)(number.digits[i] - '0');
		number.digits[i] = (char)('0' + rest / scale->digits);
		rest %= scale->digits;
	}
	return rest != 0 ? OK : number_format(&number, arena, ret_text);
}
