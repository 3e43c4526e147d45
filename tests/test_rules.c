/* What a rule means, and what is wrong with a file of rules: a small set made for each case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/rule.h"
#include "sampan/limit.h"
#include "tests/support/fuzz_corpus.h"

#define LLVMFuzzerTestOneInput fuzz_rules_one
#include "tests/fuzz/fuzz_rules.c"

static const char xsd[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
	"<xs:element name='Doc'><xs:complexType><xs:sequence>"
	"<xs:element name='Day' type='xs:string' minOccurs='0'/>"
	"<xs:element name='Until' type='xs:string' minOccurs='0'/>"
	"<xs:element name='Total' minOccurs='0'><xs:complexType><xs:simpleContent>"
	"<xs:extension base='xs:string'><xs:attribute name='unit' type='xs:string'/></xs:extension>"
	"</xs:simpleContent></xs:complexType></xs:element>"
	"<xs:element name='Word' type='xs:string' minOccurs='0' maxOccurs='unbounded'/>"
	"<xs:element name='Line' minOccurs='0' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
	"<xs:element name='Value' type='xs:string' minOccurs='0'/>"
	"<xs:element name='Code' type='xs:string' minOccurs='0'/>"
	"<xs:element name='Note' minOccurs='0' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
	"<xs:element name='Kind' type='xs:string' minOccurs='0'/>"
	"<xs:element name='Text' type='xs:string' minOccurs='0'/>"
	"</xs:sequence></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element></xs:schema>";

static const char kind[] =
	"<kind xmlns='urn:sampan:kind:1' id='x.doc' version='1' xsd='x.xsd' root='Doc' namespace=''>"
	"<title xml:lang='vi'>Thử</title><title xml:lang='en'>Trial</title></kind>";

#define NAMES \
	"<names kind='x.doc/1' under='/Doc' dates='iso-date' judged='day'>" \
	"<name is='day' path='Day'/><name is='until' path='Until'/>" \
	"<name is='total' path='Total'/><name is='unit' path='Total/@unit'/>" \
	"<name is='word' path='Word'/><name is='line' path='Line'/>" \
	"<name is='value' path='Line/Value'/><name is='code' path='Line/Code'/>" \
	"<name is='piece' path='Line/Code' split='+'/>" \
	"<name is='share' path='Line/Code' split='+' part=\"'P' _ # '%'\"/>" \
	"<name is='tick' path='Word' value='YES TRUE'/>" \
	"<name is='either' path='Word'/><name is='either' path='Line/Code'/>" \
	"<name is='note' path='Line/Note'/>" \
	"<name is='remark' path='Line/Note[Kind=R]/Text'/></names>"

#define RULE(attributes, tests) \
	"<rule code='a-rule' severity='error' " attributes ">" tests \
	"<vi>{0}|{1}|{2}|{3}</vi><en>{0}|{1}|{2}|{3}</en></rule>"

struct world {
	struct arena *arena;
	struct findings findings;
	struct schema_set *set;
	char folder[64];
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	world->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&world->findings, world->arena);
	*state = world;
	return 0;
}

static void run(struct world *world, const char *command)
{
	assert_int_equal(setenv("SET", world->folder, 1), 0);
	assert_int_equal(system(command), 0);
}

static void close_set(struct world *world)
{
	if (*world->folder != 0)
		run(world, "rm -rf $SET");
	*world->folder = 0;
	schema_set_free(world->set);
	world->set = NULL;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	close_set(world);
	arena_free(world->arena);
	free(world);
	return 0;
}

static void write_file(struct world *world, const char *name, const char *text)
{
	FILE *file = fopen(arena_format(world->arena, "%s/%s", world->folder, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

/* A set whose file of rules has these names and rules. */
static enum err load(struct world *world, const char *names, const char *rules)
{
	close_set(world);
	strcpy(world->folder, "/tmp/sampan-test-rules-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	run(world, "cd $SET && mkdir catalogue kinds lists maps rules xsd");
	run(world, "for f in kind map rule xml; do cp schemas/xsd/$f.xsd $SET/xsd/; done");
	run(world, "cp schemas/catalogue/findings.xml $SET/catalogue/");
	write_file(world, "xsd/x.xsd", xsd);
	write_file(world, "kinds/x.doc.xml", kind);
	write_file(world, "lists/abc.codes", "# source: here\n# date: 2026-11-22\nA\nB\nCD\n");
	write_file(world, "rules/x.xml",
		   arena_format(world->arena, "<rules xmlns='urn:sampan:rule:1'>\n%s\n%s\n</rules>",
				names, rules));
	findings_init(&world->findings, world->arena);
	return schema_set_load(world->folder, &world->findings, &world->set);
}

static void load_rules(struct world *world, const char *rules)
{
	enum err err = load(world, NAMES, rules);

	if (world->findings.count > 0)
		print_message("%u: %s\n", world->findings.items[0].line,
			      world->findings.items[0].en);
	assert_int_equal(err, OK);
}

static void check_on(struct world *world, const char *text, const char *day)
{
	struct document *document = NULL;
	const struct schema *schema;

	findings_init(&world->findings, world->arena);
	assert_int_equal(document_read(bytes_of_text(text), LIMIT_DOCUMENT_BYTES, &world->findings,
				       &document),
			 OK);
	assert_non_null(document);
	schema = schema_identify(world->set, document, &world->findings);
	assert_non_null(schema);
	assert_int_equal(schema_check_on(world->set, schema, document, day, &world->findings), OK);
	document_free(document);
}

/* "PATH: SENTENCE" of all findings, with ; behind each. */
static const char *said(struct world *world)
{
	const char *text = "";

	for (size_t i = 0; i < world->findings.count; i++) {
		const struct finding *finding = &world->findings.items[i];

		assert_string_equal(finding->vi, finding->en);
		text = arena_format(world->arena, "%s%s %s;", text, finding->path, finding->en);
	}
	return text;
}

/* ---- What rules mean ---- */

struct meaning {
	const char *rule;
	const char *document; /* inside <Doc> */
	const char *said;
};

static void mean(void **state, const struct meaning *cases, size_t count)
{
	const char *before = "";

	for (size_t i = 0; i < count; i++) {
		if (strcmp(before, cases[i].rule) != 0)
			load_rules(*state, cases[i].rule);
		before = cases[i].rule;
		check_on(*state,
			 arena_format(((struct world *)*state)->arena, "<Doc>%s</Doc>",
				      cases[i].document),
			 NULL);
		if (strcmp(said(*state), cases[i].said) != 0)
			fail_msg("%s\n%s\nsays   %s\nwanted %s", cases[i].rule, cases[i].document,
				 said(*state), cases[i].said);
	}
}

#define MEAN(cases) mean(state, cases, sizeof(cases) / sizeof((cases)[0]))

static void a_must_is_about_every_value_and_a_missing_one_holds(void **state)
{
	static const char in_list[] =
		RULE("", "<must name='word' is='in-list' list='abc' words='Z'/>");
	static const char first[] =
		RULE("", "<must name='word' is='in-list' list='abc' first='2'/>");
	static const char among[] = RULE("", "<must name='word' is='not-among' words='A B'/>");
	static const struct meaning cases[] = {
		{in_list, "", ""},
		{in_list, "<Word>A</Word><Word>CD</Word><Word>Z</Word>", ""},
		{in_list, "<Word> A\n</Word><Word> </Word>", ""},
		{in_list, "<Word>E</Word><Word>A</Word><Word>F</Word>",
		 "/Doc[1]/Word[1] E|Z||;/Doc[1]/Word[3] F|Z||;"},
		{first, "<Word>CDE</Word>", ""},
		{first, "<Word>AB</Word>", "/Doc[1]/Word[1] AB|abc||;"},
		{among, "<Word>C</Word><Word>B</Word>", "/Doc[1]/Word[2] B|A B||;"},
	};

	MEAN(cases);
}

static void present_and_absent_point_to_what_asked_for_them(void **state)
{
	static const char present[] = RULE("", "<when name='tick' is='present'/>"
					       "<must name='until total' is='present'/>");
	static const char absent[] = RULE("", "<unless name='tick' is='present'/>"
					      "<must name='total' is='absent'/>");
	static const char each[] = RULE("each='line'", "<must name='code' is='present'/>");
	static const char group[] = RULE("", "<must name='line' is='present'/>");
	static const struct meaning cases[] = {
		{present, "<Word>NO</Word>", ""},
		{present, "<Word>NO</Word><Word>TRUE</Word>", "/Doc[1]/Word[2] |||TRUE;"},
		{present, "<Until>x</Until><Word>YES</Word>", ""},
		{present, "<Total>1</Total><Word>YES</Word>", ""},
		{absent, "<Total>5</Total>", "/Doc[1]/Total[1] 5|||;"},
		{absent, "<Total>5</Total><Word>YES</Word>", ""},
		{each, "", ""},
		{each, "<Line><Code>A</Code></Line><Line/><Line><Code/></Line>",
		 "/Doc[1]/Line[2] ||2|;/Doc[1]/Line[3] ||3|;"},
		{group, "", "/Doc[1] |||;"},
		{group, "<Line/>", ""},
	};

	MEAN(cases);
}

static void totals_are_sums_to_the_last_digit(void **state)
{
	static const char sum[] =
		RULE("", "<must name='total' is='equal' sum-of='value' of-each='line'/>");
	static const char near[] =
		RULE("", "<must name='total' is='equal' sum-of='value' within='0.01'/>");
	static const char count[] = RULE("", "<must name='total' is='equal' count-of='line'/>");
	static const struct meaning cases[] = {
		{sum,
		 "<Total>0.3</Total><Line><Value>0.1</Value></Line><Line><Value>0.2</Value></Line>",
		 ""},
		{sum,
		 "<Total>0.30000000000000004</Total><Line><Value>0.1</Value></Line>"
		 "<Line><Value>0.2</Value></Line>",
		 "/Doc[1]/Total[1] 0.30000000000000004|0.3||;"},
		{sum,
		 "<Total>1111111111222222222233333333334444444444</Total>"
		 "<Line><Value>1111111111222222222233333333334444444443</Value></Line>"
		 "<Line><Value>1.0000</Value></Line>",
		 ""},
		{sum,
		 "<Total>1111111111222222222233333333334444444445</Total>"
		 "<Line><Value>1111111111222222222233333333334444444443</Value></Line>"
		 "<Line><Value>1.0000</Value></Line>",
		 "/Doc[1]/Total[1] 1111111111222222222233333333334444444445"
		 "|1111111111222222222233333333334444444444||;"},
		{sum, "<Total>9</Total>", ""},
		{sum, "<Total>9</Total><Line><Value>1</Value></Line><Line/>", ""},
		{sum, "<Total>9</Total><Line><Value>one</Value></Line>", ""},
		{sum, "<Total>nine</Total><Line><Value>1</Value></Line>", ""},
		{near, "<Total>1.01</Total><Line><Value>1</Value></Line>", ""},
		{near, "<Total>1.02</Total><Line><Value>1</Value></Line>",
		 "/Doc[1]/Total[1] 1.02|1||;"},
		{count, "<Total>0</Total>", ""},
		{count, "<Total>1.0</Total><Line/>", ""},
		{count, "<Total>1</Total><Line/><Line/>", "/Doc[1]/Total[1] 1|2||;"},
	};

	MEAN(cases);
}

static void values_are_held_against_those_of_their_own_line(void **state)
{
	static const char own[] =
		RULE("each='line'", "<must name='value' is='at-most' other='code'/>");
	static const char whole[] =
		RULE("each='line'", "<must name='value' is='at-most' other='total'/>");
	static const char condition[] =
		RULE("each='line'", "<when name='tick' is='present'/>"
				    "<when name='code' is='same' other='unit'/>"
				    "<must name='remark' is='present'/>");
	static const char sum[] =
		RULE("each='line'", "<when name='value' is='above' sum-of='word'/>"
				    "<unless name='code' is='at-least' count-of='word'/>"
				    "<must name='remark' is='present'/>");
	static const struct meaning cases[] = {
		{own,
		 "<Line><Value>2</Value><Code>1</Code></Line><Line><Value>2</Value><Code>2</Code></Line>"
		 "<Line><Value>9</Value></Line>",
		 "/Doc[1]/Line[1]/Value[1] 2|1|1|;"},
		{whole,
		 "<Total>5</Total><Line><Value>5</Value></Line><Line><Value>6</Value></Line>",
		 "/Doc[1]/Line[2]/Value[1] 6|5|2|;"},
		{condition,
		 "<Total unit='A'>1</Total><Word>YES</Word>"
		 "<Line><Code>A</Code><Note><Kind>R</Kind><Text>t</Text></Note></Line>"
		 "<Line><Code>A</Code><Note><Kind>S</Kind><Text>t</Text></Note></Line>"
		 "<Line><Code>B</Code></Line>",
		 "/Doc[1]/Line[2] ||2|YES;"},
		{condition, "<Total unit='A'>1</Total><Line><Code>A</Code></Line>", ""},
		{sum,
		 "<Word>2</Word><Word>3</Word><Line><Value>6</Value><Code>1</Code></Line>"
		 "<Line><Value>5</Value></Line><Line><Value>6</Value><Code>2</Code></Line>",
		 "/Doc[1]/Line[1] ||1|6;"},
	};

	MEAN(cases);
}

static void values_are_taken_apart(void **state)
{
	static const char piece[] = RULE("", "<must name='piece' is='form' form=\"a3 | 'P' *\"/>");
	static const char share[] =
		RULE("each='line'", "<must name='share' is='at-least' number='20'/>"
				    "<must name='share' is='below' number='40'/>");
	static const struct meaning cases[] = {
		{piece, "<Line><Code>ABC + P 25%+DEF</Code></Line>", ""},
		{piece, "<Line><Code>ABC + 25%+</Code></Line>",
		 "/Doc[1]/Line[1]/Code[1] 25%|a3 | 'P' *||;"},
		{share, "<Line><Code>ABC + P 25%</Code></Line><Line><Code>P 40%</Code></Line>",
		 "/Doc[1]/Line[2]/Code[1] 40|40|2|;"},
		{share, "<Line><Code>P 39.999999999999999999999999999999999999999%</Code></Line>",
		 ""},
		{share, "<Line><Code>P 19.9% + P 20%</Code></Line>",
		 "/Doc[1]/Line[1]/Code[1] 19.9|20|1|;"},
	};

	MEAN(cases);
}

static void days_are_in_order(void **state)
{
	static const char after[] =
		RULE("", "<must name='until' is='not-after' other='day' plus='12 months'/>");
	static const char real[] = RULE("", "<must name='day until' is='date'/>");
	static const struct meaning cases[] = {
		{after, "<Day>2024-02-29</Day><Until>2025-02-28</Until>", ""},
		{after, "<Day>2024-02-29</Day><Until>2025-03-01</Until>",
		 "/Doc[1]/Until[1] 2025-03-01|2025-02-28||;"},
		{after, "<Day>2026-02-31</Day><Until>9999-12-31</Until>", ""},
		{after, "<Until>9999-12-31</Until>", ""},
		{real, "<Day>2026-02-31</Day><Until>0000-01-01</Until>",
		 "/Doc[1]/Day[1] 2026-02-31|||;/Doc[1]/Until[1] 0000-01-01|||;"},
		{real, "<Day>2024-02-29</Day>", ""},
	};

	MEAN(cases);
}

static void odd_characters_are_values_like_others(void **state)
{
	static const char same[] = RULE("", "<must name='either' is='unique'/>");
	static const char length[] = RULE("", "<must name='word' is='length' max='3'/>");
	static const char plain[] = RULE("", "<must name='word' is='plain'/>");
	static const char ascii[] = RULE("", "<must name='word' is='ascii'/>");
	static const char contains[] = RULE("", "<must name='word' is='contains' words='C/O x'/>");
	static const struct meaning cases[] = {
		/* é composed and decomposed are two values: nothing is normalised */
		{same, "<Word>\xc3\xa9</Word><Word>e\xcc\x81</Word>", ""},
		{same, "<Word>B</Word><Word>A</Word><Word>B</Word><Line><Code>A</Code></Line>",
		 "/Doc[1]/Word[3] B|||;/Doc[1]/Line[1]/Code[1] A|||;"},
		{length, "<Word>\xe1\xbb\x91\xe1\xbb\x91\xe1\xbb\x91</Word><Word>abcd</Word>",
		 "/Doc[1]/Word[2] abcd|3||;"},
		{plain,
		 "<Word>\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d</Word><Word>o\xcc\x82\xcc\x81</Word>", ""},
		{plain, "<Word>a\xe2\x80\xae</Word><Word>&#x85;a</Word>",
		 "/Doc[1]/Word[1] a\xe2\x80\xae|||;/Doc[1]/Word[2] \xc2\x85"
		 "a|||;"},
		{ascii, "<Word>a&#9;b</Word><Word>ab</Word>", "/Doc[1]/Word[1] a\tb|||;"},
		{contains, "<Word>my C/O 5</Word><Word>co</Word>", "/Doc[1]/Word[2] co|C/O x||;"},
	};

	MEAN(cases);
}

static void rules_hold_on_their_days(void **state)
{
	struct world *world = *state;
	static const struct {
		const char *document, *day, *codes;
	} cases[] = {
		{"<Day>2020-09-19</Day>", NULL, "old always "},
		{"<Day>2020-09-20</Day>", NULL, "new always "},
		{"<Day>2020-09-19</Day>", "2021-01-01", "old always "},
		{"", "2020-09-19", "old always "},
		{"", "2020-09-20", "new always "},
		{"", NULL, "new always "},
		{"<Day>2020-02-31</Day>", "2019-01-01", "old always "},
	};

	load_rules(world,
		   "<rule code='x-old' severity='note' valid-to='2020-09-19'>"
		   "<must name='total' is='present'/><vi>old </vi><en>old </en></rule>"
		   "<rule code='x-new' severity='note' valid-from='2020-09-20'>"
		   "<must name='total' is='present'/><vi>new </vi><en>new </en></rule>"
		   "<rule code='x-always' severity='warning'>"
		   "<must name='total' is='present'/><vi>always </vi><en>always </en></rule>");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = "";

		check_on(world, arena_format(world->arena, "<Doc>%s</Doc>", cases[i].document),
			 cases[i].day);
		for (size_t k = 0; k < world->findings.count; k++)
			text = arena_format(world->arena, "%s%s", text,
					    world->findings.items[k].en);
		assert_string_equal(text, cases[i].codes);
		assert_false(findings_has_errors(&world->findings));
	}
}

