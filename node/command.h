/*
 * command - the commands of the command line, one file node/cmd_NAME.c each.
 *
 * argv[0] is the command's name. Each returns the process's exit code (sysexits, err_exit_code()).
 * Data goes to stdout, everything else to stderr; every command that prints data takes --json.
 * --help prints the command's usage and returns 0.
 */
#ifndef NODE_COMMAND_H
#define NODE_COMMAND_H

#include <stdbool.h>

#include "sampan/config.h"

int cmd_translate(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_node(int argc, char **argv);
int cmd_partner(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_party(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_mandate(int argc, char **argv);
int cmd_lodge(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_queue(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_webhook(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_evidence(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_role(int argc, char **argv); /* internal: `sampan role NAME`, started by the supervisor */

/*
 * The folder of the schema set: $SAMPAN_SCHEMAS, else "schemas" beside or above the program's own
 * folder (a clone: build/../schemas; installed: PREFIX/share/sampan/schemas). Static memory; never
 * NULL.
 */
const char *command_schemas_folder(void);

/*
 * The configuration file when none is named: $SAMPAN_CONFIG, else ./node.yaml, else
 * /etc/sampan/node.yaml. Never NULL.
 */
const char *command_config_path(void);

/*
 * One option, "--name VALUE" (also "--name=VALUE") when value is set, else "--name". value may be
 * called several times.
 */
struct command_option {
	const char *name; /* "--config", or "-o" */
	const char **value;
	bool *is_set;
};

#define COMMAND_HELPED (-1) /* the usage was printed to stdout: end with 0 */
#define COMMAND_WRONG (-2)  /* what is wrong was printed to stderr: end with 64 */

/*
 * Read the options wherever they stand, "--" ending them; "--help" and "-h" print the usage. What
 * is left is moved to argv[1] and on, and its count returned; or COMMAND_HELPED or COMMAND_WRONG.
 */
int command_options(int argc, char **argv, const struct command_option *options, const char *usage);

/*
 * Say on stderr what is wrong in how a command was typed, and how to get help. given: what was typed, "" for nothing. The exit
 * code, 64.
 */
int command_complain(const char *command, const char *what, const char *given);

/* The exit code for what command_options() returned below 0. */
int command_exit_code(int result);

/*
 * Load the configuration (path NULL: command_config_path()) for a command: on failure its message
 * goes to stderr, *ret_config is untouched and the exit code is returned; 0 when loaded (release
 * with config_free()).
 */
int command_load_config(const char *path, struct config **ret_config);

/* One command of the table in main.c. */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what; /* one line for `sampan help`; NULL for internal ones */
};

#endif
