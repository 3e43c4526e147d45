/*
 * TLS at the HTTPS door: what is spoken, and whose certificate is believed. Who is refused is
 * refused in the handshake: no byte of a request is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "sampan/certificate.h"
#include "sampan/tls.h"
#include "tests/support/http_scene.h"
#include "tests/support/pki.h"

#define HELLO "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define WHO "GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n"

/* Days around PKI_NOW_S that hold whatever the clock of the machine says. */
#define LONG_AGO (-10000)
#define FAR_AWAY 10000

struct place {
	struct arena *arena;
	struct pki ca, other_ca;
	struct http_scene *scene;
};

static int begin(void **state)
{
	static struct place place;

	place.arena = arena_new(16 << 20);
	place.ca = pki_make(&(struct pki_wish){.name = "CA của các bên",
					       .is_ca = true,
					       .from_days = LONG_AGO,
					       .until_days = FAR_AWAY});
	place.other_ca = pki_make(&(struct pki_wish){.name = "CA của các bên",
						     .is_ca = true,
						     .from_days = LONG_AGO,
						     .until_days = FAR_AWAY});
	place.scene = http_scene_open(NULL, pki_pem(&place.ca, place.arena));
	*state = &place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;

	http_scene_close(place->scene);
	pki_clear(&place->ca);
	pki_clear(&place->other_ca);
	arena_free(place->arena);
	return 0;
}

/* The answer to a request; status 0: the handshake was refused, or nothing came. */
static struct http_scene_answer ask(struct http_scene *scene, const struct http_scene_tls *tls,
				    const char *request)
{
	struct http_scene_client *client = http_scene_connect(scene, tls);
	struct http_scene_answer answer = {0};

	if (client == NULL)
		return answer;
	http_scene_send(client, request);
	answer = http_scene_receive(client);
	http_scene_leave(client);
	return answer;
}

/* ---- Who is believed ---- */

struct shown {
	const char *name;
	struct pki_wish wish;
	enum { BY_CA, BY_OTHER, BY_ITSELF, BY_A_LEAF } by;
	bool is_believed;
};

static const struct shown shown[] = {
	{"good", {.name = "Gốm sứ", .purpose = "clientAuth"}, BY_CA, true},
	{"good with RSA", {.name = "a", .purpose = "clientAuth", .key = "RSA-2048"}, BY_CA, true},
	{"good with Ed25519",
	 {.name = "a", .purpose = "clientAuth", .key = "ED25519"},
	 BY_CA,
	 true},
	{"for client and server", {.name = "a", .purpose = "clientAuth,serverAuth"}, BY_CA, true},
	{"of another CA with the same name",
	 {.name = "a", .purpose = "clientAuth"},
	 BY_OTHER,
	 false},
	{"self-signed", {.name = "a", .purpose = "clientAuth"}, BY_ITSELF, false},
	{"issued by who is no CA", {.name = "a", .purpose = "clientAuth"}, BY_A_LEAF, false},
	{"expired",
	 {.name = "a", .purpose = "clientAuth", .from_days = LONG_AGO, .until_days = -9000},
	 BY_CA,
	 false},
	{"not valid yet",
	 {.name = "a", .purpose = "clientAuth", .from_days = 9000, .until_days = FAR_AWAY},
	 BY_CA,
	 false},
	{"for servers only", {.name = "a", .purpose = "serverAuth"}, BY_CA, false},
	{"for signing code", {.name = "a", .purpose = "codeSigning"}, BY_CA, false},
	{"with a short key",
	 {.name = "a", .purpose = "clientAuth", .key = "RSA-1024"},
	 BY_CA,
	 false},
	{"with what nobody knows",
	 {.name = "a", .purpose = "clientAuth", .extension = "x"},
	 BY_CA,
	 false},
};

#define SHOWN (sizeof(shown) / sizeof(shown[0]))

static struct pki make_shown(struct place *place, const struct shown *one, struct pki *leaf)
{
	struct pki_wish wish = one->wish;
	const struct pki *const issuers[] = {&place->ca, &place->other_ca, NULL, leaf};

