/*
 * account - a person who signs in here: name, party or offices, roles, and what proves the password.
 *
 * Verbs and errors: identity.h. Accounts are never removed, only locked, so that a name in a record always
 * means the same person.
 */
#ifndef NODE_ACCOUNT_H
#define NODE_ACCOUNT_H

#include "node/identity.h"

struct account {
	uint64_t number; /* of the record AccountAdded */
	const char *name;
	const char *full_name;
	const char *party; /* id; "" for operators and auditors of the node itself */
	unsigned roles;
	const char *offices;
	const char *issuing_offices;
	const char *verifier; /* secret.h; "": nobody can sign in with a password */
	uint32_t generation;  /* sessions of an older one have ended */
	bool is_locked;
	uint64_t added_ms;
};

enum err account_load(const struct turn *turn, const char *name, struct account *ret_account);
enum err account_save(const struct turn *turn, const struct account *account);

/* Read the value of SPACE_ACCOUNT. */
enum err account_parse(struct bytes bytes, struct arena *arena, struct account *ret_account);

/*
 * What every record of it says: names and values, ended by NULL, as long as the arena and the account live.
 * ERR_MEMORY.
 */
#define ACCOUNT_ATTRIBUTES 15u
enum err account_format_attributes(const struct account *account, struct arena *arena,
				   const char *ret_attributes[ACCOUNT_ATTRIBUTES]);

/* The account's part of a caller: roles within its party as the configuration is now. ERR_MISSING: locked, or its
 * party is gone. */
enum err account_fill(const struct turn *turn, const struct account *account,
		      struct caller *ret_caller);

identity_verb account_add, account_change, account_password, account_lock, account_unlock;

#endif
