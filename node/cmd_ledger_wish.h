/*
 * cmd_ledger_wish - what `sampan ledger` was asked for: is it something that there is?
 */
#ifndef NODE_CMD_LEDGER_WISH_H
#define NODE_CMD_LEDGER_WISH_H

#include <stdint.h>

/* As typed; to, from and dir: NULL where not given. */
struct cmd_ledger_wish {
	const char *since, *every, *to, *from, *dir;
};

/*
 * argv[1] is the verb, of count words. 0: *ret_since and *ret_every are set; else what is wrong was said on stderr, and this
 * is the exit code.
 */
int cmd_ledger_wish(const struct cmd_ledger_wish *wish, int count, char **argv, uint64_t *ret_since,
		    uint64_t *ret_every);

#endif
