/*
 * view - messages, deliveries and records as JSON, for people and scripts (interface.md). Pure
 * reading over a turn without a batch.
 */
#ifndef NODE_VIEW_H
#define NODE_VIEW_H

#include <jansson.h>

#include "node/delivery.h"

/*
 * Whose word the message waits for before anything of it is owed: "exporter" (of a certificate whose
 * transmission he has to allow); "": nobody's.
 */
const char *view_waits_for(const struct turn *turn, const struct message *message);

/* New objects that the caller owns; NULL when out of memory. */
json_t *view_message_new(const struct turn *turn, const struct message *message);
json_t *view_delivery_new(const struct turn *turn, const struct delivery *delivery);
json_t *view_record_new(const struct turn *turn, const struct record *record);

/*
 * Append the delivery of this number to the list. One that is damaged stands there with what its record says, stage
 * "unknown" and why "damaged". ERR_MEMORY.
 */
enum err view_put_delivery(const struct turn *turn, uint64_t number, json_t *list);

/* The word for a stage: "translate", "send", "sent", "hand-over", "held", "done". */
const char *view_stage_name(enum delivery_stage stage);

#endif
