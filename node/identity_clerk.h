/*
 * identity_clerk - the clerk's answers about identities: CLERK_WHO and CLERK_IDENTITIES of
 * clerk_call.h.
 */
#ifndef NODE_IDENTITY_CLERK_H
#define NODE_IDENTITY_CLERK_H

#include "node/identity.h"

/* Answer from what is durable. ERR_FORMAT, and what clerk_call.h says. */
enum err identity_clerk_who(const struct turn *turn, struct bytes question, struct buffer *to);
enum err identity_clerk_list(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
