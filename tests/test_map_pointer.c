/*
 * The rule pointer, by the maps that use it: WCO's chains become VNACCS item and line and come back, whatever a
 * partner sends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/translate.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "support/totality.h"
#include "tests/support/shipped.h"

#define HUB(errors) \
	"<Response xmlns='urn:sampan:asw-profile:response:1'><FunctionCode>03</FunctionCode>" \
	"<FunctionalReferenceID>R1</FunctionalReferenceID>" errors "</Response>"
#define HOME(errors) \
	"<Envelope><Header><Reference><version>1.0</version><messageId>1</messageId></Reference>" \
	"<From><name>NSW</name><identity>NSW</identity></From><To><name>A</name><identity>1</identity></To>" \
	"<Subject><documentType>TRA-LOI</documentType><type>1</type><function>22</function>" \
	"<reference>R1</reference><documentYear>2026</documentYear><sendDate>2026-11-22 " \
	"09:00:00</sendDate></Subject></Header><Body><Content><ErrorList>" errors \
	"</ErrorList></Content></Body></Envelope>"
#define CODE "<ErrorCode>X</ErrorCode>"
#define ERROR(chain) "<Error><ValidationCode>X</ValidationCode>" chain "</Error>"
#define STEP(section) "<Pointer><DocumentSectionCode>" section "</DocumentSectionCode></Pointer>"
#define NUMBERED(number, section) \
	"<Pointer><SequenceNumeric>" number "</SequenceNumeric><DocumentSectionCode>" section \
	"</DocumentSectionCode></Pointer>"
#define LAST(section, tag) \
	"<Pointer><DocumentSectionCode>" section "</DocumentSectionCode><TagID>" tag \
	"</TagID></Pointer>"
#define QN1 STEP("42A") STEP("67A") NUMBERED("3", "68A") STEP("23A") LAST("65A", "130")

struct run {
	struct arena *arena;
	struct document *document;
	struct findings findings;
	struct translation translation;
};

static struct schema_set *set;

static void put_facts(struct facts *facts)
{
	static const struct fact known[] = {
		{"event.messageId", "1"},
		{"event.year", "2026"},
		{"event.sendDate", "2026-11-22 09:00:00"},
		{"event.to.name", "A"},
		{"event.to.identity", "1"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(facts, known[i].name, known[i].value), OK);
}

/* The source must be valid; every translation must account for all its values. */
static void translate(struct run *run, struct bytes source, const char *to)
{
	char fault[TOTALITY_FAULT_BYTES];
	const struct schema *from;
	struct facts facts;

	*run = (struct run){.arena = arena_new((size_t)4 * LIMIT_DOCUMENT_ARENA_BYTES)};
	findings_init(&run->findings, run->arena);
	facts_init(&facts, run->arena);
	put_facts(&facts);
	assert_int_equal(
		document_read(source, LIMIT_DOCUMENT_BYTES, &run->findings, &run->document), OK);
	assert_non_null(run->document);
	from = schema_identify(set, run->document, &run->findings);
	assert_non_null(from);
	assert_int_equal(schema_check(set, from, run->document, &run->findings), OK);
	if (run->findings.count > 0)
		fail_msg("%s: %s", run->findings.items[0].path, run->findings.items[0].en);
	assert_int_equal(translate_document(set, run->document, from, schema_set_find(set, to),
					    &facts, run->arena, &run->findings, &run->translation),
			 OK);
	if (run->findings.count == 0 && totality_check(source, &run->translation, fault) > 0)
		fail_msg("%s", fault);
}

static void end(struct run *run)
{
	document_free(run->document);
	arena_free(run->arena);
}

static bool holds(const struct run *run, const char *text)
{
	return memmem(run->translation.output.at, run->translation.output.len, text,
		      strlen(text)) != NULL;
}

/* "dropped PATH reason", "supplied PATH origin" or "changed PATH > PATH reason". */
static const char *text_of(const struct report_row *row, struct arena *arena)
{
	switch (row->kind) {
	case REPORT_DROPPED:
		return arena_format(arena, "dropped %s %s", row->source, row->word);
	case REPORT_SUPPLIED:
		return arena_format(arena, "supplied %s %s", row->target, row->word);
	case REPORT_CHANGED:
		return arena_format(arena, "changed %s > %s %s", row->source, row->target,
				    row->word);
	case REPORT_FIELD:
		break;
	}
	return "";
}

