/*
 * mandate_index - the mandates that are confirmed and not taken back, by whom they are of.
 *
 * Ordered by their last day, so that those that are over are never looked at again: what a question
 * costs does not grow with the past, and no bound changes its answer. Keys under SPACE_IDENTITY
 * (docs/ledger-format.md); the mandate itself stays what decides.
 */
#ifndef NODE_MANDATE_INDEX_H
#define NODE_MANDATE_INDEX_H

#include "node/mandate.h"

/*
 * All entries that it has, as it is: first those that list it for ever, then those by which it is recognised and holds. In
 * the turn's arena. ERR_MEMORY, ERR_LIMIT.
 */
#define MANDATE_INDEX_ENTRIES 5u
#define MANDATE_INDEX_LISTED 2u /* of them, of one that was taken back, too */
enum err mandate_index_entries(const struct turn *turn, const struct mandate *mandate,
			       struct identity_entry ret_entries[MANDATE_INDEX_ENTRIES],
			       size_t *ret_count);

/* Put them; take away those of one that was taken back. Doing it again changes nothing. */
enum err mandate_index_put(const struct turn *turn, const struct mandate *mandate);
enum err mandate_index_drop(const struct turn *turn, const struct mandate *mandate);

/*
 * Has the agent a mandate of this one principal, as mandate_covers()? One taken back in this turn
 * does not count any more; what this very turn gave is not seen yet.
 */
enum err mandate_index_covers(const struct turn *turn, const char *principal, const char *agent,
			      const char *kind, uint64_t received_ms, bool *ret_covers);

/*
 * All of the agent that are not over, in order of principal, as they are durable. Of each: number,
 * principal, agent, kinds, from, until, confirmed_ms; the other texts are "".
 */
enum err mandate_index_of_agent(const struct turn *turn, const char *agent,
				struct mandate **ret_mandates, size_t *ret_count);

/*
 * A mandate put of which principal, agent, kinds and days are the same; confirmed, if that is asked
 * for. ERR_MISSING.
 */
enum err mandate_index_same(const struct turn *turn, const struct mandate *wanted,
			    uint64_t *ret_number);

#endif
