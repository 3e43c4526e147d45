#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/shape_text.h"
#include "messages/xsd.h"

#define MAX_DEPTH 128u
#define MAX_SHAPES 65536u

/* How often what stands in a group may occur. */
struct occurs {
	uint32_t min;
	uint32_t max;
};

struct list {
	struct shape **items;
	size_t count;
	size_t room;
};

struct loader {
	struct xsd xsd;
	size_t shapes;
	const xmlNode *open[MAX_DEPTH]; /* the declarations and types being read: one twice is a
					 * recursion */
	size_t depth;
};

static enum err read_element(struct loader *loader, const xmlNode *declaration,
			     struct occurs occurs, const struct shape *parent, struct list *to);
static enum err read_complex(struct loader *loader, const xmlNode *type, struct shape *shape,
			     struct list *elements, struct list *attributes);

/* Never OK: who returns it leaves its outputs unset. */
static enum err fault(struct loader *loader, const xmlNode *node, const char *value, const char *vi,
		      const char *en)
{
	enum err err = xsd_fault(&loader->xsd, node, value, vi, en);

	assert(err != OK);
	return err;
}

static enum err unsupported(struct loader *loader, const xmlNode *node)
{
	return fault(loader, node, (const char *)node->name,
		     "Cấu trúc này nằm ngoài phần XML Schema được hỗ trợ.",
		     "This construct is outside the supported part of XML Schema.");
}

static enum err unknown_name(struct loader *loader, const xmlNode *node, const char *name)
{
	return fault(loader, node, name, "Không có thành phần nào mang tên này.",
		     "Nothing has this name.");
}

static enum err enter(struct loader *loader, const xmlNode *node)
{
	for (size_t i = 0; i < loader->depth; i++)
		if (loader->open[i] == node)
			return fault(loader, node, xsd_attribute(node, "name"),
				     "Kiểu này chứa chính nó.", "This type contains itself.");
	if (loader->depth == MAX_DEPTH)
		return fault(loader, node, "", "Lồng nhau quá sâu.", "Nested too deeply.");
	loader->open[loader->depth++] = node;
	return OK;
}

static void leave(struct loader *loader)
{
	loader->depth--;
}

static enum err list_put(struct loader *loader, struct list *list, struct shape *shape)
{
	size_t room = list->room == 0 ? 8 : list->room * 2;
	struct shape **items;

	if (list->count == list->room) {
		items = arena_alloc_array(loader->xsd.arena, room, sizeof(*items));
		if (items == NULL)
			return ERR_MEMORY;
		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof(struct shape *));
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = shape;
	return OK;
}

/* Of elements with the same name in different namespaces the one of this namespace; NULL: of any. */
static struct shape *list_find(const struct list *list, const char *name, const char *namespace)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i]->name, name) == 0 &&
		    (namespace == NULL || strcmp(list->items[i]->namespace, namespace) == 0))
			return list->items[i];
	return NULL;
}

static uint32_t times(uint32_t a, uint32_t b)
{
	uint32_t product;

	if (__builtin_mul_overflow(a, b, &product))
		return SHAPE_UNBOUNDED;
	return a != 0 && b != 0 && (a == SHAPE_UNBOUNDED || b == SHAPE_UNBOUNDED) ? SHAPE_UNBOUNDED
										  : product;
}

static uint32_t number(const char *text)
{
	unsigned long value;

	if (text == NULL)
		return 1;
	if (strcmp(text, "unbounded") == 0)
		return SHAPE_UNBOUNDED;
	value = strtoul(text, NULL, 10);
	return value >= SHAPE_UNBOUNDED ? SHAPE_UNBOUNDED - 1 : (uint32_t)value;
}

static struct occurs occurs_within(struct occurs outer, const xmlNode *particle)
{
	return (struct occurs){
		.min = times(outer.min, number(xsd_attribute(particle, "minOccurs"))),
		.max = times(outer.max, number(xsd_attribute(particle, "maxOccurs")))};
}

static const xmlNode *child_called(const xmlNode *node, const char *kind)
{
	const xmlNode *child = node->children;

	while (child != NULL && !xsd_is(child, kind))
		child = child->next;
	return child;
}

/* The item id in xs:annotation/xs:appinfo, and whose it is. */
static enum err read_item(struct loader *loader, const xmlNode *declaration, struct shape *shape)
{
	const xmlNode *annotation = child_called(declaration, "annotation");
	const xmlNode *info = annotation == NULL ? NULL : child_called(annotation, "appinfo");
	const char *source = info == NULL ? NULL : xsd_attribute(info, "source");

