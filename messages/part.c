#include "messages/part.h"

#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"

enum err part_lines_init(const struct map *map, const struct map_path *group, struct arena *arena,
			 struct part_lines *ret_lines)
{
	const char *prefix = arena_format(arena, "/%s", schema_shape(map->from)->name);

	for (size_t i = 0; i < group->count && prefix != NULL; i++)
		prefix = arena_format(arena, "%s[1]/%s", prefix, group->steps[i]->name);
	if (prefix != NULL)
		prefix = arena_format(arena, "%s[", prefix);
	if (prefix == NULL)
		return ERR_MEMORY;
	*ret_lines =
		(struct part_lines){.group = group, .prefix = prefix, .prefix_len = strlen(prefix)};
	return OK;
}

bool part_is_line(const struct part_lines *lines, const char *path, size_t *ret_number,
		  const char **ret_rest)
{
	char *end;

	if (strncmp(path, lines->prefix, lines->prefix_len) != 0)
		return false;
	*ret_number = strtoul(path + lines->prefix_len, &end, 10);
	*ret_rest = *end == ']' ? end + 1 : end;
	return true;
}

const char *part_line_path(const struct part_lines *lines, size_t number, const char *rest,
			   struct arena *arena)
{
	return arena_format(arena, "%s%zu]%s", lines->prefix, number, rest);
}

static xmlNode *child_called(const xmlNode *node, const char *name)
{
	xmlNode *child = node->children;

	while (child != NULL &&
	       (child->type != XML_ELEMENT_NODE || strcmp((const char *)child->name, name) != 0))
		child = child->next;
	return child;
}

static xmlNode *follow(const struct document *document, const struct map_path *path, size_t count)
{
	xmlNode *node = xmlDocGetRootElement(document->xml);

	for (size_t i = 0; i < count && node != NULL; i++)
		node = child_called(node, path->steps[i]->name);
	return node;
}

xmlNode *part_holder(const struct document *document, const struct map_path *group)
{
	return follow(document, group, group->count - 1);
}

xmlNode *part_first_line(const xmlNode *holder, const struct map_path *group)
{
	return holder == NULL ? NULL : child_called(holder, group->steps[group->count - 1]->name);
}

xmlNode *part_next_line(const xmlNode *line)
{
	xmlNode *next = line->next;

	while (next != NULL &&
	       (next->type != XML_ELEMENT_NODE || !xmlStrEqual(next->name, line->name)))
		next = next->next;
	return next;
}

size_t part_count_lines(const struct document *document, const struct map_path *group)
{
	const xmlNode *line = part_first_line(part_holder(document, group), group);
	size_t count = 0;

	for (; line != NULL; line = part_next_line(line))
		count++;
	return count;
}

xmlNode *part_find(const struct document *document, const struct map_path *path)
{
	return path->text == NULL ? NULL : follow(document, path, path->count);
}

const char *part_text(const struct document *document, const struct map_path *path,
		      struct arena *arena)
{
	const xmlNode *node = part_find(document, path);
	const char *text;

	if (node == NULL)
		return "";
	text = document_text(node, arena);
	return text == NULL ? NULL : arena_text(arena, bytes_trimmed(bytes_of_text(text)));
}

/* Of the siblings, the element of that name and place; NULL when there is none. */
static const xmlNode *sibling_at(const xmlNode *node, struct bytes name, unsigned long place)
{
	for (; node != NULL; node = node->next) {
		if (node->type == XML_ELEMENT_NODE &&
		    bytes_equal(bytes_of_text((const char *)node->name), name) && --place == 0)
			return node;
	}
	return NULL;
}

unsigned part_line_at(const struct document *document, const char *path)
{
	const xmlNode *siblings = document->xml->children, *found = NULL, *node;

	while (*path == '/' && path[1] != '@') {
		size_t len = strcspn(path + 1, "[/");
		unsigned long place = path[1 + len] == '[' ? strtoul(path + len + 2, NULL, 10) : 1;

		node = sibling_at(siblings, bytes_of(path + 1, len), place);
		if (node == NULL)
			break;
		found = node;
		siblings = node->children;
		path += 1 + strcspn(path + 1, "/");
	}
	return found == NULL ? 0 : document_line(found);
}

void part_remove(xmlNode *node)
{
	if (node == NULL)
		return;
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

enum err part_read_again(xmlDoc *tree, struct arena *arena, struct findings *findings,
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
