#include "messages/trunk_xml.h"

#include <string.h>

#include "messages/document.h"

#define BUCKETS 2048u /* a power of two */

/* The parser keeps each name once, and each declaration of a namespace: so addresses tell. */
struct label {
	const xmlChar *name;
	const xmlNs *ns;
	const struct shape *shape;
	struct label *next;
};

struct reading {
	struct trunk *trunk;
	struct label **labels; /* by hash */
};

static const struct shape *label_of(struct reading *reading, const xmlChar *name, const xmlNs *ns,
				    bool is_attribute)
{
	uintptr_t hash = (uintptr_t)name >> 3 ^ (uintptr_t)ns >> 5 ^ (uintptr_t)name >> 17;
	struct label **bucket = &reading->labels[hash % BUCKETS], *label = *bucket;
	const char *namespace = ns == NULL || ns->href == NULL ? "" : (const char *)ns->href;

	while (label != NULL && (label->name != name || label->ns != ns ||
				 label->shape->is_attribute != is_attribute))
		label = label->next;
	if (label != NULL)
		return label->shape;
	if ((label = arena_alloc(reading->trunk->arena, sizeof(*label))) == NULL)
		return NULL;
	*label = (struct label){.name = name, .ns = ns, .next = *bucket};
	label->shape = trunk_label(reading->trunk, (const char *)name, namespace, is_attribute);
	*bucket = label;
	return label->shape;
}

static struct branch *put(struct reading *reading, struct branch *parent, const struct shape *label,
			  uint32_t line)
{
	assert(reading->trunk->count < reading->trunk->room);
	return label == NULL ? NULL : trunk_put(reading->trunk, parent, label, line);
}

/* ---- Texts ---- */

static const xmlNode *next_text(const xmlNode *node)
{
	while (node != NULL && node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE)
		node = node->next;
	return node;
}

/* The texts among siblings, joined; borrowed when there is only one. NULL: no memory. */
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

static enum err read_text(struct reading *reading, struct branch *branch, const xmlNode *element,
			  bool has_elements)
{
	const char *text = joined(element->children, reading->trunk->arena);

	if (text == NULL)
		return ERR_MEMORY;
	if (text[0] != '\0' && (!has_elements || !trunk_is_blank(bytes_of_text(text))))
		branch_set_text(branch, text);
	return OK;
}

/* ---- Elements ---- */

static enum err read_attribute(struct reading *reading, struct branch *element,
			       const xmlAttr *attribute)
{
	const struct shape *label = label_of(reading, attribute->name, attribute->ns, true);
	struct branch *branch = put(reading, element, label, element->line);
	const char *text = joined(attribute->children, reading->trunk->arena);

	if (branch == NULL || text == NULL)
		return ERR_MEMORY;
	branch_set_text(branch, text);
	return OK;
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static enum err read_element(struct reading *reading, struct branch *parent, const xmlNode *element)
{
	const struct shape *label = label_of(reading, element->name, element->ns, false);
	struct branch *branch = put(reading, parent, label, document_line(element));
	bool has_elements = false;
	enum err err = branch == NULL ? ERR_MEMORY : OK;

	for (const xmlAttr *attribute = element->properties; attribute != NULL && err == OK;
	     attribute = attribute->next)
		err = read_attribute(reading, branch, attribute);
	for (const xmlNode *node = element->children; node != NULL && err == OK;
	     node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		has_elements = true;
		err = read_element(reading, branch, node);
	}
	if (err != OK)
		return err;
	trunk_close(reading->trunk, branch);
	return read_text(reading, branch, element, has_elements);
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
static size_t count_values(const xmlNode *element)
{
	size_t count = 1;

	for (const xmlAttr *attribute = element->properties; attribute != NULL;
	     attribute = attribute->next)
		count++;
	for (const xmlNode *node = element->children; node != NULL; node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			count += count_values(node);
	return count;
}

enum err trunk_of_xml(const xmlDoc *document, struct arena *arena, struct trunk *ret_trunk)
{
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)(uintptr_t)document);
	struct trunk trunk;
	struct reading reading = {.trunk = &trunk};
	enum err err;

	reading.labels = arena_alloc_array(arena, BUCKETS, sizeof(struct label *));
	if (reading.labels == NULL)
		return ERR_MEMORY;
	if ((err = trunk_init(&trunk, count_values(root), arena)) == OK)
		err = read_element(&reading, NULL, root);
	if (err == OK)
		*ret_trunk = trunk;
	return err;
}
