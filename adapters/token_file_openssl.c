/*
 * token - a key and a certificate in PEM files, with OpenSSL.
 */
#include "sampan/token.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "sampan/secret_file.h"

#define FILE_BYTES 65536u
#define ECDSA_HALF 32u
#define RSA_MIN_BITS 2048
#define PSS_SALT 32

struct file_token {
	struct token token;
	EVP_PKEY *key;
	EVP_PKEY_CTX *signer; /* set up once: that costs a third of a signature with P-256 */
	uint8_t *certificate;
};

/* Private numbers then live in memory that is locked, not dumped, and wiped when freed. */
static void need_secure_heap(void)
{
	if (!CRYPTO_secure_malloc_initialized())
		(void)CRYPTO_secure_malloc_init((size_t)32 * 1024, 32);
}

/* ---- Reading ---- */

struct asked {
	struct bytes secret;
	bool is_asked;
};

static int give_secret(char *to, int room, int is_writing, void *context)
{
	struct asked *asked = context;

	(void)is_writing;
	asked->is_asked = true;
	if (asked->secret.len == 0 || asked->secret.len > (size_t)room)
		return -1;
	memcpy(to, asked->secret.at, asked->secret.len);
	return (int)asked->secret.len;
}

static enum err parse_key(const uint8_t *pem, size_t len, struct bytes secret, EVP_PKEY **ret_key)
{
	struct asked asked = {.secret = secret};
	BIO *bio = BIO_new_mem_buf(pem, (int)len);

	if (bio == NULL)
		return ERR_MEMORY;
	*ret_key = PEM_read_bio_PrivateKey(bio, NULL, give_secret, &asked);
	BIO_free(bio);
	if (*ret_key != NULL)
		return OK;
	return asked.is_asked ? ERR_DENIED : ERR_FORMAT;
}

static enum err load_key(const char *path, struct bytes secret, EVP_PKEY **ret_key)
{
	uint8_t *pem = malloc(FILE_BYTES);
	size_t len = 0;
	enum err err;

	if (pem == NULL)
		return ERR_MEMORY;
	err = secret_file_read(path, true, pem, FILE_BYTES, &len);
	if (err == OK)
		err = parse_key(pem, len, secret, ret_key);
	OPENSSL_cleanse(pem, FILE_BYTES);
	free(pem);
	return err;
}

static enum err load_certificate(const char *path, X509 **ret_certificate)
{
	uint8_t *pem = malloc(FILE_BYTES);
	size_t len = 0;
	BIO *bio = NULL;
	enum err err;

	if (pem == NULL)
		return ERR_MEMORY;
	if ((err = secret_file_read(path, false, pem, FILE_BYTES, &len)) == OK) {
		bio = BIO_new_mem_buf(pem, (int)len);
		*ret_certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
		err = bio == NULL ? ERR_MEMORY : *ret_certificate == NULL ? ERR_FORMAT : OK;
	}
	BIO_free(bio);
	free(pem);
	return err;
}

/* ---- Signing ---- */

static enum err put_ecdsa(const uint8_t *der, size_t len, struct buffer *to)
{
	uint8_t raw[2 * ECDSA_HALF];
	const uint8_t *at = der;
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
	enum err err = ERR_IO;

	if (signature != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, ECDSA_HALF) == (int)ECDSA_HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + ECDSA_HALF, ECDSA_HALF) ==
		    (int)ECDSA_HALF) {
		buffer_put(to, bytes_of(raw, sizeof(raw)));
		err = buffer_error(to);
	}
	ECDSA_SIG_free(signature);
	return err;
}

static bool set_padding(EVP_PKEY_CTX *context, enum token_algorithm algorithm)
{
	if (algorithm == TOKEN_RSA)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	if (algorithm == TOKEN_RSA_PSS)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, PSS_SALT) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
	return true;
}

static enum err sign(struct token *token, const struct hash *digest, struct buffer *to)
{
	const struct file_token *file = (const struct file_token *)token;
	uint8_t signature[TOKEN_SIGNATURE_BYTES];
	size_t len = sizeof(signature);

	if (EVP_PKEY_sign(file->signer, signature, &len, digest->at, HASH_BYTES) != 1)
		return ERR_IO;
	if (token->algorithm == TOKEN_ECDSA_P256)
		return put_ecdsa(signature, len, to);
	buffer_put(to, bytes_of(signature, len));
	return buffer_error(to);
}

/* ---- Opening and closing ---- */

static void close_file(struct token *token)
{
	struct file_token *file = (struct file_token *)token;

	EVP_PKEY_CTX_free(file->signer);
	EVP_PKEY_free(file->key);
	OPENSSL_free(file->certificate);
	free(file);
}

static const struct token_table table = {.sign = sign, .close = close_file};

static bool is_p256(const EVP_PKEY *key)
{
	char name[32] = "";

	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) == 1 &&
	       strcmp(name, "prime256v1") == 0;
}

static enum err set_algorithm(struct file_token *file, bool wants_pss)
{
	if (is_p256(file->key)) {
		file->token.algorithm = TOKEN_ECDSA_P256;
		return OK;
	}
	if (EVP_PKEY_get_base_id(file->key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_bits(file->key) < RSA_MIN_BITS ||
	    EVP_PKEY_get_size(file->key) > (int)TOKEN_SIGNATURE_BYTES)
		return ERR_USAGE;
	file->token.algorithm = wants_pss ? TOKEN_RSA_PSS : TOKEN_RSA;
	return OK;
}

static enum err set_signer(struct file_token *file)
{
	file->signer = EVP_PKEY_CTX_new(file->key, NULL);
	return file->signer != NULL && EVP_PKEY_sign_init(file->signer) == 1 &&
			       EVP_PKEY_CTX_set_signature_md(file->signer, EVP_sha256()) == 1 &&
			       set_padding(file->signer, file->token.algorithm)
		       ? OK
		       : ERR_MEMORY;
}

static enum err set_certificate(struct file_token *file, X509 *certificate)
{
	int len = i2d_X509(certificate, &file->certificate);

	if (len <= 0)
		return ERR_MEMORY;
	if ((size_t)len > TOKEN_CERTIFICATE_BYTES)
		return ERR_FORMAT;
	file->token.certificate = bytes_of(file->certificate, (size_t)len);
	return X509_check_private_key(certificate, file->key) == 1 ? OK : ERR_CONFLICT;
}

enum err token_open_file(const char *key_path, const char *certificate_path, struct bytes secret,
			 bool wants_pss, struct token **ret_token)
{
	struct file_token *file = calloc(1, sizeof(*file));
	X509 *certificate = NULL;
	enum err err;

	if (file == NULL)
		return ERR_MEMORY;
	file->token.table = &table;
	need_secure_heap();
	if ((err = load_key(key_path, secret, &file->key)) == OK &&
	    (err = load_certificate(certificate_path, &certificate)) == OK &&
	    (err = set_algorithm(file, wants_pss)) == OK && (err = set_signer(file)) == OK)
		err = set_certificate(file, certificate);
	X509_free(certificate);
	if (err == OK)
		*ret_token = &file->token;
	else
		close_file(&file->token);
	return err;
}
