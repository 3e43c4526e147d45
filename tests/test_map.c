/* Maps are refused when they do not fit, with file, line and what is wrong; and the shipped ones
 * are valid by their XSD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <string.h>

#include "messages/map.h"
#include "support/set_folder.h"

struct example {
	const char *rules;
	const char *code;
	unsigned line; /* 2 is the line of the rules' beginning */
	const char *value;
};

static struct findings findings;
static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(1 << 22);
	findings_init(&findings, arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum err load(const char *attributes, const char *rules)
{
	struct schema_set *set = NULL;
	enum err err;

	findings_init(&findings, arena);
	err = set_folder_load(attributes, rules, &findings, &set);
	schema_set_free(set);
	return err;
}

static void a_map_gives_one_direction_or_two(void **state)
{
	struct schema_set *set = NULL;

	(void)state;
	assert_int_equal(
		set_folder_load("", "<value from='Code' to='Document/ID'/>", &findings, &set), OK);
	assert_int_equal(schema_set_map_count(set), 1);
	assert_string_equal(schema_full_id(map_from(schema_set_map_at(set, 0))), "test.a/1");
	assert_string_equal(schema_full_id(map_to(schema_set_map_at(set, 0))), "test.b/1");
	schema_set_free(set);
	assert_int_equal(set_folder_load("inverse='yes'", "<value from='Code' to='Document/ID'/>",
					 &findings, &set),
			 OK);
	assert_int_equal(schema_set_map_count(set), 2);
	assert_non_null(schema_set_map(set, schema_set_find(set, "test.b"),
				       schema_set_find(set, "test.a")));
	schema_set_free(set);
}

static void expect_refused(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct example *example = &examples[i];

		assert_int_equal(load("", example->rules), ERR_CONFIG);
		if (findings.count != 1)
			fail_msg("%s: %zu findings", example->rules, findings.count);
		assert_string_equal(findings.items[0].code, example->code);
		assert_string_equal(findings.items[0].path, "maps/test.a~test.b.xml");
		assert_int_equal(findings.items[0].line, example->line);
		assert_string_equal(findings.items[0].value, example->value);
	}
}

static void what_does_not_fit_is_refused_with_line_and_value(void **state)
{
	static const struct example examples[] = {
		{"<value from='Cod' to='Document/ID'/>", "map-path-unknown", 2, "Cod"},
		{"\n<value from='Code' to='Document/Id'/>", "map-path-unknown", 3, "Document/Id"},
		{"<value from='/B/Code' to='Document/ID'/>", "map-path-unknown", 2, "/B/Code"},
		{"<value from='@Code' to='Document/ID'/>", "map-path-unknown", 2, "@Code"},
		{"<value from='' to='Document/ID'/>", "value-empty", 2, ""},
		{"<value from='Party//Name' to='Document/ID'/>", "value-pattern", 2, "Party//Name"},
		{"<value from='Party' to='Document/ID'/>", "map-path-holds-no-text", 2, "Party"},
		{"<value from='Code' to='Document'/>", "map-path-holds-no-text", 2, "Document"},
		{"<group from='@id' to='Document'/>", "map-path-no-element", 2, "@id"},
		{"<group from='Item' to='Document/Line'>\n<value from='Name' to='Text'/></group>",
		 "map-path-unknown", 3, "Name"},
		{"<valu from='Code' to='Document/ID'/>", "element-unexpected", 2, ""},
		{"<value from='Code'/>", "attribute-missing", 2, ""},
		{"<value from='Code' to='Document/ID' colour='red'/>", "attribute-unexpected", 2,
		 "red"},
		{"<value from='Code' to='Document/ID' cut='maybe'/>", "value-not-in-list", 2,
		 "maybe"},
		{"<value from='Code' to='Document/ID' many='cut'/>", "value-not-in-list", 2, "cut"},
		{"<value from='Code' to='Document/ID' way='up'/>", "value-not-in-list", 2, "up"},
		{"<value from='Code' to='Document/ID' convert='shout'/>", "value-pattern", 2,
		 "shout"},
		{"<value from='Code' to='Document/ID' convert='list' list='none'/>",
		 "map-list-unknown", 2, "none"},
		{"<value from='Code' to='Document/ID' convert='list'/>", "map-attribute-missing", 2,
		 "list"},
		{"<value from='Date' to='Document/Date' convert='date' from-form='102'/>",
		 "map-attribute-missing", 2, "to-form"},
		{"<value from='Date' to='Document/Date' convert='date' from-form='102' "
		 "to-form='yy'/>",
		 "value-not-in-list", 2, "yy"},
		{"<value from='Date' to='Document/Date' convert='date' from-form='102' "
		 "to-form='304'/>",
		 "map-date-invented", 2, "102"},
		{"<supply to='Document/ID' from='dream.number'/>", "value-pattern", 2,
		 "dream.number"},
		{"<supply to='Document/ID' from='event.'/>", "value-pattern", 2, "event."},
		{"<drop from='Code' reason='boring'/>", "value-not-in-list", 2, "boring"},
		{"<group from='Item' to='Document/Line'><require path='Number'/></group>",
		 "element-unexpected", 2, ""},
		{"<constant to='Document/ID' value='1' with='Document/None'/>", "map-path-unknown",
		 2, "Document/None"},
		{"<same from='@id' to='Document'/>", "map-path-no-element", 2, "@id"},
	};

	(void)state;
	expect_refused(examples, sizeof(examples) / sizeof(examples[0]));
}

