/*
 * digest - SHA-256, SHA-384 and SHA-512 (FIPS 180-4), where a document says which. Behind it stands
 * OpenSSL (adapters/digest_openssl.c). What the node itself hashes is hash.h.
 */
#ifndef SAMPAN_DIGEST_H
#define SAMPAN_DIGEST_H

#include "sampan/bytes.h"

#define DIGEST_MAX_BYTES 64u

enum digest { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

/* 32, 48 or 64. */
size_t digest_size(enum digest digest);

/* The digest of a range; returns its size. */
size_t digest_of(enum digest digest, struct bytes bytes, uint8_t ret_digest[DIGEST_MAX_BYTES]);

#endif
