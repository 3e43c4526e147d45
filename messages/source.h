/*
 * source - a document that was read, linked as a map walks it: every element with its shape and its
 * children in order of their shapes, every value once.
 *
 * The branches are the document's own (messages/trunk.h): they live until document_free(), so that
 * reports are read before. They are linked once, and no translation changes them.
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
	const struct trunk *trunk; /* its elements and attributes in document order */
	size_t value_count;
	bool has_hints;
};

/* Link the whole document as one of that shape. ERR_MEMORY, ERR_CORRUPT (document_read_again()). */
enum err source_read(const struct document *document, const struct shape *shape,
		     struct source *ret_source);

/*
 * Visit all values in document order, those of an element's attributes before its own; or those
 * only that are neither taken nor stand in what is grafted, who visits one takes it.
 */
typedef void source_visit_value(void *context, struct branch *value);
void source_each_value(const struct source *source, source_visit_value *visit, void *context);
void source_each_left(const struct source *source, const struct branch_state *states,
		      source_visit_value *visit, void *context);

#endif
