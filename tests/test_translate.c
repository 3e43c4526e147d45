/* Values: how they are carried, converted, supplied and reported (docs/maps.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sampan/limit.h"
#include "support/example.h"

/* ---- Values ---- */

static void a_value_is_carried_and_the_rest_listed(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/>",
	       "<A id='7'><Code>x &amp; y</Code><Name><![CDATA[a<]]>b</Name><!-- no --></A>",
	       DOC("<ID>x &amp; y</ID>"),
	       {"field /A[1]/Code[1] > /Meta[1]/Document[1]/ID[1] = x & y",
		"dropped /A[1]/@id = 7 no-counterpart",
		"dropped /A[1]/Name[1] = a<b no-counterpart"}},
	      {"<value from='@id' to='@note'/><value from='Code' to='Document/ID'/>",
	       "<A id='a&quot;b&#10;'><Code>1</Code></A>",
	       "<Meta xmlns=\"urn:test:b-meta\" note=\"a&quot;b\"><Document "
	       "xmlns=\"urn:test:b\"><ID>1</ID>"
	       "</Document></Meta>",
	       {"changed /A[1]/@id > /Meta[1]/@note = a\"b\n > a\"b white-space"}},
	      {"<value from='Code' to='Document/ID'/>",
	       "<A xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
	       "xsi:noNamespaceSchemaLocation='a.xsd'>"
	       "<Code>1</Code></A>",
	       DOC("<ID>1</ID>"),
	       {"dropped /A[1]/@noNamespaceSchemaLocation = a.xsd schema-hint"}});
}

static void white_space_around_a_value_is_taken_off_and_said(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/>",
	       "<A><Code>\n  1 2\t</Code></A>",
	       DOC("<ID>1 2</ID>"),
	       {"changed /A[1]/Code[1] > /Meta[1]/Document[1]/ID[1] = \n  1 2\t > 1 2 "
		"white-space"}},
	      {"<value from='Code' to='Document/ID' default='none'/>",
	       "<A><Code>  </Code></A>",
	       NULL,
	       {"map-takes-nothing /A[1]"}},
	      {"<value from='Code' to='Document/ID' default='none'/><value from='Name' "
	       "to='Document/Amount'/>",
	       "<A><Code>  </Code><Name>n</Name></A>",
	       DOC("<ID>none</ID><Amount>n</Amount>"),
	       {"dropped /A[1]/Code[1] =    empty",
		"supplied /Meta[1]/Document[1]/ID[1] = none constant maps/test.a~test.b.xml:2"}});
}

static void the_first_rule_takes_a_value_and_a_second_use_is_supplied(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/><value from='Code' to='Document/Amount'/>",
	       "<A><Code>1</Code></A>",
	       DOC("<ID>1</ID><Amount>1</Amount>"),
	       {"field /A[1]/Code[1] > /Meta[1]/Document[1]/ID[1] = 1",
		"supplied /Meta[1]/Document[1]/Amount[1] = 1 document /A[1]/Code[1]"}},
	      {"<drop from='Code' reason='stays-national'/><value from='Code' to='Document/ID'/>",
	       "<A><Code>1</Code></A>",
	       DOC("<ID>1</ID>"),
	       {"dropped /A[1]/Code[1] = 1 stays-national",
		"supplied /Meta[1]/Document[1]/ID[1] = 1 document /A[1]/Code[1]"}});
}

