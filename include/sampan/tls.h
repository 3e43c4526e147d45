/*
 * tls - the server's side of TLS over a connected socket (adapters/tls_openssl.c).
 *
 * TLS 1.3, and 1.2 for those who must, there only with ephemeral elliptic curve Diffie-Hellman and
 * AEAD ciphers. No compression, no renegotiation, no early data, no session is resumed: each
 * connection proves anew who it is. By ALPN http/1.1 is spoken and http/1.0; who offers only others is
 * refused.
 *
 * A client certificate is asked for when there is a client CA, and need not be shown. One that is
 * shown must be valid now, for the purpose of a TLS client, and lead to the CA, and neither it nor an
 * authority above it may stand on a revocation list of its issuer: else the handshake fails and no
 * byte of the client is ever read. An issuer without a list revokes nothing; of one whose list is past
 * its next update no certificate is taken, as nobody knows what it revoked since.
 *
 * Nothing here blocks when the socket does not. The process ignores SIGPIPE (process_harden()).
 */
#ifndef SAMPAN_TLS_H
#define SAMPAN_TLS_H

#include "sampan/bytes.h"
#include "sampan/err.h"
#include "sampan/hash.h"

struct tls_server;
struct tls;

struct tls_options {
	struct bytes certificate; /* PEM: the server's, then its chain */
	struct bytes key;         /* PEM, not encrypted */
	struct bytes client_ca;   /* PEM, one or more; empty: clients are not asked */
	struct bytes
		client_lists; /* PEM, revocation lists (X509 CRL); those in client_ca count too */
};

/*
 * Everything is copied. ERR_CONFIG: *ret_message (static memory) says which of them cannot be used,
 * or that key and certificate do not belong together.
 */
enum err tls_server_new(const struct tls_options *options, struct tls_server **ret_server,
			const char **ret_message);
void tls_server_free(struct tls_server *server); /* NULL is accepted */

enum tls_result {
	TLS_OK,
	TLS_WANT_READ,  /* again when the socket is readable */
	TLS_WANT_WRITE, /* again when it is writable */
	TLS_CLOSED,     /* the other side ended in good order: no more will come from it */
	TLS_FAILED      /* broken, or refused: nothing more can be read or written */
};

/* A connection over a socket, which stays the caller's. The server is borrowed. */
enum err tls_new(struct tls_server *server, int fd, struct tls **ret_tls);
void tls_free(struct tls *tls); /* says nothing to the other side; NULL is accepted */

/* Go on with the handshake: TLS_OK when it is done. */
enum tls_result tls_handshake(struct tls *tls);

/*
 * After the handshake. TLS_OK: *ret_len bytes, at least one. What was received but not read waits
 * inside, where the socket does not tell of it: read until TLS_WANT_READ.
 */
enum tls_result tls_read(struct tls *tls, uint8_t *at, size_t room, size_t *ret_len);
enum tls_result tls_write(struct tls *tls, struct bytes bytes, size_t *ret_len);

/* Say that no more will be written. Best effort. */
void tls_shutdown(struct tls *tls);

#define TLS_SUBJECT_BYTES 512u

struct tls_peer {
	bool has_certificate;
	struct hash certificate;         /* SHA-256 of its DER form */
	uint64_t until_ms;               /* its last moment, since 1970 (notAfter) */
	char subject[TLS_SUBJECT_BYTES]; /* RFC 2253; "" when it is longer */
};

/* Who showed a certificate, after the handshake. */
void tls_get_peer(const struct tls *tls, struct tls_peer *ret_peer);

/* Why the last operation failed: a short English phrase for logs. Static memory; never NULL. */
const char *tls_why(const struct tls *tls);

#endif
