/*
 * Forms: each makes a document that is in order, from what a person fills in; nothing that is filled in
 * becomes more than text; and rows, stylesheets and words belong together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>
#include <jansson.h>
#include <libxml/entities.h>

#include "messages/schema.h"
#include "messages/word.h"
#include "node/form_read.h"
#include "node/form_table.h"
#include "node/form_work.h"
#include "node/page_work.h"
#include "tests/support/markup.h"
#include "tests/support/page.h"
#include "tests/support/shipped.h"

#define FORMS "schemas/forms"
#define ARENA_BYTES ((size_t)128 * 1024 * 1024)
#define MAX_BYTES ((size_t)1024 * 1024)
#define CUSTOMS \
	"\"caller\":{\"party\":\"hai-quan\",\"name\":\"Hải quan Việt Nam\",\"taxCode\":\"TCHQ\",\"user\":\"an\"}"
#define TRADER \
	"\"caller\":{\"party\":\"gom-bat-trang\",\"name\":\"Gốm sứ Bát Tràng\",\"taxCode\":\"0100101308\",\"user\":\"lan\"}"

#define AGENT \
	"\"caller\":{\"party\":\"dai-ly\",\"name\":\"Đại lý Hải Đăng\",\"taxCode\":\"0200456781\",\"user\":\"\"}"
#define IMPORT "schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml"
#define EXPORT "schemas/samples/vn/gom-bat-trang/01-export-1-line.xml"
#define FORM_D "tests/golden/third-party.asw.form-d.xml"
#define PAPER "5f3c2d5f0f9a3e0b0c6f6a1f5e5c1c55a0d7b4f9b65a4c2d8f2f9a64b1f0c001"

#define AUTHORITY \
	"\"caller\":{\"party\":\"bct-hanoi\",\"name\":\"Bộ Công Thương\",\"taxCode\":\"BCTHN\",\"user\":\"quynh\"}"
#define ISSUING_OFFICE \
	"\"issuing\":{\"office\":{\"code\":\"BCTHN\",\"name\":\"Phòng Quản lý Xuất nhập khẩu\"," \
	"\"place\":\"Hà Nội\",\"isSealed\":true},\"officer\":\"Phạm Thúy Quỳnh\"," \
	"\"number\":\"VN-TH 26/01/00007\",\"declaration\":{\"id\":\"\",\"number\":\"\",\"state\":\"\"}," \
	"\"certified\":{\"id\":\"\",\"number\":\"\",\"state\":\"\"}},"

static struct stylesheet_set *forms, *views;
static struct arena *arena;

static int load(void **state)
{
	const char *message = "";

	(void)state;
	arena = arena_new(ARENA_BYTES);
	if (stylesheet_load_forms(FORMS, &forms, &message) != OK ||
	    stylesheet_load("schemas/views", &views, &message) != OK)
		fail_msg("%s", message);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	stylesheet_free(views);
	stylesheet_free(forms);
	arena_free(arena);
	return 0;
}

/* ---- Examples: each form once, and what must stand in what it makes ---- */

