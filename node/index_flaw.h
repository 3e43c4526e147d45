/*
 * index_flaw - what does not agree in messages and what stands beside them: balances of certificates (balance.h), which
 * declarations name them (pair.h), their last days (expiry.h), and how a message is found and recognised.
 * For index_check.h.
 */
#ifndef NODE_INDEX_FLAW_H
#define NODE_INDEX_FLAW_H

#include "node/index_look.h"

/* Entries of SPACE_MESSAGE, SPACE_BALANCE, SPACE_PAIR, SPACE_EXPIRY; their keys end with a message's number. */
index_look_at_entry index_flaw_message, index_flaw_balance, index_flaw_pair, index_flaw_expiry;

#endif
