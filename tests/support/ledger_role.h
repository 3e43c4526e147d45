/* ledger_role - a new node's folder and seal, and the ledger role that a test opens there. */
#ifndef TESTS_SUPPORT_LEDGER_ROLE_H
#define TESTS_SUPPORT_LEDGER_ROLE_H

#include "node/role.h"
#include "node/seal.h"

#define LEDGER_ROLE_FOLDER_BYTES 64u
#define LEDGER_ROLE_MAP_BYTES \
	((uint64_t)64 * 1024 * 1024) /* the default is more than valgrind maps */

struct ledger_role {
	char directory[LEDGER_ROLE_FOLDER_BYTES];
	struct arena *arena;
	struct config *config;
	struct seal *seal;
};

/* role has the arena and the configuration, and no loop yet. */
void ledger_role_make(struct ledger_role *home, struct role *role);

/* The folder, too; the role and its loop are closed. */
void ledger_role_remove(struct ledger_role *home);

#endif
