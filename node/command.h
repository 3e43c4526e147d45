/*
 * command - the commands of the command line, one file node/cmd_NAME.c each.
 *
 * argv[0] is the command's name. Each returns the process's exit code (sysexits, err_exit_code()). Data goes to stdout,
 * everything else to stderr; every command that prints data takes --json. --help prints the command's usage and returns 0.
 */
#ifndef NODE_COMMAND_H
#define NODE_COMMAND_H

int cmd_translate(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_node(int argc, char **argv);
int cmd_partner(int argc, char **argv);
int cmd_lodge(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_queue(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_role(int argc, char **argv); /* internal: `sampan role NAME`, started by the supervisor */

/*
 * The folder of the schema set: $SAMPAN_SCHEMAS, else "schemas" beside or above the program's own folder (a clone: build/../schemas;
 * installed: PREFIX/share/sampan/schemas). Static memory; never NULL.
 */
const char *command_schemas_folder(void);

#endif
