/*
 * identity_list - what the clerk says of the registry: accounts, credentials, mandates, and who
 * changed them.
 */
#ifndef NODE_IDENTITY_LIST_H
#define NODE_IDENTITY_LIST_H

#include "node/identity.h"

/*
 * "users", "credentials", "mandates" or "audit" as JSON {WHAT:[...],"next"}: what the caller may
 * see, newest first, at most IDENTITY_LIST. before: only records before this number; 0: from the
 * newest; "next" is the before of the next page, null at the end. Never a secret, nor its hash.
 * ERR_DENIED; ERR_USAGE: no such list.
 */
enum err identity_list(const struct turn *turn, const struct caller *caller, const char *what,
		       uint64_t before, struct buffer *to);

#endif
