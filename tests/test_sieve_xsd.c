/*
 * The sieve against libxml2 on types and content models that no shipped XSD has: what passes must
 * be valid.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/bind.h"
#include "messages/trunk_xml.h"
#include "messages/xsd.h"
#include "sampan/limit.h"
#include "tests/support/mutate.h"

#define HEAD \
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:t' targetNamespace='urn:t'" \
	" elementFormDefault='qualified'>"
#define XSI "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "

struct bench {
	struct arena *arena;
	struct findings findings;
	char path[64];
	xmlSchema *xsd;
	const struct shape *shape;
	const struct sieve *sieve;
	size_t tried;
	size_t valid;
	size_t passed;
};

static void quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* Both made of the XSD; false: libxml2 does not take it. */
static bool open_bench(struct bench *bench, const char *xsd)
{
	xmlSchemaParserCtxt *parser;
	FILE *file;
	int handle;

	*bench = (struct bench){.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES),
				.path = "/tmp/sampan-sieve-XXXXXX"};
	findings_init(&bench->findings, bench->arena);
	handle = mkstemp(bench->path);
	assert_true(handle >= 0);
	file = fdopen(handle, "w");
	fputs(xsd, file);
	assert_int_equal(fclose(file), 0);
	parser = xmlSchemaNewParserCtxt(bench->path);
	xmlSchemaSetParserErrors(parser, quiet, quiet, NULL);
	bench->xsd = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	if (bench->xsd == NULL)
		return false;
	if (shape_load(bench->path, "R", bench->arena, &bench->findings, &bench->shape) != OK)
		fail_msg("%s: %s", bench->findings.items[0].en, xsd);
	assert_int_equal(sieve_load(bench->path, bench->shape, bench->arena, &bench->findings,
				    &bench->sieve),
			 OK);
	return true;
}

static void close_bench(struct bench *bench)
{
	xmlSchemaFree(bench->xsd);
	unlink(bench->path);
	arena_free(bench->arena);
}

static bool is_valid(struct bench *bench, xmlDoc *document)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(bench->xsd);
	int result;

	xmlSchemaSetValidErrors(validator, quiet, quiet, NULL);
	result = xmlSchemaValidateDoc(validator, document);
	xmlSchemaFreeValidCtxt(validator);
	return result == 0;
}

/* As of a document that libxml2 has read. */
static bool sieve_passes(struct bench *bench, const xmlDoc *document)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct trunk trunk;
	bool passes;

	assert_int_equal(trunk_of_xml(document, arena, &trunk), OK);
	bind_trunk(&trunk, bench->shape, bench->sieve);
	passes = trunk.passes;
	arena_free(arena);
	return passes;
}

/* Does it pass? Fails when it does and is not valid. */
static bool try_document(struct bench *bench, xmlDoc *document, const char *what)
{
	bool passes = sieve_passes(bench, document);
	bool valid = is_valid(bench, document);

	if (passes && !valid) {
		xmlDocDump(stdout, document);
		fail_msg("%s: passes and is not valid", what);
	}
	bench->tried++;
	bench->valid += valid;
	bench->passed += passes;
	return passes;
}

