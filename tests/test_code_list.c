#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "messages/code_list.h"

struct world {
	struct arena *arena;
	struct findings findings;
};

static int begin(void **state)
{
	static struct world world;

	world.arena = arena_new(1 << 20);
	findings_init(&world.findings, world.arena);
	*state = &world;
	return 0;
}

static int end(void **state)
{
	struct world *world = *state;

	arena_free(world->arena);
	return 0;
}

static enum err parse(struct world *world, const char *text, struct code_list **ret_list)
{
	return code_list_parse("modes", bytes_of_text(text), world->arena, &world->findings,
			       ret_list);
}

static struct code_list *modes(struct world *world)
{
	struct code_list *list = NULL;

	assert_int_equal(parse(world,
			       "# source: somewhere\n# date: 2024-01-01\n"
			       "1\t4\n2\t1\n3\t1\n4\t3\n6\t8\tlossy\n",
			       &list),
			 OK);
	return list;
}

static void forth_takes_the_first_line_with_that_code(void **state)
{
	struct code_list *list = modes(*state);
	bool lossy = true;

	assert_string_equal(code_list_name(list), "modes");
	assert_string_equal(code_list_forth(list, "1", &lossy), "4");
	assert_false(lossy);
	assert_string_equal(code_list_forth(list, "2", &lossy), "1");
	assert_false(lossy);
}

static void a_pair_whose_way_back_differs_is_lossy(void **state)
{
	struct code_list *list = modes(*state);
	bool lossy = false;

	assert_string_equal(code_list_forth(list, "3", &lossy), "1");
	assert_true(lossy);
	assert_string_equal(code_list_back(list, "1", &lossy), "2");
	assert_false(lossy);
}

static void a_pair_that_says_lossy_is_lossy_both_ways(void **state)
{
	struct code_list *list = modes(*state);
	bool lossy = false;

	assert_string_equal(code_list_forth(list, "6", &lossy), "8");
	assert_true(lossy);
	lossy = false;
	assert_string_equal(code_list_back(list, "8", &lossy), "6");
	assert_true(lossy);
}

static void a_code_that_is_not_in_the_list_gives_null(void **state)
{
	struct code_list *list = modes(*state);
	bool lossy = false;

	assert_null(code_list_forth(list, "7", &lossy));
	assert_null(code_list_forth(list, "", &lossy));
	assert_null(code_list_back(list, "9", &lossy));
}

static void back_takes_the_first_line_with_that_target(void **state)
{
	struct code_list *list = NULL;
	bool lossy = false;

	assert_int_equal(parse(*state, "b\tx\r\na\tx\r\na\ty\r\n", &list), OK);
	assert_string_equal(code_list_back(list, "x", &lossy), "b");
	assert_string_equal(code_list_back(list, "y", &lossy), "a");
	assert_true(lossy);
	assert_string_equal(code_list_forth(list, "a", &lossy), "x");
}

static void an_empty_list_knows_nothing(void **state)
{
	struct code_list *list = NULL;
	bool lossy;

	assert_int_equal(parse(*state, "", &list), OK);
	assert_null(code_list_forth(list, "a", &lossy));
}

static void a_wrong_line_is_named(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = {
		{"a\tb\nonly one\n", 2},
		{"\tb\n", 1},
		{"a\t\n", 1},
		{"a\tb\tmaybe\n", 1},
		{"a\tb\tlossy\tx\n", 1},
		{"a\tb\t\t0\n", 1},
		{"a\tb\t\t2\tx\n", 1},
		{"a\t\xFF\n", 0},
		{"a\tb\nc\rd\te\n", 2},
		{"a\tb\rc\r\n", 1},
		{"a\tb\r\r\n", 1},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct code_list *list = NULL;

		findings_init(&world->findings, world->arena);
		assert_int_equal(parse(world, cases[i].text, &list), ERR_CONFIG);
		assert_null(list);
		assert_int_equal(world->findings.count, 1);
		assert_int_equal(world->findings.items[0].line, cases[i].line);
		assert_string_equal(world->findings.items[0].path, "lists/modes.tsv");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(forth_takes_the_first_line_with_that_code, begin,
						end),
		cmocka_unit_test_setup_teardown(a_pair_whose_way_back_differs_is_lossy, begin, end),
		cmocka_unit_test_setup_teardown(a_pair_that_says_lossy_is_lossy_both_ways, begin,
						end),
		cmocka_unit_test_setup_teardown(a_code_that_is_not_in_the_list_gives_null, begin,
						end),
		cmocka_unit_test_setup_teardown(back_takes_the_first_line_with_that_target, begin,
						end),
		cmocka_unit_test_setup_teardown(an_empty_list_knows_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_wrong_line_is_named, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
