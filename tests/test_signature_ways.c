/*
 * A signature is read in two ways: by its bytes where it looks as usual, and by libxml2. Whatever a
 * document holds, both say the same of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/signature_sheet.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"
#include "tests/support/signed_scene.h"

/* "valid", or the code of the first error. */
static const char *verdict_of(const struct signed_scene *scene)
{
	for (size_t i = 0; i < scene->findings.count; i++)
		if (scene->findings.items[i].severity == SEVERITY_ERROR)
			return scene->findings.items[i].code;
	return signed_scene_fact(scene, "signature.verdict");
}

/* The same document again, the long way. */
static const char *long_verdict_of(struct signed_scene *scene)
{
	struct document *document = scene->document;
	struct signature_task task = {.set = shipped_set(),
				      .trust = scene->trust,
				      .now_ms = scene->now_ms,
				      .document = document};

	findings_init(&scene->findings, scene->arena);
	facts_init(&scene->facts, scene->arena);
	assert_int_equal(
		signature_sheet_complete(document->sheet, document->bytes, &scene->findings), OK);
	assert_int_equal(signature_verify(&task, &scene->findings, &scene->facts), OK);
	return verdict_of(scene);
}

static struct bytes inserted(struct bytes in, size_t at, const char *text, struct arena *arena)
{
	return bytes_of_text(arena_format(arena, "%.*s%s%.*s", (int)at, (const char *)in.at, text,
					  (int)(in.len - at), (const char *)in.at + at));
}

/*
 * Something stands in a signed document where nothing stood, at every place: what is read by its bytes
 * has the verdict of what is read by libxml2, and with an instruction it is never valid.
 */
static void both_ways_say_the_same_of_whatever_is_put_anywhere(void **state)
{
	static const struct {
		const char *text;
		size_t step; /* 1: at every place */
	} rows[] = {{"<?a b?>", 1}, {"<?a?>", 1},        {"<!-- a -->", 3}, {" ", 3},
		    {"\n", 7},      {"<![CDATA[]]>", 5}, {"A", 7},          {"&#10;", 7},
		    {"<b/>", 7},    {" Id=\"a\"", 7}};
	struct signed_scene *scene = *state;
	struct bytes bytes = xmldsig_sign(
		SIGNED_PLAIN, &(struct xmldsig_wish){.signer = &scene->signer}, scene->arena);
	struct arena *kept = scene->arena;
	size_t by_bytes = 0;

	scene->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t at = 0; at <= bytes.len; at += rows[i].step) {
			struct bytes made = inserted(bytes, at, rows[i].text, scene->arena);
			const char *verdict;

			signed_scene_verify(scene, made);
			verdict = verdict_of(scene);
			if (i < 2 && strcmp(verdict, "valid") == 0)
				fail_msg("valid with an instruction at %zu", at);
			if (scene->document != NULL && scene->document->sheet != NULL &&
			    scene->document->sheet->usual != NULL) {
				by_bytes++;
				assert_string_equal(long_verdict_of(scene), verdict);
			}
			document_free(scene->document);
			scene->document = NULL;
			arena_clear(scene->arena);
		}
	assert_true(by_bytes > 0); /* as where a blank stands behind the root */
	arena_free(scene->arena);
	scene->arena = kept;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_ways_say_the_same_of_whatever_is_put_anywhere,
						signed_scene_set_up, signed_scene_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
