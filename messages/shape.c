#include "messages/shape.h"

#include <string.h>

const struct shape *shape_child(const struct shape *shape, struct bytes name)
{
	bool is_attribute = name.len > 0 && *name.at == '@';

	if (is_attribute)
		name = bytes_of(name.at + 1, name.len - 1);
	for (size_t i = 0; i < shape->child_count; i++) {
		const struct shape *child = shape->children[i];

		if (child->is_attribute == is_attribute &&
		    bytes_equal(bytes_of_text(child->name), name))
			return child;
	}
	return NULL;
}

const struct shape *shape_element(const struct shape *shape, struct bytes name,
				  const char *namespace)
{
	for (size_t i = 0; i < shape->child_count; i++) {
		const struct shape *child = shape->children[i];

		if (!child->is_attribute && child->step.len == name.len + strlen("/[1]") &&
		    memcmp(child->name, name.at, name.len) == 0 &&
		    (!child->has_namesake || strcmp(child->namespace, namespace) == 0))
			return child;
	}
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
