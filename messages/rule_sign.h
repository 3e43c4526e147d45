/*
 * rule_sign - the characters of a value: which they are, and the check digit of a container.
 *
 * Values are UTF-8 (the reader has refused anything else).
 */
#ifndef MESSAGES_RULE_SIGN_H
#define MESSAGES_RULE_SIGN_H

#include "sampan/bytes.h"

/* Printable ASCII only. */
bool rule_sign_is_ascii(struct bytes text);

/*
 * Nothing that changes how the text looks without being seen: no control characters (Unicode C0 and
 * C1; tab and line ends are allowed), no zero-width signs, no marks of direction (Unicode Annex 9).
 * Letters of right-to-left scripts and combining marks are plain.
 */
bool rule_sign_is_plain(struct bytes text);

/* Four letters and seven digits whose last is the check digit of ISO 6346 (modulo 11). */
bool rule_sign_is_container(struct bytes text);

#endif
