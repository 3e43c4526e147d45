#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/json_read.h"

static const char usage[] =
	"usage: sampan queue [list] [--config FILE] [--json]\n"
	"       sampan queue retry DELIVERY [--config FILE]\n"
	"       sampan queue drop DELIVERY --reason TEXT [--config FILE]\n"
	"\n"
	"What waits for whom, since when, and why. A held delivery is tried again, or dropped for good, by its number.\n"
	"Dropping is recorded with your name and the reason.\n";

struct wishes {
	const char *config_path;
	const char *reason;
	bool as_json;
};

static void print_queue(const json_t *queue)
{
	const json_t *list = json_object_get(queue, "deliveries"), *item;
	size_t i;

	if (json_array_size(list) == 0) {
		puts("Nothing waits.");
		return;
	}
	printf("%9s  %-12s  %-18s  %-20s  %-10s  %-24s  %s\n", "delivery", "message", "to", "as",
	       "stage", "since", "why");
	json_array_foreach(list, i, item)
	{
		printf("%9lld  %-12s  %-18s  %-20s  %-10s  %-24s  %s\n",
		       (long long)json_read_number(item, "delivery"),
		       json_read_text(item, "message"), json_read_text(item, "to"),
		       json_read_text(item, "as"), json_read_text(item, "stage"),
		       json_read_text(item, "since"), json_read_text(item, "why"));
		ask_print_findings(item, false);
	}
}

static int list(struct ask *ask, const struct wishes *wishes)
{
	json_t *queue = NULL;
	enum err err = ask_clerk(ask, CLERK_QUEUE, (struct bytes){0}, &queue);

	if (err == OK && wishes->as_json) {
		json_dumpf(queue, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (err == OK) {
		print_queue(queue);
	}
	json_decref(queue);
	return ask_complain(ask, "queue", err);
}

static int change(struct ask *ask, uint16_t operation, const char *delivery, const char *reason)
{
	char *end = NULL;
	unsigned long long number;
	struct bytes answer;
	struct buffer body;
	enum err err;

	errno = 0;
	number = strtoull(delivery, &end, 10);
	if (errno != 0 || end == delivery || *end != '\0') {
		fprintf(stderr, "sampan queue: %s is no delivery number; see `sampan queue list`\n",
			delivery);
		return EX_USAGE;
	}
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_u64(&body, number);
	pack_text(&body, ask_operator());
	if (reason != NULL)
		pack_text(&body, reason);
	err = ask_bytes(ask, operation, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	if (err == ERR_MISSING) {
		fprintf(stderr, "sampan queue: no held delivery has the number %s\n", delivery);
		return EX_NOINPUT;
	}
	return ask_complain(ask, "queue", err);
}

static int carry_out(int count, char **argv, const struct wishes *wishes)
{
	struct ask ask;
	int code = ask_init(&ask, wishes->config_path);

	if (code != 0)
		; /* said already */
	else if (count == 0 || (count == 1 && strcmp(argv[1], "list") == 0))
		code = list(&ask, wishes);
	else if (count == 2 && strcmp(argv[1], "retry") == 0)
		code = change(&ask, ADMIN_RETRY, argv[2], NULL);
	else if (count == 2 && strcmp(argv[1], "drop") == 0 && wishes->reason != NULL)
		code = change(&ask, ADMIN_DROP, argv[2], wishes->reason);
	else {
		fputs(usage, stderr);
		code = EX_USAGE;
	}
	ask_clear(&ask);
	return code;
}

int cmd_queue(int argc, char **argv)
{
	struct wishes wishes = {0};
	const struct command_option options[] = {{"--config", &wishes.config_path, NULL},
						 {"--reason", &wishes.reason, NULL},
						 {"--json", NULL, &wishes.as_json},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);

	return count < 0 ? command_exit_code(count) : carry_out(count, argv, &wishes);
}
