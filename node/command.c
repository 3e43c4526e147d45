#include "node/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/plain.h"

const char *command_schemas_folder(void)
{
	return config_schemas_folder();
}

const char *command_config_path(void)
{
	const char *path = getenv("SAMPAN_CONFIG");

	if (path != NULL && *path != '\0')
		return path;
	if (access("node.yaml", F_OK) == 0 || access("/etc/sampan/node.yaml", F_OK) != 0)
		return "node.yaml";
	return "/etc/sampan/node.yaml";
}

int command_complain(const char *command, const char *what, const char *given)
{
	fprintf(stderr, "sampan %s: %s", command, what);
	if (given[0] != '\0') {
		fputc(' ', stderr);
		plain_print(stderr, given);
	}
	fprintf(stderr, "; `sampan help %s` shows what there is\n", command);
	return EX_USAGE;
}

static int complain(const char *command, const char *what, const char *option)
{
	(void)command_complain(command, what, option);
	return COMMAND_WRONG;
}

static const struct command_option *find_option(const struct command_option *options,
						const char *text, size_t len)
{
	for (; options->name != NULL; options++)
		if (strlen(options->name) == len && strncmp(options->name, text, len) == 0)
			return options;
	return NULL;
}

/* Take the option at argv[*at]; its value may be the next argument. 0, or COMMAND_WRONG. */
static int take(int argc, char **argv, int *at, const struct command_option *options)
{
	const char *text = argv[*at];
	const char *equals = strncmp(text, "--", 2) == 0 ? strchr(text, '=') : NULL;
	size_t len = equals == NULL ? strlen(text) : (size_t)(equals - text);
	const struct command_option *option = find_option(options, text, len);

	if (option == NULL)
		return complain(argv[0], "there is no option", text);
	if (option->is_set != NULL)
		*option->is_set = true;
	if (option->value == NULL)
		return equals == NULL ? 0 : complain(argv[0], "no value belongs to", option->name);
	if (equals == NULL && *at + 1 >= argc)
		return complain(argv[0], "a value is missing behind", option->name);
	*option->value = equals != NULL ? equals + 1 : argv[++*at];
	return 0;
}

int command_options(int argc, char **argv, const struct command_option *options, const char *usage)
{
	bool is_over = false;
	int kept = 0;

	for (int i = 1; i < argc; i++) {
		const char *text = argv[i];

		if (is_over || text[0] != '-' || text[1] == '\0') {
			argv[++kept] = argv[i];
		} else if (strcmp(text, "--") == 0) {
			is_over = true;
		} else if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0) {
			fputs(usage, stdout);
			return COMMAND_HELPED;
		} else if (take(argc, argv, &i, options) != 0) {
			return COMMAND_WRONG;
		}
	}
	return kept;
}

int command_exit_code(int result)
{
	return result == COMMAND_HELPED ? EX_OK : EX_USAGE;
}

int command_load_config(const char *path, struct config **ret_config)
{
	struct arena *arena = arena_new((size_t)1024 * 1024);
	const char *message = "";
	enum err err = ERR_MEMORY;

	if (arena != NULL)
		err = config_load(path == NULL ? command_config_path() : path, arena, ret_config,
				  &message);
	if (err != OK) {
		fputs("sampan: ", stderr);
		plain_print(stderr, *message == '\0' ? err_text(err) : message);
		fputc('\n', stderr);
	}
	arena_free(arena);
	return err == OK ? EX_OK : err == ERR_MISSING ? EX_CONFIG : err_exit_code(err);
}
