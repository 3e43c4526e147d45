#include <string.h>

#include "messages/sieve_table.h"
#include "messages/word.h"

struct sieve_known {
	const void *node;
	const void *made;
	const struct sieve_known *next;
};

static const struct sieve_type unknown = {.content = SIEVE_UNKNOWN};

void *sieve_load_alloc(struct sieve_loader *loader, size_t count, size_t size)
{
	void *memory = arena_alloc_array(loader->arena, count, size);

	if (memory == NULL)
		loader->err = ERR_MEMORY;
	return memory;
}

const char *sieve_load_copy(struct sieve_loader *loader, const char *text)
{
	const char *copy = arena_text(loader->arena, bytes_of_text(text));

	if (copy == NULL)
		loader->err = ERR_MEMORY;
	return copy;
}

void sieve_load_gap(struct sieve_loader *loader, const xmlNode *node, const char *name)
{
	if (loader->gap != NULL)
		return;
	loader->gap = arena_format(loader->arena, "%s:%u %s", xsd_file_of(&loader->xsd, node)->name,
				   document_line(node), name);
	if (loader->gap == NULL)
		loader->err = ERR_MEMORY;
}

const void *sieve_load_known(const struct sieve_loader *loader, const void *node)
{
	const struct sieve_known *known = loader->known;

	while (known != NULL && known->node != node)
		known = known->next;
	return known == NULL ? NULL : known->made;
}

void sieve_load_learn(struct sieve_loader *loader, const void *node, const void *made)
{
	struct sieve_known *known = sieve_load_alloc(loader, 1, sizeof(*known));

	if (known == NULL)
		return;
	*known = (struct sieve_known){node, made, loader->known};
	loader->known = known;
}

bool sieve_load_has_only(struct sieve_loader *loader, const xmlNode *node, const char *names)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name;

		if (attribute->ns != NULL || word_is_in(names, name))
			continue;
		sieve_load_gap(loader, node, name);
		return false;
	}
	return true;
}

const xmlNode *sieve_load_part(const xmlNode *node)
{
	while (node != NULL && (node->type != XML_ELEMENT_NODE || xsd_is(node, "annotation")))
		node = node->next;
	return node;
}

/* ---- Elements ---- */

/* Top-level declarations and qualified local ones have the target namespace (XML Schema 1.0 part 1,
 * 3.3.2). */
static const char *namespace_of(struct sieve_loader *loader, const xmlNode *declaration)
{
	const xmlNode *root = xmlDocGetRootElement(declaration->doc);
	const char *form = xsd_attribute(declaration, "form");
	const char *namespace = xsd_file_of(&loader->xsd, declaration)->namespace;
	const char *copy;

	if (form == NULL)
		form = xsd_attribute(root, "elementFormDefault");
	if (declaration->parent != root && (form == NULL || strcmp(form, "qualified") != 0))
		return "";
	copy = sieve_load_known(loader, namespace);
	if (copy == NULL) {
		copy = sieve_load_copy(loader, namespace);
		sieve_load_learn(loader, namespace, copy);
	}
	return copy;
}

static const struct sieve_type *text_type(struct sieve_loader *loader,
					  const struct sieve_simple *simple)
{
	const struct sieve_type *learnt = sieve_load_known(loader, simple);
	struct sieve_type *type;

	if (learnt != NULL)
		return learnt;
	type = sieve_load_alloc(loader, 1, sizeof(*type));
	if (type == NULL)
		return &unknown;
	type->content = SIEVE_TEXT;
	type->simple = simple;
	sieve_load_learn(loader, simple, type);
	return type;
}

static const struct sieve_type *complex_type(struct sieve_loader *loader, const xmlNode *node)
{
	const struct sieve_type *learnt = sieve_load_known(loader, node);
	struct sieve_type *type;

	if (learnt != NULL)
		return learnt;
	type = sieve_load_alloc(loader, 1, sizeof(*type));
	if (type == NULL)
		return &unknown;
	sieve_load_learn(loader, node, type);
	sieve_type_read(loader, node, type);
	return type;
}

