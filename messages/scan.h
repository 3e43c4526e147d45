/*
 * scan - our own reader of XML: one pass over the bytes, straight into a trunk.
 *
 * It knows two answers. "Sure" is a promise: the document is well-formed (XML 1.0 and Namespaces in
 * XML 1.0), within all limits of document.h, and libxml2 would read the same elements, attributes,
 * texts and lines. Otherwise something is wrong, or is written in a way that it does not take (a
 * DOCTYPE, names with letters beyond ASCII, text between elements, the prefix xml): then libxml2
 * reads the document, and says what is wrong. So it saves time, and never refuses a document.
 *
 * How a document may be told from its fast and its slow way is time alone.
 */
#ifndef MESSAGES_SCAN_H
#define MESSAGES_SCAN_H

#include "messages/trunk.h"

/*
 * Read bytes that are UTF-8 without a zero byte (borrowed; texts are copies). All memory is of the
 * arena. OK with *ret_is_sure false: nothing was read. ERR_MEMORY.
 */
enum err scan_read(struct bytes bytes, struct arena *arena, struct trunk *ret_trunk,
		   bool *ret_is_sure);

#endif
