#include "tests/support/ledger_role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/setup.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

void ledger_role_make(struct ledger_role *home, struct role *role)
{
	struct setup setup = {.directory = home->directory, .country = "VN"};
	const char *message = "";

	strcpy(home->directory, "/tmp/sampan-writer-XXXXXX");
	assert_non_null(mkdtemp(home->directory));
	home->arena = arena_new(ARENA_BYTES);
	assert_int_equal(setup_make(&setup, home->arena, &message), OK);
	assert_int_equal(config_load(arena_format(home->arena, "%s/node.yaml", home->directory),
				     home->arena, &home->config, &message),
			 OK);
	home->config->map_bytes = LEDGER_ROLE_MAP_BYTES;
	assert_int_equal(seal_open(home->directory, home->config->name, &home->seal), OK);
	*role = (struct role){.name = "ledger", .config = home->config, .arena = home->arena};
}

void ledger_role_remove(struct ledger_role *home)
{
	char command[LEDGER_ROLE_FOLDER_BYTES + 16];

	seal_close(home->seal);
	config_free(home->config);
	arena_free(home->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", home->directory);
	assert_int_equal(system(command), 0);
}
