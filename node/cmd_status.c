#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/event_words.h"
#include "node/json_read.h"
#include "node/plain.h"

static const char usage[] =
	"usage: sampan status [--config FILE] [--json] [--lang en|vi] ID-OR-REFERENCE\n"
	"\n"
	"The timeline of one message, in words. Give the message id (such as VN-1-57), the sender's own reference,\n"
	"a declaration number or a certificate number.\n";

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

	printf("%s  %s  ", json_read_text(message, "id"), json_read_text(message, "kind"));
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

int cmd_status(int argc, char **argv)
{
	const char *config_path = NULL, *language = "en";
	bool as_json = false;
	const struct command_option options[] = {{"--config", &config_path, NULL},
						 {"--lang", &language, NULL},
						 {"--json", NULL, &as_json},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	json_t *status = NULL;
	struct ask ask;
	enum err err;

	if (count < 0)
		return command_exit_code(count);
	if (count != 1) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if ((code = ask_init(&ask, config_path)) == 0) {
		err = ask_clerk(&ask, CLERK_STATUS, bytes_of_text(argv[1]), &status);
		if (err == ERR_MISSING)
			fprintf(stderr, "sampan status: this node knows nothing of %s\n", argv[1]);
		code = err == ERR_MISSING ? EX_NOINPUT : ask_complain(&ask, "status", err);
		if (err == OK && as_json) {
			json_dumpf(status, stdout, JSON_INDENT(2));
			putchar('\n');
		} else if (err == OK) {
			print_status(status, strcmp(language, "vi") == 0);
		}
	}
	json_decref(status);
	ask_clear(&ask);
	return code;
}
