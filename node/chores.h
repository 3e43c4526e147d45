/*
 * chores - what the ledger role does in a turn without being asked: the desk's registrations, certificates whose last day is over,
 * deliveries that another configuration makes another version of, the filters of blocks of keys
 * that are over, indexes that an older program did not keep, what verdicts on signatures rest on; and
 * what it remembers over turns for that.
 */
#ifndef NODE_CHORES_H
#define NODE_CHORES_H

#include "node/find.h"
#include "node/grounds.h"
#include "node/renewal.h"
#include "node/role.h"

struct chores {
	const struct role *role; /* for its log */
	struct renewal renewal;
	enum err renewal_trouble; /* of the last turn; OK: none */
	enum err desk_trouble;
	uint64_t desk_after; /* how far its queue was gone through; 0: from its beginning */
	enum err expiry_trouble;
	bool has_expired; /* more certificates than it got through */
	struct find_memory memory;
	enum err sieve_trouble;
	bool has_sieves; /* to make */
	enum err index_trouble;
	struct grounds grounds; /* that may not be on record yet */
	bool has_grounds;
	enum err ground_trouble;
	enum err name_trouble;
	bool is_named;          /* the mark of named.h stands */
	enum err number_trouble;
	bool has_numbers;       /* by_hand_step() is through */
	bool is_whole;          /* the index by state */
	bool has_registrations; /* the desk's queue holds more than it got through */
};

/*
 * Do what is due, as part of the turn. The desk registers what the questions of this very turn put
 * into its queue, so call this behind them, and what earlier turns left there. What fails is taken
 * back, told once, and tried again.
 */
void chores_do(struct chores *chores, const struct turn *turn);

/* Before the sandbox closes: reads the trust folder. What cannot be read is logged. */
void chores_open(struct chores *chores, const struct role *role);

/* What find.h remembers; lives until chores_clear(). */
struct find_memory *chores_memory(struct chores *chores);
void chores_clear(struct chores *chores);

/* The commit failed: what it held is done anew. */
void chores_failed(struct chores *chores);

/* Is there more than one turn holds? */
bool chores_has_more(const struct chores *chores);

/* Is anything left, if only for another try? */
bool chores_is_done(const struct chores *chores);

#endif
