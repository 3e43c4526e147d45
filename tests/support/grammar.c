#include "tests/support/grammar.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"
#define FILES 48
#define DEPTH 40

struct grammar_file {
	struct arena *arena;
	char folder[1024];
	xmlDoc *docs[FILES];
	char *names[FILES];
	const char *namespaces[FILES];
	size_t count;
	xmlRegexp *compiled[4096];
	size_t compiled_count;
	const xmlNode *typed[4096]; /* simple types that were read, with what came of them */
	const struct grammar_type *types[4096];
	size_t type_count;
	size_t depth;
};

static void read_group(struct grammar_file *file, const xmlNode *node, struct grammar *parent,
		       struct grammar *group);
static void read_complex(struct grammar_file *file, const xmlNode *type, struct grammar *element);
static const struct grammar_type *read_simple(struct grammar_file *file, const xmlNode *type);
static struct grammar *find_attribute(struct grammar *element, const char *name, size_t len);

static void die(const char *what, const char *about)
{
	fprintf(stderr, "grammar: %s: %s\n", what, about == NULL ? "" : about);
	abort();
}

static void *need(void *memory)
{
	if (memory == NULL)
		die("no memory", NULL);
	return memory;
}

static const char *attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *found = xmlHasNsProp(node, BAD_CAST name, NULL);

	if (found == NULL)
		return NULL;
	return found->children == NULL ? "" : (const char *)found->children->content;
}

static bool is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
	       strcmp((const char *)node->ns->href, XS) == 0 &&
	       strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *first(const xmlNode *node, const char *name)
{
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		if (is(child, name))
			return child;
	}
	return NULL;
}

/* ---- Files and names ---- */

static void load(struct grammar_file *file, const char *name, const char *namespace)
{
	char path[2048];
	const xmlNode *root;
	const char *target;
	size_t own = file->count;

	for (size_t i = 0; i < file->count; i++) {
		if (strcmp(file->names[i], name) == 0)
			return;
	}
	snprintf(path, sizeof(path), "%s/%s", file->folder, name);
	if (own == FILES)
		die("too many files", path);
	file->docs[own] = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOBLANKS);
	if (file->docs[own] == NULL)
		die("cannot be read", path);
	root = xmlDocGetRootElement(file->docs[own]);
	target = attribute(root, "targetNamespace");
	file->names[own] = need(strdup(name));
	file->namespaces[own] = target == NULL ? namespace : target;
	file->count++;
	for (const xmlNode *node = root->children; node != NULL; node = node->next) {
		const char *location = is(node, "include") || is(node, "import")
					       ? attribute(node, "schemaLocation")
					       : NULL;

		if (location != NULL)
			load(file, location, is(node, "include") ? file->namespaces[own] : "");
	}
}

static const char *namespace_of(const struct grammar_file *file, const xmlNode *node)
{
	for (size_t i = 0; i < file->count; i++) {
		if (file->docs[i] == node->doc)
			return file->namespaces[i];
	}
	return "";
}

/* The parts of a qualified name; true when it is one of XML Schema's own. */
static bool split(const struct grammar_file *file, const xmlNode *node, const char *name,
		  const char **ret_namespace, const char **ret_local)
{
	const char *colon = strchr(name, ':');
	char prefix[64] = "";
	const xmlNs *ns;

	if (colon != NULL)
		snprintf(prefix, sizeof(prefix), "%.*s", (int)(colon - name), name);
	ns = xmlSearchNs(node->doc, (xmlNode *)(uintptr_t)node,
			 colon == NULL ? NULL : BAD_CAST prefix);
	*ret_local = colon == NULL ? name : colon + 1;
	*ret_namespace = ns != NULL      ? (const char *)ns->href
			 : colon == NULL ? namespace_of(file, node)
					 : "";
	return strcmp(*ret_namespace, XS) == 0;
}

static const xmlNode *find(const struct grammar_file *file, const char *kind, const char *namespace,
			   const char *local)
{
	for (size_t i = 0; i < file->count; i++) {
		const xmlNode *root = xmlDocGetRootElement(file->docs[i]);

		if (strcmp(file->namespaces[i], namespace) != 0)
			continue;
		for (const xmlNode *node = root->children; node != NULL; node = node->next) {
			if (is(node, kind) && strcmp(attribute(node, "name"), local) == 0)
				return node;
		}
	}
	return NULL;
}

