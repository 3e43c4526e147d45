/*
 * index_life - states of messages and deliveries compared with the records that lead to them: none says that something
 * happened which no record says.
 * For index_check.h.
 */
#ifndef NODE_INDEX_LIFE_H
#define NODE_INDEX_LIFE_H

#include "node/delivery.h"
#include "node/index_look.h"

/* Its state is one that only a record brings about, and there is none. */
bool index_life_misses_record(struct index_look *look, const struct message *message);

/* A delivery is done when a record says so, and only then. NULL: it is as that says. */
const char *index_life_of_delivery(struct index_look *look, const struct delivery *delivery);

#endif
