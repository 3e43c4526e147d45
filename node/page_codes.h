/*
 * page_codes - the code lists that help to fill a form in, for its page: <codes name="iso-3166"> with
 * <code value="TH" words="Thailand"/> for each code. Of a list too long for a page (PAGE_CODES_MOST, long="yes")
 * only what was filled in, so that it is shown in words; codes of it are found by what is typed (code_search.h):
 * <found list="hs" more="yes"> with <code value="69" words="" vi="" goes-on="yes"/>; without one vietnamese="none", "some"
 * or "all" says how many codes of the list have Vietnamese names.
 */
#ifndef NODE_PAGE_CODES_H
#define NODE_PAGE_CODES_H

#include <jansson.h>

#include "messages/schema.h"
#include "node/form_work.h"

#define PAGE_CODES_MOST 300u

/* Where the tree is; of each list that a field names, once. Errors stick in the tree. */
void page_codes_put(const struct schema_set *schemas, const struct stylesheet_fields *fields,
		    const struct form_work *work, struct stylesheet_tree *tree);

/* Codes of a list for what was typed; nothing of a list that is not there. */
void page_codes_search(const struct schema_set *schemas, const char *list, const char *typed,
		       struct stylesheet_tree *tree);

/*
 * The button that was pressed: "find-Item[1]/HsCode" is answered with codes for what stands in that field
 * (<found field="">), "pick-6912-Item[1]/HsCode" with those that go on behind the code that it put there.
 */
void page_codes_find(const struct schema_set *schemas, const struct stylesheet_fields *fields,
		     const struct form_work *work, const char *act, struct stylesheet_tree *tree);

/* "pick-...": given, as a page's view has it ([{name, value}]), becomes what it would be had the code been typed. */
void page_codes_pick(const char *act, json_t *given);

#endif
