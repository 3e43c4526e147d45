/*
 * Whatever the bytes: read (as libxml2 does), identify, check, read facts. libFuzzer calls it with its own;
 * tests/test_document.c with those of tests/fuzz/corpus/document/.
 */
#include <assert.h>
#include <stdlib.h>

#include "messages/schema.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"
#include "tests/support/trunk_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct schema_set *set, const struct document *document,
		struct findings *findings)
{
	const struct schema *schema = schema_identify(set, document, findings);
	struct facts facts;

	if (schema == NULL) {
		assert(findings_has_errors(findings));
		return;
	}
	assert(schema_check(set, schema, document, findings) == OK);
	facts_init(&facts, findings->arena);
	assert(schema_facts(schema, document, &facts) != ERR_FORMAT);
	for (size_t i = 0; i < findings->count; i++)
		assert(findings->items[i].line > 0 && *findings->items[i].path == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct schema_set *set = shipped_set();
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct findings findings;

	if (arena == NULL)
		return 0;
	findings_init(&findings, arena);
	if (document_read(bytes_of(data, size), LIMIT_DOCUMENT_BYTES, &findings, &document) == OK) {
		assert((document == NULL) == findings_has_errors(&findings));
		if (document != NULL) {
			trunk_same_expect(document);
			use(set, document, &findings);
		}
	}
	document_free(document);
	arena_free(arena);
	return 0;
}
