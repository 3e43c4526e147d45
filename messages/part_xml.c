#include "messages/part_xml.h"

#include <string.h>

#include "sampan/limit.h"

enum err part_xml_copy(const struct document *document, xmlDoc **ret_copy)
{
	enum err err = document_need_xml(document);

	if (err == OK)
		*ret_copy = xmlCopyDoc(document->xml, 1);
	return err == OK && *ret_copy == NULL ? ERR_MEMORY : err;
}

static xmlNode *child_called(const xmlNode *node, const char *name)
{
	xmlNode *child = node->children;

	while (child != NULL &&
	       (child->type != XML_ELEMENT_NODE || strcmp((const char *)child->name, name) != 0))
		child = child->next;
	return child;
}

static xmlNode *follow(const xmlDoc *document, const struct map_path *path, size_t count)
{
	xmlNode *node = xmlDocGetRootElement((xmlDoc *)(uintptr_t)document);

	for (size_t i = 0; i < count && node != NULL; i++)
		node = child_called(node, path->steps[i]->name);
	return node;
}

xmlNode *part_xml_find(const xmlDoc *document, const struct map_path *path)
{
	return path->text == NULL ? NULL : follow(document, path, path->count);
}

xmlNode *part_xml_holder(const xmlDoc *document, const struct map_path *group)
{
	return follow(document, group, group->count - 1);
}

xmlNode *part_xml_first_line(const xmlNode *holder, const struct map_path *group)
{
	return holder == NULL ? NULL : child_called(holder, group->steps[group->count - 1]->name);
}

xmlNode *part_xml_next_line(const xmlNode *line)
{
	xmlNode *next = line->next;

	while (next != NULL &&
	       (next->type != XML_ELEMENT_NODE || !xmlStrEqual(next->name, line->name)))
		next = next->next;
	return next;
}

void part_xml_remove(xmlNode *node)
{
	if (node == NULL)
		return;
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

enum err part_xml_read_again(xmlDoc *tree, struct arena *arena, struct findings *findings,
			     struct document **ret_document)
{
	xmlChar *bytes = NULL;
	const uint8_t *copy;
	enum err err;
	int len = 0;

	xmlDocDumpMemoryEnc(tree, &bytes, &len, "UTF-8");
	if (bytes == NULL || len <= 0)
		return ERR_MEMORY;
	copy = arena_copy(arena, bytes_of(bytes, (size_t)len));
	err = copy == NULL ? ERR_MEMORY
			   : document_read(bytes_of(copy, (size_t)len), LIMIT_DOCUMENT_BYTES,
					   findings, ret_document);
	xmlFree(bytes);
	return err;
}
