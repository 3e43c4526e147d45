/* What a translation takes of memory, counted and not timed: so much for each byte, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/support/real.h"

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

static void put_facts(struct facts *facts)
{
	assert_int_equal(facts_put(facts, "event.number", "307000000010"), OK);
	assert_int_equal(facts_put(facts, "event.port", "THBKK"), OK);
	assert_int_equal(facts_put(facts, "route.origin", "VN"), OK);
}

static struct cost cost_of_bytes(const struct schema_set *set, const char *from, const char *to,
				 struct bytes bytes)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct translation translation = {0};
	struct findings findings;
	struct facts facts;
	struct cost cost;

	assert_non_null(arena);
	findings_init(&findings, arena);
	facts_init(&facts, arena);
	put_facts(&facts);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	assert_non_null(document);
	assert_int_equal(translate_document(set, document, schema_set_find(set, from),
					    schema_set_find(set, to), &facts, arena, &findings,
					    &translation),
			 OK);
	assert_int_equal(findings.errors, 0);
	assert_true(translation.output.len > 0);
	assert_null(document->xml);
	cost = (struct cost){bytes.len, arena_size(document->arena), arena_size(arena)};
	document_free(document);
	arena_free(arena);
	return cost;
}

static struct cost cost_of(const struct schema_set *set, unsigned lines)
{
	struct buffer buffer;
	struct cost cost;

	make(lines, &buffer);
	cost = cost_of_bytes(set, "wco.declaration", "asw.declaration", buffer_bytes(&buffer));
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

/* A sample in which one element stands so many times more. */
struct grown {
	const char *file;
	const char *from;
	const char *to;
	const char *element;
	unsigned times;
};

static const struct grown all_grown[] = {
	{REAL_SAMPLES "/th/dft/01-th-co.xml", "th.co", "asw.form-d", "docRequestProducts", 60},
	{REAL_SAMPLES "/th/dft/01-th-co.xml", "th.co", "asw.form-d", "docRequestProducts", 260},
	{REAL_SAMPLES "/vn/bct-hanoi/22-co-four-criteria.xml", "vn.co", "asw.form-d", "Item", 60},
	{REAL_SAMPLES "/vn/dai-ly-hai-phong/06-export-50-lines.xml", "vn.export", "asw.declaration",
	 "Line", 0},
};

/* As machines send it: without white space between elements, which would make it look cheap. */
static void put_dense(struct buffer *to, const char *text, const char *end)
{
	while (text < end) {
		size_t space = *text == '>' ? strspn(text + 1, " \t\r\n") : 0;

		buffer_put_byte(to, (uint8_t)*text);
		text += 1 + (text[space + 1] == '<' ? space : 0);
	}
}

static void grow(const struct grown *grown, struct buffer *to)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct bytes bytes = real_read(grown->file, arena);
	const char *text = arena_text(arena, bytes);
	const char *opens = arena_format(arena, "<%s>", grown->element);
	const char *closes = arena_format(arena, "</%s>", grown->element);
	const char *from = strstr(text, opens), *behind = strstr(text, closes) + strlen(closes);

	assert_non_null(from);
	buffer_init(to, LIMIT_DOCUMENT_BYTES);
	put_dense(to, text, behind);
	for (unsigned i = 0; i < grown->times; i++)
		put_dense(to, from, behind);
	put_dense(to, behind, text + bytes.len);
	assert_int_equal(buffer_error(to), OK);
	arena_free(arena);
}

static void so_do_certificates_and_national_declarations(void **state)
{
	for (size_t i = 0; i < sizeof(all_grown) / sizeof(all_grown[0]); i++) {
		const struct grown *grown = &all_grown[i];
		struct buffer buffer;
		struct cost cost;

		grow(grown, &buffer);
		cost = cost_of_bytes(*state, grown->from, grown->to, buffer_bytes(&buffer));
		if (cost.document + cost.reading + cost.translation >= 25 * cost.document)
			fail_msg("%s and %u more: %zu bytes, reading %zu, translation %zu",
				 grown->file, grown->times, cost.document, cost.reading,
				 cost.translation);
		buffer_clear(&buffer);
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
		cmocka_unit_test(so_do_certificates_and_national_declarations),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
