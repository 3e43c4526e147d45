/*
 * value - texts that are valid of a simple type, from the plainest to what lies at its limits:
 * longest and shortest, decimals of as many digits as there may be, letters of many scripts,
 * combining and astral characters, quotes and angle brackets, white space at both ends.
 */
#ifndef TESTS_SUPPORT_VALUE_H
#define TESTS_SUPPORT_VALUE_H

#include "tests/support/choices.h"
#include "tests/support/grammar.h"
#include "tests/support/pattern.h"

#define VALUE_BYTES 8192

enum value_style {
	VALUE_PLAIN, /* short, ASCII letters and digits where the type lets */
	VALUE_TEXT,  /* any characters */
	VALUE_LIMIT  /* at a limit, where there is one */
};

/*
 * Write a value that all types accept, or when none is found in some tries, one that the first
 * accepts. false: not even that.
 */
bool value_generate(struct choices *choices, const struct grammar_type *const *types, size_t count,
		    enum value_style style, char ret_value[VALUE_BYTES]);

/* A date of one of the forms of docs/maps.md; false when there is no such form. */
bool value_date(struct choices *choices, const char *form, char ret_value[VALUE_BYTES]);

#endif
