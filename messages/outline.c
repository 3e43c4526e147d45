#include "messages/outline.h"

#include <libxml/parserInternals.h>
#include <string.h>

struct drawing {
	struct arena *arena;
	xmlDoc *document;
	size_t values;
};

/* libxml2 has no const where it only reads. */
static xmlChar *borrowed(const char *text)
{
	return (xmlChar *)(uintptr_t)text;
}

static bool draw_text(struct drawing *drawing, xmlNode *parent, const char *text)
{
	xmlNode *node = arena_alloc(drawing->arena, sizeof(*node));

	if (node == NULL)
		return false;
	node->type = XML_TEXT_NODE;
	node->name = xmlStringText;
	node->content = borrowed(text);
	node->doc = drawing->document;
	node->parent = parent;
	parent->children = node;
	parent->last = node;
	return true;
}

static bool draw_attribute(struct drawing *drawing, xmlNode *element, const struct branch *branch,
			   xmlAttr **last)
{
	xmlAttr *attribute = arena_alloc(drawing->arena, sizeof(*attribute));

	if (attribute == NULL)
		return false;
	attribute->type = XML_ATTRIBUTE_NODE;
	attribute->name = borrowed(branch->shape->name);
	attribute->doc = drawing->document;
	attribute->parent = element;
	attribute->prev = *last;
	if (*last == NULL)
		element->properties = attribute;
	else
		(*last)->next = attribute;
	*last = attribute;
	drawing->values++;
	/* both begin with the fields that xmlNode shares with all nodes */
	return draw_text(drawing, (xmlNode *)attribute, branch->text);
}

static bool declare_namespace(struct drawing *drawing, xmlNode *element, const char *namespace)
{
	const xmlNs *above = element->parent->type == XML_ELEMENT_NODE ? element->parent->ns : NULL;
	const char *inherited = above == NULL ? "" : (const char *)above->href;
	xmlNs *own;

	if (strcmp(inherited, namespace) == 0) {
		element->ns = (xmlNs *)(uintptr_t)above;
		return true;
	}
	if (namespace[0] == '\0')
		return true;
	own = arena_alloc(drawing->arena, sizeof(*own));
	if (own == NULL)
		return false;
	own->type = XML_NAMESPACE_DECL;
	own->href = borrowed(namespace);
	element->ns = own;
	element->nsDef = own;
	return true;
}

static xmlNode *draw_element(struct drawing *drawing, const struct branch *branch, xmlNode *parent);

static bool draw_children(struct drawing *drawing, const struct branch *branch, xmlNode *element)
{
	xmlAttr *last_attribute = NULL;

	for (const struct branch *child = branch_first(branch); child != NULL; child = child->next)
		if (child->shape->is_attribute
			    ? !draw_attribute(drawing, element, child, &last_attribute)
			    : draw_element(drawing, child, element) == NULL)
			return false;
	return true;
}

/* Depth is bounded by the shape, which is not recursive. */
static xmlNode *draw_element(struct drawing *drawing, const struct branch *branch, xmlNode *parent)
{
	xmlNode *element = arena_alloc(drawing->arena, sizeof(*element));

	if (element == NULL)
		return NULL;
	element->type = XML_ELEMENT_NODE;
	element->name = borrowed(branch->shape->name);
	element->doc = drawing->document;
	element->parent = parent;
	element->prev = parent->last;
	if (parent->last == NULL)
		parent->children = element;
	else
		parent->last->next = element;
	parent->last = element;
	drawing->values++;
	if (!declare_namespace(drawing, element, branch->shape->namespace) ||
	    (branch->text != NULL && branch->text[0] != '\0' &&
	     !draw_text(drawing, element, branch->text)) ||
	    !draw_children(drawing, branch, element))
		return NULL;
	return element;
}

xmlDoc *outline_new(const struct branch *root, struct arena *arena, size_t *ret_values)
{
	struct drawing drawing = {.arena = arena, .document = arena_alloc(arena, sizeof(xmlDoc))};

	if (drawing.document == NULL)
		return NULL;
	drawing.document->type = XML_DOCUMENT_NODE;
	drawing.document->doc = drawing.document;
	if (draw_element(&drawing, root, (xmlNode *)drawing.document) == NULL)
		return NULL;
	*ret_values = drawing.values;
	return drawing.document;
}
