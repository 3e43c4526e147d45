/*
 * health_count - the checks that follow from what the clerk counts (CLERK_COUNTS): the clerk itself,
 * what is held, each partner and its ledger. `sampan doctor` and the exchange monitor judge alike.
 */
#ifndef NODE_HEALTH_COUNT_H
#define NODE_HEALTH_COUNT_H

#include "node/health.h"

/* Add them. counts NULL: the clerk did not answer. Errors as health_add(). */
enum err health_count_judge(struct health *health, uint64_t now_ms, const json_t *counts,
			    struct arena *arena);

#endif
