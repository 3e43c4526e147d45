/*
 * What is said of a document that went before: status of a certificate, verification, cancellation,
 * supplement; and the import declaration in the hub's form. Wrong input is told with code and
 * path; what a map cannot hold is held, never guessed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "messages/translate.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"

#define THEN "schemas/samples/stage-2/"
#define LAST "schemas/samples/stage-3/"
#define GOLD "tests/golden/"
#define ACCEPTED THEN "hai-quan/41-co-status-accepted.xml"
#define USED THEN "hai-quan/42-co-status-used.xml"
#define REFUSED THEN "hai-quan/43-co-status-not-accepted.xml"
#define ASKED THEN "hai-quan/44-verification-asked.xml"
#define ANSWER LAST "dft/47-verification-answer.xml"
#define SUPPLEMENT THEN "gom-bat-trang/51-supplement.xml"
#define CANCEL THEN "gom-bat-trang/61-cancel-export.xml"
#define CANCEL_CO THEN "bct-hanoi/62-cancel-certificate.xml"
#define IMPORT GOLD "import.asw.declaration.xml"

#define WORDS_512 WORDS_128 WORDS_128 WORDS_128 WORDS_128
#define WORDS_128 WORDS_32 WORDS_32 WORDS_32 WORDS_32
#define WORDS_32 "hàng không xuất nữa, tàu hủy cảng "

/* A sample with one text replaced. */
struct change {
	const char *sample;
	const char *find;
	const char *put;
};

static struct schema_set *set;

static struct bytes changed(const struct change *change, struct arena *arena)
{
	FILE *file = fopen(change->sample, "rb");
	char *text = arena_alloc(arena, LIMIT_DOCUMENT_BYTES);
	const char *at, *whole;
	size_t len;

	if (file == NULL)
		fail_msg("%s cannot be read", change->sample);
	assert_non_null(text);
	len = fread(text, 1, LIMIT_DOCUMENT_BYTES - 1, file);
	fclose(file);
	text[len] = '\0';
	if (change->find == NULL)
		return bytes_of(text, len);
	at = strstr(text, change->find);
	if (at == NULL)
		fail_msg("%s does not hold %s", change->sample, change->find);
	whole = arena_format(arena, "%.*s%s%s", (int)(at - text), text, change->put,
			     at + strlen(change->find));
	assert_non_null(whole);
	return bytes_of_text(whole);
}

static struct document *read(const struct change *change, struct arena *arena,
			     struct findings *findings, const struct schema **ret_schema)
{
	struct document *document = NULL;

	assert_int_equal(
		document_read(changed(change, arena), LIMIT_DOCUMENT_BYTES, findings, &document),
		OK);
	assert_non_null(document);
	*ret_schema = schema_identify(set, document, findings);
	if (*ret_schema == NULL)
		fail_msg("%s is of no kind", change->sample);
	return document;
}

static void assert_found(const struct findings *findings, const struct change *change,
			 const char *code, const char *path)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].code, code) == 0 &&
		    strstr(findings->items[i].path, path) != NULL)
			return;
	for (size_t i = 0; i < findings->count; i++)
		print_error("%s %s\n", findings->items[i].code, findings->items[i].path);
	fail_msg("%s with %s: no %s at %s", change->sample, change->put, code, path);
}

