/*
 * ask - how the command line talks to a running node: one question over its admin socket.
 */
#ifndef NODE_ASK_H
#define NODE_ASK_H

#include <jansson.h>

#include "node/admin.h"
#include "node/clerk_call.h"
#include "node/command.h"

struct ask {
	struct config *config;
	const char *endpoint; /* in the arena */
	struct arena *arena;
	uint64_t timeout_ms;
};

/*
 * Load the configuration (NULL: the usual place) and find the node's admin socket. 0, or the exit
 * code after a message on stderr. Release with ask_clear() in both cases.
 */
int ask_init(struct ask *ask, const char *config_path);
void ask_clear(struct ask *ask);

/* Ask; the answer is copied into the arena. */
enum err ask_bytes(struct ask *ask, uint16_t operation, struct bytes body,
		   struct bytes *ret_answer);

/* Ask the clerk; the answer is JSON that the caller releases with json_decref(). */
enum err ask_clerk(struct ask *ask, enum clerk_operation operation, struct bytes body,
		   json_t **ret_answer);

/*
 * Print the member "findings" of an answer's object, one indented line each, harmless for a
 * terminal.
 */
void ask_print_findings(const json_t *of, bool in_vietnamese);

/* Say on stderr what came of it, when it is not OK, and give the exit code. what: "queue" ... */
int ask_complain(const struct ask *ask, const char *command, enum err err);

#endif