static const struct example {
	const char *form, *about, *caller, *fields, *holds;
} examples[] = {
	{"clear", IMPORT, CUSTOMS, "{}", "<function>23</function>"},
	{"clear", EXPORT, CUSTOMS, "{\"remarks\":\"Đã xem\"}", "<Text>Đã xem</Text>"},
	{"refuse", IMPORT, CUSTOMS, "{\"reason\":\"WRONG-DATA\",\"text\":\"Sai mã số\"}",
	 "<Code>WRONG-DATA</Code>"},
	{"ask-papers", IMPORT, CUSTOMS,
	 "{\"due\":\"2026-11-27\",\"paper\":[{\"code\":\"380\",\"text\":\"Hóa đơn\"},{\"code\":\"705\"}],"
	 "\"remarks\":\"Gửi trước thứ Sáu\"}",
	 "<PaperAsked><Code>705</Code><DueDate form=\"day\">2026-11-27</DueDate></PaperAsked>"},
	{"inspect", IMPORT, CUSTOMS,
	 "{\"text\":\"Kiểm 10%\",\"place\":\"Cảng Hải Phòng\",\"day\":\"2026-11-24\"}",
	 "<StatusCode>05</StatusCode>"},
	{"inspection-result", IMPORT, CUSTOMS,
	 "{\"result\":\"DIFFERS\",\"text\":\"Thiếu 2 kiện\",\"line\":\"1\"}",
	 "<function>26</function>"},
	{"re-route", IMPORT, CUSTOMS, "{\"lane\":\"red\",\"text\":\"Nghi ngờ trị giá\"}",
	 "<Lane>red</Lane>"},
	{"supplement", EXPORT, TRADER, "{\"text\":\"Theo yêu cầu\",\"attachment\":[\"" PAPER "\"]}",
	 "<Name>hóa-đơn.pdf</Name><TypeCode>380</TypeCode><MediaType>application/pdf</MediaType>"
	 "<Size>184320</Size>"},
	{"cancel", EXPORT, TRADER, "{\"reason\":\"NOT-SHIPPED\",\"text\":\"Tàu hủy chuyến\"}",
	 "<Number>106012345670</Number><OfficeCode>03CC</OfficeCode>"},
	{"authorise", "schemas/samples/vn/bct-hanoi/21-co-third-party.xml", AGENT,
	 "{\"authorise\":\"yes\",\"remarks\":\"x\"}",
	 "<From><name>Công ty TNHH Gốm sứ Bát Tràng Hồng Ngọc</name><identity>0100101308</identity>"},
	{"authorise-ahead", EXPORT, TRADER,
	 "{\"certificate\":\"VN-TH 26/01/00999\",\"issued\":\"2026-11-23\",\"authorise\":\"yes\",\"remarks\":\"x\"}",
	 "<ExporterTaxCode>0100101308</ExporterTaxCode><Authorise>yes</Authorise>"},
#include "tests/support/form_examples_certificate.h"
#include "tests/support/form_examples_new.h"
#include "tests/support/form_examples_th.h"
	{NULL},
};

static const char *schema_of(const char *sample)
{
	if (strstr(sample, "form-d") != NULL)
		return "asw.form-d/1";
	if (strstr(sample, "application") != NULL)
		return "vn.co-application/1";
	if (strstr(sample, "th-co") != NULL)
		return "th.co/1";
	if (strstr(sample, "-co-") != NULL)
		return "vn.co/1";
	if (strstr(sample, "th-import") != NULL)
		return "th.import/1";
	return strstr(sample, "import") != NULL ? "vn.import/1" : "vn.export/1";
}

static struct config_route routes[] = {{.at = "", .kind = "asw.co-status"},
				       {.at = "TH", .kind = "asw.verification"}};

static const char *country_of(const struct example *example)
{
	return strstr(example->caller, "thai") != NULL || strstr(example->caller, "siam") != NULL
		       ? "TH"
		       : "VN";
}

static const char *kind_of(const struct example *example)
{
	const struct config config = {
		.country = country_of(example), .routes = routes, .route_count = 2};

	return arena_text(arena, form_table_kind(form_table_find(example->form), &config));
}

