/*
 * cmd_ledger_search - which records hold a text, for `sampan ledger list` and `export`: in the value of an attribute, or in
 * a payload.
 */
#ifndef NODE_CMD_LEDGER_SEARCH_H
#define NODE_CMD_LEDGER_SEARCH_H

#include "node/ledger.h"

struct cmd_ledger_search {
	const char *text;
	uint64_t found;
	uint64_t unread; /* payloads in archives that are not here */
};

/* Does this one? Its payloads are read into the arena. An error of ledger_payload(), but for ERR_ARCHIVED. */
enum err cmd_ledger_search_record(struct cmd_ledger_search *search, struct ledger *ledger,
				  const struct record *record, struct arena *arena,
				  bool *ret_holds);

/* Say on stderr that none does, and what was not read. The exit code. */
int cmd_ledger_search_end(const struct cmd_ledger_search *search);

#endif
