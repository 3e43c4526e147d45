/*
 * xslt_of_map - a compiled map as an XSLT 1.0 stylesheet: a second executor of the same rules.
 *
 * The stylesheet is what an engineer who knows both schemas and wants speed would write: the
 * target from its beginning to its end with literal elements, for-each where an element may be
 * missing or repeated (which also shortens the paths inside), no test for what a valid document
 * always has, dates and code lists in one string function each. It writes no report and no
 * findings, and expects a valid document that meets the map's preconditions.
 *
 * Outside of XSLT 1.0, whatever the map: the report; findings; white space around values (carried
 * here, not by the translator); empty values (an empty element here). Rows of a map that are
 * outside are listed, and carried as they are.
 */
#ifndef TESTS_SUPPORT_XSLT_OF_MAP_H
#define TESTS_SUPPORT_XSLT_OF_MAP_H

#include "sampan/bytes.h"
#include "tests/support/xslt_plan.h"

struct xslt_of_map {
	struct bytes text; /* the stylesheet; facts are parameters of the same name */
	size_t rows;       /* of the map, that write something in this direction */
	size_t outside_count;
	const struct xslt_outside *outside;
	size_t silent_rows; /* that only drop or check */
};

/* All of the arena. `folder` is the schemas', for code lists. */
void xslt_of_map(const struct map *map, const char *folder, struct arena *arena,
		 struct xslt_of_map *ret_stylesheet);

#endif
