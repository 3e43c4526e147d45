#include "sampan/stamp.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "adapters/signer_openssl.h"
#include "sampan/form.h"

#define MAX_DEPTH 4      /* authorities between a TSA and the one believed */
#define SECURITY_LEVEL 2 /* of keys and digests of the chain: 112 bits, no SHA-1 */
#define MIN_KEY_BITS 112
#define MAX_CERTIFICATES 16 /* that a token may carry */

/* ---- Who is believed ---- */

struct stamp_trust {
	X509_STORE *store;
	size_t count;
};

enum err stamp_trust_new(struct stamp_trust **ret_trust)
{
	struct stamp_trust *trust = calloc(1, sizeof(*trust));

	if (trust != NULL)
		trust->store = X509_STORE_new();
	if (trust == NULL || trust->store == NULL ||
	    X509_STORE_set_flags(trust->store, X509_V_FLAG_PARTIAL_CHAIN) != 1) {
		stamp_trust_free(trust);
		return ERR_MEMORY;
	}
	X509_VERIFY_PARAM_set_depth(X509_STORE_get0_param(trust->store), MAX_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(trust->store), SECURITY_LEVEL);
	*ret_trust = trust;
	return OK;
}

void stamp_trust_free(struct stamp_trust *trust)
{
	if (trust == NULL)
		return;
	X509_STORE_free(trust->store);
	free(trust);
}

enum err stamp_trust_add(struct stamp_trust *trust, struct bytes pem)
{
	BIO *bio = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
	STACK_OF(X509_INFO) *all =
		bio == NULL ? NULL : PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	enum err err = all == NULL || sk_X509_INFO_num(all) == 0 ? ERR_FORMAT : OK;

	for (int i = 0; err == OK && i < sk_X509_INFO_num(all); i++) {
		X509 *certificate = sk_X509_INFO_value(all, i)->x509;

		if (certificate == NULL)
			continue;
		err = X509_STORE_add_cert(trust->store, certificate) == 1 ? OK : ERR_MEMORY;
		trust->count++;
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	ERR_clear_error();
	return err;
}

bool stamp_trust_is_empty(const struct stamp_trust *trust)
{
	return trust->count == 0;
}

/* ---- Asking ---- */

static bool set_imprint(TS_REQ *request, const struct hash *digest)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	struct hash copy = *digest;
	bool is_set = imprint != NULL && algorithm != NULL &&
		      X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
		      TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
		      TS_MSG_IMPRINT_set_msg(imprint, copy.at, HASH_BYTES) == 1 &&
		      TS_REQ_set_msg_imprint(request, imprint) == 1;

	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return is_set;
}

static bool set_nonce(TS_REQ *request, const uint8_t *nonce)
{
	BIGNUM *number = BN_bin2bn(nonce, STAMP_NONCE_BYTES, NULL);
	ASN1_INTEGER *integer = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
	bool is_set = integer != NULL && TS_REQ_set_nonce(request, integer) == 1;

	ASN1_INTEGER_free(integer);
	BN_free(number);
	return is_set;
}

static bool set_policy(TS_REQ *request, const char *policy)
{
	ASN1_OBJECT *object = policy[0] == '\0' ? NULL : OBJ_txt2obj(policy, 1);
	bool is_set =
		policy[0] == '\0' || (object != NULL && TS_REQ_set_policy_id(request, object) == 1);

	ASN1_OBJECT_free(object);
	return is_set;
}

/* nonce: NULL for none. NULL: no memory. */
static TS_REQ *request_new(const struct hash *digest, const uint8_t *nonce, const char *policy)
{
	TS_REQ *request = TS_REQ_new();

	if (request != NULL && TS_REQ_set_version(request, 1) == 1 &&
	    set_imprint(request, digest) && (nonce == NULL || set_nonce(request, nonce)) &&
	    set_policy(request, policy) && TS_REQ_set_cert_req(request, 1) == 1)
		return request;
	TS_REQ_free(request);
	ERR_clear_error();
	return NULL;
}

enum err stamp_question_put(const struct stamp_question *question, struct buffer *to)
{
	unsigned char *der = NULL;
	TS_REQ *request;
	int len;