	wish.issuer = issuers[one->by];
	if (wish.from_days == 0) {
		wish.from_days = LONG_AGO;
		wish.until_days = FAR_AWAY;
	}
	return pki_make(&wish);
}

static void a_certificate_that_is_not_believed_is_refused_in_the_handshake(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct place *place = *state;
	struct pki leaf = make_shown(place, &shown[0], NULL);

	for (size_t i = 0; i < 2 * SHOWN; i++) {
		const struct shown *one = &shown[i / 2];
		struct pki pki = make_shown(place, one, &leaf);
		/* The client may have any key it likes: only the server is tried. */
		struct http_scene_tls tls = {.certificate = pki_pem(&pki, place->arena),
					     .key = pki_key_pem(&pki, place->arena),
					     .max_version = versions[i % 2],
					     .ciphers = "DEFAULT:@SECLEVEL=0"};
		struct http_counts before = http_counts(place->scene->http);
		struct http_scene_answer answer = ask(place->scene, &tls, WHO);
		struct http_counts after = http_counts(place->scene->http);
		uint64_t more = one->is_believed ? 1 : 0;

		if (answer.status != (one->is_believed ? 200 : 0) ||
		    after.requests != before.requests + more ||
		    after.failed != before.failed + 1 - more)
			fail_msg("%s: %u", one->name, answer.status);
		pki_clear(&pki);
	}
	pki_clear(&leaf);
}

/* ---- Revoked ---- */

static struct bytes joined(struct place *place, struct bytes first, struct bytes second)
{
	return bytes_of_text(arena_format(place->arena, "%.*s%.*s", (int)first.len,
					  (const char *)first.at, (int)second.len,
					  (const char *)second.at));
}

/* What a server that has the list says to both: the one on it, and one that is not. */
static void try_list(struct place *place, struct bytes list, const struct pki *on_it,
		     unsigned expected)
{
	struct pki other = make_shown(place, &shown[0], NULL);
	const struct pki *const both[] = {on_it, &other};
	struct http_scene *scene =
		http_scene_open(NULL, joined(place, pki_pem(&place->ca, place->arena), list));

	for (size_t i = 0; i < 2; i++) {
		struct http_scene_tls tls = {.certificate = pki_pem(both[i], place->arena),
					     .key = pki_key_pem(both[i], place->arena)};

		assert_int_equal(ask(scene, &tls, WHO).status,
				 expected / (i == 0 ? 1000 : 1) % 1000);
	}
	assert_int_equal(ask(scene, NULL, WHO).status, 200); /* who shows none is not concerned */
	http_scene_close(scene);
	pki_clear(&other);
}