static const struct {
	struct change change;
	const char *code;
	const char *path;
} mistakes[] = {
	{{ACCEPTED, ">ACCEPTED<", ">MAYBE<"}, "value-not-in-list", "/StatusCode[1]"},
	{{ACCEPTED, "<StatusDate>2026-11-22", "<StatusDate>2026-02-31"},
	 "value-not-date",
	 "/StatusDate[1]"},
	{{ACCEPTED, "<IssuingCountryCode>TH</IssuingCountryCode>", ""},
	 "element-missing",
	 "/CertificateStatus[1]"},
	{{USED, "<Quantity>1800<", "<Quantity>48,0<"}, "value-pattern", "/Quantity[1]"},
	{{USED, "<Quantity>1800<", "<Quantity>0.1234567<"}, "value-pattern", "/Quantity[1]"},
	{{USED, "<Quantity>1800<", "<Quantity>1234567890123456789012345678901234567890<"},
	 "value-too-long",
	 "/Quantity[1]"},
	{{USED, "<ItemNumber>1<", "<ItemNumber>0<"}, "value-pattern", "/ItemNumber[1]"},
	{{USED, "<QuantityUnitCode>PCE</QuantityUnitCode>", ""}, "element-missing", "/Use[1]"},
	{{REFUSED, ">HS-CODE<", ">BECAUSE<"}, "value-not-in-list", "/Reason[2]/Code[1]"},
	{{ASKED, "<BoxNumber>12<", "<BoxNumber>14<"}, "value-pattern", "/BoxNumber[1]"},
	{{ASKED, "<Request>", "<Answer/><Request>"}, "element-misplaced", ""},
	{{ASKED, ">ORIGIN<", "><"}, "value-empty", "/Reason[1]/Code[1]"},
	{{ANSWER, "<NameCode>YES<", "<NameCode>MAY<"}, "value-not-in-list", "/NameCode[1]"},
	{{ANSWER, ">68A<", ">23A<"}, "value-not-in-list", "/DocumentSectionCode[1]"},
	{{SUPPLEMENT, "application/pdf", "application/x-msdownload"},
	 "value-not-in-list",
	 "/MediaType[1]"},
	{{SUPPLEMENT, "hoa-don-GBT", "../hoa-don-GBT"}, "value-pattern", "/Name[1]"},
	{{SUPPLEMENT, "<Sha256>5f", "<Sha256>5F"}, "value-pattern", "/Sha256[1]"},
	{{SUPPLEMENT, "<Size>184320", "<Size>-1"}, "value-pattern", "/Size[1]"},
	{{SUPPLEMENT, ">Gửi", ">" WORDS_512 WORDS_512 WORDS_512 WORDS_512},
	 "value-too-long",
	 "/Text[1]"},
	{{CANCEL, ">830<", ">861<"}, "value-not-in-list", "/Declaration[1]/TypeCode[1]"},
	{{CANCEL, ">NOT-SHIPPED<", ">TIRED<"}, "value-not-in-list", "/Code[1]"},
	{{CANCEL, ">Tàu", ">" WORDS_512}, "value-too-long", "/Reason[1]/Text[1]"},
	{{CANCEL_CO, "<IssueDate>2026-11-20</IssueDate>", ""},
	 "element-missing",
	 "/Certificate[1]"},
};

static void what_is_wrong_is_told_at_the_door(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct findings findings;
		const struct schema *schema;
		struct document *document;

		findings_init(&findings, arena);
		document = read(&mistakes[i].change, arena, &findings, &schema);
		assert_int_equal(schema_check(set, schema, document, &findings), OK);
		assert_found(&findings, &mistakes[i].change, mistakes[i].code, mistakes[i].path);
		document_free(document);
		arena_free(arena);
	}
}

/* Returns the output, empty when it is held; what route and event know is put by the caller. */
static struct bytes translate(const struct change *change, const char *to,
			      const struct facts *outside, struct arena *arena,
			      struct findings *findings)
{
	struct translation translation = {0};
	const struct schema *schema;
	struct document *document = read(change, arena, findings, &schema);

	assert_int_equal(schema_check_form(set, schema, document, findings), OK);
	assert_int_equal(findings->count, 0);
	assert_int_equal(translate_document(set, document, schema, schema_set_find(set, to),
					    outside, arena, findings, &translation),
			 OK);
	document_free(document);
	return findings_has_errors(findings) ? (struct bytes){0} : translation.output;
}

static void put_event(struct facts *facts, struct arena *arena)
{
	static const struct fact known[] = {
		{"event.messageId", "VN-1-7"},
		{"event.year", "2026"},
		{"event.from.identity", "NSW"},
		{"event.from.name", "NSW"},
		{"event.sendDate", "2026-11-25 09:00:00"},
	};

	facts_init(facts, arena);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(facts, known[i].name, known[i].value), OK);
}

