#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "messages/word.h"
#include "node/command.h"
#include "node/file.h"
#include "node/party_yaml.h"
#include "node/plain.h"
#include "sampan/limit.h"

#define YAML_BYTES ((size_t)8 * 1024 * 1024)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

static const char usage[] =
	"usage: sampan party add ID --name TEXT --roles \"ROLE ...\" [--tax-code CODE]\n"
	"       sampan party remove ID\n"
	"       sampan party list | show ID [--json]\n"
	"       each with [--config FILE]\n"
	"\n"
	"The parties of a node, as its node.yaml lists them; add and remove change that file and nothing else in it. A node that\n"
	"runs takes it up on SIGHUP. Roles: trader, agent, issuing-authority, customs, agency. The folder of a party that is\n"
	"removed stays, and so does what is on record of it.\n";

struct party_command {
	const char *config_path, *name, *roles, *tax_code;
	bool as_json;
	struct config *config;
	struct arena *arena;
};

static int complain(const char *what)
{
	fprintf(stderr, "sampan party: %s\n", what);
	return EX_DATAERR;
}

/* ---- Looking ---- */

static const char *roles_of(const struct party_command *command, const struct config_party *party)
{
	const char *text = "";

	for (size_t i = 0; text != NULL && party_yaml_roles[i] != NULL; i++)
		if ((party->roles & party_yaml_role_bits[i]) != 0)
			text = arena_format(command->arena, "%s%s%s", text,
					    *text == '\0' ? "" : " ", party_yaml_roles[i]);
	return text == NULL ? "" : text;
}

static json_t *party_new(const struct party_command *command, const struct config_party *party)
{
	return json_pack("{s:s,s:s,s:s,s:s}", "id", party->id, "name", party->name, "taxCode",
			 party->tax_code, "roles", roles_of(command, party));
}

static int print_json(json_t *json)
{
	int code = json != NULL && json_dumpf(json, stdout, JSON_INDENT(2)) == 0 ? EX_OK : EX_OSERR;

	putchar('\n');
	json_decref(json);
	return code;
}

static void print_party(const struct party_command *command, const struct config_party *party)
{
	printf("%-20s  %-14s  %-26s  ", party->id,
	       party->tax_code[0] == '\0' ? "-" : party->tax_code, roles_of(command, party));
	plain_print(stdout, party->name);
	putchar('\n');
}

static int list(const struct party_command *command)
{
	const struct config *config = command->config;
	json_t *parties;

	if (!command->as_json) {
		printf("%-20s  %-14s  %-26s  %s\n", "id", "tax code", "roles", "name");
		for (size_t i = 0; i < config->party_count; i++)
			print_party(command, &config->parties[i]);
		return EX_OK;
	}
	parties = json_array();
	for (size_t i = 0; i < config->party_count; i++)
		(void)json_array_append_new(parties, party_new(command, &config->parties[i]));
	return print_json(json_pack("{s:o}", "parties", parties));
}

static int show(const struct party_command *command, const char *id)
{
	const struct config_party *party = config_party_of(command->config, id);

	if (party == NULL) {
		fprintf(stderr, "sampan party: there is no party %s\n", id);
		return EX_NOINPUT;
	}
	if (command->as_json)
		return print_json(party_new(command, party));
	print_party(command, party);
	return EX_OK;
}

/* ---- Changing ---- */

/* Everybody else is as before. */
static bool is_same_but(const struct config *before, const struct config *after, const char *id)
{
	for (size_t i = 0; i < before->party_count; i++) {
		const struct config_party *was = &before->parties[i];
		const struct config_party *is = config_party_of(after, was->id);

		if (strcmp(was->id, id) == 0)
			continue;
		if (is == NULL || is->roles != was->roles || strcmp(is->name, was->name) != 0 ||
		    strcmp(is->tax_code, was->tax_code) != 0)
			return false;
	}
	return after->trader_count == before->trader_count &&
	       after->listen_count == before->listen_count;
}

static bool is_wanted(const struct party_command *command, const struct config *after,
		      const struct config_party *party, const char *id)
{
	const struct config_party *is = config_party_of(after, id);
	size_t count = command->config->party_count;

	if (!is_same_but(command->config, after, id))
		return false;
	if (party == NULL)
		return is == NULL && after->party_count == count - 1;
	return is != NULL && after->party_count == count + 1 && is->roles == party->roles &&
	       strcmp(is->name, party->name) == 0 && strcmp(is->tax_code, party->tax_code) == 0;
}

