/*
 * clerk_matter - what the view of a message says of the matter beside its timeline: the lane and why,
 * the clock, what was used of a certificate, and which certificate a declaration names (docs/http.md).
 */
#ifndef NODE_CLERK_MATTER_H
#define NODE_CLERK_MATTER_H

#include "node/clerk_view.h"

/* "lane" of a row of a list; "" while it is in none. */
void clerk_matter_put_row(const struct message *message, json_t *row);

/* "lane", "laneWhy", "clock", "uses", "usedBy", "pairs". */
enum err clerk_matter_put(const struct clerk_view *view, const struct message *message,
			  json_t *json);

#endif
