#include "tests/support/door_client.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/file.h"
#include "sampan/folder.h"
#include "sampan/limit.h"

#define MAX_ARGUMENTS 48u

static unsigned jobs;

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "door_client: %s\n", what);
	abort();
}

static const char *file_of(struct rig *rig, unsigned number, const char *what)
{
	const char *path = arena_format(rig->arena, "%s/curl-%u.%s", rig->directory, number, what);

	if (path == NULL)
		give_up("no memory");
	return path;
}

static struct bytes content_of(struct rig *rig, const char *path)
{
	struct bytes content;

	if (file_read(path, LIMIT_PAYLOAD_BYTES, rig->arena, &content) != OK)
		return bytes_of("", 0);
	return content;
}

struct command {
	const char *arguments[MAX_ARGUMENTS];
	size_t count;
};

static void add(struct command *command, const char *option, const char *value)
{
	if (command->count + 3 > MAX_ARGUMENTS || value == NULL)
		give_up("too long a command");
	if (option != NULL)
		command->arguments[command->count++] = option;
	command->arguments[command->count++] = value;
}

static void add_body(struct rig *rig, struct command *command, const struct door_request *request,
		     unsigned number)
{
	const char *path = file_of(rig, number, "sent");

	if (file_replace(path, request->body) != OK)
		give_up("no file");
	add(command, "-H", arena_format(rig->arena, "Content-Type: %s", request->type));
	add(command, "-H", "Expect:");
	add(command, "--data-binary", arena_format(rig->arena, "@%s", path));
}

static void build(struct rig *rig, size_t node, const struct door_request *request, unsigned number,
		  struct command *command)
{
	const struct town_node *at = &rig->town.nodes[node];

	add(command, NULL, "curl");
	add(command, "-sS", "-g");
	add(command, "--max-time",
	    arena_format(rig->arena, "%u", request->max_seconds == 0 ? 60 : request->max_seconds));
	add(command, "--cacert", arena_format(rig->arena, "%s/keys/door.crt", at->directory));
	if (request->certificate != NULL) {
		add(command, "--cert", request->certificate);
		add(command, "--key", request->key);
	}
	if (request->rate != NULL)
		add(command, "--limit-rate", request->rate);
	add(command, "-D", file_of(rig, number, "head"));
	add(command, "-o", file_of(rig, number, "body"));
	if (request->method != NULL)
		add(command, "-X", request->method);
	if (request->type != NULL)
		add_body(rig, command, request, number);
	if (request->token != NULL)
		add(command, "-H",
		    arena_format(rig->arena, "Authorization: Bearer %s", request->token));
	for (size_t i = 0; i < DOOR_CLIENT_HEADERS && request->headers[i] != NULL; i++)
		add(command, "-H", request->headers[i]);
	add(command, NULL,
	    arena_format(rig->arena, "https://127.0.0.1:%u%s", at->config->https.port,
			 request->path));
	command->arguments[command->count] = NULL;
}

struct door_job door_client_begin(struct rig *rig, size_t node, const struct door_request *request)
{
	struct door_job job = {.rig = rig, .number = ++jobs};
	struct command command = {.count = 0};
	pid_t pid;

	build(rig, node, request, job.number, &command);
	if ((pid = fork()) < 0)
		give_up("no process");
	if (pid == 0) {
		if (freopen(file_of(rig, job.number, "stderr"), "w", stderr) == NULL)
			_exit(127);
		execvp("curl", (char *const *)(uintptr_t)command.arguments);
		_exit(127);
	}
	job.pid = pid;
	return job;
}

bool door_client_has_come(void *job)
{
	const struct door_job *one = job;

	return content_of(one->rig, file_of(one->rig, one->number, "body")).len > 0;
}

struct door_answer door_client_end(struct rig *rig, struct door_job job)
{
	struct door_answer answer = {.status = 0};
	int status;

	while (waitpid((pid_t)job.pid, &status, 0) < 0)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		give_up("there is no curl");
	answer.head = content_of(rig, file_of(rig, job.number, "head"));
	answer.body = content_of(rig, file_of(rig, job.number, "body"));
	if (answer.head.len > 12)
		answer.status = (unsigned)strtoul((const char *)answer.head.at + 9, NULL, 10);
	return answer;
}

struct door_answer door_client_ask(struct rig *rig, size_t node, const struct door_request *request)
{
	return door_client_end(rig, door_client_begin(rig, node, request));
}

const char *door_client_header(struct rig *rig, const struct door_answer *answer, const char *name)
{
	const char *line = (const char *)answer->head.at;
	size_t len = strlen(name);

	for (; line != NULL && *line != '\0';
	     line = strchr(line, '\n') == NULL ? NULL : strchr(line, '\n') + 1)
		if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
			const char *value = line + len + 1 + strspn(line + len + 1, " ");

			return arena_text(rig->arena, bytes_of(value, strcspn(value, "\r\n")));
		}
	return NULL;
}

const char *door_client_member(struct rig *rig, const struct door_answer *answer, const char *name)
{
	json_t *json = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
	const json_t *value = json_object_get(json, name);
	const char *text = json_string_value(value);

	if (json_is_integer(value))
		text = arena_format(rig->arena, "%lld", (long long)json_integer_value(value));
	else
		text = arena_text(rig->arena, bytes_of_text(text));
	json_decref(json);
	return text;
}

/* Its first line. */
static const char *line_of(struct rig *rig, struct bytes text)
{
	return arena_text(rig->arena, bytes_of(text.at, strcspn((const char *)text.at, "\n")));
}

const char *door_client_token(struct rig *rig, size_t node, const char *party)
{
	struct bytes text = rig_read(rig, node, party, "", "token");

	if (text.len == 0)
		give_up("the party has no token");
	return line_of(rig, text);
}

const char *door_client_new_token(struct rig *rig, size_t node, const char *name,
				  const char *const *options)
{
	const char *arguments[16] = {"user", "token", name, "--config",
				     rig->town.nodes[node].config_path};
	struct bytes output;
	size_t count = 5;

	while (*options != NULL && count < 15)
		arguments[count++] = *options++;
	if (rig_run(rig, arguments, &output) != 0)
		give_up("no token can be made");
	return line_of(rig, output);
}
