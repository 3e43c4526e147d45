/*
 * token - a key behind PKCS#11 (OASIS PKCS #11 Base Specification 2.40), through its C interface.
 *
 * The module is the vendor's and runs in this process: only who signs by hand loads one (`sampan
 * sign`), never a role of the node.
 */
#include "sampan/token.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#define MAX_SLOTS 64u
#define MAX_OBJECTS 32u
#define ID_BYTES 256u
#define RSA_MIN_BYTES 256u
#define NAMES_BYTES 512u

struct pkcs11 {
	struct token token;
	void *library;
	struct ck_function_list *calls; /* NULL: not initialised */
	ck_session_handle_t session;
	ck_object_handle_t key;
	bool has_session;
	bool asks_each_time; /* CKA_ALWAYS_AUTHENTICATE */
	uint8_t pin[TOKEN_PIN_BYTES];
	size_t pin_len;
	uint8_t certificate[TOKEN_CERTIFICATE_BYTES];
};

/* What goes wrong is said once, where it is noticed. */
struct opening {
	struct pkcs11 *pkcs11;
	const struct token_search *search;
	struct arena *arena;
	const char *message;
};

static enum err say(struct opening *opening, enum err err, const char *message)
{
	opening->message = message == NULL ? "" : message;
	return err;
}

/* ---- Signing ---- */

static enum err sign_with(struct pkcs11 *pkcs11, struct ck_mechanism *mechanism, struct bytes data,
			  struct buffer *to)
{
	uint8_t signature[TOKEN_SIGNATURE_BYTES];
	unsigned long len = sizeof(signature);
	uint8_t copy[64];

	memcpy(copy, data.at, data.len); /* the interface is not const */
	if (pkcs11->calls->C_SignInit(pkcs11->session, mechanism, pkcs11->key) != CKR_OK)
		return ERR_IO;
	if (pkcs11->asks_each_time &&
	    pkcs11->calls->C_Login(pkcs11->session, CKU_CONTEXT_SPECIFIC, pkcs11->pin,
				   pkcs11->pin_len) != CKR_OK)
		return ERR_DENIED;
	if (pkcs11->calls->C_Sign(pkcs11->session, copy, data.len, signature, &len) != CKR_OK)
		return ERR_IO;
	buffer_put(to, bytes_of(signature, len));
	return buffer_error(to);
}

/* RFC 8017, section 9.2, note 1: what stands before a SHA-256. */
static const uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static enum err sign(struct token *token, const struct hash *digest, struct buffer *to)
{
	struct pkcs11 *pkcs11 = (struct pkcs11 *)token;
	struct ck_rsa_pkcs_pss_params pss = {
		.hash_alg = CKM_SHA256, .mgf = CKG_MGF1_SHA256, .s_len = HASH_BYTES};
	struct ck_mechanism mechanism = {.mechanism = CKM_ECDSA};
	uint8_t info[sizeof(digest_info) + HASH_BYTES];

	if (token->algorithm == TOKEN_RSA) {
		mechanism.mechanism = CKM_RSA_PKCS;
		memcpy(info, digest_info, sizeof(digest_info));
		memcpy(info + sizeof(digest_info), digest->at, HASH_BYTES);
		return sign_with(pkcs11, &mechanism, bytes_of(info, sizeof(info)), to);
	}
	if (token->algorithm == TOKEN_RSA_PSS)
		mechanism = (struct ck_mechanism){.mechanism = CKM_RSA_PKCS_PSS,
						  .parameter = &pss,
						  .parameter_len = sizeof(pss)};
	return sign_with(pkcs11, &mechanism, hash_bytes(digest), to);
}