static void what_cannot_be_split_or_joined_is_refused(void **state)
{
	static const struct example examples[] = {
		{"<split group='Item' at='0'/>", "value-wrong", 2, "0"},
		{"<split group='Item' at='5x'/>", "value-wrong", 2, "5x"},
		{"<split group='.' at='5'/>", "map-value-wrong", 2, "."},
		{"<split group='Item/Part' at='5'/>", "map-path-repeats", 2, "Item/Part"},
		{"<split group='Item' at='5'><number to='Document/Line/Text'/></split>",
		 "map-path-repeats", 2, "Document/Line/Text"},
		{"<split group='Item' at='5'><first to='Document/ID' value='F' else='x'/></split>",
		 "value-pattern", 2, "x"},
		{"<split group='Item' at='5'>\n<once/></split>", "attribute-missing", 3, ""},
		{"<split group='Item' at='5'>\n<t/></split>", "element-unexpected", 3, ""},
		{"<split group='Item' at='5'/>\n<split group='Item' at='5'/>", "map-rule-misplaced",
		 3, "split"},
		{"<group from='Item' to='Document/Line'><split group='Part' at='5'/></group>",
		 "element-unexpected", 2, ""},
		{"<join group='Item' number='Code' total='Remark'/>", "map-path-repeats", 2,
		 "Remark"},
		{"<join group='Item' number='Code' total='@id'/>", "map-path-no-element", 2, "@id"},
		{"<join group='Item' number='Code' total='Name'><once path='Date' "
		 "reason='boring'/></join>",
		 "value-not-in-list", 2, "boring"},
	};

	(void)state;
	expect_refused(examples, sizeof(examples) / sizeof(examples[0]));
}

static void all_faults_of_a_map_are_told_at_once(void **state)
{
	(void)state;
	assert_int_equal(
		load("",
		     "<value from='No' to='Document/ID'/>\n<value from='Nor' to='Document/ID'/>"),
		ERR_CONFIG);
	assert_int_equal(findings.count, 2);
	assert_int_equal(findings.items[1].line, 3);
}

static void a_map_that_is_no_xml_or_names_no_kind_is_refused(void **state)
{
	(void)state;
	assert_int_equal(load("", "<value"), ERR_CONFIG);
	assert_string_equal(findings.items[0].code, "not-well-formed");
	assert_string_equal(findings.items[0].path, "maps/test.a~test.b.xml");
	assert_int_equal(load("colour='red'", ""), ERR_CONFIG);
	assert_string_equal(findings.items[0].code, "attribute-unexpected");
	assert_int_equal(load("inverse='perhaps'", ""), ERR_CONFIG);
	assert_string_equal(findings.items[0].code, "value-not-in-list");
}

static void a_rule_for_one_way_is_checked_against_that_ways_kinds(void **state)
{
	(void)state;
	assert_int_equal(load("inverse='yes'", "<value way='back' from='Document/ID' to='Code'/>"),
			 OK);
	assert_int_equal(load("inverse='yes'", "<value way='back' from='Code' to='Document/ID'/>"),
			 ERR_CONFIG);
	assert_int_equal(load("inverse='yes'", "<value from='Date' to='Document/Date' "
					       "convert='date' from-form='304' to-form='102'/>"),
			 ERR_CONFIG);
	assert_string_equal(findings.items[0].code, "map-date-invented");
	assert_int_equal(load("inverse='yes'",
			      "<value way='forth' from='Date' to='Document/Date' convert='date'"
			      " from-form='304' to-form='102'/>"),
			 OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_map_gives_one_direction_or_two, begin, end),
		cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused_with_line_and_value,
						begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_split_or_joined_is_refused, begin,
						end),
		cmocka_unit_test_setup_teardown(all_faults_of_a_map_are_told_at_once, begin, end),
		cmocka_unit_test_setup_teardown(a_map_that_is_no_xml_or_names_no_kind_is_refused,
						begin, end),
		cmocka_unit_test_setup_teardown(
			a_rule_for_one_way_is_checked_against_that_ways_kinds, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
