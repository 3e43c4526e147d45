/* problem: every refusal over HTTP has a status, a code of its own, and says so in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/objection.h"
#include "node/problem.h"

static json_t *format(enum problem problem, const char *detail, const struct findings *findings)
{
	const struct problem_words words = {
		.detail = detail, .detail_vi = "", .findings = findings};
	struct buffer text;
	json_t *json;

	buffer_init(&text, 65536);
	assert_int_equal(problem_format(problem, &words, &text), OK);
	json = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	buffer_clear(&text);
	return json;
}

static const char *member(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text == NULL ? "" : text;
}

static void every_problem_has_its_own_code_and_both_languages(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PROBLEM_COUNT; i++) {
		json_t *json = format((enum problem)i, "", NULL);

		assert_in_range(problem_status((enum problem)i), 400, 599);
		assert_int_equal(json_integer_value(json_object_get(json, "status")),
				 problem_status((enum problem)i));
		assert_int_equal(strncmp(member(json, "type"), "urn:sampan:problem:", 19), 0);
		assert_string_equal(member(json, "type") + 19, problem_code((enum problem)i));
		assert_true(member(json, "title")[0] != '\0' && member(json, "vi")[0] != '\0');
		assert_string_not_equal(member(json, "title"), member(json, "vi"));
		assert_null(json_object_get(json, "detail"));
		assert_null(json_object_get(json, "findings"));
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(problem_code((enum problem)i),
						problem_code((enum problem)j));
		json_decref(json);
	}
}

static void detail_and_findings_are_said_where_there_are_some(void **state)
{
	struct arena *arena = arena_new(65536);
	struct findings findings;
	json_t *json;

	(void)state;
	findings_init(&findings, arena);
	assert_int_equal(objection_put(&findings, OBJECTION_SENDER_MISMATCH, "\"<\n"), OK);
	json = format(PROBLEM_REFUSED, "At \"line\" 1.", &findings);
	assert_string_equal(member(json, "detail"), "At \"line\" 1.");
	assert_int_equal(json_array_size(json_object_get(json, "findings")), 1);
	assert_string_equal(member(json_array_get(json_object_get(json, "findings"), 0), "value"),
			    "\"<\n");
	json_decref(json);
	arena_free(arena);
}

static void what_passes_is_tried_again_and_what_cannot_be_is_ours(void **state)
{
	static const enum err passing[] = {ERR_UNAVAILABLE, ERR_FULL,     ERR_MEMORY,
					   ERR_IO,          ERR_CONFLICT, ERR_CORRUPT};
	static const enum err bugs[] = {ERR_FORMAT, ERR_USAGE,   ERR_VERSION,
					ERR_CONFIG, ERR_UNKNOWN, ERR_EXISTS};

	(void)state;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		assert_int_equal(problem_status(problem_of_error(passing[i])), 503);
	for (size_t i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++)
		assert_int_equal(problem_status(problem_of_error(bugs[i])), 500);
	assert_int_equal(problem_status(problem_of_error(ERR_MISSING)), 404);
	assert_int_equal(problem_status(problem_of_error(ERR_DENIED)), 403);
	assert_int_equal(problem_status(problem_of_error(ERR_LIMIT)), 413);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_problem_has_its_own_code_and_both_languages),
		cmocka_unit_test(detail_and_findings_are_said_where_there_are_some),
		cmocka_unit_test(what_passes_is_tried_again_and_what_cannot_be_is_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
