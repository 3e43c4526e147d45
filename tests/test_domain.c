/*
 * What a customs engineer expects of the maps that are shipped: what must not be lost, what must
 * not be made up, and what is held instead. One text of a sample is changed, then it is translated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "messages/hub.h"
#include "messages/schema.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"

#define VN "schemas/samples/vn/"
#define DFT "schemas/samples/th/dft/"
#define GOLD "tests/golden/"
#define EXPORT VN "gom-bat-trang/01-export-1-line.xml"
#define TH_CO DFT "01-th-co.xml"
#define FORM_D GOLD "back-to-back.asw.form-d.xml"
#define IMPORT GOLD "import.asw.declaration.xml"
#define CORPUS "../shared/corpus/wco-dec/"
#define NUMBERED \
	"<DeclarationKindCode>", "<DeclarationNumber>307000000990</DeclarationNumber>" \
				 "<DeclarationKindCode>"

/* What the node, the route and the registry would say. */
static const struct fact known[] = {
	{"event.messageId", "VN-1-7"},
	{"event.year", "2026"},
	{"event.reference", "GBT-XK-2026-0141"},
	{"event.port", "THBKK"},
	{"event.from.identity", "NSW"},
	{"event.from.name", "NSW"},
	{"event.to.identity", "0100101308"},
	{"event.to.name", "Gốm Bát Tràng"},
	{"event.sendDate", "2026-11-25 09:00:00"},
	{"registry.agent.name", "Đại lý Hải Phòng"},
};

static const struct example {
	const char *sample;
	const char *find; /* one text of it, */
	const char *put;  /* and what stands there instead; NULL: nothing is changed */
	const char *to;
	const char *number; /* the fact event.number; NULL: nobody gives one */
	const char *has;    /* what the output holds; NULL: it is held, */
	const char *code;   /* with this finding */
} examples[] = {
	/* A declaration's own number is not lost when nobody gives one, and the newer one counts. */
	{EXPORT, NUMBERED, "asw.declaration", NULL, "<ID>307000000990</ID>", NULL},
	{EXPORT, NUMBERED, "asw.declaration", "307000000010", "<ID>307000000010</ID>", NULL},
	{EXPORT, NUMBERED, "asw.acdd", "307000000010", "<ID>307000000010</ID>", NULL},
	{EXPORT, NULL, NULL, "asw.acdd", NULL, NULL, "value-missing"},

	/* Goods that only leave again did not originate here, and an EDA does not say where. */
	{EXPORT, ">B11<", ">G21<", "asw.acdd", "307000000010", NULL, "precondition"},
	{EXPORT, ">B11<", ">B13<", "asw.acdd", "307000000010", NULL, "precondition"},
	{EXPORT, ">B11<", ">E62<", "asw.acdd", "307000000010", "<Origin><CountryCode>VN<", NULL},

	/* Midnight in Thailand is written as 17:00 UTC of the day before. */
	{TH_CO, "<departureDate>2026-11-21T00:00:00.000Z<",
	 "<departureDate>2026-11-20T17:00:00.000Z<", "vn.co-received", NULL,
	 "<DepartureDate>2026-11-21</DepartureDate>", NULL},
	/* On whose behalf the exporter sends belongs to box 1. */
	{TH_CO, "<receiveCompany>",
	 "<obCompany>LAMPANG CLAY</obCompany><obAddress>LAMPANG</obAddress><receiveCompany>",
	 "vn.co-received", NULL,
	 "<Consignor><Name>LAMPANG CLAY</Name><Address>LAMPANG</Address></Consignor>", NULL},
	{TH_CO, "<vehicleNameList>WAN HAI 176 V.N207</vehicleNameList>", "", "vn.co-received", NULL,
	 "<VesselName>WAN HAI 176</VesselName>", NULL},
	{TH_CO, "</productNameEng>",
	 "</productNameEng><productDescription>WITH BOX</productDescription>", "vn.co-received",
	 NULL, "<Remarks>WITH BOX</Remarks></Item>", NULL},
	{FORM_D, "<Address><CountryCode>VN", "<Address><CityName>HA NOI</CityName><CountryCode>VN",
	 "th.co-received", NULL, "<city>HA NOI</city><country>VN</country></company>", NULL},

	/* All ticks of box 13, all originals of a back-to-back certificate, the one replaced. */
	{DFT "03-th-co-back-to-back.xml", NULL, NULL, "vn.co-received", NULL,
	 "<SpecialCase><Code>ACCUMULATION</Code></SpecialCase>"
	 "<SpecialCase><Code>BACK-TO-BACK</Code></SpecialCase>"
	 "<SpecialCase><Code>PARTIAL-CUMUL</Code></SpecialCase>"
	 "<SpecialCase><Code>DE-MINIMIS</Code></SpecialCase>"
	 "<SpecialCase><Code>RETROACTIVE</Code></SpecialCase>"
	 "<ReplacedCertificate><Number>D2026-0188102</Number>",
	 NULL},
	{DFT "03-th-co-back-to-back.xml", NULL, NULL, "vn.co-received", NULL,
	 "<OriginalCertificate><Number>KL-2026-D-0070245</Number><IssueDate>2026-09-09</IssueDate>"
	 "<CountryCode>MY</CountryCode></OriginalCertificate><Invoice>",
	 NULL},

	/* An attribute that only says whose number it is does not keep advance data out. */
	{GOLD "export-tableware.asw.acdd.xml", "<ID>", "<ID schemeID=\"TCD\">", "vn.advance-export",
	 NULL, "<DeclarationNumber>26TH0201000000101</DeclarationNumber>", NULL},

	/* An import declaration is no export declaration. */
	{IMPORT, NULL, NULL, "vn.export", NULL, NULL, "precondition-missing"},

	/* A real British cancellation is cancelled here, with its reason by their list. */
	{CORPUS "declarations/valid/TT_EX010a_TT_EX010a_Cancellation.xml", NULL, NULL, "vn.cancel",
	 NULL,
	 "<Declaration><Number>24GBDIRIGZ7QLCPAA8</Number></Declaration><CountryCode>GB</CountryCode>"
	 "<Reason><Code>OTHER</Code><PartnerCode>1</PartnerCode><Text>This is a duplicate",
	 NULL},
	/* A real British rejection names what is wrong: their code, our item and line, their place. */
	{CORPUS "notifications/TT_IM031a_Example_Notifications_DMSREJ.xml", NULL, NULL,
	 "vn.response", NULL,
	 "<Error><ErrorCode>CDS12056</ErrorCode><ItemID>CMD</ItemID><Line>1</Line>"
	 "<Pointer>42A/67A/68A[1]/23A/21A[3].145</Pointer></Error></ErrorList>",
	 NULL},
	{CORPUS "notifications/TT_IM031a_Example_Notifications_DMSREJ.xml", NULL, NULL,
	 "vn.response", NULL,
	 "<Response><StatusCode>03</StatusCode><DeclarationNumber>23GB7DAO2KZ2UJGAR9<", NULL},

	/* VNACCS weighs in kilograms, tonnes and pounds. */
	{IMPORT, "<TotalGrossMassMeasure unitCode=\"KGM\">",
	 "<TotalGrossMassMeasure unitCode=\"DTN\">", "vn.import", NULL,
	 "<GrossWeightUnitCode>KGM</GrossWeightUnitCode>", NULL},
};

