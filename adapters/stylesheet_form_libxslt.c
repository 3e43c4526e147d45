#include "adapters/stylesheet_libxslt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>

#define FORM "urn:sampan:form"
#define NAME_BYTES 128u
#define MAX_PLACES 8192u
#define MAX_DEPTH 64u
#define MAX_OPTIONS 512u
#define FIELD_STEPS 4u
#define PATH_BYTES ((size_t)4096)

static xmlNodePtr next_element(xmlNodePtr node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* ---- What was filled in ---- */

void stylesheet_tree_rename(struct stylesheet_tree *tree, const char *root)
{
	xmlNodeSetName(xmlDocGetRootElement(tree->document), (const xmlChar *)root);
}

/* A name and its number, "line[2]": 0 when it has none. */
struct step {
	char name[NAME_BYTES];
	unsigned number;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* *at moves behind the step and the "/" that follows it. */
static bool take_step(const char **at, struct step *ret_step)
{
	size_t len = 0;

	while (is_letter((*at)[len]))
		len++;
	if (len == 0 || len >= NAME_BYTES || (*at)[0] < 'A')
		return false;
	memcpy(ret_step->name, *at, len);
	ret_step->name[len] = '\0';
	ret_step->number = 0;
	*at += len;
	if (**at == '[') {
		char *end;

		ret_step->number = (unsigned)strtoul(*at + 1, &end, 10);
		if ((*at)[1] < '1' || (*at)[1] > '9' || *end != ']' || end - *at > 5)
			return false;
		*at = end + 1;
	}
	if (**at == '/')
		return *++*at != '\0';
	return **at == '\0';
}

static unsigned number_of(xmlNodePtr node)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)"n");
	unsigned number = text == NULL ? 0 : (unsigned)strtoul((const char *)text, NULL, 10);

	xmlFree(text);
	return number;
}

/* The element of a step, made in its place when it is not there. */
static xmlNodePtr go_down(xmlNodePtr parent, const struct step *step)
{
	xmlNodePtr made, later = NULL;
	char number[16];

	for (xmlNodePtr at = next_element(parent->children); at != NULL && later == NULL;
	     at = next_element(at->next)) {
		unsigned its;

		if (strcmp((const char *)at->name, step->name) != 0)
			continue;
		its = number_of(at);
		if (its == step->number)
			return at;
		if (its > step->number)
			later = at;
	}
	if ((made = xmlNewNode(NULL, (const xmlChar *)step->name)) == NULL)
		return NULL;
	(void)snprintf(number, sizeof(number), "%u", step->number);
	if (step->number > 0)
		(void)xmlNewProp(made, (const xmlChar *)"n", (const xmlChar *)number);
	return later != NULL ? xmlAddPrevSibling(later, made) : xmlAddChild(parent, made);
}

bool stylesheet_is_field(const char *name)
{
	struct step step;
	unsigned depth = 0;

	while (*name != '\0')
		if (depth++ == FIELD_STEPS || !take_step(&name, &step))
			return false;
	return depth > 0;
}

void stylesheet_tree_field(struct stylesheet_tree *tree, const char *name, const char *value)
{
	xmlNodePtr outside = tree->at;
	struct step step;

	for (unsigned depth = 0; tree->err == OK && *name != '\0'; depth++) {
		if (depth == FIELD_STEPS || !take_step(&name, &step))
			tree->err = ERR_FORMAT;
		else if ((tree->at = go_down(tree->at, &step)) == NULL)
			tree->err = ERR_MEMORY;
	}
	if (tree->err == OK)
		stylesheet_tree_text(tree, bytes_of_text(value));
	tree->at = outside;
}

/* ---- Which fields there are ---- */

static const char *attribute_of(xmlNodePtr node, const char *name, struct arena *arena)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	const char *copy = arena_text(arena, bytes_of_text(text == NULL ? "" : (char *)text));

	xmlFree(text);
	return copy;
}

static enum err take_options(xmlNodePtr node, struct arena *arena, struct stylesheet_field *field)
{
	const char **options = NULL;
	size_t count = 0;

