/*
 * clerk_matter - what the view of a message says of the matter beside its timeline: the lane and why,
 * the clock, what was used of a certificate, and which certificate a declaration names (docs/http.md).
 */
#ifndef NODE_CLERK_MATTER_H
#define NODE_CLERK_MATTER_H

#include "node/clerk_view.h"

/* Of a row of a list: "lane", "" while it is in none, and "verification" (inquiry.h) of a certificate that was asked about. */
void clerk_matter_put_row(const struct clerk_view *view, const struct message *message,
			  json_t *row);

/* "lane", "verification" with what is proposed, "laneWhy", "clock", "uses", "usedBy", "pairs". */
enum err clerk_matter_put(const struct clerk_view *view, const struct message *message,
			  json_t *json);

/* Of either side, on paper too. */
bool clerk_matter_is_certificate(const struct message *message);

#endif
