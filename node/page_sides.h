/*
 * page_sides - a message seen from both sides: what was received, what was sent on, where every value
 * went, and what the recipient answered.
 *
 * Documents are shown to whom the table of access.h lets download them. Who may only with a reason is
 * asked for it by the page; each reading is on record before it is shown, as over the API.
 */
#ifndef NODE_PAGE_SIDES_H
#define NODE_PAGE_SIDES_H

#include "node/api.h"

/*
 * GET /sides?id=, and POST with the fields id and reason. Answered: the message as
 * GET /v1/messages/{id} says it; "report", where it may be seen; "needsReason" where something may be
 * seen only with a reason (of the message itself: then there is nothing but its id).
 */
api_handler page_sides;

#endif