static bool try_text(struct bench *bench, const char *text, const char *what)
{
	xmlDoc *document =
		xmlReadMemory(text, (int)strlen(text), NULL, NULL,
			      XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	bool passes;

	if (document == NULL)
		fail_msg("not XML: %s", text);
	passes = try_document(bench, document, what);
	xmlFreeDoc(document);
	return passes;
}

static size_t rounds(size_t ordinary)
{
	const char *factor = getenv("SAMPAN_MUTATIONS");

	return factor == NULL ? ordinary : ordinary * strtoul(factor, NULL, 10);
}

/* ---- Values ---- */

struct type {
	const char *base;
	const char *facets;
	const char *good; /* passes */
	bool has_gap;
};

static const struct type types[] = {
	{"xs:string", "", "a b", false},
	{"xs:normalizedString", "", "a  b", false},
	{"xs:token", "", " a b\n", false},
	{"xs:decimal", "", "-12.50", false},
	{"xs:integer", "", "+12", false},
	{"xs:nonNegativeInteger", "", "12", false},
	{"xs:positiveInteger", "", "1", false},
	{"xs:nonPositiveInteger", "", "-3", false},
	{"xs:negativeInteger", "", "-3", false},
	{"xs:long", "", "-999999999999999999", false},
	{"xs:int", "", "-2147483648", false},
	{"xs:short", "", "32767", false},
	{"xs:byte", "", "-128", false},
	{"xs:unsignedLong", "", "7", false},
	{"xs:unsignedInt", "", "4294967295", false},
	{"xs:unsignedShort", "", "65535", false},
	{"xs:unsignedByte", "", "255", false},
	{"xs:boolean", "", "true", false},
	{"xs:date", "", "2024-02-29", false},
	{"xs:dateTime", "", "2026-01-31T23:59:59.5+07:00", false},
	{"xs:time", "", "23:59:59Z", false},
	{"xs:gYear", "", "2026", false},
	{"xs:gYearMonth", "", "2026-12", false},
	{"xs:anyURI", "", "https://example.org/a/b", false},
	{"xs:language", "", "vi-VN", false},
	{"xs:NMTOKEN", "", "1a:b.c", false},
	{"xs:Name", "", "a:b", false},
	{"xs:NCName", "", "_a-1", false},
	{"xs:string", "<xs:length value='3'/>", "\xC3\xA9\xF0\x9D\x92\xB3x", false},
	{"xs:string", "<xs:minLength value='2'/><xs:maxLength value='4'/>", "abcd", false},
	{"xs:string", "<xs:minLength value='1'/><xs:maxLength value='35'/>", "a", false},
	{"xs:string", "<xs:whiteSpace value='collapse'/><xs:maxLength value='4'/>", " abcd ",
	 false},
	{"xs:string", "<xs:whiteSpace value='replace'/><xs:maxLength value='4'/>", " a  ", false},
	{"xs:string", "<xs:whiteSpace value='preserve'/><xs:maxLength value='4'/>", "a\nb", false},
	{"xs:token", "<xs:length value='4'/>", " abcd ", false},
	{"xs:token", "<xs:minLength value='1'/><xs:pattern value='[a-z ]+'/>", " a b ", false},
	{"xs:token", "<xs:enumeration value='a b'/><xs:enumeration value='c'/>", " c ", false},
	{"xs:string", "<xs:enumeration value='VN'/><xs:enumeration value='TH'/>", "TH", false},
	{"xs:string", "<xs:enumeration value=''/><xs:enumeration value=' x'/>", " x", false},
	{"xs:string", "<xs:pattern value='[A-Z]{2}'/><xs:pattern value='[0-9]+'/>", "12", false},
	{"xs:string", "<xs:pattern value='\\w+'/>", "Ab1", false},
	{"xs:string", "<xs:pattern value='\\i\\c*'/>", "a-1", false},
	{"xs:string", "<xs:pattern value='\\d{4}-\\d\\d'/>", "2026-01", false},
	{"xs:string", "<xs:pattern value='\\p{Lu}\\p{Ll}*'/>", "Abc", false},
	{"xs:string", "<xs:pattern value='[^\\p{L}]*'/>", "12", false},
	{"xs:string", "<xs:pattern value='.{0,5}'/><xs:maxLength value='4'/>", "\xC3\xA9", false},
	{"xs:NMTOKEN", "<xs:maxLength value='3'/>", "a.b", false},
	{"xs:NCName", "<xs:minLength value='2'/><xs:maxLength value='3'/>", "abc", false},
	{"xs:decimal", "<xs:totalDigits value='5'/><xs:fractionDigits value='2'/>", "123.45",
	 false},
	{"xs:decimal", "<xs:totalDigits value='3'/>", "0.05", false},
	{"xs:decimal", "<xs:fractionDigits value='0'/>", "5.00", false},
	{"xs:decimal", "<xs:minInclusive value='0'/><xs:maxExclusive value='100'/>", "99.99",
	 false},
	{"xs:decimal", "<xs:minExclusive value='-1.5'/><xs:maxInclusive value='0.001'/>", "-1.49",
	 false},
	{"xs:decimal", "<xs:minInclusive value='0.1'/><xs:totalDigits value='4'/>", "0.10", false},
	{"xs:decimal", "<xs:pattern value='[0-9]+\\.[0-9]{2}'/>", "1.50", false},
	{"xs:decimal", "<xs:enumeration value='1.0'/><xs:enumeration value='20'/>", "20", false},
	{"xs:integer", "<xs:minInclusive value='1'/><xs:maxInclusive value='99999'/>", "99999",
	 false},
	{"xs:integer", "<xs:totalDigits value='3'/>", "-007", false},
	{"xs:int", "<xs:maxInclusive value='-5'/>", "-5", false},
	{"xs:positiveInteger", "<xs:maxExclusive value='10'/>", "9", false},
	{"xs:boolean", "<xs:pattern value='true|false'/>", "false", false},
	{"xs:date", "<xs:pattern value='[0-9]{4}-[0-9]{2}-[0-9]{2}'/>", "2026-02-28", false},
	{"xs:dateTime", "<xs:pattern value='.*Z'/>", "2026-02-28T00:00:00Z", false},
	{"xs:anyURI", "<xs:pattern value='urn:.*'/>", "urn:a:b", false},
	{"xs:language", "<xs:pattern value='..'/>", "vi", false},
	{"xs:date", "<xs:minInclusive value='2026-01-01'/>", NULL, true},
	{"xs:double", "", NULL, true},
	{"xs:float", "", NULL, true},
	{"xs:duration", "", NULL, true},
	{"xs:base64Binary", "", NULL, true},
	{"xs:hexBinary", "", NULL, true},
	{"xs:gMonth", "", NULL, true},
	{"xs:QName", "", NULL, true},
	{"xs:ID", "", NULL, true},
	{"xs:IDREF", "", NULL, true},
	{"xs:anyURI", "<xs:maxLength value='9'/>", NULL, true},
	{"xs:string", "<xs:pattern value='[a-z-[aeiou]]+'/>", NULL, true},
};

/* Element, element that restricts it once more, attribute. */
static const char *types_xsd(struct arena *arena, const struct type *type)
{
	return arena_format(
		arena,
		HEAD
		"<xs:simpleType name='T'><xs:restriction base='%s'>%s</xs:restriction></xs:simpleType>"
		"<xs:simpleType name='U'><xs:restriction base='T'/></xs:simpleType>"
		"<xs:complexType name='C'><xs:simpleContent><xs:extension base='U'>"
		"<xs:attribute name='a' type='T'/></xs:extension></xs:simpleContent></xs:complexType>"
		"<xs:complexType name='D'><xs:simpleContent><xs:restriction base='C'>%s"
		"</xs:restriction></xs:simpleContent></xs:complexType>"
		"<xs:element name='R'><xs:complexType><xs:sequence>"
		"<xs:element name='e' type='T' minOccurs='0'/>"
		"<xs:element name='f' type='D' minOccurs='0'/>"
		"</xs:sequence></xs:complexType></xs:element></xs:schema>",
		type->base, type->facets,
		strstr(type->facets, "Exclusive") == NULL ? type->facets : "");
}

static xmlDoc *document_with(const char *name, const char *attribute, const char *value)
{
	xmlDoc *document = xmlNewDoc(NULL);
	xmlNode *root = xmlNewDocNode(document, NULL, (const xmlChar *)"R", NULL), *child;

	xmlDocSetRootElement(document, root);
	xmlSetNs(root, xmlNewNs(root, (const xmlChar *)"urn:t", NULL));
	child = xmlNewChild(root, root->ns, (const xmlChar *)name, NULL);
	if (attribute != NULL)
		xmlSetProp(child, (const xmlChar *)attribute, (const xmlChar *)value);
	else
		xmlNodeAddContent(child, (const xmlChar *)value);
	return document;
}

static bool try_value(struct bench *bench, const char *name, const char *attribute,
		      const char *value)
{
	xmlDoc *document = document_with(name, attribute, value);
	bool passes = try_document(bench, document, value);

	xmlFreeDoc(document);
	return passes;
}

static void try_type(const struct type *type, uint64_t seed)
{
	struct bench bench;
	struct arena *arena = arena_new(1u << 20);

	if (!open_bench(&bench, types_xsd(arena, type)))
		fail_msg("libxml2 does not take %s %s", type->base, type->facets);
	if ((sieve_gap(bench.sieve) != NULL) != type->has_gap)
		fail_msg("%s %s: gap %s", type->base, type->facets,
			 type->has_gap ? "expected" : sieve_gap(bench.sieve));
	if (type->good != NULL && (!try_value(&bench, "e", NULL, type->good) ||
				   !try_value(&bench, "f", NULL, type->good)))
		fail_msg("%s does not pass as %s %s", type->good, type->base, type->facets);
	for (size_t i = 0; i < rounds(400); i++) {
		char value[8200];

		snprintf(value, sizeof(value), "%s", mutate_value(&seed, type->good));
		(void)try_value(&bench, "e", NULL, value);
		(void)try_value(&bench, "f", NULL, value);
	}
	if (type->has_gap)
		assert_int_equal(bench.passed, 0);
	close_bench(&bench);
	arena_free(arena);
}

static void no_value_passes_that_libxml2_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		try_type(&types[i], i);
}

