/*
 * api_operator - the calls that machines watch a node by: /healthz (the gate answers), /readyz (the
 * node is fit for work: health.h), /metrics (metrics.h).
 */
#ifndef NODE_API_OPERATOR_H
#define NODE_API_OPERATOR_H

#include "node/api.h"

api_handler api_healthz, api_readyz, api_metrics;

#endif