static void close_token(struct token *token)
{
	struct pkcs11 *pkcs11 = (struct pkcs11 *)token;

	if (pkcs11->has_session) {
		(void)pkcs11->calls->C_Logout(pkcs11->session);
		(void)pkcs11->calls->C_CloseSession(pkcs11->session);
	}
	if (pkcs11->calls != NULL)
		(void)pkcs11->calls->C_Finalize(NULL);
	if (pkcs11->library != NULL)
		(void)dlclose(pkcs11->library);
	explicit_bzero(pkcs11->pin, sizeof(pkcs11->pin));
	free(pkcs11);
}

static const struct token_table table = {.sign = sign, .close = close_token};

/* ---- The module ---- */

static enum err load(struct opening *opening)
{
	struct pkcs11 *pkcs11 = opening->pkcs11;
	struct ck_function_list *calls = NULL;
	ck_rv_t (*get)(struct ck_function_list **);
	void *symbol;

	pkcs11->library = dlopen(opening->search->module, RTLD_NOW | RTLD_LOCAL);
	if (pkcs11->library == NULL)
		return say(opening, ERR_MISSING, arena_format(opening->arena, "%s", dlerror()));
	symbol = dlsym(pkcs11->library, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get)); /* C knows no cast from data to function */
	if (symbol == NULL || get(&calls) != CKR_OK || calls == NULL)
		return say(opening, ERR_IO, "the module is no PKCS#11 library");
	if (calls->C_Initialize(NULL) != CKR_OK)
		return say(opening, ERR_IO, "the module does not start (C_Initialize)");
	pkcs11->calls = calls;
	return OK;
}

/* ---- The token ---- */

/* Labels are padded with spaces. */
static const char *label_of(struct opening *opening, ck_slot_id_t slot)
{
	struct ck_token_info info;
	size_t len = sizeof(info.label);

	if (opening->pkcs11->calls->C_GetTokenInfo(slot, &info) != CKR_OK ||
	    (info.flags & CKF_TOKEN_INITIALIZED) == 0)
		return NULL;
	while (len > 0 && info.label[len - 1] == ' ')
		len--;
	return arena_text(opening->arena, bytes_of(info.label, len));
}

static void add_name(struct opening *opening, const char **names, const char *name)
{
	const char *more = arena_format(opening->arena, "%s%s\"%s\"", *names,
					**names == '\0' ? "" : ", ", name);

	if (more != NULL && strlen(more) < NAMES_BYTES)
		*names = more;
}

static enum err find_slot(struct opening *opening, ck_slot_id_t *ret_slot)
{
	const char *wanted = opening->search->label, *names = "";
	ck_slot_id_t slots[MAX_SLOTS];
	unsigned long count = MAX_SLOTS;
	size_t fit = 0;

	if (opening->pkcs11->calls->C_GetSlotList(1, slots, &count) != CKR_OK)
		return say(opening, ERR_IO, "the module does not list its tokens");
	for (unsigned long i = 0; i < count; i++) {
		const char *label = label_of(opening, slots[i]);

		if (label == NULL)
			continue;
		add_name(opening, &names, label);
		if (wanted != NULL && strcmp(label, wanted) != 0)
			continue;
		*ret_slot = slots[i];
		fit++;
	}
	if (fit == 1)
		return OK;
	if (*names == '\0')
		return say(opening, ERR_MISSING, "no token is there");
	return say(opening, fit == 0 ? ERR_MISSING : ERR_CONFLICT,
		   arena_format(opening->arena, "%s; there are %s",
				fit == 0 ? "no token has this label"
					 : "several tokens fit: name one with --token",
				names));
}

static enum err why_no_login(struct opening *opening, ck_rv_t rv)
{
	switch (rv) {
	case CKR_OK:
	case CKR_USER_ALREADY_LOGGED_IN:
		return OK;
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		return say(opening, ERR_DENIED,
			   "wrong PIN: a token locks itself after a few of them");
	case CKR_PIN_LOCKED:
		return say(opening, ERR_DENIED,
			   "the PIN is locked: unlock the token with its own software");
	case CKR_USER_PIN_NOT_INITIALIZED:
		return say(opening, ERR_DENIED, "the token has no PIN of a user yet");
	default:
		return say(opening, ERR_IO,
			   arena_format(opening->arena, "the token refuses to log in (0x%lx)", rv));
	}
}

