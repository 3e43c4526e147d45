/*
 * signer_openssl - one signer's certificate and key, for trust_openssl.c.
 */
#ifndef ADAPTERS_SIGNER_OPENSSL_H
#define ADAPTERS_SIGNER_OPENSSL_H

#include <openssl/x509.h>

#include "sampan/trust.h"

#define SIGNER_CODE_BYTES 64u /* a tax code, or the name of a pin, with its zero */

#define SIGNER_HASHES_BYTES (5u * HASH_HEX_BYTES) /* of hashes with spaces between, and a zero */

struct trust_signer {
	struct trust_identity identity;
	EVP_PKEY *key;
	EVP_PKEY_CTX *verifier;  /* of a key for ECDSA: made once, as making it costs a walk over
				 * all names of algorithms; NULL for others */
	int64_t from_s, until_s; /* while what was judged holds */
	char subject[TRUST_NAME_BYTES];
	char code[SIGNER_CODE_BYTES];
	char issuers[SIGNER_HASHES_BYTES], lists[SIGNER_HASHES_BYTES];
};

/* Seconds since 1970; INT64_MIN when it is no time. */
int64_t signer_time(const ASN1_TIME *time);

/* May the certificate sign documents by what it says of itself? TRUST_GOOD, _PURPOSE or _WEAK. */
enum trust_verdict signer_is_fit(X509 *certificate);

/*
 * Fill in what the certificate says. field and prefix as trust_new(). The key is counted up; release
 * with signer_clear(). The same memory must stay: identity points into it.
 */
enum err signer_init(struct trust_signer *signer, X509 *certificate, const ASN1_OBJECT *field,
		     const char *prefix);
void signer_clear(struct trust_signer *signer);

#endif
