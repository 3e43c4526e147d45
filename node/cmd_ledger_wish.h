/*
 * cmd_ledger_wish - what `sampan ledger` was asked for: is it something that there is?
 */
#ifndef NODE_CMD_LEDGER_WISH_H
#define NODE_CMD_LEDGER_WISH_H

#include <stdbool.h>
#include <stdint.h>

#include "node/cmd_ledger.h"
#include "node/cmd_ledger_copy.h"

/*
 * A verb: what it cannot do without, and who does it. look: the ledger is only read. Neither look nor copy: a node that
 * runs is asked, which --config names, and not --dir.
 */
struct cmd_ledger_way {
	const char *name; /* NULL: behind the last */
	bool needs_to, needs_from, needs_dir;
	cmd_ledger_verb *look;
	int (*copy)(const struct cmd_ledger_copy *copy);
};

/* As typed; to, from and dir: NULL where not given. */
struct cmd_ledger_wish {
	const char *since, *every, *to, *from, *dir;
};

struct cmd_ledger_wanted {
	const struct cmd_ledger_way *way;
	uint64_t since, every_s;
};

/*
 * argv[1] is the verb, of count words. 0: *ret_wanted is set; else what is wrong was said on stderr, and this is the exit
 * code.
 */
int cmd_ledger_wish(const struct cmd_ledger_wish *wish, const struct cmd_ledger_way *ways,
		    int count, char **argv, struct cmd_ledger_wanted *ret_wanted);

#endif
