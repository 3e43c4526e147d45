/*
 * pattern - a regular expression of XML Schema as a table over characters, made once and run in one
 * scan.
 *
 * A match is a promise: libxml2's xmlRegexpExec() says so too. The other way round it is none:
 * outside ASCII the escapes \d \w \i \c \p match nothing here, since their sets are those of one
 * version of Unicode. Used by sieve_value.c.
 */
#ifndef MESSAGES_PATTERN_H
#define MESSAGES_PATTERN_H

#include "sampan/arena.h"
#include "sampan/err.h"

struct pattern;

/*
 * Compile patterns that must all match (XML Schema 1.0 part 2, appendix F) into one table. The
 * texts are borrowed for the call; all memory that stays is of the arena.
 * ERR_FORMAT: it is written in a way that is not supported (subtraction of classes, empty branches,
 * "^" or "$"), or the table would be too large; *ret_pattern is untouched.
 */
enum err pattern_compile(const char *const *texts, size_t count, struct arena *arena,
			 const struct pattern **ret_pattern);

/* Does the whole text match? It is UTF-8 as in XML; what is not never matches. */
bool pattern_matches(const struct pattern *pattern, struct bytes text);

#endif
