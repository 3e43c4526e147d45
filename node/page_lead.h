/*
 * page_lead - where a page leads the browser instead of an answer: 303, and only to places of this door.
 */
#ifndef NODE_PAGE_LEAD_H
#define NODE_PAGE_LEAD_H

#include "node/api.h"

/* A path of this door: whatever a form or an address says, it leads nowhere else ("/"). */
const char *page_lead_place(const char *back);

/* The answer; cookie: NULL or what is set on the way. next NULL (out of memory): "/". */
void page_lead_on(struct api_call *call, const char *next, const char *cookie);

/*
 * A form leads back to the list that it came from (its field "back", where that is this list with some
 * query) with more of a query ("say=choose"), 303.
 */
void page_lead_back(struct api_call *call, const char *list, const char *query);

#endif
