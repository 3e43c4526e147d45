/*
 * partner_health - is all well with a partner? Pure: judged by what is known of it (witness_view.h), for
 * `sampan doctor`.
 */
#ifndef NODE_PARTNER_HEALTH_H
#define NODE_PARTNER_HEALTH_H

#include "node/health.h"

#define PARTNER_HEALTH_WARN_MS 600000u /* so long may anything wait for a partner */

/*
 * Add checks: "witness" (an alarm is bad; an epoch that is not countersigned, and what the partner did not countersign in time,
 * are warnings), "partner" (a link that stands still without an alarm of ours is bad; what waits for it too long, a warning). Texts are in the arena.
 */
enum err partner_health_judge(struct health *health, uint64_t now_ms, const json_t *witness,
			      struct arena *arena);

#endif
