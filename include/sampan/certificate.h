/*
 * certificate - the node's own X.509 certificate (adapters/certificate_openssl.c).
 */
#ifndef SAMPAN_CERTIFICATE_H
#define SAMPAN_CERTIFICATE_H

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/hash.h"
#include "sampan/token.h"

/*
 * A new P-256 key and a self-signed certificate (version 3, no CA) for a name, valid for ten years
 * from now; both as PEM text in the arena. ERR_IO: the library failed.
 */
enum err certificate_new(const char *common_name, const char *country, struct arena *arena,
			 struct bytes *ret_key_pem, struct bytes *ret_certificate_pem);

/*
 * The same for a TLS server (RFC 9525): its host's name, "localhost" and this machine's loopback
 * addresses. Clients trust the file itself. The host is a node's name or a DNS name.
 */
enum err certificate_new_server(const char *host, const char *country, struct arena *arena,
				struct bytes *ret_key_pem, struct bytes *ret_certificate_pem);

/* The same with RSA of 3072 bits, for who cannot verify ECDSA. */
enum err certificate_new_rsa(const char *common_name, const char *country, struct arena *arena,
			     struct bytes *ret_key_pem, struct bytes *ret_certificate_pem);

/*
 * The same for who signs documents: uid is what identifies the signer (attribute UID of the
 * subject), such as "MST:0100101308".
 */
enum err certificate_new_signer(const char *common_name, const char *country, const char *uid,
				struct arena *arena, struct bytes *ret_key_pem,
				struct bytes *ret_certificate_pem);

/* Is it a signature of the digest (as token.h writes it) by the key of this certificate (DER)? */
bool certificate_verifies(struct bytes certificate, enum token_algorithm algorithm,
			  const struct hash *digest, struct bytes signature);

/* Is a certificate (DER) within its days at that time? */
bool certificate_is_current(struct bytes certificate, uint64_t now_ms);

/*
 * The DER form of each certificate in a PEM text, in its order, in the arena; at most max_count. ERR_FORMAT:
 * there is none, or one that cannot be read. ERR_LIMIT: more than that.
 */
enum err certificate_read_all(struct bytes pem, struct arena *arena, struct bytes *ret_der,
			      size_t max_count, size_t *ret_count);

/* The SHA-256 of a PEM certificate's DER form. ERR_FORMAT. */
enum err certificate_fingerprint(struct bytes certificate_pem, struct hash *ret_hash);

/*
 * When a PEM certificate (the first of several) ends, in milliseconds of clock.h; 0 when that was
 * before 1970. ERR_FORMAT.
 */
enum err certificate_until(struct bytes certificate_pem, uint64_t *ret_until_ms);

#endif
