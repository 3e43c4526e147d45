/* api_media: Accept and Content-Type as RFC 9110 reads them, and bytes told by their first ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/api_media.h"

#define GIVES "application/json text/plain"

static void the_type_that_the_client_wants_most_is_chosen(void **state)
{
	static const struct {
		const char *accept;
		const char *chosen; /* NULL: nothing */
	} cases[] = {
		{NULL, "application/json"},
		{"*/*", "application/json"},
		{"text/plain", "text/plain"},
		{"TEXT/Plain", "text/plain"},
		{"text/*", "text/plain"},
		{"text/*;q=0.5, application/json;q=0.4", "text/plain"},
		{"application/json;q=0.001, text/plain;q=0", "application/json"},
		{"*/*, application/json;q=0", "text/plain"},
		{"application/*;q=0.2, application/json;q=0.9, */*;q=0.5", "application/json"},
		{"text/html, application/xhtml+xml, */*;q=0.8", "application/json"},
		{"application/json; charset=utf-8; q=0.3", "application/json"},
		{" , text/plain , ", "text/plain"},
		{"application/xml", NULL},
		{"application/json;q=0", NULL},
		{"application/jso", NULL},
		{"application/jsonx", NULL},
		{"application", NULL},
		{"", NULL},
		{"application/json;q=2", NULL},
		{"application/json;q=0.5x", NULL},
		{"application/json;q=0.12345", NULL},
	};
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *chosen = NULL;

		assert_int_equal(api_media_choose(cases[i].accept, GIVES, arena, &chosen), OK);
		if ((chosen == NULL) != (cases[i].chosen == NULL) ||
		    (chosen != NULL && strcmp(chosen, cases[i].chosen) != 0))
			fail_msg("Accept %s chose %s", cases[i].accept, chosen);
	}
	arena_free(arena);
}

static void a_body_is_taken_by_its_type_and_only_in_utf_8(void **state)
{
	static const struct {
		const char *type;
		bool is_taken;
	} cases[] = {
		{"application/xml", true},
		{"Application/XML ; charset=\"UTF-8\"", true},
		{"application/xml;charset=utf-8", true},
		{"image/png", true},
		{"application/xml;charset=utf-16", false},
		{"application/xml;charset=\"", false},
		{"text/xml", false},
		{"application/x", false},
		{"", false},
		{NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (api_media_is_taken(cases[i].type, "application/xml image/png") !=
		    cases[i].is_taken)
			fail_msg("%s", cases[i].type);
}

static void a_file_is_what_its_bytes_say(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *type;
	} cases[] = {
		{"%PDF-1.7\n", 9, "application/pdf"},
		{"\x89PNG\r\n\x1a\n\0", 9, "image/png"},
		{"\xFF\xD8\xFF\xE0", 4, "image/jpeg"},
		{"<?xml version=\"1.0\"?><a/>", 25, "application/xml"},
		{"\xEF\xBB\xBF <a/>", 8, "application/xml"},
		{"<!-- c --><a/>", 14, "application/xml"},
		{"MZ\x90", 3, NULL},
		{"PK\x03\x04", 4, NULL},
		{"%PDF", 4, NULL},
		{"<", 1, NULL},
		{"< a", 3, NULL},
		{"<3", 2, NULL},
		{"", 0, NULL},
		{"\x89PNG\n", 5, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *type = api_media_of(bytes_of(cases[i].bytes, cases[i].len));

		if ((type == NULL) != (cases[i].type == NULL) ||
		    (type != NULL && strcmp(type, cases[i].type) != 0))
			fail_msg("case %zu is %s", i, type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_type_that_the_client_wants_most_is_chosen),
		cmocka_unit_test(a_body_is_taken_by_its_type_and_only_in_utf_8),
		cmocka_unit_test(a_file_is_what_its_bytes_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