	shape->item = info == NULL ? "" : document_text(info, loader->xsd.arena);
	shape->item_of = arena_text(loader->xsd.arena, bytes_of_text(source));
	return shape->item == NULL || shape->item_of == NULL ? ERR_MEMORY : OK;
}

static enum err set_base(struct loader *loader, const char *name, struct shape *shape)
{
	const char *colon = strchr(name, ':');

	shape->base =
		arena_text(loader->xsd.arena, bytes_of_text(colon == NULL ? name : colon + 1));
	return shape->base == NULL ? ERR_MEMORY : OK;
}

static enum err new_shape(struct loader *loader, const xmlNode *declaration, struct occurs occurs,
			  const struct shape *parent, struct shape **ret_shape)
{
	const char *name = xsd_attribute(declaration, "name");
	struct shape *shape = arena_alloc(loader->xsd.arena, sizeof(*shape));

	if (name == NULL)
		return unsupported(loader, declaration);
	if (++loader->shapes > MAX_SHAPES)
		return fault(loader, declaration, name, "XSD quá lớn.", "The XSD is too large.");
	if (shape == NULL)
		return ERR_MEMORY;
	*shape = (struct shape){.name = arena_text(loader->xsd.arena, bytes_of_text(name)),
				.namespace = "",
				.base = "",
				.min = occurs.min,
				.max = occurs.max,
				.parent = parent};
	*ret_shape = shape;
	return shape->name == NULL ? ERR_MEMORY : read_item(loader, declaration, shape);
}

/*
 * Top-level declarations and qualified local ones have the target namespace (XML Schema 1.0 part 1,
 * 3.3.2).
 */
static const char *namespace_of(struct loader *loader, const xmlNode *declaration,
				const char *defaults)
{
	const xmlNode *root = xmlDocGetRootElement(declaration->doc);
	const char *form = xsd_attribute(declaration, "form");

	if (form == NULL)
		form = xsd_attribute(root, defaults);
	if (declaration->parent != root && (form == NULL || strcmp(form, "qualified") != 0))
		return "";
	return xsd_file_of(&loader->xsd, declaration)->namespace;
}

static enum err set_namespace(struct loader *loader, const char *namespace, struct shape *shape)
{
	assert(shape != NULL);
	shape->namespace = arena_text(loader->xsd.arena, bytes_of_text(namespace));
	return shape->namespace == NULL ? ERR_MEMORY : shape_text_set(shape, loader->xsd.arena);
}

static void narrow_length(const xmlNode *restriction, struct shape *shape)
{
	for (const xmlNode *facet = restriction->children; facet != NULL; facet = facet->next) {
		uint32_t length;

		if (!xsd_is(facet, "maxLength") && !xsd_is(facet, "length"))
			continue;
		length = number(xsd_attribute(facet, "value"));
		if (shape->max_length == 0 || length < shape->max_length)
			shape->max_length = length;
	}
}

static enum err read_simple(struct loader *loader, const xmlNode *type, struct shape *shape)
{
	const xmlNode *restriction = child_called(type, "restriction");
	const char *base = restriction == NULL ? NULL : xsd_attribute(restriction, "base");
	const xmlNode *base_type;
	enum err err;

	if (base == NULL)
		return unsupported(loader, type);
	narrow_length(restriction, shape);
	if (xsd_is_builtin(restriction, base))
		return set_base(loader, base, shape);
	base_type = xsd_resolve(&loader->xsd, "simpleType", restriction, base);
	if (base_type == NULL)
		return unknown_name(loader, restriction, base);
	if ((err = enter(loader, base_type)) != OK)
		return err;
	err = read_simple(loader, base_type, shape);
	leave(loader);
	return err;
}

static enum err read_attribute(struct loader *loader, const xmlNode *declaration,
			       const struct shape *parent, struct list *to)
{
	const char *use = xsd_attribute(declaration, "use");
	const char *type = xsd_attribute(declaration, "type");
	const char *name = xsd_attribute(declaration, "name");
	const xmlNode *simple = child_called(declaration, "simpleType");
	struct occurs occurs = {.max = 1, .min = use != NULL && strcmp(use, "required") == 0};
	struct shape *shape = NULL;
	enum err err;

	/* a derived type's own attributes are read first and stand for those of its base */
	if (name != NULL && list_find(to, name, NULL) != NULL)
		return OK;
	if (use != NULL && strcmp(use, "prohibited") == 0)
		return unsupported(loader, declaration);
	if ((err = new_shape(loader, declaration, occurs, parent, &shape)) != OK)
		return err;
	assert(shape != NULL);
	shape->is_attribute = true;
	if ((err = set_namespace(loader, namespace_of(loader, declaration, "attributeFormDefault"),
				 shape)) != OK)
		return err;
	shape->is_leaf = true;
	if (type != NULL && !xsd_is_builtin(declaration, type)) {
		simple = xsd_resolve(&loader->xsd, "simpleType", declaration, type);
		if (simple == NULL)
			return unknown_name(loader, declaration, type);
	}
	err = simple != NULL ? read_simple(loader, simple, shape)
			     : set_base(loader, type == NULL ? "string" : type, shape);
	return err == OK ? list_put(loader, to, shape) : err;
}

