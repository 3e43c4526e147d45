/*
 * key - Ed25519 signing keys (RFC 8032) and random bytes. Behind it stands OpenSSL
 * (adapters/key_openssl.c).
 *
 * Private keys live only in the seal's process, are kept in memory that is not dumped and are wiped
 * when freed.
 */
#ifndef SAMPAN_KEY_H
#define SAMPAN_KEY_H

#include "sampan/bytes.h"
#include "sampan/err.h"

#define KEY_PUBLIC_BYTES 32u
#define KEY_SEED_BYTES 32u
#define KEY_SIGNATURE_BYTES 64u

struct key; /* a private key */

/* A new key pair from the system's random source. */
enum err key_new(struct key **ret_key);

/*
 * Load a key that key_save() wrote. ERR_MISSING: no such file. ERR_DENIED: others than the owner
 * may read it.
 * ERR_FORMAT: not such a file.
 */
enum err key_load(const char *path, struct key **ret_key);

/*
 * Write the seed to a new file with mode 0600, synced. ERR_EXISTS: there is a file already. ERR_IO.
 */
enum err key_save(const struct key *key, const char *path);

void key_free(struct key *key);

void key_get_public(const struct key *key, uint8_t ret_public[KEY_PUBLIC_BYTES]);

enum err key_sign(const struct key *key, struct bytes message,
		  uint8_t ret_signature[KEY_SIGNATURE_BYTES]);

/* Is it the signature of the message under this public key? */
bool key_verify(const uint8_t public_key[KEY_PUBLIC_BYTES], struct bytes message,
		const uint8_t signature[KEY_SIGNATURE_BYTES]);

/*
 * Fill with random bytes of the system; the process dies when it has none (there is nothing safe to
 * do then).
 */
void key_random(void *at, size_t len);

#endif