static void repeated_values_fill_repeated_targets_and_stay_together(void **state)
{
	CHECK({"<value from='Weight' to='Document/Mass'/><value from='Weight/@unit' "
	       "to='Document/Mass/@unit'/>",
	       "<A><Weight unit='KG'>1</Weight><Weight>2</Weight><Weight unit='T'>3</Weight></A>",
	       DOC("<Mass unit=\"KG\">1</Mass><Mass>2</Mass><Mass unit=\"T\">3</Mass>")},
	      {"<value from='Weight/@unit' to='Document/Mass/@unit'/><value from='Weight' "
	       "to='Document/Mass'/>",
	       "<A><Weight>1</Weight><Weight unit='T'>2</Weight></A>",
	       DOC("<Mass unit=\"T\">2</Mass><Mass>1</Mass>")},
	      {"<value from='Party/Name' to='Document/Role/Name'/><value from='Party/Code' "
	       "to='Document/Role/ID'/>",
	       "<A><Party><Name>a</Name></Party><Party><Code>2</Code></Party>"
	       "<Party><Name>c</Name><Code>3</Code></Party></A>",
	       DOC("<Role><Name>a</Name></Role><Role><Name>c</Name><ID>3</ID></Role><Role><ID>2</"
		   "ID></Role>")},
	      {"<value from='Remark' to='Document/Info/Value'/>",
	       "<A><Remark>a</Remark><Remark>b</Remark></A>",
	       DOC("<Info><Value>a</Value></Info><Info><Value>b</Value></Info>")},
	      {"<value from='Item/Tag' to='Document/Owner/Address/Line'/>",
	       "<A><Item><Tag>a</Tag></Item><Item><Tag>b</Tag></Item></A>",
	       DOC("<Owner><Address><Line>a</Line><Line>b</Line></Address></Owner>")});
}

static void what_the_target_has_no_room_for_is_found_or_dropped_as_the_map_says(void **state)
{
	CHECK({"<value from='Remark' to='Document/ID'/>",
	       "<A><Remark>a</Remark><Remark>b</Remark></A>",
	       NULL,
	       {"too-many /A[1]/Remark[2]"}},
	      {"<value from='Remark' to='Document/ID' many='drop'/>",
	       "<A><Remark>a</Remark><Remark>b</Remark></A>",
	       DOC("<ID>a</ID>"),
	       {"dropped /A[1]/Remark[2] = b too-many"}},
	      {"<value from='Party/Name' to='Document/Owner/Name' many='drop'/>"
	       "<value from='Party/Code' to='Document/Owner/ID' many='drop'/>",
	       "<A><Party><Name>a</Name></Party><Party><Name>b</Name><Code>2</Code></Party></A>",
	       DOC("<Owner><Name>a</Name></Owner>"),
	       {"dropped /A[1]/Party[2]/Name[1] = b too-many",
		"dropped /A[1]/Party[2]/Code[1] = 2 too-many"}},
	      {"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' "
	       "to='Text'/></group>",
	       "<A><Item><Text>1</Text></Item><Item><Text>2</Text></Item><Item><Text>3</Text></"
	       "Item>"
	       "<Item><Text>4</Text></Item></A>",
	       NULL,
	       {"too-many /A[1]/Item[4]/Text[1]"}},
	      {"<group from='Item' to='Document/Line' many='drop'><count to='Sequence'/>"
	       "<value from='Text' to='Text'/></group>",
	       "<A><Item><Text>1</Text></Item><Item><Text>2</Text></Item><Item><Text>3</Text></"
	       "Item>"
	       "<Item><Text>4</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>1</Text></Line><Line><Sequence>2</"
		   "Sequence><Text>2</Text>"
		   "</Line><Line><Sequence>3</Sequence><Text>3</Text></Line>"),
	       {"dropped /A[1]/Item[4]/Text[1] = 4 too-many"}});
}

static void a_value_that_is_too_long_is_found_unless_it_may_be_cut(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/>",
	       "<A><Code>12345678901</Code></A>",
	       NULL,
	       {"value-too-long /A[1]/Code[1]"}},
	      {"<value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>Ủy ban Đề án</Code></A>",
	       DOC("<ID>Ủy ban Đề</ID>"),
	       {"changed /A[1]/Code[1] > /Meta[1]/Document[1]/ID[1] = Ủy ban Đề án > Ủy ban Đề "
		"cut"}},
	      {"<value from='Code' to='Document/ID'/>", "<A><Code>Ửữứựậẫẩầấế</Code></A>",
	       DOC("<ID>Ửữứựậẫẩầấế</ID>")},
	      {"<same from='Code' to='Document/ID' cut='yes'/>", "<A><Code>12345678901</Code></A>",
	       DOC("<ID>1234567890</ID>")});
}