static const struct sieve_type *type_of(struct sieve_loader *loader, const xmlNode *declaration)
{
	const char *name = xsd_attribute(declaration, "type");
	const xmlNode *inner = sieve_load_part(declaration->children);
	const xmlNode *complex = NULL;

	/* xs:unique and such stand behind the type */
	if (inner != NULL && (sieve_load_part(inner->next) != NULL || name != NULL)) {
		sieve_load_gap(loader, declaration, (const char *)inner->name);
		return &unknown;
	}
	if (name == NULL && inner != NULL && xsd_is(inner, "complexType"))
		complex = inner;
	else if (name != NULL && !xsd_is_builtin(declaration, name))
		complex = xsd_resolve(&loader->xsd, "complexType", declaration, name);
	if (complex != NULL)
		return complex_type(loader, complex);
	if (name == NULL && (inner == NULL || !xsd_is(inner, "simpleType"))) {
		sieve_load_gap(loader, declaration, "anyType");
		return &unknown;
	}
	return text_type(loader, sieve_simple_of(loader, declaration, name));
}

struct sieve_element sieve_load_element(struct sieve_loader *loader, const xmlNode *declaration)
{
	const char *name = xsd_attribute(declaration, "name");
	struct sieve_element element = {.type = &unknown};

	if (!sieve_load_has_only(loader, declaration,
				 "name type form minOccurs maxOccurs nillable id"))
		return element;
	element.name = sieve_load_copy(loader, name);
	element.namespace = namespace_of(loader, declaration);
	element.type = type_of(loader, declaration);
	return element;
}

/* ---- The shape, for documents that are branches ---- */

static bool is_alike(const struct sieve_type *type, const struct shape *shape)
{
	if (type->content == SIEVE_UNKNOWN)
		return true;
	if (type->element_count + type->attribute_count != shape->child_count ||
	    (type->content == SIEVE_TEXT) != shape->is_leaf)
		return false;
	for (size_t i = 0; i < shape->child_count; i++) {
		const struct shape *child = shape->children[i];
		size_t j = i - type->element_count;

		if (i < type->element_count
			    ? child->is_attribute ||
				      strcmp(child->name, type->elements[i].name) != 0 ||
				      strcmp(child->namespace, type->elements[i].namespace) != 0 ||
				      !is_alike(type->elements[i].type, child)
			    : !child->is_attribute ||
				      strcmp(child->name, type->attributes[j].name) != 0 ||
				      strcmp(child->namespace, type->attributes[j].namespace) != 0)
			return false;
	}
	return true;
}

/* ---- Files ---- */

/* Parts of a schema that would change what others mean, and are not read here. */
static void check_file(struct sieve_loader *loader, const struct xsd_file *file)
{
	static const char *const known[] = {"include", "import", "element", "complexType",
					    "simpleType"};
	const xmlNode *root = document_root(file->document);

	(void)sieve_load_has_only(
		loader, root, "targetNamespace elementFormDefault attributeFormDefault version id");
	for (const xmlNode *node = sieve_load_part(root->children); node != NULL;
	     node = sieve_load_part(node->next)) {
		bool is_known = false;

		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is_known = is_known || xsd_is(node, known[i]);
		if (!is_known)
			sieve_load_gap(loader, node, (const char *)node->name);
	}
}

static void load(struct sieve_loader *loader, struct sieve *sieve)
{
	const struct shape *shape = sieve->shape;
	const struct xsd_file *first = &loader->xsd.files[0];
	const xmlNode *root =
		xsd_find(&loader->xsd, "element", first->namespace, bytes_of_text(shape->name));

	for (size_t i = 0; i < loader->xsd.count; i++)
		check_file(loader, &loader->xsd.files[i]);
	/* what the files hold besides concerns every element */
	if (loader->gap != NULL || root == NULL)
		sieve->root.type = &unknown;
	else
		sieve->root = sieve_load_element(loader, root);
	sieve->gap = loader->gap;
	sieve->is_like_shape = is_alike(sieve->root.type, shape);
}

enum err sieve_load(const char *xsd_path, const struct shape *shape, struct arena *arena,
		    struct findings *findings, const struct sieve **ret_sieve)
{
	struct sieve_loader loader = {.arena = arena};
	struct sieve *sieve = sieve_load_alloc(&loader, 1, sizeof(*sieve));

	if (sieve == NULL)
		return ERR_MEMORY;
	sieve->shape = shape;
	loader.err = xsd_open(xsd_path, arena, findings, &loader.xsd);
	if (loader.err == OK)
		load(&loader, sieve);
	xsd_clear(&loader.xsd);
	if (loader.err == OK)
		*ret_sieve = sieve;
	return loader.err;
}

const char *sieve_gap(const struct sieve *sieve)
{
	return sieve->gap;
}
