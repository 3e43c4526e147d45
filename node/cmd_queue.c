#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "messages/word.h"
#include "node/ask.h"
#include "node/json_read.h"
#include "node/queue_change.h"

static const char usage[] =
	"usage: sampan queue [list] [--config FILE] [--json]\n"
	"       sampan queue retry DELIVERY [--reason TEXT] [--config FILE]\n"
	"       sampan queue drop DELIVERY --reason TEXT [--config FILE]\n"
	"       sampan queue hold DELIVERY --reason TEXT [--config FILE]\n"
	"       sampan queue release DELIVERY [--reason TEXT] [--config FILE]\n"
	"\n"
	"What waits for whom, since when, and why. A held delivery is tried again, or dropped for good, by its number. hold\n"
	"keeps back what waits and has not been sent, until release. All of it is recorded with your name and the reason.\n";

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

static int complain(const struct ask *ask, const char *verb, const char *delivery, enum err err)
{
	const char *where = strcmp(verb, "hold") == 0      ? "that waits and was not sent yet"
			    : strcmp(verb, "release") == 0 ? "that was kept back by hold"
							   : "that is held";

	if (err != ERR_MISSING && err != ERR_USAGE)
		return ask_complain(ask, "queue", err);
	if (err == ERR_USAGE)
		fprintf(stderr, "sampan queue: --reason: at most %u bytes of text\n",
			QUEUE_CHANGE_REASON_BYTES);
	else
		fprintf(stderr, "sampan queue: no delivery %s has the number %s\n", where,
			delivery);
	return err == ERR_USAGE ? EX_USAGE : EX_NOINPUT;
}

static int change(struct ask *ask, const char *verb, const char *delivery, const char *reason)
{
	struct queue_change change = {.verb = verb};
	char *end = NULL;
	struct bytes answer;
	struct buffer body;
	enum err err;

	errno = 0;
	change.delivery = strtoull(delivery, &end, 10);
	if (errno != 0 || end == delivery || *end != '\0') {
		fprintf(stderr, "sampan queue: %s is no delivery number; see `sampan queue list`\n",
			delivery);
		return EX_USAGE;
	}
	caller_of_admin(ask_operator(), &change.caller);
	change.caller.reason = reason == NULL ? "" : reason;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	queue_change_pack(&body, &change);
	err = ask_bytes(ask, ADMIN_QUEUE, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	return complain(ask, verb, delivery, err);
}

static bool is_change(int count, char **argv, const char *reason)
{
	return count == 2 && word_is_in(queue_change_verbs, argv[1]) &&
	       ((reason != NULL && reason[0] != '\0') || !queue_change_wants_reason(argv[1]));
}

static int carry_out(int count, char **argv, const struct wishes *wishes)
{
	struct ask ask;
	int code = ask_init(&ask, wishes->config_path);

	if (code != 0)
		; /* said already */
	else if (count == 0 || (count == 1 && strcmp(argv[1], "list") == 0))
		code = list(&ask, wishes);
	else if (is_change(count, argv, wishes->reason))
		code = change(&ask, argv[1], argv[2], wishes->reason);
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
