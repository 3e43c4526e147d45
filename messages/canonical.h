/*
 * canonical - a target document written in canonical form.
 *
 * Exclusive XML Canonicalization 1.0 without comments (W3C REC-xml-exc-c14n-20020718): the bytes
 * are what a signature over the document digests. Elements stand in schema order; each namespace is
 * declared as the default where it begins.
 */
#ifndef MESSAGES_CANONICAL_H
#define MESSAGES_CANONICAL_H

#include "messages/branch.h"
#include "sampan/buffer.h"

/* Write the tree below and with root; errors stick in the buffer. */
void canonical_write(const struct branch *root, struct buffer *to);

/* Write the value of an attribute, without its quotes. */
void canonical_put_value(struct buffer *to, struct bytes value);

#endif
