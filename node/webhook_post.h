/*
 * webhook_post - the courier sends events to the webhooks of the configuration (docs/webhooks.md).
 *
 * One event per POST, in the ledger's order for each webhook, one at a time; the next only after the
 * receiver answered 2xx. What fails is tried again for ever, with growing pauses. Events are read from
 * the ledger when they are sent, so a receiver that is away costs nothing here; its place is kept in
 * the ledger (webhook.h), so at-least-once survives any crash.
 */
#ifndef NODE_WEBHOOK_POST_H
#define NODE_WEBHOOK_POST_H

#include "node/call.h"
#include "node/role.h"

struct webhook_posts;

struct webhook_post_pace {
	uint32_t tick_ms;
	uint32_t look_again_ms; /* whether an operator told to begin anew */
	uint32_t connect_ms, total_ms;
	uint32_t first_pause_ms, longest_pause_ms; /* after a failure, doubling */
};

/* That of docs/webhooks.md. */
extern const struct webhook_post_pace webhook_post_pace;

/*
 * Read secrets and authorities, before the sandbox closes. pace is borrowed. A webhook whose files
 * cannot be used is logged and left out, so that it stops nothing else of the courier's.
 */
enum err webhook_post_open(struct role *role, const struct webhook_post_pace *pace,
			   struct webhook_posts **ret_posts);
void webhook_post_close(struct webhook_posts *posts); /* NULL is accepted */

/* There may be something new. */
void webhook_post_wake(struct webhook_posts *posts);

#endif