/* ---- Content ---- */

#define E(name, occurs) "<xs:element name='" name "' type='xs:string' " occurs "/>"
#define MANY "maxOccurs='unbounded'"
#define OPTIONAL "minOccurs='0'"

/* What stands in the root's xs:complexType; elements are a, b, c, d. */
static const char *const models[] = {
	"",
	"<xs:sequence/>",
	"<xs:sequence>" E("a", "") "</xs:sequence>",
	"<xs:sequence>" E("a", OPTIONAL) "</xs:sequence>",
	"<xs:sequence>" E("a", OPTIONAL) E("b", "") E("c", OPTIONAL) E("d", MANY) "</xs:sequence>",
	"<xs:sequence>" E("a", "minOccurs='2' maxOccurs='4'") E("b", "maxOccurs='3'")
		E("c", "minOccurs='0' maxOccurs='2'") "</xs:sequence>",
	"<xs:sequence>" E("a", "maxOccurs='999'") E("b", OPTIONAL) "</xs:sequence>",
	"<xs:sequence minOccurs='0'>" E("a", "") E("b", "") "</xs:sequence>",
	"<xs:sequence minOccurs='2' maxOccurs='3'>" E("a", "") E("b", OPTIONAL) "</xs:sequence>",
	"<xs:sequence " MANY ">" E("a", "") E("b", "") "</xs:sequence>",
	"<xs:sequence minOccurs='0' " MANY ">" E("a", OPTIONAL) E("b", OPTIONAL) "</xs:sequence>",
	"<xs:choice>" E("a", "") E("b", MANY) E("c", "minOccurs='2' maxOccurs='3'") "</xs:choice>",
	"<xs:choice minOccurs='0'>" E("a", "") E("b", "") "</xs:choice>",
	"<xs:choice " MANY ">" E("a", "") E("b", "") E("c", "") "</xs:choice>",
	"<xs:choice minOccurs='2' maxOccurs='4'>" E("a", "") E("b", "") "</xs:choice>",
	"<xs:choice>" E("a", OPTIONAL) E("b", "") "</xs:choice>",
	"<xs:choice minOccurs='2' maxOccurs='2'>" E("a", OPTIONAL) E("b", "") "</xs:choice>",
	"<xs:all>" E("a", "") E("b", OPTIONAL) E("c", "") "</xs:all>",
	"<xs:all minOccurs='0'>" E("a", "") E("b", "") "</xs:all>",
	"<xs:sequence>" E("a", "") "<xs:choice>" E("b", "")
		E("c", MANY) "</xs:choice>" E("d", OPTIONAL) "</xs:sequence>",
	"<xs:sequence>" E("a", "") "<xs:choice minOccurs='0' " MANY ">" E("b", "")
		E("c", "") "</xs:choice>" E("d", "") "</xs:sequence>",
	"<xs:sequence>" E("a", OPTIONAL) "<xs:sequence minOccurs='0' maxOccurs='3'>" E("b", "")
		E("c", OPTIONAL) "</xs:sequence>" E("d", OPTIONAL) "</xs:sequence>",
	"<xs:sequence><xs:sequence minOccurs='2' maxOccurs='3'>" E("a", "")
		E("b", OPTIONAL) "</xs:sequence>" E("c",
						    "minOccurs='0' maxOccurs='2'") "</xs:sequence>",
	"<xs:sequence><xs:sequence maxOccurs='2'>" E("a", OPTIONAL) "<xs:choice>" E("b", "")
		E("c", "") "</xs:choice></xs:sequence>" E("d", OPTIONAL) "</xs:sequence>",
	"<xs:choice><xs:sequence>" E("a", "") E("b", "") "</xs:sequence><xs:sequence>" E("c", "")
		E("d", OPTIONAL) "</xs:sequence></xs:choice>",
	"<xs:choice maxOccurs='3'><xs:sequence>" E("a", "maxOccurs='2'")
		E("b", "") "</xs:sequence><xs:choice>" E("c", "")
			E("d", "") "</xs:choice></xs:choice>",
	"<xs:sequence>" E("a", "") E("b", "") E("a", "") "</xs:sequence>",
	"<xs:sequence>" E("a", "minOccurs='2' maxOccurs='2'") E("b", OPTIONAL)
		E("a", OPTIONAL) "</xs:sequence>",
	"<xs:sequence>" E("a", "") "<xs:sequence minOccurs='0'>" E("b", "")
		E("a", "") "</xs:sequence></xs:sequence>",
	"<xs:sequence><xs:sequence minOccurs='0'><xs:sequence minOccurs='0' maxOccurs='2'>" E(
		"a", "") "</xs:sequence>" E("b", OPTIONAL) "</xs:sequence>" E("c",
									      "") "</xs:sequence>",
	"<xs:sequence><xs:choice minOccurs='3' maxOccurs='5'>" E("a", "")
		E("b", "minOccurs='2' maxOccurs='3'") "</xs:choice></xs:sequence>",
};

