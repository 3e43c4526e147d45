#include <string.h>

#include "messages/document.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"

#define MAX_PATH_BYTES ((LIMIT_DOCUMENT_DEPTH + 1) * (LIMIT_NAME_BYTES + 16))

static const char *local_name(const xmlNode *node)
{
	return (const char *)node->name;
}

static size_t index_of(const xmlNode *element)
{
	size_t index = 1;

	for (const xmlNode *before = element->prev; before != NULL; before = before->prev)
		if (before->type == XML_ELEMENT_NODE && xmlStrEqual(before->name, element->name))
			index++;
	return index;
}

/* Elements nest at most LIMIT_DOCUMENT_DEPTH deep, so the recursion is bounded. */
static void put_path(struct buffer *path, const xmlNode *node)
{
	if (node == NULL)
		return;
	if (node->type == XML_ATTRIBUTE_NODE) {
		put_path(path, node->parent);
		buffer_put_format(path, "/@%s", local_name(node));
	} else if (node->type == XML_ELEMENT_NODE) {
		put_path(path, node->parent);
		buffer_put_format(path, "/%s[%zu]", local_name(node), index_of(node));
	}
}

char *document_path(const xmlNode *node, struct arena *arena)
{
	struct buffer path;
	char *text = NULL;

	buffer_init(&path, MAX_PATH_BYTES);
	put_path(&path, node);
	if (buffer_error(&path) == OK)
		text = arena_text(arena, buffer_bytes(&path));
	buffer_clear(&path);
	return text;
}

static bool is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

char *document_text(const xmlNode *element, struct arena *arena)
{
	size_t len = 0;
	char *text;

	for (const xmlNode *child = element->children; child != NULL; child = child->next)
		if (is_text(child))
			len += strlen((const char *)child->content);
	text = arena_alloc(arena, len + 1);
	if (text == NULL)
		return NULL;
	len = 0;
	for (const xmlNode *child = element->children; child != NULL; child = child->next) {
		if (!is_text(child))
			continue;
		memcpy(text + len, child->content, strlen((const char *)child->content));
		len += strlen((const char *)child->content);
	}
	return text;
}

static bool is_called(const xmlNode *node, struct bytes name)
{
	return node->type == XML_ELEMENT_NODE && bytes_equal(bytes_of_text(local_name(node)), name);
}

/* The first of these siblings that the path names and that leads to its end. */
static const xmlNode *find_among(const xmlNode *siblings, const char *path)
{
	struct bytes step = bytes_of(path, strcspn(path, "/"));
	const char *rest = path + step.len;

	for (const xmlNode *node = siblings; node != NULL; node = node->next) {
		const xmlNode *found;

		if (!is_called(node, step))
			continue;
		found = *rest == '/' ? find_among(node->children, rest + 1) : node;
		if (found != NULL)
			return found;
	}
	return NULL;
}

const xmlNode *document_find(const xmlNode *from, const char *path)
{
	if (*path == 0)
		return from;
	if (*path == '/')
		return find_among(xmlDocGetRootElement(from->doc), path + 1);
	return find_among(from->children, path);
}