static void a_kind_may_lower_what_is_an_error_elsewhere(void **state)
{
	struct world *world = *state;

	assert_int_equal(
		load(world,
		     "<names kind='x.doc/1' highest='note'><name is='t' path='/Doc/Total'/>"
		     "</names>",
		     RULE("", "<must name='t' is='present'/>")),
		OK);
	check_on(world, "<Doc/>", NULL);
	assert_int_equal(world->findings.count, 1);
	assert_int_equal(world->findings.items[0].severity, SEVERITY_NOTE);
}

static void an_invalid_document_is_not_judged_by_rules(void **state)
{
	struct world *world = *state;

	load_rules(world, RULE("", "<must name='total' is='present'/>"));
	check_on(world, "<Doc><Total/><Total/></Doc>", NULL);
	assert_int_equal(world->findings.count, 1);
	assert_string_equal(world->findings.items[0].code, "element-misplaced");
}

/* ---- Many values ---- */

/* The text so many times; a # in it is the number, from 0. */
static const char *lines(struct world *world, size_t count, const char *line)
{
	size_t before = strcspn(line, "#");
	struct buffer buffer;
	const char *text;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	for (size_t i = 0; i < count; i++)
		if (line[before] == 0)
			buffer_put_text(&buffer, line);
		else
			buffer_put_format(&buffer, "%.*s%zu%s", (int)before, line, i,
					  line + before + 1);
	assert_int_equal(buffer_error(&buffer), OK);
	text = arena_text(world->arena, buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return text;
}

static void numbers_of_lines_make_no_difference(void **state)
{
	struct world *world = *state;
	static const size_t counts[] = {0, 1, 50, 51, 999, 1000};

	load_rules(world, RULE("", "<must name='total' is='equal' sum-of='value'/>") RULE(
				  "each='line'", "<must name='value' is='equal' number='1.5'/>"));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t half = counts[i] * 3 / 2;

		check_on(world,
			 arena_format(world->arena, "<Doc><Total>%zu.%s</Total>%s</Doc>", half,
				      counts[i] % 2 == 0 ? "0" : "5",
				      lines(world, counts[i], "<Line><Value>1.5</Value></Line>")),
			 NULL);
		assert_string_equal(said(world), "");
	}
}

