#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/identity_cmd.h"

static const char usage[] =
	"usage: sampan mandate give --principal TAX-CODE --agent PARTY [--kinds \"KIND ...\"] [--from DATE] [--until DATE]\n"
	"       sampan mandate confirm NUMBER --reason TEXT\n"
	"       sampan mandate revoke NUMBER [--reason TEXT]\n"
	"       sampan mandate list [--json]\n"
	"       each with [--config FILE]\n"
	"\n"
	"A mandate lets an agent lodge in the name of a principal: for all kinds or those named, on the days from and until\n"
	"(both included). One that an operator notes here holds once it is confirmed: by the principal over HTTP, or here, with\n"
	"the paper that says so as the reason. Revoked, it ends at once. Everything is recorded with your name.\n";

struct wishes {
	const char *config_path, *principal, *agent, *kinds, *from, *until, *reason;
	bool as_json;
};

static int change(struct ask *ask, const char *verb, const char *const *pairs, const char *reason)
{
	struct facts answer;
	enum err err = ask_identity(ask, verb, pairs, reason, &answer);
	const struct identity_cmd of = {.command = "mandate",
					.about = strcmp(pairs[0], "number") == 0 ? pairs[1] : NULL};
	int code = identity_cmd_end(ask, &of, err, &answer);

	if (code == EX_OK)
		printf("%s\n", facts_get_or_empty(&answer, "number"));
	return code;
}

static int give(struct ask *ask, const struct wishes *wishes)
{
	const char *pairs[] = {"principal", wishes->principal, "agent", wishes->agent,
			       "kinds",     wishes->kinds,     "from",  wishes->from,
			       "until",     wishes->until,     NULL};
	int code;

	if (wishes->principal == NULL || wishes->agent == NULL) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	code = change(ask, "mandate-give", pairs, NULL);
	if (code == EX_OK)
		fputs("It holds once the principal confirms it, or `sampan mandate confirm` does with a reason.\n",
		      stderr);
	return code;
}

static int carry_out(struct ask *ask, int count, char **argv, const struct wishes *wishes)
{
	static const struct identity_cmd_column columns[] = {
		{"number", "number", 8}, {"principal", "principal", 14},
		{"agent", "agent", 20},  {"state", "state", 9},
		{"from", "from", 10},    {"until", "until", 10},
		{"kinds", "kinds", 0},   {NULL, NULL, 0}};
	const char *pairs[] = {"number", count == 2 ? argv[2] : NULL, "reason", wishes->reason,
			       NULL};

	if (count == 1 && strcmp(argv[1], "give") == 0)
		return give(ask, wishes);
	if (count == 2 && strcmp(argv[1], "confirm") == 0)
		return change(ask, "mandate-confirm", pairs, wishes->reason);
	if (count == 2 && strcmp(argv[1], "revoke") == 0)
		return change(ask, "mandate-revoke", pairs, wishes->reason);
	if (count == 1 && strcmp(argv[1], "list") == 0)
		return identity_cmd_list(ask, "mandate", "mandates", columns, wishes->as_json);
	fputs(usage, stderr);
	return EX_USAGE;
}

int cmd_mandate(int argc, char **argv)
{
	struct wishes wishes = {0};
	const struct command_option options[] = {{"--config", &wishes.config_path, NULL},
						 {"--principal", &wishes.principal, NULL},
						 {"--agent", &wishes.agent, NULL},
						 {"--kinds", &wishes.kinds, NULL},
						 {"--from", &wishes.from, NULL},
						 {"--until", &wishes.until, NULL},
						 {"--reason", &wishes.reason, NULL},
						 {"--json", NULL, &wishes.as_json},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);
	struct ask ask;
	int code;

	if (count < 0)
		return command_exit_code(count);
	code = ask_init(&ask, wishes.config_path);
	if (code == EX_OK)
		code = carry_out(&ask, count, argv, &wishes);
	ask_clear(&ask);
	return code;
}
