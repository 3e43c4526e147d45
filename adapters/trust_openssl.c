#include "sampan/trust.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "adapters/trust_openssl.h"

#define MAX_DEPTH 4      /* authorities between a signer and the one believed */
#define SECURITY_LEVEL 2 /* of the keys and digests above the signer: 112 bits, no SHA-1 */
#define MAX_PINS 4096u

/* ---- Whom we believe ---- */

enum err trust_new(const char *field, const char *prefix, struct trust **ret_trust)
{
	struct trust *trust;
	ASN1_OBJECT *object = OBJ_txt2obj(field, 0);

	ERR_clear_error();
	if (object == NULL || strlen(prefix) >= TRUST_PREFIX_BYTES) {
		ASN1_OBJECT_free(object);
		return ERR_CONFIG;
	}
	trust = calloc(1, sizeof(*trust));
	if (trust == NULL) {
		ASN1_OBJECT_free(object);
		return ERR_MEMORY;
	}
	trust->field = object;
	(void)snprintf(trust->prefix, sizeof(trust->prefix), "%s", prefix);
	trust->store = X509_STORE_new();
	trust->lists = sk_X509_CRL_new_null();
	if (trust->store == NULL || trust->lists == NULL) {
		trust_free(trust);
		return ERR_MEMORY;
	}
	*ret_trust = trust;
	return OK;
}

void trust_free(struct trust *trust)
{
	if (trust == NULL)
		return;
	for (size_t i = 0; i < TRUST_REMEMBERED; i++)
		if (trust->remembered[i].key != NULL)
			signer_clear(&trust->remembered[i]);
	signer_clear(&trust->shown);
	sk_X509_pop_free(trust->chain, X509_free);
	sk_X509_pop_free(trust->between, X509_free);
	sk_X509_CRL_pop_free(trust->brought, X509_CRL_free);
	sk_X509_CRL_pop_free(trust->lists, X509_CRL_free);
	X509_STORE_free(trust->store);
	ASN1_OBJECT_free(trust->field);
	free(trust->pins);
	free(trust);
}

bool trust_is_empty(const struct trust *trust)
{
	return trust->authorities == 0 && trust->pin_count == 0;
}

enum err trust_pin(struct trust *trust, const struct hash *certificate, const char *name)
{
	struct trust_pin *pins;

	if (trust->pin_count == MAX_PINS || strlen(name) >= SIGNER_CODE_BYTES)
		return ERR_LIMIT;
	pins = realloc(trust->pins, (trust->pin_count + 1) * sizeof(*pins));
	if (pins == NULL)
		return ERR_MEMORY;
	trust->pins = pins;
	pins[trust->pin_count] = (struct trust_pin){.certificate = *certificate};
	(void)snprintf(pins[trust->pin_count].name, SIGNER_CODE_BYTES, "%s", name);
	trust->pin_count++;
	return OK;
}

