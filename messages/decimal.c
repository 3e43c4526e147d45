#include "messages/decimal.h"

static struct bytes take_digits(struct bytes *text)
{
	struct bytes digits = {text->at, 0};

	while (text->len > 0 && *text->at >= '0' && *text->at <= '9') {
		*text = bytes_of(text->at + 1, text->len - 1);
		digits.len++;
	}
	return digits;
}

static bool take(struct bytes *text, char c)
{
	if (text->len == 0 || *text->at != (uint8_t)c)
		return false;
	*text = bytes_of(text->at + 1, text->len - 1);
	return true;
}

struct decimal decimal_of(bool is_negative, struct bytes whole, struct bytes fraction)
{
	while (whole.len > 0 && *whole.at == '0')
		whole = bytes_of(whole.at + 1, whole.len - 1);
	while (fraction.len > 0 && fraction.at[fraction.len - 1] == '0')
		fraction.len--;
	return (struct decimal){.is_negative = is_negative && whole.len + fraction.len > 0,
				.whole = whole,
				.fraction = fraction};
}

bool decimal_parse(struct bytes text, struct decimal *ret_decimal)
{
	bool is_negative = take(&text, '-');
	struct bytes whole, fraction = {0};

	if (!is_negative)
		(void)take(&text, '+');
	whole = take_digits(&text);
	if (take(&text, '.'))
		fraction = take_digits(&text);
	if (text.len > 0 || whole.len + fraction.len == 0)
		return false;
	*ret_decimal = decimal_of(is_negative, whole, fraction);
	return true;
}

static int compare_size(const struct decimal *a, const struct decimal *b)
{
	int order;

	if (a->whole.len != b->whole.len)
		return a->whole.len < b->whole.len ? -1 : 1;
	order = bytes_compare(a->whole, b->whole);
	return order != 0 ? order : bytes_compare(a->fraction, b->fraction);
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
	if (a->is_negative != b->is_negative)
		return a->is_negative ? -1 : 1;
	return a->is_negative ? compare_size(b, a) : compare_size(a, b);
}

const char *decimal_format(const struct decimal *decimal, struct arena *arena)
{
	static const char zero[] = "0";
	bool is_below_one = decimal->whole.len == 0, is_whole = decimal->fraction.len == 0;

	return arena_format(arena, "%s%.*s%s%.*s", decimal->is_negative ? "-" : "",
			    is_below_one ? 1 : (int)decimal->whole.len,
			    is_below_one ? zero : (const char *)decimal->whole.at,
			    is_whole ? "" : ".", (int)decimal->fraction.len,
			    is_whole ? zero : (const char *)decimal->fraction.at);
}
