#include "node/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/role.h"

static const struct role_table *const roles[] = {
	&role_gate,   &role_courier, &role_worker, &role_clerk,
	&role_ledger, &role_seal,    &role_warden,
};

const struct role_table *role_find(const char *name)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i]->name, name) == 0)
			return roles[i];
	return NULL;
}

int cmd_role(int argc, char **argv)
{
	const char *config = NULL, *index = "0", *ready_fd = "-1", *door_fd = "-1", *parent = "0";
	const struct command_option options[] = {
		{"--config", &config, NULL},     {"--index", &index, NULL},
		{"--ready-fd", &ready_fd, NULL}, {"--door-fd", &door_fd, NULL},
		{"--parent", &parent, NULL},     {NULL, NULL, NULL},
	};
	int left = command_options(
		argc, argv, options,
		"usage: sampan role NAME --config FILE [--index N]\n"
		"\n"
		"Internal: `sampan node run` starts the roles of a node with it.\n");
	const struct role_table *role;
	struct role_start start;

	if (left < 0)
		return command_exit_code(left);
	role = left == 1 ? role_find(argv[1]) : NULL;
	if (role == NULL || config == NULL) {
		fprintf(stderr, "sampan role: expected the name of a role and --config FILE\n");
		return EX_USAGE;
	}
	start.config_path = config;
	start.index = (unsigned)strtoul(index, NULL, 10);
	start.ready_fd = (int)strtol(ready_fd, NULL, 10);
	start.door_fd = (int)strtol(door_fd, NULL, 10);
	start.parent = strtol(parent, NULL, 10);
	return role_run(role, &start);
}
