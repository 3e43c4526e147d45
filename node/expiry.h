/*
 * expiry - a certificate of origin ends with its last day (flows.md, States: twelve months).
 *
 * Under SPACE_EXPIRY, in order of their last days, stand the certificates that can still end so, ours and those
 * that came. The ledger role looks at those whose day is over (expiry_step()); what a certificate may be used for
 * behind its last day is use.h.
 */
#ifndef NODE_EXPIRY_H
#define NODE_EXPIRY_H

#include "node/message.h"

/*
 * The last day as an ISO date: what the document says, else twelve months from the day of issue. "" when it says
 * neither, NULL when out of memory.
 */
const char *expiry_last_day(const struct facts *certificate, struct arena *arena);

/*
 * Is its last day more than twelve months over? A declaration that came in time cannot bring it any more (Circular
 * 33/2023/TT-BTC Art. 12). Not twelve months from what it says, where that is later than the law has it.
 */
bool expiry_is_long_over(const struct turn *turn, const struct facts *certificate);

/* Look at it when its last day is over. One whose day cannot be read, or for which time is nothing, never ends so. */
enum err expiry_watch(const struct turn *turn, const struct message *certificate);

/*
 * Take some of those whose day is over to "expired" (record Expired). One that is asked about is looked at again
 * tomorrow, and so is one that cannot be read, which holds up no other: *ret_unread is the last of those, or 0. One that
 * ended otherwise is forgotten. *ret_more: there are more of them.
 */
enum err expiry_step(const struct turn *turn, uint64_t *ret_unread, bool *ret_more);

/*
 * Visit a bounded piece of the certificates that stand here, each once in the life of the ledger; *ret_more: there are
 * more. A visit's error ends it, and leaves the batch to be rewound.
 */
typedef enum err expiry_visit(const struct turn *turn, uint64_t certificate);
enum err expiry_walk(const struct turn *turn, expiry_visit *visit, bool *ret_more);

/* For verification: does the entry with this key stand for the last day of this certificate, or for a later one? */
bool expiry_is_true(struct bytes key, const struct message *certificate);

#endif