	for (xmlNodePtr at = next_element(node->children); at != NULL; at = next_element(at->next))
		count++;
	if (count == 0)
		return OK;
	if (count > MAX_OPTIONS)
		return ERR_LIMIT;
	if ((options = arena_alloc_array(arena, count, sizeof(*options))) == NULL)
		return ERR_MEMORY;
	field->options = options;
	for (xmlNodePtr at = next_element(node->children); at != NULL; at = next_element(at->next))
		if ((options[field->option_count++] = attribute_of(at, "value", arena)) == NULL)
			return ERR_MEMORY;
	return OK;
}

static bool is_there(const struct stylesheet_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->items[i].name, name) == 0)
			return true;
	return false;
}

static enum err take_field(xmlNodePtr node, struct arena *arena, struct stylesheet_fields *fields)
{
	struct stylesheet_field field = {.name = attribute_of(node, "name", arena),
					 .type = attribute_of(node, "type", arena),
					 .words = attribute_of(node, "words", arena),
					 .list = attribute_of(node, "list", arena)};
	const char *required = attribute_of(node, "required", arena);
	const char *max = attribute_of(node, "max", arena);
	enum err err = field.name == NULL || field.type == NULL || field.words == NULL ||
				       field.list == NULL || required == NULL || max == NULL
			       ? ERR_MEMORY
			       : take_options(node, arena, &field);

	if (err != OK)
		return err;
	if (fields->count == STYLESHEET_FIELDS)
		return ERR_LIMIT;
	if (field.name[0] == '\0' || is_there(fields, field.name))
		return ERR_CORRUPT;
	field.is_required = strcmp(required, "yes") == 0;
	field.max_characters = (unsigned)strtoul(max, NULL, 10);
	fields->items[fields->count++] = field;
	return OK;
}

/* Fields stand wherever the form puts them: in groups, or by themselves. */
static enum err take_fields(xmlNodePtr root, struct arena *arena, struct stylesheet_fields *fields)
{
	xmlNodePtr node = root;
	enum err err = OK;

	while (err == OK && node != NULL) {
		bool is_field = strcmp((const char *)node->name, "field") == 0;
		xmlNodePtr next = is_field ? NULL : next_element(node->children);

		if (is_field)
			err = take_field(node, arena, fields);
		while (next == NULL && node != root) {
			next = next_element(node->next);
			node = node->parent;
		}
		node = next;
	}
	return err;
}

/* What the form wrote, as it is, into the page. */
static enum err graft(xmlNodePtr root, struct stylesheet_tree *into)
{
	xmlNodePtr copy = xmlDocCopyNode(root, into->document, 1);

	if (copy == NULL)
		return ERR_MEMORY;
	xmlNodeSetName(copy, (const xmlChar *)"form");
	if (xmlAddChild(into->at, copy) != NULL)
		return OK;
	xmlFreeNode(copy);
	return ERR_MEMORY;
}

enum err stylesheet_ask(const struct stylesheet_set *set, const char *name,
			const struct stylesheet_tree *tree, struct arena *arena,
			struct stylesheet_tree *into, struct stylesheet_fields *ret_fields)
{
	struct stylesheet_rendering rendering = {set, STYLESHEET_ENGLISH};
	struct stylesheet_fields fields = {
		.items = arena_alloc_array(arena, STYLESHEET_FIELDS, sizeof(*fields.items))};
	xmlDocPtr made = NULL;
	xmlNodePtr root;
	enum err err =
		fields.items == NULL ? ERR_MEMORY : stylesheet_apply(name, &rendering, tree, &made);

	if (err != OK)
		return err;
	root = xmlDocGetRootElement(made);
	err = root == NULL ? ERR_CORRUPT : take_fields(root, arena, &fields);
	if (err == OK && into != NULL)
		err = graft(root, into);
	xmlFreeDoc(made);
	if (err == OK)
		*ret_fields = fields;
	return err;
}

/* ---- The document ---- */

/* Its place among its namesakes. */
static unsigned place_of(xmlNodePtr node)
{
	unsigned place = 1;

	for (const xmlNode *at = node->prev; at != NULL; at = at->prev)
		place += at->type == XML_ELEMENT_NODE && xmlStrEqual(at->name, node->name);
	return place;
}