static void what_a_map_is_not_for_or_cannot_hold_is_held(void **state)
{
	static const struct {
		struct change change;
		const char *to;
		const char *code;
		const char *path;
	} examples[] = {
		{{IMPORT,
		  "<ArrivalDateTime><DateTimeString formatCode=\"102\">20261119</DateTimeString></ArrivalDateTime>",
		  ""},
		 "vn.import",
		 "precondition-missing",
		 ""},
		{{GOLD "import-kaolin.asw.declaration.xml", NULL, NULL},
		 "vn.import",
		 "precondition-missing",
		 ""},
		{{GOLD "export-tableware.asw.declaration.xml", NULL, NULL},
		 "vn.import",
		 "precondition-missing",
		 ""},
		{{IMPORT, "<FunctionCode>9<", "<FunctionCode>44<"},
		 "vn.import",
		 "value-not-convertible",
		 "/FunctionCode[1]"},
		{{IMPORT, ">SKB<", ">ABC<"}, "vn.import", "value-missing", ""},
		{{IMPORT, "RANONG KAOLIN", "RANONG \u0e01 KAOLIN"},
		 "vn.import",
		 "value-not-convertible",
		 "/Name[1]"},
		{{ACCEPTED, "<function>01<", "<function>99<"}, "asw.co-status", "precondition", ""},
		{{ASKED, "<function>11<", "<function>01<"}, "asw.verification", "precondition", ""},
		{{CANCEL, "<function>03<", "<function>01<"}, "asw.cancel", "precondition", ""},
		{{LAST "siam-ceramics/64-cancel-tableware.xml", ">INV<", ">COR<"},
		 "asw.cancel",
		 "precondition",
		 ""},
		{{LAST "thai-customs/63-cancel-refused.xml", NULL, NULL},
		 "wco.declaration",
		 "precondition",
		 ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct findings findings;
		struct facts facts;

		findings_init(&findings, arena);
		put_event(&facts, arena);
		assert_int_equal(
			translate(&examples[i].change, examples[i].to, &facts, arena, &findings)
				.len,
			0);
		assert_found(&findings, &examples[i].change, examples[i].code, examples[i].path);
		arena_free(arena);
	}
}

static void a_coded_reason_that_nobody_gave_is_supplied_as_other(void **state)
{
	static const struct change change = {GOLD "tableware.asw.cancel.xml", NULL, NULL};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	struct bytes output;
	struct facts facts;

	(void)state;
	findings_init(&findings, arena);
	put_event(&facts, arena);
	output = translate(&change, "vn.cancel", &facts, arena, &findings);
	assert_int_equal(findings.count, 0);
	assert_non_null(strstr(
		arena_text(arena, output),
		"<Reason><Code>OTHER</Code><PartnerCode>1</PartnerCode><Text>The buyer withdrew"));
	arena_free(arena);
}

static void the_number_given_here_names_what_its_maker_named_by_reference(void **state)
{
	static const struct change by_reference = {CANCEL, NULL, NULL};
	static const struct change by_number = {
		CANCEL, "<TypeCode>830</TypeCode>",
		"<TypeCode>830</TypeCode><Number>302600000999</Number>"};
	static const struct change certificate = {CANCEL_CO, NULL, NULL};
	const struct {
		const struct change *change;
		const char *id;
	} examples[] = {{&by_reference, "</FunctionalReferenceID><ID>302600000020</ID>"},
			{&by_number, "</FunctionalReferenceID><ID>302600000999</ID>"},
			{&certificate, "</FunctionalReferenceID><AdditionalDocument>"}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct findings findings;
		struct bytes output;
		struct facts facts;

		findings_init(&findings, arena);
		facts_init(&facts, arena);
		assert_int_equal(facts_put(&facts, "event.number", "302600000020"), OK);
		output = translate(examples[i].change, "asw.cancel", &facts, arena, &findings);
		assert_int_equal(findings.count, 0);
		assert_non_null(strstr(arena_text(arena, output), examples[i].id));
		arena_free(arena);
	}
}

/* vn.response is told by its functions, of which these bodies use some. */
static void a_body_tells_more_than_a_function(void **state)
{
	static const struct {
		struct change change;
		const char *kind;
	} examples[] = {
		{{GOLD "refused.vn.cancel.xml", NULL, NULL}, "vn.cancel"},
		{{CANCEL, "<function>03<", "<function>24<"}, "vn.cancel"},
		{{CANCEL, "<function>03<", "<function>99<"}, "vn.cancel"},
		{{ASKED, "<function>11<", "<function>26<"}, "vn.verification"},
		{{ACCEPTED, "<function>01<", "<function>21<"}, "vn.co-status"},
		{{SUPPLEMENT, "<function>05<", "<function>25<"}, "vn.supplement"},
		{{"schemas/samples/answers/vn-refused.xml", NULL, NULL}, "vn.response"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct findings findings;
		const struct schema *schema;

		findings_init(&findings, arena);
		document_free(read(&examples[i].change, arena, &findings, &schema));
		assert_string_equal(schema_id(schema), examples[i].kind);
		arena_free(arena);
	}
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
		cmocka_unit_test(a_body_tells_more_than_a_function),
		cmocka_unit_test(what_is_wrong_is_told_at_the_door),
		cmocka_unit_test(what_a_map_is_not_for_or_cannot_hold_is_held),
		cmocka_unit_test(a_coded_reason_that_nobody_gave_is_supplied_as_other),
		cmocka_unit_test(the_number_given_here_names_what_its_maker_named_by_reference),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
