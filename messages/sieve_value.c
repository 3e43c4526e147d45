#include "messages/sieve_table.h"
#include "messages/utf8.h"

/* Bytes are never fewer than characters. */
static bool has_length(const struct sieve_simple *simple, struct bytes text)
{
	size_t count;

	if (text.len <= simple->max_length &&
	    (simple->min_length == 0 || (simple->min_length == 1 && text.len > 0)))
		return true;
	count = utf8_count(text);
	return count >= simple->min_length && count <= simple->max_length;
}

static bool has_digits(const struct sieve_simple *simple, struct bytes text)
{
	struct decimal decimal;
	int order;

	if (!lexical_decimal(text, &decimal) || decimal.fraction.len > simple->fraction_digits ||
	    decimal.whole.len + decimal.fraction.len > simple->total_digits)
		return false;
	order = simple->low.is_set ? decimal_compare(&decimal, &simple->low.value) : 1;
	if (order < 0 || (order == 0 && simple->low.is_exclusive))
		return false;
	order = simple->high.is_set ? decimal_compare(&decimal, &simple->high.value) : -1;
	return order < 0 || (order == 0 && !simple->high.is_exclusive);
}

static int compare(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return bytes_compare(a, b);
}

static bool has_word(const struct sieve_words *words, struct bytes text)
{
	size_t low = 0, high = words->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(text, words->items[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool sieve_value_passes(const struct sieve_simple *simple, struct bytes text)
{
	if (simple->is_collapsed)
		text = bytes_trimmed(text);
	if (!has_length(simple, text) || (simple->has_digits && !has_digits(simple, text)))
		return false;
	/* a decimal has been looked at with its digits */
	if (simple->lexical != LEXICAL_STRING &&
	    !(simple->has_digits && simple->lexical == LEXICAL_DECIMAL) &&
	    !lexical_holds(simple->lexical, text))
		return false;
	for (const struct sieve_words *words = simple->words; words != NULL; words = words->next) {
		if (!has_word(words, text))
			return false;
	}
	return simple->pattern == NULL || pattern_matches(simple->pattern, text);
}
