/*
 * token - a private key that signs documents, and the certificate that goes with it: in a file
 * (adapters/token_file_openssl.c) or behind PKCS#11 (adapters/token_pkcs11.c).
 *
 * A token signs digests of SHA-256 and nothing else. What it answers is a signature as XMLDSig
 * writes it (RFC 6931): r and s side by side for ECDSA, the plain octets for RSA. A key in a file is
 * kept in memory that is not dumped, and is wiped when the token is closed.
 */
#ifndef SAMPAN_TOKEN_H
#define SAMPAN_TOKEN_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/hash.h"

#define TOKEN_SIGNATURE_BYTES 1024u          /* the longest: RSA with 8192 bits */
#define TOKEN_CERTIFICATE_BYTES (16u * 1024) /* the longest, in DER */
#define TOKEN_PIN_BYTES 256u

enum token_algorithm {
	TOKEN_ECDSA_P256 = 1, /* ECDSA with P-256 and SHA-256 */
	TOKEN_RSA,            /* RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits or more */
	TOKEN_RSA_PSS         /* RSASSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes */
};

struct token;

/* What an adapter gives; used through the functions below. */
struct token_table {
	enum err (*sign)(struct token *token, const struct hash *digest, struct buffer *to);
	void (*close)(struct token *token);
};

/* What every token begins with. */
struct token {
	const struct token_table *table;
	enum token_algorithm algorithm;
	struct bytes certificate; /* DER; the token's own memory */
};

/*
 * A private key and its certificate, both PEM files. secret: what the key is encrypted with, may be
 * empty. wants_pss: an RSA key signs with PSS. ERR_MISSING: no such file; ERR_DENIED: others than
 * the owner may read the key, or the secret is wrong; ERR_FORMAT: not such a file; ERR_USAGE:
 * neither P-256 nor RSA with 2048 bits or more; ERR_CONFLICT: the certificate is of another key.
 */
enum err token_open_file(const char *key_path, const char *certificate_path, struct bytes secret,
			 bool wants_pss, struct token **ret_token);

struct token_search {       /* all borrowed */
	const char *module; /* path of a PKCS#11 library: it is loaded into this process */
	const char *label;  /* of the token; NULL: the only one that is there */
	const char *key;    /* label of the key; NULL: the only private key that can sign */
	struct bytes pin;
	bool wants_pss;
};

/*
 * Find the key and the certificate with the same id on a token, and log in. *ret_message, in the
 * arena, says in words what went wrong. ERR_MISSING: no such module, token, key or certificate;
 * ERR_CONFLICT: several fit, the message names them; ERR_DENIED: wrong or locked PIN; ERR_USAGE: a
 * key that is neither P-256 nor RSA with 2048 bits or more; ERR_IO: the module failed.
 */
enum err token_open_pkcs11(const struct token_search *search, struct arena *arena,
			   struct token **ret_token, const char **ret_message);

/* Sign; the signature is put behind what is in the buffer. ERR_IO: the key or its token failed. */
static inline enum err token_sign(struct token *token, const struct hash *digest, struct buffer *to)
{
	return token->table->sign(token, digest, to);
}

/* Wipes the key, or logs out. NULL is accepted. */
static inline void token_close(struct token *token)
{
	if (token != NULL)
		token->table->close(token);
}

#endif
