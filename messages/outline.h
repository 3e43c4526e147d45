/*
 * outline - a target document as the tree that libxml2 works on, for its check against the XSD.
 *
 * It is what reading the canonical bytes would give, without writing and parsing them: nodes lie in
 * the arena, names and texts are borrowed from the branches. Only for looking at: it must not be
 * changed nor freed, its nodes have no lines, and strings are not of a dictionary.
 */
#ifndef MESSAGES_OUTLINE_H
#define MESSAGES_OUTLINE_H

#include <libxml/tree.h>

#include "messages/branch.h"

/* All memory is of the arena. *ret_values is how many elements and attributes there are. NULL: no
 * memory. */
xmlDoc *outline_new(const struct branch *root, struct arena *arena, size_t *ret_values);

#endif
