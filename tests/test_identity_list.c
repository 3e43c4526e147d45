/*
 * identity_list: page by page everything comes once, newest first, however much there is, and the
 * last page says that it is the last.
 */
#include "node/identity_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "node/mandate.h"
#include "tests/support/registry.h"

#define GOM "0100101308"
#define HAI "0200456781"
#define MANY (2 * IDENTITY_LIST + 17)

static json_t *page_new(struct node_fixture *fixture, const struct caller *caller, const char *what,
			uint64_t before)
{
	struct buffer buffer;
	json_t *page;

	buffer_init(&buffer, (size_t)16 * 1024 * 1024);
	assert_int_equal(identity_list(&fixture->turn, caller, what, before, &buffer), OK);
	page = json_loadb((const char *)buffer.at, buffer.len, 0, NULL);
	assert_non_null(page);
	buffer_clear(&buffer);
	return page;
}

/* How many there are on all pages; each must be older than the one before. */
static size_t count_all(struct node_fixture *fixture, const struct caller *caller, const char *what,
			const char *number)
{
	json_int_t before = 0, last = INT64_MAX;
	size_t count = 0;

	do {
		json_t *page = page_new(fixture, caller, what, (uint64_t)before), *item;
		const json_t *next = json_object_get(page, "next");
		size_t i;

		json_array_foreach(json_object_get(page, what), i, item)
		{
			json_int_t one = json_integer_value(json_object_get(item, number));

			assert_true(one > 0 && one < last);
			last = one;
			count++;
		}
		assert_true(json_is_integer(next) || json_is_null(next));
		before = json_integer_value(next);
		json_decref(page);
	} while (before != 0);
	return count;
}

static void ask_in_turn(struct node_fixture *fixture, const char *verb, const char *const *pairs)
{
	struct identity_ask ask = {.caller = registry_operator("test"), .verb = verb};
	struct facts answer;

	facts_init(&ask.facts, fixture->arena);
	facts_init(&answer, fixture->arena);
	for (; pairs[0] != NULL; pairs += 2)
		assert_int_equal(facts_put(&ask.facts, pairs[0], pairs[1]), OK);
	assert_int_equal(identity_serve(&fixture->turn, &ask, &answer), OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
}

static const char *numbered(struct node_fixture *fixture, const char *text, unsigned i)
{
	return arena_format(fixture->arena, "%s%u", text, i);
}

static void all_accounts_are_listed_however_many_there_are(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller operator= registry_operator("");

	node_fixture_begin(fixture);
	for (unsigned i = 0; i < MANY; i++)
		ask_in_turn(fixture, "user-add",
			    PAIRS("name", numbered(fixture, "user", i), "roles", "auditor",
				  "verifier", "v"));
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(count_all(fixture, &operator, "users", "number"), MANY);
	assert_int_equal(count_all(fixture, &operator, "audit", "number"), MANY);
}

static void all_tokens_are_listed_however_many_there_are(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller operator= registry_operator("");

	node_fixture_begin(fixture);
	for (unsigned i = 0; i < MANY; i++)
		ask_in_turn(fixture, "token-make",
			    PAIRS("name", "erp", "party", "gom", "hash",
				  registry_hash(numbered(fixture, "s", i))));
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(count_all(fixture, &operator, "credentials", "number"), MANY);
}

/* The agent's party is a principal too, so two lists become one. */
static void all_mandates_are_listed_however_many_there_are(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller operator= registry_operator(""), hai, gom;

	fixture->parties[0].roles |= PARTY_AGENT;
	node_fixture_begin(fixture);
	for (unsigned i = 0; i < MANY; i++) {
		const char *until = arena_format(fixture->arena, "20%02u-%02u-%02u", 30 + i / 336,
						 1 + i / 28 % 12, 1 + i % 28);

		ask_in_turn(fixture, "mandate-give",
			    i % 3 == 0
				    ? PAIRS("principal", HAI, "agent", "gom", "until", until)
				    : PAIRS("principal", GOM, "agent", "dai-ly", "until", until));
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(caller_of_folder(&fixture->config, "dai-ly", &hai), OK);
	assert_int_equal(caller_of_folder(&fixture->config, "gom", &gom), OK);
	assert_int_equal(count_all(fixture, &operator, "mandates", "number"), MANY);
	assert_int_equal(count_all(fixture, &hai, "mandates", "number"), MANY);
	assert_int_equal(count_all(fixture, &gom, "mandates", "number"), MANY);
}

static void a_list_of_nothing_says_that_it_is_whole(void **state)
{
	static const char *const lists[] = {"users", "credentials", "mandates", "audit"};
	struct caller operator= registry_operator("");

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *page = page_new(*state, &operator, lists[i], 0);

		assert_int_equal(json_array_size(json_object_get(page, lists[i])), 0);
		assert_true(json_is_null(json_object_get(page, "next")));
		json_decref(page);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_accounts_are_listed_however_many_there_are),
		TEST(all_tokens_are_listed_however_many_there_are),
		TEST(all_mandates_are_listed_however_many_there_are),
		TEST(a_list_of_nothing_says_that_it_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
