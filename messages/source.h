/*
 * source - a document as branches: every element with its shape, every value once.
 *
 * The document is not changed; names and texts are borrowed from it, so that it must outlive the
 * branches.
 *
 * A value is an attribute that is no namespace declaration, or the text of an element without
 * elements (its text and CDATA joined, comments and processing instructions left out) when it is
 * not empty. White space where the kind wants elements is no value.
 */
#ifndef MESSAGES_SOURCE_H
#define MESSAGES_SOURCE_H

#include "messages/branch.h"
#include "messages/document.h"

struct source {
	struct branch *root;
	struct branch_pool pool; /* its elements and attributes in document order */
	size_t value_count;
	bool has_hints;
};

/* Read the whole document. All memory is of the arena. */
enum err source_read(const struct document *document, const struct shape *shape,
		     struct arena *arena, struct source *ret_source);

/* Visit all values in document order, those of an element's attributes before its own. */
typedef void source_visit_value(void *context, struct branch *value);
void source_each_value(const struct source *source, source_visit_value *visit, void *context);

#endif
