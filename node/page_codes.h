/*
 * page_codes - the code lists that help to fill a form in, for its page: <codes name="iso-3166"> with
 * <code value="TH" words="Thailand"/> for each code. Of a list too long for a page (PAGE_CODES_MOST)
 * only what was filled in, so that it is shown in words.
 */
#ifndef NODE_PAGE_CODES_H
#define NODE_PAGE_CODES_H

#include "messages/schema.h"
#include "node/form_work.h"

#define PAGE_CODES_MOST 2000u

/* Where the tree is; of each list that a field names, once. Errors stick in the tree. */
void page_codes_put(const struct schema_set *schemas, const struct stylesheet_fields *fields,
		    const struct form_work *work, struct stylesheet_tree *tree);

#endif