/* ---- Conversions ---- */

static void conversions_are_done_and_named(void **state)
{
	CHECK({"<value from='Date' to='Document/Date' convert='date' from-form='ddmmyyyy' "
	       "to-form='102'/>"
	       "<constant to='Document/Date/@form' value='102'/>"
	       "<value from='Mode' to='Document/Mode' convert='list' list='modes'/>"
	       "<value from='Number' to='Document/Amount' convert='decimal'/>"
	       "<value from='Name' to='Document/ID' convert='ascii upper' cut='yes'/>",
	       "<A><Date>31122026</Date><Mode>3</Mode><Name>Đặng "
	       "Thị</Name><Number>007.50</Number></A>",
	       DOC("<ID>DANG THI</ID><Date "
		   "form=\"102\">20261231</Date><Mode>1</Mode><Amount>7.5</Amount>"),
	       {"changed /A[1]/Date[1] > /Meta[1]/Document[1]/Date[1] = 31122026 > 20261231 "
		"date-form",
		"changed /A[1]/Mode[1] > /Meta[1]/Document[1]/Mode[1] = 3 > 1 code-list-lossy",
		"changed /A[1]/Number[1] > /Meta[1]/Document[1]/Amount[1] = 007.50 > 7.5 "
		"decimal-form",
		"changed /A[1]/Name[1] > /Meta[1]/Document[1]/ID[1] = Đặng Thị > DANG THI "
		"upper-case",
		"supplied /Meta[1]/Document[1]/Date[1]/@form = 102 constant "
		"maps/test.a~test.b.xml:2"}},
	      {"<value from='Number' to='Document/Amount' convert='decimal'/>",
	       "<A><Number>7.5</Number></A>",
	       DOC("<Amount>7.5</Amount>"),
	       {"field /A[1]/Number[1] > /Meta[1]/Document[1]/Amount[1] = 7.5"}},
	      {"<value from='Date' to='Document/Date' convert='date' from-form='ddmmyyyy' "
	       "to-form='102'/>"
	       "<value from='Mode' to='Document/Mode' convert='list' list='modes'/>",
	       "<A><Date>31022026</Date><Mode>9</Mode></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Date[1]", "value-not-convertible /A[1]/Mode[1]"}});
}

/* ---- What is supplied ---- */

static void constants_stand_with_what_they_belong_to(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/><constant to='Version' value='1'/>"
	       "<constant to='Document/Amount' value='0' with='Document/Role'/>",
	       "<A><Code>1</Code></A>",
	       "<Meta xmlns=\"urn:test:b-meta\"><Version>1</Version><Document "
	       "xmlns=\"urn:test:b\"><ID>1</ID>"
	       "</Document></Meta>",
	       {"supplied /Meta[1]/Version[1] = 1 constant maps/test.a~test.b.xml:2"}},
	      {"<constant to='Document/Date/@form' value='102'/><value from='Code' "
	       "to='Document/ID'/>"
	       "<value from='Date' to='Document/Date'/>",
	       "<A><Code>1</Code></A>", DOC("<ID>1</ID>")},
	      {"<value from='Party/Name' to='Document/Role/Name'/>"
	       "<constant to='Document/Role/ID' value='?' with='Document/Role/Name'/>"
	       "<value from='Party/Code' to='Document/Role/ID'/>",
	       "<A><Party><Name>a</Name></Party><Party><Name>b</Name><Code>2</Code></Party></A>",
	       DOC("<Role><Name>a</Name><ID>?</ID></Role><Role><Name>b</Name><ID>2</ID></Role>")});
}

