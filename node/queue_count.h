/*
 * queue_count - how much work waits in which queue, and since when.
 */
#ifndef NODE_QUEUE_COUNT_H
#define NODE_QUEUE_COUNT_H

#include <jansson.h>

#include "node/delivery.h"

/*
 * Put "queues" into the object: a list of {"stage","partner","count","sinceMs"}, one for each queue
 * that is not empty; partner is "" where the stage has none, sinceMs (clock.h) is when the oldest
 * came into it. One scan over the queues.
 */
enum err queue_count_put(const struct turn *turn, json_t *to);

/* How much waits until this partner has it, and since when the oldest does (0: nothing waits). */
enum err queue_count_for(const struct turn *turn, const char *partner, uint64_t *ret_count,
			 uint64_t *ret_since_ms);

/*
 * Put "waiting" and "held" into the object: how much work is left, and how much of it is held, which
 * keeps nobody from being at rest.
 */
enum err queue_count_waiting(const struct turn *turn, json_t *to);

#endif
