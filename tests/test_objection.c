/* objection: each has a code of its own and says it in two languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/objection.h"

#define FIRST OBJECTION_NOT_LODGEABLE
#define LAST OBJECTION_NO_INBOX

static void each_has_a_stable_code_of_its_own(void **state)
{
	(void)state;
	for (unsigned a = FIRST; a <= LAST; a++) {
		const char *code = objection_code((enum objection)a);

		assert_non_null(code);
		assert_true(code[0] != '\0');
		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
		for (unsigned b = FIRST; b < a; b++)
			assert_string_not_equal(code, objection_code((enum objection)b));
	}
}

static void each_is_said_in_vietnamese_and_in_english(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (unsigned i = FIRST; i <= LAST; i++) {
		const struct finding *finding;
		struct findings findings;

		findings_init(&findings, arena);
		assert_int_equal(objection_put(&findings, (enum objection)i, "met"), OK);
		assert_int_equal(findings.count, 1);
		finding = &findings.items[0];
		assert_string_equal(finding->code, objection_code((enum objection)i));
		assert_string_equal(finding->value, "met");
		assert_true(strlen(finding->vi) > 10 && strlen(finding->en) > 10);
		assert_int_equal(finding->vi[strlen(finding->vi) - 1], '.');
		assert_int_equal(finding->en[strlen(finding->en) - 1], '.');
		assert_string_not_equal(finding->vi, finding->en);
	}
	arena_free(arena);
}

static void what_is_kept_and_not_acted_on_or_to_be_compared_is_a_warning(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (unsigned i = FIRST; i <= LAST; i++) {
		bool is_warning = i == OBJECTION_ORIGINAL_UNKNOWN || i == OBJECTION_NOT_ACTED_ON ||
				  i == OBJECTION_COPY_DIFFERS;
		struct findings findings;

		findings_init(&findings, arena);
		assert_int_equal(objection_put(&findings, (enum objection)i, ""), OK);
		assert_int_equal(findings_has_errors(&findings), !is_warning);
	}
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_a_stable_code_of_its_own),
		cmocka_unit_test(each_is_said_in_vietnamese_and_in_english),
		cmocka_unit_test(what_is_kept_and_not_acted_on_or_to_be_compared_is_a_warning),
	};

	return cmocka_run_group_tests_name("objection", tests, NULL, NULL);
}
