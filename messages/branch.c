#include "messages/branch.h"

#include <assert.h>
#include <string.h>

#include "messages/shape_text.h"

#define STRAY UINT32_MAX

static struct branch *take(struct branch_pool *pool)
{
	struct branch_chunk *chunk = pool->last;

	if (chunk == NULL || chunk->count == BRANCH_CHUNK) {
		chunk = arena_alloc(pool->arena, sizeof(*chunk));
		if (chunk == NULL)
			return NULL;
		if (pool->last == NULL)
			pool->first = chunk;
		else
			pool->last->next = chunk;
		pool->last = chunk;
	}
	return &chunk->items[chunk->count++];
}

static bool has_children(struct branch_pool *pool, struct branch *parent)
{
	if (parent->children == NULL)
		parent->children =
			arena_alloc(pool->arena, sizeof(*parent->children) +
							 parent->shape->child_count *
								 sizeof(parent->children->last[0]));
	return parent->children != NULL;
}

static void link_child(struct branch *branch, struct branch *before)
{
	struct branch_children *siblings = branch->parent->children;

	if (before == NULL) {
		branch->next = siblings->first;
		siblings->first = branch;
	} else {
		branch->next = before->next;
		before->next = branch;
	}
	if (branch->next == NULL)
		siblings->tail = branch;
}

struct branch *branch_new(struct branch_pool *pool, struct branch *parent,
			  const struct shape *shape, struct branch *before)
{
	struct branch *branch = take(pool);

	if (branch == NULL || (parent != NULL && !has_children(pool, parent)))
		return NULL;
	branch->shape = shape;
	branch->index = 1;
	branch->parent = parent;
	if (parent == NULL)
		return branch;
	assert(shape->order < parent->shape->child_count);
	if (before != NULL && before->shape == shape)
		branch->index = before->index + 1;
	link_child(branch, before);
	parent->children->last[shape->order] = branch;
	return branch;
}

static const struct shape *stray_shape(struct arena *arena, const char *name, bool is_attribute)
{
	struct shape *shape = arena_alloc(arena, sizeof(*shape));

	if (shape == NULL)
		return NULL;
	shape->name = name;
	shape->namespace = "";
	shape->base = shape->item = shape->item_of = "";
	shape->is_attribute = is_attribute;
	shape->is_leaf = true;
	shape->order = STRAY;
	return shape_text_set(shape, arena) == OK ? shape : NULL;
}

static uint32_t stray_index(const struct branch *first, const struct shape *shape)
{
	uint32_t index = 1;

	for (; first != NULL; first = first->next)
		index += first->shape->is_attribute == shape->is_attribute &&
			 strcmp(first->shape->name, shape->name) == 0;
	return index;
}

struct branch *branch_new_stray(struct branch_pool *pool, struct branch *parent, const char *name,
				bool is_attribute)
{
	struct branch *branch = take(pool);

	if (branch == NULL || (parent != NULL && !has_children(pool, parent)) ||
	    (branch->shape = stray_shape(pool->arena, name, is_attribute)) == NULL)
		return NULL;
	branch->index = 1;
	branch->parent = parent;
	if (parent == NULL)
		return branch;
	branch->index = stray_index(parent->children->stray, branch->shape);
	link_child(branch, parent->children->tail);
	if (parent->children->stray == NULL)
		parent->children->stray = branch;
	return branch;
}

bool branch_is_stray(const struct branch *branch)
{
	return branch->shape->order == STRAY;
}

void branch_remove_last(struct branch *branch, struct branch *before)
{
	struct branch_children *siblings = branch->parent->children;
	bool has_twin = before != NULL && before->shape == branch->shape;

	assert(siblings->last[branch->shape->order] == branch);
	siblings->last[branch->shape->order] = has_twin ? before : NULL;
	if (before == NULL)
		siblings->first = branch->next;
	else
		before->next = branch->next;
	if (siblings->tail == branch)
		siblings->tail = before;
	branch->is_removed = true;
}

/* The last of the nearest shape up to (and with) that order. */
static struct branch *nearest(const struct branch_children *children, size_t order)
{
	for (size_t i = order; i < SIZE_MAX; i--) {
		if (children->last[i] != NULL)
			return children->last[i];
	}
	return NULL;
}

struct branch *branch_place(const struct branch *parent, const struct shape *shape)
{
	const struct branch_children *children = parent->children;

