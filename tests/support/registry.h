/*
 * registry - the registry of identities under test: verbs asked of a node_fixture, each in a turn of
 * its own.
 */
#ifndef TESTS_SUPPORT_REGISTRY_H
#define TESTS_SUPPORT_REGISTRY_H

#include "node/identity.h"
#include "tests/support/node_fixture.h"

/* Callers: at the machine; a person who signed in before (registry_sign_in()); a stranger. */
struct caller registry_operator(const char *reason);
struct caller registry_folder(const char *party);

/*
 * Ask; facts are pairs ended by NULL. On OK it is committed, and *ret_answer (NULL will do) lives as
 * long as the fixture.
 */
enum err registry_ask(struct node_fixture *fixture, const struct caller *caller, const char *verb,
		      const char *const *pairs, struct facts *ret_answer);

/* As the operator; it must be done. Returns the answer's number. */
const char *registry_do(struct node_fixture *fixture, const char *verb, const char *const *pairs);

/* Why it was refused; "" when it was not. It must be answered. */
const char *registry_refusal(struct node_fixture *fixture, const struct caller *caller,
			     const char *verb, const char *const *pairs);

/* The SHA-256 of a text in hexadecimal, until the next call. */
const char *registry_hash(const char *secret);

/* Who shows the secret now? ERR_MISSING: nobody. */
enum err registry_resolve(struct node_fixture *fixture, enum caller_proof proof, const char *secret,
			  struct caller *ret_caller);

/* A session of the account, under this secret; who signed in. */
struct caller registry_sign_in(struct node_fixture *fixture, const char *name, const char *secret);

#endif
