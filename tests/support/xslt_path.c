#include "tests/support/xslt_path.h"

#include <assert.h>
#include <string.h>

int xslt_path_prefix(struct xslt_namespaces *namespaces, const char *uri)
{
	if (uri[0] == '\0')
		return -1;
	for (size_t i = 0; i < namespaces->count; i++)
		if (strcmp(namespaces->uris[i], uri) == 0)
			return (int)i;
	assert(namespaces->count < XSLT_NAMESPACES);
	namespaces->uris[namespaces->count] = uri;
	return (int)namespaces->count++;
}

static struct xslt_step *more_steps(struct arena *arena, const struct xslt_path *base, size_t more)
{
	struct xslt_step *steps = arena_alloc_array(arena, base->count + more + 1, sizeof(*steps));

	assert(steps != NULL);
	if (base->count > 0)
		memcpy(steps, base->steps, base->count * sizeof(*steps));
	return steps;
}

struct xslt_path xslt_path_join(struct arena *arena, const struct xslt_path *base,
				const struct map_path *path, const struct shape *root)
{
	const struct xslt_path none = {.is_absolute = true, .root = root};
	struct xslt_path joined = path->is_absolute ? none : *base;
	struct xslt_step *steps = more_steps(arena, &joined, path->count);

	for (size_t i = 0; i < path->count; i++)
		steps[joined.count++] = (struct xslt_step){path->steps[i], "", NULL};
	joined.steps = steps;
	return joined;
}

struct xslt_path xslt_path_where(struct arena *arena, const struct xslt_path *path,
				 const char *predicate)
{
	struct xslt_path where = *path;
	struct xslt_step *steps = more_steps(arena, path, 1);
	struct xslt_step *last;

	if (where.count == 0)
		steps[where.count++] = (struct xslt_step){NULL, "", NULL};
	last = &steps[where.count - 1];
	last->predicate = arena_format(arena, "%s%s", last->predicate, predicate);
	where.steps = steps;
	return where;
}

struct xslt_path xslt_path_append(struct arena *arena, const struct xslt_path *base,
				  const struct xslt_path *path)
{
	struct xslt_path joined = *base;
	struct xslt_step *steps;

	if (path->is_absolute)
		return *path;
	steps = more_steps(arena, base, path->count);
	for (size_t i = 0; i < path->count; i++)
		steps[joined.count++] = path->steps[i];
	joined.steps = steps;
	return joined;
}

struct xslt_path xslt_path_child(struct arena *arena, const struct xslt_path *base,
				 const struct shape *shape)
{
	struct xslt_path child = *base;
	struct xslt_step *steps = more_steps(arena, base, 1);

	steps[child.count++] = (struct xslt_step){shape, "", NULL};
	child.steps = steps;
	return child;
}

struct xslt_path xslt_path_jump(struct arena *arena, const struct xslt_path *base,
				const struct shape *shape, const char *key)
{
	struct xslt_path jump = *base;
	struct xslt_step *steps = more_steps(arena, base, 1);

	steps[jump.count++] = (struct xslt_step){shape, "", key};
	jump.steps = steps;
	return jump;
}

static bool is_same_step(const struct xslt_step *a, const struct xslt_step *b)
{
	return a->shape == b->shape && a->key == b->key && strcmp(a->predicate, b->predicate) == 0;
}

size_t xslt_path_shared(const struct xslt_path *a, const struct xslt_path *b)
{
	size_t count = 0;

	if (a->is_absolute != b->is_absolute)
		return 0;
	while (count < a->count && count < b->count &&
	       is_same_step(&a->steps[count], &b->steps[count]))
		count++;
	return count;
}

bool xslt_path_is_certain(const struct xslt_path *path, size_t from)
{
	for (size_t i = from; i < path->count; i++) {
		const struct xslt_step *step = &path->steps[i];

		if (step->key != NULL) /* a broken link is a finding */
			continue;
		if (step->shape == NULL || step->shape->min == 0 || step->predicate[0] != '\0')
			return false;
	}
	return true;
}

bool xslt_path_is_single(const struct xslt_path *path, size_t from)
{
	for (size_t i = from; i < path->count; i++)
		if (path->steps[i].shape != NULL && path->steps[i].key == NULL &&
		    path->steps[i].shape->max > 1)
			return false;
	return true;
}

static const char *name_of(struct arena *arena, struct xslt_namespaces *namespaces,
			   const struct shape *shape)
{
	int prefix = shape->is_attribute ? -1 : xslt_path_prefix(namespaces, shape->namespace);

	if (shape->is_attribute)
		return arena_format(arena, "@%s", shape->name);
	return prefix < 0 ? shape->name : arena_format(arena, "n%d:%s", prefix, shape->name);
}

static const char *step_text(struct arena *arena, struct xslt_namespaces *namespaces,
			     const struct xslt_step *step)
{
	const char *name =
		step->shape == NULL ? "self::node()" : name_of(arena, namespaces, step->shape);

	return arena_format(arena, "%s%s", name, step->predicate);
}

const char *xslt_path_text(struct arena *arena, struct xslt_namespaces *namespaces,
			   const struct xslt_path *path, const struct xslt_path *context)
{
	bool is_from_root = path->is_absolute && !context->is_absolute;
	size_t shared = is_from_root ? 0 : xslt_path_shared(path, context);
	const char *text = "";
	size_t up = 0;

	assert(is_from_root || path->is_absolute == context->is_absolute);
	if (is_from_root)
		text = arena_format(arena, "/%s", name_of(arena, namespaces, path->root));
	for (size_t i = shared; i < context->count && !is_from_root; i++)
		if (context->steps[i].shape != NULL)
			text = arena_format(arena, "%s%s", text, up++ == 0 ? ".." : "/..");
	for (size_t i = shared; i < path->count; i++)
		if (path->steps[i].key != NULL)
			text = arena_format(arena, "key('%s',%s)", path->steps[i].key,
					    text[0] == '\0' ? "." : text);
		else
			text = arena_format(arena, "%s%s%s", text, text[0] == '\0' ? "" : "/",
					    step_text(arena, namespaces, &path->steps[i]));
	return text[0] == '\0' ? "." : text;
}
