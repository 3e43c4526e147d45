#include "tests/support/pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

/* Making RSA keys takes long. */
static EVP_PKEY *rsa_key(const char *name)
{
	static EVP_PKEY *keys[2];
	size_t at = strcmp(name, "RSA-2048") == 0 ? 0 : 1;

	if (keys[at] == NULL)
		keys[at] = EVP_RSA_gen(at == 0 ? 2048u : 1024u);
	assert_non_null(keys[at]);
	EVP_PKEY_up_ref(keys[at]);
	return keys[at];
}

static EVP_PKEY *make_key(const char *name)
{
	if (name == NULL)
		name = "P-256";
	if (strncmp(name, "RSA", 3) == 0)
		return rsa_key(name);
	if (strcmp(name, "ED25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_EC_gen(name);
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void put_name(X509_NAME *name, const char *field, const char *value)
{
	if (value != NULL)
		assert_int_equal(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
							    (const unsigned char *)value, -1, -1,
							    0),
				 1);
}

static void constrain(X509 *certificate, const char *country)
{
	CONF *names = NCONF_new(NULL);
	X509V3_CTX context;
	X509_EXTENSION *extension;
	char text[64];
	long line;
	BIO *bio;

	(void)snprintf(text, sizeof(text), "[names]\nC=%s\n", country);
	bio = BIO_new_mem_buf(text, -1);
	assert_int_equal(NCONF_load_bio(names, bio, &line), 1);
	X509V3_set_ctx(&context, NULL, certificate, NULL, NULL, 0);
	X509V3_set_nconf(&context, names);
	extension = X509V3_EXT_nconf_nid(names, &context, NID_name_constraints,
					 "critical,permitted;dirName:names");
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
	BIO_free(bio);
	NCONF_free(names);
}

/* An extension that nobody knows, and must be known. */
static void extend_unknown(X509 *certificate)
{
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	assert_int_equal(ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x05\x00", 2), 1);
	extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 1, value);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
}

static void put_extensions(X509 *certificate, X509 *issuer, const struct pki_wish *wish)
{
	const char *usage = wish->usage;

	if (usage == NULL)
		usage = wish->is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature";
	extend(certificate, issuer, NID_basic_constraints,
	       wish->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	extend(certificate, issuer, NID_key_usage, usage);
	extend(certificate, issuer, NID_subject_key_identifier, "hash");
	if (wish->purpose != NULL)
		extend(certificate, issuer, NID_ext_key_usage, wish->purpose);
	if (wish->country != NULL)
		constrain(certificate, wish->country);
	if (wish->extension != NULL)
		extend_unknown(certificate);
}

static const EVP_MD *digest_for(EVP_PKEY *key, const EVP_MD *digest)
{
	if (EVP_PKEY_is_a(key, "ED25519"))
		return NULL;
	return digest == NULL ? EVP_sha256() : digest;
}

struct pki pki_make(const struct pki_wish *wish)
{
	static long serial = 1000;
	struct pki pki = {.certificate = X509_new(), .key = make_key(wish->key)};
	const struct pki *issuer = wish->issuer == NULL ? &pki : wish->issuer;
	bool is_default = wish->from_days == 0 && wish->until_days == 0;
	int64_t from = PKI_NOW_S + (is_default ? -365 : wish->from_days) * PKI_DAY_S;
	int64_t until = PKI_NOW_S + (is_default ? 365 : wish->until_days) * PKI_DAY_S;
	X509_NAME *name = X509_get_subject_name(pki.certificate);

	assert_non_null(pki.key);
	X509_set_version(pki.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(pki.certificate), ++serial);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(pki.certificate), (time_t)from));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(pki.certificate), (time_t)until));
	put_name(name, "C", "VN");
	put_name(name, "CN", wish->name);
	put_name(name, "UID", wish->uid);
	put_name(name, "UID", wish->second_uid);
	X509_set_issuer_name(pki.certificate, X509_get_subject_name(issuer->certificate));
	X509_set_pubkey(pki.certificate, pki.key);
	put_extensions(pki.certificate, issuer->certificate, wish);
	assert_true(X509_sign(pki.certificate, issuer->key, digest_for(issuer->key, wish->digest)) >
		    0);
	return pki;
}

void pki_clear(struct pki *pki)
{
	X509_free(pki->certificate);
	EVP_PKEY_free(pki->key);
	*pki = (struct pki){0};
}

static struct bytes take(BIO *bio, struct arena *arena)
{
	char *at = NULL;
	long len = BIO_get_mem_data(bio, &at);
	struct bytes bytes = {arena_copy(arena, bytes_of(at, (size_t)len)), (size_t)len};

	assert_non_null(bytes.at);
	BIO_free(bio);
	return bytes;
}

struct bytes pki_pem(const struct pki *pki, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_X509(bio, pki->certificate), 1);
	return take(bio, arena);
}

struct bytes pki_der(const struct pki *pki, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(i2d_X509_bio(bio, pki->certificate), 1);
	return take(bio, arena);
}

struct bytes pki_key_pem(const struct pki *pki, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PrivateKey(bio, pki->key, NULL, NULL, 0, NULL, NULL), 1);
	return take(bio, arena);
}

static void revoke(X509_CRL *list, const struct pki *revoked)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)(PKI_NOW_S - PKI_DAY_S));

	X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked->certificate));
	X509_REVOKED_set_revocationDate(entry, when);
	assert_int_equal(X509_CRL_add0_revoked(list, entry), 1);
	ASN1_TIME_free(when);
}

struct bytes pki_list(const struct pki *issuer, const struct pki *revoked, int from_days,
		      int until_days, struct arena *arena)
{
	X509_CRL *list = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(PKI_NOW_S + from_days * PKI_DAY_S));
	ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(PKI_NOW_S + until_days * PKI_DAY_S));
	BIO *bio = BIO_new(BIO_s_mem());

	X509_CRL_set_version(list, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer->certificate));
	X509_CRL_set1_lastUpdate(list, from);
	X509_CRL_set1_nextUpdate(list, until);
	if (revoked != NULL)
		revoke(list, revoked);
	assert_true(X509_CRL_sign(list, issuer->key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509_CRL(bio, list), 1);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	X509_CRL_free(list);
	return take(bio, arena);
}

static void add_extension(X509_CRL *list, const char *name, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, NULL, NULL, NULL, list, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	assert_non_null(extension);
	assert_int_equal(X509_CRL_add_ext(list, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

struct bytes pki_part_list(const struct pki *issuer, int from_days, const char *extension,
			   const char *value, struct arena *arena)
{
	struct bytes pem = pki_list(issuer, NULL, from_days, 10, arena);
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509_CRL *list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);

	assert_non_null(list);
	BIO_free(bio);
	if (extension != NULL)
		add_extension(list, extension, value);
	assert_true(X509_CRL_sign(list, issuer->key, EVP_sha256()) > 0);
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(i2d_X509_CRL_bio(bio, list), 1);
	X509_CRL_free(list);
	return take(bio, arena);
}
