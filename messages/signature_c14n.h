/*
 * signature_c14n - the canonical form of an element, for digests.
 *
 * Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, both without comments, of one element
 * with all that is in it. Our own, because libxml2's walks the whole document for every part of it
 * and compares namespaces of all ancestors at every element: here each element costs what it holds.
 * Only for documents that document_parse() has read (no DTD, no entities, no comments) and that have
 * no processing instructions.
 */
#ifndef MESSAGES_SIGNATURE_C14N_H
#define MESSAGES_SIGNATURE_C14N_H

#include <libxml/tree.h>

#include "sampan/buffer.h"

enum signature_c14n {
	SIGNATURE_C14N_NONE,
	SIGNATURE_C14N_EXCLUSIVE, /* W3C REC-xml-exc-c14n-20020718, no prefix list */
	SIGNATURE_C14N_INCLUSIVE  /* W3C REC-xml-c14n-20010315 */
};

/*
 * Append the canonical form of an element; `without` (NULL: nothing) is left out with all that is
 * in it. ERR_LIMIT: the buffer's bound, or more namespaces than document_read() lets pass.
 */
enum err signature_c14n_put(enum signature_c14n method, const xmlNode *element,
			    const xmlNode *without, struct buffer *to);

#endif
