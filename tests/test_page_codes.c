/*
 * A code that was picked stands in the field whose button it was, and a button that no page has changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/page_codes.h"

#define GIVEN "[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"Line[1]/HsCode\",\"value\":\"69\"}]"

/* What was given becomes this. */
static void assert_picked(const char *act, const char *wanted)
{
	json_t *given = json_loads(GIVEN, 0, NULL);
	char *text;

	page_codes_pick(act, given);
	text = json_dumps(given, JSON_COMPACT);
	assert_string_equal(text, wanted);
	free(text);
	json_decref(given);
}

static void a_code_that_was_picked_stands_in_its_field(void **state)
{
	(void)state;
	assert_picked("pick-6912-Line[1]/HsCode",
		      "[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"Line[1]/HsCode\",\"value\":"
		      "\"6912\"}]");
	assert_picked("pick-KGM-b",
		      "[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"Line[1]/HsCode\",\"value\":"
		      "\"69\"},{\"name\":\"b\",\"value\":\"KGM\"}]");
}

static void another_button_changes_nothing(void **state)
{
	static const char *const acts[] = {
		"",        "add",    "find-a",  "pick",
		"pick-",   "pick-1", "pick--a", "pick-1234567890123456789012345-a",
		"Pick-1-a"};

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		assert_picked(acts[i], GIVEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_that_was_picked_stands_in_its_field),
		cmocka_unit_test(another_button_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