/* The new text must say just what is wanted before it takes the old one's place. */
static int replace(const struct party_command *command, struct bytes text,
		   const struct config_party *party, const char *id)
{
	const char *path = command->config->path;
	const char *trial = arena_format(command->arena, "%s.new", path);
	struct config *after = NULL;
	const char *message = "";
	int code = EX_CANTCREAT;
	enum err err = trial == NULL ? ERR_MEMORY : file_replace(trial, text);

	if (err == OK)
		err = config_load(trial, command->arena, &after, &message);
	if (err == OK && is_wanted(command, after, party, id)) {
		err = file_replace(path, text);
		code = err == OK ? EX_OK : EX_CANTCREAT;
	} else if (err == OK) {
		code = complain(
			"the list in the file is written in a way that this cannot change; edit it by hand");
	} else if (*message != '\0') {
		plain_print(stderr, message);
		code = complain("nothing was changed");
	}
	if (err != OK && *message == '\0')
		fprintf(stderr, "sampan party: %s: %s\n", path, err_text(err));
	if (trial != NULL)
		(void)unlink(trial);
	config_free(after);
	if (code == EX_OK)
		fputs("A node that runs takes it up on SIGHUP.\n", stderr);
	return code;
}

/* party NULL: without the one of this id. */
static int change(const struct party_command *command, const struct config_party *party,
		  const char *id)
{
	struct bytes bytes;
	struct buffer to;
	enum err err = file_read(command->config->path, YAML_BYTES, command->arena, &bytes);
	const char *text = err == OK ? arena_text(command->arena, bytes) : NULL;
	int code = EX_DATAERR;

	buffer_init(&to, 2 * YAML_BYTES);
	if (err == OK)
		err = text == NULL    ? ERR_MEMORY
		      : party == NULL ? party_yaml_remove(text, id, &to)
				      : party_yaml_add(text, party, &to);
	if (err == OK)
		code = replace(command, buffer_bytes(&to), party, id);
	else if (err == ERR_USAGE || err == ERR_MISSING)
		code = complain(
			"the list in the file is written in a way that this cannot change, or a text holds a control character; edit it by hand");
	else
		fprintf(stderr, "sampan party: %s\n", err_text(err));
	buffer_clear(&to);
	return code;
}

static enum err parse_roles(const char *words, unsigned *ret_roles)
{
	struct bytes word;
	unsigned roles = 0;

	while (word_next(&words, &word)) {
		size_t i = 0;

		while (party_yaml_roles[i] != NULL &&
		       !bytes_equal(word, bytes_of_text(party_yaml_roles[i])))
			i++;
		if (party_yaml_roles[i] == NULL)
			return ERR_USAGE;
		roles |= party_yaml_role_bits[i];
	}
	*ret_roles = roles;
	return roles == 0 ? ERR_USAGE : OK;
}

static int add(const struct party_command *command, const char *id)
{
	struct config_party party = {.id = id,
				     .name = command->name,
				     .tax_code =
					     command->tax_code == NULL ? "" : command->tax_code};

	if (command->name == NULL || command->roles == NULL) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if (strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") !=
		    strlen(id) ||
	    *id == '\0' || strlen(id) > LIMIT_NAME_BYTES)
		return complain("an id has letters, digits and \"-\"");
	if (parse_roles(command->roles, &party.roles) != OK)
		return complain("roles are trader, agent, issuing-authority, customs, agency");
	if (config_party_of(command->config, id) != NULL)
		return complain("there is a party of this id already");
	return change(command, &party, id);
}

static int remove_party(const struct party_command *command, const char *id)
{
	if (config_party_of(command->config, id) == NULL) {
		fprintf(stderr, "sampan party: there is no party %s\n", id);
		return EX_NOINPUT;
	}
	return change(command, NULL, id);
}

static int act(const struct party_command *command, int count, char **argv)
{
	if (count == 1 && strcmp(argv[1], "list") == 0)
		return list(command);
	if (count == 2 && strcmp(argv[1], "show") == 0)
		return show(command, argv[2]);
	if (count == 2 && strcmp(argv[1], "add") == 0)
		return add(command, argv[2]);
	if (count == 2 && strcmp(argv[1], "remove") == 0)
		return remove_party(command, argv[2]);
	fputs(usage, stderr);
	return EX_USAGE;
}

int cmd_party(int argc, char **argv)
{
	struct party_command command = {0};
	const struct command_option options[] = {
		{"--config", &command.config_path, NULL}, {"--name", &command.name, NULL},
		{"--roles", &command.roles, NULL},        {"--tax-code", &command.tax_code, NULL},
		{"--json", NULL, &command.as_json},       {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);
	int code;

	if (count < 0)
		return command_exit_code(count);
	code = command_load_config(command.config_path, &command.config);
	if (code != EX_OK)
		return code;
	command.arena = arena_new(ARENA_BYTES);
	code = command.arena == NULL ? EX_OSERR : act(&command, count, argv);
	arena_free(command.arena);
	config_free(command.config);
	return code;
}
