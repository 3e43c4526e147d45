/*
 * api_exchange - what an operator watches: the exchange with partners, what waits, and whether the node
 * is well; and what they say of a delivery that waits (queue_change.h). For programs and for the page
 * alike.
 */
#ifndef NODE_API_EXCHANGE_H
#define NODE_API_EXCHANGE_H

#include "node/api.h"

/* GET /v1/exchange: the checks of `sampan doctor` that a running node knows, room, certificates' ends,
 * partners, queues, and the first EXCHANGE_ROWS deliveries that wait, the held before all others. */
api_handler api_exchange;

/* POST /v1/queue/{delivery} {"action","reason"}; of the page: POST /exchange/{delivery}/{action}. */
api_handler api_exchange_change, api_exchange_do;

#endif
