/*
 * layout - a document as the tree that forms read (sampan/stylesheet.h): its elements by their local
 * names, without namespaces; their texts and attributes. Signatures are left out.
 */
#ifndef MESSAGES_LAYOUT_H
#define MESSAGES_LAYOUT_H

#include "messages/document.h"
#include "messages/schema.h"
#include "sampan/stylesheet.h"

/*
 * <document kind="vn.import"> with the root in it, put where the tree is. Bytes that cannot be read
 * become a document without content. ERR_MEMORY; the tree's own errors stick in it.
 */
enum err layout_put(const struct schema_set *set, struct bytes bytes, struct arena *arena,
		    struct stylesheet_tree *tree);

#endif
