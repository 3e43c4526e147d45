#include "messages/target.h"

#include <string.h>

#define BRANCHES 64u /* made room for at once */

enum err target_init(struct target *target, const struct shape *root, struct branch_state *states,
		     struct arena *arena)
{
	*target = (struct target){.pool = {.arena = arena}, .states = states, .err = OK};
	target->root = branch_new(&target->pool, NULL, root, NULL);
	if (target->root == NULL)
		return ERR_MEMORY;
	target->root->maker = NULL; /* the pool numbers what it makes */
	target->missing = root->child_min;
	return OK;
}

static bool make_log_room(struct target *target)
{
	size_t room = target->room == 0 ? 64 : target->room * 2;
	struct target_write *writes = arena_room(target->pool.arena, room * sizeof(*writes));

	if (writes == NULL) {
		target->err = ERR_MEMORY;
		return false;
	}
	if (target->write_count > 0)
		memcpy(writes, target->writes, target->write_count * sizeof(*writes));
	target->writes = writes;
	target->room = room;
	return true;
}

static inline void log_write(struct target *target, struct target_write write)
{
	if (target->write_count < target->room || make_log_room(target))
		target->writes[target->write_count++] = write;
}

/* Room for more branches. false: no memory. */
static bool make_room(struct target *target)
{
	target->free = arena_room(target->pool.arena, BRANCHES * sizeof(struct branch));
	target->free_end = target->free == NULL ? NULL : target->free + BRANCHES;
	return target->free != NULL;
}

/* What is made for the text of a source value stays: it is not logged. */
static inline __attribute__((always_inline)) struct branch *
make_here(struct target *target, struct branch *parent, const struct shape *shape)
{
	struct branch *branch, *before;
	bool is_twin;

	if ((target->free == target->free_end && !make_room(target)) ||
	    !branch_allow_children(&target->pool, parent)) {
		target->err = ERR_MEMORY;
		return NULL;
	}
	branch = target->free++;
	before = branch_place(parent, shape);
	is_twin = before != NULL && before->shape == shape;
	*branch = (struct branch){.shape = shape,
				  .parent = parent,
				  .index = is_twin ? before->index + 1 : 1,
				  .made = ++target->count};
	branch_link(branch, before);
	parent->children->last[shape->order] = branch;
	target->missing += shape->child_min;
	target->missing -= branch->index <= shape->min;
	if (target->placing.is_logged)
		log_write(target, (struct target_write){branch, before, true});
	return branch;
}

static struct branch *make(struct target *target, struct branch *parent, const struct shape *shape)
{
	return make_here(target, parent, shape);
}

/* Are these of one kind: of one shape, or of one name in two namespaces? */
static bool are_likes(const struct branch *first, const struct branch *second)
{
	return first->shape == second->shape ||
	       (first->parent == second->parent &&
		strcmp(first->shape->name, second->shape->name) == 0);
}

/* May this element take values of that source element? Not when it was made for another one of the
 * same kind. */
static bool is_open(const struct branch *branch, const struct branch *source)
{
	return branch->maker == NULL || source == NULL || branch->maker == source ||
	       !are_likes(branch->maker, source);
}

static bool has_room(const struct branch *parent, const struct shape *shape)
{
	return branch_count(parent, shape) < shape->max;
}

/* The end of the path directly below its holder. */
static struct branch *place_end(struct target *target, struct branch *holder,
				const struct shape *shape)
{
	struct branch *last = branch_last(holder, shape);

	if (last == NULL)
		return shape->max > 0 ? make(target, holder, shape) : NULL;
	if (!target->placing.is_element && last->text == NULL &&
	    is_open(last, target->placing.from))
		return last;
	if (last->index < shape->max)
		return make(target, holder, shape);
	if (target->placing.is_element && shape->max == 1 && is_open(last, target->placing.from))
		return last;
	return NULL;
}

/* Depth first, so that the deepest step with room is the one that is made anew. */
static struct branch *search(struct target *target, struct branch *branch,
			     const struct shape *const *steps, size_t count)
{
	struct branch *child, *placed;
	bool is_shared;

	if (count == 1)
		return place_end(target, branch, steps[0]);
	child = branch_last(branch, steps[0]);
	is_shared = child != NULL && (count > 2 || is_open(child, target->placing.parent));
	if (is_shared && (placed = search(target, child, steps + 1, count - 1)) != NULL)
		return placed;
	if (has_room(branch, steps[0])) {
		child = make(target, branch, steps[0]);
		return child == NULL ? NULL : search(target, child, steps + 1, count - 1);
	}
	/* a list that several source elements fill together */
	if (child != NULL && !is_shared && steps[1]->max > 1)
		return search(target, child, steps + 1, count - 1);
	return NULL;
}