static bool is_authority(X509 *certificate)
{
	return (X509_get_extension_flags(certificate) & EXFLAG_CA) != 0 &&
	       (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
}

static enum err add_certificate(struct trust *trust, X509 *certificate)
{
	struct hash hash;
	unsigned len = HASH_BYTES;

	if (!is_authority(certificate))
		return X509_digest(certificate, EVP_sha256(), hash.at, &len) == 1
			       ? trust_pin(trust, &hash, "")
			       : ERR_MEMORY;
	trust->authorities++;
	return X509_STORE_add_cert(trust->store, certificate) == 1 ? OK : ERR_MEMORY;
}

static enum err add_list(struct trust *trust, X509_CRL *list)
{
	if (X509_STORE_add_crl(trust->store, list) != 1 || X509_CRL_up_ref(list) != 1)
		return ERR_MEMORY;
	if (sk_X509_CRL_push(trust->lists, list) == 0) {
		X509_CRL_free(list);
		return ERR_MEMORY;
	}
	return OK;
}

enum err trust_add(struct trust *trust, struct bytes pem)
{
	BIO *bio = pem.len > INT_MAX ? NULL : BIO_new_mem_buf(pem.at, (int)pem.len);
	STACK_OF(X509_INFO) *all =
		bio == NULL ? NULL : PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	size_t count = 0;
	enum err err = OK;

	for (int i = 0; i < sk_X509_INFO_num(all) && err == OK; i++) {
		const X509_INFO *info = sk_X509_INFO_value(all, i);

		if (info->x509 != NULL || info->crl != NULL)
			count++;
		if (info->x509 != NULL)
			err = add_certificate(trust, info->x509);
		if (err == OK && info->crl != NULL)
			err = add_list(trust, info->crl);
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	ERR_clear_error();
	return err == OK && count == 0 ? ERR_FORMAT : err;
}

/* ---- Judging ---- */

struct judging {
	struct trust *trust;
	int64_t now_s;
	X509 *signer; /* one of shown */
	size_t signer_at;
	STACK_OF(X509) * shown; /* owned */
	bool is_list_missing;   /* the signer's issuer's */
	char issuers[SIGNER_HASHES_BYTES], lists[SIGNER_HASHES_BYTES];
	int64_t from_s, until_s; /* while the judgement holds */
	enum err err;
};

static void narrow(struct judging *judging, const ASN1_TIME *from, const ASN1_TIME *until)
{
	int64_t from_s = signer_time(from), until_s = signer_time(until);

	if (from_s > judging->from_s)
		judging->from_s = from_s;
	if (until != NULL && until_s < judging->until_s)
		judging->until_s = until_s;
}

/* X509_STORE_CTX has room for a pointer of ours; a list that is not here is noted, no fault. */
static int on_verify(int is_good, X509_STORE_CTX *context)
{
	struct judging *judging = X509_STORE_CTX_get_app_data(context);

	if (is_good || X509_STORE_CTX_get_error(context) != X509_V_ERR_UNABLE_TO_GET_CRL)
		return is_good;
	if (X509_STORE_CTX_get_error_depth(context) == 0)
		judging->is_list_missing = true;
	X509_STORE_CTX_set_error(context, X509_V_OK);
	return 1;
}

static enum trust_verdict verdict_of(int error)
{
	static const struct {
		int error;
		enum trust_verdict verdict;
	} verdicts[] = {
		{X509_V_ERR_CERT_NOT_YET_VALID, TRUST_EARLY},
		{X509_V_ERR_CERT_HAS_EXPIRED, TRUST_EXPIRED},
		{X509_V_ERR_CERT_REVOKED, TRUST_REVOKED},
		{X509_V_ERR_CRL_HAS_EXPIRED, TRUST_OLD_LIST},
		{X509_V_ERR_CRL_NOT_YET_VALID, TRUST_OLD_LIST},
		{X509_V_ERR_CRL_SIGNATURE_FAILURE, TRUST_OLD_LIST},
		{X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, TRUST_OLD_LIST},
		{X509_V_ERR_DIFFERENT_CRL_SCOPE, TRUST_OLD_LIST},
		{X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, TRUST_OLD_LIST},
		{X509_V_ERR_EE_KEY_TOO_SMALL, TRUST_WEAK},
		{X509_V_ERR_CA_KEY_TOO_SMALL, TRUST_WEAK},
		{X509_V_ERR_CA_MD_TOO_WEAK, TRUST_WEAK},
	};

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (verdicts[i].error == error)
			return verdicts[i].verdict;
	return TRUST_STRANGER;
}

static void note_hash(char *texts, int has_hash, const struct hash *hash)
{
	size_t len = strlen(texts);
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	if (has_hash == 1 && len + 1 + HASH_HEX_BYTES <= SIGNER_HASHES_BYTES &&
	    strstr(texts, hex) == NULL)
		(void)snprintf(texts + len, SIGNER_HASHES_BYTES - len, "%s%s", len == 0 ? "" : " ",
			       hex);
}

/* What was believed must be judged anew when any certificate or list that it rests on ends. */
static void narrow_to_chain(struct judging *judging, const STACK_OF(X509) * chain)
{
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *certificate = sk_X509_value(chain, i);
		const X509_CRL *newest = NULL; /* of those that hold now, as OpenSSL takes it */
		struct hash hash;

		if (i > 0)
			note_hash(judging->issuers,
				  X509_digest(certificate, EVP_sha256(), hash.at, NULL), &hash);
		narrow(judging, X509_get0_notBefore(certificate), X509_get0_notAfter(certificate));
		for (int j = 0; j < sk_X509_CRL_num(judging->trust->lists); j++) {
			const X509_CRL *list = sk_X509_CRL_value(judging->trust->lists, j);

			if (X509_NAME_cmp(X509_CRL_get_issuer(list),
					  X509_get_issuer_name(certificate)) == 0 &&
			    signer_time(X509_CRL_get0_nextUpdate(list)) > judging->now_s) {
				narrow(judging, X509_CRL_get0_lastUpdate(list),
				       X509_CRL_get0_nextUpdate(list));
				if (signer_time(X509_CRL_get0_lastUpdate(list)) <= judging->now_s &&
				    (newest == NULL ||
				     signer_time(X509_CRL_get0_lastUpdate(list)) >
					     signer_time(X509_CRL_get0_lastUpdate(newest))))
					newest = list;
			}
		}
		if (newest != NULL)
			note_hash(judging->lists,
				  X509_CRL_digest(newest, EVP_sha256(), hash.at, NULL), &hash);
	}
}

static bool begin_context(struct judging *judging, X509_STORE_CTX *context)
{
	X509_VERIFY_PARAM *param;

	if (X509_STORE_CTX_init(context, judging->trust->store, judging->signer, judging->shown) !=
	    1)
		return false;
	param = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_time(param, (time_t)judging->now_s);
	X509_VERIFY_PARAM_set_depth(param, MAX_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	X509_STORE_CTX_set_verify_cb(context, on_verify);
	return X509_STORE_CTX_set_app_data(context, judging) == 1 &&
	       X509_VERIFY_PARAM_set_flags(
		       param,
		       X509_V_FLAG_PARTIAL_CHAIN |
			       (judging->trust->ignores_lists
					? 0
					: X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)) == 1;
}

/* What is shown, and what else a chain may lead through (trust_list.h). */
static bool add_between(struct judging *judging)
{
	for (int i = 0; i < sk_X509_num(judging->trust->between); i++) {
		X509 *certificate = sk_X509_value(judging->trust->between, i);

		if (X509_up_ref(certificate) != 1)
			return false;
		if (sk_X509_push(judging->shown, certificate) == 0) {
			X509_free(certificate);
			return false;
		}
	}
	return true;
}

static enum trust_verdict judge_chain(struct judging *judging)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	enum trust_verdict verdict = TRUST_STRANGER;

	if (context == NULL || !add_between(judging) || !begin_context(judging, context)) {
		judging->err = ERR_MEMORY;
	} else if (X509_verify_cert(context) == 1) {
		narrow_to_chain(judging, X509_STORE_CTX_get0_chain(context));
		if (judging->trust->ignores_lists)
			judging->trust->chain = X509_STORE_CTX_get1_chain(context);
		verdict = TRUST_GOOD;
	} else {
		verdict = verdict_of(X509_STORE_CTX_get_error(context));
		if (X509_STORE_CTX_get_error(context) == X509_V_ERR_OUT_OF_MEM)
			judging->err = ERR_MEMORY;
	}
	X509_STORE_CTX_free(context);
	ERR_clear_error();
	return verdict;
}

static const struct trust_pin *pin_of(const struct trust *trust, const struct hash *certificate)
{
	for (size_t i = 0; i < trust->pin_count; i++)
		if (hash_equal(&trust->pins[i].certificate, certificate))
			return &trust->pins[i];
	return NULL;
}

static enum trust_verdict judge_pinned(struct judging *judging, const struct trust_pin *pin,
				       struct trust_signer *signer)
{
	if (*pin->name != 0)
		(void)snprintf(signer->code, sizeof(signer->code), "%s", pin->name);
	signer->identity.is_pinned = true;
	narrow(judging, X509_get0_notBefore(judging->signer), X509_get0_notAfter(judging->signer));
	return judging->now_s < judging->from_s    ? TRUST_EARLY
	       : judging->now_s > judging->until_s ? TRUST_EXPIRED
						   : TRUST_GOOD;
}

/* ---- What is shown ---- */

static X509 *read_certificate(struct bytes der)
{
	const unsigned char *at = der.at;
	X509 *certificate;

	if (der.len == 0 || der.len > TRUST_CERTIFICATE_BYTES)
		return NULL;
	certificate = d2i_X509(NULL, &at, (long)der.len);
	if (certificate != NULL && at != der.at + der.len) {
		X509_free(certificate);
		certificate = NULL;
	}
	return certificate;
}

/* The signer's certificate is the only one, or the only one that is no authority's. */
static enum trust_verdict find_signer(struct judging *judging)
{
	int count = sk_X509_num(judging->shown);

	for (int i = 0; i < count; i++) {
		X509 *certificate = sk_X509_value(judging->shown, i);

		if (count > 1 && (X509_get_extension_flags(certificate) & EXFLAG_CA) != 0)
			continue;
		if (judging->signer != NULL)
			return TRUST_UNREADABLE;
		judging->signer = certificate;
		judging->signer_at = (size_t)i;
	}
	return judging->signer == NULL ? TRUST_PURPOSE : TRUST_GOOD;
}

static enum trust_verdict read_shown(struct judging *judging, const struct bytes *shown,
				     size_t count)
{
	judging->shown = sk_X509_new_null();
	if (judging->shown == NULL) {
		judging->err = ERR_MEMORY;
		return TRUST_UNREADABLE;
	}
	for (size_t i = 0; i < count; i++) {
		X509 *certificate = read_certificate(shown[i]);

		if (certificate == NULL || sk_X509_push(judging->shown, certificate) == 0) {
			X509_free(certificate);
			return TRUST_UNREADABLE;
		}
	}
	return find_signer(judging);
}

static enum trust_verdict judge(struct judging *judging, struct trust_signer *signer)
{
	enum trust_verdict verdict = signer_is_fit(judging->signer);
	const struct trust_pin *pin;

	if (verdict != TRUST_GOOD)
		return verdict;
	judging->err =
		signer_init(signer, judging->signer, judging->trust->field, judging->trust->prefix);
	if (judging->err != OK)
		return TRUST_UNREADABLE;
	pin = pin_of(judging->trust, &signer->identity.certificate);
	verdict = pin != NULL ? judge_pinned(judging, pin, signer) : judge_chain(judging);
	signer->identity.is_list_missing = judging->is_list_missing;
	memcpy(signer->issuers, judging->issuers, sizeof(signer->issuers));
	memcpy(signer->lists, judging->lists, sizeof(signer->lists));
	signer->from_s = judging->from_s;
	signer->until_s = judging->until_s;
	return verdict;
}

/* ---- What is remembered ---- */

static struct trust_signer *place_of(struct trust *trust, const struct hash *certificate)
{
	return &trust->remembered[bytes_get_u32(certificate->at) & (TRUST_REMEMBERED - 1)];
}

static const struct trust_signer *recall(struct trust *trust, struct bytes der, int64_t now_s)
{
	struct hash hash = hash_of(der);
	const struct trust_signer *signer = place_of(trust, &hash);

	return !trust->ignores_lists && signer->key != NULL &&
			       hash_equal(&signer->identity.certificate, &hash) &&
			       now_s >= signer->from_s && now_s < signer->until_s
		       ? signer
		       : NULL;
}

/* Its texts stand inside of it. */
static const struct trust_signer *remember(struct trust *trust, struct trust_signer *signer)
{
	struct trust_signer *place = place_of(trust, &signer->identity.certificate);

	signer_clear(place);
	*place = *signer;
	place->identity.subject = place->subject;
	place->identity.signer = place->code;
	place->identity.issuers = place->issuers;
	place->identity.lists = place->lists;
	*signer = (struct trust_signer){0};
	return place;
}

/* What is shown, where it was not judged before. *ret_signer stays NULL when nothing can be read. */
static enum trust_verdict judge_shown(struct judging *judging, const struct bytes *shown,
				      size_t count, const struct trust_signer **ret_signer)
{
	struct trust *trust = judging->trust;
	enum trust_verdict verdict = read_shown(judging, shown, count);

	if (verdict != TRUST_GOOD)
		return verdict;
	if (count > 1)
		*ret_signer = recall(trust, shown[judging->signer_at], judging->now_s);
	if (*ret_signer != NULL)
		return TRUST_GOOD;
	verdict = judge(judging, &trust->shown);
	if (judging->err == OK && verdict == TRUST_GOOD)
		*ret_signer = remember(trust, &trust->shown);
	else if (trust->shown.key != NULL)
		*ret_signer = &trust->shown;
	return verdict;
}

enum err trust_judge(struct trust *trust, const struct bytes *shown, size_t count, int64_t now_ms,
		     enum trust_verdict *ret_verdict, const struct trust_signer **ret_signer)
{
	struct judging judging = {
		.trust = trust, .now_s = now_ms / 1000, .from_s = INT64_MIN, .until_s = INT64_MAX};
	const struct trust_signer *signer;
	enum trust_verdict verdict = TRUST_GOOD;

	sk_X509_pop_free(trust->chain, X509_free);
	trust->chain = NULL;
	signer = count == 1 ? recall(trust, shown[0], judging.now_s) : NULL;
	if (signer == NULL) {
		signer_clear(&trust->shown);
		verdict = count == 0 || count > TRUST_SHOWN
				  ? TRUST_UNREADABLE
				  : judge_shown(&judging, shown, count, &signer);
	}
	sk_X509_pop_free(judging.shown, X509_free);
	ERR_clear_error();
	if (judging.err != OK)
		return judging.err;
	*ret_verdict = verdict;
	*ret_signer = signer;
	return OK;
}
