/*
 * witness_view - what there is to see of witnessing with a partner, as JSON: in `sampan ledger stat`,
 * `sampan partner list`, /v1/partners, /metrics and `sampan doctor`.
 *
 * {"country","card","seen","countersigned","countersignedAt","countersignedOurs",
 * "countersignedOursAt","resumed","alarm"}: card is the version of its newest card; seen, countersigned and
 * countersignedOurs are sizes (0: none); the times are null where there was nothing; alarm is null
 * or {"record","at","what","seen","shown"}: the link stands still until an operator speaks.
 */
#ifndef NODE_WITNESS_VIEW_H
#define NODE_WITNESS_VIEW_H

#include <stdio.h>

#include <jansson.h>

#include "node/witness_state.h"

/* One partner; the caller owns it. Reads only; the turn's configuration is not looked at. */
enum err witness_view_new(const struct turn *turn, const char *country, json_t **ret_view);

/* All partners that something is kept of, in order of country. */
enum err witness_view_list(const struct turn *turn, json_t **ret_list);

/* Put that list into an object, as "witnesses". */
enum err witness_view_put(const struct turn *turn, json_t *to);

/* The same in words, one line for each and one more for an alarm. */
void witness_view_print(const json_t *list, FILE *to);

#endif
