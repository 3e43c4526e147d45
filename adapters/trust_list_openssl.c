#include "sampan/trust_list.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "adapters/trust_openssl.h"

void trust_list_part(struct trust *trust)
{
	trust->ignores_lists = true;
}

enum err trust_list_add(struct trust *trust, struct bytes der)
{
	const unsigned char *at = der.at;
	X509_CRL *list = der.len == 0 ? NULL : d2i_X509_CRL(NULL, &at, (long)der.len);

	ERR_clear_error();
	if (list == NULL || at != der.at + der.len) {
		X509_CRL_free(list);
		return ERR_FORMAT;
	}
	if (trust->brought == NULL)
		trust->brought = sk_X509_CRL_new_null();
	if (trust->brought == NULL || sk_X509_CRL_push(trust->brought, list) == 0) {
		X509_CRL_free(list);
		return ERR_MEMORY;
	}
	return OK;
}

enum err trust_list_add_between(struct trust *trust, struct bytes der)
{
	const unsigned char *at = der.at;
	X509 *certificate = der.len == 0 || der.len > TRUST_CERTIFICATE_BYTES
				    ? NULL
				    : d2i_X509(NULL, &at, (long)der.len);
	enum err err = ERR_MEMORY;

	ERR_clear_error();
	if (certificate == NULL || at != der.at + der.len) {
		X509_free(certificate);
		return ERR_FORMAT;
	}
	if (trust->between == NULL)
		trust->between = sk_X509_new_null();
	if (sk_X509_num(trust->between) >= (int)TRUST_LIST_BETWEEN)
		err = ERR_LIMIT;
	else if (sk_X509_push(trust->between, certificate) > 0)
		return OK;
	X509_free(certificate);
	return err;
}

void trust_list_forget(struct trust *trust)
{
	sk_X509_pop_free(trust->between, X509_free);
	trust->between = NULL;
	sk_X509_CRL_pop_free(trust->brought, X509_CRL_free);
	trust->brought = NULL;
}

/* ---- Asking ---- */

struct asking {
	int64_t at_s;
	struct trust_list_answer answer;
	bool is_named;
	bool is_dated; /* the answer has the days of a list that speaks of the signer */
};

static bool is_of(X509_CRL *list, const X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	bool is_so = key != NULL &&
		     X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) == 0 &&
		     X509_CRL_verify(list, key) == 1;

	ERR_clear_error();
	return is_so;
}

/* ---- Does its silence say something? ---- */

/* One place of several, by its name: the certificate names the same. */
static bool is_same_place(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b)
{
	if (a == NULL || b == NULL || a->type != 0 || b->type != 0)
		return false;
	for (int i = 0; i < sk_GENERAL_NAME_num(a->name.fullname); i++)
		for (int j = 0; j < sk_GENERAL_NAME_num(b->name.fullname); j++)
			if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a->name.fullname, i),
					     sk_GENERAL_NAME_value(b->name.fullname, j)) == 0)
				return true;
	return false;
}

static bool is_of_place(const DIST_POINT_NAME *place, const X509 *certificate)
{
	STACK_OF(DIST_POINT) *points =
		X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
	bool is_so = false;

	for (int i = 0; !is_so && i < sk_DIST_POINT_num(points); i++)
		is_so = is_same_place(sk_DIST_POINT_value(points, i)->distpoint, place);
	sk_DIST_POINT_pop_free(points, DIST_POINT_free);
	ERR_clear_error();
	return is_so;
}

/* RFC 5280 section 5.2.5: what the list is about. */
static bool is_in_scope(const ISSUING_DIST_POINT *scope, X509 *certificate)
{
	bool is_ca = X509_check_ca(certificate) > 0;

	return scope->onlyattr <= 0 && scope->onlysomereasons == NULL &&
	       (scope->onlyuser <= 0 || !is_ca) && (scope->onlyCA <= 0 || is_ca) &&
	       (scope->distpoint == NULL || is_of_place(scope->distpoint, certificate));
}

/* A list of changes, or one that demands what we do not understand. */
static bool is_partial(const X509_CRL *list)
{
	bool is_so = X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0;

	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *extension = X509_CRL_get_ext(list, i);

		is_so = is_so || (X509_EXTENSION_get_critical(extension) != 0 &&
				  OBJ_obj2nid(X509_EXTENSION_get_object(extension)) !=
					  NID_issuing_distribution_point);
	}
	return is_so;
}

/* Would it name this certificate, had that been revoked, whatever for? */
static bool is_about(const X509_CRL *list, X509 *certificate)
{
	int critical = -1;
	ISSUING_DIST_POINT *scope =
		X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &critical, NULL);
	bool is_so = critical == -1; /* there is none */

	if (scope != NULL)
		is_so = is_in_scope(scope, certificate);
	ISSUING_DIST_POINT_free(scope);
	ERR_clear_error();
	return is_so && !is_partial(list);
}

/* ---- What it says ---- */

/* The earliest word counts. What a list took off again (removeFromCRL) it does not name. */
static void note_revoked(struct asking *asking, const X509_REVOKED *revoked)
{
	int64_t revoked_s = signer_time(X509_REVOKED_get0_revocationDate(revoked));

	if (asking->is_named && asking->answer.revoked_s <= revoked_s)
		return;
	asking->is_named = true;
	asking->answer.revoked_s = revoked_s;
	asking->answer.word = revoked_s <= asking->at_s ? TRUST_LIST_BEFORE : TRUST_LIST_LATER;
}

/* Whether the list was in force then, and does not name it though it would. */
static bool ask_one(struct asking *asking, X509_CRL *list, X509 *certificate, bool is_signer)
{
	int64_t from_s = signer_time(X509_CRL_get0_lastUpdate(list));
	int64_t until_s = signer_time(X509_CRL_get0_nextUpdate(list));
	X509_REVOKED *revoked = NULL;

	if (X509_CRL_get0_by_cert(list, &revoked, certificate) == 1) {
		note_revoked(asking, revoked);
		return false;
	}
	if (from_s > asking->at_s || until_s <= asking->at_s || !is_about(list, certificate))
		return false;
	if (is_signer && (!asking->is_dated || from_s > asking->answer.from_s)) {
		asking->answer.from_s = from_s;
		asking->answer.until_s = until_s;
		asking->is_dated = true;
	}
	return true;
}

/* Has any list of the certificate's issuer that was in force then a word on it? */
static bool ask_all(struct asking *asking, const struct trust *trust, int place)
{
	X509 *certificate = sk_X509_value(trust->chain, place);
	const X509 *issuer = sk_X509_value(trust->chain, place + 1);
	STACK_OF(X509_CRL) *const stacks[] = {trust->lists, trust->brought};
	bool is_covered = false;

	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++)
		for (int j = 0; j < sk_X509_CRL_num(stacks[i]); j++) {
			X509_CRL *list = sk_X509_CRL_value(stacks[i], j);

			if (is_of(list, issuer) && ask_one(asking, list, certificate, place == 0))
				is_covered = true;
		}
	return is_covered;
}

enum err trust_list_ask(const struct trust *trust, int64_t at_ms,
			struct trust_list_answer *ret_answer)
{
	struct asking asking = {.at_s = at_ms / 1000};
	bool is_covered = false;

	for (int i = 0; i + 1 < sk_X509_num(trust->chain); i++) {
		bool is_so = ask_all(&asking, trust, i);

		if (i == 0)
			is_covered = is_so;
	}
	if (!asking.is_named)
		asking.answer.word = is_covered ? TRUST_LIST_GOOD : TRUST_LIST_SILENT;
	*ret_answer = asking.answer;
	return OK;
}
