#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/plain.h"

static const struct {
	const char *text;
	const char *plain;
} texts[] = {
	{"", ""},
	{"VN-1-57", "VN-1-57"},
	{"Gốm sứ Bát Tràng – ướt ẫm ỹ €", "Gốm sứ Bát Tràng – ướt ẫm ỹ €"},
	{"ไทย 中文 😀", "ไทย 中文 😀"},
	{"a\nerror forged role=ledger", "a?error forged role=ledger"},
	{"a\r\tb", "a??b"},
	{"\x1b[2J\x1b]0;x\x07", "?[2J?]0;x?"},
	{"\x7f", "?"},
	{"\xc2\x9b"
	 "2J \xc2\x80 \xc2\x9f \xc2\xa0",
	 "?2J ? ? \xc2\xa0"},
	{"\xe2\x80\xaegnp.exe\xe2\x80\xac \xe2\x81\xa6x\xe2\x81\xa9 \xe2\x80\x8f\xd8\x9c",
	 "?gnp.exe? ?x? ??"},
	{"\xe2\x80\xa8\xe2\x80\xa9", "??"},
	{"\xff\xfe\x80 \xc0\xaf \xed\xa0\x80", "??? ?? ???"},
	{"a\xe2\x80\x8b\xef\xbb\xbf\xf3\xa0\x81\xa1 b", "a??? b"},
	{"cut \xe1\xba", "cut ??"},
	{"cut \xf0\x9f\x98", "cut ???"},
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static void what_could_deceive_becomes_question_marks_and_all_else_stays(void **state)
{
	char text[128];
	size_t len;

	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		strcpy(text, texts[i].text);
		len = plain_make(text, strlen(text));
		assert_true(len <= strlen(texts[i].text));
		text[len] = 0;
		assert_string_equal(text, texts[i].plain);
	}
}

static void what_is_printed_is_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		char *printed = NULL;
		size_t len;
		FILE *to = open_memstream(&printed, &len);

		plain_print(to, texts[i].text);
		assert_int_equal(fclose(to), 0);
		assert_string_equal(printed, texts[i].plain);
		free(printed);
	}
}

static void a_zero_byte_is_no_end(void **state)
{
	char text[] = "a\0b";

	(void)state;
	assert_int_equal(plain_make(text, 3), 3);
	assert_memory_equal(text, "a?b", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_deceive_becomes_question_marks_and_all_else_stays),
		cmocka_unit_test(what_is_printed_is_the_same),
		cmocka_unit_test(a_zero_byte_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
