/*
 * branch - a light element or attribute of a document that is being translated.
 *
 * Source and target are trees of branches. Children stand in the order of their shapes (attributes
 * first, what the kind does not know last), which is that of the output; the last child of each
 * shape is found in one step, so that no path is ever searched by name while a map is walked.
 * Internal to source.c, target.c, tally.c, walk*.c, translate.c, outline.c and canonical.c.
 */
#ifndef MESSAGES_BRANCH_H
#define MESSAGES_BRANCH_H

#include <assert.h>

#include "messages/shape.h"

struct branch;

/* Of an element that has children. */
struct branch_children {
	struct branch *first;
	struct branch *tail;
	struct branch *stray;  /* the first that the kind does not know */
	struct branch *last[]; /* by shape->order */
};

/* A target branch that was made for a source element. */
struct branch_pairing {
	struct branch *target;
	struct branch_pairing *older; /* for the same shape */
	struct branch_pairing *other; /* the newest for another shape */
	uint32_t made;                /* how many target branches there were then */
};

/* One line of a processor's cache, because there is one for each element and attribute. */
struct branch {
	const struct shape *shape; /* never NULL: a stray has one of its own */
	struct branch *parent;
	struct branch *next; /* sibling */
	struct branch_children *children;
	const char *text; /* its value; NULL when it has none */
	union {
		struct {
			uint32_t number; /* source: its place in the document, from 0 */
			uint32_t line;   /* source */
		};
		const struct branch
			*maker; /* target: what of the source it was made for, or NULL */
	};
	uint32_t text_len;
	uint32_t index;   /* among siblings of the same name, from 1 */
	uint32_t made;    /* target: how many branches there were then */
	bool is_hint : 1; /* source: an xsi attribute, which tells a validator where schemas are */
	bool is_removed : 1; /* target: taken back */
	bool is_graft : 1;   /* target: what stands in it stands in the source (graft.h) */
	uint32_t
		place : 24; /* source: among siblings of its name in all namespaces; 0: its index */
};

/* What a translation knows of a source branch, by its number: the document itself stays as it is. */
struct branch_state {
	struct branch_pairing *pairings;
	bool is_taken : 1;       /* its value stands in the report */
	bool is_grouped : 1;     /* a group of the map has taken it */
	bool is_placeholder : 1; /* empty, before one of its kind that is not */
	bool is_grafted : 1;     /* it and all that stands in it stands in the report (graft.h) */
};

/* Has a map had to do with it at all? */
static inline bool branch_state_is_touched(const struct branch_state *state)
{
	return state->pairings != NULL || state->is_taken || state->is_grouped ||
	       state->is_placeholder || state->is_grafted;
}

#define BRANCH_CHUNK 63u

struct branch_chunk {
	struct branch_chunk *next;
	size_t count;
	struct branch items[BRANCH_CHUNK];
};

/* The branches of one tree, in the order in which they were made. */
struct branch_pool {
	struct arena *arena;
	struct branch_chunk *first;
	struct branch_chunk *last;
	uint32_t count;
	uint8_t *zeros; /* memory for children, taken in pieces */
	uint8_t *zeros_end;
};

/* What those below cannot do at once. NULL: no memory. */
struct branch *branch_take_more(struct branch_pool *pool);
void *branch_zeros_more(struct branch_pool *pool, size_t size);
struct branch *branch_nearest(const struct branch_children *children, size_t order);

/* Zeroed memory for what hangs on branches; a multiple of a pointer's size. NULL: no memory. */
static inline void *branch_zeros(struct branch_pool *pool, size_t size)
{
	void *at = pool->zeros;

	if (size > (size_t)(pool->zeros_end - pool->zeros))
		return branch_zeros_more(pool, size);
	pool->zeros += size;
	return at;
}

static inline bool branch_allow_children(struct branch_pool *pool, struct branch *parent)
{
	if (parent->children == NULL)
		parent->children =
			branch_zeros(pool, sizeof(*parent->children) +
						   parent->shape->child_count *
							   sizeof(parent->children->last[0]));
	return parent->children != NULL;
}

static inline struct branch *branch_take(struct branch_pool *pool)
{
	struct branch_chunk *chunk = pool->last;

	if (chunk == NULL || chunk->count == BRANCH_CHUNK)
		return branch_take_more(pool);
	return &chunk->items[chunk->count++];
}

static inline void branch_link(struct branch *branch, struct branch *before)
{
	struct branch_children *siblings = branch->parent->children;
	struct branch **link = before == NULL ? &siblings->first : &before->next;

	branch->next = *link;
	*link = branch;
	if (branch->next == NULL)
		siblings->tail = branch;
}

/*
 * A new last child of its shape (parent NULL: a root), behind the sibling that branch_place()
 * says. NULL: no memory.
 */
static inline struct branch *branch_new(struct branch_pool *pool, struct branch *parent,
					const struct shape *shape, struct branch *before)
{
	struct branch *branch = branch_take(pool);

	if (branch == NULL || (parent != NULL && !branch_allow_children(pool, parent)))
		return NULL;
	*branch = (struct branch){
		.shape = shape, .parent = parent, .index = 1, .number = pool->count++};
	if (parent == NULL)
		return branch;
	assert(shape->parent == parent->shape);
	if (before != NULL && before->shape == shape)
		branch->index = before->index + 1;
	branch_link(branch, before);
	parent->children->last[shape->order] = branch;
	return branch;
}