	if (question->policy[0] != '\0' && !form_is_oid(question->policy))
		return ERR_USAGE;
	request = request_new(&question->digest, question->nonce, question->policy);
	len = request == NULL ? -1 : i2d_TS_REQ(request, &der);
	if (len > 0)
		buffer_put(to, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	TS_REQ_free(request);
	return len > 0 ? buffer_error(to) : ERR_MEMORY;
}

/* ---- Looking at a token ---- */

struct looking {
	const struct stamp_trust *trust;
	PKCS7 *token;
	TS_TST_INFO *info;
	enum stamp_verdict verdict;
	struct stamp stamp;
	enum err err;
};

/* Digests that are taken in signatures of stamps. */
static bool is_strong(const PKCS7_SIGNER_INFO *signer)
{
	int digest = OBJ_obj2nid(signer->digest_alg->algorithm);

	return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

/* What OpenSSL does not ask: several signers, much beside them, attributes that nobody signed. */
static bool has_form(PKCS7 *token)
{
	STACK_OF(PKCS7_SIGNER_INFO) *signers = PKCS7_get_signer_info(token);
	const PKCS7_SIGNER_INFO *signer;

	if (!PKCS7_type_is_signed(token) || sk_PKCS7_SIGNER_INFO_num(signers) != 1 ||
	    sk_X509_num(token->d.sign->cert) < 1 ||
	    sk_X509_num(token->d.sign->cert) > MAX_CERTIFICATES ||
	    sk_X509_CRL_num(token->d.sign->crl) > 0)
		return false;
	signer = sk_PKCS7_SIGNER_INFO_value(signers, 0);
	return sk_X509_ATTRIBUTE_num(signer->unauth_attr) <= 0;
}

/* What is critical and not known here must not be passed over. */
static bool has_known_extensions(TS_TST_INFO *info)
{
	return TS_TST_INFO_get_ext_by_critical(info, 1, -1) < 0;
}

static enum stamp_verdict verdict_of_errors(void)
{
	enum stamp_verdict verdict = STAMP_BROKEN;
	unsigned long error;

	while ((error = ERR_get_error()) != 0) {
		if (ERR_GET_LIB(error) != ERR_LIB_TS)
			continue;
		switch (ERR_GET_REASON(error)) {
		case TS_R_MESSAGE_IMPRINT_MISMATCH:
		case TS_R_NONCE_MISMATCH:
		case TS_R_NONCE_NOT_RETURNED:
		case TS_R_POLICY_MISMATCH:
			verdict = STAMP_OTHER;
			break;
		case TS_R_CERTIFICATE_VERIFY_ERROR:
			verdict = STAMP_STRANGER;
			break;
		default:
			break;
		}
	}
	return verdict;
}

/* Chain, purpose, signature, imprint, and nonce and policy of the request, as of the stamped time. */
static void verify(struct looking *looking, TS_REQ *request)
{
	TS_VERIFY_CTX *context = request == NULL ? NULL : TS_REQ_to_TS_VERIFY_CTX(request, NULL);
	X509_STORE *store = looking->trust->store;

	if (context == NULL || X509_STORE_up_ref(store) != 1) {
		TS_VERIFY_CTX_free(context);
		looking->err = ERR_MEMORY;
		return;
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store),
				   (time_t)(looking->stamp.time_ms / 1000));
	(void)TS_VERIFY_CTX_set_store(context, store); /* which it releases */
	(void)TS_VERIFY_CTX_add_flags(context, TS_VFY_VERSION | TS_VFY_SIGNATURE);
	ERR_clear_error();
	looking->verdict = TS_RESP_verify_token(context, looking->token) == 1 ? STAMP_GOOD
									      : verdict_of_errors();
	TS_VERIFY_CTX_free(context);
	ERR_clear_error();
}

static void name_authority(X509 *certificate, char ret_name[STAMP_NAME_BYTES])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int len = 0;

	if (bio != NULL &&
	    X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0)
		len = BIO_read(bio, ret_name, STAMP_NAME_BYTES - 1);
	ret_name[len > 0 ? len : 0] = '\0';
	for (char *at = ret_name; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	BIO_free(bio);
}

/* Only after it was verified: the certificate is the one that signed. */
static void take_signer(struct looking *looking)
{
	const PKCS7_SIGNER_INFO *signer =
		sk_PKCS7_SIGNER_INFO_value(PKCS7_get_signer_info(looking->token), 0);
	STACK_OF(X509) *signers = PKCS7_get0_signers(looking->token, NULL, 0);
	X509 *certificate = signers == NULL ? NULL : sk_X509_value(signers, 0);
	EVP_PKEY *key = certificate == NULL ? NULL : X509_get0_pubkey(certificate);

	if (key == NULL || !is_strong(signer) || EVP_PKEY_get_security_bits(key) < MIN_KEY_BITS)
		looking->verdict = STAMP_BROKEN;
	else
		name_authority(certificate, looking->stamp.authority);
	sk_X509_free(signers);
}

/* What the token says of itself. */
static bool read_info(struct looking *looking)
{
	int64_t time_s;

	looking->info = has_form(looking->token) ? PKCS7_to_TS_TST_INFO(looking->token) : NULL;
	if (looking->info == NULL || !has_known_extensions(looking->info))
		return false;
	time_s = signer_time(TS_TST_INFO_get_time(looking->info));
	if (time_s < 0 || time_s > INT64_C(253402300799) ||
	    OBJ_obj2txt(looking->stamp.policy, STAMP_POLICY_BYTES,
			TS_TST_INFO_get_policy_id(looking->info), 1) >= (int)STAMP_POLICY_BYTES)
		return false;
	looking->stamp.time_ms = (uint64_t)time_s * 1000;
	return true;
}

static void look(struct looking *looking, TS_REQ *request)
{
	looking->verdict = STAMP_UNREADABLE;
	if (read_info(looking)) {
		verify(looking, request);
		if (looking->err == OK && looking->verdict == STAMP_GOOD)
			take_signer(looking);
	}
	TS_TST_INFO_free(looking->info);
	TS_REQ_free(request);
	ERR_clear_error();
}

static PKCS7 *read_token(struct bytes der)
{
	const unsigned char *at = der.at;
	PKCS7 *token = der.len == 0 || der.len > STAMP_MAX_BYTES
			       ? NULL
			       : d2i_PKCS7(NULL, &at, (long)der.len);

	if (token != NULL && at != der.at + der.len) {
		PKCS7_free(token);
		token = NULL;
	}
	ERR_clear_error();
	return token;
}

enum err stamp_token_check(const struct stamp_trust *trust, struct bytes token,
			   const struct hash *digest, enum stamp_verdict *ret_verdict,
			   struct stamp *ret_stamp)
{
	struct looking looking = {.trust = trust, .token = read_token(token)};

