/*
 * trunk_same - what a document's reader made of it against what libxml2 makes of it.
 */
#ifndef TESTS_SUPPORT_TRUNK_SAME_H
#define TESTS_SUPPORT_TRUNK_SAME_H

#include "messages/document.h"

/*
 * libxml2 takes the document too, and has the same elements, attributes, namespaces, texts and lines.
 * Dies when not. The document must not be bound yet.
 */
void trunk_same_expect(const struct document *document);

#endif
