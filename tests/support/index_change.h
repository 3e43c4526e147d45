/*
 * index_change - entries of a node_fixture's store changed behind its back, and what index_check says then.
 */
#ifndef TESTS_SUPPORT_INDEX_CHANGE_H
#define TESTS_SUPPORT_INDEX_CHANGE_H

#include "node/ledger.h"
#include "tests/support/node_fixture.h"

#define INDEX_CHANGE_KEYS 256u

/* The store can be read. From this record on. */
struct ledger_verdict index_change_judge(struct node_fixture *fixture, uint64_t since);

/* A verification of the fixture's ledger. */
typedef enum err index_change_look(struct node_fixture *fixture, struct ledger_verdict *verdict);

/*
 * Of a good ledger, with a store of which each reading fails once: that is an error each time, and never a
 * verdict. (Filters of keys are left out: where they cannot be read the keys are.) Returns how many readings there were.
 */
uint64_t index_change_fail_each_in(struct node_fixture *fixture, index_change_look *look);
uint64_t index_change_fail_each(struct node_fixture *fixture); /* in index_check */

/* Another value under the key; NULL: none any more. */
void index_change(struct node_fixture *fixture, struct bytes key, const struct bytes *value);

/* All entries of a space, at least one; they live as long as the fixture. */
struct index_change_keys {
	struct arena *arena;
	struct bytes keys[INDEX_CHANGE_KEYS], values[INDEX_CHANGE_KEYS];
	size_t count;
};
void index_change_gather(struct node_fixture *fixture, char space, struct index_change_keys *keys);

#endif
