#include "adapters/stylesheet_libxslt.h"

#include <stdlib.h>

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

/* Everything below U+0020 but tab and new line, and U+007F. */
static bool is_control(uint8_t byte)
{
	return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;
}

void stylesheet_tree_text(struct stylesheet_tree *tree, struct bytes text)
{
	size_t begin = 0;

	if (!can_grow(tree))
		return;
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && !is_control(text.at[i]))
			continue;
		if (i > begin)
			xmlNodeAddContentLen(tree->at, text.at + begin, (int)(i - begin));
		if (i < text.len)
			xmlNodeAddContent(tree->at, (const xmlChar *)"\xef\xbf\xbd");
		begin = i + 1;
	}
}

void stylesheet_tree_attribute(struct stylesheet_tree *tree, const char *name, const char *value)
{
	if (can_grow(tree) &&
	    xmlNewProp(tree->at, (const xmlChar *)name, (const xmlChar *)value) == NULL)
		tree->err = ERR_MEMORY;
}