/* Each alone would take minutes if it cost the square: all together they are judged at once. */
static void a_hundred_thousand_lines_are_judged_in_one_go(void **state)
{
	struct world *world = *state;
	const char *text;

	load_rules(
		world,
		RULE("", "<must name='code' is='unique'/>") RULE(
			"", "<must name='total' is='equal' sum-of='value' of-each='line'/>")
			RULE("each='line'", "<when name='word' is='among' words='no'/>"
					    "<must name='code' is='present'/>")
				RULE("each='line'",
				     "<must name='value' is='at-most' sum-of='value' of-each='line'/>")
					RULE("each='line'",
					     "<must name='code' is='not-same' other='word'/>"));
	text = arena_format(world->arena, "<Doc><Total>100000</Total>%s%s</Doc>",
			    lines(world, 50000, "<Word>w#</Word>"),
			    lines(world, 100000, "<Line><Value>1</Value><Code>c#</Code></Line>"));
	check_on(world, text, NULL);
	assert_string_equal(said(world), "");
}

static void findings_are_bounded_and_the_rest_counted(void **state)
{
	struct world *world = *state;

	load_rules(world, RULE("each='line'", "<must name='code' is='present'/>")
				  RULE("", "<must name='value' is='unique'/>"));
	check_on(world,
		 arena_format(world->arena, "<Doc>%s</Doc>",
			      lines(world, 5000, "<Line><Value>1</Value></Line>")),
		 NULL);
	assert_int_equal(world->findings.count, LIMIT_FINDINGS);
	assert_int_equal(world->findings.errors, 5000 + 4999);
	assert_int_equal(world->findings.beyond, 5000 + 4999 - LIMIT_FINDINGS);
}

