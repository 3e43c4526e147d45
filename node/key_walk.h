/*
 * key_walk - every key of one space of the ledger in order, for who compares them with the records.
 */
#ifndef NODE_KEY_WALK_H
#define NODE_KEY_WALK_H

#include "node/ledger.h"
#include "node/space.h"
#include "node/turn.h"

/* The key and its value as they are in one view of the ledger, which what it reads by the turn is of, too. */
typedef enum err key_walk_visit(void *context, const struct turn_key *key, struct bytes value);

struct key_walk {
	struct turn *turn;
	const struct ledger_verdict *verdict; /* bad: nothing more is visited */
	void *context;
	uint64_t visited;
};

/*
 * Counts what it visits. The turn's arena is emptied before each visit. Keys come in pages, so beside a
 * living node none is visited that is gone meanwhile. ERR_CORRUPT: keys do not rise, as in a damaged tree
 * that leads in a circle; else the error of ledger_scan, ledger_hold or the visit.
 */
enum err key_walk(struct key_walk *walk, enum space space, key_walk_visit *visit);

#endif
