/*
 * scale - an exact decimal number in another unit: multiplied or divided by a factor, digit by
 * digit.
 *
 * Never binary, never rounded: a division that does not come to an end is refused.
 */
#ifndef MESSAGES_SCALE_H
#define MESSAGES_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "sampan/arena.h"
#include "sampan/err.h"

/* digits divided by ten to the power of decimals: 0.45359237 is 45359237 and 8. */
struct scale {
	uint64_t digits;
	unsigned decimals;
};

#define SCALE_DIGITS 15u /* of a factor, at most */

/* "1000", "0.001": digits with or without a point, greater than zero. */
bool scale_parse(const char *text, struct scale *ret_scale);

/*
 * A decimal (XML Schema's form) times the factor, or divided by it. *ret_text is of the arena, in its
 * shortest form; NULL when the text is no decimal, or the quotient has more than 40 decimals more.
 * ERR_MEMORY.
 */
enum err scale_multiply(const struct scale *scale, const char *text, struct arena *arena,
			const char **ret_text);
enum err scale_divide(const struct scale *scale, const char *text, struct arena *arena,
		      const char **ret_text);

#endif