static bool is_reported(const struct run *run, const char *wanted)
{
	struct report_row row;

	for (unsigned kind = REPORT_CHANGED; kind <= REPORT_SUPPLIED; kind++) {
		size_t at = 0;

		while (report_next(&run->translation.report, (enum report_kind)kind, &at,
				   run->arena, &row))
			if (strcmp(text_of(&row, run->arena), wanted) == 0)
				return true;
	}
	return false;
}

struct row {
	const char *source;
	const char *output; /* NULL: a finding is expected */
	const char *more;   /* a row of the report, or the finding's code */
};

static void check(const struct row *rows, size_t count, const char *to)
{
	for (size_t i = 0; i < count; i++) {
		struct run run;

		translate(&run, bytes_of_text(rows[i].source), to);
		if (rows[i].output == NULL) {
			assert_true(run.findings.count > 0);
			assert_string_equal(run.findings.items[0].code, rows[i].more);
		} else if (!holds(&run, rows[i].output)) {
			fail_msg("%s is not in %.*s", rows[i].output,
				 (int)run.translation.output.len,
				 (const char *)run.translation.output.at);
		} else if (rows[i].more != NULL && !is_reported(&run, rows[i].more)) {
			fail_msg("not reported: %s", rows[i].more);
		}
		end(&run);
	}
}

#define CHECK(to, ...) \
	do { \
		static const struct row rows[] = {__VA_ARGS__}; \
		(void)state; \
		check(rows, sizeof(rows) / sizeof(rows[0]), to); \
	} while (0)

#define E1 "/Envelope[1]/Body[1]/Content[1]/ErrorList[1]/Error[1]"

static void a_chain_becomes_item_and_line_or_stays_whole(void **state)
{
	CHECK("vn.response",
	      {HUB(ERROR(QN1)), "<Error>" CODE "<ItemID>QN1</ItemID><Line>3</Line></Error>",
	       "changed /Response[1]/Error[1]/Pointer[5]/TagID[1] > " E1 "/ItemID[1] pointer"},
	      {HUB(ERROR(STEP("42A"))), "<Error>" CODE "<ItemID>0000</ItemID></Error>", NULL},
	      {HUB(ERROR(STEP("42A") LAST("17C", "R144"))),
	       "<Error>" CODE "<Pointer>42A/17C.R144</Pointer></Error>", NULL},
	      {HUB(ERROR(STEP("42A") STEP("67A") STEP("68A") STEP("23A") LAST("65A", "130"))),
	       "<Error>" CODE "<ItemID>QN1</ItemID></Error>", NULL},
	      /* the second of several: the item does not say it */
	      {HUB(ERROR(NUMBERED("2", "42A") STEP("67A") NUMBERED("3", "68A") STEP("23A")
				 LAST("65A", "130"))),
	       "<ItemID>QN1</ItemID><Line>3</Line><Pointer>42A[2]/67A/68A[3]/23A/65A.130</Pointer>",
	       "supplied " E1 "/ItemID[1] document"});
}

static void what_is_odd_in_a_chain_is_kept_or_told(void **state)
{
	CHECK("vn.response",
	      {HUB(ERROR("<Pointer/>" STEP("42A"))), "<Pointer>/42A</Pointer>", NULL},
	      {HUB(ERROR("<Pointer><TagID>a/.%</TagID></Pointer>")),
	       "<Pointer>.a%2F%2E%25</Pointer>", NULL},
	      {HUB(ERROR("<Pointer><DocumentSectionCode>  42A </DocumentSectionCode></Pointer>")),
	       "<ItemID>0000</ItemID>", NULL},
	      {HUB(ERROR(
		       "<Pointer><DocumentSectionCode listID='1'>42A</DocumentSectionCode></Pointer>")),
	       "<ItemID>0000</ItemID>",
	       "dropped /Response[1]/Error[1]/Pointer[1]/DocumentSectionCode[1]/@listID no-counterpart"},
	      {HUB(ERROR("<Pointer/><Pointer/>")), "<Error>" CODE "</Error>", NULL},
	      {HUB(ERROR("<Pointer><TagID schemeID='VNACCS'>ICN</TagID></Pointer>")),
	       "<ItemID>ICN</ItemID>",
	       "dropped /Response[1]/Error[1]/Pointer[1]/TagID[1]/@schemeID implied"});
}