static void facts_are_supplied_with_their_origin(void **state)
{
	CHECK({.rules = "<value from='Code' to='Document/ID'/><supply to='Version' "
			"from='event.version'/>"
			"<supply to='Document/Owner/Name' from='registry.owner' optional='yes'/>"
			"<supply to='Document/Amount' from='route.amount' default='0'/>",
	       .source = "<A><Code>1</Code></A>",
	       .output = "<Meta xmlns=\"urn:test:b-meta\"><Version>2</Version><Document "
			 "xmlns=\"urn:test:b\"><ID>1</ID>"
			 "<Amount>0</Amount></Document></Meta>",
	       .rows = {"supplied /Meta[1]/Version[1] = 2 event event.version",
			"supplied /Meta[1]/Document[1]/Amount[1] = 0 constant "
			"maps/test.a~test.b.xml:2"},
	       .facts = {"event.version", " 2 "}},
	      {.rules = "<value from='Code' to='Document/ID'/><supply to='Document/ID' "
			"from='event.id'/>",
	       .source = "<A><Code>1</Code></A>",
	       .output = DOC("<ID>1</ID>")},
	      {.rules = "<value from='Code' to='Document/ID'/><supply to='Document/ID' "
			"from='event.id'/>",
	       .source = "<A><Name>1</Name></A>",
	       .rows = {"value-missing /Meta[1]/Document/ID"}},
	      {.rules = "<value from='Name' to='Document/Amount'/><supply to='Document/ID' "
			"from='event.id'/>",
	       .source = "<A><Name>1</Name></A>",
	       .rows = {"value-too-long /Meta[1]/Document/ID"},
	       .facts = {"event.id", "12345678901"}},
	      {.rules = "<value from='Name' to='Document/Amount'/><supply to='Document/ID' "
			"from='event.id'/>",
	       .source = "<A><Name>1</Name></A>",
	       .rows = {"value-not-convertible /Meta[1]/Document/ID"},
	       .facts = {"event.id", "a\x01"}},
	      {.rules = "<value from='Name' to='Document/Amount'/><supply to='Document/ID' "
			"from='event.id'/>",
	       .source = "<A><Name>1</Name></A>",
	       .rows = {"value-not-convertible /Meta[1]/Document/ID"},
	       .facts = {"event.id", "a\xED\xA0\x80"}});
}

static void a_mandatory_value_that_nobody_gives_holds_the_document(void **state)
{
	CHECK({"<group from='Item' to='Document/Line'><value from='Number' to='Sequence'/>"
	       "<value from='Text' to='Text'/></group>",
	       "<A><Item><Number>1</Number></Item><Item><Text>t</Text></Item></A>",
	       NULL,
	       {"value-missing /Meta[1]/Document[1]/Line[2]/Sequence[1]"}});
}

static void an_output_that_is_not_valid_is_never_given_out(void **state)
{
	CHECK({"<value from='Mode' to='Document/Mode'/>",
	       "<A><Mode>7</Mode></A>",
	       NULL,
	       {"value-not-in-list /Meta[1]/Document[1]/Mode[1]"}});
}

/* ---- The whole ---- */

static void the_same_input_gives_the_same_bytes(void **state)
{
	static const struct example example = {
		.rules = "<same from='Extra' to='Document/Extra'/><value from='Remark' "
			 "to='Document/Info/Value'/>",
		.source = "<A><Remark>a\r\nb&#13;</Remark><Extra><Q>&lt;1&gt;</Q></Extra></A>"};
	struct example_run first, second;
	struct buffer a, b;

	(void)state;
	example_translate(&first, &example);
	example_translate(&second, &example);
	assert_true(first.translation.output.len > 0);
	assert_true(bytes_equal(first.translation.output, second.translation.output));
	buffer_init(&a, LIMIT_PAYLOAD_BYTES);
	buffer_init(&b, LIMIT_PAYLOAD_BYTES);
	assert_int_equal(report_format_json(&first.translation.report, &a), OK);
	assert_int_equal(report_format_json(&second.translation.report, &b), OK);
	assert_true(bytes_equal(buffer_bytes(&a), buffer_bytes(&b)));
	buffer_clear(&a);
	buffer_clear(&b);
	example_end(&first);
	example_end(&second);
}