static struct bytes ask_of(const struct example *example)
{
	return bytes_of_text(arena_format(
		arena,
		"{\"country\":\"%s\",\"kind\":\"%s\",\"now\":\"2026-11-23T02:00:00.000Z\",\"today\":\"2026-11-23\","
		"\"clock\":\"09:00:00\",\"year\":\"2026\",\"papers\":[\"380\",\"705\"],\"reference\":\"TCHQ-261123-0123456789\","
		"\"messageId\":\"5a3c0066-7d1e-4b62-9f0a-000000000006\",%s,\"about\":{\"id\":\"VN-1-7\","
		"\"schema\":\"%s\",\"number\":\"106012345670\",\"state\":\"registered\","
		"\"reference\":\"GBT-1\",\"about\":{\"office\":\"03CC\"}," ISSUING_OFFICE
		"\"timeline\":[{\"event\":\"Questioned\",\"actor\":\"partner:KH\",\"time\":"
		"\"2026-11-22T02:00:00.000Z\",\"attributes\":{\"reference\":\"Q-0\"}}],"
		"\"verification\":{\"stage\":\"runs\",\"asked\":\"2026-11-23T02:00:00.000Z\","
		"\"reference\":\"Q-1\",\"country\":\"TH\"},"
		"\"attachments\":[{\"sha256\":"
		"\"5f3c2d5f0f9a3e0b0c6f6a1f5e5c1c55a0d7b4f9b65a4c2d8f2f9a64b1f0c001\",\"bytes\":184320,"
		"\"type\":\"380\",\"mediaType\":\"application/pdf\",\"name\":\"hóa-đơn.pdf\"}]}}",
		country_of(example), kind_of(example), example->caller, schema_of(example->about)));
}

static struct bytes document_of(const struct example *example)
{
	char *text = page_read(example->about);
	struct bytes copy = bytes_of_text(arena_text(arena, bytes_of_text(text)));

	free(text);
	return copy;
}

static struct form_made make_of(const struct example *example, const struct form_values *values)
{
	const struct form_work_sets sets = {forms, shipped_set(), MAX_BYTES};
	const struct form_work work = {.form = example->form,
				       .ask = ask_of(example),
				       .document = document_of(example),
				       .values = values->items,
				       .count = values->count};
	struct form_made made;
	struct buffer question, answer;
	struct bytes bytes;

	buffer_init(&question, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	form_work_pack(&question, &work);
	assert_int_equal(form_work_serve(&sets, buffer_bytes(&question), arena, &answer), OK);
	assert_int_equal(buffer_give(&answer, arena, &bytes), OK);
	assert_int_equal(form_work_unpack_made(bytes, arena, &made), OK);
	buffer_clear(&question);
	buffer_clear(&answer);
	return made;
}

static struct form_values values_of(const char *fields)
{
	json_t *json = json_loads(fields, 0, NULL);
	struct form_values values;