static const xmlNode *resolve(const struct grammar_file *file, const char *kind,
			      const xmlNode *node, const char *name)
{
	const char *namespace, *local;

	split(file, node, name, &namespace, &local);
	return find(file, kind, namespace, local);
}

/* ---- Simple types ---- */

static const struct grammar_type *builtin(struct grammar_file *file, const char *local)
{
	struct grammar_type *type = need(arena_alloc(file->arena, sizeof(*type)));

	type->base = local;
	type->max_length = type->total_digits = type->fraction_digits = GRAMMAR_UNBOUNDED;
	return type;
}

static const struct grammar_type *read_type_name(struct grammar_file *file, const xmlNode *node,
						 const char *name)
{
	const char *namespace, *local;
	const xmlNode *simple;

	if (split(file, node, name, &namespace, &local))
		return builtin(file, local);
	simple = find(file, "simpleType", namespace, local);
	return simple == NULL ? NULL : read_simple(file, simple);
}

static void put_pattern(struct grammar_file *file, struct grammar_type *type, const char *pattern)
{
	xmlRegexp *compiled = xmlRegexpCompile(BAD_CAST pattern);

	if (compiled == NULL || type->pattern_count == GRAMMAR_PATTERNS)
		die("pattern", pattern);
	file->compiled[file->compiled_count++] = compiled;
	type->compiled[type->pattern_count] = compiled;
	type->patterns[type->pattern_count++] = pattern;
}

static void read_bound(struct grammar_type *type, const xmlNode *facet, const char *value)
{
	uint32_t number = (uint32_t)strtoul(value, NULL, 10);

	if (is(facet, "length"))
		type->min_length = type->max_length = number;
	else if (is(facet, "minLength"))
		type->min_length = number;
	else if (is(facet, "maxLength"))
		type->max_length = number;
	else if (is(facet, "totalDigits"))
		type->total_digits = number;
	else if (is(facet, "fractionDigits"))
		type->fraction_digits = number;
	else if (is(facet, "minInclusive"))
		type->at_least = value;
	else if (is(facet, "maxInclusive"))
		type->at_most = value;
	else if (is(facet, "minExclusive"))
		type->above = value;
	else if (is(facet, "maxExclusive"))
		type->below = value;
}

/* Facets of one step of derivation: its patterns are alternatives, its words replace the others. */
static const struct grammar_type *restrict_type(struct grammar_file *file,
						const struct grammar_type *base,
						const xmlNode *restriction)
{
	struct grammar_type *type = need(arena_alloc(file->arena, sizeof(*type)));
	char *pattern = NULL;
	bool has_words = false;

	*type = *base;
	for (const xmlNode *facet = restriction->children; facet != NULL; facet = facet->next) {
		const char *value =
			facet->type == XML_ELEMENT_NODE ? attribute(facet, "value") : NULL;

		if (value == NULL)
			continue;
		if (is(facet, "enumeration")) {
			if (!has_words)
				type->word_count = 0;
			has_words = true;
			if (type->word_count < GRAMMAR_WORDS)
				type->words[type->word_count++] = value;
		} else if (is(facet, "pattern")) {
			pattern = need(arena_format(file->arena, "%s%s%s",
						    pattern == NULL ? "" : pattern,
						    pattern == NULL ? "" : "|", value));
		} else {
			read_bound(type, facet, value);
		}
	}
	if (pattern != NULL)
		put_pattern(file, type, pattern);
	return type;
}

static const struct grammar_type *derive(struct grammar_file *file, const xmlNode *type)
{
	const xmlNode *restriction = first(type, "restriction");
	const xmlNode *united = first(type, "union");
	const xmlNode *own = restriction != NULL ? first(restriction, "simpleType") : NULL;
	const char *base = restriction != NULL ? attribute(restriction, "base") : NULL;
	const struct grammar_type *from = NULL;

	if (own != NULL)
		from = read_simple(file, own);
	else if (base != NULL)
		from = read_type_name(file, restriction, base);
	if (from != NULL)
		return restrict_type(file, from, restriction);
	if (united != NULL && first(united, "simpleType") != NULL)
		return read_simple(file, first(united, "simpleType"));
	return builtin(file, "string");
}

