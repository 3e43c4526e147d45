#include "messages/shape.h"

#include <string.h>

/* Few names among siblings have the same. */
static uint32_t key_of(struct bytes name, bool is_attribute)
{
	uint32_t key = (uint32_t)name.len;

	if (name.len > 0)
		key = key << 24 ^ (uint32_t)name.at[0] << 16 ^
		      (uint32_t)name.at[name.len / 2] << 8 ^ name.at[name.len - 1];
	return is_attribute ? ~key : key;
}

enum err shape_index(struct shape *shape, struct arena *arena)
{
	uint32_t *keys = arena_alloc_array(arena, shape->child_count + 1, sizeof(*keys));

	if (keys == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < shape->child_count; i++)
		keys[i] = key_of(bytes_of_text(shape->children[i]->name),
				 shape->children[i]->is_attribute);
	shape->keys = keys;
	return OK;
}

/* The next of those that are called so, or NULL; *at begins with 0. */
static const struct shape *next_called(const struct shape *shape, size_t *at, struct bytes name,
				       bool is_attribute)
{
	uint32_t key = key_of(name, is_attribute);

	while (*at < shape->child_count) {
		size_t place = (*at)++;
		const struct shape *child = shape->children[place];

		if (shape->keys[place] == key && child->is_attribute == is_attribute &&
		    bytes_equal(bytes_of_text(child->name), name))
			return child;
	}
	return NULL;
}

const struct shape *shape_child(const struct shape *shape, struct bytes name)
{
	bool is_attribute = name.len > 0 && *name.at == '@';
	size_t at = 0;

	if (is_attribute)
		name = bytes_of(name.at + 1, name.len - 1);
	return next_called(shape, &at, name, is_attribute);
}

const struct shape *shape_element(const struct shape *shape, struct bytes name,
				  const char *namespace)
{
	const struct shape *child;
	size_t at = 0;

	while ((child = next_called(shape, &at, name, false)) != NULL)
		if (!child->has_namesake || strcmp(child->namespace, namespace) == 0)
			return child;
	return NULL;
}

const struct shape *shape_attribute(const struct shape *shape, struct bytes name,
				    const char *namespace)
{
	const struct shape *child;
	size_t at = 0;

	while ((child = next_called(shape, &at, name, true)) != NULL)
		if (strcmp(child->namespace, namespace) == 0)
			return child;
	return NULL;
}

const struct shape *shape_find(const struct shape *from, const char *path)
{
	struct bytes step;

	if (*path == '/') {
		while (from->parent != NULL)
			from = from->parent;
		step = bytes_of(path + 1, strcspn(path + 1, "/"));
		if (!bytes_equal(bytes_of_text(from->name), step))
			return NULL;
		path = (const char *)step.at + step.len;
		path += *path == '/';
	}
	while (from != NULL && *path != 0) {
		step = bytes_of(path, strcspn(path, "/"));
		from = shape_child(from, step);
		path += step.len;
		path += *path == '/';
	}
	return from;
}