	assert_non_null(json);
	assert_int_equal(form_read_json(json, arena, &values), OK);
	json_decref(json);
	return values;
}

static void print_findings(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		print_message("  %s %s %s: %s\n", findings->items[i].code, findings->items[i].path,
			      findings->items[i].value, findings->items[i].en);
}

/* What the worker of a lodgement says of it; the kind it is of, NULL when it is none. */
static const char *check(struct bytes bytes, struct findings *findings)
{
	struct document *document = NULL;
	const struct schema *schema = NULL;
	const char *id;

	findings_init(findings, arena);
	assert_int_equal(document_read(bytes, MAX_BYTES, findings, &document), OK);
	if (document != NULL)
		schema = schema_identify(shipped_set(), document, findings);
	if (schema != NULL)
		assert_int_equal(schema_check(shipped_set(), schema, document, findings), OK);
	id = schema == NULL ? NULL : schema_id(schema);
	document_free(document);
	return id;
}

static void every_form_makes_a_document_of_its_kind_that_is_in_order(void **state)
{
	(void)state;
	for (const struct example *at = examples; at->form != NULL; at++) {
		const struct form_values values = values_of(at->fields);
		struct form_made made = make_of(at, &values);
		struct findings findings;
		const char *kind, *text;

		print_message("%s %s\n", at->form, at->fields);
		print_findings(&made.findings);
		assert_int_equal(made.findings.count, 0);
		text = arena_text(arena, made.made.document);
		kind = check(made.made.document, &findings);
		print_findings(&findings);
		if (findings.errors > 0 || strstr(text, at->holds) == NULL)
			fail_msg("%s", text);
		assert_string_equal(kind, kind_of(at));
		assert_null(strstr(text, "urn:sampan:form"));
	}
}

/* ---- Rows, stylesheets, words ---- */

static void every_row_has_a_stylesheet_an_example_and_its_words(void **state)
{
	(void)state;
	for (const struct form_row *row = form_table; row->name != NULL; row++) {
		bool has_example = false;

		print_message("%s\n", row->name);
		assert_true(stylesheet_is_known(forms, row->name));
		assert_true(stylesheet_has_word(views, arena_format(arena, "form.%s", row->name)));
		assert_true(
			stylesheet_has_word(views, arena_format(arena, "form-do.%s", row->name)));
		for (const struct example *at = examples; at->form != NULL; at++)
			has_example |= strcmp(at->form, row->name) == 0;
		assert_true(has_example);
		assert_true(row->roles != 0 && row->action < ACCESS_ACTIONS);
	}
}

static void every_stylesheet_has_a_row(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob(FORMS "/*.xsl", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *name = strrchr(files.gl_pathv[i], '/') + 1;

		name = arena_format(arena, "%.*s", (int)strcspn(name, "."), name);
		print_message("%s\n", name);
		assert_true(strncmp(name, "frame", 5) == 0 || form_table_find(name) != NULL);
	}
	globfree(&files);
}

/* The label of "line[2]/quantity" is that of "quantity". */
static const char *label_of(const char *name)
{
	const char *slash = strrchr(name, '/'), *last = slash == NULL ? name : slash + 1;

	return arena_format(arena, "field.%.*s", (int)strcspn(last, "["), last);
}

static struct stylesheet_fields fields_for(const struct example *example, struct bytes ask)
{
	const struct form_work_sets sets = {forms, shipped_set(), MAX_BYTES};
	const struct form_work work = {.ask = ask, .document = document_of(example)};
	struct stylesheet_tree *tree = form_work_tree(&sets, &work, arena);
	struct stylesheet_fields fields;

