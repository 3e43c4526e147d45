#include "messages/map_read.h"

#include <string.h>

#include "messages/word.h"

void map_read_fault(struct map_reader *reader, const xmlNode *node, const char *code,
		    const char *value, const char *more)
{
	enum err err = schema_finding(reader->set, reader->findings, SEVERITY_ERROR, code,
				      reader->file, document_line(node), value, value, more, NULL);

	reader->has_faults = true;
	if (reader->err == OK)
		reader->err = err;
}

static void *check(struct map_reader *reader, void *memory)
{
	if (memory == NULL && reader->err == OK)
		reader->err = ERR_MEMORY;
	return memory;
}

const char *map_read_attribute(struct map_reader *reader, const xmlNode *node, const char *name)
{
	xmlChar *content = xmlGetNoNsProp(node, (const xmlChar *)name);
	const char *copy;

	if (content == NULL)
		return NULL;
	copy = check(reader, arena_text(reader->arena, bytes_of_text((const char *)content)));
	xmlFree(content);
	return copy;
}

bool map_read_flag(struct map_reader *reader, const xmlNode *node, const char *name)
{
	const char *text = map_read_attribute(reader, node, name);

	return text != NULL && strcmp(text, "yes") == 0;
}

const char *const *map_read_words(struct map_reader *reader, const char *text, size_t *ret_count)
{
	const char *const *words;

	*ret_count = 0;
	if (text == NULL)
		return NULL;
	words = word_split(text, reader->arena, ret_count);
	if (words == NULL)
		(void)check(reader, NULL);
	return words;
}

const char *map_read_ref(struct map_reader *reader, const xmlNode *node)
{
	return check(reader,
		     arena_format(reader->arena, "%s:%u", reader->file, document_line(node)));
}

static struct bytes next_step(const char **at)
{
	struct bytes step = bytes_of(*at, strcspn(*at, "/"));

	*at += step.len;
	if (**at == '/')
		(*at)++;
	return step;
}

static size_t count_steps(const char *text)
{
	size_t count = 1;

	for (; *text != '\0'; text++)
		count += *text == '/';
	return count;
}

/* An absolute path names the root first: skip it when it is the root's name. */
static const char *skip_root(const char *text, const struct shape *root)
{
	struct bytes name;

	text++;
	name = next_step(&text);
	return bytes_equal(name, bytes_of_text(root->name)) ? text : NULL;
}

/* A step with a prefix that the map declares names the element of that namespace. */
static const struct shape *resolve_step(const xmlNode *node, const struct shape *shape,
					struct bytes step)
{
	const uint8_t *colon = step.len == 0 ? NULL : memchr(step.at, ':', step.len);

	if (colon == NULL)
		return step.len == 0 ? NULL : shape_child(shape, step);
	for (size_t len = (size_t)(colon - step.at); node != NULL; node = node->parent) {
		const xmlNs *ns = node->type == XML_ELEMENT_NODE ? node->nsDef : NULL;

		while (ns != NULL && !bytes_equal(bytes_of_text((const char *)ns->prefix),
						  bytes_of(step.at, len)))
			ns = ns->next;
		if (ns == NULL)
			continue;
		shape = shape_element(shape, bytes_of(colon + 1, step.len - len - 1),
				      (const char *)ns->href);
		return shape != NULL && strcmp(shape->namespace, (const char *)ns->href) == 0
			       ? shape
			       : NULL;
	}
	return NULL;
}

static bool resolve_steps(const xmlNode *node, const char *text, const struct shape *shape,
			  const struct shape **steps, size_t *ret_count)
{
	size_t count = 0;

	while (*text != '\0') {
		struct bytes step = next_step(&text);

		shape = resolve_step(node, shape, step);
		if (shape == NULL)
			return false;
		steps[count++] = shape;
	}
	*ret_count = count;
	return true;
}

struct map_path map_read_path(struct map_reader *reader, const xmlNode *node, const char *text,
			      const struct map_side *side)
{
	struct map_path path = {.text = text == NULL ? "." : text};
	const struct shape **steps;
	const char *rest = path.text;

	if (reader->err != OK || strcmp(path.text, ".") == 0)
		return path;
	steps = check(reader, arena_alloc_array(reader->arena, count_steps(rest), sizeof(*steps)));
	if (steps == NULL)
		return path;
	path.is_absolute = rest[0] == '/';
	if (path.is_absolute)
		rest = skip_root(rest, side->root);
	if (rest == NULL || path.text[0] == '\0' ||
	    !resolve_steps(node, rest, path.is_absolute ? side->root : side->base, steps,
			   &path.count)) {
		map_read_fault(reader, node, "map-path-unknown", path.text, side->kind);
		return (struct map_path){.text = path.text};
	}
	path.steps = steps;
	return path;
}

const struct shape *map_read_end(const struct map_path *path, const struct map_side *side)
{
	if (path->count > 0)
		return path->steps[path->count - 1];
	return path->is_absolute ? side->root : side->base;
}

struct map_path map_read_value_path(struct map_reader *reader, const xmlNode *node,
				    const char *text, const struct map_side *side)
{
	bool had_faults = reader->has_faults;
	struct map_path path;
	const struct shape *end;

	reader->has_faults = false;
	path = map_read_path(reader, node, text, side);
	end = map_read_end(&path, side);
	if (!reader->has_faults && !end->is_attribute && !end->is_leaf)
		map_read_fault(reader, node, "map-path-holds-no-text", path.text, side->kind);
	reader->has_faults |= had_faults;
	return path;
}

struct map_path map_read_element_path(struct map_reader *reader, const xmlNode *node,
				      const char *text, const struct map_side *side)
{
	struct map_path path = map_read_path(reader, node, text, side);

	if (map_read_end(&path, side)->is_attribute)
		map_read_fault(reader, node, "map-path-no-element", path.text, side->kind);
	return path;
}
