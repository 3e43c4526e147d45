/*
 * page_mandate - the pages' half of mandates (docs/access.md): what browsers send with the forms of
 * /mandates, made into the verbs that the API and `sampan mandate` use.
 */
#ifndef NODE_PAGE_MANDATE_H
#define NODE_PAGE_MANDATE_H

#include "node/api.h"

/*
 * Fields principal, agent, from, until, and "kind.KIND" = "yes" for each kind (none: all kinds); reason
 * of the other two, and sure = "yes" of taking back.
 */
api_handler page_mandate_give, page_mandate_confirm, page_mandate_revoke;

#endif
