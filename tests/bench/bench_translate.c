/*
 * bench_translate - our translation against libxslt with a precompiled stylesheet that does the
 * same mapping.
 *
 * Before anything is timed, both outputs are compared as canonical XML. Two races for each
 * document:
 *
 *   alone   the parsed document to the translation. Ours writes the report, the canonical bytes and
 * two hashes, and checks the output against its XSD; libxslt makes its result tree and nothing
 * else. whole   from bytes to bytes: parse, check against the XSD, translate, serialise. libxml2
 * has its schema parsed and its stylesheet compiled beforehand, as we have.
 */
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>

#include "messages/translate.h"
#include "node/command.h"
#include "node/command_set.h"
#include "node/file.h"
#include "node/work.h"
#include "sampan/limit.h"
#include "sampan/process.h"
#include "tests/bench/measure.h"

#define MAX_PARAMETERS 9u

/* A document and both ways of translating it. */
struct course {
	struct schema_set *set;
	const struct schema *from, *to;
	struct facts facts;
	struct bytes bytes;
	struct document *document;
	xmlDoc *rival_document; /* its own: libxslt strips white space from it */
	xsltStylesheet *stylesheet;
	xmlSchema *xsd;
	const char *parameters[MAX_PARAMETERS];
};

struct fact_parameter {
	const char *fact, *value, *parameter;
};

/* What a document is made from and by which map and stylesheet. */
struct entry {
	const char *name; /* of its case */
	const char *from, *to, *xsd, *stylesheet;
	const char *sample; /* of schemas/samples; NULL: made with so many lines */
	unsigned lines;
	bool is_headline;
	bool in_quick;
};

static const struct entry entries[] = {
	{"wco.declaration 9 KB", "wco.declaration", "asw.declaration", "wco-declaration.xsd",
	 "wco-asw.xsl", NULL, 22, true, true},
	{"wco.declaration 33 KB", "wco.declaration", "asw.declaration", "wco-declaration.xsd",
	 "wco-asw.xsl", NULL, 85, false, true},
	{"wco.declaration 200 KB", "wco.declaration", "asw.declaration", "wco-declaration.xsd",
	 "wco-asw.xsl", NULL, 530, false, true},
	{"vn.export 20 lines", "vn.export", "asw.acdd", "vn-export.xsd", "vn-export-acdd.xsl",
	 "vn/dai-ly-hai-phong/05-export-20-lines.xml", 0, false, true},
	{"vn.export 50 lines", "vn.export", "asw.acdd", "vn-export.xsd", "vn-export-acdd.xsl",
	 "vn/dai-ly-hai-phong/06-export-50-lines.xml", 0, false, false},
};

static const struct fact_parameter supplied[] = {
	{"event.number", "307000000010", "number"},
	{"event.port", "THBKK", "port"},
	{"registry.agent.name", "Dai ly Hai quan Hai Phong", "agent"},
	{"route.origin", "VN", "origin"},
	{NULL, NULL, NULL},
};

/* ---- Documents ---- */

static const char head[] =
	"<md:MetaData xmlns:md=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\""
	" xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\">"
	"<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>"
	"<md:WCOTypeName>DEC</md:WCOTypeName>"
	"<md:ResponsibleCountryCode>TH</md:ResponsibleCountryCode><Declaration>"
	"<FunctionCode>9</FunctionCode>"
	"<FunctionalReferenceID>TH-EXP-2026-000101</FunctionalReferenceID>"
	"<TypeCode>EXA</TypeCode>"
	"<Agent><Name>Chao Phraya Forwarding Co., Ltd.</Name><ID>0105551000013</ID></Agent>"
	"<BorderTransportMeans><ModeCode>1</ModeCode></BorderTransportMeans>"
	"<Exporter><Name>Siam Ceramics Co., Ltd.</Name><ID>0105536000123</ID></Exporter>"
	"<GoodsShipment><Consignee><Name>CÔNG TY TNHH GIA DỤNG BÌNH MINH</Name><Address>"
	"<CityName>Thành phố Hồ Chí Minh</CityName><CountryCode>VN</CountryCode>"
	"<Line>123 đường Nguyễn Hữu Thọ, phường Tân Hưng</Line></Address></Consignee>";

static const char line[] =
	"<GovernmentAgencyGoodsItem><SequenceNumeric>%u</SequenceNumeric><Commodity>"
	"<Description>Tableware %u</Description><Classification><ID>69120000</ID>"
	"<IdentificationTypeCode>HS</IdentificationTypeCode></Classification><GoodsMeasure>"
	"<TariffQuantity unitCode=\"KGM\">%u.5</TariffQuantity></GoodsMeasure></Commodity>"
	"<Origin><CountryCode>TH</CountryCode></Origin></GovernmentAgencyGoodsItem>\n";

