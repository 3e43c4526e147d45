/*
 * command_set - the schema set for commands that work without a node.
 */
#ifndef NODE_COMMAND_SET_H
#define NODE_COMMAND_SET_H

#include <stdio.h>

#include "messages/schema.h"

/*
 * Load the set of command_schemas_folder(). On failure what is wrong goes to stderr, *ret_set is
 * untouched and the exit code is returned; 0 when loaded (release with schema_set_free()).
 */
int command_set_load(struct schema_set **ret_set);

/*
 * Read a file, "-" being standard input, into the buffer. A file over the limit gives one byte more
 * than it, so that document_read() refuses it. ERR_MISSING, ERR_IO.
 */
enum err command_set_read(const char *file, struct buffer *to);

/* Say on stderr why command_set_read() failed; returns the exit code. */
int command_set_complain(const char *command, const char *file, enum err err);

/* One line for a person: "file:12: error: code: sentence [path]". */
void command_set_print(FILE *to, const char *file, const struct finding *finding,
		       bool in_vietnamese);

#endif