	if (children == NULL || children->tail == NULL)
		return NULL;
	if (children->tail->shape->order <= shape->order)
		return children->tail;
	return nearest(children, shape->order);
}

void branch_set_text(struct branch *branch, const char *text)
{
	branch->text = text;
	branch->text_len = text == NULL ? 0 : (uint32_t)strlen(text);
}

/* ---- Paths ---- */

static size_t count_digits(uint32_t number)
{
	size_t count = 1;

	while ((number /= 10) > 0)
		count++;
	return count;
}

static void put_digits(char *end, uint32_t number)
{
	do
		*--end = (char)('0' + number % 10);
	while ((number /= 10) > 0);
}

/* How many namesakes of other namespaces there are whose shapes stand before `end`. */
static uint32_t count_namesakes(const struct branch *branch, uint32_t end)
{
	const struct shape *parent = branch->parent->shape;
	uint32_t count = 0;

	for (size_t i = 0; i < parent->child_count; i++) {
		const struct shape *sibling = parent->children[i];

		if (!sibling->is_attribute && sibling->order < end && sibling != branch->shape &&
		    strcmp(sibling->name, branch->shape->name) == 0)
			count += branch_count(branch->parent, sibling);
	}
	return count;
}

void branch_keep_place(struct branch *branch)
{
	branch->place = (branch->index + count_namesakes(branch, UINT32_MAX)) & 0xFFFFFF;
}

/* Its place among the siblings of its name, whatever their namespace; a target's are in order. */
static uint32_t place_of(const struct branch *branch)
{
	if (!branch->shape->has_namesake)
		return branch->index;
	return branch->place != 0 ? branch->place
				  : branch->index + count_namesakes(branch, branch->shape->order);
}

/*
 * Written by hand: a report has two paths for every value, and printf would take most of a
 * translation's time.
 */
static char *path_new(const struct branch *branch, struct bytes above, struct arena *arena,
		      size_t *ret_len)
{
	struct bytes step = branch->shape->step;
	uint32_t place = place_of(branch);
	size_t digits = branch->shape->is_attribute ? 0 : count_digits(place);
	size_t len = above.len + step.len + digits + (digits > 0);
	char *path = arena_text_room(arena, len + 1);

	if (path == NULL)
		return NULL;
	memcpy(path, above.at, above.len);
	memcpy(path + above.len, step.at, step.len);
	if (digits > 0) {
		put_digits(path + len - 1, place);
		path[len - 1] = ']';
	}
	path[len] = '\0';
	*ret_len = len;
	return path;
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. An element with children keeps its path for them. */
static struct bytes path_of(struct branch *branch, struct arena *arena)
{
	struct branch_children *children = branch->children;
	struct bytes above = bytes_of("", 0);
	char *path;
	size_t len;

	if (children != NULL && children->path != NULL)
		return bytes_of(children->path, children->path_len);
	if (branch->parent != NULL && (above = path_of(branch->parent, arena)).at == NULL)
		return above;
	path = path_new(branch, above, arena, &len);
	if (path == NULL)
		return (struct bytes){0};
	if (children != NULL && !branch->is_moving) {
		children->path = path;
		children->path_len = len;
	}
	return bytes_of(path, len);
}

const char *branch_path(struct branch *branch, struct arena *arena)
{
	return (const char *)path_of(branch, arena).at;
}

/* ---- What a path leads to ---- */

static struct branch *first_of(const struct branch *parent, const struct shape *shape)
{
	struct branch *last = branch_last(parent, shape), *before = NULL;

	if (last == NULL || last->index == 1)
		return last;
	if (shape->order > 0)
		before = nearest(parent->children, shape->order - 1);
	return before == NULL ? parent->children->first : before->next;
}

struct branch *branch_find(struct branch *base, const struct shape *const *steps, size_t count)
{
	struct branch *found;

	if (count == 0)
		return base;
	for (struct branch *child = first_of(base, steps[0]); child != NULL;
	     child = branch_twin(child)) {
		found = branch_find(child, steps + 1, count - 1);
		if (found != NULL)
			return found;
	}
	return NULL;
}

struct branch *branch_find_next(struct branch *found, const struct shape *const *steps,
				size_t count)
{
	struct branch *next;

	for (size_t depth = count; depth > 0; depth--, found = found->parent) {
		for (struct branch *other = branch_twin(found); other != NULL;
		     other = branch_twin(other)) {
			next = branch_find(other, steps + depth, count - depth);
			if (next != NULL)
				return next;
		}
	}
	return NULL;
}
