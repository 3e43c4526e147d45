#include "adapters/stylesheet_libxslt.h"

#include <stdlib.h>

#include "sampan/hidden.h"

#define TREE_DEPTH 64u
#define TREE_NODES 500000u

struct stylesheet_tree *stylesheet_tree_new(const char *root)
{
	struct stylesheet_tree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL)
		return NULL;
	tree->document = xmlNewDoc((const xmlChar *)"1.0");
	if (tree->document != NULL)
		tree->at = xmlNewDocNode(tree->document, NULL, (const xmlChar *)root, NULL);
	if (tree->at == NULL) {
		stylesheet_tree_free(tree);
		return NULL;
	}
	(void)xmlDocSetRootElement(tree->document, tree->at);
	return tree;
}

void stylesheet_tree_free(struct stylesheet_tree *tree)
{
	if (tree == NULL)
		return;
	if (tree->document != NULL)
		xmlFreeDoc(tree->document);
	free(tree);
}

static bool can_grow(struct stylesheet_tree *tree)
{
	if (tree->err == OK && ++tree->nodes > TREE_NODES)
		tree->err = ERR_LIMIT;
	return tree->err == OK;
}

void stylesheet_tree_open(struct stylesheet_tree *tree, const char *name)
{
	bool is_name = xmlValidateNCName((const xmlChar *)name, 0) == 0;
	xmlNodePtr node;

	if (tree->depth == TREE_DEPTH)
		tree->err = ERR_LIMIT;
	if (!can_grow(tree))
		return;
	node = xmlNewChild(tree->at, NULL, (const xmlChar *)(is_name ? name : "member"), NULL);
	if (node == NULL) {
		tree->err = ERR_MEMORY;
		return;
	}
	tree->at = node;
	tree->depth++;
	if (!is_name)
		stylesheet_tree_attribute(tree, "name", name);
}

void stylesheet_tree_close(struct stylesheet_tree *tree)
{
	if (tree->err != OK || tree->depth == 0)
		return;
	tree->at = tree->at->parent;
	tree->depth--;
}

static void add(struct stylesheet_tree *tree, struct bytes text)
{
	if (text.len > 0)
		xmlNodeAddContentLen(tree->at, text.at, (int)text.len);
}

void stylesheet_tree_text(struct stylesheet_tree *tree, struct bytes text)
{
	size_t begin = 0, hidden, len;

	if (!can_grow(tree))
		return;
	while (begin < text.len) {
		hidden = hidden_find(text, begin, &len);
		add(tree, bytes_of(text.at + begin, hidden - begin));
		if (len > 0)
			add(tree, bytes_of_text("\xef\xbf\xbd"));
		begin = hidden + len;
	}
}

void stylesheet_tree_attribute(struct stylesheet_tree *tree, const char *name, const char *value)
{
	if (can_grow(tree) &&
	    xmlNewProp(tree->at, (const xmlChar *)name, (const xmlChar *)value) == NULL)
		tree->err = ERR_MEMORY;
}
