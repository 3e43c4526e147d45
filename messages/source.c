#include "messages/source.h"

#include <string.h>

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define KNOWN 512u /* a power of two */
#define KNOWN_MAX (KNOWN / 4 * 3)

/* Which shape a name has below a parent. */
struct known {
	const struct shape *parent;
	const xmlChar *name;
	const struct shape *shape;
};

struct reader {
	struct branch_pool *pool;
	struct source *source;
	struct known elements[KNOWN]; /* a hash table */
	size_t known_count;
};

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
	all = at = arena_text_room(arena, len + 1);
	for (const xmlNode *node = text; all != NULL && node != NULL; node = next_text(node->next))
		at = stpcpy(at, (const char *)node->content);
	return all;
}

static bool is_blank(const xmlChar *text)
{
	while (text != NULL && (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n'))
		text++;
	return text == NULL || *text == '\0';
}

/* Is there text that is not white space? */
static bool has_words(const xmlNode *element)
{
	const xmlNode *text = next_text(element->children);

	while (text != NULL && is_blank(text->content))
		text = next_text(text->next);
	return text != NULL;
}

static bool has_elements(const xmlNode *element)
{
	const xmlNode *node = element->children;

	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node != NULL;
}

/* ---- Names ---- */

static const struct shape *attribute_called(const struct shape *parent, const xmlChar *name)
{
	for (size_t i = 0; i < parent->child_count; i++) {
		const struct shape *child = parent->children[i];

		if (child->is_attribute && strcmp(child->name, (const char *)name) == 0)
			return child;
	}
	return NULL;
}

/* Of a namespace that no namesake has it is the first, as an element without namesakes is. */
static const struct shape *element_called(const struct shape *parent, const xmlNode *element)
{
	const char *namespace = element->ns == NULL ? "" : (const char *)element->ns->href;
	struct bytes name = bytes_of_text((const char *)element->name);
	const struct shape *shape = shape_element(parent, name, namespace);

	return shape != NULL ? shape : shape_child(parent, name);
}

/*
 * A document holds few names, and its parser keeps each once: so the address tells, and names are
 * compared once. What no longer fits into the table, or what a namespace decides, is compared each
 * time.
 */
static const struct shape *shape_of(struct reader *reader, const struct shape *parent,
				    const xmlNode *element)
{
	const xmlChar *name = element->name;
	size_t at = (size_t)((uintptr_t)name ^ (uintptr_t)parent >> 4);
	struct known *known = &reader->elements[at % KNOWN];
	const struct shape *shape;

	for (; known->parent != NULL; known = &reader->elements[++at % KNOWN]) {
		if (known->name == name && known->parent == parent)
			return known->shape;
	}
	shape = element_called(parent, element);
	if (reader->known_count < KNOWN_MAX && shape != NULL && !shape->has_namesake) {
		*known = (struct known){parent, name, shape};
		reader->known_count++;
	}
	return shape;
}

/* ---- Values ---- */

static void set_text(struct reader *reader, struct branch *branch, const char *text)
{
	branch_set_text(branch, text);
	reader->source->value_count++;
}

static struct branch *new_branch(struct reader *reader, struct branch *parent, const xmlChar *name,
				 const struct shape *shape, bool is_attribute)
{
	if (shape == NULL)
		return branch_new_stray(reader->pool, parent, (const char *)name, is_attribute);
	return branch_new(reader->pool, parent, shape,
			  parent == NULL ? NULL : branch_place(parent, shape));
}

static enum err read_attribute(struct reader *reader, struct branch *element,
			       const xmlAttr *attribute)
{
	bool is_xsi = attribute->ns != NULL && strcmp((const char *)attribute->ns->href, XSI) == 0;
	const struct shape *shape =
		is_xsi ? NULL : attribute_called(element->shape, attribute->name);
	struct branch *branch = new_branch(reader, element, attribute->name, shape, true);
	const char *text = joined(attribute->children, reader->pool->arena);

	if (branch == NULL || text == NULL)
		return ERR_MEMORY;
	branch->line = element->line;
	branch->is_hint = is_xsi;
	reader->source->has_hints |= is_xsi;
	set_text(reader, branch, text);
	return OK;
}

static enum err read_text(struct reader *reader, struct branch *branch, const xmlNode *element,
			  bool is_parent)
{
	bool may_be_blank = !is_parent && branch->shape->is_leaf;
	const char *text;

	if (!may_be_blank && !has_words(element))
		return OK;
	if ((text = joined(element->children, reader->pool->arena)) == NULL)
		return ERR_MEMORY;
	if (text[0] != '\0')
		set_text(reader, branch, text);
	return OK;
}

/* ---- Elements ---- */

static enum err read_element(struct reader *reader, struct branch *branch, const xmlNode *element);

static enum err read_children(struct reader *reader, struct branch *branch, const xmlNode *element)
{
	enum err err = OK;

	for (const xmlNode *node = element->children; node != NULL && err == OK;
	     node = node->next) {
		struct branch *child;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		child = new_branch(reader, branch, node->name,
				   shape_of(reader, branch->shape, node), false);
		if (child != NULL && child->shape->has_namesake)
			branch_keep_place(child);
		err = child == NULL ? ERR_MEMORY : read_element(reader, child, node);
	}
	return err;
}

/* The usual leaf: nothing but one text. */
static bool has_lone_text(const xmlNode *element)
{
	const xmlNode *child = element->children;

	return child != NULL && child->next == NULL && child->type == XML_TEXT_NODE &&
	       child->content != NULL;
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static enum err read_element(struct reader *reader, struct branch *branch, const xmlNode *element)
{
	enum err err = OK;
	bool is_parent;

	branch->line = document_line(element);
	for (const xmlAttr *attribute = element->properties; attribute != NULL && err == OK;
	     attribute = attribute->next)
		err = read_attribute(reader, branch, attribute);
	if (err != OK)
		return err;
	if (branch->shape->is_leaf && has_lone_text(element)) {
		if (element->children->content[0] != '\0')
			set_text(reader, branch, (const char *)element->children->content);
		return OK;
	}
	is_parent = has_elements(element);
	err = read_text(reader, branch, element, is_parent);
	return err == OK && is_parent ? read_children(reader, branch, element) : err;
}

enum err source_read(const struct document *document, const struct shape *shape,
		     struct arena *arena, struct source *ret_source)
{
	struct source source = {.pool = {.arena = arena}};
	struct reader reader = {.pool = &source.pool, .source = &source};
	const xmlNode *root = document_root(document);
	bool is_known = strcmp((const char *)root->name, shape->name) == 0;
	enum err err;

	source.root = new_branch(&reader, NULL, root->name, is_known ? shape : NULL, false);
	if (source.root == NULL)
		return ERR_MEMORY;
	if ((err = read_element(&reader, source.root, root)) == OK)
		*ret_source = source;
	return err;
}

/* An element's own value waits until its attributes, which were made behind it, are done. */
void source_each_value(const struct source *source, source_visit_value *visit, void *context)
{
	struct branch *waiting = NULL;

	for (struct branch_chunk *chunk = source->pool.first; chunk != NULL; chunk = chunk->next) {
		for (size_t i = 0; i < chunk->count; i++) {
			struct branch *branch = &chunk->items[i];

			if (!branch->shape->is_attribute && waiting != NULL)
				visit(context, waiting);
			if (branch->shape->is_attribute)
				visit(context, branch);
			else
				waiting = branch->text == NULL ? NULL : branch;
		}
	}
	if (waiting != NULL)
		visit(context, waiting);
}
