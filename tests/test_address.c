/* address: what counts as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/address.h"

static void a_network_of_ipv6_counts_as_one_and_an_ipv4_address_as_itself(void **state)
{
	static const struct {
		const char *address, *one;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1"},
		{"192.0.2.2", "192.0.2.2"},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
		{"2001:db8:1:2::1", "2001:db8:1:2::"},
		{"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"},
		{"2001:db8:1:3::1", "2001:db8:1:3::"},
		{"::1", "::"},
		{"", ""},
		{"no address", "no address"},
		{"0123456789012345678901234567890123456789012345678901",
		 "012345678901234567890123456789012345678901234"},
	};
	char one[ADDRESS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		address_of_one(cases[i].address, one);
		assert_string_equal(one, cases[i].one);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_of_ipv6_counts_as_one_and_an_ipv4_address_as_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
