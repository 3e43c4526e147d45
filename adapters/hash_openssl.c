#include "sampan/hash.h"

#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

/* Fetched once: an implicit fetch for each hash costs more than hashing a tree node. A role has no
 * threads of its own. */
static EVP_MD_CTX *context(void)
{
	static EVP_MD_CTX *ctx;
	static EVP_MD *sha256;

	if (ctx == NULL) {
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		ctx = EVP_MD_CTX_new();
		assert(sha256 != NULL && ctx != NULL);
	}
	if (EVP_DigestInit_ex2(ctx, sha256, NULL) != 1)
		assert(!"SHA-256 cannot begin");
	return ctx;
}

struct hash hash_of(struct bytes bytes)
{
	return hash_of_parts(&bytes, 1);
}

struct hash hash_of_parts(const struct bytes *parts, size_t count)
{
	EVP_MD_CTX *ctx = context();
	struct hash hash;
	unsigned len = 0;
	bool is_good = true;

	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0)
			is_good = EVP_DigestUpdate(ctx, parts[i].at, parts[i].len) == 1 && is_good;
	is_good = EVP_DigestFinal_ex(ctx, hash.at, &len) == 1 && is_good;
	assert(is_good && len == HASH_BYTES);
	return hash;
}

#define BLOCK_BYTES 64u

/* As RFC 2104 writes it: two hashes; OpenSSL's HMAC() takes no parts. */
struct hash hash_hmac(struct bytes key, const struct bytes *parts, size_t count)
{
	uint8_t inner[BLOCK_BYTES] = {0}, outer[BLOCK_BYTES];
	EVP_MD_CTX *ctx;
	struct hash hash;
	bool is_good;

	assert(key.len > 0);
	if (key.len > BLOCK_BYTES)
		hash = hash_of(key);
	memcpy(inner, key.len > BLOCK_BYTES ? hash.at : key.at,
	       key.len > BLOCK_BYTES ? HASH_BYTES : key.len);
	for (size_t i = 0; i < BLOCK_BYTES; i++) {
		outer[i] = inner[i] ^ 0x5c;
		inner[i] ^= 0x36;
	}
	ctx = context();
	is_good = EVP_DigestUpdate(ctx, inner, sizeof(inner)) == 1;
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0)
			is_good &= EVP_DigestUpdate(ctx, parts[i].at, parts[i].len) == 1;
	is_good &= EVP_DigestFinal_ex(ctx, hash.at, NULL) == 1;
	assert(is_good);
	hash = hash_of_parts((const struct bytes[]){bytes_of(outer, sizeof(outer)),
						    bytes_of(hash.at, HASH_BYTES)},
			     2);
	explicit_bzero(inner, sizeof(inner));
	explicit_bzero(outer, sizeof(outer));
	return hash;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return memcmp(a->at, b->at, HASH_BYTES) == 0;
}

void hash_format_hex(const struct hash *hash, char ret_hex[HASH_HEX_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < HASH_BYTES; i++) {
		ret_hex[2 * i] = digits[hash->at[i] >> 4];
		ret_hex[2 * i + 1] = digits[hash->at[i] & 15];
	}
	ret_hex[2 * HASH_BYTES] = 0;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

bool hash_parse_hex(const char *hex, struct hash *ret)
{
	struct hash hash;

	if (strlen(hex) != 2 * HASH_BYTES)
		return false;
	for (size_t i = 0; i < HASH_BYTES; i++) {
		int high = digit_value(hex[2 * i]), low = digit_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash.at[i] = (uint8_t)(high << 4 | low);
	}
	*ret = hash;
	return true;
}

struct bytes hash_bytes(const struct hash *hash)
{
	return bytes_of(hash->at, HASH_BYTES);
}
