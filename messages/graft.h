/*
 * graft - a part of the target that says what a part of the source says, and is not made again.
 *
 * Where a map's "same" takes over an element with all that stands in it, as it is, the target has
 * one branch for it, which shows where in the source the rest stands and what its shapes are called
 * (struct map_twin). It is written (messages/canonical.h) and told of (messages/report.h) from
 * there. The branch itself has no children until graft_grow().
 *
 * Internal to walk_value.c, translate.c, canonical.c and report.c.
 */
#ifndef MESSAGES_GRAFT_H
#define MESSAGES_GRAFT_H

#include "messages/branch.h"
#include "messages/map_rule.h"

/* Stands before the children of a branch of which is_graft is set. */
struct graft {
	const struct branch *source;
	const struct map_twin *twin;
	struct branch *branch;
	struct graft *next; /* of the target */
};

static inline const struct graft *graft_of(const struct branch *branch)
{
	return (const struct graft *)branch->children - 1;
}

/*
 * Does everything at and below the source element go over as it is, as the only thing in a new
 * element of the twin's shape, so that nothing is left, cut, trimmed or missing? *ret_values is how
 * many values these are. false: *ret_misfit is the number of what stands against it.
 */
bool graft_fits(const struct branch *source, const struct map_twin *twin, size_t *ret_values,
		uint32_t *ret_misfit);

/* Make a branch without children a graft. NULL: no memory. */
struct graft *graft_new(struct branch_pool *pool, struct branch *branch,
			const struct branch *source, const struct map_twin *twin);

/*
 * The next value of the source at and below root, in the order in which a map takes them over; at
 * NULL: the first. NULL: no more.
 */
const struct branch *graft_next(const struct branch *root, const struct branch *at);

/* The path that a value of the source has in the target, in a graft: written without a zero byte
 * behind it (returns its end), or as text of the arena (NULL: no memory). */
char *graft_put_path(const struct branch *branch, const struct branch *value, char *to);
const char *graft_path(const struct branch *branch, const struct branch *value,
		       struct arena *arena);

/* Make branches of all grafts of a list, which remain what reports are told from. ERR_MEMORY. */
enum err graft_grow(struct branch_pool *pool, const struct graft *grafts);

#endif
