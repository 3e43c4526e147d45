/*
 * cmd_ledger_copy - `sampan ledger backup | restore | follow`: a ledger copied into segments, and back.
 */
#ifndef NODE_CMD_LEDGER_COPY_H
#define NODE_CMD_LEDGER_COPY_H

#include <stdbool.h>
#include <stdint.h>

struct cmd_ledger_copy {
	const char *directory; /* the node's folder */
	const char *to;        /* backup: the folder of segments */
	const char *from;      /* restore, follow: the folder of segments */
	uint64_t every_s;      /* go on for ever, this often; 0: once */
	bool as_json;
};

/* The exit code. What is wrong is said on stderr. */
int cmd_ledger_backup(const struct cmd_ledger_copy *copy);
int cmd_ledger_restore(const struct cmd_ledger_copy *copy);
int cmd_ledger_follow(const struct cmd_ledger_copy *copy);

#endif
