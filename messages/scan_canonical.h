/*
 * scan_canonical - is a start tag written as canonical form has it (Exclusive XML Canonicalization
 * 1.0)? Only for scan.c.
 *
 * "yes" is a promise, held against libxml2 in tests; "no" also for what is rare (attributes with a
 * prefix). How it is spaced and quoted is seen where it is read.
 */
#ifndef MESSAGES_SCAN_CANONICAL_H
#define MESSAGES_SCAN_CANONICAL_H

#include "messages/scan_cursor.h"
#include "messages/scan_name.h"

struct scan_attribute {
	struct scan_name *name;
	struct scan_piece value;
	bool has_references;
};

/* All of a tag's, as they are written, before its declarations are in force. */
bool scan_canonical_tag(const struct scan_names *names, const struct scan_name *element,
			const struct scan_attribute *attributes, size_t count);

#endif
