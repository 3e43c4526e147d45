/*
 * inbox - a document goes into its recipient's folder, parties/ID/inbox.
 */
#ifndef NODE_INBOX_H
#define NODE_INBOX_H

#include "node/ledger_call.h"
#include "sampan/config.h"

/*
 * The file's name says which delivery it is, so that handing over twice writes the same file twice. ERR_FULL,
 * ERR_MEMORY: later; any other error: there is no such folder, or it cannot be written.
 */
enum err inbox_write(const struct config *config, const char *party,
		     const struct ledger_work *work);

#endif
