/*
 * page_lines - lines of goods from a table (csv.h) into a form: the first row names the fields of a line as
 * the form does ("HsCode"), each other row becomes one, in the place of those that were there.
 *
 * What is wrong with the table is a finding each, with row and column, and then the form stays as it was filled in. So
 * is what is no number where the form wants one; what else is wrong with a value says the form, as always.
 */
#ifndef NODE_PAGE_LINES_H
#define NODE_PAGE_LINES_H

#include "messages/schema.h"
#include "node/form_work.h"

#define PAGE_LINES_MOST 50u  /* rows; a form may take fewer */
#define PAGE_LINES_FLAWS 50u /* findings; what else is wrong is told when these were corrected */

/*
 * fields: of the form; work: values and count are replaced by new ones in the arena, when no finding was
 * made. ERR_MEMORY.
 */
enum err page_lines_fill(const struct schema_set *schemas, const struct stylesheet_fields *fields,
			 struct bytes table, struct arena *arena, struct form_work *work,
			 struct findings *findings);

#endif
