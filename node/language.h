/*
 * language - which of our two languages a reader prefers.
 */
#ifndef NODE_LANGUAGE_H
#define NODE_LANGUAGE_H

#include <stdbool.h>

/*
 * Does an Accept-Language header (RFC 9110 section 12.5.4) rank Vietnamese above English? NULL or
 * anything unknown: no.
 */
bool language_is_vietnamese(const char *accept);

#endif
