#include "sampan/trust_list.h"

#include <openssl/err.h>
#include <openssl/x509.h>

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

/* Whether the list was in force then, and does not name it. */
static bool ask_one(struct asking *asking, X509_CRL *list, X509 *certificate)
{
	int64_t from_s = signer_time(X509_CRL_get0_lastUpdate(list));
	int64_t until_s = signer_time(X509_CRL_get0_nextUpdate(list));
	X509_REVOKED *revoked = NULL;

	if (X509_CRL_get0_by_cert(list, &revoked, certificate) == 1) {
		note_revoked(asking, revoked);
		return false;
	}
	if (from_s > asking->at_s || until_s <= asking->at_s)
		return false;
	if (asking->answer.word == TRUST_LIST_SILENT || from_s > asking->answer.from_s) {
		asking->answer.from_s = from_s;
		asking->answer.until_s = until_s;
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

			if (is_of(list, issuer) && ask_one(asking, list, certificate))
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
