#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "messages/schema.h"
#include "messages/schema_files.h"
#include "sampan/limit.h"

struct fixture {
	struct arena *arena;
	struct findings findings;
	struct schema_set *set;
	struct document *document;
	char folder[64]; /* of a set made for one test; "" when there is none */
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&fixture->findings, fixture->arena);
	*state = fixture;
	return 0;
}

/* The command finds the set's folder as $SET. */
static void run(struct fixture *fixture, const char *command)
{
	assert_int_equal(setenv("SET", fixture->folder, 1), 0);
	assert_int_equal(system(command), 0);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (*fixture->folder != 0)
		run(fixture, "rm -rf $SET");
	document_free(fixture->document);
	schema_set_free(fixture->set);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

/* ---- A small set, made anew for each test ---- */

static const char tiny_xsd[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t' xmlns='urn:t'"
	" elementFormDefault='qualified'>\n"
	"<xs:simpleType name='Upper'><xs:restriction base='xs:string'><xs:maxLength value='3'/>"
	"<xs:pattern value='[A-Z]*'/></xs:restriction></xs:simpleType>\n"
	"<xs:simpleType name='Money'><xs:restriction base='xs:decimal'><xs:totalDigits value='5'/>"
	"<xs:fractionDigits value='2'/></xs:restriction></xs:simpleType>\n"
	"<xs:simpleType name='Way'><xs:restriction base='xs:string'><xs:enumeration value='A'/>"
	"<xs:enumeration value='B'/></xs:restriction></xs:simpleType>\n"
	"<xs:simpleType name='Filled'><xs:restriction base='xs:string'><xs:minLength value='2'/>"
	"</xs:restriction></xs:simpleType>\n"
	"<xs:simpleType name='Two'><xs:restriction base='xs:string'><xs:length value='2'/>"
	"</xs:restriction></xs:simpleType>\n"
	"<xs:simpleType name='Share'><xs:restriction base='xs:decimal'><xs:minInclusive value='1'/>"
	"<xs:maxInclusive value='9'/></xs:restriction></xs:simpleType>\n"
	"<xs:element name='Doc'><xs:complexType><xs:sequence>\n"
	"<xs:element name='Code' type='Upper'><xs:annotation><xs:appinfo source='vnaccs'>EPC"
	"</xs:appinfo></xs:annotation></xs:element>\n"
	"<xs:element name='Money' type='Money' minOccurs='0'/>\n"
	"<xs:element name='Way' type='Way' minOccurs='0'/>\n"
	"<xs:element name='Filled' type='Filled' minOccurs='0'/>\n"
	"<xs:element name='Two' type='Two' minOccurs='0'/>\n"
	"<xs:element name='Share' type='Share' minOccurs='0'/>\n"
	"<xs:element name='Day' type='xs:date' minOccurs='0'/>\n"
	"<xs:element name='Yes' type='xs:boolean' minOccurs='0'/>\n"
	"<xs:element name='Amount' minOccurs='0'><xs:complexType><xs:simpleContent>"
	"<xs:extension base='Money'><xs:attribute name='unit' type='Upper' use='required'/>"
	"</xs:extension></xs:simpleContent></xs:complexType></xs:element>\n"
	"<xs:element name='Part' minOccurs='0'><xs:complexType><xs:sequence>"
	"<xs:element name='A' type='xs:string'><xs:annotation><xs:appinfo source='wco'>017"
	"</xs:appinfo></xs:annotation></xs:element><xs:element name='B' type='xs:string'/>"
	"</xs:sequence></xs:complexType></xs:element>\n"
	"</xs:sequence></xs:complexType></xs:element></xs:schema>\n";

static const char tiny_kind[] =
	"<kind xmlns='urn:sampan:kind:1' id='x.doc' version='1' xsd='tiny.xsd' root='Doc' namespace='urn:t'>\n"
	"<title xml:lang='vi'>Thử</title><title xml:lang='en'>Trial</title>\n"
	"<fact name='reference' path='/Doc/Code'/><fact name='office' path='/Doc/Filled' first='2'/>"
	"<fact name='unit' path='/Doc/Amount/@unit'/><fact name='function' path='/Doc/Way'/>"
	"<fact name='type' path='/Doc/Two'/><fact name='country' value='VN'/>\n"
	"<meaning function='A' type='XX' is='cancellation'/><meaning function='A' is='amendment'/>\n"
	"<key name='one' parts='country reference'/><key name='two' parts='country unit' exclusive='yes'/>"
	"\n</kind>\n";

static void write_file(struct fixture *fixture, const char *name, const char *text)
{
	FILE *file = fopen(arena_format(fixture->arena, "%s/%s", fixture->folder, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void make_set(struct fixture *fixture)
{
	strcpy(fixture->folder, "/tmp/sampan-test-schema-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	run(fixture, "cd $SET && mkdir catalogue kinds lists maps rules xsd");
	run(fixture, "cp schemas/xsd/kind.xsd schemas/xsd/map.xsd schemas/xsd/xml.xsd $SET/xsd/");
	run(fixture, "cp schemas/catalogue/findings.xml $SET/catalogue/");
	write_file(fixture, "xsd/tiny.xsd", tiny_xsd);
	write_file(fixture, "kinds/x.doc.xml", tiny_kind);
}

static void load_set(struct fixture *fixture, const char *folder)
{
	enum err err = schema_set_load(folder, &fixture->findings, &fixture->set);

	if (fixture->findings.count > 0)
		print_message("%s:%u: %s\n", fixture->findings.items[0].path,
			      fixture->findings.items[0].line, fixture->findings.items[0].en);
	assert_int_equal(err, OK);
	assert_int_equal(fixture->findings.count, 0);
}

static void load_tiny(struct fixture *fixture)
{
	make_set(fixture);
	load_set(fixture, fixture->folder);
}

static const struct schema *read_document(struct fixture *fixture, struct bytes bytes)
{
	document_free(fixture->document);
	fixture->document = NULL;
	findings_init(&fixture->findings, fixture->arena);
	assert_int_equal(
		document_read(bytes, LIMIT_DOCUMENT_BYTES, &fixture->findings, &fixture->document),
		OK);
	assert_non_null(fixture->document);
	return schema_identify(fixture->set, fixture->document, &fixture->findings);
}

static void check_text(struct fixture *fixture, const char *text)
{
	const struct schema *schema = read_document(fixture, bytes_of_text(text));

	assert_non_null(schema);
	assert_int_equal(schema_check(fixture->set, schema, fixture->document, &fixture->findings),
			 OK);
}

/* ---- The set ---- */

static void the_shipped_set_loads(void **state)
{
	struct fixture *fixture = *state;
	const struct schema *schema;

	load_set(fixture, "schemas");
	assert_true(schema_set_count(fixture->set) > 3);
	schema = schema_set_find(fixture->set, "vn.export");
	assert_non_null(schema);
	assert_string_equal(schema_id(schema), "vn.export");
	assert_ptr_equal(schema_set_find(fixture->set, schema_full_id(schema)), schema);
	assert_string_equal(schema_shape(schema)->name, "Envelope");
	assert_null(schema_set_find(fixture->set, "vn.exports"));
	for (size_t i = 1; i < schema_set_count(fixture->set); i++)
		assert_true(strcmp(schema_id(schema_set_at(fixture->set, i - 1)),
				   schema_id(schema_set_at(fixture->set, i))) <= 0);
}

static void the_hash_is_what_sha256sum_says(void **state)
{
	struct fixture *fixture = *state;
	char expected[HASH_HEX_BYTES] = "", hex[HASH_HEX_BYTES];
	FILE *pipe;

	make_set(fixture);
	run(fixture, "mkdir -p $SET/lists/deep $SET/samples");
	write_file(fixture, "lists/deep/notes", "not a list, and hashed all the same\n");
	write_file(fixture, "lists/b-a.tsv", "A\tB\n");
	write_file(fixture, "lists/b.tsv", "A\tB\n");
	write_file(fixture, "samples/x", "not hashed");
	load_set(fixture, fixture->folder);
	pipe = popen(arena_format(fixture->arena,
				  "cd %s && find catalogue kinds lists maps rules xsd -type f | "
				  "LC_ALL=C sort | xargs sha256sum | sha256sum",
				  fixture->folder),
		     "r");
	assert_non_null(pipe);
	assert_int_equal(fread(expected, 1, HASH_HEX_BYTES - 1, pipe), HASH_HEX_BYTES - 1);
	pclose(pipe);
	hash_format_hex(schema_set_hash(fixture->set), hex);
	assert_string_equal(hex, expected);
}

static void the_newest_version_is_found_by_the_bare_id(void **state)
{
	struct fixture *fixture = *state;
	char *second;

	make_set(fixture);
	second = arena_text(fixture->arena, bytes_of_text(tiny_kind));
	memcpy(strstr(second, "version='1'"), "version='2'", 11);
	write_file(fixture, "kinds/x.doc.2.xml", second);
	load_set(fixture, fixture->folder);
	assert_int_equal(schema_set_count(fixture->set), 2);
	assert_string_equal(schema_full_id(schema_set_find(fixture->set, "x.doc")), "x.doc/2");
	assert_string_equal(schema_full_id(schema_set_find(fixture->set, "x.doc/1")), "x.doc/1");
	assert_string_equal(schema_title(schema_set_find(fixture->set, "x.doc"), true), "Thử");
	assert_string_equal(schema_title(schema_set_find(fixture->set, "x.doc"), false), "Trial");
}

static void folders_without_lists_and_maps_are_fine(void **state)
{
	struct fixture *fixture = *state;

	make_set(fixture);
	run(fixture, "rmdir $SET/lists $SET/maps");
	load_set(fixture, fixture->folder);
	assert_int_equal(schema_set_map_count(fixture->set), 0);
	assert_null(schema_set_list(fixture->set, "any"));
	assert_null(schema_set_map(fixture->set, schema_set_at(fixture->set, 0),
				   schema_set_at(fixture->set, 0)));
}

static void a_missing_folder_is_missing(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(schema_set_load("/nowhere", &fixture->findings, &fixture->set),
			 ERR_MISSING);
	assert_null(fixture->set);
}

static const struct {
	const char *file;
	const char *from; /* replaced in the file's good text */
	const char *to;
	const char *path; /* of the finding */
	unsigned line;
} faults[] = {
	{"kinds/x.doc.xml", "path='/Doc/Code'", "path='/Doc/Nope'", "kinds/x.doc.xml", 3},
	{"kinds/x.doc.xml", "/@unit'", "/@unix'", "kinds/x.doc.xml", 3},
	{"kinds/x.doc.xml", "parts='country unit'", "parts='country uni'", "kinds/x.doc.xml", 5},
	{"kinds/x.doc.xml", "xml:lang='en'", "xml:lang='vi'", "kinds/x.doc.xml", 2},
	{"kinds/x.doc.xml", "is='amendment'", "is='whatever'", "kinds/x.doc.xml", 4},
	{"kinds/x.doc.xml", "value='VN'", "value='VN' path='/Doc/Code'", "kinds/x.doc.xml", 3},
	{"kinds/x.doc.xml", "namespace='urn:t'", "namespace='urn:u'", "kinds/x.doc.xml", 1},
	{"kinds/x.doc.xml", "</kind>", "</kin>", "kinds/x.doc.xml", 6},
	{"kinds/x.doc.xml", "xsd='tiny.xsd'", "xsd='../x.xsd'", "kinds/x.doc.xml", 1},
	{"kinds/x.doc.xml", "xsd='tiny.xsd'", "xsd='none.xsd'", "xsd/none.xsd", 0},
	{"xsd/tiny.xsd", "type='Upper'>", "type='Upped'>", "xsd/tiny.xsd", 9},
	{"xsd/tiny.xsd", "value='[A-Z]*'", "value='[A-Z*'", "xsd/tiny.xsd", 2},
	{"xsd/tiny.xsd", "<xs:element name='Doc'>", "<xs:element name='Dog'>", "xsd/tiny.xsd", 1},
};

static const char *replaced(struct fixture *fixture, const char *text, const char *from,
			    const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return arena_format(fixture->arena, "%.*s%s%s", (int)(at - text), text, to,
			    at + strlen(from));
}

static void faults_of_the_set_are_told_with_file_and_line(void **state)
{
	struct fixture *fixture = *state;

	make_set(fixture);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const char *good = *faults[i].file == 'k' ? tiny_kind : tiny_xsd;

		print_message("  %s\n", faults[i].to);
		findings_init(&fixture->findings, fixture->arena);
		write_file(fixture, faults[i].file,
			   replaced(fixture, good, faults[i].from, faults[i].to));
		assert_int_equal(
			schema_set_load(fixture->folder, &fixture->findings, &fixture->set),
			ERR_CONFIG);
		assert_null(fixture->set);
		assert_true(fixture->findings.count >= 1);
		assert_string_equal(fixture->findings.items[0].path, faults[i].path);
		assert_int_equal(fixture->findings.items[0].line, faults[i].line);
		write_file(fixture, faults[i].file, good);
	}
}

static void the_same_kind_twice_is_a_fault(void **state)
{
	struct fixture *fixture = *state;

	make_set(fixture);
	write_file(fixture, "kinds/again.xml", tiny_kind);
	assert_int_equal(schema_set_load(fixture->folder, &fixture->findings, &fixture->set),
			 ERR_CONFIG);
	assert_string_equal(fixture->findings.items[0].value, "x.doc/1");
}

/* ---- Which kind ---- */

static void documents_of_no_kind_are_named_by_root_and_namespace(void **state)
{
	static const char *const texts[] = {"<Doc/>", "<Dog xmlns='urn:t'/>",
					    "<Doc xmlns='urn:u'/>"};
	struct fixture *fixture = *state;

	load_tiny(fixture);
	for (size_t i = 0; i < 3; i++) {
		assert_null(read_document(fixture, bytes_of_text(texts[i])));
		assert_int_equal(fixture->findings.count, 1);
		assert_string_equal(fixture->findings.items[0].code, "unknown-schema");
		assert_int_equal(fixture->findings.items[0].line, 1);
	}
	assert_string_equal(
		fixture->findings.items[0].en,
		"No known kind of document: root element \"Doc\", namespace \"urn:u\".");
	assert_string_equal(fixture->findings.items[0].value, "urn:u");
}

static void conditions_tell_kinds_with_one_root_apart(void **state)
{
	struct fixture *fixture = *state;
	const char *other;

	make_set(fixture);
	other = replaced(fixture, tiny_kind, "id='x.doc'", "id='x.other'");
	other = replaced(fixture, other, "<fact name='reference'",
			 "<when path='/Doc/Part'/><when path='/Doc/Way' equals='C  B'/>"
			 "<fact name='reference'");
	write_file(fixture, "kinds/x.other.xml", other);
	write_file(fixture, "kinds/x.doc.xml",
		   replaced(fixture, tiny_kind, "<fact name='reference'",
			    "<when path='/Doc/Way' equals='A'/><fact name='reference'"));
	load_set(fixture, fixture->folder);
	assert_string_equal(
		schema_id(read_document(
			fixture, bytes_of_text("<Doc xmlns='urn:t'><Part/><Way>A</Way></Doc>"))),
		"x.doc");
	assert_string_equal(
		schema_id(read_document(
			fixture,
			bytes_of_text(
				"<Doc xmlns='urn:t'><Part/><Way> <!-- c -->B\n</Way></Doc>"))),
		"x.other");
	assert_null(read_document(fixture, bytes_of_text("<Doc xmlns='urn:t'><Way>B</Way></Doc>")));
	assert_null(
		read_document(fixture, bytes_of_text("<Doc xmlns='urn:t'><Part/><Way/></Doc>")));
}

/* ---- What is wrong ---- */

#define XSI "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "

/* Each stands in <Doc xmlns='urn:t'>\n...</Doc>. */
static const struct {
	const char *inside;
	const char *code;
	const char *path; /* behind /Doc[1] */
	unsigned line;
	const char *value;
	const char *en;
} wrongs[] = {
	{"<Code>AB</Code>\n<No/>", "element-unexpected", "/No[1]", 3, "",
	 "The element No does not belong here. Expected: Money, Way, Filled, Two, Share, Day, Yes, Amount, "
	 "Part."},
	{"<Money>1</Money>", "element-missing", "", 2, "",
	 "The element Doc is incomplete: missing Code (VNACCS EPC)."},
	{"", "element-missing", "", 1, "",
	 "The element Doc is incomplete: missing Code (VNACCS EPC)."},
	{"<Code>A</Code>\n\n<Code>B</Code>", "element-misplaced", "/Code[2]", 4, "B", NULL},
	{"<Code xmlns=''>A</Code>", "element-namespace", "/Code[1]", 2, "A",
	 "The element Code (VNACCS EPC) is in the wrong namespace. Expected: Code (VNACCS EPC)."},
	{"<Code>A</Code><Part><B>b</B></Part>", "element-missing", "/Part[1]", 2, "",
	 "The element Part is incomplete: missing A (WCO 017)."},
	{"<Code>A</Code><Part>\n<A>a</A></Part>", "element-missing", "/Part[1]", 2, "", NULL},
	{"<Code><x/></Code>", "element-unexpected", "/Code[1]/x[1]", 2, "", NULL},
	{"<Code>A</Code>words", "text-not-allowed", "", 1, NULL,
	 "The element Doc must not hold text."},
	{"<Code a='1'>A</Code>", "attribute-unexpected", "/Code[1]/@a", 2, "1",
	 "The element Code has no attribute a."},
	{"<Code>A</Code><Amount>1</Amount>", "attribute-missing", "/Amount[1]", 2, "",
	 "The element Amount lacks its attribute unit."},
	{"<Code>ABCD</Code>", "value-too-long", "/Code[1]", 2, "ABCD",
	 "The value of Code (VNACCS EPC) has 4 characters; at most 3 are allowed."},
	/* one fault, not three */
	{"<Code>abcd</Code>", "value-too-long", "/Code[1]", 2, "abcd", NULL},
	{"<Code>Ước</Code>", "value-pattern", "/Code[1]", 2, "Ước",
	 "The value of Code (VNACCS EPC) has the wrong form; expected: [A-Z]*."},
	{"<Code>A</Code><Money>abc</Money>", "value-not-number", "/Money[1]", 2, "abc", NULL},
	{"<Code>A</Code><Money>123456</Money>", "value-too-many-digits", "/Money[1]", 2, "123456",
	 NULL},
	{"<Code>A</Code><Money>1.234</Money>", "value-too-many-decimals", "/Money[1]", 2, "1.234",
	 NULL},
	{"<Code>A</Code><Money> </Money>", "value-empty", "/Money[1]", 2, " ",
	 "Money has no value."},
	{"<Code>A</Code><Way>C</Way>", "value-not-in-list", "/Way[1]", 2, "C",
	 "The value of Way is not one of: A, B."},
	{"<Code>A</Code><Filled>x</Filled>", "value-too-short", "/Filled[1]", 2, "x",
	 "The value of Filled has 1 characters; at least 2 are needed."},
	{"<Code>A</Code><Two>abc</Two>", "value-length", "/Two[1]", 2, "abc", NULL},
	{"<Code>A</Code><Share>0</Share>", "value-too-small", "/Share[1]", 2, "0", NULL},
	{"<Code>A</Code><Share>10</Share>", "value-too-large", "/Share[1]", 2, "10", NULL},
	/* what is expected in the words of the catalogue */
	{"<Code>A</Code><Day>2026-02-30</Day>", "value-not-date", "/Day[1]", 2, "2026-02-30",
	 "The value of Day is not a date or time; expected: a day such as 2026-11-23."},
	{"<Code>A</Code><Yes>maybe</Yes>", "value-not-boolean", "/Yes[1]", 2, "maybe", NULL},
	{"<Code>A</Code><Amount unit='ABCD'>1</Amount>", "value-too-long", "/Amount[1]/@unit", 2,
	 "ABCD", "The value of unit has 4 characters; at most 3 are allowed."},
	{"<Code>A</Code><Amount unit='A' more='1'>1</Amount>", "attribute-unexpected",
	 "/Amount[1]/@more", 2, "1", NULL},
	{"<Code " XSI "xsi:nil='true'>A</Code>", "xsd", "/Code[1]", 2, "A", NULL},
	{"<Code " XSI "xsi:type='Nothing'>A</Code>", "xsd", "/Code[1]/@type", 2, NULL, NULL},
};

static void each_fault_is_one_finding_with_code_path_line_and_value(void **state)
{
	struct fixture *fixture = *state;

	load_tiny(fixture);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct finding *finding;

		print_message("  %s\n", wrongs[i].inside);
		check_text(fixture, arena_format(fixture->arena, "<Doc xmlns='urn:t'>\n%s</Doc>",
						 wrongs[i].inside));
		assert_int_equal(fixture->findings.count, 1);
		finding = &fixture->findings.items[0];
		assert_string_equal(finding->code, wrongs[i].code);
		assert_string_equal(finding->path,
				    arena_format(fixture->arena, "/Doc[1]%s", wrongs[i].path));
		assert_int_equal(finding->line, wrongs[i].line);
		if (wrongs[i].value != NULL)
			assert_string_equal(finding->value, wrongs[i].value);
		if (wrongs[i].en != NULL)
			assert_string_equal(finding->en, wrongs[i].en);
		assert_true(strlen(finding->vi) > 5);
		assert_string_not_equal(finding->vi, finding->en);
		assert_null(strstr(finding->vi, "{0}"));
	}
}

static void a_valid_document_has_no_findings(void **state)
{
	load_tiny(*state);
	check_text(
		*state,
		"<Doc xmlns='urn:t'><!-- c --><Code>A<![CDATA[B]]></Code><?p?><Way>A</Way></Doc>");
	assert_int_equal(((struct fixture *)*state)->findings.count, 0);
}

static void faults_beyond_line_65535_have_the_right_line(void **state)
{
	struct fixture *fixture = *state;
	char *text = arena_alloc(fixture->arena, 200000);

	load_tiny(fixture);
	strcpy(text, "<Doc xmlns='urn:t'><Code>A</Code>");
	memset(text + strlen(text), '\n', 99999);
	strcat(text, "<Way>C</Way></Doc>");
	check_text(fixture, text);
	assert_int_equal(fixture->findings.count, 1);
	assert_int_equal(fixture->findings.items[0].line, 100000);
}

static void findings_are_bounded_and_the_rest_counted(void **state)
{
	struct fixture *fixture = *state;
	struct buffer buffer;

	load_tiny(fixture);
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<Doc xmlns='urn:t'><Code>A</Code>");
	for (size_t i = 0; i < 50000; i++)
		buffer_put_text(&buffer, "<Way>C</Way>\n");
	buffer_put_text(&buffer, "</Doc>");
	buffer_put_byte(&buffer, 0);
	check_text(fixture, (const char *)buffer.at);
	buffer_clear(&buffer);
	assert_true(fixture->findings.count <= LIMIT_FINDINGS);
	assert_true(fixture->findings.errors >= 2);
	assert_int_equal(fixture->findings.errors,
			 fixture->findings.count + fixture->findings.beyond);
}

/* ---- Facts ---- */

static void expect_fact(const struct facts *facts, const char *name, const char *value)
{
	const char *got = facts_get(facts, name);

	if (value == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, value);
}

static void read_facts(struct fixture *fixture, const char *text, struct facts *ret_facts)
{
	const struct schema *schema = read_document(fixture, bytes_of_text(text));

	assert_non_null(schema);
	facts_init(ret_facts, fixture->arena);
	assert_int_equal(schema_facts(schema, fixture->document, ret_facts), OK);
}

static void facts_are_trimmed_cut_and_joined_to_keys(void **state)
{
	struct fixture *fixture = *state;
	struct facts facts;

	load_tiny(fixture);
	read_facts(fixture,
		   "<Doc xmlns='urn:t'><Code>\n A1 </Code><Way>A</Way><Filled>ướcmơ</Filled>"
		   "<Two>XX</Two><Amount unit='KGM'>1</Amount></Doc>",
		   &facts);
	expect_fact(&facts, "kind", "x.doc");
	expect_fact(&facts, "schema", "x.doc/1");
	expect_fact(&facts, "reference", "A1");
	expect_fact(&facts, "year", "");
	expect_fact(&facts, "version", "");
	expect_fact(&facts, "function", "A");
	expect_fact(&facts, "type", "XX");
	expect_fact(&facts, "office", "ướ");
	expect_fact(&facts, "unit", "KGM");
	expect_fact(&facts, "country", "VN");
	expect_fact(&facts, "meaning", "cancellation");
	expect_fact(&facts, "key.one", "VN|A1");
	expect_fact(&facts, "only.two", "VN|KGM");
}

/*
 * What does not fit its XSD is refused by its reference all the same: the record of that must have
 * room.
 */
static void a_fact_is_cut_at_its_limit_between_characters(void **state)
{
	struct fixture *fixture = *state;
	struct facts facts;
	struct buffer text;

	load_tiny(fixture);
	buffer_init(&text, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&text, "<Doc xmlns='urn:t'><Code>x");
	for (size_t i = 0; i < 100000; i++)
		buffer_put_text(&text, "ư");
	buffer_put_text(&text, "</Code></Doc>");
	buffer_put_byte(&text, 0);
	read_facts(fixture, (const char *)text.at, &facts);
	assert_int_equal(strlen(facts_get(&facts, "reference")), SCHEMA_FACT_BYTES - 1);
	buffer_clear(&text);
}

static void what_the_document_lacks_gives_no_fact_and_no_key(void **state)
{
	struct fixture *fixture = *state;
	struct facts facts;

	load_tiny(fixture);
	read_facts(fixture, "<Doc xmlns='urn:t'><Code> </Code><Way>A</Way></Doc>", &facts);
	expect_fact(&facts, "reference", "");
	expect_fact(&facts, "unit", NULL);
	expect_fact(&facts, "office", NULL);
	expect_fact(&facts, "key.one", NULL);
	expect_fact(&facts, "only.two", NULL);
	expect_fact(&facts, "meaning", "amendment");
	read_facts(fixture, "<Doc xmlns='urn:t'/>", &facts);
	expect_fact(&facts, "function", "");
	expect_fact(&facts, "meaning", "other");
}

static void sentences_are_filled_in_and_long_arguments_cut(void **state)
{
	struct fixture *fixture = *state;
	char large[1000];

	load_tiny(fixture);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	assert_int_equal(schema_finding(fixture->set, &fixture->findings, SEVERITY_NOTE,
					"value-too-long", "/a", 7, "v", "{1}", "2", large, NULL),
			 OK);
	assert_memory_equal(fixture->findings.items[0].en, "The value of {1} has xxx", 24);
	assert_int_equal(strlen(fixture->findings.items[0].en),
			 strlen("The value of {1} has ") + 200 +
				 strlen(" characters; at most 2 are allowed."));
	assert_int_equal(fixture->findings.errors, 0);
}

/* Of ".*[^\\s].*" libxml2 would try every place in such a text: 28 s for 80 KB. */
static void a_long_text_is_refused_by_the_shipped_types_in_one_pass(void **state)
{
	struct fixture *fixture = *state;
	struct buffer buffer;

	load_set(fixture, "schemas");
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<MetaData><Response><FunctionCode>3</FunctionCode>"
				 "<AdditionalInformation><StatementDescription>");
	for (size_t i = 0; i < 1000000; i++)
		buffer_put_text(&buffer, " a");
	buffer_put_text(&buffer, "\n</StatementDescription></AdditionalInformation>"
				 "</Response></MetaData>");
	buffer_put_byte(&buffer, 0);
	check_text(fixture, (const char *)buffer.at);
	buffer_clear(&buffer);
	assert_true(findings_has_errors(&fixture->findings));
	assert_string_equal(fixture->findings.items[0].code, "value-too-long");
}

static void findings_beyond_the_limit_take_no_memory(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 0;

	load_tiny(fixture);
	for (size_t i = 0; i < 100000; i++) {
		if (i == LIMIT_FINDINGS)
			size = arena_size(fixture->findings.arena);
		assert_int_equal(schema_finding(fixture->set, &fixture->findings, SEVERITY_ERROR,
						"value-too-long", "/a", 7, "v", "a", "2", "3",
						NULL),
				 OK);
	}
	assert_int_equal(arena_size(fixture->findings.arena), size);
	assert_int_equal(fixture->findings.beyond, 100000 - LIMIT_FINDINGS);
}

static void every_code_of_the_catalogue_is_documented(void **state)
{
	struct fixture *fixture = *state;
	struct bytes catalogue, page;
	const char *at;
	size_t count = 0;

	assert_int_equal(
		schema_files_read("schemas/catalogue/findings.xml", fixture->arena, &catalogue),
		OK);
	assert_int_equal(schema_files_read("docs/findings.md", fixture->arena, &page), OK);
	for (at = strstr((const char *)catalogue.at, "code=\""); at != NULL;
	     at = strstr(at, "code=\"")) {
		const char *code = at + strlen("code=\"");

		at = strchr(code, '"');
		code = arena_format(fixture->arena, "`%.*s`", (int)(at - code), code);
		if (memmem(page.at, page.len, code, strlen(code)) == NULL)
			fail_msg("%s is not in docs/findings.md", code);
		count++;
	}
	assert_true(count > 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_shipped_set_loads),
		TEST(the_hash_is_what_sha256sum_says),
		TEST(the_newest_version_is_found_by_the_bare_id),
		TEST(folders_without_lists_and_maps_are_fine),
		TEST(a_missing_folder_is_missing),
		TEST(faults_of_the_set_are_told_with_file_and_line),
		TEST(the_same_kind_twice_is_a_fault),
		TEST(documents_of_no_kind_are_named_by_root_and_namespace),
		TEST(conditions_tell_kinds_with_one_root_apart),
		TEST(each_fault_is_one_finding_with_code_path_line_and_value),
		TEST(a_valid_document_has_no_findings),
		TEST(faults_beyond_line_65535_have_the_right_line),
		TEST(findings_are_bounded_and_the_rest_counted),
		TEST(facts_are_trimmed_cut_and_joined_to_keys),
		TEST(a_fact_is_cut_at_its_limit_between_characters),
		TEST(what_the_document_lacks_gives_no_fact_and_no_key),
		TEST(sentences_are_filled_in_and_long_arguments_cut),
		TEST(a_long_text_is_refused_by_the_shipped_types_in_one_pass),
		TEST(findings_beyond_the_limit_take_no_memory),
		TEST(every_code_of_the_catalogue_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
