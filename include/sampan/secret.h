/*
 * secret - what proves who somebody is: hashing passwords so that guessing costs, comparing so that
 * time tells nothing, forgetting. Behind it stands OpenSSL (adapters/secret_openssl.c).
 */
#ifndef SAMPAN_SECRET_H
#define SAMPAN_SECRET_H

#include "sampan/bytes.h"
#include "sampan/err.h"

#define SECRET_SALT_BYTES 16u
#define SECRET_HASH_BYTES 32u
#define SECRET_VERIFIER_BYTES 160u /* of text, with the final zero */

/*
 * scrypt (RFC 7914) with N = 2^15, r = 8, p = 3: 32 MiB and three passes, as much as OWASP's
 * password storage cheat sheet asks for. A verifier names its cost, so that it can be raised.
 */
#define SECRET_LOG2_N 15u
#define SECRET_R 8u
#define SECRET_P 3u

/*
 * A new verifier of the password, "scrypt$15$8$3$SALT$HASH" (hexadecimal), with a random salt.
 * Takes a good quarter of a second and 32 MiB. ERR_MEMORY.
 */
enum err secret_make_verifier(struct bytes password, char ret_verifier[SECRET_VERIFIER_BYTES]);

/*
 * Is it the password? Takes the time that the verifier's cost takes, wherever they differ. ERR_FORMAT: no
 * verifier, or one that costs more than 256 MiB. ERR_DENIED: it is another password.
 */
enum err secret_check(const char *verifier, struct bytes password);

/* A verifier of the usual cost and this salt that no password is known for. */
void secret_decoy(const uint8_t salt[SECRET_SALT_BYTES], char ret_verifier[SECRET_VERIFIER_BYTES]);

/* Compare in a time that depends on the length only. */
bool secret_equal(const void *a, const void *b, size_t len);

/* Overwrite with zeroes, also where a compiler thinks that nobody looks. */
void secret_wipe(void *at, size_t len);

#endif
