/*
 * page_table - the pages for people (docs/desks.md), one row each. A page is a call of the door
 * whose answer is written by a stylesheet instead of as JSON: its handler is the call's own.
 */
#ifndef NODE_PAGE_TABLE_H
#define NODE_PAGE_TABLE_H

#include "node/api.h"

#define PAGE_TABLE_HERE "here"
#define PAGE_TABLE_REFUSED "/refused/" /* pages that forms led to (page_kept.h), by their id */

struct page_route {
	struct api_route route; /* as of a call; takes "" or one of the two forms */
	const char *sheet; /* schemas/views/SHEET.xsl for what was answered; "": nothing is drawn */
	const char *refused; /* for a problem; "": the page of problems */
	const char *next;    /* where a form leads when it was done; "back": where its field says;
				 * "document": to the message of the path;
				 * PAGE_TABLE_HERE: nowhere, the sheet is drawn;
				 * "": to what Location of the answer names */
};

/* Ended by a row without method. */
extern const struct page_route page_table[];

/* As api_table_find(). */
const struct page_route *page_table_find(const char *method, const char *path, struct arena *arena,
					 const char *ret_parameters[API_PARAMETERS],
					 char *ret_allow);

#endif