static struct schema_set *set;

static struct bytes changed(const struct example *example, struct arena *arena)
{
	FILE *file = fopen(example->sample, "rb");
	char *text = arena_alloc(arena, LIMIT_DOCUMENT_BYTES);
	const char *at;
	size_t len;

	if (file == NULL)
		fail_msg("%s cannot be read", example->sample);
	assert_non_null(text);
	len = fread(text, 1, LIMIT_DOCUMENT_BYTES - 1, file);
	fclose(file);
	text[len] = '\0';
	if (example->find == NULL)
		return bytes_of(text, len);
	at = strstr(text, example->find);
	if (at == NULL)
		fail_msg("%s does not hold %s", example->sample, example->find);
	return bytes_of_text(arena_format(arena, "%.*s%s%s", (int)(at - text), text, example->put,
					  at + strlen(example->find)));
}

/* Returns the output, "" when it is held. */
static const char *translated(const struct example *example, struct arena *arena,
			      struct findings *findings)
{
	struct hub_source source = {NULL, findings};
	struct hub_task task = {set, NULL, schema_set_find(set, example->to), NULL, &source, 1};
	struct document *document = NULL;
	struct hub_result result = {0};
	struct facts facts;

	facts_init(&facts, arena);
	task.outside = &facts;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(&facts, known[i].name, known[i].value), OK);
	if (example->number != NULL)
		assert_int_equal(facts_put(&facts, "event.number", example->number), OK);
	assert_int_equal(
		document_read(changed(example, arena), LIMIT_DOCUMENT_BYTES, findings, &document),
		OK);
	assert_non_null(document);
	source.document = document;
	task.from = schema_identify(set, document, findings);
	assert_non_null(task.from);
	assert_int_equal(schema_check_form(set, task.from, document, findings), OK);
	if (findings->count > 0)
		fail_msg("%s: %s", example->sample, findings->items[0].en);
	assert_int_equal(hub_translate(&task, arena, &result), OK);
	document_free(document);
	return findings_has_errors(findings) ? "" : arena_text(arena, result.outputs[0]);
}

static bool has_code(const struct findings *findings, const char *code)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].code, code) == 0)
			return true;
	}
	return false;
}

static void nothing_is_lost_nothing_is_made_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *example = &examples[i];
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct findings findings;
		const char *output;

		assert_non_null(arena);
		if (strncmp(example->sample, CORPUS, strlen(CORPUS)) == 0 &&
		    access(example->sample, R_OK) != 0) {
			print_message("%s is not here: skipped\n", example->sample);
			arena_free(arena);
			continue;
		}
		findings_init(&findings, arena);
		output = translated(example, arena, &findings);
		if (example->has == NULL &&
		    (output[0] != '\0' || !has_code(&findings, example->code)))
			fail_msg("%s (%s) to %s: not held with %s", example->sample,
				 example->put == NULL ? "" : example->put, example->to,
				 example->code);
		if (example->has != NULL && strstr(output, example->has) == NULL)
			fail_msg("%s (%s) to %s has no %s: %s %s", example->sample,
				 example->put == NULL ? "" : example->put, example->to,
				 example->has, findings.count == 0 ? "" : findings.items[0].en,
				 output);
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
		cmocka_unit_test(nothing_is_lost_nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
