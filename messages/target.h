/*
 * target - the document that a translation builds: where values find their place, and what is still
 * missing.
 *
 * Children are kept by shape, so the output is in schema order whatever the order of the rules.
 * Everything written is logged, so that a group that wrote nothing of the source can be taken back.
 */
#ifndef MESSAGES_TARGET_H
#define MESSAGES_TARGET_H

#include "messages/graft.h"
#include "messages/map_rule.h"
#include "sampan/buffer.h"

struct target_write {
	struct branch *branch;
	struct branch *before; /* the sibling before it, when this write made it */
	bool is_new;           /* made by this write; otherwise only its text was */
};

/* What is to be placed: a text or an element, and for which source branch. */
struct target_placing {
	struct branch *from;   /* may be NULL */
	struct branch *parent; /* of from */
	bool is_element;
	bool is_logged; /* may be taken back */
};

struct target {
	struct branch_pool pool;
	struct branch_state *states; /* of the source's branches */
	struct branch *free;         /* branches that are to be made */
	struct branch *free_end;
	uint32_t count; /* of branches made, those that were taken back among them */
	struct branch *root;
	struct target_write *writes; /* that may still be taken back */
	size_t write_count;
	size_t room;
	size_t missing;                /* how many branches must be there and are not */
	struct graft *grafts;          /* graft.h */
	struct target_placing placing; /* now */
	enum err err;                  /* sticks */
};

/* A new document that has only its root element. */
enum err target_init(struct target *target, const struct shape *root, struct branch_state *states,
		     struct arena *arena);

/*
 * A free place for a text at the path below base: steps that exist are shared (the last of each),
 * what is missing is made; where the place is full, the deepest step that may be repeated is made
 * anew. `from` is the source value, or NULL for what is supplied: values of one source element stay
 * together, and an element that was made for one source element takes no values of another of the
 * same kind. The text, which ends with a zero, is set; borrowed. A source value's stays, as after
 * target_keep(). NULL: no place (or err is set); nothing was made.
 */
struct branch *target_put(struct target *target, struct branch *base, const struct map_path *path,
			  struct branch *from, struct bytes text);

/* As target_put for an element: new, or shared where only one may be and it was not made for
 * another source element. */
struct branch *target_put_element(struct target *target, struct branch *base,
				  const struct map_path *path, struct branch *from);

/* The element at the path below base that was made for the source element; NULL when there is none.
 */
struct branch *target_paired(struct target *target, const struct branch *from,
			     const struct branch *base, const struct map_path *path);

/*
 * Graft on a branch, which was made last, what fits of the source; as after target_keep(). false: no
 * memory, and err is set.
 */
bool target_graft(struct target *target, struct branch *branch, const struct branch *source,
		  const struct map_twin *twin);

/* The last branch at the path below base, and its text; NULL when there is none. */
struct branch *target_last(struct branch *base, const struct map_path *path);
const char *target_text(struct branch *base, const struct map_path *path);

/*
 * Mark, and forget everything that was written since. After target_keep() nothing that stands there
 * is taken back any more, whatever was marked before.
 */
size_t target_mark(const struct target *target);
void target_take_back(struct target *target, size_t mark);
void target_keep(struct target *target);

/* Make branches of what was grafted. ERR_MEMORY. */
enum err target_grow(struct target *target);

/* Visit every place (there are target.missing) that must be there and is not: parent and shape. */
typedef void target_visit_missing(void *context, struct branch *parent,
				  const struct shape *missing);
void target_each_missing(struct branch *branch, target_visit_missing *visit, void *context);

#endif
