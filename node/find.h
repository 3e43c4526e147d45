/*
 * find - the keys by which messages are recognised and found: identity, certificate, declaration
 * number, reference ...
 *
 * A key is a text such as "identity|party:x|vn.export|..."; stored is its hash under the block of
 * records in which it came (block_sieve.h), so that the only random keys of the ledger stay together in
 * a place that does not grow with it, and what is older is never written again. Before it stands a hash of what the text
 * is about (its reference, its number), so that the keys of one document are neighbours: they cost the
 * store one page and not one each. Asking goes from the newest block back to the first, but for those
 * whose filter says no. The clock has no part in it.
 */
#ifndef NODE_FIND_H
#define NODE_FIND_H

#include "node/block_sieve.h"

/* What is known over many turns, for the one who writes. */
struct find_memory {
	struct block_sieve *sieve; /* NULL: none */
};

struct find_entry {
	uint64_t message;
	struct hash document; /* SHA-256 of the bytes that brought it */
};

/* The newest entry under the text. Sees what this turn put. ERR_MISSING. */
enum err find_get(const struct turn *turn, const char *text, struct find_entry *ret_entry);

/* Put an entry; one already there in this block is replaced. */
enum err find_put(const struct turn *turn, const char *text, const struct find_entry *entry);

/*
 * Messages with a key in the place of those about this value (up to its first "|"), each once, the newest first, below
 * `before` (0: all): those whose reference or number it is, and by chance others, so look at each. Only
 * what is durable. In the turn's arena. ERR_LIMIT: more than FIND_ABOUT_KEYS keys lie there.
 */
#define FIND_ABOUT_KEYS 4096u
enum err find_about(const struct turn *turn, const char *value, uint64_t before,
		    uint64_t **ret_messages, size_t *ret_count);

/* Does the key of this text stand in the place of those about this value? */
bool find_is_about(const char *text, const char *value);

/*
 * Build a key text from parts (ended by NULL) with "|" between them, in the turn's arena; NULL when
 * out of memory.
 */
const char *find_text(const struct turn *turn, ...) __attribute__((sentinel));

#endif
