/*
 * page_form: what browsers send is read, and nothing that could be read in two ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/page_form.h"
#include "sampan/buffer.h"

#define PAIRS "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=XX"
#define ROOM 65536u
#define PART(head, content) \
	"--XX\r\nContent-Disposition: form-data; " head "\r\n\r\n" content "\r\n"

static char memory[ROOM];

static enum err read_text(const char *type, const char *body, struct page_form *form)
{
	struct page_form_room room = {memory, sizeof(memory), false};

	return page_form_read(type, bytes_of_text(body), room, form);
}

static void fields_are_read(void **state)
{
	static const struct {
		const char *type, *body, *name, *value;
	} cases[] = {
		{PAIRS, "name=lan&password=a+b", "password", "a b"},
		{PAIRS, "name=lan&password=a+b", "name", "lan"},
		{PAIRS, "name=%C4%90%E1%BB%A9c", "name", "Đức"},
		{PAIRS, "a=1%262", "a", "1&2"},
		{PAIRS, "a=b=c", "a", "b=c"},
		{PAIRS, "a", "a", ""},
		{PAIRS, "a=1", "b", ""},
		{PAIRS, "", "a", ""},
		{PARTS, PART("name=\"csrf\"", "abc") "--XX--\r\n", "csrf", "abc"},
		{PARTS, PART("name=csrf", "abc") "--XX--", "csrf", "abc"},
		{"Multipart/Form-Data; charset=utf-8; boundary=\"XX\"",
		 PART("name=\"a\"", "Đức") "--XX--\r\n", "a", "Đức"},
		{PARTS, PART("name=\"a\"", "") "--XX--\r\n", "a", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_form form = {0};

		print_message("%s: %s\n", cases[i].type, cases[i].body);
		assert_int_equal(read_text(cases[i].type, cases[i].body, &form), OK);
		assert_string_equal(page_form_value(&form, cases[i].name), cases[i].value);
	}
}

static void a_file_is_its_bytes_as_they_are(void **state)
{
	static const char body[] = PART("name=\"csrf\"", "abc")
		PART("name=\"file\"; filename=\"t\xe1\xbb\x9d khai.xml\"\r\nContent-Type: text/xml",
		     "<a>\r\n--XY\r\n\x01</a>") "--XX--\r\n";
	struct page_form form = {0};

	(void)state;
	assert_int_equal(read_text(PARTS, body, &form), OK);
	assert_int_equal(form.count, 1);
	assert_true(bytes_equal(form.file, bytes_of_text("<a>\r\n--XY\r\n\x01</a>")));
}

/* WHATWG HTML, multipart/form-data: of a file's name only quotes and line ends are escaped. */
static void whatever_a_file_is_called_and_has_in_its_lines_it_is_its_bytes(void **state)
{
	static const struct {
		const char *head, *content;
	} cases[] = {
		{"name=\"file\"; filename=\"C:\\to khai\\a.xml\"", "<a/>"},
		{"name=\"file\"; filename=\"a\\\"", "<a/>"},
		{"name=\"file\"; filename=\"a%22b.xml\"", "<a/>"},
		{"name=\"file\"; filename=\"a.xml\"", "<a>--XX</a>"},
		{"name=\"file\"; filename=\"a.xml\"", "<a> --XX\r\n</a>"},
		{"name=\"file\"; filename=\"a.xml\"", "<a>\n--XX--\n</a>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_form form = {0};
		char body[1024];

		print_message("%s: %s\n", cases[i].head, cases[i].content);
		(void)snprintf(body, sizeof(body),
			       PART("name=\"csrf\"", "abc") PART("%s", "%s") "--XX--\r\n",
			       cases[i].head, cases[i].content);
		assert_int_equal(read_text(PARTS, body, &form), OK);
		assert_string_equal(page_form_value(&form, "csrf"), "abc");
		assert_true(bytes_equal(form.file, bytes_of_text(cases[i].content)));
	}
}

static void what_is_no_form_is_refused(void **state)
{
	static const struct {
		const char *type, *body;
	} cases[] = {
		{PAIRS, "a=1&a=2"},
		{PAIRS, "a=%4"},
		{PAIRS, "a=%zz"},
		{PAIRS, "a=%00"},
		{PAIRS, "a=%0a"},
		{PAIRS, "a=%ff"},
		{PAIRS, "=1"},
		{PAIRS, "a=1&&b=2"},
		{PAIRS, "a=%0d"},
		{PAIRS, "a=%0d%0d%0a"},
		{PAIRS, "a%0d%0ab=1"},
		{"multipart/form-data", PART("name=\"a\"", "1") "--XX--\r\n"},
		{"multipart/form-data; boundary=", PART("name=\"a\"", "1") "--XX--\r\n"},
		{"multipart/form-data; boundary=XY", PART("name=\"a\"", "1") "--XX--\r\n"},
		{PARTS, ""},
		{PARTS, "--XX"},
		{PARTS, "--XX\r\n"},
		{PARTS, PART("name=\"a\"", "1")},
		{PARTS, PART("name=\"a\"", "1") "--XX\r\n"},
		{PARTS, PART("name=\"a\"", "1") "--XXjunk"},
		{PARTS, PART("name=\"a\"", "1") PART("name=\"a\"", "2") "--XX--\r\n"},
		{PARTS, PART("name=\"a\\\"b\"", "1") "--XX--\r\n"},
		{PARTS, PART("name=\"a\"; filename=\"a\"", "1\r\n--XXb") "--XX--\r\n"},
		{PARTS, PART("name=\"a", "1") "--XX--\r\n"},
		{PARTS, PART("filename=\"a\"", "1") "--XX--\r\n"},
		{PARTS, PART("name=\"a\"; filename=\"a\"", "1")
				PART("name=\"b\"; filename=\"b\"", "2") "--XX--\r\n"},
		{PARTS, "--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--\r\n"},
		{PARTS, PART("name=\"a\"", "\x01") "--XX--\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_form form = {0};

		print_message("%s: %s\n", cases[i].type, cases[i].body);
		assert_int_equal(read_text(cases[i].type, cases[i].body, &form), ERR_FORMAT);
		assert_int_equal(form.count, 0);
	}
}

/* PAGE_FORM_FIELDS and not one more. */
static void a_form_has_so_many_fields_and_no_more(void **state)
{
	struct buffer body;

	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct page_form form = {0};

		buffer_init(&body, ROOM);
		for (unsigned i = 0; i < PAGE_FORM_FIELDS + more; i++)
			buffer_put_format(&body, "%sf%u=1", i == 0 ? "" : "&", i);
		buffer_put_byte(&body, '\0');
		assert_int_equal(buffer_error(&body), OK);
		assert_int_equal(read_text(PAIRS, (const char *)body.at, &form),
				 more == 0 ? OK : ERR_FORMAT);
		buffer_clear(&body);
	}
}

static void lines_of_a_value_end_as_browsers_end_them(void **state)
{
	static const char body[] = "a=one%0d%0atwo";
	struct page_form_room room = {memory, sizeof(memory), true};
	struct page_form form = {0};

	(void)state;
	assert_int_equal(page_form_read(PAIRS, bytes_of_text(body), room, &form), OK);
	assert_string_equal(page_form_value(&form, "a"), "one\r\ntwo");
	assert_int_equal(read_text(PAIRS, body, &form), ERR_FORMAT);
	assert_int_equal(page_form_read(PAIRS, bytes_of_text("a=%0a"), room, &form), ERR_FORMAT);
	assert_int_equal(page_form_read(PAIRS, bytes_of_text("a%0d%0a=1"), room, &form), ERR_FORMAT);
}

static void a_value_has_its_longest(void **state)
{
	char body[PAGE_FORM_VALUE_BYTES + 8] = "a=";
	struct page_form form = {0};

	(void)state;
	memset(body + 2, 'x', PAGE_FORM_VALUE_BYTES);
	body[PAGE_FORM_VALUE_BYTES + 2] = '\0';
	assert_int_equal(read_text(PAIRS, body, &form), OK);
	body[PAGE_FORM_VALUE_BYTES + 2] = 'x';
	body[PAGE_FORM_VALUE_BYTES + 3] = '\0';
	assert_int_equal(read_text(PAIRS, body, &form), ERR_FORMAT);
}

static void there_is_no_more_than_its_room(void **state)
{
	struct page_form form = {0};
	char small[4];
	struct page_form_room room = {small, sizeof(small), false};

	(void)state;
	assert_int_equal(page_form_read(PAIRS, bytes_of_text("a=b"), room, &form), OK);
	assert_int_equal(page_form_read(PAIRS, bytes_of_text("a=bc"), room, &form), ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_read),
		cmocka_unit_test(a_file_is_its_bytes_as_they_are),
		cmocka_unit_test(whatever_a_file_is_called_and_has_in_its_lines_it_is_its_bytes),
		cmocka_unit_test(what_is_no_form_is_refused),
		cmocka_unit_test(a_form_has_so_many_fields_and_no_more),
		cmocka_unit_test(lines_of_a_value_end_as_browsers_end_them),
		cmocka_unit_test(a_value_has_its_longest),
		cmocka_unit_test(there_is_no_more_than_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