	assert_non_null(tree);
	assert_int_equal(stylesheet_ask(forms, example->form, tree, arena, NULL, &fields), OK);
	stylesheet_tree_free(tree);
	return fields;
}

static struct stylesheet_fields fields_of(const struct example *example)
{
	return fields_for(example, ask_of(example));
}

/* Papers are named by attachments.yaml, which the worker adds. */
static void look_for_words(const char *form, const struct stylesheet_field *field)
{
	const char *label = label_of(field->name);

	if (!stylesheet_has_word(views, label) && strcmp(field->type, "hidden") != 0)
		fail_msg("%s: there is no word %s", form, label);
	if (field->words[0] == '\0' || strcmp(field->words, "paper") == 0)
		return;
	assert_true(field->option_count > 0);
	for (size_t i = 0; i < field->option_count; i++) {
		const char *word = arena_format(arena, "%s.%s", field->words, field->options[i]);

		if (!stylesheet_has_word(views, word))
			fail_msg("%s: there is no word %s", form, word);
	}
}

static void every_field_has_a_label_and_every_choice_a_word(void **state)
{
	(void)state;
	for (const struct example *at = examples; at->form != NULL; at++) {
		struct stylesheet_fields fields;

		arena_clear(arena);
		fields = fields_of(at);

		for (size_t i = 0; i < fields.count; i++)
			look_for_words(at->form, &fields.items[i]);
	}
}

/* ---- Hostile values ---- */

#include "tests/support/form_hostile.h"

/* The element of this path at or below the node; NULL. */
static const xmlNode *node_at(const xmlNode *node, const char *path)
{
	const xmlNode *found = NULL;

	if (node->type != XML_ELEMENT_NODE)
		return NULL;
	if (strcmp(document_path(node, arena), path) == 0)
		return node;
	for (const xmlNode *at = node->children; at != NULL && found == NULL; at = at->next)
		found = node_at(at, path);
	return found;
}

/* The text of the element that a field filled; NULL: it is not there. */
static const char *text_at(struct bytes bytes, const char *path)
{
	struct document *document = NULL;
	struct findings findings;
	const xmlNode *node;
	const char *text;

	findings_init(&findings, arena);
	assert_int_equal(document_read_xml(bytes, MAX_BYTES, &findings, &document), OK);
	assert_non_null(document);
	node = node_at(document_root(document), path);
	text = node == NULL ? NULL : document_text(node, arena);
	document_free(document);
	return text;
}

/* Every field of every form in turn, the others as in the example. */
static void try_hostile(const struct example *example, const char *name, const char *value)
{
	struct form_values values = values_of(example->fields);
	struct form_made made;
	bool is_there = false;

	for (size_t i = 0; i < values.count; i++)
		if (strcmp(values.items[i].name, name) == 0) {
			values.items[i].value = value;
			is_there = true;
		}
	if (!is_there)
		values.items[values.count++] = (struct form_value){name, value};
	made = make_of(example, &values);
	if (findings_has_errors(&made.findings)) {
		assert_string_equal(made.findings.items[0].path,
				    arena_format(arena, FORM_WORK_PATH "%s", name));
		return;
	}
	/* A group is marked with its first field, before the field itself. */
	for (size_t i = made.made.count; i-- > 0;)
		if (strcmp(made.made.places[i].field, name) == 0) {
			const char *text = text_at(made.made.document, made.made.places[i].path);

			if (text == NULL || strcmp(text, value) != 0)
				fail_msg("%s %s: \"%s\" became \"%s\"", example->form, name, value,
					 text == NULL ? "nothing" : text);
			return;
		}
}

static void whatever_is_filled_in_is_text_or_refused(void **state)
{
	(void)state;
	for (const struct example *at = examples; at->form != NULL; at++) {
		struct stylesheet_fields fields = {.count = 1};

		for (size_t i = 0; i < fields.count; i++) {
			arena_clear(arena);
			fields = fields_of(at);
			for (size_t j = 0; j < sizeof(hostile) / sizeof(hostile[0]); j++)
				try_hostile(at, fields.items[i].name, hostile[j]);
		}
	}
}

static void a_name_that_is_no_field_is_refused_whatever_it_is(void **state)
{
	static const char *const names[] = {
		"",      "x",     "a/b",       "a[0]",    "a[99999999999]",
		"../x",  "/form", "a b",       "<x>",     "a[1]/b/c/d/e/f",
		"xmlns", "n:x",   "reason[1]", "reason/x"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct form_value item = {names[i], "1"};
		const struct form_values values = {&item, 1};
		struct form_made made = make_of(&examples[0], &values);

		assert_int_equal(made.findings.count, 1);
		assert_string_equal(made.findings.items[0].code, "form-field-unknown");
	}
}

/* ---- Pages ---- */

static json_t *hostile_json(const struct example *example)
{
	struct stylesheet_fields fields = fields_of(example);
	json_t *given = json_array(), *findings = json_array();

	for (size_t i = 0; i < fields.count; i++) {
		(void)json_array_append_new(given,
					    json_pack("{s:s, s:s}", "name", fields.items[i].name,
						      "value", MARKUP_HOSTILE));
		(void)json_array_append_new(findings,
					    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "severity",
						      "error", "field", fields.items[i].name, "vi",
						      MARKUP_HOSTILE, "en", MARKUP_HOSTILE, "path",
						      MARKUP_HOSTILE, "value", MARKUP_HOSTILE));
	}
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s, s:s, s:o}, "
		"s:{s:s, s:s, s:o}}",
		"language", "vi", "path", "/documents/x", "back", "/", "self", "/x", "css", "/c",
		"js", "/j", "icon", "/i", "caller", "user", MARKUP_HOSTILE, "csrf", MARKUP_HOSTILE,
		"doing", "name", example->form, "seen", MARKUP_HOSTILE, "once", MARKUP_HOSTILE,
		"given", given, "answer", "detail", MARKUP_HOSTILE, "detailVi", MARKUP_HOSTILE,
		"findings", findings);
}

