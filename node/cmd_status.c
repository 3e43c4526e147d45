#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/clerk_list.h"
#include "node/event_words.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "node/remote.h"
#include "sampan/limit.h"

static const char usage[] =
	"usage: sampan status [--config FILE] [--json] [--lang en|vi] ID-OR-REFERENCE\n"
	"       sampan status --node URL [--token FILE] [--reason TEXT] [--json] [--lang en|vi] ID-OR-REFERENCE\n"
	"\n"
	"The timeline of one message, in words. Give the message id (such as VN-1-57), the sender's own reference,\n"
	"a declaration number or a certificate number. Of a declaration number that several offices gave all are shown; else,\n"
	"where several messages have it, the newest. Over HTTPS you see what you may see; what was refused is found by its id and by its reference.\n"
	"\n" REMOTE_USAGE REMOTE_REASON_USAGE;

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
	       event_words(json_read_text(record, "event"), json_read_text(attributes, "origin"),
			   in_vietnamese));
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

/* ---- Where it is asked ---- */

/* The node of this machine, or one over HTTPS. */
struct place {
	const struct wishes *wishes;
	struct ask ask;
	struct arena *arena;
	struct remote *remote; /* NULL: here */
};

static int open_place(struct place *place, const struct wishes *wishes)
{
	*place = (struct place){.wishes = wishes, .arena = arena_new(ARENA_BYTES)};
	if (place->arena == NULL)
		return err_exit_code(ERR_MEMORY);
	return wishes->remote.url == NULL
		       ? ask_init(&place->ask, wishes->config_path)
		       : remote_open("status", &wishes->remote, place->arena, &place->remote);
}

static void close_place(struct place *place)
{
	if (place->wishes->remote.url == NULL)
		ask_clear(&place->ask);
	remote_close(place->remote);
	arena_free(place->arena);
}

static int look_here(struct place *place, const char *what, json_t **ret_status)
{
	enum err err = ask_clerk(&place->ask, CLERK_STATUS, bytes_of_text(what), ret_status);

	if (err != ERR_MISSING)
		return ask_complain(&place->ask, "status", err);
	fprintf(stderr, "sampan status: this node knows nothing of %s\n", what);
	return EX_NOINPUT;
}

static int read_there(struct place *place, const char *id, json_t **ret_status)
{
	const char *path = arena_format(place->arena, "/v1/messages/%s", id);

	return path == NULL ? err_exit_code(ERR_MEMORY)
			    : remote_look(place->remote, path, ret_status);
}

/* What looks like an id may be a reference all the same. */
static int look_there(struct place *place, const char *what, json_t **ret_status)
{
	const char *id = NULL;
	int code = 0;

	if (remote_is_id(what))
		code = read_there(place, what, ret_status);
	if (code == 0 && *ret_status == NULL && (code = remote_find(place->remote, what, &id)) == 0)
		code = read_there(place, id, ret_status);
	return code == 0 && *ret_status == NULL ? EX_NOINPUT : code;
}

static int look(struct place *place, const char *what, json_t **ret_status)
{
	return place->remote == NULL ? look_here(place, what, ret_status)
				     : look_there(place, what, ret_status);
}

/* ---- All that have a declaration number: several offices may give the same ---- */

static const json_t *message_of(const json_t *status)
{
	const json_t *message = json_object_get(status, "message");

	return message == NULL ? status : message; /* over HTTPS the answer is the message itself */
}

static bool is_number_of(const json_t *status, const char *what)
{
	const json_t *message = message_of(status);
	const json_t *facts = json_object_get(message, "facts"); /* here */
	const json_t *about = json_object_get(message, "about"); /* over HTTPS */

	return strcmp(json_read_text(message, "number"), what) == 0 ||
	       strcmp(json_read_text(facts, "declaration"), what) == 0 ||
	       strcmp(json_read_text(about, "declaration"), what) == 0;
}

static json_t *list_here(struct place *place, const char *number)
{
	struct clerk_list_question question = {.cursor = "", .limit = LISTING_LIMIT};
	struct clerk_list_answer answer = {.next = ""};
	json_t *list = NULL;
	struct caller caller;
	struct buffer body;
	struct bytes page;
	enum err err;

	question.values[LISTING_NUMBER] = number;
	caller_of_admin(ask_operator(), &caller);
	buffer_init(&body, LIMIT_RECORD_BYTES);
	clerk_list_pack(&body, &caller, &question);
	err = ask_bytes(&place->ask, ADMIN_CLERK + CLERK_LIST, buffer_bytes(&body), &page);
	buffer_clear(&body);
	if (err == OK)
		err = clerk_list_unpack_answer(page, place->arena, &answer);
	if (err == OK) {
		const char *text = arena_format(place->arena, "[%.*s]", (int)answer.rows.len,
						(const char *)answer.rows.at);

		list = text == NULL ? NULL : json_loads(text, 0, NULL);
	}
	return list;
}

static json_t *list_there(struct place *place, const char *number)
{
	const char *word = remote_escape(number, place->arena);
	json_t *page = NULL, *list;

	if (word == NULL || remote_get(place->remote,
				       arena_format(place->arena, "/v1/messages?limit=%u&number=%s",
						    LISTING_LIMIT, word),
				       &page) != 0)
		return NULL;
	list = json_incref(json_object_get(page, "messages"));
	json_decref(page);
	return list;
}

/* "others": the ids of the other messages with this number, newest first. */
static void put_others(struct place *place, const char *number, json_t *status)
{
	json_t *others = json_array(), *row;
	json_t *list = place->remote == NULL ? list_here(place, number) : list_there(place, number);
	const char *own = json_read_text(message_of(status), "id");
	size_t i;

	json_array_foreach(list, i, row)
	{
		if (strcmp(json_read_text(row, "id"), own) != 0)
			(void)json_array_append(others, json_object_get(row, "id"));
	}
	json_decref(list);
	(void)json_object_set_new(status, "others", others);
}

/* ---- */

static int print_others(struct place *place, const json_t *others, bool in_vietnamese)
{
	const json_t *id;
	int code = EX_OK;
	size_t i;

	json_array_foreach(others, i, id)
	{
		json_t *status = NULL;

		if (code == EX_OK && (code = look(place, json_string_value(id), &status)) == EX_OK)
			print_status(status, in_vietnamese);
		json_decref(status);
	}
	return code;
}

static int show(struct place *place, const char *what)
{
	bool in_vietnamese = strcmp(place->wishes->language, "vi") == 0;
	json_t *status = NULL;
	int code = look(place, what, &status);

	if (code == 0 && !remote_is_id(what) && is_number_of(status, what))
		put_others(place, what, status);
	if (code == 0 && place->wishes->as_json) {
		json_dumpf(status, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (code == 0) {
		print_status(status, in_vietnamese);
		code = print_others(place, json_object_get(status, "others"), in_vietnamese);
	}
	json_decref(status);
	return code;
}

int cmd_status(int argc, char **argv)
{
	struct wishes wishes = {.language = "en"};
	const struct command_option options[] = {
		{"--config", &wishes.config_path, NULL}, {"--lang", &wishes.language, NULL},
		{"--json", NULL, &wishes.as_json},       REMOTE_OPTIONS(wishes.remote),
		REMOTE_REASON_OPTION(wishes.remote),     {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	struct place place;

	if (count < 0)
		return command_exit_code(count);
	if (count != 1 || (wishes.remote.url != NULL && !remote_is_url(wishes.remote.url))) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	code = open_place(&place, &wishes);
	if (code == 0)
		code = show(&place, argv[1]);
	close_place(&place);
	return code;
}
