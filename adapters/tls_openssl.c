#include "sampan/tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_CHAIN 10
#define MAX_CLIENT_CHAIN_BYTES (32L * 1024) /* of PEM that a client may show */
#define MAX_CLIENT_DEPTH 4
#define MAX_CAS 256
#define MAX_LISTS 1024

#define CIPHERS_1_2 \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:" \
	"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256"
#define CIPHERS_1_3 "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

struct tls_server {
	SSL_CTX *context;
};

struct tls {
	SSL *ssl;
	const char *why;
};

static int never_a_password(char *buffer, int size, int is_writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)is_writing;
	(void)context;
	return -1;
}

static BIO *bio_of(struct bytes pem)
{
	return pem.len == 0 || pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
}

static bool is_at_end(void)
{
	unsigned long error = ERR_peek_last_error();
	bool is_end = error == 0 || ERR_GET_REASON(error) == PEM_R_NO_START_LINE;

	ERR_clear_error();
	return is_end;
}

/* ---- What the server shows ---- */

static bool use_certificate(SSL_CTX *context, struct bytes pem)
{
	BIO *bio = bio_of(pem);
	X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	bool is_used = certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;

	X509_free(certificate);
	for (int i = 0; is_used && i < MAX_CHAIN; i++) {
		X509 *link = PEM_read_bio_X509(bio, NULL, NULL, NULL);

		if (link == NULL) {
			is_used = is_at_end();
			break;
		}
		is_used = SSL_CTX_add0_chain_cert(context, link) == 1;
		if (!is_used)
			X509_free(link);
	}
	BIO_free(bio);
	return is_used;
}

static bool use_key(SSL_CTX *context, struct bytes pem)
{
	BIO *bio = bio_of(pem);
	EVP_PKEY *key =
		bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, never_a_password, NULL);
	bool is_used = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return is_used;
}

/* ---- Whom it believes ---- */

static bool trust(SSL_CTX *context, X509 *authority)
{
	return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1 &&
	       SSL_CTX_add_client_CA(context, authority) == 1;
}

static bool use_client_ca(SSL_CTX *context, struct bytes pem)
{
	BIO *bio = bio_of(pem);
	int count = 0;
	bool is_used = bio != NULL;

	while (is_used && count <= MAX_CAS) {
		X509 *authority = PEM_read_bio_X509(bio, NULL, NULL, NULL);

		if (authority == NULL) {
			is_used = is_at_end();
			break;
		}
		is_used = trust(context, authority);
		X509_free(authority);
		count++;
	}
	BIO_free(bio);
	if (!is_used || count == 0 || count > MAX_CAS)
		return false;
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE, NULL);
	SSL_CTX_set_verify_depth(context, MAX_CLIENT_DEPTH);
	return SSL_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT) == 1;
}

/* ---- Whom it believes no more ---- */

/* A list that is not here revokes nothing; as trust.h has it for signatures. */
static int on_verify(int is_good, X509_STORE_CTX *context)
{
	if (is_good || X509_STORE_CTX_get_error(context) != X509_V_ERR_UNABLE_TO_GET_CRL)
		return is_good;
	X509_STORE_CTX_set_error(context, X509_V_OK);
	return 1;
}

/* Everything in the PEM but revocation lists is passed over. */
static bool add_lists(SSL_CTX *context, struct bytes pem, int *count)
{
	BIO *bio = bio_of(pem);
	bool is_used = true;

	while (bio != NULL && is_used && *count <= MAX_LISTS) {
		X509_CRL *list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);

		if (list == NULL) {
			is_used = is_at_end();
			break;
		}
		is_used = X509_STORE_add_crl(SSL_CTX_get_cert_store(context), list) == 1;
		X509_CRL_free(list);
		(*count)++;
	}
	BIO_free(bio);
	return is_used && *count <= MAX_LISTS;
}

static bool use_client_lists(SSL_CTX *context, const struct tls_options *options)
{
	int count = 0;

	if (!add_lists(context, options->client_ca, &count) ||
	    !add_lists(context, options->client_lists, &count))
		return false;
	if (count == 0)
		return true;
	SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), on_verify);
	return X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
					   X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) == 1;
}

/* ---- What is spoken ---- */

static bool find_protocol(struct bytes offered, const char *name, const unsigned char **ret_at)
{
	for (size_t i = 0; i < offered.len && i + 1 + offered.at[i] <= offered.len;
	     i += 1u + offered.at[i])
		if (bytes_equal(bytes_of(offered.at + i + 1, offered.at[i]), bytes_of_text(name))) {
			*ret_at = offered.at + i + 1;
			return true;
		}
	return false;
}

/* RFC 7301: a client that offers only what is not spoken here must not guess (section 3.2). */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		   const unsigned char *in, unsigned in_len, void *context)
{
	struct bytes offered = bytes_of(in, in_len);

	(void)ssl;
	(void)context;
	if (!find_protocol(offered, "http/1.1", out) && !find_protocol(offered, "http/1.0", out))
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out_len = sizeof("http/1.1") - 1;
	return SSL_TLSEXT_ERR_OK;
}

