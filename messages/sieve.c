#include "messages/sieve.h"

#include <string.h>

#include "messages/sieve_reading.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define JOINED_BYTES 4096u

/* Where a name was found in a type. Within a document's life one address is one name. */
struct place {
	const struct sieve_type *type;
	const xmlChar *name;
	uint32_t place;
};

#define PLACES 128u

/* One pass over a document. */
struct pass {
	const xmlNs *ns;       /* met last, */
	const char *namespace; /* and what it was found equal to */
	struct place places[PLACES];
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
static bool is_remark(const xmlNode *node)
{
	return node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE;
}

static const xmlNode *skip_remarks(const xmlNode *node)
{
	while (node != NULL && is_remark(node))
		node = node->next;
	return node;
}

static struct bytes text_of(const char *text)
{
	return text == NULL ? (struct bytes){NULL, 0}
			    : (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* ---- Text ---- */

/* Text in several pieces. */
static bool joined_passes(const struct sieve_simple *simple, const xmlNode *node)
{
	uint8_t joined[JOINED_BYTES];
	size_t len = 0;

	for (; node != NULL; node = skip_remarks(node->next)) {
		struct bytes piece = text_of((const char *)node->content);

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
		return sieve_value_passes(simple, text_of(""));
	if (first->next != NULL || !is_text(first))
		return joined_passes(simple, first);
	return sieve_value_passes(simple, text_of((const char *)first->content));
}

/* libxml2 takes no CDATA between elements, be it blank or not. */
static bool is_blank(const xmlNode *node)
{
	static const uint64_t spaces = UINT64_C(1) << '\t' | UINT64_C(1) << '\n' |
				       UINT64_C(1) << '\r' | UINT64_C(1) << ' ';
	const uint8_t *text = node->content;

	if (node->type != XML_TEXT_NODE)
		return false;
	if (text == NULL)
		return true;
	while (*text <= ' ' && (spaces >> *text & 1) != 0)
		text++;
	return *text == '\0';
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
	       sieve_value_passes(rule->simple, text_of(value));
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

/* Documents repeat themselves: most names were met before in the same type. */
static uint32_t known_place(struct pass *pass, const struct sieve_reading *reading,
			    const xmlNode *node)
{
	const struct sieve_type *type = reading->type;
	uintptr_t key =
		(uintptr_t)node->name >> 2 ^ (uintptr_t)node->name >> 9 ^ (uintptr_t)type >> 4;
	struct place *place = &pass->places[key % PLACES];

	if (place->name == node->name && place->type == type)
		return place->place;
	*place = (struct place){type, node->name, place_of(type, reading->at, node)};
	if (type->has_namesakes)
		place->name = NULL;
	return place->place;
}

static bool child_passes(struct pass *pass, struct sieve_reading *reading, const xmlNode *child)
{
	uint32_t place = known_place(pass, reading, child);

	return place != SIEVE_END && sieve_reading_takes(reading, place) &&
	       element_passes(pass, &reading->type->elements[place], child);
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
	struct sieve_reading reading = {.type = type};

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
	return sieve_reading_is_complete(&reading);
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
	struct pass pass = {.namespace = ""};

	return root != NULL && sieve->root.name != NULL &&
	       strcmp((const char *)root->name, sieve->root.name) == 0 &&
	       element_passes(&pass, &sieve->root, root);
}
