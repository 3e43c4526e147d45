#include "messages/source.h"

#include <string.h>

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

struct reader {
	struct arena *arena;
	struct source *source;
};

static void add_value(struct source *source, struct branch *value)
{
	if (source->last_value == NULL)
		source->first_value = value;
	else
		source->last_value->next_value = value;
	source->last_value = value;
}

static bool is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static const xmlNode *next_text(const xmlNode *node)
{
	while (node != NULL && !is_text(node))
		node = node->next;
	return node;
}

/* The texts among siblings, joined; borrowed from the document when there is only one. NULL: no
 * memory. */
static const char *joined(const xmlNode *first, struct arena *arena)
{
	const xmlNode *text = next_text(first);
	size_t len = 0;
	char *all, *at;

	if (text == NULL)
		return "";
	if (next_text(text->next) == NULL)
		return text->content == NULL ? "" : (const char *)text->content;
	for (const xmlNode *node = text; node != NULL; node = next_text(node->next))
		len += strlen((const char *)node->content);
	all = at = arena_alloc(arena, len + 1);
	for (const xmlNode *node = text; all != NULL && node != NULL; node = next_text(node->next))
		at = stpcpy(at, (const char *)node->content);
	return all;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* Of elements with the same name the namespace decides. */
static bool is_of(const struct shape *shape, const xmlNs *ns)
{
	return !shape->has_namesake ||
	       strcmp(shape->namespace, ns == NULL ? "" : (const char *)ns->href) == 0;
}

/*
 * The child shape of that name. Documents follow the order of their schema, so the search begins at
 * the shape that was met last and goes round.
 */
static const struct shape *shape_of(const struct shape *parent, const char *name, const xmlNs *ns,
				    bool is_attribute, size_t *cursor)
{
	size_t count = parent == NULL ? 0 : parent->child_count;

	for (size_t i = 0, at = *cursor; i < count; i++, at++) {
		const struct shape *child = parent->children[at >= count ? at = 0 : at];

		if (child->is_attribute == is_attribute && strcmp(child->name, name) == 0 &&
		    is_of(child, ns)) {
			*cursor = at;
			return child;
		}
	}
	return NULL;
}

static struct branch *new_branch(struct reader *reader, struct branch *parent, const char *name,
				 bool is_attribute, const struct shape *shape)
{
	if (shape != NULL)
		return branch_new(reader->arena, parent, shape);
	return branch_new_stray(reader->arena, parent, name, is_attribute);
}

static enum err read_attributes(struct reader *reader, struct branch *element)
{
	size_t cursor = 0;

	for (const xmlAttr *attribute = element->xml->properties; attribute != NULL;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		bool is_xsi = attribute->ns != NULL &&
			      strcmp((const char *)attribute->ns->href, XSI) == 0;
		const struct shape *shape =
			is_xsi ? NULL : shape_of(element->shape, name, NULL, true, &cursor);
		struct branch *branch = new_branch(reader, element, name, true, shape);

		if (branch == NULL ||
		    (branch->text = joined(attribute->children, reader->arena)) == NULL)
			return ERR_MEMORY;
		branch->xml = element->xml;
		branch->is_hint = is_xsi;
		add_value(reader->source, branch);
	}
	return OK;
}

static enum err read_text(struct reader *reader, struct branch *element, bool has_elements)
{
	const char *text = joined(element->xml->children, reader->arena);
	bool may_be_blank = !has_elements && (element->shape == NULL || element->shape->is_leaf);

	if (text == NULL)
		return ERR_MEMORY;
	if (text[0] == '\0' || (!may_be_blank && is_blank(text)))
		return OK;
	element->text = text;
	add_value(reader->source, element);
	return OK;
}

static bool has_elements(const xmlNode *element)
{
	for (const xmlNode *node = element->children; node != NULL; node = node->next) {
		if (node->type == XML_ELEMENT_NODE)
			return true;
	}
	return false;
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static enum err read_element(struct reader *reader, struct branch *element)
{
	bool is_parent = has_elements(element->xml);
	size_t cursor = 0;
	enum err err;

	if ((err = read_attributes(reader, element)) != OK ||
	    (err = read_text(reader, element, is_parent)) != OK)
		return err;
	if (!is_parent)
		return OK;
	for (const xmlNode *node = element->xml->children; node != NULL; node = node->next) {
		const char *name = (const char *)node->name;
		struct branch *child;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		child = new_branch(reader, element, name, false,
				   shape_of(element->shape, name, node->ns, false, &cursor));
		if (child == NULL)
			return ERR_MEMORY;
		child->xml = node;
		if ((err = read_element(reader, child)) != OK)
			return err;
	}
	return OK;
}

enum err source_read(const struct document *document, const struct shape *shape,
		     struct arena *arena, struct source *ret_source)
{
	struct source source = {0};
	struct reader reader = {.arena = arena, .source = &source};
	const xmlNode *root = document_root(document);
	enum err err;

	if ((source.root = branch_new(arena, NULL, shape)) == NULL)
		return ERR_MEMORY;
	if (strcmp((const char *)root->name, shape->name) != 0)
		source.root->shape = NULL;
	source.root->name = (const char *)root->name;
	source.root->xml = root;
	if ((err = read_element(&reader, source.root)) != OK)
		return err;
	*ret_source = source;
	return OK;
}