/* ---- What is wrong with a file ---- */

static const struct {
	const char *names, *rules, *code, *value;
	unsigned line;
} wrong_files[] = {
	{"<names kind='x.no/1'><name is='t' path='/Doc/Total'/></names>", "", "rule-kind-unknown",
	 "x.no/1", 2},
	{NAMES NAMES, "", "rule-kind-unknown", "x.doc/1", 2},
	{NAMES, RULE("kinds='x.no/1'", "<must name='total' is='present'/>"), "rule-kind-unknown",
	 "x.no/1", 3},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Totals'/></names>", "", "rule-path-unknown",
	 "/Doc/Totals", 2},
	{"<names kind='x.doc/1'><name is='t' path='Total'/></names>", "", "rule-path-unknown",
	 "Total", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc'/></names>", "", "rule-path-unknown",
	 "/Doc", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Line[Note=1]/Code'/></names>", "",
	 "rule-path-unknown", "/Doc/Line[Note=1]/Code", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Line[Code/Value'/></names>", "",
	 "rule-path-unknown", "/Doc/Line[Code/Value", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Line/'/></names>", "", "rule-path-unknown",
	 "/Doc/Line/", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Total/@none'/></names>", "",
	 "rule-path-unknown", "/Doc/Total/@none", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Line' split='+'/></names>", "",
	 "rule-value-wrong", "t", 2},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Total' part='n8'/></names>", "",
	 "rule-value-wrong", "n8", 2},
	{"<names kind='x.doc/1' judged='t'><name is='t' path='/Doc/Total'/></names>", "",
	 "rule-name-unknown", "t", 2},
	{NAMES, RULE("", "<must name='totals' is='present'/>"), "rule-name-unknown", "totals", 3},
	{NAMES, RULE("each='lines'", "<must name='total' is='present'/>"), "rule-name-unknown",
	 "lines", 3},
	{NAMES, RULE("each='total'", "<must name='total' is='present'/>"), "rule-value-wrong",
	 "total", 3},
	{NAMES, RULE("", "<must name='total' is='equal'/>"), "rule-value-wrong", "equal", 3},
	{NAMES, RULE("", "<must name='total' is='equal' number='1' other='day'/>"),
	 "rule-value-wrong", "day", 3},
	{NAMES, RULE("", "<must name='total' is='equal' number='1,5'/>"), "rule-value-wrong", "1,5",
	 3},
	{NAMES, RULE("", "<must name='total' is='equal' sum-of='values'/>"), "rule-name-unknown",
	 "values", 3},
	{NAMES, RULE("", "<must name='total' is='in-list' list='none'/>"), "rule-list-unknown",
	 "none", 3},
	{NAMES, RULE("", "<must name='total' is='form' form='n'/>"), "rule-value-wrong", "n", 3},
	{NAMES, RULE("", "<must name='total' is='among'/>"), "rule-value-wrong", "", 3},
	{NAMES, RULE("", "<must name='until' is='after' other='day' plus='3 weeks'/>"),
	 "rule-value-wrong", "3 weeks", 3},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Total'/></names>",
	 RULE("", "<must name='t' is='date'/>"), "rule-value-wrong", "t", 3},
	{"<names kind='x.doc/1'><name is='t' path='/Doc/Total'/></names>",
	 RULE("valid-from='2026-01-01'", "<must name='t' is='present'/>"), "rule-day-missing",
	 "a-rule", 3},
	{NAMES, RULE("valid-from='2026-02-31'", "<must name='total' is='present'/>"),
	 "rule-value-wrong", "2026-02-31", 3},
	{NAMES, RULE("", "<when name='total' is='unique'/><must name='total' is='present'/>"),
	 "rule-value-wrong", "unique", 3},
	{NAMES, RULE("", "<must name='word' is='length' min='4' max='3'/>"), "rule-value-wrong",
	 "4", 3},
	{NAMES, RULE("each='line'", "<must name='total' is='present'/>"), "rule-outside", "total",
	 3},
	{NAMES, RULE("each='line'", "<must name='value total' is='present'/>"), "rule-outside",
	 "total", 3},
	{NAMES, RULE("each='line'", "<must name='either' is='unique'/>"), "rule-outside", "either",
	 3},
	{NAMES,
	 RULE("each='line'", "<when name='word' is='same' other='code'/>"
			     "<must name='code' is='present'/>"),
	 "rule-outside", "word", 3},
	{NAMES, RULE("", "<must name='total' is='smaller'/>"), "value-not-in-list", "smaller", 3},
	{NAMES,
	 "<rule code='a-b' severity='fatal'><must name='total' is='present'/><vi>x</vi>"
	 "<en>x</en></rule>",
	 "value-not-in-list", "fatal", 3},
	{NAMES,
	 "<rule code='a-b' severity='note'><must name='total' is='present'/><vi>x</vi></rule>",
	 "element-missing", "", 3},
};