static bool is_group(const xmlNode *node)
{
	return xsd_is(node, "sequence") || xsd_is(node, "choice") || xsd_is(node, "all");
}

static enum err read_group(struct loader *loader, const xmlNode *group, struct occurs outer,
			   const struct shape *parent, struct list *to)
{
	struct occurs own = occurs_within(outer, group);
	enum err err = OK;

	if (xsd_is(group, "choice"))
		own.min = 0;
	if ((err = enter(loader, group)) != OK)
		return err;
	for (const xmlNode *node = group->children; node != NULL && err == OK; node = node->next) {
		if (node->type != XML_ELEMENT_NODE || xsd_is(node, "annotation"))
			continue;
		if (xsd_is(node, "element"))
			err = read_element(loader, node, occurs_within(own, node), parent, to);
		else if (is_group(node))
			err = read_group(loader, node, own, parent, to);
		else
			err = unsupported(loader, node);
	}
	leave(loader);
	return err;
}

static enum err read_attributes(struct loader *loader, const xmlNode *holder,
				const struct shape *parent, struct list *to)
{
	enum err err = OK;

	for (const xmlNode *node = holder->children; node != NULL && err == OK; node = node->next)
		if (xsd_is(node, "attribute"))
			err = read_attribute(loader, node, parent, to);
	return err;
}

/* Text with attributes: xs:extension or xs:restriction of a simple type or of such a type again. */
static enum err read_simple_content(struct loader *loader, const xmlNode *content,
				    struct shape *shape, struct list *attributes)
{
	const xmlNode *derived = child_called(content, "extension");
	const xmlNode *type;
	const char *base;
	enum err err;

	if (derived == NULL)
		derived = child_called(content, "restriction");
	base = derived == NULL ? NULL : xsd_attribute(derived, "base");
	if (base == NULL)
		return unsupported(loader, content);
	shape->is_leaf = true;
	narrow_length(derived, shape);
	if ((err = read_attributes(loader, derived, shape, attributes)) != OK)
		return err;
	if (xsd_is_builtin(derived, base))
		return set_base(loader, base, shape);
	if ((type = xsd_resolve(&loader->xsd, "complexType", derived, base)) != NULL)
		return read_complex(loader, type, shape, NULL, attributes);
	if ((type = xsd_resolve(&loader->xsd, "simpleType", derived, base)) != NULL)
		return read_simple(loader, type, shape);
	return unknown_name(loader, derived, base);
}

static enum err read_content(struct loader *loader, const xmlNode *node, struct shape *shape,
			     struct list *elements, struct list *attributes)
{
	if (xsd_is(node, "annotation"))
		return OK;
	if (xsd_is(node, "attribute"))
		return read_attribute(loader, node, shape, attributes);
	if (xsd_is(node, "simpleContent"))
		return read_simple_content(loader, node, shape, attributes);
	if (is_group(node) && elements != NULL)
		return read_group(loader, node, (struct occurs){1, 1}, shape, elements);
	return unsupported(loader, node);
}

static enum err read_complex(struct loader *loader, const xmlNode *type, struct shape *shape,
			     struct list *elements, struct list *attributes)
{
	enum err err;

