/*
 * cmd_reopen - `sampan node operator` and `sampan node reopen`: the operator's key, and a new epoch of a
 * restored ledger by its word (reopen.h). Each returns the process's exit code.
 */
#ifndef NODE_CMD_REOPEN_H
#define NODE_CMD_REOPEN_H

/* Make a key pair: the private half to a new file at key_path. */
int cmd_reopen_operator(const char *config_path, const char *key_path);

int cmd_reopen_ledger(const char *config_path, const char *key_path);

#endif
