#include "messages/branch.h"

#include <assert.h>
#include <string.h>

static void append(struct branch_slot *slot, struct branch *branch)
{
	branch->before = slot->last;
	if (slot->last == NULL)
		slot->first = branch;
	else
		slot->last->next = branch;
	slot->last = branch;
	slot->count++;
}

static struct branch_slot *slot_of(struct arena *arena, struct branch *parent,
				   const struct shape *shape)
{
	assert(shape->order < parent->shape->child_count);
	if (parent->slots == NULL)
		parent->slots = arena_alloc_array(arena, parent->shape->child_count,
						  sizeof(*parent->slots));
	return parent->slots == NULL ? NULL : &parent->slots[shape->order];
}

struct branch *branch_new(struct arena *arena, struct branch *parent, const struct shape *shape)
{
	struct branch *branch = arena_alloc(arena, sizeof(*branch));
	struct branch_slot *slot = NULL;

	if (branch == NULL || (parent != NULL && (slot = slot_of(arena, parent, shape)) == NULL))
		return NULL;
	branch->shape = shape;
	branch->name = shape->name;
	branch->is_attribute = shape->is_attribute;
	branch->index = 1;
	branch->parent = parent;
	if (slot != NULL) {
		append(slot, branch);
		branch->index = slot->count;
	}
	return branch;
}

struct branch *branch_new_stray(struct arena *arena, struct branch *parent, const char *name,
				bool is_attribute)
{
	struct branch *branch = arena_alloc(arena, sizeof(*branch));
	const struct branch *twin = parent->strays.last;

	if (branch == NULL)
		return NULL;
	branch->name = name;
	branch->is_attribute = is_attribute;
	branch->parent = parent;
	while (twin != NULL && (twin->is_attribute || strcmp(twin->name, name) != 0))
		twin = twin->before;
	branch->index = twin == NULL ? 1 : twin->index + 1;
	append(&parent->strays, branch);
	return branch;
}

void branch_remove_last(struct branch *branch)
{
	struct branch_slot *slot = &branch->parent->slots[branch->shape->order];

	assert(slot->last == branch);
	slot->last = branch->before;
	if (slot->last == NULL)
		slot->first = NULL;
	else
		slot->last->next = NULL;
	slot->count--;
	branch->is_removed = true;
}

const struct branch_slot *branch_children(const struct branch *branch, const struct shape *shape)
{
	static const struct branch_slot none;

	return branch->slots == NULL ? &none : &branch->slots[shape->order];
}

size_t branch_slot_count(const struct branch *branch)
{
	return branch->slots == NULL ? 0 : branch->shape->child_count;
}

static char *put_number(char *to, uint32_t number)
{
	char digits[10];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

/* Its place among the siblings of its name: namesakes of another namespace count too. */
static uint32_t place_of(const struct branch *branch)
{
	uint32_t place = branch->index;

	for (size_t i = 0; i < branch->parent->shape->child_count; i++) {
		const struct shape *sibling = branch->parent->shape->children[i];

		if (!sibling->is_attribute && sibling->order < branch->shape->order &&
		    strcmp(sibling->name, branch->name) == 0)
			place += branch_children(branch->parent, sibling)->count;
	}
	return place;
}

/* Written by hand: a report has a path for every value, and printf would take most of a
 * translation's time. */
static const char *path_new(const struct branch *branch, const char *above, struct arena *arena)
{
	size_t above_len = strlen(above), name_len = strlen(branch->name);
	char *path = arena_alloc(arena, above_len + name_len + sizeof("/[4294967295]")), *to = path;

	if (path == NULL)
		return NULL;
	to = mempcpy(to, above, above_len);
	*to++ = '/';
	if (branch->is_attribute)
		*to++ = '@';
	to = mempcpy(to, branch->name, name_len);
	if (!branch->is_attribute) {
		*to++ = '[';
		to = put_number(to, branch->shape != NULL && branch->shape->has_namesake
					    ? place_of(branch)
					    : branch->index);
		*to++ = ']';
	}
	*to = '\0';
	return path;
}

const char *branch_path(struct branch *branch, struct arena *arena)
{
	const char *above = "";

	if (branch->path != NULL)
		return branch->path;
	if (branch->parent != NULL && (above = branch_path(branch->parent, arena)) == NULL)
		return NULL;
	branch->path = path_new(branch, above, arena);
	return branch->path;
}

bool branch_each(struct branch *base, const struct shape *const *steps, size_t count,
		 branch_visit *visit, void *context)
{
	if (count == 0)
		return visit(context, base);
	for (struct branch *child = branch_children(base, steps[0])->first; child != NULL;
	     child = child->next) {
		if (!branch_each(child, steps + 1, count - 1, visit, context))
			return false;
	}
	return true;
}