static struct branch *place_beside(struct target *target, struct branch *base,
				   struct branch *holder, const struct map_path *path)
{
	struct branch *made = place_end(target, holder, path->steps[path->count - 1]);

	return made != NULL ? made : search(target, base, path->steps, path->count);
}

/* Nearly always the first way down leads to a place that is free: then nothing is searched. */
static inline struct branch *place(struct target *target, struct branch *base,
				   const struct map_path *path)
{
	const struct shape *const *step = path->steps, *const *end = step + path->count;
	struct branch *branch = base, *child;

	while ((child = branch_last_own(branch, *step)) != NULL) {
		if (step + 1 == end)
			return place_beside(target, base, branch, path);
		if (step + 2 == end && !is_open(child, target->placing.parent))
			return search(target, base, path->steps, path->count);
		branch = child;
		step++;
	}
	for (; step < end && branch != NULL; step++)
		branch = (*step)->max == 0 ? NULL : make_here(target, branch, *step);
	return branch;
}

/* ---- What was made for the same source element ---- */

static bool is_below(const struct branch *branch, size_t steps, const struct branch *base)
{
	while (steps-- > 0 && branch != NULL)
		branch = branch->parent;
	return branch == base;
}

/* The newest pairing with that shape. What was taken back stands first, and is forgotten. */
static struct branch_pairing **newest(struct target *target, const struct branch *source,
				      const struct shape *shape)
{
	struct branch_pairing **at = &target->states[source->number].pairings;

	while (*at != NULL && (*at)->target->shape != shape)
		at = &(*at)->other;
	while (*at != NULL && (*at)->target->shape == shape && (*at)->target->is_removed) {
		struct branch_pairing *older = (*at)->older;

		if (older != NULL)
			older->other = (*at)->other;
		*at = older != NULL ? older : (*at)->other;
	}
	return at;
}

/*
 * The target element of that shape which was made for the source element, `steps` below base. What
 * was paired before base was made is not below it: so the search is short, however often a source
 * element was used.
 */
static struct branch *paired(struct target *target, const struct branch *source,
			     const struct map_path *path, size_t steps, const struct branch *base)
{
	const struct shape *shape = path->steps[steps - 1];
	struct branch_pairing *pairing;

	if (source == NULL || target->states[source->number].pairings == NULL)
		return NULL;
	pairing = *newest(target, source, shape);
	if (pairing == NULL || pairing->target->shape != shape)
		return NULL;
	for (; pairing != NULL && pairing->made > base->made; pairing = pairing->older) {
		if (!pairing->target->is_removed && is_below(pairing->target, steps, base))
			return pairing->target;
	}
	return NULL;
}

static void pair(struct target *target, const struct branch *source, struct branch *made)
{
	struct branch_pairing **at = newest(target, source, made->shape), *pairing;
	bool is_known = *at != NULL && (*at)->target->shape == made->shape;

	if (is_known && (*at)->target == made)
		return;
	pairing = branch_zeros(&target->pool, sizeof(*pairing));
	if (pairing == NULL) {
		target->err = ERR_MEMORY;
		return;
	}
	pairing->target = made;
	pairing->made = target->count;
	pairing->older = is_known ? *at : NULL;
	pairing->other = is_known ? (*at)->other : *at;
	*at = pairing;
}

/*
 * Only elements are paired; for a text from an element that has nothing else to give, it is enough
 * to know who made the place.
 */
static void note_maker(struct target *target, const struct branch *source, struct branch *made,
		       bool is_text)
{
	bool has_more = branch_first(source) != NULL;

	if (source->shape->is_attribute || made->shape->is_attribute ||
	    (made->maker == source && (is_text || has_more)))
		return;
	if (made->maker == NULL)
		made->maker = source;
	if (!is_text || has_more)
		pair(target, source, made);
}

/*
 * The element that was made for the source value's own element. Nearly always it is the last one at
 * its place, which is quicker to look at than the pairings.
 */
static struct branch *holder_of(struct target *target, struct branch *base,
				const struct map_path *path)
{
	struct branch *last = base;

	for (size_t i = 0; i + 1 < path->count && last != NULL; i++)
		last = branch_last(last, path->steps[i]);
	if (last != NULL && last->maker == target->placing.parent)
		return last;
	return paired(target, target->placing.parent, path, path->count - 1, base);
}

