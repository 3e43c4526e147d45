/*
 * Lists of facts: each name once, found whatever the others are called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/facts.h"
#include "sampan/limit.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

static void a_name_is_found_among_all_others(void **state)
{
	static const char *const names[] = {"", "a", "kind", "signature.signer",
					    "signature.subject"};
	struct arena *arena = arena_new(ARENA_BYTES);
	char name[32], value[32];
	struct facts facts;

	(void)state;
	facts_init(&facts, arena);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_null(facts_get(&facts, names[i]));
		assert_int_equal(facts_take(&facts, names[i], names[i]), OK);
		assert_int_equal(facts_take(&facts, names[i], "other"), ERR_EXISTS);
	}
	for (unsigned i = 0; i < 400; i++) {
		(void)snprintf(name, sizeof(name), "key.%u", i);
		(void)snprintf(value, sizeof(value), "%u", i);
		assert_null(facts_get(&facts, name));
		assert_int_equal(facts_put(&facts, name, value), OK);
		assert_int_equal(facts_take(&facts, name, "other"), ERR_EXISTS);
	}
	for (unsigned i = 0; i < 400; i++) {
		(void)snprintf(name, sizeof(name), "key.%u", i);
		(void)snprintf(value, sizeof(value), "%u", i);
		assert_string_equal(facts_get(&facts, name), value);
	}
	assert_int_equal(facts_put(&facts, "kind", "other"), OK);
	assert_string_equal(facts_get_or_empty(&facts, "kind"), "other");
	assert_string_equal(facts_get_or_empty(&facts, "key.400"), "");
	assert_int_equal(facts.count, 405);
	arena_free(arena);
}

static void a_list_comes_back_with_the_last_value_of_each_name(void **state)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct facts facts, read;
	struct buffer buffer;

	(void)state;
	facts_init(&facts, arena);
	facts_init(&read, arena);
	assert_int_equal(facts_put(&facts, "a", "1"), OK);
	assert_int_equal(facts_put(&facts, "b", "2"), OK);
	assert_int_equal(facts_put(&read, "b", "0"), OK);
	buffer_init(&buffer, LIMIT_RECORD_BYTES);
	facts_pack(&buffer, &facts);
	assert_int_equal(facts_unpack(buffer_bytes(&buffer), &read), OK);
	assert_int_equal(read.count, 2);
	assert_string_equal(facts_get(&read, "a"), "1");
	assert_string_equal(facts_get(&read, "b"), "2");
	buffer_clear(&buffer);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_among_all_others),
		cmocka_unit_test(a_list_comes_back_with_the_last_value_of_each_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
