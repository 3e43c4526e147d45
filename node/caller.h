/*
 * caller - who asks: the answer to "who are you", as the doors hand it on to clerk and ledger.
 *
 * A caller is made in two places only: by the clerk from the registry in the ledger (CLERK_WHO: a
 * bearer token, a session, a client certificate), and by the gate for its own doors (a folder is
 * its party, the admin socket is an operator). Nobody else fills one in. It holds what one may be
 * and do as of that moment; what the question is about comes beside it (access.h). A caller
 * that is all zero is a stranger, who may nothing.
 *
 * Plain values; texts are borrowed from whoever made it (an arena) and never NULL behind
 * caller_init(), caller_unpack() and caller_copy().
 */
#ifndef NODE_CALLER_H
#define NODE_CALLER_H

#include "sampan/config.h"
#include "sampan/hash.h"
#include "sampan/pack.h"

/* What people and machines are here. Bits. */
enum caller_role {
	CALLER_TRADER = 1,
	CALLER_AGENT = 2,
	CALLER_ISSUING_OFFICER = 4,
	CALLER_CUSTOMS_OFFICER = 8,
	CALLER_AGENCY = 16,
	CALLER_SUPERVISOR = 32,
	CALLER_OPERATOR = 64,
	CALLER_AUDITOR = 128
};

#define CALLER_ROLES 8u
#define CALLER_ALL_ACTIONS UINT64_MAX

/* By what they proved it. */
enum caller_proof {
	CALLER_NOBODY = 0,
	CALLER_FOLDER = 1,     /* wrote into the party's folder */
	CALLER_ADMIN = 2,      /* reached the admin socket: the node's own user */
	CALLER_TOKEN = 3,      /* bearer token */
	CALLER_SESSION = 4,    /* signed in with account and password */
	CALLER_CERTIFICATE = 5 /* client certificate of the TLS connection */
};

struct caller {
	enum caller_proof proof;
	unsigned roles;              /* bits of enum caller_role */
	const char *party;           /* id of the party that one belongs to; "" for none */
	const char *tax_code;        /* of that party; "" for none */
	const char *user;            /* account's name; "" for a machine of the party */
	const char *full_name;       /* of that person; "" when the account says none */
	const char *offices;         /* words: customs offices in scope, "OFFICE" (with all its
				     * sub-sections) or "OFFICE/SECTION"; "" for none */
	const char *issuing_offices; /* words: issuing offices in scope; "" for none */
	const char *credential;      /* what the token is called, for records; "" without one */
	uint64_t actions;       /* what the credential is for: bit n for action n of access.h */
	const char *kinds;      /* words: kinds the credential is for; "" for any */
	const char *reason;     /* why one reads outside one's scope, in words; "" for none */
	struct hash proof_hash; /* SHA-256 of token, session secret or certificate: whether it
				     * holds is asked again where a change is decided; zero for
				     * folder and admin */
	uint64_t until_ms;      /* the credential ends; 0: never */
};

/* Nobody: no proof, no role, texts "". */
void caller_init(struct caller *caller);

/* A party's folder, which is its machine. ERR_MISSING: the configuration has no such party. */
enum err caller_of_folder(const struct config *config, const char *party,
			  struct caller *ret_caller);

/* The admin socket; user is the name that the command line says. Borrowed. */
void caller_of_admin(const char *user, struct caller *ret_caller);

/* Are all of these kinds among those that the credential is for? "" are all kinds. */
bool caller_has_kinds(const struct caller *caller, const char *kinds);

static inline bool caller_is_known(const struct caller *caller)
{
	return caller->proof != CALLER_NOBODY;
}

/*
 * Who it is, for a record's actor: "user:NAME", "operator:NAME" (admin socket), "party:ID" for its
 * machine; in the arena, NULL when out of memory.
 */
const char *caller_actor(const struct caller *caller, struct arena *arena);

/* The bit of a role's word ("customs-officer"), and the word of a bit; 0 and NULL: there is none. */
unsigned caller_role_of(struct bytes word);
const char *caller_role_name(unsigned role);

/*
 * Words with blanks between them ("trader agent") as bits, and back. ERR_USAGE: a word that is no
 * role.
 */
enum err caller_parse_roles(const char *words, unsigned *ret_roles);
const char *caller_format_roles(unsigned roles, struct arena *arena);

/* Which roles a party's machine has, and the most that people of the party can have. */
unsigned caller_roles_of_party(const struct config_party *party);
unsigned caller_roles_within_party(const struct config_party *party);

/* pack.h. ERR_FORMAT, also for a proof, role or text that there is not. */
void caller_pack(struct buffer *to, const struct caller *caller);
void caller_unpack(struct unpack *from, struct arena *arena, struct caller *ret_caller);

/* A copy whose texts are in the arena. */
enum err caller_copy(const struct caller *caller, struct arena *arena, struct caller *ret_caller);

#endif
