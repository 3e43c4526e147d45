/*
 * Whatever documents, valid or not, parted by zero bytes, over every way that the first one's kind
 * has, split and joined: what is given out accounts for every value, and what is not says why. libFuzzer
 * calls it with its own bytes; tests/test_parts.c with those of tests/fuzz/corpus/hub/.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/hub.h"
#include "messages/map.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"
#include "tests/support/totality.h"

#define FUZZ_SOURCES 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_case {
	const struct schema_set *set;
	struct arena *arena;
	struct findings findings;
	struct facts facts;
	struct bytes bytes[FUZZ_SOURCES];
	struct hub_source sources[FUZZ_SOURCES];
	size_t count;
	const struct schema *kind;
};

static void fuzz_hub_facts(struct facts *facts)
{
	static const char *const names[] = {
		"event.number",        "event.port",          "event.messageId",
		"event.from.name",     "event.reference",     "event.from.identity",
		"event.year",          "event.sendDate",      "event.firstNumber",
		"event.departureDate", "part.2.event.year",   "split.number",
		"route.dischargePort", "registry.agent.name", "registry.exporter.name"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert(facts_put(facts, names[i], "2026") == OK);
}

/* Documents of one kind; what cannot be read ends them. */
static void fuzz_hub_read(struct fuzz_case *fuzzed, const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;

	while (fuzzed->count < FUZZ_SOURCES && data < end) {
		const uint8_t *zero = memchr(data, 0, (size_t)(end - data));
		const uint8_t *until = zero == NULL ? end : zero;
		struct document *document = NULL;
		const struct schema *kind;

		if (document_read(bytes_of(data, (size_t)(until - data)), LIMIT_DOCUMENT_BYTES,
				  &fuzzed->findings, &document) != OK ||
		    document == NULL)
			return;
		kind = schema_identify(fuzzed->set, document, &fuzzed->findings);
		if (kind == NULL || (fuzzed->kind != NULL && kind != fuzzed->kind)) {
			document_free(document);
			return;
		}
		fuzzed->kind = kind;
		fuzzed->bytes[fuzzed->count] = document->bytes;
		fuzzed->sources[fuzzed->count++] =
			(struct hub_source){.document = document, .findings = &fuzzed->findings};
		data = until + 1;
	}
}

static void fuzz_hub_to(struct fuzz_case *fuzzed, const struct schema *to)
{
	struct hub_task task = {.set = fuzzed->set,
				.from = fuzzed->kind,
				.to = to,
				.outside = &fuzzed->facts,
				.sources = fuzzed->sources,
				.source_count = fuzzed->count};
	struct hub_result result = {0};
	char fault[TOTALITY_FAULT_BYTES];
	enum err err;

	findings_init(&fuzzed->findings, fuzzed->arena);
	err = hub_translate(&task, fuzzed->arena, &result);
	assert(err == OK || err == ERR_MEMORY || err == ERR_MISSING || err == ERR_USAGE);
	assert((result.output_count == 0) == (err != OK || findings_has_errors(&fuzzed->findings)));
	if (result.output_count > 0 &&
	    totality_check_many(&(struct totality_documents){fuzzed->bytes, fuzzed->count},
				&(struct totality_documents){result.outputs, result.output_count},
				&result.report, fault) > 0) {
		fprintf(stderr, "%s\n", fault);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_case fuzzed = {.set = shipped_set(),
				   .arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};

	if (fuzzed.arena == NULL)
		return 0;
	findings_init(&fuzzed.findings, fuzzed.arena);
	facts_init(&fuzzed.facts, fuzzed.arena);
	fuzz_hub_facts(&fuzzed.facts);
	fuzz_hub_read(&fuzzed, data, size);
	for (size_t i = 0; fuzzed.count > 0 && i < schema_set_count(fuzzed.set); i++)
		fuzz_hub_to(&fuzzed, schema_set_at(fuzzed.set, i));
	for (size_t i = 0; i < fuzzed.count; i++)
		document_free((struct document *)(uintptr_t)fuzzed.sources[i].document);
	arena_free(fuzzed.arena);
	return 0;
}
