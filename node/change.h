/*
 * change - may this caller change this message? Asked in the ledger's turn that decides the change,
 * of the registry and the message as they are then.
 */
#ifndef NODE_CHANGE_H
#define NODE_CHANGE_H

#include "node/access.h"
#include "node/message.h"

/*
 * The message of an id, when the caller may do this to it; *ret_caller is who they are by now.
 * ERR_MISSING: there is no such message, or none that they may know of. ERR_DENIED: their credential
 * does not hold any more, or does not allow this. A reason (access.h) opens nothing here: it is for
 * reading.
 */
enum err change_message(const struct turn *turn, const struct caller *claimed,
			enum access_action action, const char *id, struct caller *ret_caller,
			struct message *ret_message);

/*
 * The same of who is known already (identity.h, caller.h), and of the message by its number. What cannot be read is an
 * error, and never a no.
 */
enum err change_judge(const struct turn *turn, const struct caller *caller,
		      enum access_action action, uint64_t number);

#endif
