#include "node/command.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/setup.h"
#include "node/sound.h"
#include "node/supervisor.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

static const char usage[] =
	"usage: sampan node init DIR --country CC [--name NAME] [--office CODE]\n"
	"                        [--https ADDRESS:PORT | --https none]\n"
	"       sampan node run [--config FILE]\n"
	"       sampan node check [--config FILE]\n"
	"\n"
	"init   makes a new node in DIR: configuration, keys, certificates, empty ledger; its door over\n"
	"       HTTPS listens on 127.0.0.1:8443 unless you say otherwise\n"
	"run    runs it: SIGTERM drains, SIGHUP reloads; only one at a time in a folder\n"
	"check  validates configuration and schemas as run does, and runs nothing\n"
	"\n"
	"FILE is node.yaml of the node's folder; without --config: $SAMPAN_CONFIG, ./node.yaml or\n"
	"/etc/sampan/node.yaml.\n";

static int init(const struct setup *setup)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	const char *message = "";
	enum err err = arena == NULL ? ERR_MEMORY : setup_make(setup, arena, &message);

	if (err != OK)
		fprintf(stderr, "sampan node init: %s\n",
			message == NULL ? err_text(err) : message);
	else
		printf("%s/node.yaml\n", setup->directory);
	arena_free(arena);
	return err == OK || err == ERR_USAGE ? err_exit_code(err) : EX_CANTCREAT;
}

static int run(const char *path, bool is_check)
{
	struct config *config = NULL;
	int code = command_load_config(path, &config);

	if (code != EX_OK)
		return code;
	code = sound_check(config) == OK ? EX_OK : EX_CONFIG;
	if (code == EX_OK && !is_check)
		return supervisor_run(config);
	config_free(config);
	return code;
}

int cmd_node(int argc, char **argv)
{
	const char *config = NULL;
	struct setup setup = {0};
	const struct command_option options[] = {
		{"--config", &config, NULL},
		{"--country", &setup.country, NULL},
		{"--name", &setup.name, NULL},
		{"--office", &setup.office, NULL},
		{"--https", &setup.https, NULL},
		{NULL, NULL, NULL},
	};
	int left = command_options(argc, argv, options, usage);

	if (left < 0)
		return command_exit_code(left);
	if (left == 2 && strcmp(argv[1], "init") == 0) {
		setup.directory = argv[2];
		return init(&setup);
	}
	if (left == 1 && (strcmp(argv[1], "run") == 0 || strcmp(argv[1], "check") == 0))
		return run(config, strcmp(argv[1], "check") == 0);
	fputs(usage, stderr);
	return EX_USAGE;
}
