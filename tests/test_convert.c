#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "messages/convert.h"

struct example {
	struct convert convert;
	const char *from;
	const char *to; /* NULL: cannot be converted */
};

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void check_all(const struct example *examples, size_t count, const char *reason)
{
	for (size_t i = 0; i < count; i++) {
		const struct example *example = &examples[i];
		const char *text = NULL, *why = NULL;

		assert_int_equal(
			convert_text(&example->convert, example->from, NULL, arena, &text, &why),
			OK);
		assert_string_equal(why, reason);
		if (example->to == NULL) {
			if (text != NULL)
				fail_msg("%s became %s", example->from, text);
			continue;
		}
		if (text == NULL)
			fail_msg("%s was not converted", example->from);
		assert_string_equal(text, example->to);
		if (strcmp(example->from, example->to) == 0)
			assert_ptr_equal(text, example->from);
	}
}

#define CHECK_ALL(examples, reason) \
	check_all(examples, sizeof(examples) / sizeof((examples)[0]), reason)

#define DATE(from, to) \
	{ \
		.kind = CONVERT_DATE, .from_form = DATE_FORM_##from, .to_form = DATE_FORM_##to \
	}

static void dates_change_their_form_and_nothing_else(void **state)
{
	static const struct example examples[] = {
		{DATE(ISO_TIME, 304), "2024-04-25T09:02:43.000Z", "20240425090243Z"},
		{DATE(DDMMYYYY, 102), "31122024", "20241231"},
		{DATE(102, DDMMYYYY), "20240229", "29022024"},
		{DATE(102, ISO_DATE), "20240229", "2024-02-29"},
		{DATE(ISO_DATE, DDMMYYYY), "2024-02-29", "29022024"},
		{DATE(304, ISO_TIME), "20240425090243+01", "2024-04-25T09:02:43+01:00"},
		{DATE(304, ISO_TIME), "20240425090243Z", "2024-04-25T09:02:43Z"},
		{DATE(ISO_TIME, 304), "2024-04-25T09:02:43+05:30", "20240425090243+0530"},
		{DATE(VNSW, 304), "2024-04-25 09:02:43", "20240425090243+07"},
		{DATE(304, VNSW), "20241231230000Z", "2025-01-01 06:00:00"},
		{DATE(304, VNSW), "20240301010000+14", "2024-02-29 18:00:00"},
		{DATE(304, VNSW), "20230101010000+10", "2022-12-31 22:00:00"},
		{DATE(102, 102), "20240101", "20240101"},
		{DATE(ISO_DATE, 102_AT_07), "2024-02-29", "20240229"},
	};

	(void)state;
	CHECK_ALL(examples, "date-form");
}

static void what_the_other_form_does_not_hold_is_a_loss(void **state)
{
	static const struct example examples[] = {
		{DATE(304, 102), "20240425090243Z", "20240425"},
		{DATE(ISO_TIME, 304), "2024-04-25T09:02:43.125Z", "20240425090243Z"},
		{DATE(ISO_TIME, ISO_DATE), "2024-04-25T09:02:43", "2024-04-25"},
		{DATE(VNSW, 304), "2024-04-25 09:02:43.001", "20240425090243+07"},
		{DATE(ISO_TIME, 102_AT_07), "2024-02-28T17:00:00.000Z", "20240229"},
		{DATE(ISO_TIME, 102_AT_07), "2024-02-28T16:59:59.999Z", "20240228"},
		{DATE(ISO_TIME, 102_AT_07), "2024-02-29T00:00:00+07:00", "20240229"},
		{DATE(ISO_TIME, 102_AT_07), "2024-02-28T17:00:00.000", "20240228"},
	};

	(void)state;
	CHECK_ALL(examples, "date-form-lossy");
}

static void what_is_no_date_or_would_need_inventing_is_not_converted(void **state)
{
	static const struct example examples[] = {
		{DATE(DDMMYYYY, 102), "31022024", NULL},
		{DATE(DDMMYYYY, 102), "29022023", NULL},
		{DATE(DDMMYYYY, 102), "1122024", NULL},
		{DATE(DDMMYYYY, 102), "011220244", NULL},
		{DATE(DDMMYYYY, 102), "01132024", NULL},
		{DATE(DDMMYYYY, 102), "01010000", NULL},
		{DATE(DDMMYYYY, 102), "", NULL},
		{DATE(DDMMYYYY, 102), "aa012024", NULL},
		{DATE(304, 102), "20240425090243", NULL},
		{DATE(304, 102), "20240425250243Z", NULL},
		{DATE(304, 102), "20240425090243+15", NULL},
		{DATE(304, 102), "20240425090243+0", NULL},
		{DATE(ISO_TIME, 304), "2024-04-25T09:02:43", NULL},
		{DATE(ISO_TIME, VNSW), "2024-04-25T09:02:43", NULL},
		{DATE(ISO_TIME, 102), "2024-04-25T09:02:43+0100", NULL},
		{DATE(102, 304), "20240425", NULL},
		{DATE(304, VNSW), "99991231235959Z", NULL},
		{DATE(304, 102_AT_07), "99991231235959Z", NULL},
		{DATE(102_AT_07, 304), "20240425", NULL},
	};

	(void)state;
	CHECK_ALL(examples, "date-form");
}

static void forms_are_known_by_name_and_dates_never_get_a_time(void **state)
{
	enum date_form form = DATE_FORM_102;

	(void)state;
	assert_true(date_form_parse("vnsw", &form));
	assert_int_equal(form, DATE_FORM_VNSW);
	assert_false(date_form_parse("yyyy", &form));
	assert_true(date_form_is_inventing(DATE_FORM_102, DATE_FORM_304));
	assert_false(date_form_is_inventing(DATE_FORM_304, DATE_FORM_102));
	assert_false(date_form_is_inventing(DATE_FORM_VNSW, DATE_FORM_304));
}

