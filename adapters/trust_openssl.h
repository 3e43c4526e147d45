/*
 * trust_openssl - whom we believe, as trust_openssl.c keeps it: for it and trust_list_openssl.c.
 */
#ifndef ADAPTERS_TRUST_OPENSSL_H
#define ADAPTERS_TRUST_OPENSSL_H

#include <openssl/x509.h>

#include "adapters/signer_openssl.h"

#define TRUST_PREFIX_BYTES 32u
#define TRUST_REMEMBERED 1024u /* a power of two */

struct trust_pin {
	struct hash certificate;
	char name[SIGNER_CODE_BYTES]; /* "": as its subject says */
};

struct trust {
	X509_STORE *store;
	STACK_OF(X509_CRL) * lists;
	size_t authorities;
	struct trust_pin *pins;
	size_t pin_count;
	ASN1_OBJECT *field;
	char prefix[TRUST_PREFIX_BYTES];
	struct trust_signer remembered[TRUST_REMEMBERED]; /* key NULL: empty */
	struct trust_signer shown; /* of the last judgement, not remembered */
	/* trust_list.h; only where lists are not asked while judging */
	bool ignores_lists;
	STACK_OF(X509) * chain;       /* of the last judgement that was good; or NULL */
	STACK_OF(X509_CRL) * brought; /* lists that were added later; or NULL */
	STACK_OF(X509) * between;     /* that chains may lead through; or NULL */
};

#endif