static enum err log_in(struct opening *opening)
{
	struct pkcs11 *pkcs11 = opening->pkcs11;
	ck_slot_id_t slot = 0;
	enum err err;

	if (opening->search->pin.len > sizeof(pkcs11->pin))
		return say(opening, ERR_DENIED, "the PIN is too long");
	if ((err = find_slot(opening, &slot)) != OK)
		return err;
	if (pkcs11->calls->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &pkcs11->session) !=
	    CKR_OK)
		return say(opening, ERR_IO, "the token opens no session");
	pkcs11->has_session = true;
	pkcs11->pin_len = opening->search->pin.len;
	if (pkcs11->pin_len > 0)
		memcpy(pkcs11->pin, opening->search->pin.at, pkcs11->pin_len);
	return why_no_login(opening, pkcs11->calls->C_Login(pkcs11->session, CKU_USER, pkcs11->pin,
							    pkcs11->pin_len));
}

/* ---- Objects ---- */

static enum err find(struct opening *opening, struct ck_attribute *filter, size_t filters,
		     ck_object_handle_t ret_objects[MAX_OBJECTS], unsigned long *ret_count)
{
	const struct ck_function_list *calls = opening->pkcs11->calls;
	ck_session_handle_t session = opening->pkcs11->session;
	ck_rv_t rv;

	if (calls->C_FindObjectsInit(session, filter, filters) != CKR_OK)
		return say(opening, ERR_IO, "the token does not list its objects");
	rv = calls->C_FindObjects(session, ret_objects, MAX_OBJECTS, ret_count);
	(void)calls->C_FindObjectsFinal(session);
	return rv == CKR_OK ? OK : say(opening, ERR_IO, "the token does not list its objects");
}

/* An attribute's bytes; false: it has none, or more than there is room for. */
static bool get(const struct opening *opening, ck_object_handle_t object, unsigned long type,
		void *to, size_t *len)
{
	struct ck_attribute attribute = {.type = type, .value = to, .value_len = *len};

	if (opening->pkcs11->calls->C_GetAttributeValue(opening->pkcs11->session, object,
							&attribute, 1) != CKR_OK ||
	    attribute.value_len == CK_UNAVAILABLE_INFORMATION || attribute.value_len > *len)
		return false;
	*len = attribute.value_len;
	return true;
}

static enum err several_keys(struct opening *opening, const ck_object_handle_t *keys,
			     unsigned long count)
{
	const char *names = "";

	for (unsigned long i = 0; i < count; i++) {
		char label[64];
		size_t len = sizeof(label);
		const char *name;

		if (!get(opening, keys[i], CKA_LABEL, label, &len))
			continue;
		name = arena_text(opening->arena, bytes_of(label, len));
		if (name != NULL)
			add_name(opening, &names, name);
	}
	return say(opening, ERR_CONFLICT,
		   arena_format(opening->arena, "several keys fit: name one with --key-label; %s%s",
				*names == '\0' ? "they have no labels" : "there are ", names));
}

static enum err find_key(struct opening *opening)
{
	unsigned long class = CKO_PRIVATE_KEY, count = 0;
	unsigned char yes = 1;
	const char *label = opening->search->key;
	char *copy = label == NULL ? NULL : arena_text(opening->arena, bytes_of_text(label));
	struct ck_attribute filter[] = {{CKA_CLASS, &class, sizeof(class)},
					{CKA_SIGN, &yes, sizeof(yes)},
					{CKA_LABEL, copy, copy == NULL ? 0 : strlen(copy)}};
	ck_object_handle_t keys[MAX_OBJECTS];
	unsigned char asks = 0;
	size_t len = sizeof(asks);
	enum err err = find(opening, filter, copy == NULL ? 2 : 3, keys, &count);

