/*
 * identity_cmd - what `sampan user` and `sampan mandate` have in common: saying what came of a
 * change, and printing lists.
 */
#ifndef NODE_IDENTITY_CMD_H
#define NODE_IDENTITY_CMD_H

#include "node/ask.h"

/* What was asked: for what is said of it. Borrowed; NULL for none. */
struct identity_cmd {
	const char *command; /* "user" */
	const char *about;   /* the account, number or token it was about */
	const char *party;   /* that was named */
};

/*
 * Say on stderr why it was not done (the error, or the answer's fact "refused" in words of both
 * languages). 0 when it was;
 * else the exit code.
 */
int identity_cmd_end(const struct ask *ask, const struct identity_cmd *of, enum err err,
		     const struct facts *answer);

/* A column of a list: the member's name, its heading, its width (0: the last one). */
struct identity_cmd_column {
	const char *name, *heading;
	int width;
};

/* Fetch a list and print it, as a table or as JSON. columns end with a NULL name. */
int identity_cmd_list(struct ask *ask, const char *command, const char *what,
		      const struct identity_cmd_column *columns, bool as_json);

#endif
