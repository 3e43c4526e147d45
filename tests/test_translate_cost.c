/* What a translation takes of memory, counted and not timed: so much for each byte, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "messages/translate.h"
#include "sampan/limit.h"

static const char head[] =
	"<md:MetaData xmlns:md=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\""
	" xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\"><md:WCOTypeName>DEC</md:WCOTypeName>"
	"<Declaration><FunctionCode>9</FunctionCode><TypeCode>EXA</TypeCode>"
	"<Exporter><Name>Siam Ceramics Co., Ltd.</Name></Exporter><GoodsShipment>";
static const char line[] =
	"<GovernmentAgencyGoodsItem><SequenceNumeric>%u</SequenceNumeric><Commodity>"
	"<Description>Tableware %u</Description><Classification><ID>69120000</ID>"
	"<IdentificationTypeCode>HS</IdentificationTypeCode></Classification><GoodsMeasure>"
	"<TariffQuantity unitCode=\"KGM\">%u.5</TariffQuantity></GoodsMeasure></Commodity>"
	"<Origin><CountryCode>TH</CountryCode></Origin></GovernmentAgencyGoodsItem>\n";
static const char tail[] = "</GoodsShipment></Declaration></md:MetaData>";

/* Bytes of memory for one document. */
struct cost {
	size_t document;
	size_t reading;
	size_t translation;
};

static void make(unsigned lines, struct buffer *to)
{
	buffer_init(to, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(to, head);
	for (unsigned i = 1; i <= lines; i++)
		buffer_put_format(to, line, i, i, i * 7);
	buffer_put_text(to, tail);
	assert_int_equal(buffer_error(to), OK);
}

static struct cost cost_of(const struct schema_set *set, unsigned lines)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct translation translation = {0};
	struct findings findings;
	struct buffer buffer;
	struct facts facts;
	struct cost cost;

	assert_non_null(arena);
	findings_init(&findings, arena);
	facts_init(&facts, arena);
	make(lines, &buffer);
	assert_int_equal(
		document_read(buffer_bytes(&buffer), LIMIT_DOCUMENT_BYTES, &findings, &document),
		OK);
	assert_non_null(document);
	assert_int_equal(translate_document(set, document, schema_set_find(set, "wco.declaration"),
					    schema_set_find(set, "asw.declaration"), &facts, arena,
					    &findings, &translation),
			 OK);
	assert_int_equal(findings.count, 0);
	assert_true(translation.output.len > 0);
	assert_null(document->xml);
	cost = (struct cost){buffer.len, arena_size(document->arena), arena_size(arena)};
	document_free(document);
	arena_free(arena);
	buffer_clear(&buffer);
	return cost;
}

static void twice_the_document_takes_twice_the_memory(void **state)
{
	struct cost small = cost_of(*state, 124);

	for (unsigned lines = 248; lines <= 992; lines *= 2) {
		struct cost large = cost_of(*state, lines);

		/* memory is taken in blocks, each up to a quarter of all before it */
		assert_true(large.translation * small.document <
			    small.translation * large.document * 5 / 4);
		small = large;
	}
}

static void reading_and_translating_take_less_than_25_times_the_document(void **state)
{
	for (unsigned lines = 124; lines <= 992; lines *= 2) {
		struct cost cost = cost_of(*state, lines);
		size_t all = cost.document + cost.reading + cost.translation;

		if (all >= 25 * cost.document)
			fail_msg("%u lines: %zu bytes, reading %zu, translation %zu", lines,
				 cost.document, cost.reading, cost.translation);
	}
}

static int load(void **state)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct schema_set *set = NULL;
	struct findings findings;
	enum err err;

	findings_init(&findings, arena);
	err = schema_set_load("schemas", &findings, &set);
	arena_free(arena);
	*state = set;
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	schema_set_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twice_the_document_takes_twice_the_memory),
		cmocka_unit_test(reading_and_translating_take_less_than_25_times_the_document),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
