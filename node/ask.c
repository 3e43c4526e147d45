#include "node/ask.h"

#include <stdio.h>

#include "node/json_read.h"
#include "node/plain.h"

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define TIMEOUT_MS 30000u

int ask_init(struct ask *ask, const char *config_path)
{
	int code;

	*ask = (struct ask){.timeout_ms = TIMEOUT_MS};
	if ((code = command_load_config(config_path, &ask->config)) != 0)
		return code;
	ask->arena = arena_new(ARENA_BYTES);
	if (ask->arena != NULL)
		ask->endpoint = role_endpoint(ask->config, "admin", ask->arena);
	return ask->endpoint == NULL ? err_exit_code(ERR_MEMORY) : 0;
}

void ask_clear(struct ask *ask)
{
	arena_free(ask->arena);
	config_free(ask->config);
	*ask = (struct ask){0};
}

enum err ask_bytes(struct ask *ask, uint16_t operation, struct bytes body, struct bytes *ret_answer)
{
	return call_once(ask->endpoint, operation, body, ask->timeout_ms, ask->arena, ret_answer);
}

enum err ask_clerk(struct ask *ask, enum clerk_operation operation, struct bytes body,
		   json_t **ret_answer)
{
	struct bytes answer;
	json_t *json;
	enum err err = ask_bytes(ask, (uint16_t)(ADMIN_CLERK + operation), body, &answer);

	if (err != OK)
		return err;
	json = json_loadb((const char *)answer.at, answer.len, 0, NULL);
	if (json == NULL)
		return ERR_FORMAT;
	*ret_answer = json;
	return OK;
}

int ask_complain(const struct ask *ask, const char *command, enum err err)
{
	if (err == ERR_UNAVAILABLE)
		fprintf(stderr,
			"sampan %s: the node in %s does not answer; start it with `sampan node run --config %s`\n",
			command, ask->config->directory, ask->config->path);
	else if (err != OK)
		fprintf(stderr, "sampan %s: %s\n", command, err_text(err));
	return err_exit_code(err);
}

void ask_print_findings(const json_t *of, bool in_vietnamese)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(of, "findings"), i, finding)
	{
		printf("      %s: ", json_read_text(finding, "code"));
		plain_print(stdout, json_read_text(finding, in_vietnamese ? "vi" : "en"));
		if (json_read_text(finding, "path")[0] != '\0') {
			fputs(" [", stdout);
			plain_print(stdout, json_read_text(finding, "path"));
			putchar(']');
		}
		putchar('\n');
	}
}
