#include "sampan/certificate.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#define VALID_SECONDS (3652L * 24 * 3600)
#define SERIAL_BITS 127
#define RSA_BITS 3072u

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool is_added;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	is_added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

static bool set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool is_set = number != NULL &&
		      BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
		      BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;

	BN_free(number);
	return is_set;
}

/* What a certificate says; NULL where it does not. */
struct saying {
	const char *common_name;
	const char *country;
	const char *uid;
	const char *hosts;
	bool by_rsa; /* else P-256 */
};

static bool add_name(X509_NAME *name, const char *field, const char *value)
{
	return value == NULL ||
	       X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
					  -1, -1, 0) == 1;
}

static bool set_name(X509 *certificate, const struct saying *saying)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	return add_name(name, "C", saying->country) && add_name(name, "UID", saying->uid) &&
	       add_name(name, "CN", saying->common_name) &&
	       X509_set_issuer_name(certificate, name) == 1;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const struct saying *saying)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != NULL &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_SECONDS) != NULL &&
	       X509_set_pubkey(certificate, key) == 1 && set_name(certificate, saying) &&
	       add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(certificate, NID_subject_key_identifier, "hash") &&
	       (saying->hosts == NULL ||
		(add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
		 add_extension(certificate, NID_subject_alt_name, saying->hosts))) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

static enum err take(BIO *bio, struct arena *arena, struct bytes *ret_pem)
{
	char *at = NULL;
	long len = BIO_get_mem_data(bio, &at);
	uint8_t *copy = len <= 0 ? NULL : arena_copy(arena, bytes_of(at, (size_t)len));

	if (copy == NULL)
		return ERR_MEMORY;
	*ret_pem = bytes_of(copy, (size_t)len);
	return OK;
}

static enum err take_key(EVP_PKEY *key, struct arena *arena, struct bytes *ret_pem)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	enum err err = ERR_IO;

	if (bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		err = take(bio, arena, ret_pem);
	BIO_free(bio);
	return err;
}

static enum err take_certificate(X509 *certificate, struct arena *arena, struct bytes *ret_pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	enum err err = ERR_IO;

	if (bio != NULL && PEM_write_bio_X509(bio, certificate) == 1)
		err = take(bio, arena, ret_pem);
	BIO_free(bio);
	return err;
}

static enum err make(const struct saying *saying, struct arena *arena, struct bytes *ret_key_pem,
		     struct bytes *ret_certificate_pem)
{
	EVP_PKEY *key = saying->by_rsa ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	struct bytes key_pem, certificate_pem;
	enum err err = ERR_IO;

	if (key == NULL || certificate == NULL || !fill(certificate, key, saying))
		goto out;
	if ((err = take_key(key, arena, &key_pem)) != OK ||
	    (err = take_certificate(certificate, arena, &certificate_pem)) != OK)
		goto out;
	*ret_key_pem = key_pem;
	*ret_certificate_pem = certificate_pem;
out:
	X509_free(certificate);
	EVP_PKEY_free(key);
	return err;
}

enum err certificate_new(const char *common_name, const char *country, struct arena *arena,
			 struct bytes *ret_key_pem, struct bytes *ret_certificate_pem)
{
	return make(&(struct saying){.common_name = common_name, .country = country}, arena,
		    ret_key_pem, ret_certificate_pem);
}

enum err certificate_new_rsa(const char *common_name, const char *country, struct arena *arena,
			     struct bytes *ret_key_pem, struct bytes *ret_certificate_pem)
{
	return make(
		&(struct saying){.common_name = common_name, .country = country, .by_rsa = true},
		arena, ret_key_pem, ret_certificate_pem);
}

enum err certificate_new_signer(const char *common_name, const char *country, const char *uid,
				struct arena *arena, struct bytes *ret_key_pem,
				struct bytes *ret_certificate_pem)
{
	return make(&(struct saying){.common_name = common_name, .country = country, .uid = uid},
		    arena, ret_key_pem, ret_certificate_pem);
}

enum err certificate_new_server(const char *host, const char *country, struct arena *arena,
				struct bytes *ret_key_pem, struct bytes *ret_certificate_pem)
{
	const char *hosts = arena_format(arena, "DNS:%s,DNS:localhost,IP:127.0.0.1,IP:::1", host);

	return hosts == NULL ? ERR_MEMORY
			     : make(&(struct saying){.common_name = host,
						     .country = country,
						     .hosts = hosts},
				    arena, ret_key_pem, ret_certificate_pem);
}

static X509 *read_certificate(struct bytes pem)
{
	BIO *bio = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return certificate;
}

