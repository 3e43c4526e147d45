/*
 * ledger_home - the ledger of a node, in its folder, for the one who writes it.
 */
#ifndef NODE_LEDGER_HOME_H
#define NODE_LEDGER_HOME_H

#include "node/ledger.h"
#include "sampan/config.h"

/*
 * Open it, or make it. ERR_CONFIG: it is a copy of another one (restore.h), and two nodes would write
 * one ledger, were one to run on it. Others as engine_lmdb_open() and ledger_open(). The arena takes
 * the folder's name.
 */
enum err ledger_home_open(const struct config *config, struct arena *arena,
			  struct ledger **ret_ledger);

#endif
