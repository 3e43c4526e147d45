/*
 * trust - whose certificates we believe, and what a signature of one is worth
 * (adapters/trust_openssl.c; RFC 5280).
 *
 * Trust is made once, from an operator's files: authorities (CA certificates) that vouch for
 * others, single certificates that are believed by themselves (pins), and revocation lists. A
 * certificate that is shown is judged: chain up to an authority, name constraints, time, key usage,
 * revocation, strength of every key. A good judgement is remembered by the certificate's hash, until
 * the first of what it rests on ends; a bad one is not, as what was shown beside it may be why.
 *
 * Time is always an argument. No network, no file.
 */
#ifndef SAMPAN_TRUST_H
#define SAMPAN_TRUST_H

#include "sampan/arena.h"
#include "sampan/digest.h"
#include "sampan/err.h"
#include "sampan/hash.h"

#define TRUST_CERTIFICATE_BYTES (16u * 1024) /* the longest that is read, in DER */
#define TRUST_SHOWN 5u                       /* certificates shown with one signature */
#define TRUST_SIGNATURE_BYTES 1024u          /* the longest: RSA with 8192 bits */
#define TRUST_NAME_BYTES 512u                /* a subject as text, with its zero */

struct trust;
struct trust_signer;

/*
 * Nobody is believed yet. field: the attribute of the subject that says who a signer is, a short
 * name or an OID ("UID", "serialNumber", "2.5.4.97"); prefix: what stands before the tax code in it
 * ("MST:"), may be "". ERR_CONFIG: no such attribute.
 */
enum err trust_new(const char *field, const char *prefix, struct trust **ret_trust);
void trust_free(struct trust *trust); /* NULL is accepted */

/*
 * Believe what a PEM file holds: authorities vouch for others; a certificate that is no authority
 * is believed by itself; revocation lists (X509 CRL) are used for their issuer, the newest of each.
 * ERR_FORMAT: it holds none of these, or something that cannot be read.
 */
enum err trust_add(struct trust *trust, struct bytes pem);

/* Believe the certificate with this hash by itself, as `name` ("partner:TH", copied). */
enum err trust_pin(struct trust *trust, const struct hash *certificate, const char *name);

/* Is nobody believed? */
bool trust_is_empty(const struct trust *trust);

enum trust_verdict {
	TRUST_GOOD,
	TRUST_UNREADABLE, /* no certificate, or several of which none is the signer's */
	TRUST_STRANGER, /* no chain to an authority: unknown, forged, self-signed, out of bounds */
	TRUST_EARLY,    /* it, or an authority above, is not valid yet */
	TRUST_EXPIRED,
	TRUST_REVOKED,
	TRUST_PURPOSE, /* an authority's own, or not for signing documents */
	TRUST_WEAK,    /* a key or digest below the profile */
	TRUST_OLD_LIST /* the issuer's revocation list is out of date: it cannot be told */
};

/*
 * Judge the certificates (DER, 1 to TRUST_SHOWN) shown with a signature: the signer's and, in any
 * order, authorities between. *ret_signer is set whenever the signer's certificate can be read and
 * is fit for signing, otherwise NULL; it is the trust's, until the next call of trust_judge().
 */
enum err trust_judge(struct trust *trust, const struct bytes *shown, size_t count, int64_t now_ms,
		     enum trust_verdict *ret_verdict, const struct trust_signer **ret_signer);

/* What is known of a signer; all texts are the signer's. */
struct trust_identity {
	struct hash certificate; /* SHA-256 of its DER */
	const char *subject;     /* RFC 2253, cut at TRUST_NAME_BYTES, printable characters only */
	const char *signer;      /* tax code, or the name of a pin; "" when it says none */
	bool is_pinned;
	bool is_list_missing; /* no revocation list of its issuer is here */
	/* what the judgement rests on, with spaces between, SHA-256 of their DER in hexadecimal: the
	 * authorities above it, the one that is believed last; the revocation lists; "" of a pin */
	const char *issuers;
	const char *lists;
};
const struct trust_identity *trust_signer_identity(const struct trust_signer *signer);

enum trust_algorithm {
	TRUST_RSA_PKCS1 = 1, /* RSASSA-PKCS1-v1_5 */
	TRUST_RSA_PSS,       /* MGF1 and salt as long as the digest (RFC 6931 section 2.3.10) */
	TRUST_ECDSA /* r and s side by side, each as long as the curve's order (RFC 6931 2.3.6) */
};

/*
 * Is it this signer's signature of the message? False also when the algorithm is not that of the
 * key, or the signature has not exactly the form that the algorithm says.
 */
bool trust_signer_verify(const struct trust_signer *signer, enum trust_algorithm algorithm,
			 enum digest digest, struct bytes message, struct bytes signature);

#endif
