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

/* Look at it when its last day is over. One whose day cannot be read, or for which time is nothing, never ends so. */
enum err expiry_watch(const struct turn *turn, const struct message *certificate);

/*
 * Take some of those whose day is over to "expired" (record Expired). One that is asked about is looked at again
 * tomorrow; one that ended otherwise is forgotten. *ret_more: there are more of them.
 */
enum err expiry_step(const struct turn *turn, bool *ret_more);

/* For verification: does the entry with this key stand for the last day of this certificate, or for a later one? */
bool expiry_is_true(struct bytes key, const struct message *certificate);

#endif