static const struct grammar_type *read_simple(struct grammar_file *file, const xmlNode *type)
{
	const struct grammar_type *made;

	for (size_t i = 0; i < file->type_count; i++) {
		if (file->typed[i] == type)
			return file->types[i];
	}
	made = derive(file, type);
	if (file->type_count == 4096)
		die("too many types", NULL);
	file->typed[file->type_count] = type;
	file->types[file->type_count++] = made;
	return made;
}

/* ---- Elements and groups ---- */

static uint32_t bound(const xmlNode *node, const char *name)
{
	const char *value = attribute(node, name);

	if (value == NULL)
		return 1;
	return strcmp(value, "unbounded") == 0 ? GRAMMAR_UNBOUNDED
					       : (uint32_t)strtoul(value, NULL, 10);
}

static struct grammar *new_part(struct grammar_file *file, struct grammar *group,
				enum grammar_kind kind, struct grammar *parent)
{
	struct grammar *part = need(arena_alloc(file->arena, sizeof(*part)));
	size_t room = group->part_count;

	part->kind = kind;
	part->namespace = "";
	part->parent = parent;
	part->wish.max = GRAMMAR_UNBOUNDED;
	if (room == 0 || (room >= 4 && (room & (room - 1)) == 0)) {
		struct grammar **longer = need(
			arena_alloc_array(file->arena, room == 0 ? 4 : 2 * room, sizeof(*longer)));

		if (room > 0)
			memcpy(longer, group->parts, room * sizeof(struct grammar *));
		group->parts = longer;
	}
	group->parts[group->part_count++] = part;
	return part;
}

static const char *own_namespace(const struct grammar_file *file, const xmlNode *node,
				 const char *default_form)
{
	const xmlNode *root = xmlDocGetRootElement(node->doc);
	const char *form = attribute(node, "form");

	if (form == NULL)
		form = attribute(root, default_form);
	if (node->parent == root || (form != NULL && strcmp(form, "qualified") == 0))
		return namespace_of(file, node);
	return "";
}

static void read_attribute(struct grammar_file *file, const xmlNode *node, struct grammar *element)
{
	const char *ref = attribute(node, "ref"), *use = attribute(node, "use"), *type;
	const xmlNode *declared = ref == NULL ? node : resolve(file, "attribute", node, ref);
	struct grammar *part;

	if (declared == NULL || (use != NULL && strcmp(use, "prohibited") == 0))
		return;
	if (find_attribute(element, attribute(declared, "name"),
			   strlen(attribute(declared, "name"))) != NULL)
		return;
	part = new_part(file, element, GRAMMAR_ATTRIBUTE, element);
	part->name = attribute(declared, "name");
	part->namespace = own_namespace(file, declared, "attributeFormDefault");
	part->min = use != NULL && strcmp(use, "required") == 0;
	part->max = 1;
	type = attribute(declared, "type");
	if (type != NULL)
		part->type = read_type_name(file, declared, type);
	else if (first(declared, "simpleType") != NULL)
		part->type = read_simple(file, first(declared, "simpleType"));
	if (part->type == NULL)
		part->type = builtin(file, "string");
}

static void read_attributes(struct grammar_file *file, const xmlNode *node, struct grammar *element)
{
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		const xmlNode *group = NULL;

		if (is(child, "attribute"))
			read_attribute(file, child, element);
		if (is(child, "attributeGroup"))
			group = resolve(file, "attributeGroup", child, attribute(child, "ref"));
		if (group != NULL)
			read_attributes(file, group, element);
	}
}

static void read_element_type(struct grammar_file *file, const xmlNode *node,
			      struct grammar *element)
{
	const char *name = attribute(node, "type");
	const xmlNode *complex = first(node, "complexType"), *simple = first(node, "simpleType");