	if (err != OK)
		return err;
	if (count == 0)
		return say(opening, ERR_MISSING,
			   label == NULL ? "the token holds no private key that can sign"
					 : "the token holds no private key with this label");
	if (count > 1)
		return several_keys(opening, keys, count);
	opening->pkcs11->key = keys[0];
	opening->pkcs11->asks_each_time =
		get(opening, keys[0], CKA_ALWAYS_AUTHENTICATE, &asks, &len) && asks == 1;
	return OK;
}

/* prime256v1 as a named curve: RFC 5480, section 2.1.1.1 */
static const uint8_t p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};

static enum err set_algorithm(struct opening *opening)
{
	struct token *token = &opening->pkcs11->token;
	ck_object_handle_t key = opening->pkcs11->key;
	unsigned long type = 0;
	size_t len = sizeof(type);
	uint8_t value[TOKEN_SIGNATURE_BYTES];

	if (!get(opening, key, CKA_KEY_TYPE, &type, &len))
		return say(opening, ERR_IO, "the token does not say what kind of key it is");
	len = sizeof(value);
	if (type == CKK_EC && get(opening, key, CKA_EC_PARAMS, value, &len) &&
	    len == sizeof(p256) && memcmp(value, p256, len) == 0) {
		token->algorithm = TOKEN_ECDSA_P256;
		return OK;
	}
	len = sizeof(value);
	if (type == CKK_RSA && get(opening, key, CKA_MODULUS, value, &len) &&
	    len >= RSA_MIN_BYTES) {
		token->algorithm = opening->search->wants_pss ? TOKEN_RSA_PSS : TOKEN_RSA;
		return OK;
	}
	return say(opening, ERR_USAGE, "the key is neither P-256 nor RSA with 2048 bits or more");
}

static enum err load_certificate(struct opening *opening)
{
	struct pkcs11 *pkcs11 = opening->pkcs11;
	unsigned long class = CKO_CERTIFICATE, count = 0;
	uint8_t id[ID_BYTES];
	size_t len = sizeof(id);
	struct ck_attribute filter[] = {{CKA_CLASS, &class, sizeof(class)}, {CKA_ID, id, 0}};
	ck_object_handle_t objects[MAX_OBJECTS];
	enum err err;

	if (!get(opening, pkcs11->key, CKA_ID, id, &len))
		return say(opening, ERR_MISSING, "the key has no id that its certificate shares");
	filter[1].value_len = len;
	if ((err = find(opening, filter, 2, objects, &count)) != OK)
		return err;
	if (count == 0)
		return say(opening, ERR_MISSING,
			   "the token holds no certificate with the key's id");
	len = sizeof(pkcs11->certificate);
	if (!get(opening, objects[0], CKA_VALUE, pkcs11->certificate, &len))
		return say(opening, ERR_IO, "the token does not give out the certificate");
	pkcs11->token.certificate = bytes_of(pkcs11->certificate, len);
	return OK;
}

enum err token_open_pkcs11(const struct token_search *search, struct arena *arena,
			   struct token **ret_token, const char **ret_message)
{
	struct opening opening = {.pkcs11 = calloc(1, sizeof(struct pkcs11)),
				  .search = search,
				  .arena = arena,
				  .message = ""};
	enum err err;

	if (opening.pkcs11 == NULL)
		return ERR_MEMORY;
	opening.pkcs11->token.table = &table;
	if ((err = load(&opening)) == OK && (err = log_in(&opening)) == OK &&
	    (err = find_key(&opening)) == OK && (err = set_algorithm(&opening)) == OK)
		err = load_certificate(&opening);
	if (err == OK) {
		*ret_token = &opening.pkcs11->token;
	} else {
		*ret_message = opening.message;
		close_token(&opening.pkcs11->token);
	}
	return err;
}