static struct branch *place_paired(struct target *target, struct branch *base,
				   const struct map_path *path)
{
	const struct shape *end = path->steps[path->count - 1];
	struct branch *made = paired(target, target->placing.from, path, path->count, base);
	struct branch *holder;

	if (made != NULL && !target->placing.is_element && made->text == NULL)
		return made;
	if (path->count < 2 || target->placing.parent == NULL)
		return NULL;
	holder = holder_of(target, base, path);
	return holder == NULL ? NULL : place_end(target, holder, end);
}

static struct branch *find_place(struct target *target, struct branch *base,
				 const struct map_path *path)
{
	struct branch *made;

	if (path->count == 0)
		return base;
	if (target->placing.from == NULL || path->is_plain)
		return place(target, base, path);
	if ((made = place_paired(target, base, path)) != NULL)
		return made;
	made = place(target, base, path);
	if (made == NULL || target->err != OK)
		return made;
	note_maker(target, target->placing.from, made, !target->placing.is_element);
	if (path->count > 1 && target->placing.parent != NULL)
		note_maker(target, target->placing.parent, made->parent, false);
	return made;
}

struct branch *target_put(struct target *target, struct branch *base, const struct map_path *path,
			  struct branch *from, struct bytes text)
{
	struct branch *made;

	target->placing = (struct target_placing){.from = from,
						  .parent = from == NULL ? NULL : from->parent,
						  .is_element = false,
						  .is_logged = from == NULL};
	made = find_place(target, base, path);
	if (made == NULL || made->text != NULL || target->err != OK)
		return NULL;
	made->text = (const char *)text.at;
	made->text_len = (uint32_t)text.len;
	if (from == NULL)
		log_write(target, (struct target_write){.branch = made});
	else
		target_keep(target);
	return made;
}

struct branch *target_put_element(struct target *target, struct branch *base,
				  const struct map_path *path, struct branch *from)
{
	struct branch *made;

	target->placing = (struct target_placing){
		.from = from, .parent = from->parent, .is_element = true, .is_logged = true};
	made = find_place(target, base, path);
	return target->err == OK ? made : NULL;
}

struct branch *target_paired(struct target *target, const struct branch *from,
			     const struct branch *base, const struct map_path *path)
{
	return paired(target, from, path, path->count, base);
}

struct branch *target_last(struct branch *base, const struct map_path *path)
{
	for (size_t i = 0; base != NULL && i < path->count; i++)
		base = branch_last(base, path->steps[i]);
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

static void unmake(struct target *target, const struct target_write *write)
{
	const struct branch *branch = write->branch;

	target->missing += branch->index <= branch->shape->min;
	target->missing -= branch->shape->child_min;
	branch_remove_last(write->branch, write->before);
}

void target_take_back(struct target *target, size_t mark)
{
	while (target->write_count > mark) {
		const struct target_write *write = &target->writes[--target->write_count];

		if (write->is_new)
			unmake(target, write);
		else
			branch_set_text(write->branch, NULL);
	}
}

void target_keep(struct target *target)
{
	target->write_count = 0;
}

bool target_graft(struct target *target, struct branch *branch, const struct branch *source,
		  const struct map_twin *twin)
{
	struct graft *graft = graft_new(&target->pool, branch, source, twin);

	if (graft == NULL) {
		target->err = ERR_MEMORY;
		return false;
	}
	graft->next = target->grafts;
	target->grafts = graft;
	target->missing -= branch->shape->child_min;
	target_keep(target);
	return true;
}

enum err target_grow(struct target *target)
{
	return graft_grow(&target->pool, target->grafts);
}

/* The first from there on that has the shape, or stands behind its place. */
static struct branch *skip_to(struct branch *child, const struct shape *shape)
{
	while (child != NULL && child->shape->order < shape->order)
		child = child->next;
	return child;
}

/* Not every branch knows the last of each shape (walk_repeat.c), but they stand in order. */
void target_each_missing(struct branch *branch, target_visit_missing *visit, void *context)
{
	struct branch *first, *behind = NULL;

	for (size_t i = 0; i < branch->shape->child_count && !branch->is_graft; i++) {
		const struct shape *shape = branch->shape->children[i];
		uint32_t count = 0;

		first = skip_to(i == 0 || shape->is_attribute ? branch_first(branch) : behind,
				shape);
		for (behind = first; behind != NULL && behind->shape == shape; count++)
			behind = behind->next;
		if (count < shape->min)
			visit(context, branch, shape);
		for (; first != behind; first = first->next)
			target_each_missing(first, visit, context);
	}
}
