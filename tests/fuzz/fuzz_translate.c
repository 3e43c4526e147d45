/*
 * Whatever document, valid or not, by every map that its kind has: a translation that is given out
 * accounts for every value, and one that is not says why. libFuzzer calls it with its own bytes;
 * tests/test_totality.c with those of tests/fuzz/corpus/translate/.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "messages/map.h"
#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"
#include "tests/support/totality.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_facts(struct facts *facts)
{
	static const char *const names[] = {
		"event.number",          "event.port",          "event.messageId",
		"event.from.name",       "event.from.identity", "event.to.name",
		"event.to.identity",     "event.reference",     "event.year",
		"event.departureDate",   "route.dischargePort", "registry.agent.name",
		"registry.exporter.name"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert(facts_put(facts, names[i], "2026") == OK);
	assert(facts_put(facts, "event.sendDate", "2026-03-01 10:00:00") == OK);
}

static void fuzz_map(const struct schema_set *set, const struct map *map,
		     const struct document *document, struct arena *arena)
{
	char fault[TOTALITY_FAULT_BYTES];
	struct translation translation = {0};
	struct findings findings;
	struct facts facts;
	enum err err;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	fuzz_facts(&facts);
	err = translate_document(set, document, map_from(map), map_to(map), &facts, arena,
				 &findings, &translation);
	assert(err == OK || err == ERR_MEMORY);
	assert((translation.output.at == NULL) == (err != OK || findings_has_errors(&findings)));
	if (translation.output.at != NULL &&
	    totality_check(document->bytes, &translation, fault) > 0) {
		fprintf(stderr, "%s\n", fault);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct schema_set *set = shipped_set();
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	const struct schema *schema = NULL;
	struct findings findings;

	if (arena == NULL)
		return 0;
	findings_init(&findings, arena);
	if (document_read(bytes_of(data, size), LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		schema = schema_identify(set, document, &findings);
	for (size_t i = 0; schema != NULL && i < schema_set_map_count(set); i++) {
		if (map_from(schema_set_map_at(set, i)) == schema)
			fuzz_map(set, schema_set_map_at(set, i), document, arena);
	}
	document_free(document);
	arena_free(arena);
	return 0;
}
