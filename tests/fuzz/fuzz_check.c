/*
 * Whatever the bytes: what our own tables let pass, libxml2 finds valid. Bytes with a zero in them
 * are a pattern and a text; others are a document. libFuzzer calls it with its own;
 * tests/test_fuzz_corpus.c with those of tests/fuzz/corpus/check/.
 */
#include <assert.h>
#include <libxml/xmlregexp.h>
#include <stdlib.h>
#include <string.h>

#include "messages/outline.h"
#include "messages/pattern.h"
#include "messages/schema_set.h"
#include "messages/source.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"

/* libxml2's expressions take time without end for some patterns and texts. */
#define FUZZ_PATTERN_BYTES 40u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_valid(const struct schema *schema, const struct document *document,
		     struct arena *arena)
{
	struct findings findings;

	findings_init(&findings, arena);
	assert(schema_check_xsd(shipped_set(), schema->xsd, schema->shape, document, &findings) ==
	       OK);
	return !findings_has_errors(&findings);
}

/* The same as it would be written: without what its kind does not know, in the XSD's order. */
static void try_branches(const struct schema *schema, const struct document *document,
			 struct arena *arena)
{
	struct document outlined = {.xml = NULL};
	struct source source;
	size_t values;

	if (source_read(document, schema->shape, &source) != OK)
		return;
	outlined.xml = outline_new(source.root, arena, &values);
	assert(outlined.xml != NULL);
	if (schema_passes_branch(schema, source.root))
		assert(is_valid(schema, &outlined, arena));
}

static void try_document(const uint8_t *data, size_t size, struct arena *arena)
{
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	if (document_read(bytes_of(data, size), LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		schema = schema_identify(shipped_set(), document, &findings);
	if (schema != NULL) {
		if (schema_passes(schema, document))
			assert(is_valid(schema, document, arena));
		try_branches(schema, document, arena);
	}
	document_free(document);
}

static void try_pattern(const char *text, struct bytes value, struct arena *arena)
{
	const struct pattern *pattern = NULL;
	xmlRegexp *regexp;
	char *copy;

	if (strlen(text) > FUZZ_PATTERN_BYTES || value.len > FUZZ_PATTERN_BYTES ||
	    memchr(value.at, 0, value.len) != NULL ||
	    pattern_compile(&text, 1, arena, &pattern) != OK)
		return;
	if (!pattern_matches(pattern, value))
		return;
	regexp = xmlRegexpCompile((const xmlChar *)text);
	copy = arena_text(arena, value);
	/* what libxml2 does not compile is in no XSD */
	assert(regexp == NULL || xmlRegexpExec(regexp, (const xmlChar *)copy) == 1);
	xmlRegFreeRegexp(regexp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const uint8_t *zero = size == 0 ? NULL : memchr(data, 0, size);

	if (arena == NULL)
		return 0;
	if (zero == NULL)
		try_document(data, size, arena);
	else
		try_pattern((const char *)data,
			    bytes_of(zero + 1, size - (size_t)(zero + 1 - data)), arena);
	arena_free(arena);
	return 0;
}