static void put_children(struct bench *bench, uint64_t *seed, char *to, size_t room)
{
	static const char *const children[] = {"<a/>",
					       "<b/>",
					       "<c/>",
					       "<d/>",
					       "<a>x</a>",
					       "<b> </b>",
					       "<e/>",
					       "<a xmlns=''/>",
					       "<a><b/></a>",
					       "<a b='1'/>",
					       " ",
					       "\n\t",
					       "x",
					       "<!-- -->",
					       "<?p?>",
					       "<![CDATA[ ]]>",
					       "<![CDATA[x]]>",
					       "&#160;",
					       "<a xsi:nil='true'/>"};
	size_t kinds = mutate_next(seed) % 4 == 0 ? 19 : 4;
	size_t count = mutate_next(seed) % 9;
	size_t len = 0;

	(void)bench;
	*to = '\0';
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(to + len, room - len, "%s",
					children[mutate_next(seed) % kinds]);
}

/* All rows of up to six children of four names, and many that hold something else. */
static void try_model(struct bench *bench, const char *model, uint64_t seed)
{
	char text[2000];

	for (size_t len = 0; len <= 6; len++) {
		for (size_t i = 0; i < (size_t)1 << 2 * len; i++) {
			size_t at = (size_t)snprintf(text, sizeof(text), "<R xmlns='urn:t'>");

			for (size_t k = 0; k < len; k++)
				at += (size_t)snprintf(text + at, sizeof(text) - at, "<%c/>",
						       (char)('a' + (i >> 2 * k & 3)));
			snprintf(text + at, sizeof(text) - at, "</R>");
			(void)try_text(bench, text, model);
		}
	}
	for (size_t i = 0; i < rounds(500); i++) {
		size_t at = (size_t)snprintf(text, sizeof(text), "<R " XSI "xmlns='urn:t'>");

		put_children(bench, &seed, text + at, sizeof(text) - at - 5);
		strcat(text, "</R>");
		(void)try_text(bench, text, model);
	}
}

