#include "messages/paper.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>

#include "sampan/limit.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MAX_DEPTH 40u
#define NUMBER_BYTES 24u

/* A place that a finding speaks of. */
struct mark {
	const xmlNode *node;
	const char *path;
};

struct writing {
	struct stylesheet_tree *tree;
	struct arena *arena;
	size_t left;                    /* fields that may still be shown */
	struct mark marks[PAPER_PATHS]; /* in the order of their nodes' addresses */
	size_t mark_count;
};

static const char *namespace_of(const xmlNode *node)
{
	return node->ns == NULL ? "" : (const char *)node->ns->href;
}

static bool is_signature(const xmlNode *node)
{
	return strcmp(namespace_of(node), DSIG) == 0;
}

static const xmlNode *next_element(const xmlNode *node)
{
	while (node != NULL && (node->type != XML_ELEMENT_NODE || is_signature(node)))
		node = node->next;
	return node;
}

static const struct shape *shape_of(const struct shape *parent, const xmlNode *node)
{
	return parent == NULL ? NULL
			      : shape_element(parent, bytes_of_text((const char *)node->name),
					      namespace_of(node));
}

/* ---- What findings speak of ---- */

/* The child that a step ("Body[1]") of a path names, counted as document_path() does. */
static const xmlNode *step_down(const xmlNode *parent, const char *step, size_t len)
{
	const char *bracket = memchr(step, '[', len);
	size_t name_len = bracket == NULL ? len : (size_t)(bracket - step);
	unsigned long left = bracket == NULL ? 1 : strtoul(bracket + 1, NULL, 10);

	for (const xmlNode *node = parent->children; node != NULL; node = node->next)
		if (node->type == XML_ELEMENT_NODE &&
		    strlen((const char *)node->name) == name_len &&
		    memcmp(node->name, step, name_len) == 0 && --left == 0)
			return node;
	return NULL;
}

/* NULL: the path leads nowhere. That of an attribute leads to its element. */
static const xmlNode *find_node(const struct document *document, const char *path)
{
	const xmlNode *node = (const xmlNode *)document_root(document)->doc;

	while (node != NULL && path[0] == '/' && path[1] != '@') {
		size_t len = strcspn(path + 1, "/");

		node = step_down(node, path + 1, len);
		path += 1 + len;
	}
	return node == NULL || node->type != XML_ELEMENT_NODE ? NULL : node;
}

static int by_node(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t)((const struct mark *)a)->node,
		  other = (uintptr_t)((const struct mark *)b)->node;

	return one < other ? -1 : one > other;
}

static void find_marks(const struct document *document, const struct paper *paper,
		       struct writing *writing)
{
	for (size_t i = 0; i < paper->path_count && writing->mark_count < PAPER_PATHS; i++) {
		struct mark *mark = &writing->marks[writing->mark_count];

		*mark = (struct mark){find_node(document, paper->paths[i]), paper->paths[i]};
		writing->mark_count += mark->node != NULL;
	}
	qsort(writing->marks, writing->mark_count, sizeof(writing->marks[0]), by_node);
}

static const char *path_of(const struct writing *writing, const xmlNode *node)
{
	const struct mark wanted = {node, NULL};
	const struct mark *mark = writing->mark_count == 0
					  ? NULL
					  : bsearch(&wanted, writing->marks, writing->mark_count,
						    sizeof(wanted), by_node);

	return mark == NULL ? NULL : mark->path;
}

/* ---- Writing ---- */

static void open_named(const struct writing *writing, const char *what, const xmlNode *node,
		       const struct shape *shape)
{
	stylesheet_tree_open(writing->tree, what);
	stylesheet_tree_attribute(writing->tree, "name", (const char *)node->name);
	if (shape != NULL && shape->item[0] != '\0')
		stylesheet_tree_attribute(writing->tree, "item", shape->item);
	if (path_of(writing, node) != NULL)
		stylesheet_tree_attribute(writing->tree, "path", path_of(writing, node));
}