static void item_and_line_become_a_chain(void **state)
{
	CHECK("asw.response",
	      {HOME("<Error>" CODE "<ItemID>QN1</ItemID><Line>3</Line></Error>"), QN1,
	       "changed " E1
	       "/ItemID[1] > /Response[1]/Error[1]/Pointer[1]/DocumentSectionCode[1] pointer"},
	      {HOME("<Error>" CODE "<ItemID>ZZ</ItemID><Line>3</Line></Error>"),
	       "<Pointer><SequenceNumeric>3</SequenceNumeric><TagID "
	       "schemeID=\"VNACCS\">ZZ</TagID></Pointer>",
	       NULL},
	      {HOME("<Error>" CODE "<Line>3</Line></Error>"),
	       "<ValidationCode>X</ValidationCode></Error>",
	       "dropped " E1 "/Line[1] no-counterpart"},
	      /* an item without lines has no place for one */
	      {HOME("<Error>" CODE "<ItemID>EPC</ItemID><Line>3</Line></Error>"),
	       STEP("42A") LAST("57A", "R032"), "dropped " E1 "/Line[1] no-counterpart"},
	      /* two items of one place */
	      {HOME("<Error>" CODE "<ItemID>CAT</ItemID></Error>"), LAST("04A", "239"),
	       "changed " E1
	       "/ItemID[1] > /Response[1]/Error[1]/Pointer[1]/DocumentSectionCode[1] code-list-lossy"});
}

static void the_text_of_a_chain_counts_more_than_the_item(void **state)
{
	CHECK("asw.response",
	      {HOME("<Error>" CODE "<ItemID>QN1</ItemID><Line>3</Line>"
		    "<Pointer>42A/67A/68A[3]/23A/65A.130</Pointer></Error>"),
	       QN1, "dropped " E1 "/ItemID[1] supplied-again"},
	      {HOME("<Error>" CODE "<ItemID>EPC</ItemID><Pointer>42A</Pointer></Error>"),
	       STEP("42A"), "dropped " E1 "/ItemID[1] no-counterpart"},
	      {HOME("<Error>" CODE "<Pointer>42A/%2F[1]x</Pointer></Error>"), NULL,
	       "value-not-convertible"},
	      {HOME("<Error>" CODE "<Pointer>.</Pointer></Error>"), NULL, "value-not-convertible"},
	      /* read, but no number: the hub's schema says so */
	      {HOME("<Error>" CODE "<Pointer>42A[x]</Pointer></Error>"), NULL, "value-not-number"},
	      {HOME("<Error>" CODE "<Pointer>42AB</Pointer></Error>"), NULL, "value-too-long"});
}

static struct bytes many(struct buffer *buffer, size_t errors, size_t steps)
{
	buffer_put_text(buffer, "<Response xmlns='urn:sampan:asw-profile:response:1'>"
				"<FunctionCode>03</FunctionCode>"
				"<FunctionalReferenceID>R1</FunctionalReferenceID>");
	for (size_t i = 0; i < errors; i++) {
		buffer_put_text(buffer, "<Error>");
		for (size_t j = 0; j < steps; j++)
			buffer_put_text(buffer, NUMBERED("1", "42A"));
		buffer_put_text(buffer, "</Error>");
	}
	buffer_put_text(buffer, "</Response>");
	assert_int_equal(buffer_error(buffer), OK);
	return buffer_bytes(buffer);
}

static void chains_without_end_are_told_and_many_are_carried(void **state)
{
	struct buffer buffer;
	struct run run;

	(void)state;
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	translate(&run, many(&buffer, 1, 20000), "vn.response");
	assert_string_equal(run.findings.items[0].code, "value-too-long");
	end(&run);
	buffer_reset(&buffer);
	translate(&run, many(&buffer, 3000, 10), "vn.response");
	assert_int_equal(run.findings.count, 0);
	end(&run);
	buffer_clear(&buffer);
}

static int load(void **state)
{
	(void)state;
	set = shipped_set();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_becomes_item_and_line_or_stays_whole),
		cmocka_unit_test(what_is_odd_in_a_chain_is_kept_or_told),
		cmocka_unit_test(item_and_line_become_a_chain),
		cmocka_unit_test(the_text_of_a_chain_counts_more_than_the_item),
		cmocka_unit_test(chains_without_end_are_told_and_many_are_carried),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
