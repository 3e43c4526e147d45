/*
 * xslt_word - the conversions of a map as XPath 1.0 expressions.
 */
#ifndef TESTS_SUPPORT_XSLT_WORD_H
#define TESTS_SUPPORT_XSLT_WORD_H

#include "tests/support/xslt_plan.h"

/*
 * The value that the XPath `from` selects, as the rule converts it for the target's shape. What
 * cannot be said is carried as it is, and the rule is left out of the subset. Code lists are read
 * below `folder`/lists.
 */
const char *xslt_word_converted(struct xslt_plan *plan, const char *folder,
				const struct map_rule *rule, const char *from,
				const struct shape *to);

/* Its first characters that the target takes, without a space at the new end. */
const char *xslt_word_cut(struct xslt_plan *plan, const char *from, const struct shape *to);

#endif