static void the_report_is_the_json_of_the_interface(void **state)
{
	static const struct example example = {
		.rules = "<value from='Code' to='Document/ID'/><value from='Number' "
			 "to='Document/Amount' convert='decimal'/>"
			 "<constant to='Version' value='1'/>",
		.source = "<A><Code>a\"\\&#9;</Code><Name>Đ</Name><Number>01</Number></A>"};
	struct example_run run;
	struct buffer json;
	char *at;

	(void)state;
	example_translate(&run, &example);
	buffer_init(&json, LIMIT_PAYLOAD_BYTES);
	assert_int_equal(report_format_json(&run.translation.report, &json), OK);
	buffer_put_byte(&json, 0);
	at = (char *)json.at;
	assert_int_equal(
		strncmp(at, "{\"from\":\"test.a/1\",\"to\":\"test.b/1\",\"schemaSet\":\"", 45), 0);
	assert_string_equal(
		strstr(at, ",\"fields\""),
		",\"fields\":[],\"changed\":[{\"source\":\"/A[1]/Code[1]\",\"target\":\"/Meta[1]/"
		"Document[1]/ID[1]\","
		"\"from\":\"a\\\"\\\\\\t\",\"to\":\"a\\\"\\\\\",\"reason\":\"white-space\"},"
		"{\"source\":\"/A[1]/Number[1]\",\"target\":\"/Meta[1]/Document[1]/"
		"Amount[1]\",\"from\":\"01\","
		"\"to\":\"1\",\"reason\":\"decimal-form\"}],\"dropped\":[{\"source\":\"/A[1]/"
		"Name[1]\",\"value\":\"Đ\","
		"\"reason\":\"no-counterpart\"}],\"supplied\":[{\"target\":\"/Meta[1]/"
		"Version[1]\",\"value\":\"1\","
		"\"origin\":\"constant\",\"ref\":\"maps/test.a~test.b.xml:2\"}]}\n");
	buffer_clear(&json);
	example_end(&run);
}

static void no_map_is_said_so(void **state)
{
	static const struct example example = {.rules = "<value from='Code' to='Document/ID'/>",
					       .source = "<A><Code>1</Code></A>"};
	struct translation untouched = {0};
	struct example_run run;

	(void)state;
	example_translate(&run, &example);
	assert_int_equal(translate_document(run.set, run.document,
					    schema_set_find(run.set, "test.b"),
					    schema_set_find(run.set, "test.a"), &run.facts,
					    run.arena, &run.findings, &untouched),
			 ERR_MISSING);
	assert_null(untouched.output.at);
	example_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_carried_and_the_rest_listed),
		cmocka_unit_test(white_space_around_a_value_is_taken_off_and_said),
		cmocka_unit_test(the_first_rule_takes_a_value_and_a_second_use_is_supplied),
		cmocka_unit_test(repeated_values_fill_repeated_targets_and_stay_together),
		cmocka_unit_test(
			what_the_target_has_no_room_for_is_found_or_dropped_as_the_map_says),
		cmocka_unit_test(a_value_that_is_too_long_is_found_unless_it_may_be_cut),
		cmocka_unit_test(conversions_are_done_and_named),
		cmocka_unit_test(constants_stand_with_what_they_belong_to),
		cmocka_unit_test(facts_are_supplied_with_their_origin),
		cmocka_unit_test(a_mandatory_value_that_nobody_gives_holds_the_document),
		cmocka_unit_test(an_output_that_is_not_valid_is_never_given_out),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(the_report_is_the_json_of_the_interface),
		cmocka_unit_test(no_map_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
