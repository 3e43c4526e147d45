/* fair: who comes next, whatever others put, in what order, and how large it is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/fair.h"

#define THINGS 64u
#define LARGE ((size_t)8 * 1024 * 1024)
#define SMALL ((size_t)10 * 1024)

struct thing {
	struct fair_item item; /* first */
	char name;
};

struct scene {
	struct fair *fair;
	struct thing things[THINGS];
	size_t count;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	scene->fair = fair_new();
	assert_non_null(scene->fair);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	fair_free(scene->fair);
	free(scene);
	return 0;
}

/* One thing for each letter, which is its owner. */
static void put(struct scene *scene, const char *owners, size_t cost)
{
	for (; *owners != '\0'; owners++) {
		struct thing *thing = &scene->things[scene->count++];
		const char owner[] = {*owners, '\0'};

		assert_true(scene->count <= THINGS);
		thing->name = *owners;
		assert_int_equal(fair_put(scene->fair, owner, cost, &thing->item), OK);
	}
}

/* Takes so many as expected, and no other. */
static void assert_taken(struct scene *scene, const char *expected)
{
	char taken[THINGS + 1] = "";

	for (size_t i = 0; i < strlen(expected); i++) {
		struct fair_item *first = fair_first(scene->fair);
		struct fair_item *item = fair_take(scene->fair);

		assert_ptr_equal(first, item);
		if (item == NULL)
			break;
		taken[i] = ((struct thing *)item)->name;
		fair_done(scene->fair, item);
	}
	assert_string_equal(taken, expected);
}

static void nothing_waits_where_nothing_was_put(void **state)
{
	struct scene *scene = *state;

	assert_null(fair_first(scene->fair));
	assert_null(fair_take(scene->fair));
	put(scene, "a", 1);
	assert_taken(scene, "a");
	assert_null(fair_take(scene->fair));
}

static void who_has_many_takes_turns_with_who_has_one(void **state)
{
	struct scene *scene = *state;

	put(scene, "aaaaaaaa", SMALL);
	put(scene, "b", SMALL);
	put(scene, "c", SMALL);
	assert_taken(scene, "abcaaaaaaa");
}

/* Eight connections with 8 MB each were six seconds' work before anybody else's. */
static void what_is_costly_waits_until_others_were_given_as_much(void **state)
{
	struct scene *scene = *state;

	put(scene, "aaaaaaaa", LARGE);
	assert_taken(scene, "aa"); /* two workers */
	put(scene, "bbbbcccc", SMALL);
	assert_taken(scene, "bcbcbcbc");
	assert_taken(scene, "aaaaaa");
}

static void what_is_as_costly_comes_in_turns(void **state)
{
	struct scene *scene = *state;

	put(scene, "aaaabb", LARGE);
	assert_taken(scene, "ababaa");
}

static void who_had_nothing_to_do_saved_nothing_up(void **state)
{
	struct scene *scene = *state;

	put(scene, "b", SMALL);
	assert_taken(scene, "b");
	put(scene, "aaaa", LARGE);
	assert_taken(scene, "aaaa");
	put(scene, "aabbbb", SMALL);
	assert_taken(
		scene,
		"bbbb"); /* a was given 32 MB when it was alone: that is not forgotten at once */
	assert_taken(scene, "aa");
	put(scene, "bb", SMALL);
	put(scene, "aa", SMALL);
	assert_taken(scene, "baba");
}

static void what_is_put_back_is_the_first_of_its_owner_and_paid_for_once(void **state)
{
	struct scene *scene = *state;
	struct fair_item *first, *again;

	put(scene, "aab", SMALL);
	first = fair_take(scene->fair);
	assert_ptr_equal(first, &scene->things[0].item);
	fair_put_back(scene->fair, first);
	again = fair_take(scene->fair);
	assert_true(again == first || again == &scene->things[2].item);
	fair_put_back(scene->fair, again);
	for (size_t i = 0; i < 3; i++) {
		assert_non_null(fair_first(scene->fair));
		fair_done(scene->fair, fair_take(scene->fair));
	}
	assert_null(fair_first(scene->fair));
}

static void owners_come_and_go(void **state)
{
	struct scene *scene = *state;

	for (char owner = 'a'; owner <= 'z'; owner++) {
		const char name[] = {owner, '\0'};

		put(scene, name, SMALL);
		assert_taken(scene, name);
	}
	put(scene, "abcz", SMALL);
	for (size_t i = 0; i < 4; i++)
		fair_done(scene->fair, fair_take(scene->fair));
	assert_null(fair_take(scene->fair));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_waits_where_nothing_was_put),
		TEST(who_has_many_takes_turns_with_who_has_one),
		TEST(what_is_costly_waits_until_others_were_given_as_much),
		TEST(what_is_as_costly_comes_in_turns),
		TEST(who_had_nothing_to_do_saved_nothing_up),
		TEST(what_is_put_back_is_the_first_of_its_owner_and_paid_for_once),
		TEST(owners_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
