/*
 * node.yaml with one party more or less: nothing else in it changes, and what is not understood is
 * not touched.
 */
#include "node/party_yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct config_party party = {"moi", "Công ty \"Mới\"", "0109",
					  PARTY_TRADER | PARTY_AGENT};

#define ITEM(indent) \
	indent "- id: moi\n" indent "  name: \"Công ty \\\"Mới\\\"\"\n" indent \
	       "  tax_code: \"0109\"\n" indent "  roles: [trader, agent]\n"
#define OLD "  - id: a\n    name: A # of old\n    roles: [trader]\n"
#define OTHER "  - name: B\n    id: \"b\"\n    roles: [agency]\n"

static void a_party_comes_behind_the_others(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"country: VN\n", "country: VN\n\nparties:\n" ITEM("  ")},
		{"country: VN", "country: VN\n\nparties:\n" ITEM("  ")},
		{"parties: []\ntraders: []\n", "parties:\n" ITEM("  ") "traders: []\n"},
		{"parties:\n" OLD, "parties:\n" OLD ITEM("  ")},
		{"parties:\n" OLD "\n# next\ntraders:\n  - x: 1\n",
		 "parties:\n" OLD ITEM("  ") "\n# next\ntraders:\n  - x: 1\n"},
		{"parties:\n- id: a\n  name: A\ntraders:\n",
		 "parties:\n- id: a\n  name: A\n" ITEM("") "traders:\n"},
		{"# parties:\n#   - id: x\nparties: # ours\n" OLD,
		 "# parties:\n#   - id: x\nparties: # ours\n" OLD ITEM("  ")},
		{"parties:\n" OLD "    # a remark\n",
		 "parties:\n" OLD ITEM("  ") "    # a remark\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer to;

		buffer_init(&to, 65536);
		assert_int_equal(party_yaml_add(cases[i].before, &party, &to), OK);
		buffer_put(&to, bytes_of("", 1));
		assert_string_equal((const char *)to.at, cases[i].after);
		buffer_clear(&to);
	}
}

static void a_party_goes_and_the_others_stay(void **state)
{
	static const struct {
		const char *before, *id, *after;
	} cases[] = {
		{"parties:\n" OLD OTHER "traders:\n", "a", "parties:\n" OTHER "traders:\n"},
		{"parties:\n" OLD OTHER "traders:\n", "b", "parties:\n" OLD "traders:\n"},
		{"x: 1\nparties:\n" OLD "# end\n", "a", "x: 1\nparties: []\n# end\n"},
		{"parties:\n  - {id: a, name: A}\n  - {id: ab, name: B}\n", "ab",
		 "parties:\n  - {id: a, name: A}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer to;

		buffer_init(&to, 65536);
		assert_int_equal(party_yaml_remove(cases[i].before, cases[i].id, &to), OK);
		buffer_put(&to, bytes_of("", 1));
		assert_string_equal((const char *)to.at, cases[i].after);
		buffer_clear(&to);
	}
}

static void what_is_not_understood_is_not_touched(void **state)
{
	static const struct config_party odd = {"moi", "a\nroles: [customs]", "", PARTY_TRADER};
	struct buffer to;

	(void)state;
	buffer_init(&to, 65536);
	assert_int_equal(party_yaml_add("parties: [{id: a}]\n", &party, &to), ERR_USAGE);
	assert_int_equal(party_yaml_add("parties: &x\n" OLD, &party, &to), ERR_USAGE);
	assert_int_equal(party_yaml_add("parties:\n  a: 1\n", &party, &to), ERR_USAGE);
	assert_int_equal(party_yaml_add("country: VN\n", &odd, &to), ERR_USAGE);
	assert_int_equal(party_yaml_remove("parties:\n" OLD, "nobody", &to), ERR_MISSING);
	assert_int_equal(party_yaml_remove("country: VN\n", "a", &to), ERR_MISSING);
	buffer_clear(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_party_comes_behind_the_others),
		cmocka_unit_test(a_party_goes_and_the_others_stay),
		cmocka_unit_test(what_is_not_understood_is_not_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
