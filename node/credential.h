/*
 * credential - what is shown at the door: a bearer token, a session, a client certificate; known by
 * its SHA-256.
 *
 * Tokens and certificates belong to a party (its machine) or to a person, and can be narrowed to
 * actions, kinds and a time. A session belongs to a person. Verbs and errors: identity.h.
 */
#ifndef NODE_CREDENTIAL_H
#define NODE_CREDENTIAL_H

#include "node/account.h"

#define CREDENTIAL_IDLE_MS (30ull * 60 * 1000)        /* a session unused so long has ended */
#define CREDENTIAL_SESSION_MS (12ull * 3600 * 1000)   /* and so has one this old */
#define CREDENTIAL_USED_MS (5ull * 60 * 1000)         /* how seldom "used" is worth saying */
#define CREDENTIAL_SESSIONS 16u                       /* of one person; the oldest ends first */
#define CREDENTIAL_MAX_MS (366ull * 24 * 3600 * 1000) /* the longest life of a token */

struct credential {
	enum caller_proof proof; /* CALLER_TOKEN, CALLER_SESSION or CALLER_CERTIFICATE */
	struct hash hash;
	uint64_t number; /* of the record that made it */
	const char *name;
	const char *party; /* of a machine's; "" of a person's */
	const char *user;
	unsigned roles; /* the most it can have */
	uint64_t actions;
	const char *kinds;
	uint64_t made_ms;
	uint64_t until_ms; /* 0: never ends */
	uint64_t used_ms;  /* of a session */
	uint32_t generation;
	uint64_t
		revoked_ms; /* 0: it was not. A token or certificate that was is kept, so that who shows
			      * it is told so; a session is not */
};

/* What one that does not hold is, for who shows it: whoever has it whole is no stranger to it. */
enum credential_fate {
	CREDENTIAL_UNKNOWN = 0, /* never made here */
	CREDENTIAL_ENDED = 1,   /* its time is over */
	CREDENTIAL_REVOKED = 2  /* taken back, or its owner is locked or gone */
};

enum err credential_load(const struct turn *turn, const struct hash *hash,
			 struct credential *ret_credential);
enum err credential_parse(struct bytes bytes, struct arena *arena,
			  struct credential *ret_credential);

/*
 * Who shows it. ERR_MISSING: there is none such, of this proof, or it has ended, or its owner is
 * locked or gone: all of them alike.
 */
enum err credential_resolve(const struct turn *turn, enum caller_proof proof,
			    const struct hash *hash, struct caller *ret_caller);

/* Why credential_resolve() said ERR_MISSING. */
enum err credential_find_fate(const struct turn *turn, enum caller_proof proof,
			      const struct hash *hash, enum credential_fate *ret_end);

/* Is it still worth saying that the session was used? */
bool credential_is_idle(const struct credential *credential, uint64_t now_ms);

identity_verb credential_make_token, credential_bind, credential_revoke;

/*
 * What the record that made a token or a certificate says of it: names and values, ended by NULL, as long as the arena
 * and the credential live. ERR_MEMORY.
 */
#define CREDENTIAL_ATTRIBUTES 17u
enum err credential_format_attributes(const struct credential *credential, struct arena *arena,
				      const char *ret_attributes[CREDENTIAL_ATTRIBUTES]);

/* ---- For session.c ---- */

/*
 * A session that was used so long in the future has ended too: the clock was set back, and it would live
 * until the clock is there again.
 */
bool credential_has_ended(const struct credential *credential, uint64_t now_ms);

/* Write the state of one that is there; put or take away one with its places in the index. */
enum err credential_save(const struct turn *turn, const struct credential *credential);
enum err credential_put(const struct turn *turn, const struct credential *credential);
enum err credential_drop(const struct turn *turn, const struct credential *credential);

/* Those places; the key's texts and the value as long as the turn's arena and the credential live. */
#define CREDENTIAL_ENTRIES 2u
enum err credential_entries(const struct turn *turn, const struct credential *credential,
			    struct identity_entry ret_entries[CREDENTIAL_ENTRIES]);

/* Record that it ended, and take it away. */
enum err credential_end(const struct turn *turn, const struct caller *caller,
			const struct credential *credential, const char *reason);

#endif
