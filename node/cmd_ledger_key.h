/* cmd_ledger_key - the public keys that `sampan ledger` believes, from the node's folder. */
#ifndef NODE_CMD_LEDGER_KEY_H
#define NODE_CMD_LEDGER_KEY_H

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/key.h"

/*
 * Read DIRECTORY/NAME, such as keys/ledger.pub; says what is wrong with it. origin: "name/epoch" of the ledger whose it
 * must be, in any epoch; NULL: that is not known. ERR_CONFIG: it is another ledger's.
 */
enum err cmd_ledger_key(const char *directory, const char *name, const char *origin,
			struct arena *arena, uint8_t ret_public_key[KEY_PUBLIC_BYTES]);

#endif
