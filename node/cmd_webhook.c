#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/json_read.h"

static const char usage[] =
	"usage: sampan webhook [list] [--config FILE] [--json]\n"
	"       sampan webhook replay ID --from SEQUENCE [--config FILE]\n"
	"\n"
	"Where the events of parties are sent to (webhooks.yaml), and how far each receiver is. replay sends\n"
	"again everything from a sequence on; it is recorded with your name.\n";

static void print_one(const json_t *webhook)
{
	const json_t *position = json_object_get(webhook, "position");

	printf("%-20s  %-16s  %-32s  ", json_read_text(webhook, "id"),
	       json_read_text(webhook, "party"), json_read_text(webhook, "url"));
	if (json_is_integer(position))
		printf("up to %lld, %lld records behind\n", (long long)json_integer_value(position),
		       (long long)json_read_number(webhook, "behind"));
	else
		puts("not begun");
}

static int list(struct ask *ask, bool as_json)
{
	json_t *all = NULL, *webhook;
	size_t i;
	enum err err = ask_clerk(ask, CLERK_WEBHOOKS, (struct bytes){0}, &all);

	if (err == OK && as_json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (err == OK && json_array_size(json_object_get(all, "webhooks")) == 0) {
		puts("There are no webhooks.");
	} else if (err == OK) {
		json_array_foreach(json_object_get(all, "webhooks"), i, webhook) print_one(webhook);
	}
	json_decref(all);
	return ask_complain(ask, "webhook", err);
}

static const char *operator_name(void)
{
	const char *name = getenv("SUDO_USER");

	if (name == NULL || name[0] == '\0')
		name = getenv("USER");
	return name == NULL || name[0] == '\0' ? "root" : name;
}

static int replay(struct ask *ask, const char *id, const char *sequence)
{
	char *end = NULL;
	unsigned long long from = strtoull(sequence, &end, 10);
	struct bytes answer;
	struct buffer body;
	enum err err;

	if (end == sequence || *end != '\0' || from == 0) {
		fprintf(stderr, "sampan webhook: %s is no sequence: a number from 1\n", sequence);
		return EX_USAGE;
	}
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, id);
	pack_u64(&body, from);
	pack_text(&body, operator_name());
	err = ask_bytes(ask, ADMIN_WEBHOOK_REPLAY, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	if (err != ERR_MISSING && err != ERR_USAGE)
		return ask_complain(ask, "webhook", err);
	fprintf(stderr,
		err == ERR_MISSING ? "sampan webhook: there is no webhook %s, or it never began\n"
				   : "sampan webhook: the ledger has no such sequence yet (%s)\n",
		err == ERR_MISSING ? id : sequence);
	return EX_NOINPUT;
}

int cmd_webhook(int argc, char **argv)
{
	const char *config_path = NULL, *from = NULL;
	bool as_json = false;
	const struct command_option options[] = {{"--config", &config_path, NULL},
						 {"--from", &from, NULL},
						 {"--json", NULL, &as_json},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	struct ask ask;

	if (count < 0)
		return command_exit_code(count);
	if ((code = ask_init(&ask, config_path)) != 0)
		; /* said already */
	else if (count == 0 || (count == 1 && strcmp(argv[1], "list") == 0))
		code = list(&ask, as_json);
	else if (count == 2 && strcmp(argv[1], "replay") == 0 && from != NULL)
		code = replay(&ask, argv[2], from);
	else {
		fputs(usage, stderr);
		code = EX_USAGE;
	}
	ask_clear(&ask);
	return code;
}
