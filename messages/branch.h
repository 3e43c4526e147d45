/*
 * branch - a light element or attribute of a document that is being translated.
 *
 * Source and target are trees of branches in one arena. A branch finds its children by their shape
 * in one step, so that no path is ever searched by name while a map is walked. Internal to
 * source.c, target.c, walk.c, outcome.c and canonical.c.
 */
#ifndef MESSAGES_BRANCH_H
#define MESSAGES_BRANCH_H

#include <libxml/tree.h>

#include "messages/shape.h"

struct branch;

/* The children of one shape, in order. */
struct branch_slot {
	struct branch *first;
	struct branch *last;
	uint32_t count;
};

/* The target branches that were made for a source element, newest first. */
struct branch_pairing {
	struct branch *target;
	const struct branch_pairing *older;
};

struct branch {
	const struct shape *shape; /* NULL: a source node that its kind does not know */
	const char *name;
	bool is_attribute;
	bool is_hint;    /* source: an xsi attribute, which tells a validator where schemas are */
	bool is_removed; /* target: taken back */
	bool is_taken;   /* source: its value stands in the report */
	bool is_grouped; /* source: a group of the map has taken it */
	uint32_t index;  /* among siblings of the same name, from 1 */
	struct branch *parent;
	struct branch *next; /* of the same shape */
	struct branch *before;
	struct branch_slot *slots; /* by shape->order; NULL while there are no children */
	struct branch_slot strays; /* source: children without shape */
	const char *text;          /* its value; NULL when it has none */
	const char *path;          /* once asked for */
	const xmlNode *xml;        /* source: the element, or the attribute's element */
	struct branch *next_value; /* source: in document order */
	const struct branch_pairing *pairings; /* source */
	const struct branch *maker; /* target: the source branch it was made for, or NULL */
};

/* A new last child of its shape (parent NULL: a root). NULL: no memory. */
struct branch *branch_new(struct arena *arena, struct branch *parent, const struct shape *shape);

/* A new child that the kind does not know. name is borrowed for the tree's life. NULL: no memory.
 */
struct branch *branch_new_stray(struct arena *arena, struct branch *parent, const char *name,
				bool is_attribute);

/* Take back a child that is the last of its shape. */
void branch_remove_last(struct branch *branch);

/* The children of one shape; never NULL. */
const struct branch_slot *branch_children(const struct branch *branch, const struct shape *shape);

/* How many slots there are to look through: 0 while there are no children. */
size_t branch_slot_count(const struct branch *branch);

/* The path of interface.md, kept in the branch. NULL: no memory. */
const char *branch_path(struct branch *branch, struct arena *arena);

/* Visit what the steps lead to, in document order; stops when the visitor says false. false: it was
 * stopped. */
typedef bool branch_visit(void *context, struct branch *branch);
bool branch_each(struct branch *base, const struct shape *const *steps, size_t count,
		 branch_visit *visit, void *context);

#endif