static void what_does_not_fit_is_told_with_file_and_line(void **state)
{
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(wrong_files) / sizeof(wrong_files[0]); i++) {
		const struct finding *finding = &world->findings.items[0];

		assert_int_equal(load(world, wrong_files[i].names, wrong_files[i].rules),
				 ERR_CONFIG);
		assert_true(world->findings.count > 0);
		finding = &world->findings.items[0];
		if (strcmp(finding->code, wrong_files[i].code) != 0 ||
		    strcmp(finding->value, wrong_files[i].value) != 0 ||
		    finding->line != wrong_files[i].line)
			fail_msg("%s%s: %u: %s: %s (%s)", wrong_files[i].names,
				 wrong_files[i].rules, finding->line, finding->code, finding->value,
				 finding->en);
		assert_string_equal(finding->path, "rules/x.xml");
	}
}

static void all_faults_of_a_file_are_told(void **state)
{
	struct world *world = *state;

	assert_int_equal(
		load(world, NAMES,
		     RULE("", "<must name='totals' is='present'/>"
			      "<must name='days' is='present'/>")
			     RULE("each='lines'", "<must name='total' is='form' form='?'/>")),
		ERR_CONFIG);
	assert_int_equal(world->findings.count, 4);
}

static void every_seed_of_rules_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/rules", fuzz_rules_one) >= 9);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_must_is_about_every_value_and_a_missing_one_holds),
		TEST(present_and_absent_point_to_what_asked_for_them),
		TEST(totals_are_sums_to_the_last_digit),
		TEST(values_are_held_against_those_of_their_own_line),
		TEST(values_are_taken_apart),
		TEST(days_are_in_order),
		TEST(odd_characters_are_values_like_others),
		TEST(rules_hold_on_their_days),
		TEST(a_kind_may_lower_what_is_an_error_elsewhere),
		TEST(an_invalid_document_is_not_judged_by_rules),
		TEST(numbers_of_lines_make_no_difference),
		TEST(a_hundred_thousand_lines_are_judged_in_one_go),
		TEST(findings_are_bounded_and_the_rest_counted),
		TEST(what_does_not_fit_is_told_with_file_and_line),
		TEST(all_faults_of_a_file_are_told),
		TEST(every_seed_of_rules_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
