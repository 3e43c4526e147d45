#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/shape.h"
#include "sampan/limit.h"

struct fixture {
	struct arena *arena;
	struct findings findings;
	const struct shape *shape;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&fixture->findings, fixture->arena);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static void load_good(struct fixture *fixture)
{
	assert_int_equal(shape_load("tests/data/shape/good.xsd", "Doc", fixture->arena,
				    &fixture->findings, &fixture->shape),
			 OK);
	assert_int_equal(fixture->findings.count, 0);
}

static void children_are_elements_in_schema_order_then_attributes_by_name(void **state)
{
	static const char *const names[] = {"Head", "One", "Two", "Lines", "age", "zone"};
	static const uint32_t orders[] = {2, 3, 4, 5, 0, 1};
	struct fixture *fixture = *state;

	load_good(fixture);
	assert_int_equal(fixture->shape->child_count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(fixture->shape->children[i]->name, names[i]);
		assert_int_equal(fixture->shape->children[i]->order, orders[i]);
		assert_int_equal(fixture->shape->children[i]->is_attribute, i > 3);
		assert_ptr_equal(fixture->shape->children[i]->parent, fixture->shape);
	}
}

static const struct {
	const char *path;
	uint32_t min;
	uint32_t max;
	uint32_t max_length;
	bool is_leaf;
	const char *namespace;
	const char *item;
	const char *base;
} rows[] = {
	{"/Doc", 1, 1, 0, false, "urn:doc", "", ""},
	{"/Doc/Head", 1, 1, 0, false, "urn:doc", "", ""},
	{"Head/Name", 1, 2, 7, true, "urn:doc", "", "string"},
	{"One", 0, 9, 35, true, "urn:doc", "", "string"},
	{"Two", 0, 24, 0, true, "urn:doc", "", "decimal"},
	{"Lines", 0, SHAPE_UNBOUNDED, 0, false, "urn:doc", "", ""},
	{"Lines/Amount", 1, 1, 16, true, "urn:doc", "QN1", "string"},
	{"Lines/Amount/@unit", 1, 1, 35, true, "", "", "string"},
	{"@age", 1, 1, 35, true, "", "", "string"},
	{"/Doc/@zone", 0, 1, 0, true, "", "", "string"},
};

static void groups_references_and_derived_types_are_resolved(void **state)
{
	struct fixture *fixture = *state;

	load_good(fixture);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct shape *shape = shape_find(fixture->shape, rows[i].path);

		print_message("  %s\n", rows[i].path);
		assert_non_null(shape);
		assert_int_equal(shape->min, rows[i].min);
		assert_int_equal(shape->max, rows[i].max);
		assert_int_equal(shape->max_length, rows[i].max_length);
		assert_int_equal(shape->is_leaf, rows[i].is_leaf);
		assert_string_equal(shape->namespace, rows[i].namespace);
		assert_string_equal(shape->item, rows[i].item);
		assert_string_equal(shape->item_of, *rows[i].item == 0 ? "" : "vnaccs");
		assert_string_equal(shape->base, rows[i].base);
	}
}

static void what_the_shape_does_not_have_is_not_found(void **state)
{
	static const char *const paths[] = {
		"/Dog",      "/Head", "Doc", "Head/One", "@Head", "age", "Lines/Amount/unit",
		"Head//Name"};
	struct fixture *fixture = *state;

	load_good(fixture);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_null(shape_find(fixture->shape, paths[i]));
	assert_ptr_equal(shape_find(shape_find(fixture->shape, "Head/Name"), "/Doc"),
			 fixture->shape);
}

static void what_is_outside_the_profile_is_named_with_file_and_line(void **state)
{
	static const struct {
		const char *name;
		unsigned line;
	} cases[] = {
		{"recursive", 2},    {"mixed", 4},  {"any", 4},          {"untyped", 3},
		{"missing-type", 4}, {"union", 4},  {"missing-file", 2}, {"outside", 2},
		{"group", 4},        {"broken", 2}, {"no-such", 0},
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding *finding;

		print_message("  %s\n", cases[i].name);
		findings_init(&fixture->findings, fixture->arena);
		assert_int_equal(shape_load(arena_format(fixture->arena, "tests/data/shape/%s.xsd",
							 cases[i].name),
					    "Doc", fixture->arena, &fixture->findings,
					    &fixture->shape),
				 ERR_CONFIG);
		assert_null(fixture->shape);
		assert_int_equal(fixture->findings.count, 1);
		finding = &fixture->findings.items[0];
		assert_string_equal(finding->code, "schema-profile");
		assert_string_equal(finding->path,
				    arena_format(fixture->arena, "xsd/%s.xsd", cases[i].name));
		assert_int_equal(finding->line, cases[i].line);
	}
}

static void a_root_that_the_xsd_lacks_is_a_fault(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(shape_load("tests/data/shape/good.xsd", "Nothing", fixture->arena,
				    &fixture->findings, &fixture->shape),
			 ERR_CONFIG);
	assert_string_equal(fixture->findings.items[0].value, "Nothing");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(children_are_elements_in_schema_order_then_attributes_by_name),
		TEST(groups_references_and_derived_types_are_resolved),
		TEST(what_the_shape_does_not_have_is_not_found),
		TEST(what_is_outside_the_profile_is_named_with_file_and_line),
		TEST(a_root_that_the_xsd_lacks_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