#define QUESTIONED(by, reference) \
	"{\"event\":\"Questioned\",\"actor\":\"" by \
	"\",\"attributes\":{\"reference\":\"" reference "\"}}"

/* The latest, which alone waits; of what was asked before a certificate kept it, as its timeline has it. */
static void an_answer_offers_the_question_that_waits(void **state)
{
	static const struct {
		const char *about, *request;
	} cases[] = {
		{"\"verification\":{\"reference\":\"Q-2\",\"country\":\"TH\"},\"timeline\":[" QUESTIONED(
			 "partner:TH", "Q-1") "]",
		 "Q-2"},
		{"\"verification\":{\"reference\":\"\",\"country\":\"\"},\"timeline\":[" QUESTIONED(
			 "partner:KH", "Q-1") "," QUESTIONED("partner:TH", "Q-2") "]",
		 "Q-2"},
		{"\"timeline\":[]", NULL},
	};
	static const struct example answer = {"verification-answer",
					      "schemas/samples/vn/bct-hanoi/21-co-third-party.xml",
					      "", "", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *ask = arena_format(
			arena, "{\"country\":\"VN\",\"kind\":\"vn.verification\",\"about\":{%s}}",
			cases[i].about);
		struct stylesheet_fields fields = fields_for(&answer, bytes_of_text(ask));

		assert_string_equal(fields.items[0].name, "request");
		assert_int_equal(fields.items[0].option_count, cases[i].request != NULL);
		if (cases[i].request != NULL)
			assert_string_equal(fields.items[0].options[0], cases[i].request);
	}
}

/* What is spoken of says it everywhere, too. */
static struct bytes hostile_ask(void)
{
	json_t *ask = json_pack(
		"{s:s, s:[s], s:{s:s, s:[s]}, s:{s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:[{s:s, s:s, s:i}], "
		"s:[{s:s, s:s, s:s, s:s}], s:[{s:s}], s:[{s:s, s:s, s:s, s:s}], s:{s:s, s:s, s:s}}}",
		"today", MARKUP_HOSTILE, "papers", MARKUP_HOSTILE, "caller", "name", MARKUP_HOSTILE,
		"offices", MARKUP_HOSTILE, "about", "id", "VN-1-7", "schema", MARKUP_HOSTILE,
		"number", MARKUP_HOSTILE, "reference", MARKUP_HOSTILE, "state", MARKUP_HOSTILE,
		"about", "office", MARKUP_HOSTILE, "attachments", "sha256", "aa", "name",
		MARKUP_HOSTILE, "bytes", 7, "uses", "item", "1", "left", MARKUP_HOSTILE, "declared",
		MARKUP_HOSTILE, "unit", MARKUP_HOSTILE, "pairs", "number", MARKUP_HOSTILE, "usedBy",
		"reversed", "false", "reference", MARKUP_HOSTILE, "declaration", MARKUP_HOSTILE,
		"date", MARKUP_HOSTILE, "verification", "reference", MARKUP_HOSTILE, "country",
		MARKUP_HOSTILE, "asked", MARKUP_HOSTILE);
	char *text = json_dumps(ask, 0);
	struct bytes copy = bytes_of_text(arena_text(arena, bytes_of_text(text)));

	assert_non_null(ask);
	free(text);
	json_decref(ask);
	return copy;
}

/* The goods of a certificate, with the text in all that forms show of them. */
static struct bytes hostile_goods(void)
{
	xmlChar *escaped = xmlEncodeSpecialChars(NULL, (const xmlChar *)MARKUP_HOSTILE);
	const char *text = arena_format(
		arena,
		"<Declaration><GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1"
		"</SequenceNumeric><Commodity><Description>%s</Description><Classification><ID>%s</ID>"
		"</Classification><GoodsMeasure><TariffQuantity unitCode=\"%s\">%s</TariffQuantity>"
		"</GoodsMeasure></Commodity></GovernmentAgencyGoodsItem></GoodsShipment></Declaration>",
		(char *)escaped, (char *)escaped, (char *)escaped, (char *)escaped);