/*
 * A new child that the kind does not know, or (parent NULL) such a root. Its shape is its own; name
 * is borrowed for the tree's life. NULL: no memory.
 */
struct branch *branch_new_stray(struct branch_pool *pool, struct branch *parent, const char *name,
				bool is_attribute);

/* Take back a child that is the last of its shape; before is the sibling that stands before it. */
void branch_remove_last(struct branch *branch, struct branch *before);

/* The sibling behind which a child of that shape would be put; NULL: it would be the first. */
static inline struct branch *branch_place(const struct branch *parent, const struct shape *shape)
{
	const struct branch_children *children = parent->children;

	if (children == NULL || children->tail == NULL)
		return NULL;
	if (children->tail->shape->order <= shape->order)
		return children->tail;
	return branch_nearest(children, shape->order);
}

void branch_set_text(struct branch *branch, const char *text);

/* Source: remember its place among the namesakes that the document has before it. */
void branch_keep_place(struct branch *branch);

/* ---- Looking at a tree ---- */

/* The first child in order of the output, then branch->next. NULL: there is none. */
static inline struct branch *branch_first(const struct branch *branch)
{
	return branch->children == NULL ? NULL : branch->children->first;
}

/* The last child of a shape that is one of the branch's own shape's. NULL: there is none. */
static inline struct branch *branch_last_own(const struct branch *branch, const struct shape *shape)
{
	return branch->children == NULL ? NULL : branch->children->last[shape->order];
}

/* The last child of a shape; its index is how many there are. NULL: there is none. */
static inline struct branch *branch_last(const struct branch *branch, const struct shape *shape)
{
	if (branch->children == NULL || shape->parent != branch->shape)
		return NULL;
	return branch->children->last[shape->order];
}

static inline uint32_t branch_count(const struct branch *branch, const struct shape *shape)
{
	const struct branch *last = branch_last(branch, shape);

	return last == NULL ? 0 : last->index;
}

/* The next sibling of the same shape; NULL: there is none. */
static inline struct branch *branch_twin(const struct branch *branch)
{
	struct branch *next = branch->next;

	return next != NULL && next->shape == branch->shape ? next : NULL;
}

#define BRANCH_STRAY UINT32_MAX /* order of a shape that the kind does not know */

/* A child that the kind does not know. */
static inline bool branch_is_stray(const struct branch *branch)
{
	return branch->shape->order == BRANCH_STRAY;
}

/* The last of its parent's children that have its shape; not for strays. */
static inline const struct branch *branch_last_twin(const struct branch *branch)
{
	return branch->parent->children->last[branch->shape->order];
}

/*
 * The path of interface.md, as it is now: how long it is, written without a zero byte behind it
 * (returns its end), or as text of the arena. NULL: no memory.
 */
size_t branch_path_len(const struct branch *branch);
char *branch_put_path(const struct branch *branch, char *to);
char *branch_put_step(const struct branch *branch, char *to); /* its last step only */
uint32_t branch_place_among(const struct branch *branch); /* what follows, where it has namesakes */
size_t branch_step_len(const struct shape *shape, uint32_t place);
const char *branch_path(const struct branch *branch, struct arena *arena);

/* The number of its last step: its place among the siblings of its name, whatever their namespace; a
 * target's are in order. An attribute's is 1. */
static inline uint32_t branch_step_place(const struct branch *branch)
{
	if (branch->shape->is_attribute)
		return 1;
	return branch->shape->has_namesake ? branch_place_among(branch) : branch->index;
}

/* A number in decimal. at NULL: no memory. */
struct bytes branch_number(uint32_t number, struct arena *arena);

/* ---- What a path leads to ---- */

/*
 * The first and the next place in document order that the steps lead to from base; NULL: no more.
 * What is added behind a place while it is looked at is still found.
 */
static inline struct branch *branch_find(struct branch *base, const struct shape *const *steps,
					 size_t count);
static inline struct branch *branch_find_next(struct branch *found,
					      const struct shape *const *steps, size_t count);

/* The same, where a first look does not tell. */
struct branch *branch_search(struct branch *base, const struct shape *const *steps, size_t count);
struct branch *branch_search_next(struct branch *found, const struct shape *const *steps,
				  size_t count);

static inline struct branch *branch_find(struct branch *base, const struct shape *const *steps,
					 size_t count)
{
	struct branch *last;

	if (count == 0)
		return base;
	last = branch_last(base, steps[0]);
	if (last == NULL || (count == 1 && last->index == 1))
		return last;
	return branch_search(base, steps, count);
}

static inline struct branch *branch_find_next(struct branch *found,
					      const struct shape *const *steps, size_t count)
{
	if (count > 1)
		return branch_search_next(found, steps, count);
	return count == 0 ? NULL : branch_twin(found);
}

#endif
