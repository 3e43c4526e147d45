/*
 * hash - SHA-256 (FIPS 180-4). Behind it stands OpenSSL (adapters/hash_openssl.c).
 */
#ifndef SAMPAN_HASH_H
#define SAMPAN_HASH_H

#include "sampan/bytes.h"

#define HASH_BYTES 32u
#define HASH_HEX_BYTES 65u /* with the final zero */

struct hash {
	uint8_t at[HASH_BYTES];
};

/* The hash of one range. */
struct hash hash_of(struct bytes bytes);

/* The hash of several ranges one after the other. */
struct hash hash_of_parts(const struct bytes *parts, size_t count);

/* HMAC-SHA256 (RFC 2104) over the parts in a row. The key has at least one byte. */
struct hash hash_hmac(struct bytes key, const struct bytes *parts, size_t count);

bool hash_equal(const struct hash *a, const struct hash *b);

/* Lower-case hexadecimal with a final zero. */
void hash_format_hex(const struct hash *hash, char ret_hex[HASH_HEX_BYTES]);

/* Exactly 64 hexadecimal digits of either case; false otherwise and *ret is untouched. */
bool hash_parse_hex(const char *hex, struct hash *ret);

struct bytes hash_bytes(const struct hash *hash);

#endif
