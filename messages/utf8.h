/*
 * utf8 - is it UTF-8 (RFC 3629)?
 */
#ifndef MESSAGES_UTF8_H
#define MESSAGES_UTF8_H

#include "sampan/bytes.h"

/*
 * The offset of the first byte that is zero or part of no UTF-8 character; the length when there is
 * none.
 */
size_t utf8_first_wrong(struct bytes bytes);

#endif
