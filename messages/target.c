#include "messages/target.h"

#include <string.h>

/* What is to be placed: a text or an element, and for which source branch. */
struct placing {
	struct target *target;
	struct branch *from;   /* may be NULL */
	struct branch *parent; /* of from */
	bool is_element;
};

enum err target_init(struct target *target, const struct shape *root, struct arena *arena)
{
	*target = (struct target){.arena = arena, .err = OK};
	target->root = branch_new(arena, NULL, root);
	return target->root == NULL ? ERR_MEMORY : OK;
}

static void log_write(struct target *target, struct branch *branch, bool is_new)
{
	if (target->write_count == target->room) {
		size_t room = target->room == 0 ? 64 : target->room * 2;
		struct target_write *writes =
			arena_alloc_array(target->arena, room, sizeof(*writes));

		if (writes == NULL) {
			target->err = ERR_MEMORY;
			return;
		}
		if (target->write_count > 0)
			memcpy(writes, target->writes, target->write_count * sizeof(*writes));
		target->writes = writes;
		target->room = room;
	}
	target->writes[target->write_count++] =
		(struct target_write){.branch = branch, .is_new = is_new};
}

static struct branch *make(struct target *target, struct branch *parent, const struct shape *shape)
{
	struct branch *branch = branch_new(target->arena, parent, shape);

	if (branch == NULL)
		target->err = ERR_MEMORY;
	else
		log_write(target, branch, true);
	return branch;
}

/* May this element take values of that source element? Not when it was made for another one of the
 * same shape. */
static bool is_open(const struct branch *branch, const struct branch *source)
{
	return branch->maker == NULL || source == NULL || branch->maker == source ||
	       branch->maker->shape != source->shape;
}

static bool has_room(const struct branch *parent, const struct shape *shape)
{
	return branch_children(parent, shape)->count < shape->max;
}

/* The end of the path directly below its holder. */
static struct branch *place_end(const struct placing *placing, struct branch *holder,
				const struct shape *shape)
{
	struct branch *last = branch_children(holder, shape)->last;

	if (!placing->is_element && last != NULL && last->text == NULL &&
	    is_open(last, placing->from))
		return last;
	if (has_room(holder, shape))
		return make(placing->target, holder, shape);
	if (placing->is_element && shape->max == 1 && last != NULL && is_open(last, placing->from))
		return last;
	return NULL;
}

/* Depth first, so that the deepest step with room is the one that is made anew. */
static struct branch *place(const struct placing *placing, struct branch *branch,
			    const struct shape *const *steps, size_t count)
{
	struct branch *child, *placed;
	bool is_shared;

	if (count == 1)
		return place_end(placing, branch, steps[0]);
	child = branch_children(branch, steps[0])->last;
	is_shared = child != NULL && (count > 2 || is_open(child, placing->parent));
	if (is_shared && (placed = place(placing, child, steps + 1, count - 1)) != NULL)
		return placed;
	if (has_room(branch, steps[0])) {
		child = make(placing->target, branch, steps[0]);
		return child == NULL ? NULL : place(placing, child, steps + 1, count - 1);
	}
	/* a list that several source elements fill together */
	if (child != NULL && !is_shared && steps[1]->max > 1)
		return place(placing, child, steps + 1, count - 1);
	return NULL;
}

static bool is_below(const struct branch *branch, size_t steps, const struct branch *base)
{
	while (steps-- > 0 && branch != NULL)
		branch = branch->parent;
	return branch == base;
}

/* What was taken back last stands first; forgotten, or a hostile document would make the list long
 * for nothing. */
static void forget_removed(struct branch *source)
{
	while (source->pairings != NULL && source->pairings->target->is_removed)
		source->pairings = source->pairings->older;
}

/* The target element of that shape which was made for the source element, `steps` below base. */
static struct branch *paired(struct branch *source, const struct shape *shape, size_t steps,
			     const struct branch *base)
{
	const struct branch_pairing *pairing;

	if (source == NULL)
		return NULL;
	forget_removed(source);
	for (pairing = source->pairings; pairing != NULL; pairing = pairing->older) {
		if (pairing->target->shape == shape && !pairing->target->is_removed &&
		    is_below(pairing->target, steps, base))
			return pairing->target;
	}
	return NULL;
}

