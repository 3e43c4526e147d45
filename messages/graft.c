#include "messages/graft.h"

#include "messages/utf8.h"

/* ---- Does it fit? ---- */

struct fitting {
	size_t values;
	uint32_t misfit;
};

static bool fits(struct fitting *fitting, const struct branch *source, const struct map_twin *twin);

static inline bool text_fits(const struct branch *value, const struct shape *shape)
{
	const uint8_t *text = (const uint8_t *)value->text;
	uint32_t len = value->text_len;

	return shape->is_leaf && len > 0 && !bytes_is_space(text[0]) &&
	       !bytes_is_space(text[len - 1]) &&
	       (len <= shape->max_length || shape->max_length == 0 ||
		utf8_count(bytes_of(text, len)) <= shape->max_length);
}

/* Attributes and elements with nothing but a text. */
static inline bool leaf_fits(struct fitting *fitting, const struct branch *leaf,
			     const struct map_twin *twin)
{
	fitting->values++;
	if (twin->is_sole && twin->target->child_min == 0 && leaf->text != NULL &&
	    text_fits(leaf, twin->target))
		return true;
	fitting->misfit = leaf->number;
	return false;
}

/* As many as the target takes, and something in each. */
static inline bool child_fits(struct fitting *fitting, const struct branch *child,
			      const struct map_twin *twin)
{
	if (twin == NULL || child->index > twin->target->max) {
		fitting->misfit = child->number;
		return false;
	}
	return branch_first(child) == NULL ? leaf_fits(fitting, child, twin)
					   : fits(fitting, child, twin);
}

/* Of what the target must have, nothing may be missing. Depth is bounded by the shape. */
static bool fits(struct fitting *fitting, const struct branch *source, const struct map_twin *twin)
{
	const struct branch *child = branch_first(source);
	uint32_t missing = twin->target->child_min;

	fitting->misfit = source->number;
	if (!twin->is_sole || (source->text != NULL && !text_fits(source, twin->target)))
		return false;
	fitting->values += source->text != NULL;
	for (; child != NULL; child = child->next) {
		const struct map_twin *other =
			branch_is_stray(child) ? NULL : twin->children[child->shape->order];

		if (!child_fits(fitting, child, other))
			return false;
		missing -= child->index <= other->target->min;
	}
	fitting->misfit = source->number;
	return missing == 0;
}

bool graft_fits(const struct branch *source, const struct map_twin *twin, size_t *ret_values,
		uint32_t *ret_misfit)
{
	struct fitting fitting = {.values = 0};

	if (branch_first(source) == NULL || !fits(&fitting, source, twin)) {
		*ret_misfit = fitting.misfit;
		return false;
	}
	*ret_values = fitting.values;
	return true;
}

/* ---- A graft ---- */

struct graft *graft_new(struct branch_pool *pool, struct branch *branch,
			const struct branch *source, const struct map_twin *twin)
{
	size_t room = branch->shape->child_count * sizeof(branch->children->last[0]);
	struct graft *graft = branch_zeros(pool, sizeof(*graft) + sizeof(*branch->children) + room);

	if (graft == NULL)
		return NULL;
	*graft = (struct graft){.source = source, .twin = twin, .branch = branch};
	branch->children = (struct branch_children *)(graft + 1);
	branch->is_graft = true;
	return graft;
}

static const struct branch *behind(const struct branch *root, const struct branch *at)
{
	const struct branch *first = branch_first(at);

	if (first != NULL)
		return first;
	while (at != root && at->next == NULL)
		at = at->parent;
	return at == root ? NULL : at->next;
}

const struct branch *graft_next(const struct branch *root, const struct branch *at)
{
	at = at == NULL ? root : behind(root, at);
	while (at != NULL && at->text == NULL)
		at = behind(root, at);
	return at;
}

/* ---- Paths ---- */

/* A path has local names, which are the same on both sides, and no place has a namesake. */
static size_t len_below(const struct graft *graft, const struct branch *at)
{
	size_t len = 0;

	for (; at != graft->source; at = at->parent)
		len += branch_step_len(at->shape, at->index);
	return len;
}

/* Depth is bounded by the shape. */
static char *put_below(const struct graft *graft, const struct branch *at, char *to)
{
	if (at == graft->source)
		return to;
	return branch_put_step(at, put_below(graft, at->parent, to));
}

char *graft_put_path(const struct branch *branch, const struct branch *value, char *to)
{
	return put_below(graft_of(branch), value, branch_put_path(branch, to));
}

const char *graft_path(const struct branch *branch, const struct branch *value, struct arena *arena)
{
	const struct graft *graft = graft_of(branch);
	size_t len = branch_path_len(branch) + len_below(graft, value);
	char *path = arena_text_room(arena, len + 1);

	if (path != NULL)
		*graft_put_path(branch, value, path) = '\0';
	return path;
}

/* ---- Growing ---- */

static enum err grow(struct branch_pool *pool, struct branch *branch, const struct branch *source,
		     const struct map_twin *twin);

/* Nobody looks for a child by its shape any more: they are found from the first on. */
static enum err grow_child(struct branch_pool *pool, struct branch *parent,
			   const struct branch *source, const struct map_twin *twin)
{
	struct branch_children *children = parent->children;
	struct branch *branch = branch_take(pool);

	if (branch == NULL)
		return ERR_MEMORY;
	*branch = (struct branch){.shape = twin->target, .parent = parent, .index = source->index};
	if (branch_first(source) != NULL &&
	    (branch->children = branch_zeros(pool, sizeof(*branch->children))) == NULL)
		return ERR_MEMORY;
	if (children->tail == NULL)
		children->first = branch;
	else
		children->tail->next = branch;
	children->tail = branch;
	return grow(pool, branch, source, twin);
}

/* Depth is bounded by the shape. */
static enum err grow(struct branch_pool *pool, struct branch *branch, const struct branch *source,
		     const struct map_twin *twin)
{
	enum err err = OK;

	branch->text = source->text;
	branch->text_len = source->text_len;
	for (const struct branch *child = branch_first(source); child != NULL && err == OK;
	     child = child->next)
		err = grow_child(pool, branch, child, twin->children[child->shape->order]);
	return err;
}

enum err graft_grow(struct branch_pool *pool, const struct graft *grafts)
{
	enum err err = OK;

	for (; grafts != NULL && err == OK; grafts = grafts->next) {
		grafts->branch->is_graft = false;
		err = grow(pool, grafts->branch, grafts->source, grafts->twin);
	}
	return err;
}
