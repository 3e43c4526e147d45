/*
 * utf8 - text as characters (RFC 3629): is it any, how many are there, cuts that go through none.
 *
 * A letter with a combining mark behind it is two characters.
 */
#ifndef MESSAGES_UTF8_H
#define MESSAGES_UTF8_H

#include "sampan/bytes.h"

/*
 * The offset of the first byte that is zero or part of no UTF-8 character; the length when there is
 * none.
 */
size_t utf8_first_wrong(struct bytes bytes);

/* Of what is UTF-8: how many characters. */
size_t utf8_count(struct bytes text);

/* The first `count` characters, or all. */
struct bytes utf8_head(struct bytes text, size_t count);

/* As many whole characters from the beginning as have room in `max_bytes`. */
struct bytes utf8_within(struct bytes text, size_t max_bytes);

#endif
