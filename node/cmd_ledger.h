/*
 * cmd_ledger - what the files of the command `sampan ledger` share; nobody else includes it.
 */
#ifndef NODE_CMD_LEDGER_H
#define NODE_CMD_LEDGER_H

#include "node/ledger.h"

/* What the command line asked for, and what was opened for it. */
struct cmd_ledger_task {
	const char *directory;
	const char *payloads;
	const char *config;  /* path of node.yaml; NULL: that of the directory, if it has one */
	const char *stamps;  /* PEM: whose time stamps are believed; NULL: as node.yaml says */
	const char *holding; /* only records that hold this text; NULL: all */
	bool as_json;
	uint64_t since;
	struct arena *arena;        /* lives as long as the command */
	struct arena *record_arena; /* cleared for each record */
	struct ledger *ledger;
	uint64_t *where; /* the record that is looked at, for who outlives this process; or NULL */
};

typedef int cmd_ledger_verb(struct cmd_ledger_task *task);

/*
 * Run a verb in a process of its own. The store's library believes what stands in its file and
 * follows it where there is no memory: that process dies of it, and this one says in words that the
 * file is damaged, and about where. The exit code: the verb's, or EX_DATAERR.
 */
int cmd_ledger_contain(struct cmd_ledger_task *task,
		       int (*run)(struct cmd_ledger_task *task, cmd_ledger_verb *verb),
		       cmd_ledger_verb *verb);

cmd_ledger_verb cmd_ledger_verify;

#endif
