/*
 * rule_number - exact decimal numbers of rules: sums and comparisons on text, never binary.
 *
 * A number has at most RULE_NUMBER_DIGITS digits before the point and RULE_NUMBER_DECIMALS behind
 * it; sums of a million such numbers stay exact. A plain value.
 */
#ifndef MESSAGES_RULE_NUMBER_H
#define MESSAGES_RULE_NUMBER_H

#include "sampan/bytes.h"

#define RULE_NUMBER_DIGITS 99u
#define RULE_NUMBER_DECIMALS 54u
#define RULE_NUMBER_LIMBS 18u

/* sign, all digits, point and the zero byte */
#define RULE_NUMBER_TEXT_BYTES (RULE_NUMBER_LIMBS * 9 + 32)

/* Limbs of nine digits, lowest first; the first six are decimals. Carries are settled late. */
struct rule_number {
	int64_t limbs[RULE_NUMBER_LIMBS];
};

/*
 * Of what decimal_parse() reads. false: no number, or one with more digits than fit; *ret_number is
 * untouched.
 */
bool rule_number_parse(struct bytes text, struct rule_number *ret_number);

struct rule_number rule_number_of(uint64_t count);

/* At most 10^9 numbers may be added to one sum. */
void rule_number_add(struct rule_number *sum, const struct rule_number *number);

/* Negative, 0 or positive. */
int rule_number_compare(const struct rule_number *a, const struct rule_number *b);

/* Do the two differ by at most `within`, which is not negative? */
bool rule_number_is_near(const struct rule_number *a, const struct rule_number *b,
			 const struct rule_number *within);

/* Canonical: no leading zeros, no zeros at the end of decimals. Returns `at`. */
const char *rule_number_format(const struct rule_number *number, char at[RULE_NUMBER_TEXT_BYTES]);

#endif
