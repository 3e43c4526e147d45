#include <stdlib.h>
#include <string.h>

#include "messages/sieve_table.h"

/* ---- Attributes ---- */

struct attributes {
	struct sieve_attribute items[SIEVE_ATTRIBUTES];
	size_t count;
	bool is_unknown;
};

static void unknown(struct sieve_loader *loader, struct attributes *attributes, const xmlNode *node,
		    const char *name)
{
	attributes->is_unknown = true;
	sieve_load_gap(loader, node, name);
}

static const char *namespace_of(struct sieve_loader *loader, const xmlNode *declaration)
{
	const xmlNode *root = xmlDocGetRootElement(declaration->doc);
	const char *form = xsd_attribute(declaration, "form");

	if (form == NULL)
		form = xsd_attribute(root, "attributeFormDefault");
	if (form == NULL || strcmp(form, "qualified") != 0)
		return "";
	return sieve_load_copy(loader, xsd_file_of(&loader->xsd, declaration)->namespace);
}

static bool has(const struct attributes *attributes, const char *name)
{
	for (size_t i = 0; i < attributes->count; i++) {
		if (strcmp(attributes->items[i].name, name) == 0)
			return true;
	}
	return false;
}

/* A derived type's own attributes are read first and stand for those of its base. */
static void read_attribute(struct sieve_loader *loader, const xmlNode *node,
			   struct attributes *attributes)
{
	const char *name = xsd_attribute(node, "name"), *use = xsd_attribute(node, "use");
	const char *fixed = xsd_attribute(node, "fixed");
	bool is_required = use != NULL && strcmp(use, "required") == 0;

	if (name != NULL && has(attributes, name))
		return;
	if (name == NULL || attributes->count == SIEVE_ATTRIBUTES ||
	    (use != NULL && !is_required && strcmp(use, "optional") != 0) ||
	    !sieve_load_has_only(loader, node, "name type use form fixed default id")) {
		unknown(loader, attributes, node, "attribute");
		return;
	}
	attributes->items[attributes->count++] = (struct sieve_attribute){
		.name = sieve_load_copy(loader, name),
		.namespace = namespace_of(loader, node),
		.simple = sieve_simple_of(loader, node, xsd_attribute(node, "type")),
		.fixed = fixed == NULL ? NULL : sieve_load_copy(loader, fixed),
		.is_required = is_required};
}

static void read_attributes(struct sieve_loader *loader, const xmlNode *node,
			    struct attributes *attributes)
{
	for (node = sieve_load_part(node); node != NULL; node = sieve_load_part(node->next)) {
		if (xsd_is(node, "attribute"))
			read_attribute(loader, node, attributes);
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct sieve_attribute *first = a, *second = b;

	return strcmp(first->name, second->name);
}

static void set_attributes(struct sieve_loader *loader, struct attributes *attributes,
			   struct sieve_type *type)
{
	struct sieve_attribute *items =
		sieve_load_alloc(loader, attributes->count + 1, sizeof(*items));

	if (items == NULL || attributes->count == 0)
		return;
	qsort(attributes->items, attributes->count, sizeof(*items), compare_names);
	memcpy(items, attributes->items, attributes->count * sizeof(*items));
	for (size_t i = 0; i < attributes->count; i++)
		type->required |= (uint64_t)items[i].is_required << i;
	type->attributes = items;
	type->attribute_count = attributes->count;
}

/* ---- Simple content ---- */

static const struct sieve_simple *read_simple_content(struct sieve_loader *loader,
						      const xmlNode *content,
						      struct attributes *attributes);

/* The text of the type that is extended or restricted; NULL: not known. */
static const struct sieve_simple *read_base(struct sieve_loader *loader, const xmlNode *derived,
					    struct attributes *attributes)
{
	const char *base = xsd_attribute(derived, "base");
	const xmlNode *type = NULL, *content;

