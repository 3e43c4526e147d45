/*
 * trunk_xml - the tree of a document that libxml2 has read.
 */
#ifndef MESSAGES_TRUNK_XML_H
#define MESSAGES_TRUNK_XML_H

#include <libxml/tree.h>

#include "messages/trunk.h"

/*
 * Names and texts are borrowed from the document, all else is of the arena. At most
 * LIMIT_DOCUMENT_VALUES elements and attributes. ERR_MEMORY.
 */
enum err trunk_of_xml(const xmlDoc *document, struct arena *arena, struct trunk *ret_trunk);

#endif
