/* What is said of a signature whose certificate is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/signed_scene.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static struct bytes sign_by(struct signed_scene *scene, const struct pki *signer)
{
	return xmldsig_sign(SIGNED_PLAIN, &(struct xmldsig_wish){.signer = signer}, scene->arena);
}

static void each_verdict_on_the_certificate_has_its_finding(void **state)
{
	struct signed_scene *scene = *state;
	const struct {
		struct pki_wish wish;
		const char *code;
	} rows[] = {
		{{.name = "itself"}, "signature-stranger"},
		{{.issuer = &scene->signer}, "signature-stranger"},
		{{.issuer = &scene->authority, .from_days = 1, .until_days = 9},
		 "signature-expired"},
		{{.issuer = &scene->authority, .from_days = -9, .until_days = -1},
		 "signature-expired"},
		{{.issuer = &scene->authority, .is_ca = true}, "signature-purpose"},
		{{.issuer = &scene->authority, .purpose = "serverAuth"}, "signature-purpose"},
		{{.issuer = &scene->authority, .key = "RSA-1024"}, "signature-purpose"},
		{{.issuer = &scene->authority, .uid = "MST:2"}, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pki_wish wish = rows[i].wish;
		struct pki signer;
		struct bytes bytes;

		wish.name = "S";
		signer = pki_make(&wish);
		bytes = sign_by(scene, &signer);
		if (rows[i].code == NULL)
			signed_scene_valid(scene, bytes);
		else
			signed_scene_refused(scene, bytes, rows[i].code);
		pki_clear(&signer);
	}
}

static void revocation_is_told_and_so_is_a_list_that_is_missing_or_old(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_by(scene, &scene->signer);

	assert_int_equal(trust_add(scene->trust, pki_list(&scene->authority, &scene->signer, 0, 30,
							  scene->arena)),
			 OK);
	signed_scene_refused(scene, bytes, "signature-revoked");
	scene->now_ms += 31 * PKI_DAY_S * 1000;
	signed_scene_refused(scene, bytes, "signature-list-old");
	trust_free(scene->trust);
	scene->now_ms = PKI_NOW_MS;
	assert_int_equal(trust_new("UID", "MST:", &scene->trust), OK);
	assert_int_equal(trust_add(scene->trust, pki_pem(&scene->authority, scene->arena)), OK);
	signed_scene_verify(scene, bytes);
	assert_int_equal(scene->findings.errors, 0);
	assert_string_equal(scene->findings.items[0].code, "signature-list");
	assert_string_equal(scene->findings.items[0].path, "/Declaration[1]/Signature[1]");
	assert_int_equal(scene->findings.items[0].line, 1);
	assert_string_equal(signed_scene_fact(scene, "signature.verdict"), "valid");
}

static const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, signed_scene_set_up, signed_scene_tear_down)
	TEST(each_verdict_on_the_certificate_has_its_finding),
	TEST(revocation_is_told_and_so_is_a_list_that_is_missing_or_old),
};

int main(void)
{
	return cmocka_run_group_tests_name("signature_signer", tests, NULL, NULL);
}