	*ret_verdict = STAMP_UNREADABLE;
	if (looking.token == NULL)
		return OK;
	look(&looking, request_new(digest, NULL, ""));
	PKCS7_free(looking.token);
	*ret_verdict = looking.verdict;
	*ret_stamp = looking.stamp;
	return looking.err;
}

/* Whom a token carries is believed, for this once. */
static enum err believe_carried(struct bytes der, struct stamp_trust *trust)
{
	PKCS7 *token = read_token(der);
	const STACK_OF(X509) *carried =
		token != NULL && PKCS7_type_is_signed(token) ? token->d.sign->cert : NULL;
	enum err err = OK;

	for (int i = 0; err == OK && i < sk_X509_num(carried) && i < MAX_CERTIFICATES; i++)
		if (X509_STORE_add_cert(trust->store, sk_X509_value(carried, i)) != 1)
			err = ERR_MEMORY;
	PKCS7_free(token);
	ERR_clear_error();
	return err;
}

enum err stamp_token_hold(struct bytes token, const struct hash *digest,
			  enum stamp_verdict *ret_verdict, struct stamp *ret_stamp)
{
	struct stamp_trust *trust = NULL;
	enum err err = stamp_trust_new(&trust);

	if (err == OK && (err = believe_carried(token, trust)) == OK)
		err = stamp_token_check(trust, token, digest, ret_verdict, ret_stamp);
	stamp_trust_free(trust);
	return err;
}

/* ---- A reply ---- */

static TS_RESP *read_reply(struct bytes der)
{
	const unsigned char *at = der.at;
	TS_RESP *reply = der.len == 0 || der.len > STAMP_MAX_BYTES
				 ? NULL
				 : d2i_TS_RESP(NULL, &at, (long)der.len);

	if (reply != NULL && at != der.at + der.len) {
		TS_RESP_free(reply);
		reply = NULL;
	}
	ERR_clear_error();
	return reply;
}

static bool is_granted(TS_RESP *reply)
{
	const ASN1_INTEGER *status = TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(reply));
	int64_t value = -1;

	return ASN1_INTEGER_get_int64(&value, status) == 1 &&
	       (value == TS_STATUS_GRANTED || value == TS_STATUS_GRANTED_WITH_MODS);
}

/* The token as it will be kept. */
static enum err keep(PKCS7 *token, struct arena *arena, struct bytes *ret_token)
{
	unsigned char *der = NULL;
	int len = i2d_PKCS7(token, &der);
	const uint8_t *copy = len > 0 ? arena_copy(arena, bytes_of(der, (size_t)len)) : NULL;

	OPENSSL_free(der);
	if (copy == NULL)
		return ERR_MEMORY;
	*ret_token = bytes_of(copy, (size_t)len);
	return OK;
}

enum err stamp_reply_check(const struct stamp_trust *trust, struct bytes reply,
			   const struct stamp_question *question, struct arena *arena,
			   enum stamp_verdict *ret_verdict, struct stamp *ret_stamp,
			   struct bytes *ret_token)
{
	struct looking looking = {.trust = trust, .verdict = STAMP_UNREADABLE};
	TS_RESP *response = read_reply(reply);
	PKCS7 *token = response == NULL ? NULL : TS_RESP_get_token(response);

	if (response != NULL && !is_granted(response))
		looking.verdict = STAMP_REFUSED;
	else if (token != NULL && (looking.err = keep(token, arena, ret_token)) == OK &&
		 (looking.token = read_token(*ret_token)) != NULL)
		look(&looking, request_new(&question->digest, question->nonce, question->policy));
	PKCS7_free(looking.token);
	TS_RESP_free(response);
	*ret_verdict = looking.verdict;
	*ret_stamp = looking.stamp;
	return looking.err;
}

const char *stamp_verdict_name(enum stamp_verdict verdict)
{
	static const char *const names[] = {
		[STAMP_GOOD] = "good",         [STAMP_UNREADABLE] = "unreadable",
		[STAMP_REFUSED] = "refused",   [STAMP_OTHER] = "of-something-else",
		[STAMP_STRANGER] = "stranger", [STAMP_BROKEN] = "broken"};

	return names[verdict];
}