	if (!xsd_is_builtin(derived, base))
		type = xsd_resolve(&loader->xsd, "complexType", derived, base);
	if (type == NULL)
		return sieve_simple_of(loader, derived, base);
	content = sieve_load_part(type->children);
	if (content == NULL || !xsd_is(content, "simpleContent") ||
	    !sieve_load_has_only(loader, type, "name id"))
		return NULL;
	return read_simple_content(loader, content, attributes);
}

static bool is_derivation(const xmlNode *node)
{
	return node != NULL && sieve_load_part(node->next) == NULL &&
	       xsd_attribute(node, "base") != NULL &&
	       (xsd_is(node, "extension") || xsd_is(node, "restriction"));
}

/* In an extension only attributes may stand; in a restriction facets too. */
static bool has_only_attributes(const xmlNode *extension)
{
	const xmlNode *node = sieve_load_part(extension->children);

	while (node != NULL && xsd_is(node, "attribute"))
		node = sieve_load_part(node->next);
	return node == NULL;
}

/* Depth is bounded by the shape, which is read before and knows no recursion. */
static const struct sieve_simple *read_simple_content(struct sieve_loader *loader,
						      const xmlNode *content,
						      struct attributes *attributes)
{
	const xmlNode *derived = sieve_load_part(content->children);
	const struct sieve_simple *simple;

	if (!is_derivation(derived) || !sieve_load_has_only(loader, derived, "base id") ||
	    (xsd_is(derived, "extension") && !has_only_attributes(derived))) {
		unknown(loader, attributes, content, "simpleContent");
		return NULL;
	}
	read_attributes(loader, derived->children, attributes);
	simple = read_base(loader, derived, attributes);
	if (simple == NULL)
		unknown(loader, attributes, derived, xsd_attribute(derived, "base"));
	if (simple == NULL || xsd_is(derived, "extension"))
		return simple;
	return sieve_simple_restrict(loader, derived, simple);
}

/* ---- Elements by name ---- */

/* Told apart by a few bytes, so that names of any length cost the same. */
uint32_t sieve_hash(const char *name)
{
	size_t len = strlen(name);
	const uint8_t *at = (const uint8_t *)name;
	uint32_t hash = (uint32_t)len;

	if (len == 0)
		return 0;
	hash = hash * 31 + at[0];
	hash = hash * 31 + at[len / 3];
	hash = hash * 31 + at[len / 2];
	hash = hash * 31 + at[len * 3 / 4];
	hash = hash * 31 + at[len - 1];
	return hash ^ hash >> 7;
}

static void set_slots(struct sieve_loader *loader, struct sieve_type *type)
{
	uint32_t size = 4;
	uint16_t *slots;

	while (size < type->element_count * 4)
		size *= 2;
	slots = sieve_load_alloc(loader, size, sizeof(*slots));
	for (size_t i = 0; slots != NULL && i < type->element_count; i++) {
		uint32_t slot = sieve_hash(type->elements[i].name) & (size - 1);

		while (slots[slot] != 0)
			slot = (slot + 1) & (size - 1);
		slots[slot] = (uint16_t)(i + 1);
	}
	type->slots = slots;
	type->slot_mask = size - 1;
}

/* ---- Types ---- */

static bool is_group(const xmlNode *node)
{
	return xsd_is(node, "sequence") || xsd_is(node, "choice") || xsd_is(node, "all");
}

static bool read_content(struct sieve_loader *loader, const xmlNode *content,
			 struct attributes *attributes, struct sieve_type *type)
{
	if (content == NULL || xsd_is(content, "attribute")) {
		type->content = SIEVE_EMPTY;
		return true;
	}
	if (xsd_is(content, "simpleContent")) {
		type->simple = read_simple_content(loader, content, attributes);
		type->content = SIEVE_TEXT;
		return type->simple != NULL;
	}
	if (is_group(content))
		return sieve_group_read(loader, content, type);
	sieve_load_gap(loader, content, (const char *)content->name);
	return false;
}

/* Behind the content only attributes. */
static bool is_tidy(struct sieve_loader *loader, const xmlNode *node, const xmlNode *content)
{
	if (!sieve_load_has_only(loader, node, "name id"))
		return false;
	for (const xmlNode *part = content == NULL ? NULL : sieve_load_part(content->next);
	     part != NULL; part = sieve_load_part(part->next)) {
		if (xsd_is(part, "attribute"))
			continue;
		sieve_load_gap(loader, part, (const char *)part->name);
		return false;
	}
	return true;
}

void sieve_type_read(struct sieve_loader *loader, const xmlNode *node, struct sieve_type *type)
{
	const xmlNode *content = sieve_load_part(node->children);
	struct attributes attributes = {.count = 0};
	bool is_known = is_tidy(loader, node, content);

	read_attributes(loader, node->children, &attributes);
	is_known = is_known && read_content(loader, content, &attributes, type);
	set_attributes(loader, &attributes, type);
	set_slots(loader, type);
	if (!is_known || attributes.is_unknown)
		type->content = SIEVE_UNKNOWN;
}
