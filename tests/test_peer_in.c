/* peer_in: what the ledger says of a frame that came, and what the link makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/peer_inside.h"

static void only_other_bytes_under_its_number_are_held_against_the_partner(void **state)
{
	(void)state;
	assert_int_equal(peer_in_outcome(OK), LINK_COMMITTED);
	assert_int_equal(peer_in_outcome(ERR_EXISTS), LINK_CONFLICT);
	for (unsigned err = ERR_MEMORY; err < ERR_COUNT; err++)
		if (err != ERR_EXISTS)
			assert_int_equal(peer_in_outcome((enum err)err), LINK_REFUSED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_other_bytes_under_its_number_are_held_against_the_partner),
	};

	return cmocka_run_group_tests_name("peer_in", tests, NULL, NULL);
}
