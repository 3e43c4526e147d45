/*
 * xslt_tests - when will something be written at a place of the target?
 *
 * As XPath: what must be there in the source, as short as the schemas allow. An element that has
 * something certain in it stands for it; what is implied by another alternative is left out.
 */
#ifndef TESTS_SUPPORT_XSLT_TESTS_H
#define TESTS_SUPPORT_XSLT_TESTS_H

#include "tests/support/xslt_plan.h"

#define XSLT_TESTS 256u

struct xslt_tests {
	bool is_always;
	struct xslt_path paths[XSLT_TESTS];
	size_t path_count;
	const char *facts[XSLT_TESTS]; /* "$event.number" */
	size_t fact_count;
};

/* Add what makes a part, or anything at and below a node, be written; only_carried: constants and
 * counts do not. */
void xslt_tests_of_part(struct xslt_plan *plan, const struct xslt_part *part,
			const struct xslt_path *context, bool only_carried,
			struct xslt_tests *tests);
void xslt_tests_of_node(struct xslt_plan *plan, struct xslt_node *node,
			const struct xslt_path *context, bool only_carried,
			struct xslt_tests *tests);

/* The whole as XPath; NULL when it is always or never so. */
const char *xslt_tests_text(struct xslt_plan *plan, const struct xslt_tests *tests,
			    const struct xslt_path *context);

/* The path of a group, limited to elements that give something. */
struct xslt_path xslt_tests_group_path(struct xslt_plan *plan, const struct xslt_part *group);

#endif
