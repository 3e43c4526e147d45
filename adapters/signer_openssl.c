#include "adapters/signer_openssl.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define MIN_RSA_BITS 2048
#define MAX_RSA_BITS 8192 /* longer ones only cost time */

/* ---- What a certificate says ---- */

int64_t signer_time(const ASN1_TIME *time)
{
	struct tm parts;

	if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1)
		return INT64_MIN;
	return (int64_t)timegm(&parts);
}

/*
 * RFC 5280 section 4.2.1.12: where it is there, the key is for nothing else. Signing documents: RFC
 * 9336, Microsoft's, what tokens in use say (secure e-mail, client), or any.
 */
static bool is_for_documents(const X509 *certificate)
{
	static const char *const purposes[] = {"1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12",
					       "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2",
					       "2.5.29.37.0"};
	int critical = -1;
	EXTENDED_KEY_USAGE *usage =
		X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, NULL);
	bool is_good = usage == NULL && critical == -1;
	char oid[64];

	for (int i = 0; i < sk_ASN1_OBJECT_num(usage) && i < 64; i++) {
		if (OBJ_obj2txt(oid, sizeof(oid), sk_ASN1_OBJECT_value(usage, i), 1) <= 0)
			continue;
		for (size_t j = 0; j < sizeof(purposes) / sizeof(purposes[0]); j++)
			is_good = is_good || strcmp(oid, purposes[j]) == 0;
	}
	EXTENDED_KEY_USAGE_free(usage);
	return is_good;
}

/* A curve is named, never described: a description can differ from what its name means. */
static bool is_curve(EVP_PKEY *key)
{
	char name[32];
	size_t len = 0;
	int is_described = 0;

	(void)EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
				     &is_described);
	return is_described == 0 && EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       (strcmp(name, "prime256v1") == 0 || strcmp(name, "P-256") == 0 ||
		strcmp(name, "secp384r1") == 0 || strcmp(name, "P-384") == 0);
}

static bool is_strong(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	int bits;

	if (key == NULL)
		return false;
	bits = EVP_PKEY_get_bits(key);
	if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
		return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
	return EVP_PKEY_is_a(key, "EC") && is_curve(key);
}

enum trust_verdict signer_is_fit(X509 *certificate)
{
	uint32_t flags = X509_get_extension_flags(certificate);
	/* all bits where the certificate does not say */
	uint32_t usage = X509_get_key_usage(certificate);

	if ((flags & (EXFLAG_CA | EXFLAG_V1 | EXFLAG_INVALID | EXFLAG_CRITICAL)) != 0 ||
	    (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0 ||
	    !is_for_documents(certificate))
		return TRUST_PURPOSE;
	return is_strong(certificate) ? TRUST_GOOD : TRUST_WEAK;
}

/* ---- Who it is ---- */

/* Without half a character at its end. */
static void cut(char *text, size_t room, const char *from, size_t len)
{
	if (len >= room)
		for (len = room - 1; len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80;)
			len--;
	memcpy(text, from, len);
	text[len] = 0;
}

static enum err read_subject(struct trust_signer *signer, const X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at = NULL;
	long len;

	if (bio == NULL)
		return ERR_MEMORY;
	/* RFC 2253 without escaping letters beyond ASCII */
	(void)X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
				 XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &at);
	cut(signer->subject, sizeof(signer->subject), at, len < 0 ? 0 : (size_t)len);
	BIO_free(bio);
	return OK;
}

static bool is_code(const unsigned char *text, size_t len)
{
	if (len == 0 || len >= SIGNER_CODE_BYTES)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return true;
}

/* Two different codes in one subject are no code. */
static bool take_code(struct trust_signer *signer, const unsigned char *text, size_t len,
		      const char *prefix)
{
	size_t prefix_len = strlen(prefix);

	if (len <= prefix_len || memcmp(text, prefix, prefix_len) != 0)
		return true;
	text += prefix_len;
	len -= prefix_len;
	if (!is_code(text, len))
		return true;
	if (*signer->code != 0)
		return strlen(signer->code) == len && memcmp(signer->code, text, len) == 0;
	memcpy(signer->code, text, len);
	signer->code[len] = 0;
	return true;
}

static void read_code(struct trust_signer *signer, const X509 *certificate,
		      const ASN1_OBJECT *field, const char *prefix)
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	bool is_one = true;

	for (int at = X509_NAME_get_index_by_OBJ(name, field, -1); at >= 0;
	     at = X509_NAME_get_index_by_OBJ(name, field, at)) {
		unsigned char *text = NULL;
		int len = ASN1_STRING_to_UTF8(
			&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

		if (len > 0)
			is_one = take_code(signer, text, (size_t)len, prefix) && is_one;
		OPENSSL_free(text);
	}
	if (!is_one)
		*signer->code = 0;
}

