/*
 * decimal - an exact decimal number as its digits: read, compared, and written in its shortest form.
 *
 * A plain value that borrows the digits from the text. Never binary, of any length. Sums are made in
 * rule_number.h, products in scale.h.
 */
#ifndef MESSAGES_DECIMAL_H
#define MESSAGES_DECIMAL_H

#include "sampan/arena.h"

/* Digits before and behind the point, without the zeros that mean nothing: none of them for zero. */
struct decimal {
	bool is_negative; /* never of zero */
	struct bytes whole;
	struct bytes fraction;
};

/*
 * "12", "-0.5", "+3", ".5", "5." (XML Schema 1.0 part 2, 3.2.3, without white space). false: it is
 * none; *ret_decimal is untouched.
 */
bool decimal_parse(struct bytes text, struct decimal *ret_decimal);

/* The number of any digits, which may begin and end with zeros. */
struct decimal decimal_of(bool is_negative, struct bytes whole, struct bytes fraction);

/* Negative, 0 or positive. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* "12.5", "0.5", "-3", "0". NULL: no memory. */
const char *decimal_format(const struct decimal *decimal, struct arena *arena);

#endif