static const char *path_of(xmlNodePtr node, struct arena *arena)
{
	xmlNodePtr way[MAX_DEPTH];
	struct buffer path;
	struct bytes made;
	size_t depth = 0;
	const char *copy = NULL;

	for (xmlNodePtr at = node; at != NULL && at->type == XML_ELEMENT_NODE; at = at->parent) {
		if (depth == MAX_DEPTH)
			return NULL;
		way[depth++] = at;
	}
	buffer_init(&path, PATH_BYTES);
	while (depth-- > 0)
		buffer_put_format(&path, "/%s[%u]", (const char *)way[depth]->name,
				  place_of(way[depth]));
	made = buffer_bytes(&path);
	if (buffer_error(&path) == OK)
		copy = arena_text(arena, made);
	buffer_clear(&path);
	return copy;
}

/* The mark is ours, and no part of the document. */
static enum err take_mark(xmlNodePtr node, struct arena *arena, struct stylesheet_made *made)
{
	xmlAttrPtr mark = xmlHasNsProp(node, (const xmlChar *)"field", (const xmlChar *)FORM);
	xmlChar *field = mark == NULL ? NULL : xmlNodeGetContent((xmlNodePtr)mark);
	struct stylesheet_place *place = &made->places[made->count];

	if (field == NULL)
		return OK;
	if (made->count < MAX_PLACES) {
		place->path = path_of(node, arena);
		place->field = arena_text(arena, bytes_of_text((const char *)field));
		made->count++;
	}
	xmlFree(field);
	(void)xmlRemoveProp(mark);
	return made->count == MAX_PLACES || place->path == NULL || place->field == NULL ? ERR_LIMIT
											: OK;
}

static void drop_namespace(xmlNodePtr node)
{
	for (xmlNsPtr *at = &node->nsDef; *at != NULL;) {
		xmlNsPtr own = *at;

		if (own->href == NULL || strcmp((const char *)own->href, FORM) != 0) {
			at = &own->next;
			continue;
		}
		*at = own->next;
		own->next = NULL;
		xmlFreeNs(own);
	}
}

static xmlNodePtr next_of(xmlNodePtr node, const xmlNode *root)
{
	if (next_element(node->children) != NULL)
		return next_element(node->children);
	while (node != root && next_element(node->next) == NULL)
		node = node->parent;
	return node == root ? NULL : next_element(node->next);
}

static enum err take_marks(xmlNodePtr root, struct arena *arena, struct stylesheet_made *made)
{
	enum err err = OK;

	for (xmlNodePtr node = root; err == OK && node != NULL; node = next_of(node, root))
		err = take_mark(node, arena, made);
	for (xmlNodePtr node = root; node != NULL; node = next_of(node, root))
		drop_namespace(node);
	return err;
}

/* In canonical form (Exclusive XML Canonicalization 1.0), so that it can be signed as it stands. */
static enum err write_down(xmlDocPtr document, size_t max_bytes, struct arena *arena,
			   struct bytes *ret_bytes)
{
	xmlChar *text = NULL;
	const uint8_t *copy;
	int len = xmlC14NDocDumpMemory(document, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
	enum err err = OK;

	if (len < 0 || text == NULL)
		return ERR_MEMORY;
	copy = (size_t)len > max_bytes ? NULL : arena_copy(arena, bytes_of(text, (size_t)len));
	if (copy == NULL)
		err = ERR_LIMIT;
	else
		*ret_bytes = bytes_of(copy, (size_t)len);
	xmlFree(text);
	return err;
}

enum err stylesheet_compose(const struct stylesheet_set *set, const char *name,
			    const struct stylesheet_tree *tree, size_t max_bytes,
			    struct arena *arena, struct stylesheet_made *ret_made)
{
	struct stylesheet_rendering rendering = {set, STYLESHEET_ENGLISH};
	struct stylesheet_made made = {
		.places = arena_alloc_array(arena, MAX_PLACES, sizeof(*made.places))};
	xmlDocPtr document = NULL;
	xmlNodePtr root;
	enum err err = made.places == NULL ? ERR_MEMORY
					   : stylesheet_apply(name, &rendering, tree, &document);

	if (err != OK)
		return err;
	root = xmlDocGetRootElement(document);
	err = root == NULL ? ERR_CORRUPT : take_marks(root, arena, &made);
	if (err == OK)
		err = write_down(document, max_bytes, arena, &made.document);
	xmlFreeDoc(document);
	if (err == OK)
		*ret_made = made;
	return err;
}
