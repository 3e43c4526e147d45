/*
 * witness_view - what there is to see of witnessing with a partner, as JSON: in `sampan ledger stat`,
 * `sampan partner list`, /v1/partners, /metrics and `sampan doctor`.
 *
 * {"country","card","seen","countersigned","countersignedAt","countersignedOurs","countersignedOursAt",
 * "uncoveredSince","broken","waits","waitsSince","heardAt","nextTryAt","stopped","resumed","alarm"}: card is the version of its newest card;
 * seen and countersigned are sizes of its tree (in the epoch that it is in), countersignedOurs is the number of the last
 * record of ours that it countersigned (0: none); uncoveredSince is when the first record came that it did not; broken: we do not
 * countersign this epoch of its ledger any more; waits is how much waits until it has it; heardAt is when
 * it was heard last, as far as is known, and stopped why the link stands still, null when it goes (contact.h). Times are null where there was nothing; alarm is null
 * or {"record","at","what","seen","shown"}: the link stands still until an operator speaks.
 */
#ifndef NODE_WITNESS_VIEW_H
#define NODE_WITNESS_VIEW_H

#include <stdio.h>

#include <jansson.h>

#include "node/witness_state.h"

/* One partner; the caller owns it. Reads only; a turn without configuration does not know when it was heard, and leaves that out. */
enum err witness_view_new(const struct turn *turn, const char *country, json_t **ret_view);

/* All partners that something is kept of, in order of country; then those of the configuration that nothing is kept of. */
enum err witness_view_list(const struct turn *turn, json_t **ret_list);

/* Put that list into an object, as "witnesses". */
enum err witness_view_put(const struct turn *turn, json_t *to);

/* The same in words, one line for each and one more for an alarm. */
void witness_view_print(const json_t *list, FILE *to);

#endif
