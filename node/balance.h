/*
 * balance - what was used of a certificate of origin and what is left of it, per goods item and unit,
 * in exact decimals (Circular 33/2023/TT-BTC Art. 15(5)).
 *
 * Under SPACE_BALANCE by the certificate's message stands every write-off in the order in which it was
 * said; what was certified is the table "goods" of the certificate's facts. A write-off that was reversed
 * stays and does not count. It is read as this turn left it, so that two in one commit cannot both
 * take the last piece.
 *
 * An item is certified in a quantity of units, and mostly in a gross weight too: it is written off in
 * the unit in which it was first.
 */
#ifndef NODE_BALANCE_H
#define NODE_BALANCE_H

#include "node/message.h"

#define BALANCE_USES 4096u /* of one certificate */

struct balance_use {
	const char *item, *unit, *quantity;
	const char *declaration, *office,
		*date;         /* the import declaration, the day of the write-off */
	const char *reference; /* of the notice that said it */
	uint64_t notice;       /* its message */
	uint64_t declared_in;  /* message of the import declaration; 0: not here */
	bool is_reversed;
};

struct balance {
	struct balance_use *uses;
	size_t count;
	size_t room; /* of uses; balance_add() makes more */
};

/* One goods item in one unit. */
struct balance_item {
	const char *item, *hs, *unit;
	const char *declared, *used, *left; /* decimals; left may be negative: a partner said so */
};

/*
 * What was written off of the certificate; in the turn's arena. None: an empty one. ERR_CORRUPT,
 * ERR_VERSION.
 */
enum err balance_load(const struct turn *turn, uint64_t certificate, struct balance *ret_balance);
enum err balance_save(const struct turn *turn, uint64_t certificate, const struct balance *balance);

/* One more; its texts are borrowed. ERR_LIMIT: there are BALANCE_USES. */
enum err balance_add(const struct turn *turn, struct balance *balance,
		     const struct balance_use *use);

/*
 * Item by item in the order of the certificate, and behind them what was used of items that it does not
 * have. *ret_items is in the turn's arena.
 */
enum err balance_items(const struct turn *turn, const struct message *certificate,
		       const struct balance *balance, struct balance_item **ret_items,
		       size_t *ret_count);

/*
 * One item in a unit. ERR_MISSING: the certificate has no such item. ERR_CONFLICT: not in this unit, or it is
 * written off in another; ret_item->unit is the one that can be used.
 */
enum err balance_item_of(const struct turn *turn, const struct message *certificate,
			 const struct balance *balance, const struct balance_use *use,
			 struct balance_item *ret_item);

/* Is a, an exact decimal, above b? */
bool balance_is_above(const char *a, const char *b);

/* LIFE_REVERSED: nothing is used. LIFE_USED: a part is. LIFE_USED_UP: nothing is left of any item. */
enum err balance_event(const struct turn *turn, const struct message *certificate,
		       const struct balance *balance, enum life_event *ret_event);

#endif