	if (name != NULL)
		complex = resolve(file, "complexType", node, name);
	if (complex != NULL) {
		read_complex(file, complex, element);
		return;
	}
	if (simple != NULL)
		element->type = read_simple(file, simple);
	else if (name != NULL)
		element->type = read_type_name(file, node, name);
	if (element->type == NULL && name != NULL)
		die("no such type", name);
}

static void read_element(struct grammar_file *file, const xmlNode *node, struct grammar *parent,
			 struct grammar *group)
{
	const char *ref = attribute(node, "ref");
	const xmlNode *declared = ref == NULL ? node : resolve(file, "element", node, ref);
	struct grammar *element;

	if (declared == NULL)
		die("no such element", ref);
	if (file->depth > DEPTH)
		return;
	element = new_part(file, group, GRAMMAR_ELEMENT, parent);
	element->name = attribute(declared, "name");
	element->namespace = own_namespace(file, declared, "elementFormDefault");
	element->min = bound(node, "minOccurs");
	element->max = bound(node, "maxOccurs");
	file->depth++;
	read_element_type(file, declared, element);
	file->depth--;
}

static bool is_group(const xmlNode *node, enum grammar_kind *ret_kind)
{
	*ret_kind = is(node, "choice") ? GRAMMAR_CHOICE
		    : is(node, "all")  ? GRAMMAR_ALL
				       : GRAMMAR_SEQUENCE;
	return is(node, "sequence") || is(node, "choice") || is(node, "all");
}

/* One particle into a group, with its bounds. */
static void read_particle(struct grammar_file *file, const xmlNode *node, struct grammar *parent,
			  struct grammar *group)
{
	const xmlNode *content = node;
	enum grammar_kind kind;
	struct grammar *part;

	if (is(node, "element")) {
		read_element(file, node, parent, group);
		return;
	}
	if (is(node, "group")) {
		content = resolve(file, "group", node, attribute(node, "ref"));
		content = content == NULL ? NULL
					  : xmlFirstElementChild((xmlNode *)(uintptr_t)content);
	}
	if (content == NULL || !is_group(content, &kind))
		return;
	part = new_part(file, group, kind, parent);
	part->min = bound(node, "minOccurs");
	part->max = bound(node, "maxOccurs");
	read_group(file, content, parent, part);
}

static void read_group(struct grammar_file *file, const xmlNode *node, struct grammar *parent,
		       struct grammar *group)
{
	for (const xmlNode *child = node->children; child != NULL; child = child->next)
		read_particle(file, child, parent, group);
}

static struct grammar *content_of(struct grammar_file *file, struct grammar *element)
{
	if (element->content == NULL) {
		element->content = need(arena_alloc(file->arena, sizeof(struct grammar)));
		*element->content = (struct grammar){
			.kind = GRAMMAR_SEQUENCE, .min = 1, .max = 1, .parent = element};
	}
	return element->content;
}

static void read_body(struct grammar_file *file, const xmlNode *type, struct grammar *element)
{
	for (const xmlNode *child = type->children; child != NULL; child = child->next) {
		enum grammar_kind kind;

		if (is(child, "group") || is_group(child, &kind))
			read_particle(file, child, element, content_of(file, element));
	}
	read_attributes(file, type, element);
}

static void read_derived(struct grammar_file *file, const xmlNode *step, struct grammar *element)
{
	const char *base = attribute(step, "base");
	const xmlNode *complex = resolve(file, "complexType", step, base);
	bool is_extension = is(step, "extension");

	if (complex != NULL)
		read_complex(file, complex, element);
	else
		element->type = read_type_name(file, step, base);
	if (element->type != NULL && !is_extension)
		element->type = restrict_type(file, element->type, step);
	if (is_extension)
		read_body(file, step, element);
	else
		read_attributes(file, step, element);
}

static void read_complex(struct grammar_file *file, const xmlNode *type, struct grammar *element)
{
	const xmlNode *derived = first(type, "simpleContent");

	if (derived == NULL)
		derived = first(type, "complexContent");
	if (derived == NULL) {
		read_body(file, type, element);
		return;
	}
	for (const xmlNode *step = derived->children; step != NULL; step = step->next) {
		if (is(step, "extension") || is(step, "restriction"))
			read_derived(file, step, element);
	}
}

