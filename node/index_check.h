/*
 * index_check - states and indexes compared with what they would be if they were built anew.
 *
 * For each record: the timeline has it; a message that it begins, a delivery that it makes owed have
 * their state, of the same document, sender, route and recipient; a message is found by its reference.
 * No state says that something happened which no record says (index_life.h).
 * For each entry of an index and each state: what it names is there and says the same (queue and
 * stage, stream and number, refusal; the registry: index_registry.h; what is known of
 * certificates and frames: index_known.h). So that, with as many entries as records, each index
 * is what a rebuild would make of it. Only what no record and no state brings back is not compared:
 * where both streams stand, counters, tries, answers to repeated requests.
 *
 * Beside a living node each comparison is made in one view of the store.
 */
#ifndef NODE_INDEX_CHECK_H
#define NODE_INDEX_CHECK_H

#include "node/ledger.h"

/*
 * From this record on (0, 1: all; indexes that do not follow the records are compared whole).
 * The ledger is open read only. Adds to a good verdict what is bad first, and says how many entries
 * were compared. progress as ledger_verify(). ERR_MEMORY, ERR_IO.
 */
enum err index_check(struct ledger *ledger, uint64_t since,
		     void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
		     struct ledger_verdict *verdict, uint64_t *ret_entries);

#endif