static void decimals_are_exact_and_canonical(void **state)
{
	static const struct example examples[] = {
		{{.kind = CONVERT_DECIMAL}, "0012.50", "12.5"},
		{{.kind = CONVERT_DECIMAL}, "12.5", "12.5"},
		{{.kind = CONVERT_DECIMAL}, "100", "100"},
		{{.kind = CONVERT_DECIMAL}, "+7", "7"},
		{{.kind = CONVERT_DECIMAL}, "-0.00", "0"},
		{{.kind = CONVERT_DECIMAL}, "-00.10", "-0.1"},
		{{.kind = CONVERT_DECIMAL}, ".5", "0.5"},
		{{.kind = CONVERT_DECIMAL}, "5.", "5"},
		{{.kind = CONVERT_DECIMAL},
		 "123456789012345678901234567890.123456789012345678900",
		 "123456789012345678901234567890.1234567890123456789"},
		{{.kind = CONVERT_DECIMAL}, "", NULL},
		{{.kind = CONVERT_DECIMAL}, ".", NULL},
		{{.kind = CONVERT_DECIMAL}, "-", NULL},
		{{.kind = CONVERT_DECIMAL}, "1e3", NULL},
		{{.kind = CONVERT_DECIMAL}, "1,5", NULL},
		{{.kind = CONVERT_DECIMAL}, "1.2.3", NULL},
		{{.kind = CONVERT_DECIMAL}, "--1", NULL},
	};

	(void)state;
	CHECK_ALL(examples, "decimal-form");
}

static void vietnamese_letters_of_all_tones_lose_their_marks(void **state)
{
	static const struct example examples[] = {
		{{.kind = CONVERT_ASCII}, "aàảãáạăằẳẵắặâầẩẫấậ", "aaaaaaaaaaaaaaaaaa"},
		{{.kind = CONVERT_ASCII}, "eèẻẽéẹêềểễếệiìỉĩíị", "eeeeeeeeeeeeiiiiii"},
		{{.kind = CONVERT_ASCII}, "oòỏõóọôồổỗốộơờởỡớợ", "oooooooooooooooooo"},
		{{.kind = CONVERT_ASCII}, "uùủũúụưừửữứựyỳỷỹýỵđ", "uuuuuuuuuuuuyyyyyyd"},
		{{.kind = CONVERT_ASCII},
		 "ĐẶNG THỊ QUỲNH, TP. HỒ CHÍ MINH",
		 "DANG THI QUYNH, TP. HO CHI MINH"},
		{{.kind = CONVERT_ASCII}, "e\xCC\x82\xCC\x81 d", "e d"},
		{{.kind = CONVERT_ASCII}, "Straße “x” – 5 m²…", "Strasse \"x\" - 5 m2..."},
		{{.kind = CONVERT_ASCII}, "plain", "plain"},
		{{.kind = CONVERT_ASCII}, "水", NULL},
		{{.kind = CONVERT_ASCII}, "a😀", NULL},
		{{.kind = CONVERT_ASCII}, "20°C", NULL},
	};

	(void)state;
	CHECK_ALL(examples, "ascii");
}

static void upper_case_keeps_the_marks(void **state)
{
	static const struct example examples[] = {
		{{.kind = CONVERT_UPPER}, "công ty đặng thị quỳnh ơư", "CÔNG TY ĐẶNG THỊ QUỲNH ƠƯ"},
		{{.kind = CONVERT_UPPER}, "ửữứựỳỷỹýỵ", "ỬỮỨỰỲỶỸÝỴ"},
		{{.kind = CONVERT_UPPER}, "ÿžñ÷水😀", "ŸŽÑ÷水😀"},
		{{.kind = CONVERT_UPPER}, "ABC 1", "ABC 1"},
	};

	(void)state;
	CHECK_ALL(examples, "upper-case");
}

static struct code_list *list_of(const char *text)
{
	struct code_list *list = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(code_list_parse("list", bytes_of_text(text), arena, &findings, &list), OK);
	return list;
}

static void codes_are_looked_up_both_ways_and_say_when_they_lose(void **state)
{
	struct code_list *list = list_of("1\t4\n2\t1\n3\t1\n");
	struct example plain[] = {
		{{.kind = CONVERT_LIST, .list = list}, "1", "4"},
		{{.kind = CONVERT_LIST, .list = list}, "8", NULL},
		{{.kind = CONVERT_LIST, .list = list, .is_back = true}, "4", "1"},
		{{.kind = CONVERT_LIST, .list = list, .is_back = true}, "1", "2"},
	};
	struct example lossy[] = {{{.kind = CONVERT_LIST, .list = list}, "3", "1"}};

	(void)state;
	CHECK_ALL(plain, "code-list");
	CHECK_ALL(lossy, "code-list-lossy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_change_their_form_and_nothing_else),
		cmocka_unit_test(what_the_other_form_does_not_hold_is_a_loss),
		cmocka_unit_test(what_is_no_date_or_would_need_inventing_is_not_converted),
		cmocka_unit_test(forms_are_known_by_name_and_dates_never_get_a_time),
		cmocka_unit_test(decimals_are_exact_and_canonical),
		cmocka_unit_test(vietnamese_letters_of_all_tones_lose_their_marks),
		cmocka_unit_test(upper_case_keeps_the_marks),
		cmocka_unit_test(codes_are_looked_up_both_ways_and_say_when_they_lose),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