static bool set_rules(SSL_CTX *context)
{
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
					     SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(context, 1); /* a record's head and body in one call */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_cert_list(context, MAX_CLIENT_CHAIN_BYTES);
	SSL_CTX_set_security_level(context, 2);
	SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
	return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_num_tickets(context, 0) == 1 &&
	       SSL_CTX_set_cipher_list(context, CIPHERS_1_2) == 1 &&
	       SSL_CTX_set_ciphersuites(context, CIPHERS_1_3) == 1 &&
	       SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

static const char *set_up(SSL_CTX *context, const struct tls_options *options)
{
	if (!set_rules(context))
		return "OpenSSL has not what TLS needs here";
	if (!use_certificate(context, options->certificate))
		return "the certificate is no PEM file that can be used";
	if (!use_key(context, options->key))
		return "the key is no PEM file that can be used, is encrypted, or is not the "
		       "certificate's";
	if (SSL_CTX_check_private_key(context) != 1)
		return "the key is not the certificate's";
	if (options->client_ca.len > 0 && !use_client_ca(context, options->client_ca))
		return "the client CA is no PEM file of certificates";
	if (options->client_ca.len > 0 && !use_client_lists(context, options))
		return "a revocation list in trust/ or in the client CA cannot be read";
	return NULL;
}

enum err tls_server_new(const struct tls_options *options, struct tls_server **ret_server,
			const char **ret_message)
{
	struct tls_server *server = calloc(1, sizeof(*server));
	const char *message;

	*ret_message = "out of memory";
	if (server == NULL)
		return ERR_MEMORY;
	server->context = SSL_CTX_new(TLS_server_method());
	if (server->context == NULL) {
		free(server);
		return ERR_MEMORY;
	}
	message = set_up(server->context, options);
	ERR_clear_error();
	if (message != NULL) {
		*ret_message = message;
		tls_server_free(server);
		return ERR_CONFIG;
	}
	*ret_server = server;
	return OK;
}

void tls_server_free(struct tls_server *server)
{
	if (server == NULL)
		return;
	SSL_CTX_free(server->context);
	free(server);
}

/* ---- One connection ---- */

enum err tls_new(struct tls_server *server, int fd, struct tls **ret_tls)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (tls == NULL)
		return ERR_MEMORY;
	tls->ssl = SSL_new(server->context);
	if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1) {
		tls_free(tls);
		return ERR_MEMORY;
	}
	SSL_set_accept_state(tls->ssl);
	*ret_tls = tls;
	return OK;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	free(tls);
}

static enum tls_result fail(struct tls *tls, int code)
{
	unsigned long error = ERR_get_error();
	long verified = SSL_get_verify_result(tls->ssl);

	if (verified != X509_V_OK)
		tls->why = X509_verify_cert_error_string(verified);
	else if (error != 0)
		tls->why = ERR_reason_error_string(error);
	else
		tls->why = code == SSL_ERROR_SYSCALL ? "the connection broke" : "TLS failed";
	ERR_clear_error();
	return TLS_FAILED;
}

static enum tls_result judge(struct tls *tls, int result)
{
	int code = SSL_get_error(tls->ssl, result);

	switch (code) {
	case SSL_ERROR_NONE:
		return TLS_OK;
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	default:
		return fail(tls, code);
	}
}

enum tls_result tls_handshake(struct tls *tls)
{
	ERR_clear_error();
	return judge(tls, SSL_do_handshake(tls->ssl));
}

enum tls_result tls_read(struct tls *tls, uint8_t *at, size_t room, size_t *ret_len)
{
	size_t len = 0;
	int result;

	ERR_clear_error();
	result = SSL_read_ex(tls->ssl, at, room, &len);
	if (result == 1)
		*ret_len = len;
	return judge(tls, result);
}

enum tls_result tls_write(struct tls *tls, struct bytes bytes, size_t *ret_len)
{
	size_t len = 0;
	int result;

	ERR_clear_error();
	result = SSL_write_ex(tls->ssl, bytes.at, bytes.len, &len);
	if (result == 1)
		*ret_len = len;
	return judge(tls, result);
}

void tls_shutdown(struct tls *tls)
{
	ERR_clear_error();
	(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
}

static void put_subject(X509 *certificate, struct tls_peer *peer)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at = NULL;
	long len;

	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
					      XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &at);
		if (len > 0 && (size_t)len < sizeof(peer->subject)) {
			memcpy(peer->subject, at, (size_t)len);
			peer->subject[len] = '\0';
		}
	}
	BIO_free(bio);
}

/* It was valid in the handshake; how long is for whoever keeps the connection to know. 0: it does not say. */
static uint64_t until_ms_of(X509 *certificate)
{
	struct tm until = {0};
	time_t seconds;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1 ||
	    (seconds = timegm(&until)) < 0)
		return 0;
	return (uint64_t)seconds * 1000 + 999;
}

void tls_get_peer(const struct tls *tls, struct tls_peer *ret_peer)
{
	X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
	unsigned len = HASH_BYTES;

	memset(ret_peer, 0, sizeof(*ret_peer));
	if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK ||
	    X509_digest(certificate, EVP_sha256(), ret_peer->certificate.at, &len) != 1)
		return;
	ret_peer->has_certificate = true;
	ret_peer->until_ms = until_ms_of(certificate);
	put_subject(certificate, ret_peer);
}

const char *tls_why(const struct tls *tls)
{
	return tls->why == NULL ? "nothing failed" : tls->why;
}