static void who_was_revoked_is_refused_in_the_handshake(void **state)
{
	struct place *place = *state;
	struct pki revoked = make_shown(place, &shown[0], NULL);
	struct pki stranger = pki_make(&(struct pki_wish){
		.name = "Another", .is_ca = true, .from_days = LONG_AGO, .until_days = FAR_AWAY});
	const struct {
		struct bytes list;
		unsigned expected; /* 1000 x for the one on the list, and for the other */
	} rows[] = {
		{pki_list(&place->ca, &revoked, LONG_AGO, FAR_AWAY, place->arena), 200},
		{pki_list(&place->ca, NULL, LONG_AGO, FAR_AWAY, place->arena), 200200},
		{pki_list(&stranger, &revoked, LONG_AGO, FAR_AWAY, place->arena), 200200},
		/* nobody knows what it would say today */
		{pki_list(&place->ca, NULL, LONG_AGO, -9000, place->arena), 0},
		/* another's list under the name of the CA */
		{pki_list(&place->other_ca, NULL, LONG_AGO, FAR_AWAY, place->arena), 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try_list(place, rows[i].list, &revoked, rows[i].expected);
	pki_clear(&revoked);
	pki_clear(&stranger);
}

static void the_handler_sees_who_showed_a_certificate(void **state)
{
	struct place *place = *state;
	struct pki pki = make_shown(place, &shown[0], NULL);
	struct http_scene_tls tls = {.certificate = pki_pem(&pki, place->arena),
				     .key = pki_key_pem(&pki, place->arena)};
	struct http_scene_answer answer = ask(place->scene, &tls, WHO);
	char hex[HASH_HEX_BYTES], expected[256];
	struct hash hash;

	assert_int_equal(certificate_fingerprint(tls.certificate, &hash), OK);
	hash_format_hex(&hash, hex);
	(void)snprintf(expected, sizeof(expected), "127.0.0.1|certificate|%s|CN=Gốm sứ,C=VN|%lld",
		       hex, (long long)(PKI_NOW_S + FAR_AWAY * PKI_DAY_S));
	assert_int_equal(answer.body.len, strlen(expected));
	assert_memory_equal(answer.body.at, expected, answer.body.len);
	pki_clear(&pki);
}

static void a_certificate_need_not_be_shown(void **state)
{
	static const char nobody[] = "127.0.0.1|nobody|000000";
	struct place *place = *state;
	struct http_scene_answer answer = ask(place->scene, NULL, WHO);

	assert_int_equal(answer.status, 200);
	assert_memory_equal(answer.body.at, nobody, sizeof(nobody) - 1);
}

static void without_a_client_ca_nobody_is_asked(void **state)
{
	struct place *place = *state;
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});
	struct pki pki = make_shown(place, &shown[0], NULL);
	struct http_scene_tls tls = {.certificate = pki_pem(&pki, place->arena),
				     .key = pki_key_pem(&pki, place->arena)};
	struct http_scene_answer answer = ask(scene, &tls, WHO);

	assert_int_equal(answer.status, 200);
	assert_non_null(memmem(answer.body.at, answer.body.len, "|nobody|", 8));
	pki_clear(&pki);
	http_scene_close(scene);
}

/* ---- What is spoken ---- */

struct spoken {
	const char *name;
	struct http_scene_tls tls;
	bool is_taken;
};

