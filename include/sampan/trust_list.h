/*
 * trust_list - what revocation lists say of a signer as of a time in the past
 * (adapters/trust_list_openssl.c; RFC 5280 section 5).
 *
 * While a node judges, a signer on a list is no good (trust.h). Years later it matters when it was
 * revoked, and the lists of then and of now both have a word. Believed is a list only by the key of the
 * issuer above the certificate in the chain that was found good; who brings it does not matter.
 */
#ifndef SAMPAN_TRUST_LIST_H
#define SAMPAN_TRUST_LIST_H

#include "sampan/trust.h"

/*
 * From now on judge without lists, each chain anew, so that trust_list_ask() can be asked. A trust that
 * remembers judgements with lists must not be used so.
 */
void trust_list_part(struct trust *trust);

/* One more list (DER), until trust_list_forget(). ERR_FORMAT: it is none. ERR_MEMORY. */
enum err trust_list_add(struct trust *trust, struct bytes der);

/*
 * A certificate (DER) that chains may lead through, until trust_list_forget(): as if it were shown with each
 * signature, believed only where an authority that is believed vouches for it. ERR_FORMAT: it is none.
 * ERR_LIMIT: more than TRUST_LIST_BETWEEN. ERR_MEMORY.
 */
#define TRUST_LIST_BETWEEN 8u
enum err trust_list_add_between(struct trust *trust, struct bytes der);
void trust_list_forget(struct trust *trust);

enum trust_list_word {
	TRUST_LIST_SILENT, /* nobody above it is here, or no list that was in force at that time */
	TRUST_LIST_GOOD, /* one that was in force names neither it nor who stands above it, and is no part of one */
	TRUST_LIST_LATER, /* named, as revoked behind that time */
	TRUST_LIST_BEFORE /* named, as revoked by then */
};

struct trust_list_answer {
	enum trust_list_word word;
	int64_t revoked_s;       /* since 1970; of TRUST_LIST_LATER and _BEFORE: the earliest */
	int64_t from_s, until_s; /* of TRUST_LIST_GOOD: while that list was in force */
};

/* Of the last signer that trust_judge() found good. ERR_MEMORY. */
enum err trust_list_ask(const struct trust *trust, int64_t at_ms,
			struct trust_list_answer *ret_answer);

#endif