static struct bytes make_declaration(unsigned lines, struct arena *arena)
{
	struct buffer buffer;
	struct bytes made;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, head);
	for (unsigned i = 1; i <= lines; i++)
		buffer_put_format(&buffer, line, i, i, i * 7);
	buffer_put_text(&buffer, "</GoodsShipment></Declaration></md:MetaData>");
	made = buffer_bytes(&buffer);
	made.at = arena_copy(arena, made);
	buffer_clear(&buffer);
	if (made.at == NULL)
		measure_fail("no memory");
	return made;
}

static struct bytes load_sample(const char *name, struct arena *arena)
{
	const char *path = arena_format(arena, "%s/samples/%s", command_schemas_folder(), name);
	struct bytes bytes;

	if (path == NULL || file_read(path, LIMIT_DOCUMENT_BYTES, arena, &bytes) != OK)
		measure_fail("the sample %s cannot be read", name);
	return bytes;
}

/* ---- Ours ---- */

static void translate(const struct course *course, const struct document *document,
		      struct arena *arena, struct findings *findings,
		      struct translation *ret_translation)
{
	enum err err = translate_document(course->set, document, course->from, course->to,
					  &course->facts, arena, findings, ret_translation);

	if (err != OK || findings_has_errors(findings))
		measure_fail("our translation fails: %s",
			     err != OK ? err_text(err) : findings->items[0].en);
}

static struct arena *new_arena(struct findings *findings)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	if (arena == NULL)
		measure_fail("no memory");
	findings_init(findings, arena);
	return arena;
}

static void run_ours_alone(void *context)
{
	const struct course *course = context;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);

	translate(course, course->document, arena, &findings, &translation);
	arena_free(arena);
}