static void no_content_passes_that_libxml2_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct arena *arena = arena_new(1u << 20);
		struct bench bench;

		if (!open_bench(&bench,
				arena_format(arena,
					     HEAD "<xs:element name='R'><xs:complexType>%s"
						  "</xs:complexType></xs:element></xs:schema>",
					     models[i])))
			fail_msg("libxml2 does not take %s", models[i]);
		try_model(&bench, models[i], i);
		if (sieve_gap(bench.sieve) == NULL)
			assert_true(bench.passed * 4 >= bench.valid * 3);
		close_bench(&bench);
		arena_free(arena);
	}
}

/* ---- Gaps ---- */

/* Parts of an XSD that the tables do not know: noted, and nothing passes. */
static const char *const gaps[] = {
	"<xs:element name='R'><xs:complexType><xs:sequence>" E(
		"a",
		"") "</xs:sequence></xs:complexType><xs:unique name='u'><xs:selector xpath='a'/>"
		    "<xs:field xpath='.'/></xs:unique></xs:element>",
	"<xs:element name='R' type='xs:string' default='x'/>",
	"<xs:element name='R' type='xs:string' fixed='x'/>",
	"<xs:simpleType name='L'><xs:restriction base='xs:string'/></xs:simpleType>"
	"<xs:attributeGroup name='g'/><xs:element name='R' type='L'/>",
	"<xs:element name='R' type='xs:double'/>",
};

static void what_the_tables_do_not_know_never_passes(void **state)
{
	static const char *const texts[] = {"<R xmlns='urn:t'/>", "<R xmlns='urn:t'>x</R>",
					    "<R xmlns='urn:t'><a/></R>"};

	(void)state;
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		struct arena *arena = arena_new(1u << 20);
		struct bench bench;

		if (!open_bench(&bench, arena_format(arena, HEAD "%s</xs:schema>", gaps[i])))
			fail_msg("libxml2 does not take %s", gaps[i]);
		assert_non_null(sieve_gap(bench.sieve));
		for (size_t k = 0; k < 3; k++)
			assert_false(try_text(&bench, texts[k], gaps[i]));
		close_bench(&bench);
		arena_free(arena);
	}
}

