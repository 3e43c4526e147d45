#include "sampan/secret.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "sampan/hash.h"
#include "sampan/key.h"

#define MAX_MEMORY (256ull * 1024 * 1024)

static_assert(SECRET_HASH_BYTES == HASH_BYTES, "a hash is written as hexadecimal by hash.h");

struct verifier {
	unsigned log2_n, r, p;
	uint8_t salt[SECRET_SALT_BYTES];
	uint8_t hash[SECRET_HASH_BYTES];
};

static enum err derive(const struct verifier *verifier, struct bytes password,
		       uint8_t ret_hash[SECRET_HASH_BYTES])
{
	static const char none[1] = "";
	const char *text = password.len == 0 ? none : (const char *)password.at;
	int done = EVP_PBE_scrypt(text, password.len, verifier->salt, sizeof(verifier->salt),
				  UINT64_C(1) << verifier->log2_n, verifier->r, verifier->p,
				  MAX_MEMORY, ret_hash, SECRET_HASH_BYTES);

	return done == 1 ? OK : ERR_MEMORY;
}

static void format_hex(const uint8_t *at, size_t len, char *to)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		to[2 * i] = digits[at[i] >> 4];
		to[2 * i + 1] = digits[at[i] & 15];
	}
	to[2 * len] = '\0';
}

static bool parse_hex(const char *hex, size_t len, uint8_t *to)
{
	for (size_t i = 0; i < len; i++) {
		char two[3] = "";

		(void)snprintf(two, sizeof(two), "%.2s", hex + 2 * i);
		if (strspn(two, "0123456789abcdef") != 2)
			return false;
		to[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return true;
}

static void format(const struct verifier *verifier, char ret[SECRET_VERIFIER_BYTES])
{
	char salt[2 * SECRET_SALT_BYTES + 1], hash[2 * SECRET_HASH_BYTES + 1];

	format_hex(verifier->salt, sizeof(verifier->salt), salt);
	format_hex(verifier->hash, sizeof(verifier->hash), hash);
	(void)snprintf(ret, SECRET_VERIFIER_BYTES, "scrypt$%u$%u$%u$%s$%s", verifier->log2_n,
		       verifier->r, verifier->p, salt, hash);
}

static enum err parse(const char *text, struct verifier *ret)
{
	char salt[2 * SECRET_SALT_BYTES + 1], hash[2 * SECRET_HASH_BYTES + 1];
	int end = 0;

	/* NOLINTNEXTLINE(cert-err34-c): two digits each */
	if (sscanf(text, "scrypt$%2u$%2u$%2u$%32[0-9a-f]$%64[0-9a-f]%n", &ret->log2_n, &ret->r,
		   &ret->p, salt, hash, &end) != 5 ||
	    text[end] != '\0' || !parse_hex(salt, sizeof(ret->salt), ret->salt) ||
	    !parse_hex(hash, sizeof(ret->hash), ret->hash))
		return ERR_FORMAT;
	if (ret->log2_n < 1 || ret->log2_n > 18 || ret->r < 1 || ret->r > 8 || ret->p < 1 ||
	    ret->p > 16)
		return ERR_FORMAT;
	return OK;
}

enum err secret_make_verifier(struct bytes password, char ret_verifier[SECRET_VERIFIER_BYTES])
{
	struct verifier verifier = {.log2_n = SECRET_LOG2_N, .r = SECRET_R, .p = SECRET_P};
	enum err err;

	key_random(verifier.salt, sizeof(verifier.salt));
	err = derive(&verifier, password, verifier.hash);
	if (err == OK)
		format(&verifier, ret_verifier);
	OPENSSL_cleanse(&verifier, sizeof(verifier));
	return err;
}

enum err secret_check(const char *text, struct bytes password)
{
	struct verifier verifier;
	uint8_t hash[SECRET_HASH_BYTES];
	enum err err = parse(text, &verifier);

	if (err == OK)
		err = derive(&verifier, password, hash);
	if (err == OK && !secret_equal(hash, verifier.hash, sizeof(hash)))
		err = ERR_DENIED;
	OPENSSL_cleanse(hash, sizeof(hash));
	OPENSSL_cleanse(&verifier, sizeof(verifier));
	return err;
}

void secret_decoy(const uint8_t salt[SECRET_SALT_BYTES], char ret_verifier[SECRET_VERIFIER_BYTES])
{
	struct verifier verifier = {.log2_n = SECRET_LOG2_N, .r = SECRET_R, .p = SECRET_P};

	memcpy(verifier.salt, salt, sizeof(verifier.salt));
	key_random(verifier.hash, sizeof(verifier.hash));
	format(&verifier, ret_verifier);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void secret_wipe(void *at, size_t len)
{
	OPENSSL_cleanse(at, len);
}
