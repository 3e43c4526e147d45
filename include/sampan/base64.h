/*
 * base64 - bytes as text (RFC 4648 section 4: the usual alphabet, with padding).
 *
 * Reading is strict: exactly one text stands for given bytes, so that what is signed or frozen has
 * one form.
 */
#ifndef SAMPAN_BASE64_H
#define SAMPAN_BASE64_H

#include "sampan/buffer.h"

/* Is it of the alphabet, or the sign of padding? */
bool base64_has(uint8_t byte);

/* Append the text of the bytes, without a line end. */
void base64_format(struct bytes bytes, struct buffer *to);

/*
 * Append the bytes of a text. ERR_FORMAT: a character outside the alphabet (white space too), wrong
 * padding, or unused bits that are not zero; then nothing was appended. ERR_LIMIT: the buffer's
 * bound.
 */
enum err base64_parse(struct bytes text, struct buffer *to);

#endif
