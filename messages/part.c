#include "messages/part.h"

#include <stdlib.h>
#include <string.h>

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

static const struct branch *sibling_called(const struct trunk *trunk, const struct branch *branch,
					   const char *name)
{
	while (branch != NULL && strcmp(branch->shape->name, name) != 0)
		branch = trunk_next(trunk, branch);
	return branch;
}

static const struct branch *follow(const struct document *document, const struct map_path *path,
				   size_t count)
{
	const struct trunk *trunk = document->trunk;
	const struct branch *branch = &trunk->items[0];

	for (size_t i = 0; i < count && branch != NULL; i++)
		branch = sibling_called(trunk, trunk_first(trunk, branch), path->steps[i]->name);
	return branch;
}

const struct branch *part_holder(const struct document *document, const struct map_path *group)
{
	return follow(document, group, group->count - 1);
}

size_t part_count_lines(const struct document *document, const struct map_path *group)
{
	const struct branch *line = follow(document, group, group->count);
	const char *name = group->steps[group->count - 1]->name;
	size_t count = 0;

	for (; line != NULL; count++)
		line = sibling_called(document->trunk, trunk_next(document->trunk, line), name);
	return count;
}

const struct branch *part_find(const struct document *document, const struct map_path *path)
{
	return path->text == NULL ? NULL : follow(document, path, path->count);
}

const char *part_text(const struct document *document, const struct map_path *path,
		      struct arena *arena)
{
	const struct branch *branch = part_find(document, path);

	return branch == NULL ? "" : arena_text(arena, bytes_trimmed(trunk_text(branch)));
}

/* Of the siblings, the element of that name and place; NULL when there is none. */
static const struct branch *sibling_at(const struct trunk *trunk, const struct branch *branch,
				       struct bytes name, unsigned long place)
{
	for (; branch != NULL; branch = trunk_next(trunk, branch)) {
		if (bytes_equal(bytes_of_text(branch->shape->name), name) && --place == 0)
			return branch;
	}
	return NULL;
}

unsigned part_line_at(const struct document *document, const char *path)
{
	const struct trunk *trunk = document->trunk;
	const struct branch *siblings = &trunk->items[0], *found = NULL, *branch;

	while (*path == '/' && path[1] != '@') {
		size_t len = strcspn(path + 1, "[/");
		unsigned long place = path[1 + len] == '[' ? strtoul(path + len + 2, NULL, 10) : 1;

		branch = sibling_at(trunk, siblings, bytes_of(path + 1, len), place);
		if (branch == NULL)
			break;
		found = branch;
		siblings = trunk_first(trunk, branch);
		path += 1 + strcspn(path + 1, "/");
	}
	return found == NULL ? 0 : found->line;
}