struct grammar *grammar_open(const char *xsd_path, const char *root, struct arena *arena,
			     struct grammar_file **ret_file)
{
	struct grammar_file *file = need(calloc(1, sizeof(*file)));
	const char *slash = strrchr(xsd_path, '/');
	struct grammar above = {.kind = GRAMMAR_SEQUENCE};
	const xmlNode *node;

	file->arena = arena;
	snprintf(file->folder, sizeof(file->folder), "%.*s", (int)(slash - xsd_path), xsd_path);
	load(file, slash + 1, "");
	node = find(file, "element", file->namespaces[0], root);
	if (node == NULL)
		die("no such root", root);
	read_element(file, node, NULL, &above);
	above.parts[0]->min = above.parts[0]->max = 1;
	*ret_file = file;
	return above.parts[0];
}

void grammar_close(struct grammar_file *file)
{
	if (file == NULL)
		return;
	for (size_t i = 0; i < file->count; i++) {
		xmlFreeDoc(file->docs[i]);
		free(file->names[i]);
	}
	for (size_t i = 0; i < file->compiled_count; i++)
		xmlRegFreeRegexp(file->compiled[i]);
	free(file);
}

/* ---- Looking things up ---- */

static struct grammar *find_part(struct grammar *group, const char *namespace, const char *name,
				 size_t len)
{
	for (size_t i = 0; i < group->part_count; i++) {
		struct grammar *part = group->parts[i];

		if (part->kind == GRAMMAR_ELEMENT) {
			if (strlen(part->name) == len && memcmp(part->name, name, len) == 0 &&
			    (namespace == NULL || strcmp(part->namespace, namespace) == 0))
				return part;
		} else if (part->kind != GRAMMAR_ATTRIBUTE) {
			part = find_part(part, namespace, name, len);
			if (part != NULL)
				return part;
		}
	}
	return NULL;
}

static struct grammar *find_attribute(struct grammar *element, const char *name, size_t len)
{
	for (size_t i = 0; i < element->part_count; i++) {
		struct grammar *part = element->parts[i];

		if (strlen(part->name) == len && memcmp(part->name, name, len) == 0)
			return part;
	}
	return NULL;
}

struct grammar *grammar_child(struct grammar *element, const char *namespace, const char *name,
			      size_t len)
{
	if (len > 0 && name[0] == '@')
		return find_attribute(element, name + 1, len - 1);
	return element->content == NULL ? NULL : find_part(element->content, namespace, name, len);
}

static const char *namespace_at(const xmlNode *scope, const char *prefix, size_t len)
{
	for (const xmlNs *ns = scope->nsDef; ns != NULL; ns = ns->next) {
		if (ns->prefix != NULL && strlen((const char *)ns->prefix) == len &&
		    memcmp(ns->prefix, prefix, len) == 0)
			return (const char *)ns->href;
	}
	return "";
}

static struct grammar *step(struct grammar *from, const char *name, size_t len,
			    const xmlNode *scope)
{
	const char *colon = memchr(name, ':', len);
	size_t prefix = colon == NULL ? 0 : (size_t)(colon - name);

	if (len == 1 && *name == '.')
		return from;
	if (colon == NULL || scope == NULL || *name == '@')
		return grammar_child(from, NULL, name, len);
	return grammar_child(from, namespace_at(scope, name, prefix), colon + 1, len - prefix - 1);
}

struct grammar *grammar_find(struct grammar *from, const char *path, const xmlNode *scope)
{
	if (*path == '/') {
		const char *colon;
		size_t len;

		while (from->parent != NULL)
			from = from->parent;
		len = strcspn(++path, "/");
		colon = memchr(path, ':', len);
		if (colon != NULL) {
			len -= (size_t)(colon + 1 - path);
			path = colon + 1;
		}
		if (len != strlen(from->name) || memcmp(path, from->name, len) != 0)
			return NULL;
		path += len;
		path += *path == '/';
	}
	while (from != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		from = step(from, path, len, scope);
		path += len;
		path += *path == '/';
	}
	return from;
}
