#include "node/cmd_ledger_wish.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/command.h"

#define MAX_EVERY_S 86400u

static bool parse_number(const char *text, uint64_t *ret_number)
{
	char *end = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static const struct cmd_ledger_way *find(const struct cmd_ledger_way *ways, const char *name)
{
	while (ways->name != NULL && strcmp(ways->name, name) != 0)
		ways++;
	return ways->name == NULL ? NULL : ways;
}

/* Of those that begin alike, the first. */
static const char *meant(const struct cmd_ledger_way *ways, const char *name)
{
	while (ways->name != NULL && strncmp(ways->name, name, 3) != 0)
		ways++;
	return ways->name;
}

static int wrong(const char *what, const char *given)
{
	return command_complain("ledger", what, given);
}

static int wrong_verb(const struct cmd_ledger_way *ways, const char *name)
{
	const char *near = meant(ways, name);

	(void)wrong("there is no command", name);
	if (near != NULL)
		fprintf(stderr, "Did you mean \"%s\"?\n", near);
	return EX_USAGE;
}

/* What the verb needs, or does not take. */
static int check_needs(const struct cmd_ledger_wish *wish, const struct cmd_ledger_way *way)
{
	if (way->needs_to && wish->to == NULL)
		return wrong("backup needs --to FOLDER", "");
	if (way->needs_from && wish->from == NULL)
		return wrong("restore and follow need --from FOLDER", "");
	if (way->needs_dir && wish->dir == NULL)
		return wrong("restore and follow need --dir DIR: the folder that they write to",
			     "");
	if (way->look == NULL && way->copy == NULL && wish->dir != NULL)
		return wrong("archive asks a node that runs: --config FILE names it, and not --dir",
			     wish->dir);
	return EX_OK;
}

int cmd_ledger_wish(const struct cmd_ledger_wish *wish, const struct cmd_ledger_way *ways,
		    int count, char **argv, struct cmd_ledger_wanted *ret_wanted)
{
	struct cmd_ledger_wanted wanted = {.way = NULL};

	if (count == 0)
		return wrong(
			"which command? verify, stat, list, export, backup, restore, follow or archive",
			"");
	if ((wanted.way = find(ways, argv[1])) == NULL)
		return wrong_verb(ways, argv[1]);
	if (count > 1)
		return wrong("one word too many:", argv[2]);
	if (!parse_number(wish->since, &wanted.since))
		return wrong("--since is the number of a record, and not", wish->since);
	if (!parse_number(wish->every, &wanted.every_s) || wanted.every_s > MAX_EVERY_S)
		return wrong("--every is a number of seconds up to 86400, and not", wish->every);
	*ret_wanted = wanted;
	return check_needs(wish, wanted.way);
}
