#include "messages/layout.h"

#include <string.h>

#include <libxml/tree.h>

#include "sampan/limit.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MAX_DEPTH 48u

static bool is_signature(const xmlNode *node)
{
	return node->ns != NULL && strcmp((const char *)node->ns->href, DSIG) == 0;
}

static void put_attributes(const xmlNode *node, struct stylesheet_tree *tree)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->children != NULL && attribute->children->content != NULL)
			stylesheet_tree_attribute(tree, (const char *)attribute->name,
						  (const char *)attribute->children->content);
}

static void put_node(const xmlNode *node, unsigned depth, struct stylesheet_tree *tree)
{
	if (depth > MAX_DEPTH)
		return;
	stylesheet_tree_open(tree, (const char *)node->name);
	put_attributes(node, tree);
	for (const xmlNode *at = node->children; at != NULL; at = at->next)
		if (at->type == XML_ELEMENT_NODE && !is_signature(at))
			put_node(at, depth + 1, tree);
		else if ((at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE) &&
			 xmlIsBlankNode(at) == 0)
			stylesheet_tree_text(tree, bytes_of_text((const char *)at->content));
	stylesheet_tree_close(tree);
}

static void put_document(const struct schema *schema, const struct document *document,
			 struct stylesheet_tree *tree)
{
	if (schema != NULL)
		stylesheet_tree_attribute(tree, "kind", schema_id(schema));
	put_node(document_root(document), 0, tree);
}

enum err layout_put(const struct schema_set *set, struct bytes bytes, struct arena *arena,
		    struct stylesheet_tree *tree)
{
	struct document *document = NULL;
	struct findings findings;
	enum err err;

	findings_init(&findings, arena);
	stylesheet_tree_open(tree, "document");
	err = document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document);
	if (err == OK && document != NULL)
		err = document_need_xml(document);
	if (err == OK && document != NULL)
		put_document(schema_identify(set, document, &findings), document, tree);
	document_free(document);
	stylesheet_tree_close(tree);
	return err;
}