static void pair(struct target *target, struct branch *source, struct branch *made)
{
	struct branch_pairing *pairing;

	if (source == NULL || source->is_attribute || made->is_attribute)
		return;
	forget_removed(source);
	if (made->maker == NULL)
		made->maker = source;
	if (source->pairings != NULL && source->pairings->target == made)
		return;
	pairing = arena_alloc(target->arena, sizeof(*pairing));
	if (pairing == NULL) {
		target->err = ERR_MEMORY;
		return;
	}
	pairing->target = made;
	pairing->older = source->pairings;
	source->pairings = pairing;
}

static struct branch *place_paired(const struct placing *placing, struct branch *base,
				   const struct map_path *path)
{
	const struct shape *end = path->steps[path->count - 1];
	struct branch *made = paired(placing->from, end, path->count, base);
	struct branch *holder;

	if (made != NULL && !placing->is_element && made->text == NULL)
		return made;
	if (path->count < 2)
		return NULL;
	holder = paired(placing->parent, path->steps[path->count - 2], path->count - 1, base);
	return holder == NULL ? NULL : place_end(placing, holder, end);
}

static struct branch *find_place(const struct placing *placing, struct branch *base,
				 const struct map_path *path)
{
	struct branch *made;

	if (path->count == 0)
		return base;
	if (placing->from != NULL && (made = place_paired(placing, base, path)) != NULL)
		return made;
	made = place(placing, base, path->steps, path->count);
	if (made == NULL || placing->from == NULL || placing->target->err != OK)
		return made;
	pair(placing->target, placing->from, made);
	if (path->count > 1)
		pair(placing->target, placing->parent, made->parent);
	return made;
}

struct branch *target_put(struct target *target, struct branch *base, const struct map_path *path,
			  struct branch *from, const char *text)
{
	struct placing placing = {.target = target,
				  .from = from,
				  .parent = from == NULL ? NULL : from->parent,
				  .is_element = false};
	struct branch *made = find_place(&placing, base, path);

	if (made == NULL || made->text != NULL || target->err != OK)
		return NULL;
	made->text = text;
	log_write(target, made, false);
	return made;
}

struct branch *target_put_element(struct target *target, struct branch *base,
				  const struct map_path *path, struct branch *from)
{
	struct placing placing = {
		.target = target, .from = from, .parent = from->parent, .is_element = true};
	struct branch *made = find_place(&placing, base, path);

	return target->err == OK ? made : NULL;
}

struct branch *target_paired(struct branch *from, const struct branch *base,
			     const struct map_path *path)
{
	return paired(from, path->steps[path->count - 1], path->count, base);
}

struct branch *target_last(struct branch *base, const struct map_path *path)
{
	for (size_t i = 0; base != NULL && i < path->count; i++)
		base = branch_children(base, path->steps[i])->last;
	return base;
}

const char *target_text(struct branch *base, const struct map_path *path)
{
	const struct branch *last = target_last(base, path);

	return last == NULL ? NULL : last->text;
}

size_t target_mark(const struct target *target)
{
	return target->write_count;
}

void target_take_back(struct target *target, size_t mark)
{
	while (target->write_count > mark) {
		const struct target_write *write = &target->writes[--target->write_count];

		if (write->is_new)
			branch_remove_last(write->branch);
		else
			write->branch->text = NULL;
	}
}

void target_each_missing(struct branch *branch, target_visit_missing *visit, void *context)
{
	for (size_t i = 0; i < branch->shape->child_count; i++) {
		const struct shape *shape = branch->shape->children[i];
		const struct branch_slot *slot = branch_children(branch, shape);

		if (slot->count < shape->min)
			visit(context, branch, shape);
		for (struct branch *child = slot->first; child != NULL; child = child->next)
			target_each_missing(child, visit, context);
	}
}
