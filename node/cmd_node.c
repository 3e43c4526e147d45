#include "node/command.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "messages/hub_way.h"
#include "node/setup.h"
#include "node/supervisor.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

static const char usage[] =
	"usage: sampan node init DIR --country CC [--name NAME] [--office CODE]\n"
	"       sampan node run [--config FILE]\n"
	"       sampan node check [--config FILE]\n"
	"\n"
	"init   makes a new node in DIR: configuration, keys, certificate, empty ledger\n"
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

/* By one map, or by several through the hub's kinds when only one way does. NULL: there is a way. */
static const char *why_no_way(const struct schema_set *set, const struct schema *from,
			      const struct schema *to)
{
	struct hub_way way, rival;

	hub_way_find(set, from, to, &way, &rival);
	if (rival.count > 0)
		return "two equally short ways lead to";
	return way.count == 0 ? "no map leads to" : NULL;
}

/* A route whose kinds are misspelt would send nothing, for ever and without a word. */
static bool is_sound(const struct schema_set *set, const struct config_route *route,
		     const char *as_id)
{
	const struct schema *kind = schema_set_agreed(set, route->kind);
	const struct schema *as = schema_set_agreed(set, as_id);
	const char *wrong = NULL;

	if (kind == NULL || as == NULL)
		wrong = "there is no kind";
	else if (kind != as)
		wrong = why_no_way(set, kind, as);
	if (wrong != NULL)
		fprintf(stderr,
			"sampan: route %s of agreement %s: %s %s; `sampan schema list` shows what there is\n",
			route->id, route->agreement, wrong, kind == NULL ? route->kind : as_id);
	return wrong == NULL;
}

static bool is_route_sound(const struct config *config, const struct schema_set *set,
			   const struct config_route *route)
{
	const char *wanted = route->as[0] == '\0' ? route->kind : route->as;
	bool is_right = is_sound(set, route, wanted);

	for (size_t i = 0; i < config->partner_count; i++) {
		const char *as = config_partner_takes(&config->partners[i], wanted);

		if (as != NULL && strncmp(route->to, "role:", 5) != 0)
			is_right &= is_sound(set, route, as);
	}
	return is_right;
}

static bool are_takes_known(const struct schema_set *set, const struct config_partner *partner)
{
	bool are_known = true;

	for (size_t i = 0; i < partner->take_count; i++) {
		if (schema_set_find(set, partner->takes[i]) != NULL)
			continue;
		fprintf(stderr,
			"sampan: partner %s takes %s: there is no such kind; `sampan schema list` shows what there is\n",
			partner->country, partner->takes[i]);
		are_known = false;
	}
	return are_known;
}

static enum err check_routes(const struct config *config, const struct schema_set *set)
{
	enum err err = OK;

	for (size_t i = 0; i < config->route_count; i++)
		if (!is_route_sound(config, set, &config->routes[i]))
			err = ERR_CONFIG;
	for (size_t i = 0; i < config->partner_count; i++)
		if (!are_takes_known(set, &config->partners[i]))
			err = ERR_CONFIG;
	return err;
}

/*
 * What a worker would meet: better said now, by one process, than by each of them again and again.
 */
static int check_schemas(const struct config *config)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct schema_set *set = NULL;
	struct findings findings;
	enum err err = ERR_MEMORY;

	if (arena == NULL)
		goto out;
	findings_init(&findings, arena);
	err = schema_set_load(config->schemas, &findings, &set);
	for (size_t i = 0; i < findings.count; i++)
		fprintf(stderr, "sampan: %s:%u: %s: %s\n", findings.items[i].path,
			findings.items[i].line, findings.items[i].code, findings.items[i].en);
	if (err != OK)
		fprintf(stderr, "sampan: the schema set in %s: %s\n", config->schemas,
			err_text(err));
	else
		err = check_routes(config, set);
out:
	schema_set_free(set);
	arena_free(arena);
	return err == OK ? EX_OK : EX_CONFIG;
}

static int run(const char *path, bool is_check)
{
	struct config *config = NULL;
	int code = command_load_config(path, &config);

	if (code != EX_OK)
		return code;
	code = check_schemas(config);
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
