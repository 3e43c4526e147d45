#include "node/cmd_ledger_wish.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/command.h"

#define MAX_EVERY_S 86400u

/* What each cannot do without, and whether it asks a node that runs, which --config names. */
static const struct verb {
	const char *name;
	bool needs_to, needs_from, asks_node;
} verbs[] = {{.name = "verify"},
	     {.name = "stat"},
	     {.name = "list"},
	     {.name = "export"},
	     {.name = "backup", .needs_to = true},
	     {.name = "restore", .needs_from = true},
	     {.name = "follow", .needs_from = true},
	     {.name = "archive", .asks_node = true},
	     {.name = NULL}};

static bool parse_number(const char *text, uint64_t *ret_number)
{
	char *end = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static const struct verb *find(const char *name)
{
	const struct verb *verb = verbs;

	while (verb->name != NULL && strcmp(verb->name, name) != 0)
		verb++;
	return verb->name == NULL ? NULL : verb;
}

/* Of those that begin alike, the first. */
static const char *meant(const char *name)
{
	for (const struct verb *verb = verbs; verb->name != NULL; verb++)
		if (strncmp(verb->name, name, 3) == 0)
			return verb->name;
	return NULL;
}

static int wrong(const char *what, const char *given)
{
	return command_complain("ledger", what, given);
}

static int wrong_verb(const char *name)
{
	const char *near = meant(name);

	(void)wrong("there is no command", name);
	if (near != NULL)
		fprintf(stderr, "Did you mean \"%s\"?\n", near);
	return EX_USAGE;
}

int cmd_ledger_wish(const struct cmd_ledger_wish *wish, int count, char **argv, uint64_t *ret_since,
		    uint64_t *ret_every)
{
	const struct verb *verb;

	if (count == 0)
		return wrong(
			"which command? verify, stat, list, export, backup, restore, follow or archive",
			"");
	if ((verb = find(argv[1])) == NULL)
		return wrong_verb(argv[1]);
	if (count > 1)
		return wrong("one word too many:", argv[2]);
	if (!parse_number(wish->since, ret_since))
		return wrong("--since is the number of a record, and not", wish->since);
	if (!parse_number(wish->every, ret_every) || *ret_every > MAX_EVERY_S)
		return wrong("--every is a number of seconds up to 86400, and not", wish->every);
	if (verb->needs_to && wish->to == NULL)
		return wrong("backup needs --to FOLDER", "");
	if (verb->needs_from && wish->from == NULL)
		return wrong("restore and follow need --from FOLDER", "");
	if (verb->asks_node && wish->dir != NULL)
		return wrong("archive asks a node that runs: --config FILE names it, and not --dir",
			     wish->dir);
	return EX_OK;
}
