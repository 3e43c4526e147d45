#include "node/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/card_file.h"
#include "node/cmd_reopen.h"
#include "node/document_key.h"
#include "node/ledger_fit.h"
#include "node/setup.h"
#include "node/sound.h"
#include "node/supervisor.h"
#include "sampan/clock.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

static const char usage[] =
	"usage: sampan node init DIR --country CC [--name NAME] [--office CODE]\n"
	"                        [--https ADDRESS:PORT | --https none]\n"
	"       sampan node run [--config FILE]\n"
	"       sampan node check [--config FILE]\n"
	"       sampan node rotate document-key [--overlap DAYS] [--rsa] [--config FILE]\n"
	"       sampan node rotate card [--config FILE]\n"
	"       sampan node operator KEYFILE [--config FILE]\n"
	"       sampan node reopen --operator-key KEYFILE [--config FILE]\n"
	"\n"
	"init   makes a new node in DIR: configuration, keys, certificates, empty ledger; its door over\n"
	"       HTTPS listens on 127.0.0.1:8443 unless you say otherwise\n"
	"run    runs it: SIGTERM drains, SIGHUP reloads; only one at a time in a folder\n"
	"check  validates configuration, schemas and which ledger is there as run does, and runs nothing\n"
	"rotate makes a new key for signing what is sent. It signs after DAYS (30), and what the old one\n"
	"       signed counts that much longer; 0: at once, and the old one counts no more (it was stolen).\n"
	"       --rsa: RSA instead of ECDSA, for partners that cannot verify that\n"
	"operator  makes the key of the operator's word; KEYFILE is to be kept off this machine\n"
	"reopen    lets a ledger that was restored from an older copy go on, by that word; the node is stopped\n"
	"rotate card  says anew, signed, which keys and certificate the node has, where that has changed\n"
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

/* Better said here, with what to do, than by roles that end again and again. */
static bool has_ledger_to_run_on(const struct config *config)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct ledger_fit fit = {.en = "out of memory"};

	if (arena != NULL)
		(void)ledger_fit_look(config, arena, &fit);
	if (!fit.is_fit)
		fprintf(stderr, "sampan: %s\n", fit.en);
	arena_free(arena);
	return fit.is_fit;
}

static int run(const char *path, bool is_check)
{
	struct config *config = NULL;
	int code = command_load_config(path, &config);

	if (code != EX_OK)
		return code;
	code = sound_check(config) == OK && has_ledger_to_run_on(config) ? EX_OK : EX_CONFIG;
	if (code == EX_OK && !is_check)
		return supervisor_run(config);
	config_free(config);
	return code;
}

static void print_rotation(const struct document_key *key, const struct config *config)
{
	printf("%s/seal/%s.crt\n", config->directory, key->name);
	fprintf(stderr,
		"The new key signs from %s. Give every partner the new card now (`sampan partner card`),\n"
		"and have the running node take it up: SIGHUP.\n",
		key->from);
}

static int rotate_key(const struct config *config, unsigned days, bool wants_rsa)
{
	struct document_key_rotation rotation = {.directory = config->directory,
						 .name = config->name,
						 .country = config->country,
						 .now_ms = clock_now_ms(),
						 .wants_rsa = wants_rsa,
						 .overlap_days = days};
	struct arena *arena = arena_new(ARENA_BYTES);
	struct document_key key;
	enum err err = arena == NULL ? ERR_MEMORY : document_key_rotate(&rotation, arena, &key);

	if (err == OK)
		print_rotation(&key, config);
	else
		fprintf(stderr, "sampan node rotate: %s\n",
			err == ERR_EXISTS ? "a new key waits for its day already; --overlap 0 "
					    "passes over it"
					  : err_text(err));
	arena_free(arena);
	return err == ERR_EXISTS ? EX_TEMPFAIL : err_exit_code(err);
}

static int rotate(const char *path, const char *overlap, bool wants_rsa)
{
	struct config *config = NULL;
	size_t len = strspn(overlap, "0123456789");
	int code;

	if (len == 0 || len > 4 || overlap[len] != '\0') {
		fputs("sampan node rotate: --overlap: expected days, such as 30\n", stderr);
		return EX_USAGE;
	}
	code = command_load_config(path, &config);
	if (code == EX_OK)
		code = rotate_key(config, (unsigned)strtoul(overlap, NULL, 10), wants_rsa);
	config_free(config);
	return code;
}

static int rotate_card(const char *path)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct config *config = NULL;
	int code = command_load_config(path, &config);
	uint64_t version = 0;
	enum err err = ERR_MEMORY;

	if (code != EX_OK) {
		arena_free(arena);
		return code;
	}
	if (arena != NULL)
		err = card_file_make(config->directory, config->country, config->name, arena,
				     &version);
	if (err == OK) {
		printf("%s/seal/card-%llu.note\n", config->directory, (unsigned long long)version);
		fputs("A node that runs takes it up on SIGHUP; partners get it over the link.\n",
		      stderr);
	} else {
		fprintf(stderr, "sampan node rotate card: %s\n",
			err == ERR_EXISTS ? "the newest card says the same" : err_text(err));
	}
	arena_free(arena);
	config_free(config);
	return err == OK || err == ERR_EXISTS ? EX_OK : err_exit_code(err);
}

int cmd_node(int argc, char **argv)
{
	const char *config = NULL, *overlap = "30", *key = NULL;
	bool wants_rsa = false;
	struct setup setup = {0};
	const struct command_option options[] = {
		{"--config", &config, NULL},
		{"--country", &setup.country, NULL},
		{"--name", &setup.name, NULL},
		{"--office", &setup.office, NULL},
		{"--overlap", &overlap, NULL},
		{"--rsa", NULL, &wants_rsa},
		{"--https", &setup.https, NULL},
		{"--operator-key", &key, NULL},
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
	if (left == 2 && strcmp(argv[1], "rotate") == 0 && strcmp(argv[2], "document-key") == 0)
		return rotate(config, overlap, wants_rsa);
	if (left == 2 && strcmp(argv[1], "rotate") == 0 && strcmp(argv[2], "card") == 0)
		return rotate_card(config);
	if (left == 2 && strcmp(argv[1], "operator") == 0)
		return cmd_reopen_operator(config, argv[2]);
	if (left == 1 && strcmp(argv[1], "reopen") == 0 && key != NULL)
		return cmd_reopen_ledger(config, key);
	fputs(usage, stderr);
	return EX_USAGE;
}
