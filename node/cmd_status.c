#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/event_words.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "node/remote.h"

static const char usage[] =
	"usage: sampan status [--config FILE] [--json] [--lang en|vi] ID-OR-REFERENCE\n"
	"       sampan status --node URL [--token FILE] [--json] [--lang en|vi] ID-OR-REFERENCE\n"
	"\n"
	"The timeline of one message, in words. Give the message id (such as VN-1-57), the sender's own reference,\n"
	"a declaration number or a certificate number. Over HTTPS you see what you may see; where several messages have\n"
	"the reference, the newest.\n"
	"\n" REMOTE_USAGE;

#define ARENA_BYTES ((size_t)128 * 1024 * 1024)

struct wishes {
	const char *config_path;
	const char *language;
	struct remote_options remote;
	bool as_json;
};

static void print_record(const json_t *record, bool in_vietnamese)
{
	json_t *attributes = json_object_get(record, "attributes"), *value;
	const char *name;

	printf("  %s  %s (", json_read_text(record, "time"),
	       event_words(json_read_text(record, "event"), in_vietnamese));
	plain_print(stdout, json_read_text(record, "actor"));
	json_object_foreach(attributes, name, value)
	{
		if (strcmp(name, "source") == 0 || strcmp(name, "schemaSet") == 0)
			continue;
		printf(", %s: ", name);
		plain_print(stdout, json_string_value(value));
	}
	printf(")\n");
	ask_print_findings(record, in_vietnamese);
}

static void print_status(const json_t *status, bool in_vietnamese)
{
	const json_t *message = json_object_get(status, "message");
	const json_t *timeline = json_object_get(status, "timeline"), *item;
	size_t i;

	if (message == NULL) /* over HTTPS the answer is the message itself */
		message = status;
	printf("%s  %s%s  ", json_read_text(message, "id"), json_read_text(message, "kind"),
	       json_read_text(message, "schema"));
	plain_print(stdout, json_read_text(message, "reference"));
	printf("  %s\n", json_read_text(message, "state"));
	if (json_read_text(message, "number")[0] != '\0')
		printf("  number %s\n", json_read_text(message, "number"));
	json_array_foreach(timeline, i, item) print_record(item, in_vietnamese);
	json_array_foreach(json_object_get(status, "deliveries"), i, item) printf(
		"  -> %s as %s: %s%s%s\n", json_read_text(item, "to"), json_read_text(item, "as"),
		json_read_text(item, "stage"), json_read_text(item, "why")[0] == '\0' ? "" : " ",
		json_read_text(item, "why"));
}

static int ask_here(const struct wishes *wishes, const char *what, json_t **ret_status)
{
	struct ask ask;
	int code = ask_init(&ask, wishes->config_path);
	enum err err;

	if (code == 0) {
		err = ask_clerk(&ask, CLERK_STATUS, bytes_of_text(what), ret_status);
		if (err == ERR_MISSING)
			fprintf(stderr, "sampan status: this node knows nothing of %s\n", what);
		code = err == ERR_MISSING ? EX_NOINPUT : ask_complain(&ask, "status", err);
	}
	ask_clear(&ask);
	return code;
}

/* "VN-1-57": a country, an epoch, a number. */
static bool is_id(const char *text)
{
	return strlen(text) > 5 && text[2] == '-' &&
	       strspn(text + 3, "0123456789-") == strlen(text + 3);
}

/* The newest message that is known by this reference; NULL, and the code is set, when there is none. */
static const char *find_there(struct remote *remote, const char *reference, struct arena *arena,
			      int *ret_code)
{
	const char *value = remote_escape(reference, arena), *id = NULL;
	const char *path =
		value == NULL ? NULL
			      : arena_format(arena, "/v1/messages?limit=1&reference=%s", value);
	json_t *list = NULL;

	*ret_code = path == NULL ? err_exit_code(ERR_MEMORY) : remote_get(remote, path, &list);
	if (*ret_code == 0) {
		const json_t *first = json_array_get(json_object_get(list, "messages"), 0);

		if (first != NULL)
			id = arena_text(arena, bytes_of_text(json_read_text(first, "id")));
		else
			fprintf(stderr, "sampan status: you know nothing of %s there\n", reference);
		*ret_code = id == NULL ? EX_NOINPUT : 0;
	}
	json_decref(list);
	return id;
}

static int ask_there(const struct wishes *wishes, const char *what, json_t **ret_status)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct remote *remote = NULL;
	const char *path;
	int code = arena == NULL ? err_exit_code(ERR_MEMORY)
				 : remote_open("status", &wishes->remote, arena, &remote);

	if (code == 0 && !is_id(what))
		what = find_there(remote, what, arena, &code);
	if (code == 0) {
		path = arena_format(arena, "/v1/messages/%s", what);
		code = path == NULL ? err_exit_code(ERR_MEMORY)
				    : remote_get(remote, path, ret_status);
	}
	remote_close(remote);
	arena_free(arena);
	return code;
}

int cmd_status(int argc, char **argv)
{
	struct wishes wishes = {.language = "en"};
	const struct command_option options[] = {{"--config", &wishes.config_path, NULL},
						 {"--lang", &wishes.language, NULL},
						 {"--json", NULL, &wishes.as_json},
						 REMOTE_OPTIONS(wishes.remote),
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	json_t *status = NULL;

	if (count < 0)
		return command_exit_code(count);
	if (count != 1 || (wishes.remote.url != NULL && !remote_is_url(wishes.remote.url))) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	code = wishes.remote.url == NULL ? ask_here(&wishes, argv[1], &status)
					 : ask_there(&wishes, argv[1], &status);
	if (code == 0 && wishes.as_json) {
		json_dumpf(status, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (code == 0) {
		print_status(status, strcmp(wishes.language, "vi") == 0);
	}
	json_decref(status);
	return code;
}
