/*
 * find - the keys by which messages are recognised and found: identity, certificate, declaration
 * number, reference ...
 *
 * A key is a text such as "identity|party:x|vn.export|..."; stored is its hash under the month of
 * arrival (SPACE_KEY), so that the only random keys of the ledger stay together and old months are
 * never written again. Before it stands a hash of what the text is about (its reference, its number), so
 * that the keys of one document are neighbours: they cost the store one page and not one each. Asking goes from the newest month back to the first, but for those whose sieve
 * says no; the newest is not this one
 * when the clock was set back, and then what came before is still found.
 */
#ifndef NODE_FIND_H
#define NODE_FIND_H

#include "node/month_sieve.h"

/*
 * What is known over many turns and within one, for the one who writes: the sieves of old months, and
 * the months between which all keys lie ("YYYYMM"; begin each turn with newest empty).
 */
struct find_memory {
	struct month_sieve_set *sieves; /* NULL: none */
	char oldest[CALENDAR_MONTH_BYTES];
	char newest[CALENDAR_MONTH_BYTES];
};

struct find_entry {
	uint64_t message;
	struct hash document; /* SHA-256 of the bytes that brought it */
};

/* The newest entry under the text. Sees what this turn put. ERR_MISSING. */
enum err find_get(const struct turn *turn, const char *text, struct find_entry *ret_entry);

/* Put an entry; one already there in this month is replaced. */
enum err find_put(const struct turn *turn, const char *text, const struct find_entry *entry);

/*
 * Build a key text from parts (ended by NULL) with "|" between them, in the turn's arena; NULL when
 * out of memory.
 */
const char *find_text(const struct turn *turn, ...) __attribute__((sentinel));

#endif
