#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/command.h"
#include "sampan/version.h"

static const struct command commands[] = {
	{"demo", cmd_demo, "two nodes on this machine, real documents between them"},
	{"translate", cmd_translate, "turn documents of one kind into another, with a report"},
	{"check", cmd_check, "identify and check documents"},
	{"schema", cmd_schema, "the schemas, maps and rules known: list, check; map in words"},
	{"node", cmd_node, "make, check and run a node"},
	{"partner", cmd_partner, "partners of a node: card, add, list, ping, resume"},
	{"sign", cmd_sign, "sign a document with a key or a token"},
	{"party", cmd_party, "who lodges and receives here: add, list, show, remove"},
	{"user", cmd_user, "people, tokens, certificates: add, lock, password, token, revoke"},
	{"mandate", cmd_mandate, "who may lodge for whom: give, confirm, revoke, list"},
	{"lodge", cmd_lodge, "lodge documents: here, or over HTTPS"},
	{"status", cmd_status, "the timeline of a message, in words"},
	{"queue", cmd_queue, "what waits for whom: list, retry, drop"},
	{"doctor", cmd_doctor, "what is wrong with a node and what to do about it"},
	{"webhook", cmd_webhook, "where events are sent to: list, replay"},
	{"ledger", cmd_ledger, "the ledger of a node: verify, stat, list, export, backup, restore, follow, archive"},
	{"evidence", cmd_evidence, "a file that proves what became of a message"},
	{"verify", cmd_verify, "check such files offline, with trust anchors only"},
	{"bench", cmd_bench, "measure on this machine: translate, door, ledger, exchange"},
	{"role", cmd_role, NULL},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void print_usage(FILE *to)
{
	fputs("usage: sampan COMMAND [OPTION]... [FILE]...\n"
	      "\n"
	      "Sampan exchanges customs documents between national single windows, and proves what it did.\n"
	      "\n",
	      to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].what != NULL)
			fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].what);
	fputs("\n`sampan help COMMAND` explains one. Data goes to stdout, everything else to stderr;\n"
	      "--json where a command prints data. Exit codes are those of sysexits.h.\n",
	      to);
}

static int unknown(const char *name)
{
	fprintf(stderr, "sampan: there is no command \"%s\"", name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].what != NULL && strncmp(commands[i].name, name, 2) == 0)
			fprintf(stderr, "; did you mean \"%s\"?", commands[i].name);
	fputs("\n`sampan help` lists them.\n", stderr);
	return EX_USAGE;
}

static int help(int argc, char **argv)
{
	char help_option[] = "--help";
	char *arguments[] = {NULL, help_option, NULL};
	const struct command *command;

	if (argc < 3) {
		print_usage(stdout);
		return EX_OK;
	}
	command = find(argv[2]);
	if (command == NULL)
		return unknown(argv[2]);
	arguments[0] = argv[2];
	return command->run(2, arguments);
}

/* A full disk or closed pipe must not look like success. */
static int flush(int code)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	perror("sampan: cannot write to standard output");
	return code == EX_OK ? EX_CANTCREAT : code;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_usage(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("sampan " SAMPAN_VERSION);
		return flush(EX_OK);
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return flush(help(argc, argv));
	command = find(argv[1]);
	return command == NULL ? unknown(argv[1]) : flush(command->run(argc - 1, argv + 1));
}
