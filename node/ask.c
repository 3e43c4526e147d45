#include "node/ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/identity.h"
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

const char *ask_operator(void)
{
	const char *name = getenv("SUDO_USER");

	if (name == NULL || name[0] == '\0')
		name = getenv("USER");
	return name == NULL || name[0] == '\0' ? "root" : name;
}

enum err ask_identity(struct ask *ask, const char *verb, const char *const *pairs,
		      const char *reason, struct facts *ret_answer)
{
	struct identity_ask identity = {.verb = verb};
	struct bytes answer;
	struct buffer body;
	enum err err = OK;

	caller_of_admin(ask_operator(), &identity.caller);
	identity.caller.reason = reason == NULL ? "" : reason;
	facts_init(&identity.facts, ask->arena);
	for (; err == OK && pairs[0] != NULL; pairs += 2)
		if (pairs[1] != NULL)
			err = facts_put(&identity.facts, pairs[0], pairs[1]);
	buffer_init(&body, LIMIT_RECORD_BYTES);
	identity_pack(&body, &identity);
	if (err == OK)
		err = buffer_error(&body);
	if (err == OK)
		err = ask_bytes(ask, ADMIN_IDENTITY, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	facts_init(ret_answer, ask->arena);
	return err == OK ? facts_unpack(answer, ret_answer) : err;
}

static enum err ask_page(struct ask *ask, const char *what, uint64_t before, json_t **ret_page)
{
	struct caller caller;
	struct buffer body;
	enum err err;

	caller_of_admin(ask_operator(), &caller);
	buffer_init(&body, LIMIT_RECORD_BYTES);
	caller_pack(&body, &caller);
	pack_text(&body, what);
	pack_u64(&body, before);
	err = buffer_error(&body);
	if (err == OK)
		err = ask_clerk(ask, CLERK_IDENTITIES, buffer_bytes(&body), ret_page);
	buffer_clear(&body);
	return err;
}

enum err ask_identities(struct ask *ask, const char *what, json_t **ret_list)
{
	json_t *list = json_array(), *page = NULL;
	uint64_t before = 0;
	enum err err = list == NULL ? ERR_MEMORY : OK;

	do {
		if (err == OK)
			err = ask_page(ask, what, before, &page);
		if (err == OK && json_array_extend(list, json_object_get(page, what)) != 0)
			err = ERR_MEMORY;
		before = err == OK ? json_read_number(page, "next") : 0;
		json_decref(page);
		page = NULL;
	} while (before > 0);
	if (err == OK && (*ret_list = json_pack("{s:O}", what, list)) == NULL)
		err = ERR_MEMORY;
	json_decref(list);
	return err;
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
