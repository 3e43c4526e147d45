#include "tests/support/signed_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/limit.h"
#include "tests/support/shipped.h"

int signed_scene_set_up(void **state)
{
	struct signed_scene *scene = calloc(1, sizeof(*scene));

	scene->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	scene->now_ms = PKI_NOW_MS;
	scene->authority = pki_make(&(struct pki_wish){.name = "Test CA", .is_ca = true});
	scene->signer = pki_make(&(struct pki_wish){.name = "Gốm Bát Tràng",
						    .uid = "MST:" SIGNED_TAX_CODE,
						    .issuer = &scene->authority});
	assert_int_equal(trust_new("UID", "MST:", &scene->trust), OK);
	assert_int_equal(trust_add(scene->trust, pki_pem(&scene->authority, scene->arena)), OK);
	assert_int_equal(
		trust_add(scene->trust, pki_list(&scene->authority, NULL, -1, 30, scene->arena)),
		OK);
	*state = scene;
	return 0;
}

int signed_scene_tear_down(void **state)
{
	struct signed_scene *scene = *state;

	document_free(scene->document);
	trust_free(scene->trust);
	pki_clear(&scene->signer);
	pki_clear(&scene->authority);
	arena_free(scene->arena);
	free(scene);
	return 0;
}

void signed_scene_verify(struct signed_scene *scene, struct bytes bytes)
{
	struct signature_task task = {.set = shipped_set(),
				      .trust = scene->trust,
				      .now_ms = scene->now_ms,
				      .is_required = scene->is_required};

	document_free(scene->document);
	scene->document = NULL;
	findings_init(&scene->findings, scene->arena);
	facts_init(&scene->facts, scene->arena);
	assert_int_equal(
		document_read(bytes, LIMIT_DOCUMENT_BYTES, &scene->findings, &scene->document), OK);
	if (scene->document == NULL)
		return;
	task.document = scene->document;
	assert_int_equal(signature_verify(&task, &scene->findings, &scene->facts), OK);
}

void signed_scene_valid(struct signed_scene *scene, struct bytes bytes)
{
	signed_scene_verify(scene, bytes);
	if (scene->findings.count > 0)
		fail_msg("%s at %s (%s): %s\n%.*s", scene->findings.items[0].code,
			 scene->findings.items[0].path, scene->findings.items[0].value,
			 scene->findings.items[0].en, (int)bytes.len, (const char *)bytes.at);
	assert_string_equal(signed_scene_fact(scene, "signature.verdict"), "valid");
}

void signed_scene_refused(struct signed_scene *scene, struct bytes bytes, const char *code)
{
	signed_scene_verify(scene, bytes);
	if (scene->findings.errors != 1 || strcmp(scene->findings.items[0].code, code) != 0)
		fail_msg("expected %s, met %zu findings, first %s at %s: %s\n%.*s", code,
			 scene->findings.count,
			 scene->findings.count == 0 ? "" : scene->findings.items[0].code,
			 scene->findings.count == 0 ? "" : scene->findings.items[0].path,
			 scene->findings.count == 0 ? "" : scene->findings.items[0].value,
			 (int)bytes.len, (const char *)bytes.at);
	assert_string_equal(signed_scene_fact(scene, "signature.verdict"), "");
}

const char *signed_scene_fact(const struct signed_scene *scene, const char *name)
{
	return facts_get_or_empty(&scene->facts, name);
}