static void put_text(const struct writing *writing, const char *what, const xmlNode *node)
{
	const char *text = document_text(node, writing->arena);

	stylesheet_tree_open(writing->tree, what);
	stylesheet_tree_text(writing->tree, bytes_of_text(text == NULL ? "" : text));
	stylesheet_tree_close(writing->tree);
}

static void put_attributes(const struct writing *writing, const xmlNode *node)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		stylesheet_tree_open(writing->tree, "attribute");
		stylesheet_tree_attribute(writing->tree, "name", (const char *)attribute->name);
		for (const xmlNode *part = attribute->children; part != NULL; part = part->next)
			if (part->content != NULL)
				stylesheet_tree_text(writing->tree,
						     bytes_of_text((const char *)part->content));
		stylesheet_tree_close(writing->tree);
	}
}

/* Its place among those of its name; 0: it is the only one. Each is counted from the one before. */
static unsigned number_of(const xmlNode *node, const xmlNode *before, unsigned last)
{
	const xmlNode *next = next_element(node->next);

	if (before != NULL && strcmp((const char *)before->name, (const char *)node->name) == 0)
		return last + 1;
	return next != NULL && strcmp((const char *)next->name, (const char *)node->name) == 0;
}

static void put_children(struct writing *writing, const xmlNode *parent, const struct shape *shape,
			 unsigned depth);

static void put_element(struct writing *writing, const xmlNode *node, const struct shape *shape,
			unsigned depth)
{
	if (next_element(node->children) != NULL) {
		put_children(writing, node, shape, depth);
		return;
	}
	writing->left--;
	put_text(writing, "value", node);
	put_attributes(writing, node);
}

static void put_children(struct writing *writing, const xmlNode *parent, const struct shape *shape,
			 unsigned depth)
{
	const xmlNode *before = NULL;
	char text[NUMBER_BYTES];
	unsigned number = 0;

	if (depth > MAX_DEPTH)
		return;
	for (const xmlNode *node = next_element(parent->children);
	     node != NULL && writing->left > 0; node = next_element(node->next)) {
		const struct shape *own = shape_of(shape, node);
		bool is_group = next_element(node->children) != NULL;

		number = number_of(node, before, number);
		open_named(writing, is_group ? "group" : "field", node, own);
		(void)snprintf(text, sizeof(text), "%u", number);
		if (number > 0)
			stylesheet_tree_attribute(writing->tree, "number", text);
		put_element(writing, node, own, depth + 1);
		stylesheet_tree_close(writing->tree);
		before = node;
	}
}

static void put_document(const struct schema *schema, const struct document *document,
			 struct writing *writing)
{
	if (schema != NULL)
		stylesheet_tree_attribute(writing->tree, "kind", schema_full_id(schema));
	put_children(writing, document_root(document), schema == NULL ? NULL : schema_shape(schema),
		     0);
	if (writing->left == 0)
		stylesheet_tree_open(writing->tree, "cut");
	if (writing->left == 0)
		stylesheet_tree_close(writing->tree);
}

enum err paper_put(const struct schema_set *set, const struct paper *paper, struct arena *arena,
		   struct stylesheet_tree *tree)
{
	struct writing writing = {.tree = tree, .arena = arena, .left = PAPER_FIELDS};
	struct document *document = NULL;
	struct findings findings;
	enum err err;

	findings_init(&findings, arena);
	stylesheet_tree_open(tree, "document");
	err = document_read(paper->bytes, LIMIT_DOCUMENT_BYTES, &findings, &document);
	if (err == OK && document != NULL)
		err = document_need_xml(document);
	if (err == OK && document != NULL) {
		find_marks(document, paper, &writing);
		put_document(schema_identify(set, document, &findings), document, &writing);
	}
	document_free(document);
	stylesheet_tree_close(tree);
	return err;
}