static enum err take_der(X509 *certificate, struct arena *arena, struct bytes *ret_der)
{
	uint8_t *der = NULL;
	int len = i2d_X509(certificate, &der);
	const void *copy =
		len <= 0 ? NULL : arena_copy(arena, bytes_of(der, (size_t)len));

	OPENSSL_free(der);
	if (copy == NULL)
		return ERR_MEMORY;
	*ret_der = bytes_of(copy, (size_t)len);
	return OK;
}

enum err certificate_read_all(struct bytes pem, struct arena *arena, struct bytes *ret_der,
			      size_t max_count, size_t *ret_count)
{
	BIO *bio = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate;
	size_t count = 0;
	enum err err = bio == NULL ? ERR_MEMORY : OK;

	ERR_clear_error();
	while (err == OK && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		err = count == max_count ? ERR_LIMIT : take_der(certificate, arena, &ret_der[count]);
		count++;
		X509_free(certificate);
	}
	if (err == OK && (count == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE))
		err = ERR_FORMAT;
	ERR_clear_error();
	BIO_free(bio);
	if (err == OK)
		*ret_count = count;
	return err;
}

enum err certificate_fingerprint(struct bytes certificate_pem, struct hash *ret_hash)
{
	X509 *certificate = read_certificate(certificate_pem);
	unsigned len = HASH_BYTES;
	enum err err = ERR_FORMAT;

	if (certificate != NULL && X509_digest(certificate, EVP_sha256(), ret_hash->at, &len) == 1)
		err = OK;
	X509_free(certificate);
	return err;
}

enum err certificate_until(struct bytes certificate_pem, uint64_t *ret_until_ms)
{
	X509 *certificate = read_certificate(certificate_pem);
	struct tm until;
	time_t seconds;

	if (certificate == NULL)
		return ERR_FORMAT;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1) {
		X509_free(certificate);
		return ERR_FORMAT;
	}
	X509_free(certificate);
	seconds = timegm(&until);
	*ret_until_ms = seconds < 0 ? 0 : (uint64_t)seconds * 1000;
	return OK;
}

static X509 *parse_der(struct bytes der)
{
	const uint8_t *at = der.at;

	return der.len > LONG_MAX ? NULL : d2i_X509(NULL, &at, (long)der.len);
}

bool certificate_is_current(struct bytes certificate, uint64_t now_ms)
{
	X509 *x509 = parse_der(certificate);
	time_t now = (time_t)(now_ms / 1000);
	bool is_current = x509 != NULL && X509_cmp_time(X509_get0_notBefore(x509), &now) < 0 &&
			  X509_cmp_time(X509_get0_notAfter(x509), &now) > 0;

	X509_free(x509);
	return is_current;
}

/* r and s side by side, as OpenSSL takes them: in DER. */
static int ecdsa_to_der(struct bytes raw, uint8_t **ret_der)
{
	int half = (int)(raw.len / 2), len = -1;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw.at, half, NULL), *s = BN_bin2bn(raw.at + half, half, NULL);

	if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
		r = s = NULL; /* taken */
		len = i2d_ECDSA_SIG(signature, ret_der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	return len;
}

static bool verify_with(EVP_PKEY_CTX *context, enum token_algorithm algorithm,
			const struct hash *digest, struct bytes signature)
{
	bool is_ready = EVP_PKEY_verify_init(context) == 1 &&
			EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;

	if (is_ready && algorithm == TOKEN_RSA_PSS)
		is_ready = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
			   EVP_PKEY_CTX_set_rsa_pss_saltlen(context, (int)HASH_BYTES) == 1;
	return is_ready &&
	       EVP_PKEY_verify(context, signature.at, signature.len, digest->at, HASH_BYTES) == 1;
}

bool certificate_verifies(struct bytes certificate, enum token_algorithm algorithm,
			  const struct hash *digest, struct bytes signature)
{
	X509 *x509 = parse_der(certificate);
	EVP_PKEY *key = x509 == NULL ? NULL : X509_get0_pubkey(x509);
	EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);
	bool is_ec = algorithm == TOKEN_ECDSA_P256, is_good = false;
	uint8_t *der = NULL;
	int len = 0;

	if (context == NULL || is_ec != (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC))
		goto out;
	if (is_ec && (len = ecdsa_to_der(signature, &der)) <= 0)
		goto out;
	is_good = verify_with(context, algorithm, digest,
			      is_ec ? bytes_of(der, (size_t)len) : signature);
out:
	OPENSSL_free(der);
	EVP_PKEY_CTX_free(context);
	X509_free(x509);
	return is_good;
}