static void only_tls_1_2_with_fresh_keys_and_1_3_are_spoken(void **state)
{
	static const struct spoken cases[] = {
		{"1.3", {.max_version = TLS1_3_VERSION}, true},
		{"1.2", {.max_version = TLS1_2_VERSION}, true},
		{"1.1", {.max_version = TLS1_1_VERSION, .ciphers = "ALL:@SECLEVEL=0"}, false},
		{"1.0", {.max_version = TLS1_VERSION, .ciphers = "ALL:@SECLEVEL=0"}, false},
		{"1.2 with AES-GCM",
		 {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"},
		 true},
		{"1.2 with ChaCha20",
		 {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"},
		 true},
		{"1.2 with CBC",
		 {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256"},
		 false},
		{"1.2 with SHA-1",
		 {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA"},
		 false},
		{"1.2 without encryption",
		 {.max_version = TLS1_2_VERSION, .ciphers = "eNULL:@SECLEVEL=0"},
		 false},
		{"1.2 with nobody's key",
		 {.max_version = TLS1_2_VERSION, .ciphers = "aNULL:@SECLEVEL=0"},
		 false},
		{"http/1.1", {.alpn = "http/1.1"}, true},
		{"http/1.0", {.alpn = "http/1.0"}, true},
		{"h2 alone", {.alpn = "h2"}, false},
		{"half a name", {.alpn = "http/1"}, false},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_counts before = http_counts(place->scene->http);
		struct http_scene_answer answer = ask(place->scene, &cases[i].tls, HELLO);

		http_scene_settle(place->scene);
		if (answer.status != (cases[i].is_taken ? 200 : 0))
			fail_msg("%s: %u", cases[i].name, answer.status);
		if (http_counts(place->scene->http).failed !=
		    before.failed + (cases[i].is_taken ? 0 : 1))
			fail_msg("%s: the server did not refuse", cases[i].name);
	}
}

static void no_session_can_be_resumed_and_nothing_is_compressed(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct place *place = *state;

	for (size_t i = 0; i < 2; i++) {
		const struct http_scene_tls tls = {.max_version = versions[i]};
		struct http_scene_client *client = http_scene_connect(place->scene, &tls);
		SSL *ssl = http_scene_ssl(client);

		http_scene_send(client, HELLO);
		assert_int_equal(http_scene_receive(client).status, 200);
		assert_int_equal(SSL_version(ssl), versions[i]);
		assert_int_equal(SSL_SESSION_is_resumable(SSL_get0_session(ssl)), 0);
		assert_null(SSL_get_current_compression(ssl));
		http_scene_leave(client);
	}
}

static void who_wants_to_shake_hands_again_is_refused(void **state)
{
	const struct http_scene_tls tls = {.max_version = TLS1_2_VERSION};
	struct place *place = *state;
	struct http_scene_client *client = http_scene_connect(place->scene, &tls);
	SSL *ssl = http_scene_ssl(client);
	int result = 0;

	assert_int_equal(SSL_renegotiate(ssl), 1);
	for (int i = 0; i < 100 && result <= 0; i++) {
		result = SSL_do_handshake(ssl);
		http_turn(place->scene->http, 0);
		if (result <= 0 && SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
			break;
	}
	assert_true(result <= 0);
	http_scene_leave(client);
	assert_int_equal(ask(place->scene, &tls, HELLO).status, 200);
}

/* ---- What the server is given ---- */

static struct bytes encrypted(const struct pki *pki, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at = NULL;
	struct bytes bytes;

	assert_int_equal(
		PEM_write_bio_PKCS8PrivateKey(bio, pki->key, EVP_aes_128_cbc(), "x", 1, NULL, NULL),
		1);
	bytes.len = (size_t)BIO_get_mem_data(bio, &at);
	bytes.at = arena_copy(arena, bytes_of(at, bytes.len));
	BIO_free(bio);
	return bytes;
}

static void a_door_without_a_sound_key_is_not_opened(void **state)
{
	struct place *place = *state;
	struct bytes certificate = place->scene->certificate, key = place->scene->key;
	struct bytes none = {0}, noise = bytes_of_text("-----BEGIN CERTIFICATE-----\nAAAA\n");
	struct bytes ca = pki_pem(&place->ca, place->arena);
	const struct tls_options cases[] = {
		{none, key, none, none},
		{certificate, none, none, none},
		{noise, key, none, none},
		{key, key, none, none},
		{certificate, noise, none, none},
		{certificate, certificate, none, none},
		{certificate, pki_key_pem(&place->ca, place->arena), none, none},
		{certificate, encrypted(&place->ca, place->arena), none, none},
		{certificate, key, noise, none},
		{certificate, key, key, none},
		{certificate, key, bytes_of(ca.at, ca.len / 2), none},
		{certificate, key, ca, bytes_of_text("-----BEGIN X509 CRL-----\nAAAA\n")},
		{certificate, key, ca,
		 bytes_of_text("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")},
	};
	struct tls_server *server = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *message = NULL;

		if (tls_server_new(&cases[i], &server, &message) != ERR_CONFIG)
			fail_msg("case %zu was taken", i);
		assert_non_null(message);
	}
	assert_null(server);
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(a_certificate_that_is_not_believed_is_refused_in_the_handshake),
		WITH_PLACE(who_was_revoked_is_refused_in_the_handshake),
		WITH_PLACE(the_handler_sees_who_showed_a_certificate),
		WITH_PLACE(a_certificate_need_not_be_shown),
		WITH_PLACE(without_a_client_ca_nobody_is_asked),
		WITH_PLACE(only_tls_1_2_with_fresh_keys_and_1_3_are_spoken),
		WITH_PLACE(no_session_can_be_resumed_and_nothing_is_compressed),
		WITH_PLACE(who_wants_to_shake_hands_again_is_refused),
		WITH_PLACE(a_door_without_a_sound_key_is_not_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
