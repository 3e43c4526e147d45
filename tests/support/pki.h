/*
 * pki - keys, certificates and revocation lists made while a test runs. Everything that fails, fails
 * the test.
 */
#ifndef TESTS_SUPPORT_PKI_H
#define TESTS_SUPPORT_PKI_H

#include <openssl/x509.h>

#include "sampan/arena.h"

#define PKI_NOW_S INT64_C(1800000000) /* 2027-01-15: the time that all is made around */
#define PKI_NOW_MS (PKI_NOW_S * 1000)
#define PKI_DAY_S INT64_C(86400)

struct pki {
	X509 *certificate;
	EVP_PKEY *key;
};

struct pki_wish {
	const char *name;         /* CN */
	const char *uid;          /* UID of the subject; NULL: none */
	const char *second_uid;   /* another; NULL: none */
	const struct pki *issuer; /* NULL: itself */
	const char *key; /* "P-256" (NULL), "P-384", "P-521", "RSA-2048", "RSA-1024", "ED25519" */
	bool is_ca;
	const char *usage;     /* keyUsage; NULL: digitalSignature, or keyCertSign and cRLSign */
	const char *purpose;   /* extendedKeyUsage; NULL: none */
	const char *country;   /* nameConstraints: only subjects of this country; NULL: none */
	const char *extension; /* an unknown critical one, when not NULL */
	int from_days, until_days; /* from now; both 0: a year around now */
	const EVP_MD *digest;      /* NULL: SHA-256 */
};

/* Release with pki_clear(). RSA keys are made once per size and shared. */
struct pki pki_make(const struct pki_wish *wish);
void pki_clear(struct pki *pki);

/* PEM and DER in the arena. */
struct bytes pki_pem(const struct pki *pki, struct arena *arena);
struct bytes pki_der(const struct pki *pki, struct arena *arena);
struct bytes pki_key_pem(const struct pki *pki, struct arena *arena);

/* A revocation list of an issuer, with one certificate on it or none (NULL); days as above. */
struct bytes pki_list(const struct pki *issuer, const struct pki *revoked, int from_days,
		      int until_days, struct arena *arena);

/* One in DER that is around now and names nobody, with an extension in OpenSSL's words (NULL: none). */
struct bytes pki_part_list(const struct pki *issuer, int from_days, const char *extension,
			   const char *value, struct arena *arena);

#endif
