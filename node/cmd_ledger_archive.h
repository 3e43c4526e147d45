/*
 * cmd_ledger_archive - `sampan ledger archive`: payloads older than their kind's policy leave the store.
 */
#ifndef NODE_CMD_LEDGER_ARCHIVE_H
#define NODE_CMD_LEDGER_ARCHIVE_H

#include <stdbool.h>

/*
 * Asks the running node of that configuration (NULL: the usual one). is_trial: only say how many there
 * are. The exit code; what is wrong is said on stderr.
 */
int cmd_ledger_archive(const char *config_path, bool is_trial, bool as_json);

#endif
