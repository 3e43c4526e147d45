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

/* Nothing hidden (sampan/hidden.h). */
bool rule_sign_is_plain(struct bytes text);

/* Four letters and seven digits whose last is the check digit of ISO 6346 (modulo 11). */
bool rule_sign_is_container(struct bytes text);

#endif
