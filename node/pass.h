/*
 * pass - what a caller inside the node must know to be answered.
 *
 * 32 random bytes in DIRECTORY/run/pass, made anew by each supervisor before it starts a role.
 * Roles and the command line read them beside the endpoint they call. A worker never does, and
 * cannot once it meets documents: code that takes a worker over has sockets, but nobody who answers
 * it.
 */
#ifndef NODE_PASS_H
#define NODE_PASS_H

#include "sampan/bytes.h"
#include "sampan/err.h"

#define PASS_BYTES 32u

struct pass {
	uint8_t at[PASS_BYTES];
	size_t len; /* 0: there is none, and none is asked for */
};

/* Make it for the node of this directory, in place of an older one. ERR_IO, ERR_FULL, ERR_LIMIT. */
enum err pass_make(const char *directory);

/* The pass that lies beside an ipc endpoint; empty when there is none. */
void pass_load(const char *endpoint, struct pass *ret_pass);

struct bytes pass_bytes(const struct pass *pass);

/* Is this the pass? Takes the same time wherever they differ. */
bool pass_is(const struct pass *pass, struct bytes said);

#endif