/* ---- Attributes ---- */

static const struct {
	const char *text;
	bool passes;
} attributed[] = {
	{"<R xmlns='urn:t' r='1'/>", true},
	{"<R xmlns='urn:t' r='1' o='x' f='F' d='z'/>", true},
	{"<R xmlns='urn:t' o='x'/>", false},
	{"<R xmlns='urn:t' r=''/>", false},
	{"<R xmlns='urn:t' r='one'/>", false},
	{"<R xmlns='urn:t' r='1' f='G'/>", false},
	{"<R xmlns='urn:t' r='1' x='G'/>", false},
	{"<R xmlns='urn:t' xmlns:t='urn:t' t:r='1'/>", false},
	{"<R xmlns='urn:t' xmlns:t='urn:t' r='1' t:o='1'/>", false},
	{"<R xmlns='urn:t' " XSI "r='1' xsi:schemaLocation='a b'/>", true},
	{"<R xmlns='urn:t' " XSI "r='1' xsi:noNamespaceSchemaLocation='a'/>", true},
	{"<R xmlns='urn:t' " XSI "r='1' xsi:nil='false'/>", false},
	{"<R xmlns='urn:t' " XSI "r='1' xsi:type='x'/>", false},
	{"<R xmlns='urn:t' r='1' xml:lang='vi'/>", false},
	{"<R xmlns='urn:t' r='1'> </R>", false},
	{"<R xmlns='urn:t' r='1'><!-- --><?p?></R>", true},
	{"<R xmlns='urn:u' r='1'/>", false},
	{"<R r='1'/>", false},
	{"<S xmlns='urn:t' r='1'/>", false},
};

static void attributes_are_as_the_xsd_says(void **state)
{
	struct bench bench;

	(void)state;
	assert_true(open_bench(&bench, HEAD "<xs:element name='R'><xs:complexType>"
					    "<xs:attribute name='r' use='required' type='xs:int'/>"
					    "<xs:attribute name='o'/>"
					    "<xs:attribute name='f' type='xs:string' fixed='F'/>"
					    "<xs:attribute name='d' type='xs:string' default='D'/>"
					    "</xs:complexType></xs:element></xs:schema>"));
	assert_null(sieve_gap(bench.sieve));
	for (size_t i = 0; i < sizeof(attributed) / sizeof(attributed[0]); i++) {
		if (try_text(&bench, attributed[i].text, "attributes") != attributed[i].passes)
			fail_msg("%s", attributed[i].text);
	}
	close_bench(&bench);
}

static void elements_of_one_name_are_told_apart_by_namespace(void **state)
{
	static const struct {
		const char *inside;
		bool passes;
	} cases[] = {{"<a>1</a><a xmlns=''>x</a>", true},
		     {"<a>1</a>", true},
		     {"<a>1</a><a>2</a>", false},
		     {"<a xmlns=''>x</a>", false},
		     {"<a>1</a><a xmlns=''>x</a><a xmlns=''>x</a>", true},
		     {"<a>y</a><a xmlns=''>x</a>", false},
		     {"<a>1</a><a xmlns='urn:u'>x</a>", false}};
	struct bench bench;

	(void)state;
	assert_true(open_bench(
		&bench,
		HEAD "<xs:element name='R'><xs:complexType><xs:sequence>"
		     "<xs:element name='a' type='xs:int'/>"
		     "<xs:element name='a' form='unqualified' type='xs:string' minOccurs='0'"
		     " maxOccurs='2'/></xs:sequence></xs:complexType></xs:element></xs:schema>"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[300];

		snprintf(text, sizeof(text), "<R xmlns='urn:t'>%s</R>", cases[i].inside);
		if (try_text(&bench, text, "namesakes") != cases[i].passes)
			fail_msg("%s", text);
	}
	close_bench(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_value_passes_that_libxml2_refuses),
		cmocka_unit_test(no_content_passes_that_libxml2_refuses),
		cmocka_unit_test(what_the_tables_do_not_know_never_passes),
		cmocka_unit_test(attributes_are_as_the_xsd_says),
		cmocka_unit_test(elements_of_one_name_are_told_apart_by_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
