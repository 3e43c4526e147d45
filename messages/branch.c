#include "messages/branch.h"

#include <assert.h>
#include <string.h>

#include "messages/shape_text.h"

#define ZEROS_BYTES 1536u

struct branch *branch_take_more(struct branch_pool *pool)
{
	struct branch_chunk *chunk = arena_room(pool->arena, sizeof(*chunk));

	if (chunk == NULL)
		return NULL;
	chunk->next = NULL;
	chunk->count = 1;
	if (pool->last == NULL)
		pool->first = chunk;
	else
		pool->last->next = chunk;
	pool->last = chunk;
	return &chunk->items[0];
}

void *branch_zeros_more(struct branch_pool *pool, size_t size)
{
	size_t piece = size < ZEROS_BYTES / 4 ? ZEROS_BYTES : size;
	uint8_t *at = arena_alloc(pool->arena, piece);

	if (at != NULL && piece > size) {
		pool->zeros = at + size;
		pool->zeros_end = at + piece;
	}
	return at;
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
	shape->order = BRANCH_STRAY;
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
	const struct shape *shape = stray_shape(pool->arena, name, is_attribute);
	struct branch *branch = branch_take(pool);

	if (branch == NULL || shape == NULL ||
	    (parent != NULL && !branch_allow_children(pool, parent)))
		return NULL;
	*branch = (struct branch){
		.shape = shape, .parent = parent, .index = 1, .number = pool->count++};
	if (parent == NULL)
		return branch;
	branch->index = stray_index(parent->children->stray, branch->shape);
	branch_link(branch, parent->children->tail);
	if (parent->children->stray == NULL)
		parent->children->stray = branch;
	return branch;
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
struct branch *branch_nearest(const struct branch_children *children, size_t order)
{
	for (size_t i = order; i < SIZE_MAX; i--) {
		if (children->last[i] != NULL)
			return children->last[i];
	}
	return NULL;
}

void branch_set_text(struct branch *branch, const char *text)
{
	branch->text = text;
	branch->text_len = text == NULL ? 0 : (uint32_t)strlen(text);
}

/* ---- Paths ---- */

/* How many namesakes of other namespaces there are whose shapes stand before `end`. */
static uint32_t count_namesakes(const struct branch *branch, uint32_t end)
{
	const struct shape *parent;
	uint32_t count = 0;

	assert(branch->parent != NULL);
	parent = branch->parent->shape;
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

uint32_t branch_place_among(const struct branch *branch)
{
	return branch->place != 0 ? branch->place
				  : branch->index + count_namesakes(branch, branch->shape->order);
}

static size_t count_digits(uint32_t number)
{
	size_t count = 1;

	while ((number /= 10) > 0)
		count++;
	return count;
}

static char *put_number(char *to, uint32_t number)
{
	char *end = to + count_digits(number);

	for (char *at = end; at > to; number /= 10)
		*--at = (char)('0' + number % 10);
	return end;
}

struct bytes branch_number(uint32_t number, struct arena *arena)
{
	size_t len = count_digits(number);
	char *text = arena_text_room(arena, len + 1);

	if (text == NULL)
		return (struct bytes){0};
	*put_number(text, number) = '\0';
	return bytes_of(text, len);
}

/* Attributes have no place; that of an element is written over the "1]" of its shape's step. */
size_t branch_step_len(const struct shape *shape, uint32_t place)
{
	return shape->step.len + (shape->is_attribute ? 0 : count_digits(place) - 1);
}

size_t branch_path_len(const struct branch *branch)
{
	size_t len = 0;

	for (; branch != NULL; branch = branch->parent)
		len += branch_step_len(branch->shape, branch_step_place(branch));
	return len;
}

char *branch_put_step(const struct branch *branch, char *to)
{
	const struct bytes *step = &branch->shape->step;
	uint32_t place = branch_step_place(branch);

	if (place == 1)
		return mempcpy(to, step->at, step->len);
	to = put_number(mempcpy(to, step->at, step->len - strlen("1]")), place);
	*to = ']';
	return to + 1;
}

/* Depth is bounded by LIMIT_DOCUMENT_DEPTH. */
char *branch_put_path(const struct branch *branch, char *to)
{
	if (branch->parent != NULL)
		to = branch_put_path(branch->parent, to);
	return branch_put_step(branch, to);
}

const char *branch_path(const struct branch *branch, struct arena *arena)
{
	char *path = arena_text_room(arena, branch_path_len(branch) + 1);

	if (path != NULL)
		*branch_put_path(branch, path) = '\0';
	return path;
}

/* ---- What a path leads to ---- */

static struct branch *first_of(const struct branch *parent, const struct shape *shape)
{
	struct branch *last = branch_last(parent, shape), *before = NULL;

	if (last == NULL || last->index == 1)
		return last;
	if (shape->order > 0)
		before = branch_nearest(parent->children, shape->order - 1);
	return before == NULL ? parent->children->first : before->next;
}

struct branch *branch_search(struct branch *base, const struct shape *const *steps, size_t count)
{
	struct branch *child = first_of(base, steps[0]), *found = child;

	for (; count > 1 && child != NULL; child = branch_twin(child)) {
		found = branch_find(child, steps + 1, count - 1);
		if (found != NULL)
			return found;
	}
	return count > 1 ? NULL : found;
}

struct branch *branch_search_next(struct branch *found, const struct shape *const *steps,
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