	xmlFree(escaped);
	return bytes_of_text(text);
}

static char *draw(const struct example *example, unsigned status, bool is_again)
{
	const struct page_work_sets sets = {views, shipped_set(), forms};
	struct page_work work = {.sheet = "form",
				 .in_vietnamese = true,
				 .form = example->form,
				 .ask = hostile_ask(),
				 .document = hostile_goods()};
	json_t *view = hostile_json(example);
	struct buffer question, page;
	char *text;

	(void)json_object_set_new(view, "status", json_integer((json_int_t)status));
	if (!is_again)
		(void)json_object_del(json_object_get(view, "doing"), "given");
	text = json_dumps(view, 0);
	work.view = bytes_of_text(text);
	buffer_init(&question, LIMIT_CALL_BYTES);
	buffer_init(&page, LIMIT_CALL_BYTES);
	page_work_pack(&question, &work);
	assert_int_equal(page_work_serve(&sets, buffer_bytes(&question), arena, &page), OK);
	free(text);
	text = strndup((const char *)page.at, page.len);
	buffer_clear(&question);
	buffer_clear(&page);
	json_decref(view);
	return text;
}

static void no_form_makes_markup_of_what_it_shows(void **state)
{
	static const unsigned statuses[] = {200, 409, 412, 422};

	(void)state;
	for (const struct example *at = examples; at->form != NULL; at++)
		for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
			for (unsigned again = 0; again < 2; again++) {
				char *page = draw(at, statuses[i], again != 0);

				assert_non_null(strstr(page, "evil()")); /* it is shown */
				markup_check(page);
				free(page);
				arena_clear(arena);
			}
}

/* ---- What programs send ---- */

static void fields_of_programs_are_flattened_and_bounded(void **state)
{
	static const struct {
		const char *json, *is; /* NULL: refused */
	} cases[] = {
		{"{}", ""},
		{"{\"a\":\"x\",\"b\":2,\"c\":1.5,\"d\":true,\"e\":false}",
		 "a=x b=2 c=1.5 d=yes e= "},
		{"{\"p\":[{\"c\":\"1\"},{\"c\":\"2\",\"t\":\"z\"}]}",
		 "p[1]/c=1 p[2]/c=2 p[2]/t=z "},
		{"{\"p\":[\"x\",\"y\"]}", "p[1]=x p[2]=y "},
		{"{\"a\":null}", NULL},
		{"{\"a\":{\"b\":{\"c\":{\"d\":\"1\"}}}}", NULL},
		{"[\"a\"]", NULL},
		{"{\"a\":\"x\\u0000y\"}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *json = json_loads(cases[i].json, JSON_ALLOW_NUL, NULL);
		struct form_values values;
		enum err err = form_read_json(json, arena, &values);
		const char *text = "";

		print_message("%s\n", cases[i].json);
		assert_int_equal(err, cases[i].is == NULL ? ERR_FORMAT : OK);
		for (size_t j = 0; err == OK && j < values.count; j++)
			text = arena_format(arena, "%s%s=%s ", text, values.items[j].name,
					    values.items[j].value);
		if (err == OK)
			assert_string_equal(text, cases[i].is);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_makes_a_document_of_its_kind_that_is_in_order),
		cmocka_unit_test(every_row_has_a_stylesheet_an_example_and_its_words),
		cmocka_unit_test(every_stylesheet_has_a_row),
		cmocka_unit_test(every_field_has_a_label_and_every_choice_a_word),
		cmocka_unit_test(whatever_is_filled_in_is_text_or_refused),
		cmocka_unit_test(a_name_that_is_no_field_is_refused_whatever_it_is),
		cmocka_unit_test(an_answer_offers_the_question_that_waits),
		cmocka_unit_test(no_form_makes_markup_of_what_it_shows),
		cmocka_unit_test(fields_of_programs_are_flattened_and_bounded),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
