/*
 * xslt_same - templates for the rule "same": a subtree goes over under the same names.
 *
 * One template for each element name, with literal elements of the target (found by name, which
 * libxslt does by hash); where one name needs two bodies, the others match by their whole path.
 */
#ifndef TESTS_SUPPORT_XSLT_SAME_H
#define TESTS_SUPPORT_XSLT_SAME_H

#include "tests/support/xslt_plan.h"

#define XSLT_TEMPLATES 4096u

struct xslt_template {
	const struct shape *source;
	const char *mode; /* as an attribute, or "" */
	const char *body; /* with the end of the start tag */
	bool by_path;
};

struct xslt_same {
	struct xslt_plan *plan;
	struct xslt_template *templates;
	size_t count;
};

void xslt_same_init(struct xslt_same *same, struct xslt_plan *plan);

/* The templates for a source shape and all below it that have a twin. */
void xslt_same_need(struct xslt_same *same, const struct shape *source, const struct map_twin *twin,
		    const struct map_rule *rule);

/*
 * How many children of the node, from `first` on, are the source's children under the same names,
 * in the same order, and all there are: they can be taken at once. *ret_from is the first one's
 * path. 0: no such run.
 */
size_t xslt_same_run(struct xslt_same *same, const struct xslt_node *node, size_t first,
		     const struct xslt_path **ret_from, const char **ret_mode);

/* The mode of a rule's templates, as an attribute, or "". */
const char *xslt_same_mode(const struct xslt_same *same, const struct map_rule *rule);

void xslt_same_write(const struct xslt_same *same, struct buffer *to);

#endif
