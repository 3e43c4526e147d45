#include "node/town_identity.h"

#include <stdio.h>
#include <string.h>

#include "messages/word.h"
#include "node/ask.h"
#include "node/file.h"
#include "node/who_secret.h"
#include "sampan/secret.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define FIELDS 3u

static enum err ask_for_number(struct ask *ask, const char *verb, const char *const *pairs,
			       const char **ret_number)
{
	struct facts answer;
	enum err err = ask_identity(ask, verb, pairs, "as the demo's samples say", &answer);

	if (err == OK && facts_get(&answer, "refused") != NULL) {
		fprintf(stderr, "sampan demo: %s: %s\n", verb,
			facts_get_or_empty(&answer, "refused"));
		return ERR_CONFIG;
	}
	if (err == OK)
		*ret_number = facts_get_or_empty(&answer, "number");
	return err;
}

static enum err give(struct ask *ask, const char *line)
{
	const char *field[FIELDS] = {"", "", ""}, *number;
	struct bytes word;
	enum err err;

	for (size_t i = 0; i < FIELDS && word_next(&line, &word); i++)
		if ((field[i] = arena_text(ask->arena, word)) == NULL)
			return ERR_MEMORY;
	if (field[0][0] == '\0' || field[0][0] == '#')
		return OK;
	const char *given[] = {"principal", field[0], "agent", field[1], "from", field[2], NULL};

	if ((err = ask_for_number(ask, "mandate-give", given, &number)) != OK)
		return err;
	const char *confirmed[] = {"number", number, NULL};

	return ask_for_number(ask, "mandate-confirm", confirmed, &number);
}

enum err town_identity_mandates(const struct town_node *node)
{
	struct ask ask;
	struct bytes text;
	const char *path;
	char *line, *rest;
	enum err err = ask_init(&ask, node->config_path) == 0 ? OK : ERR_CONFIG;

	if (err != OK)
		goto out;
	path = arena_format(ask.arena, "%s/samples/%s.mandates", command_schemas_folder(),
			    node->country);
	err = path == NULL ? ERR_MEMORY : file_read(path, FILE_BYTES, ask.arena, &text);
	if (err != OK) {
		err = err == ERR_MISSING ? OK : err;
		goto out;
	}
	line = arena_text(ask.arena, text);
	if (line == NULL)
		err = ERR_MEMORY;
	for (rest = line; err == OK && (line = strsep(&rest, "\n")) != NULL;)
		err = give(&ask, line);
out:
	ask_clear(&ask);
	return err;
}

static enum err make_token(struct ask *ask, const struct town_node *node, const char *party)
{
	const char *path = arena_format(ask->arena, "%s/parties/%s/token", node->directory, party);
	char text[WHO_TEXT_BYTES], line[WHO_TEXT_BYTES + 1], hex[HASH_HEX_BYTES];
	const char *pairs[] = {"name", "demo", "party", party, "hash", hex, NULL};
	const char *number;
	struct hash hash;
	enum err err = path == NULL ? ERR_MEMORY : OK;

	who_secret_make(WHO_TOKEN_PREFIX, text, &hash);
	hash_format_hex(&hash, hex);
	(void)snprintf(line, sizeof(line), "%s\n", text);
	if (err == OK)
		err = ask_for_number(ask, "token-make", pairs, &number);
	if (err == OK)
		err = file_replace(path, bytes_of_text(line));
	secret_wipe(text, sizeof(text));
	secret_wipe(line, sizeof(line));
	return err;
}

enum err town_identity_tokens(const struct town_node *node)
{
	struct ask ask;
	enum err err = ask_init(&ask, node->config_path) == 0 ? OK : ERR_CONFIG;

	for (size_t i = 0; err == OK && i < node->config->party_count; i++)
		err = make_token(&ask, node, node->config->parties[i].id);
	ask_clear(&ask);
	return err;
}
