#include "messages/sieve.h"

#include <string.h>

#include "messages/sieve_table.h"
#include "sampan/limit.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define JOINED_BYTES 4096u

/* One pass over a document. */
struct pass {
	const xmlNs *ns;       /* met last, */
	const char *namespace; /* and what it was found equal to */
};

/* How far the children of a SIEVE_SEQUENCE or SIEVE_ALL have been read. */
struct reading {
	const struct sieve_type *type;
	uint32_t at;    /* the place of the child read last */
	uint32_t count; /* how often it has come; 0: no child yet */
	uint64_t seen;  /* of SIEVE_ALL */
};

static bool element_passes(struct pass *pass, const struct sieve_element *element,
			   const xmlNode *node);

static bool is_in(struct pass *pass, const xmlNs *ns, const char *namespace)
{
	if (ns == pass->ns && namespace == pass->namespace)
		return true;
	if (strcmp(ns == NULL || ns->href == NULL ? "" : (const char *)ns->href, namespace) != 0)
		return false;
	pass->ns = ns;
	pass->namespace = namespace;
	return true;
}

static bool is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* Comments and processing instructions are as if they were not there. */
static const xmlNode *skip_remarks(const xmlNode *node)
{
	while (node != NULL && (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE))
		node = node->next;
	return node;
}

/* ---- Text ---- */

/* Text in several pieces. */
static bool joined_passes(const struct sieve_simple *simple, const xmlNode *node)
{
	uint8_t joined[JOINED_BYTES];
	size_t len = 0;

	for (; node != NULL; node = skip_remarks(node->next)) {
		struct bytes piece = bytes_of_text((const char *)node->content);

		if (!is_text(node) || piece.len > sizeof(joined) - len)
			return false;
		if (piece.len > 0)
			memcpy(joined + len, piece.at, piece.len);
		len += piece.len;
	}
	return sieve_value_passes(simple, bytes_of(joined, len));
}

static bool text_passes(const struct sieve_simple *simple, const xmlNode *first)
{
	first = skip_remarks(first);
	if (first == NULL)
		return sieve_value_passes(simple, bytes_of_text(""));
	if (first->next != NULL || !is_text(first))
		return joined_passes(simple, first);
	return sieve_value_passes(simple, bytes_of_text((const char *)first->content));
}

static bool is_blank(const xmlNode *node)
{
	const char *text = (const char *)node->content;

	while (text != NULL && (*text == '\n' || *text == '\t' || *text == ' ' || *text == '\r'))
		text++;
	return is_text(node) && (text == NULL || *text == '\0');
}

/* ---- Attributes ---- */

/* The value of an attribute; NULL when it is not one text. */
static const char *value_of(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	if (text == NULL)
		return "";
	return text->type == XML_TEXT_NODE && text->next == NULL ? (const char *)text->content
								 : NULL;
}

static bool attribute_passes(const struct sieve_attribute *rule, const xmlAttr *attribute)
{
	const char *value = value_of(attribute);

	return value != NULL && (rule->fixed == NULL || strcmp(rule->fixed, value) == 0) &&
	       sieve_value_passes(rule->simple, bytes_of_text(value));
}

/* Where schemas lie: a word to who validates, and nothing that is looked at here. */
static bool is_hint(const xmlAttr *attribute)
{
	return attribute->ns != NULL && strcmp((const char *)attribute->ns->href, XSI) == 0 &&
	       (strcmp((const char *)attribute->name, "schemaLocation") == 0 ||
		strcmp((const char *)attribute->name, "noNamespaceSchemaLocation") == 0);
}

static bool is_of(const xmlAttr *attribute, const struct sieve_attribute *rule)
{
	const char *namespace = attribute->ns == NULL ? "" : (const char *)attribute->ns->href;

	return strcmp((const char *)attribute->name, rule->name) == 0 &&
	       strcmp(namespace, rule->namespace) == 0;
}

static bool attributes_pass(const struct sieve_type *type, const xmlNode *node)
{
	uint64_t seen = 0;

	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		size_t i = 0;

		while (i < type->attribute_count && !is_of(attribute, &type->attributes[i]))
			i++;
		if (i == type->attribute_count ? !is_hint(attribute)
					       : !attribute_passes(&type->attributes[i], attribute))
			return false;
		seen |= i == type->attribute_count ? 0 : UINT64_C(1) << i;
	}
	return (seen & type->required) == type->required;
}

/* ---- Children ---- */

static bool is_called(const struct sieve_type *type, uint32_t place, const xmlNode *node)
{
	const struct sieve_element *element = &type->elements[place];

	return place < type->element_count &&
	       strcmp(element->name, (const char *)node->name) == 0 &&
	       (!type->has_namesakes ||
		strcmp(element->namespace, node->ns == NULL ? "" : (const char *)node->ns->href) ==
			0);
}

