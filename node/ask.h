/*
 * ask - how the command line talks to a running node: one question over its admin socket.
 */
#ifndef NODE_ASK_H
#define NODE_ASK_H

#include <jansson.h>

#include "node/admin.h"
#include "node/clerk_call.h"
#include "node/command.h"
#include "sampan/facts.h"

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
 * Change an identity as the operator at this machine: verb and facts as identity.h has them (pairs
 * ended by NULL; a NULL value is left out), reason NULL for none. The answer is in the arena.
 */
enum err ask_identity(struct ask *ask, const char *verb, const char *const *pairs,
		      const char *reason, struct facts *ret_answer);

/* A list of identity_list.h, all pages of it: JSON {WHAT:[...]} that the caller releases. */
enum err ask_identities(struct ask *ask, const char *what, json_t **ret_list);

/* Who uses this machine's command line: $SUDO_USER, $USER, "root". */
const char *ask_operator(void);

/*
 * Print the member "findings" of an answer's object, one indented line each, harmless for a
 * terminal.
 */
void ask_print_findings(const json_t *of, bool in_vietnamese);

/* Say on stderr what came of it, when it is not OK, and give the exit code. what: "queue" ... */
int ask_complain(const struct ask *ask, const char *command, enum err err);

#endif
