#include "tests/support/sieve_scene.h"

#include <assert.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/outline.h"
#include "messages/schema_set.h"
#include "messages/source.h"
#include "sampan/limit.h"

int sieve_scene_open(void **state)
{
	struct sieve_scene *scene = calloc(1, sizeof(*scene));
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const char *folder = getenv("SAMPAN_SCHEMAS");
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(
		schema_set_load(folder == NULL ? "schemas" : folder, &findings, &scene->set), OK);
	scene->arena = arena;
	*state = scene;
	return 0;
}

int sieve_scene_close(void **state)
{
	struct sieve_scene *scene = *state;

	schema_set_free(scene->set);
	arena_free(scene->arena);
	free(scene);
	return 0;
}

const struct schema_set *sieve_scene_set(const struct sieve_scene *scene)
{
	return scene->set;
}

static bool is_valid(struct sieve_scene *scene, const struct schema *schema,
		     const struct document *document, struct findings *findings)
{
	assert_int_equal(
		schema_check_xsd(scene->set, schema->xsd, schema->shape, document, findings), OK);
	return !findings_has_errors(findings);
}

/* The document as a translation would have built it: in the XSD's order. */
static bool passes_wrongly_as_branches(struct sieve_scene *scene, const struct schema *schema,
				       const struct document *document, struct findings *findings)
{
	struct document outlined = {.xml = NULL};
	struct source source;
	size_t values;

	assert_int_equal(source_read(document, schema->shape, &source), OK);
	if (!schema_passes_branch(schema, source.root))
		return false;
	scene->passed_as_branches++;
	outlined.xml = outline_new(source.root, scene->arena, &values);
	assert_non_null(outlined.xml);
	findings_init(findings, scene->arena);
	return !is_valid(scene, schema, &outlined, findings);
}

struct sieve_verdict sieve_scene_check(struct sieve_scene *scene, struct bytes bytes)
{
	struct sieve_verdict verdict = {.is_read = false};
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	arena_clear(scene->arena);
	findings_init(&findings, scene->arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document != NULL)
		schema = schema_identify(scene->set, document, &findings);
	if (schema != NULL) {
		verdict.is_read = true;
		verdict.is_valid = is_valid(scene, schema, document, &findings);
		verdict.passes = schema_passes(schema, document);
		verdict.is_wrong = verdict.passes && !verdict.is_valid;
		scene->valid += verdict.is_valid;
		scene->passed += verdict.passes;
		if (!verdict.is_wrong)
			verdict.is_wrong =
				passes_wrongly_as_branches(scene, schema, document, &findings);
	}
	verdict.fault = findings.count > 0 ? findings.items[0].en : "";
	document_free(document);
	return verdict;
}

const char *sieve_scene_corpus(void)
{
	const char *folder = getenv("SAMPAN_CORPUS");

	return folder == NULL ? "../shared/corpus" : folder;
}

/* ---- Files ---- */

/* nftw() passes nothing on. */
static struct {
	sieve_scene_visit *visit;
	void *context;
	size_t count;
	uint8_t *bytes;
} walking;

static int visit_file(const char *path, const struct stat *about, int kind, struct FTW *at)
{
	const char *ending = strrchr(path, '.');
	FILE *file;
	size_t len;

	(void)about;
	(void)at;
	if (kind != FTW_F || ((ending == NULL || strcmp(ending, ".xml") != 0) &&
			      strstr(path, "fuzz/corpus") == NULL))
		return 0;
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(walking.bytes, 1, LIMIT_DOCUMENT_BYTES, file);
	fclose(file);
	walking.visit(walking.context, path, bytes_of(walking.bytes, len));
	walking.count++;
	return 0;
}

size_t sieve_scene_each(struct sieve_scene *scene, bool of_corpus, sieve_scene_visit *visit,
			void *context)
{
	static const char *const folders[] = {"schemas/samples", "tests/golden",
					      "tests/fuzz/corpus/document", "tests/data"};

	(void)scene;
	walking.visit = visit;
	walking.context = context;
	walking.count = 0;
	walking.bytes = malloc(LIMIT_DOCUMENT_BYTES);
	assert_non_null(walking.bytes);
	for (size_t i = 0; !of_corpus && i < sizeof(folders) / sizeof(folders[0]); i++)
		(void)nftw(folders[i], visit_file, 8, FTW_PHYS);
	if (of_corpus)
		(void)nftw(sieve_scene_corpus(), visit_file, 8, FTW_PHYS);
	free(walking.bytes);
	return walking.count;
}