/* The place of a child in its type, first looked for where it is likely; SIEVE_END: none. */
static uint32_t place_of(const struct sieve_type *type, uint32_t likely, const xmlNode *node)
{
	uint32_t slot;

	if (is_called(type, likely, node))
		return likely;
	if (is_called(type, likely + 1, node))
		return likely + 1;
	if (type->slots == NULL)
		return SIEVE_END;
	slot = sieve_hash((const char *)node->name) & type->slot_mask;
	while (type->slots[slot] != 0 && !is_called(type, type->slots[slot] - 1u, node))
		slot = (slot + 1) & type->slot_mask;
	return type->slots[slot] - 1u;
}

/* All from one place on that must occur do so at the other, or later. */
static bool leaves_out_nothing(const struct sieve_type *type, uint32_t from, uint32_t to)
{
	return type->elements[from].required >= to;
}

static bool read_in_order(struct reading *reading, uint32_t place)
{
	const struct sieve_type *type = reading->type;
	const struct sieve_element *before = &type->elements[reading->at];

	if (reading->count > 0 && place == reading->at)
		return ++reading->count <= before->max;
	if (reading->count > 0 ? place < reading->at || reading->count < before->min ||
					 !leaves_out_nothing(type, reading->at + 1, place)
			       : !leaves_out_nothing(type, 0, place))
		return false;
	reading->at = place;
	reading->count = 1;
	return true;
}

static bool read_in_any_order(struct reading *reading, uint32_t place)
{
	bool is_new = (reading->seen >> place & 1) == 0;

	reading->seen |= UINT64_C(1) << place;
	reading->at = place;
	return is_new;
}

static bool is_complete(const struct reading *reading)
{
	const struct sieve_type *type = reading->type;
	uint32_t count = (uint32_t)type->element_count;

	if (type->content == SIEVE_MODEL)
		return true;
	if (type->content == SIEVE_SEQUENCE)
		return reading->count > 0 ? reading->count >= type->elements[reading->at].min &&
						    leaves_out_nothing(type, reading->at + 1, count)
					  : leaves_out_nothing(type, 0, count);
	for (uint32_t i = 0; i < count; i++) {
		if (type->elements[i].min > 0 && (reading->seen >> i & 1) == 0)
			return false;
	}
	return true;
}

static bool child_passes(struct pass *pass, struct reading *reading, const xmlNode *child)
{
	const struct sieve_type *type = reading->type;
	uint32_t place = place_of(type, reading->at, child);

	if (place == SIEVE_END)
		return false;
	if (type->content == SIEVE_SEQUENCE && !read_in_order(reading, place))
		return false;
	if (type->content == SIEVE_ALL && !read_in_any_order(reading, place))
		return false;
	if (type->content == SIEVE_MODEL)
		reading->at = place;
	return element_passes(pass, &type->elements[place], child);
}

static uint32_t next_child(struct sieve_stream *stream)
{
	const xmlNode *node = stream->at;
	uint32_t place;

	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	if (node == NULL)
		return SIEVE_END;
	place = place_of(stream->type, stream->count, node);
	stream->at = node->next;
	stream->count = place == SIEVE_END ? 0 : place;
	return place;
}

static bool children_pass(struct pass *pass, const struct sieve_type *type, const xmlNode *node)
{
	struct reading reading = {.type = type};

	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE ? !child_passes(pass, &reading, child)
		    : child != skip_remarks(child)  ? false
						    : !is_blank(child))
			return false;
	}
	if (type->content == SIEVE_MODEL) {
		struct sieve_stream stream = {
			.next = next_child, .type = type, .at = node->children};

		return sieve_content_fits(&stream);
	}
	return is_complete(&reading);
}

/* Depth is bounded by the shape, which is not recursive. */
static bool element_passes(struct pass *pass, const struct sieve_element *element,
			   const xmlNode *node)
{
	const struct sieve_type *type = element->type;

	if (!is_in(pass, node->ns, element->namespace) ||
	    ((node->properties != NULL || type->required != 0) && !attributes_pass(type, node)))
		return false;
	switch (type->content) {
	case SIEVE_UNKNOWN:
		return false;
	case SIEVE_EMPTY:
		return skip_remarks(node->children) == NULL;
	case SIEVE_TEXT:
		return text_passes(type->simple, node->children);
	case SIEVE_SEQUENCE:
	case SIEVE_ALL:
	case SIEVE_MODEL:
		return children_pass(pass, type, node);
	}
	return false;
}

bool sieve_passes(const struct sieve *sieve, const xmlDoc *document)
{
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)(uintptr_t)document);
	struct pass pass = {.ns = NULL, .namespace = ""};

	return root != NULL && sieve->root.name != NULL &&
	       strcmp((const char *)root->name, sieve->root.name) == 0 &&
	       element_passes(&pass, &sieve->root, root);
}