static void run_ours_whole(void *context)
{
	const struct course *course = context;
	struct document *document = NULL;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	const struct schema *from = NULL;

	if (document_read(course->bytes, LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		from = schema_identify(course->set, document, &findings);
	if (from == NULL || schema_check(course->set, from, document, &findings) != OK)
		measure_fail("our check fails");
	translate(course, document, arena, &findings, &translation);
	document_free(document);
	arena_free(arena);
}

/* ---- Rivals ---- */

static xmlDoc *transform(const struct course *course, xmlDoc *source)
{
	xmlDoc *result = xsltApplyStylesheet(course->stylesheet, source,
					     (const char **)(uintptr_t)course->parameters);

	if (result == NULL)
		measure_fail("libxslt fails");
	return result;
}

static void run_libxslt(void *context)
{
	const struct course *course = context;

	xmlFreeDoc(transform(course, course->rival_document));
}

static void validate(const struct course *course, xmlDoc *document)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(course->xsd);

	if (validator == NULL || xmlSchemaValidateDoc(validator, document) != 0)
		measure_fail("libxml2 says that the document is not valid");
	xmlSchemaFreeValidCtxt(validator);
}

static xmlDoc *parse(struct bytes bytes)
{
	xmlDoc *document = xmlReadMemory((const char *)bytes.at, (int)bytes.len, NULL, NULL,
					 XML_PARSE_NONET | XML_PARSE_COMPACT);

	if (document == NULL)
		measure_fail("libxml2 cannot parse the document");
	return document;
}

static void run_libxml2_libxslt(void *context)
{
	const struct course *course = context;
	xmlDoc *source = parse(course->bytes), *result;
	xmlChar *output = NULL;
	int len = 0;

	validate(course, source);
	result = transform(course, source);
	if (xsltSaveResultToString(&output, &len, result, course->stylesheet) != 0)
		measure_fail("libxslt cannot serialise");
	xmlFree(output);
	xmlFreeDoc(result);
	xmlFreeDoc(source);
}

/* ---- Both give the same ---- */

static struct bytes canonical(xmlDoc *document, struct arena *arena)
{
	xmlChar *text = NULL;
	int len = xmlC14NDocDumpMemory(document, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
	struct bytes bytes;

	if (len < 0)
		measure_fail("no canonical form");
	bytes = bytes_of(arena_copy(arena, bytes_of(text, (size_t)len)), (size_t)len);
	xmlFree(text);
	return bytes;
}

static void compare(const struct course *course, const char *name)
{
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	xmlDoc *result = transform(course, course->rival_document);
	struct bytes theirs = canonical(result, arena);

	translate(course, course->document, arena, &findings, &translation);
	if (!bytes_equal(translation.output, theirs)) {
		fprintf(stderr, "ours:   %.*s\ntheirs: %.*s\n", (int)translation.output.len,
			(const char *)translation.output.at, (int)theirs.len,
			(const char *)theirs.at);
		measure_fail("%s: the outputs differ", name);
	}
	xmlFreeDoc(result);
	arena_free(arena);
}

/* ---- A course ---- */

static xmlSchema *load_xsd(const char *name, struct arena *arena)
{
	const char *path = arena_format(arena, "%s/xsd/%s", command_schemas_folder(), name);
	xmlSchemaParserCtxt *parser = path == NULL ? NULL : xmlSchemaNewParserCtxt(path);
	xmlSchema *xsd = parser == NULL ? NULL : xmlSchemaParse(parser);

	xmlSchemaFreeParserCtxt(parser);
	if (xsd == NULL)
		measure_fail("the XSD %s cannot be read", name);
	return xsd;
}

static void set_supplied(struct course *course, struct arena *arena)
{
	facts_init(&course->facts, arena);
	for (size_t i = 0; supplied[i].fact != NULL; i++) {
		course->parameters[2 * i] = supplied[i].parameter;
		course->parameters[2 * i + 1] = arena_format(arena, "'%s'", supplied[i].value);
		if (course->parameters[2 * i + 1] == NULL ||
		    facts_put(&course->facts, supplied[i].fact, supplied[i].value) != OK)
			measure_fail("no memory");
	}
}

static void open_course(struct course *course, const struct entry *entry,
			const struct measure_options *options, struct arena *arena)
{
	const char *path = arena_format(arena, "%s/../../../tests/bench/%s", options->folder,
					entry->stylesheet);
	struct findings findings;

	set_supplied(course, arena);
	findings_init(&findings, arena);
	course->from = schema_set_find(course->set, entry->from);
	course->to = schema_set_find(course->set, entry->to);
	course->bytes = entry->sample != NULL ? load_sample(entry->sample, arena)
					      : make_declaration(entry->lines, arena);
	course->xsd = load_xsd(entry->xsd, arena);
	course->stylesheet = xsltParseStylesheetFile((const xmlChar *)path);
	if (course->stylesheet == NULL)
		measure_fail("the stylesheet %s cannot be read", path);
	if (document_read(course->bytes, LIMIT_DOCUMENT_BYTES, &findings, &course->document) !=
		    OK ||
	    course->document == NULL)
		measure_fail("%s: the document cannot be read", entry->name);
	course->rival_document = parse(course->bytes);
	compare(course, entry->name);
}

static void close_course(struct course *course)
{
	document_free(course->document);
	xmlFreeDoc(course->rival_document);
	xsltFreeStylesheet(course->stylesheet);
	xmlSchemaFree(course->xsd);
}

static struct measure_result race(const struct course *course,
				  const struct measure_options *options,
				  void (*ours)(void *context), void (*rival)(void *context))
{
	const struct measure_side sides[] = {{"ours", ours, (void *)(uintptr_t)course, 1},
					     {"rival", rival, (void *)(uintptr_t)course, 1}};

	return measure_race(options, &sides[0], &sides[1]);
}

static void print(const char *name, const char *rival, const struct measure_result *result)
{
	printf("%-24s %-16s %10.1f %10.1f %8.2f   %.2f to %.2f\n", name, rival, result->ours.cpu_us,
	       result->rival.cpu_us, result->cpu.median, result->cpu.lowest, result->cpu.highest);
}

static void run_entry(const struct entry *entry, struct schema_set *set,
		      const struct measure_options *options, json_t *json)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct course course = {.set = set};
	struct measure_result alone, whole;

	if (arena == NULL)
		measure_fail("no memory");
	open_course(&course, entry, options, arena);
	alone = race(&course, options, run_ours_alone, run_libxslt);
	whole = race(&course, options, run_ours_whole, run_libxml2_libxslt);
	if (options->as_json)
		json_array_append_new(json_object_get(json, "cases"),
				      json_pack("{s:s, s:I, s:o, s:o}", "case", entry->name,
						"bytes", (json_int_t)course.bytes.len, "libxslt",
						measure_json(&alone), "libxml2+libxslt",
						measure_json(&whole)));
	if (!options->as_json) {
		print(entry->name, "libxslt", &alone);
		print("", "libxml2+libxslt", &whole);
	}
	if (entry->is_headline)
		json_object_set_new(json, "ratio",
				    json_pack("{s:f, s:f}", "libxslt",
					      measure_round(alone.cpu.median), "libxml2+libxslt",
					      measure_round(whole.cpu.median)));
	close_course(&course);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	struct measure_options options;
	struct schema_set *set;
	json_t *json =
		json_pack("{s:s, s:s, s:[]}", "bench", "translate", "of", "CPU time", "cases");
	int code;

	measure_begin(argc, argv, &options);
	process_keep_memory(WORK_KEPT_BYTES); /* as a worker does; the rival has the same */
	if ((code = command_set_load(&set)) != 0)
		return code;
	if (!options.as_json)
		printf("translate: CPU us per document, and rival / ours (higher is better)\n"
		       "%-24s %-16s %10s %10s %8s   %s\n",
		       "", "rival", "ours", "rival", "ratio", "rounds from");
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (entries[i].in_quick || !options.is_quick)
			run_entry(&entries[i], set, &options, json);
	if (options.as_json)
		measure_print_json(json);
	else
		json_decref(json);
	schema_set_free(set);
	xsltCleanupGlobals();
	return EX_OK;
}
