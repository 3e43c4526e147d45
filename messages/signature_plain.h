/*
 * signature_plain - are bytes in canonical form as they stand?
 *
 * Documents that this project writes are (Exclusive XML Canonicalization 1.0): then what is digested
 * are the bytes themselves, and no tree is needed. Two answers: "yes" is a promise, held against
 * libxml2 in tests; "not sure" also for what is rare (attributes with a prefix).
 */
#ifndef MESSAGES_SIGNATURE_PLAIN_H
#define MESSAGES_SIGNATURE_PLAIN_H

#include "sampan/bytes.h"

/* One element from its first byte to its last, with nothing around it. One pass, no memory. */
bool signature_plain_is(struct bytes bytes);

#endif
