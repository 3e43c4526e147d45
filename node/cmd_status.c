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
	"it, the newest; what was refused is found by its id and by its reference.\n"
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
	if (strcmp(json_read_text(message, "waitsFor"), "exporter") == 0)
		printf("  %s\n", in_vietnamese
					 ? "chờ người xuất khẩu cho phép truyền"
					 : "waits for the exporter's yes to its transmission");
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

/* What is asked of the node there, and the id that was found; NULL: nothing yet. */
struct search {
	struct remote *remote;
	struct arena *arena;
	const char *what; /* fit for a query */
	const char *id;
};

/* The newest that this query finds, however many pages are looked at. The exit code. */
static int find_by(struct search *search, const char *query)
{
	const char *after = "";
	int code = 0;

	while (code == 0 && search->id == NULL && after != NULL) {
		json_t *list = NULL;
		const json_t *first;

		code = remote_get(search->remote,
				  arena_format(search->arena, "/v1/messages?limit=1&%s=%s%s%s",
					       query, search->what,
					       *after == '\0' ? "" : "&after=", after),
				  &list);
		first = json_array_get(json_object_get(list, "messages"), 0);
		if (first != NULL)
			search->id = arena_text(search->arena,
						bytes_of_text(json_read_text(first, "id")));
		after = json_read_text(list, "next");
		after = *after == '\0' ? NULL : arena_text(search->arena, bytes_of_text(after));
		json_decref(list);
	}
	return code;
}

/* By all that the command line of the node itself finds it by; what was refused comes last. */
static int find_there(struct search *search, const char *what)
{
	static const char *const queries[] = {"reference", "number", "certificate",
					      "state=refused&reference"};
	int code = 0;

	search->what = remote_escape(what, search->arena);
	if (search->what == NULL)
		return err_exit_code(ERR_MEMORY);
	for (size_t i = 0;
	     code == 0 && search->id == NULL && i < sizeof(queries) / sizeof(queries[0]); i++)
		code = find_by(search, queries[i]);
	if (code == 0 && search->id == NULL) {
		fprintf(stderr, "sampan status: you know nothing of %s there\n", what);
		code = EX_NOINPUT;
	}
	return code;
}

static int read_there(struct search *search, const char *id, json_t **ret_status)
{
	const char *path = arena_format(search->arena, "/v1/messages/%s", id);

	return path == NULL ? err_exit_code(ERR_MEMORY)
			    : remote_look(search->remote, path, ret_status);
}

/* What looks like an id may be a reference all the same. */
static int ask_there(const struct wishes *wishes, const char *what, json_t **ret_status)
{
	struct search search = {.arena = arena_new(ARENA_BYTES)};
	int code = search.arena == NULL
			   ? err_exit_code(ERR_MEMORY)
			   : remote_open("status", &wishes->remote, search.arena, &search.remote);

	if (code == 0 && is_id(what))
		code = read_there(&search, what, ret_status);
	if (code == 0 && *ret_status == NULL && (code = find_there(&search, what)) == 0)
		code = read_there(&search, search.id, ret_status);
	if (code == 0 && *ret_status == NULL)
		code = EX_NOINPUT;
	remote_close(search.remote);
	arena_free(search.arena);
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
