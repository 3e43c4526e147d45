/*
 * pattern - texts that match a regular expression of XML Schema (part 2, appendix F).
 *
 * Knows branches, classes with ranges and negation, . \d \s \w \c and their negations, and all
 * quantifiers; no class subtraction and no \p. Who needs to be sure lets the validator look: what
 * is generated from a part it does not know may not match.
 */
#ifndef TESTS_SUPPORT_PATTERN_H
#define TESTS_SUPPORT_PATTERN_H

#include "tests/support/choices.h"

/*
 * Write one text of at most `room` characters more or less (quantifiers without bound fill at most
 * that) into a buffer of `size` bytes. any() gives the character that "." stands for.
 */
void pattern_generate(const char *pattern, struct choices *choices, size_t room,
		      const char *(*any)(struct choices *choices), char *buffer, size_t size);

#endif
