/*
 * clerk_view - messages, their timelines and events as JSON for those who read over HTTP
 * (schemas/openapi.yaml). Pure reading over a turn without a batch.
 *
 * Names of people (users, operators) and what only the node's staff is concerned with are left out
 * unless is_staff.
 */
#ifndef NODE_CLERK_VIEW_H
#define NODE_CLERK_VIEW_H

#include <jansson.h>

#include "node/caller.h"
#include "node/glance.h"
#include "node/message.h"

struct clerk_view {
	const struct turn *turn;
	bool is_staff;
	bool in_vietnamese;
	const struct caller *caller; /* who asks; NULL: not said */
};

/* New objects that the caller owns; NULL: out of memory, or the ledger could not be read. */
json_t *clerk_view_message_new(const struct clerk_view *view, const struct message *message);
json_t *clerk_view_refusal_new(const struct clerk_view *view, const struct record *refusal);

/* A row of a list. */
json_t *clerk_view_row_new(const struct clerk_view *view, const struct message *message);

/*
 * What happened to a message, for live events and webhooks. message: what is known of it now; NULL
 * for a refusal.
 */
json_t *clerk_view_event_new(const struct clerk_view *view, const struct record *record,
			     const struct message *message);

/* In the place of an event that cannot be read: its number, and that an operator must look. */
json_t *clerk_view_unreadable_new(const struct clerk_view *view, uint64_t number);

/*
 * Is the record for who asks, of a message that is? Not what only the node's staff sees, and not that another
 * message is here that is not theirs to know.
 */
bool clerk_view_is_shown(const struct clerk_view *view, const struct record *record);

#endif
