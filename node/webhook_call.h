/*
 * webhook_call - questions about webhooks between roles: packed, and served by ledger and clerk.
 */
#ifndef NODE_WEBHOOK_CALL_H
#define NODE_WEBHOOK_CALL_H

#include <jansson.h>

#include "node/webhook.h"

/*
 * LEDGER_WEBHOOK_OPEN, _DONE and _REPLAY: as webhook.h. ERR_FORMAT: the question cannot be read;
 * ERR_USAGE: no such operation.
 */
enum err webhook_call_serve(const struct turn *turn, uint16_t operation, struct bytes body,
			    struct buffer *answer);

/*
 * CLERK_WEBHOOKS: {"webhooks":[{"id","party","url","position","behind"}]}: url without its path;
 * position null while it was never opened.
 */
enum err webhook_call_list(const struct turn *turn, json_t *to);

#endif