	if (xsd_attribute(type, "mixed") != NULL || xsd_attribute(type, "abstract") != NULL)
		return unsupported(loader, type);
	if ((err = enter(loader, type)) != OK)
		return err;
	for (const xmlNode *node = type->children; node != NULL && err == OK; node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			err = read_content(loader, node, shape, elements, attributes);
	leave(loader);
	return err;
}

static int compare_names(const void *a, const void *b)
{
	struct shape *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

/*
 * In documents attributes stand before elements, in `children` behind them: order says the first.
 */
static enum err set_children(struct loader *loader, struct shape *shape, struct list *elements,
			     struct list *attributes)
{
	size_t attribute_count = attributes->count;
	enum err err = OK;

	if (attribute_count > 0)
		qsort(attributes->items, attribute_count, sizeof(struct shape *), compare_names);
	for (size_t i = 0; i < elements->count; i++)
		elements->items[i]->order = (uint32_t)(attribute_count + i);
	for (size_t i = 0; i < attribute_count && err == OK; i++) {
		attributes->items[i]->order = (uint32_t)i;
		err = list_put(loader, elements, attributes->items[i]);
	}
	shape->children = (const struct shape *const *)elements->items;
	shape->child_count = elements->count;
	for (size_t i = 0; i < elements->count; i++)
		shape->child_min += elements->items[i]->min;
	return err == OK ? shape_index(shape, loader->xsd.arena) : err;
}

static enum err read_type(struct loader *loader, const xmlNode *declaration, struct shape *shape)
{
	struct list elements = {0}, attributes = {0};
	const char *name = xsd_attribute(declaration, "type");
	const xmlNode *complex = child_called(declaration, "complexType");
	const xmlNode *simple = child_called(declaration, "simpleType");
	enum err err;

	if (name != NULL && !xsd_is_builtin(declaration, name)) {
		complex = xsd_resolve(&loader->xsd, "complexType", declaration, name);
		simple = xsd_resolve(&loader->xsd, "simpleType", declaration, name);
		if (complex == NULL && simple == NULL)
			return unknown_name(loader, declaration, name);
	}
	if (complex != NULL) {
		err = read_complex(loader, complex, shape, &elements, &attributes);
		return err == OK ? set_children(loader, shape, &elements, &attributes) : err;
	}
	if (simple == NULL && (name == NULL || strstr(name, "anyType") != NULL))
		return unsupported(loader, declaration);
	shape->is_leaf = true;
	return simple == NULL ? set_base(loader, name, shape) : read_simple(loader, simple, shape);
}

/* An element that two branches of a group name is one shape, which may occur as often as both. */
static void merge(struct shape *shape, struct occurs occurs)
{
	if (occurs.min < shape->min)
		shape->min = occurs.min;
	if (__builtin_add_overflow(shape->max, occurs.max, &shape->max))
		shape->max = SHAPE_UNBOUNDED;
}

static enum err read_element(struct loader *loader, const xmlNode *declaration,
			     struct occurs occurs, const struct shape *parent, struct list *to)
{
	const char *reference = xsd_attribute(declaration, "ref");
	const char *name, *namespace;
	struct shape *shape, *namesake;
	enum err err;

	if (reference != NULL) {
		const xmlNode *referred =
			xsd_resolve(&loader->xsd, "element", declaration, reference);

		if (referred == NULL)
			return unknown_name(loader, declaration, reference);
		declaration = referred;
	}
	name = xsd_attribute(declaration, "name");
	namespace = namespace_of(loader, declaration, "elementFormDefault");
	namesake = name == NULL ? NULL : list_find(to, name, NULL);
	shape = namesake == NULL ? NULL : list_find(to, name, namespace);
	if (shape != NULL) {
		merge(shape, occurs);
		return OK;
	}
	if ((err = new_shape(loader, declaration, occurs, parent, &shape)) != OK ||
	    (err = set_namespace(loader, namespace, shape)) != OK ||
	    (err = enter(loader, declaration)) != OK)
		return err;
	if (namesake != NULL)
		shape->has_namesake = namesake->has_namesake = true;
	err = read_type(loader, declaration, shape);
	leave(loader);
	return err == OK ? list_put(loader, to, shape) : err;
}

static enum err read_root(struct loader *loader, const char *name, struct list *to)
{
	const struct xsd_file *first = &loader->xsd.files[0];
	const xmlNode *root =
		xsd_find(&loader->xsd, "element", first->namespace, bytes_of_text(name));

	if (root == NULL)
		return unknown_name(loader, document_root(first->document), name);
	return read_element(loader, root, (struct occurs){1, 1}, NULL, to);
}

enum err shape_load(const char *xsd_path, const char *root_name, struct arena *arena,
		    struct findings *findings, const struct shape **ret_shape)
{
	struct loader loader = {0};
	struct list roots = {0};
	enum err err = xsd_open(xsd_path, arena, findings, &loader.xsd);

	if (err == OK)
		err = read_root(&loader, root_name, &roots);
	if (err == OK)
		*ret_shape = roots.items[0];
	xsd_clear(&loader.xsd);
	return err;
}
