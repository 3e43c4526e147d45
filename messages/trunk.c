#include "messages/trunk.h"

#include <string.h>

#include "sampan/buffer.h"

#define MAX_PATH_BYTES ((LIMIT_DOCUMENT_DEPTH + 1) * (LIMIT_NAME_BYTES + 16))

enum err trunk_init(struct trunk *trunk, size_t room, struct arena *arena)
{
	assert(room <= LIMIT_DOCUMENT_VALUES);
	*trunk = (struct trunk){.arena = arena, .room = (uint32_t)room};
	trunk->items = arena_room(arena, room * sizeof(*trunk->items));
	trunk->after = arena_room(arena, room * sizeof(*trunk->after));
	return trunk->items == NULL || trunk->after == NULL ? ERR_MEMORY : OK;
}

struct shape *trunk_label(struct trunk *trunk, const char *name, const char *namespace,
			  bool is_attribute)
{
	struct shape *label = arena_alloc(trunk->arena, sizeof(*label));

	if (label == NULL)
		return NULL;
	trunk->label_count++;
	label->name = name;
	label->namespace = namespace;
	label->base = label->item = label->item_of = "";
	label->is_attribute = is_attribute;
	label->is_leaf = true;
	label->order = BRANCH_STRAY;
	return label;
}

/* ---- From one to the next ---- */

static const struct branch *at(const struct trunk *trunk, uint32_t place, uint32_t end)
{
	return place < end ? &trunk->items[place] : NULL;
}

const struct branch *trunk_first_attribute(const struct trunk *trunk, const struct branch *element)
{
	uint32_t place = element->number;
	const struct branch *next = at(trunk, place + 1, trunk->after[place]);

	return next != NULL && next->shape->is_attribute ? next : NULL;
}

const struct branch *trunk_next_attribute(const struct trunk *trunk, const struct branch *attribute)
{
	uint32_t end = trunk->after[attribute->parent->number];
	const struct branch *next = at(trunk, attribute->number + 1, end);

	return next != NULL && next->shape->is_attribute ? next : NULL;
}

const struct branch *trunk_first(const struct trunk *trunk, const struct branch *element)
{
	uint32_t place = element->number, end = trunk->after[place];

	do
		place++;
	while (place < end && trunk->items[place].shape->is_attribute);
	return at(trunk, place, end);
}

const struct branch *trunk_next(const struct trunk *trunk, const struct branch *element)
{
	return element->parent == NULL ? NULL
				       : at(trunk, trunk->after[element->number],
					    trunk->after[element->parent->number]);
}

const struct branch *trunk_attribute(const struct trunk *trunk, const struct branch *element,
				     const char *name)
{
	const struct branch *attribute = trunk_first_attribute(trunk, element);

	while (attribute != NULL && (attribute->shape->namespace[0] != '\0' ||
				     strcmp(attribute->shape->name, name) != 0))
		attribute = trunk_next_attribute(trunk, attribute);
	return attribute;
}

/* ---- Paths ---- */

static bool is_called(const struct branch *branch, struct bytes name)
{
	const char *own = branch->shape->name;

	return strncmp(own, (const char *)name.at, name.len) == 0 && own[name.len] == '\0';
}

/* The first of these siblings that the path names and that leads to its end. */
static const struct branch *find_among(const struct trunk *trunk, const struct branch *sibling,
				       const char *path)
{
	struct bytes step = bytes_of(path, strcspn(path, "/"));
	const char *rest = path + step.len;

	for (; sibling != NULL; sibling = trunk_next(trunk, sibling)) {
		const struct branch *found = sibling;

		if (!is_called(sibling, step))
			continue;
		if (*rest == '/')
			found = find_among(trunk, trunk_first(trunk, sibling), rest + 1);
		if (found != NULL)
			return found;
	}
	return NULL;
}

const struct branch *trunk_find(const struct trunk *trunk, const struct branch *from,
				const char *path)
{
	if (*path == '\0')
		return from;
	if (*path == '/')
		return find_among(trunk, &trunk->items[0], path + 1);
	return find_among(trunk, trunk_first(trunk, from), path);
}

static size_t index_of(const struct trunk *trunk, const struct branch *element)
{
	size_t index = 1;

	if (element->parent == NULL)
		return 1;
	for (const struct branch *before = trunk_first(trunk, element->parent); before != element;
	     before = trunk_next(trunk, before))
		index += strcmp(before->shape->name, element->shape->name) == 0;
	return index;
}

/* Elements nest at most LIMIT_DOCUMENT_DEPTH deep, so the recursion is bounded. */
static void put_path(struct buffer *path, const struct trunk *trunk, const struct branch *branch)
{
	if (branch == NULL)
		return;
	put_path(path, trunk, branch->parent);
	if (branch->shape->is_attribute)
		buffer_put_format(path, "/@%s", branch->shape->name);
	else
		buffer_put_format(path, "/%s[%zu]", branch->shape->name, index_of(trunk, branch));
}

char *trunk_path(const struct trunk *trunk, const struct branch *branch, struct arena *arena)
{
	struct buffer path;
	char *text = NULL;

	buffer_init(&path, MAX_PATH_BYTES);
	put_path(&path, trunk, branch);
	if (buffer_error(&path) == OK)
		text = arena_text(arena, buffer_bytes(&path));
	buffer_clear(&path);
	return text;
}

bool trunk_is_blank(struct bytes text)
{
	return bytes_trimmed(text).len == 0;
}