/* One digest after the other; what is verified leaves nothing behind in it. */
static bool make_verifier(struct trust_signer *signer)
{
	if (!EVP_PKEY_is_a(signer->key, "EC"))
		return true;
	signer->verifier = EVP_PKEY_CTX_new(signer->key, NULL);
	return signer->verifier != NULL && EVP_PKEY_verify_init(signer->verifier) == 1;
}

enum err signer_init(struct trust_signer *signer, X509 *certificate, const ASN1_OBJECT *field,
		     const char *prefix)
{
	unsigned len = HASH_BYTES;

	*signer = (struct trust_signer){.key = X509_get_pubkey(certificate)};
	if (signer->key == NULL || !make_verifier(signer) ||
	    X509_digest(certificate, EVP_sha256(), signer->identity.certificate.at, &len) != 1 ||
	    read_subject(signer, certificate) != OK) {
		signer_clear(signer);
		return ERR_MEMORY;
	}
	read_code(signer, certificate, field, prefix);
	signer->from_s = signer_time(X509_get0_notBefore(certificate));
	signer->until_s = signer_time(X509_get0_notAfter(certificate));
	signer->identity.subject = signer->subject;
	signer->identity.signer = signer->code;
	signer->identity.issuers = signer->issuers;
	signer->identity.lists = signer->lists;
	return OK;
}

void signer_clear(struct trust_signer *signer)
{
	EVP_PKEY_CTX_free(signer->verifier);
	EVP_PKEY_free(signer->key);
	*signer = (struct trust_signer){0};
}

const struct trust_identity *trust_signer_identity(const struct trust_signer *signer)
{
	return &signer->identity;
}

/* ---- Its signatures ---- */

static const EVP_MD *method_of(enum digest digest)
{
	return digest == DIGEST_SHA256   ? EVP_sha256()
	       : digest == DIGEST_SHA384 ? EVP_sha384()
					 : EVP_sha512();
}

static bool set_pss(EVP_PKEY_CTX *context, enum digest digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, method_of(digest)) == 1;
}

static bool set_padding(EVP_PKEY_CTX *context, enum trust_algorithm algorithm, enum digest digest)
{
	if (algorithm == TRUST_RSA_PSS)
		return set_pss(context, digest);
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
}

static bool verify_rsa(const struct trust_signer *signer, enum trust_algorithm algorithm,
		       enum digest digest, struct bytes message, struct bytes signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;
	bool is_good =
		context != NULL &&
		EVP_DigestVerifyInit(context, &key, method_of(digest), NULL, signer->key) == 1 &&
		set_padding(key, algorithm, digest) &&
		EVP_DigestVerify(context, signature.at, signature.len, message.at, message.len) ==
			1;

	EVP_MD_CTX_free(context);
	return is_good;
}

/* RFC 6931 section 2.3.6: exactly two numbers of the order's length; OpenSSL wants them in DER. */
static bool verify_ecdsa(const struct trust_signer *signer, enum digest digest,
			 struct bytes message, struct bytes signature)
{
	size_t half = ((size_t)EVP_PKEY_get_bits(signer->key) + 7) / 8;
	uint8_t hash[DIGEST_MAX_BYTES];
	size_t hash_len;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	unsigned char *der = NULL;
	BIGNUM *r, *s;
	bool is_good = false;
	int len;

	if (pair == NULL || signature.len != 2 * half)
		goto out;
	r = BN_bin2bn(signature.at, (int)half, NULL);
	s = BN_bin2bn(signature.at + half, (int)half, NULL);
	if (r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		goto out;
	}
	len = i2d_ECDSA_SIG(pair, &der);
	hash_len = digest_of(digest, message, hash);
	is_good =
		len > 0 && EVP_PKEY_verify(signer->verifier, der, (size_t)len, hash, hash_len) == 1;
out:
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return is_good;
}

bool trust_signer_verify(const struct trust_signer *signer, enum trust_algorithm algorithm,
			 enum digest digest, struct bytes message, struct bytes signature)
{
	bool is_ec = signer->verifier != NULL;
	/* a key for PSS only signs with nothing else (RFC 4055 section 1.2) */
	bool is_pss_only = !is_ec && EVP_PKEY_is_a(signer->key, "RSA-PSS");

	assert(digest >= DIGEST_SHA256 && digest <= DIGEST_SHA512);
	if (is_ec != (algorithm == TRUST_ECDSA) || (is_pss_only && algorithm != TRUST_RSA_PSS))
		return false;
	if (is_ec)
		return verify_ecdsa(signer, digest, message, signature);
	return signature.len == (size_t)EVP_PKEY_get_size(signer->key) &&
	       verify_rsa(signer, algorithm, digest, message, signature);
}
