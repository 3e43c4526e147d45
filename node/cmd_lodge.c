#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "node/ask.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "sampan/clock.h"

static const char usage[] =
	"usage: sampan lodge --party ID [--config FILE] [--wait] [--json] FILE...\n"
	"\n"
	"Lodge documents at the node of this machine, as a party of its configuration. Prints message id and state; with\n"
	"--json one object per file with id, state, verdict, findings and receipt. --wait waits until all that is owed of it was\n"
	"delivered, for at most 60 s. FILE - is standard input. Ends with 65 when a document is refused, with 75 when --wait ended\n"
	"before all was delivered.\n";

#define WAIT_MS 60000u

struct wishes {
	const char *config_path;
	const char *party;
	bool wait;
	bool as_json;
};

/* As `sampan check` prints one: the node's own objections have neither line nor path. */
static void print_finding(const char *file, const json_t *finding)
{
	uint64_t line = json_read_number(finding, "line");
	const char *path = json_read_text(finding, "path");

	fputs(file, stderr);
	if (line > 0)
		fprintf(stderr, ":%llu", (unsigned long long)line);
	fprintf(stderr, ": %s: %s: ", json_read_text(finding, "severity"),
		json_read_text(finding, "code"));
	plain_print(stderr, json_read_text(finding, "en"));
	if (path[0] != '\0') {
		fputs(" [", stderr);
		plain_print(stderr, path);
		fputc(']', stderr);
	}
	fputc('\n', stderr);
}

static void print_answer(const char *file, const json_t *answer, const struct wishes *wishes)
{
	const json_t *finding;
	size_t i;

	if (wishes->as_json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		return;
	}
	printf("%s: %s %s %s\n", file, json_read_text(answer, "verdict"),
	       json_read_text(answer, "id"), json_read_text(answer, "state"));
	json_array_foreach(json_object_get(answer, "findings"), i, finding)
		print_finding(file, finding);
}

/* A delivery is held: waiting longer is of no use until an operator has looked. */
static bool has_held(const json_t *status)
{
	const json_t *delivery;
	size_t i;

	json_array_foreach(json_object_get(status, "deliveries"), i,
			   delivery) if (strcmp(json_read_text(delivery, "stage"), "held") ==
					 0) return true;
	return false;
}

/* Is nothing owed any more, and was what was owed delivered? */
static bool is_delivered(const json_t *status)
{
	const json_t *message = json_object_get(status, "message");
	const json_t *facts = json_object_get(message, "facts");
	bool is_at_desk = strcmp(json_read_text(message, "state"), "checked") == 0 &&
			  strcmp(json_read_text(facts, "register"), "yes") == 0;

	return !is_at_desk &&
	       json_read_number(message, "owed") == json_read_number(message, "delivered");
}

static enum err wait_for_delivery(struct ask *ask, const char *id)
{
	const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
	uint64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_done = false, is_held = false;
	enum err err = OK;

	while (err == OK && !is_done && !is_held && clock_monotonic_ms() < until_ms) {
		json_t *status = NULL;

		err = ask_clerk(ask, CLERK_STATUS, bytes_of_text(id), &status);
		is_done = err == OK && is_delivered(status);
		is_held = err == OK && has_held(status);
		json_decref(status);
		if (err == OK && !is_done && !is_held)
			(void)nanosleep(&pause, NULL);
	}
	if (err == OK && !is_done)
		fprintf(stderr,
			"sampan lodge: %s is not delivered yet; `sampan status %s` says why\n", id,
			id);
	return err == OK && !is_done ? ERR_CONFLICT : err;
}

static int report(struct ask *ask, const char *file, const json_t *answer,
		  const struct wishes *wishes)
{
	print_answer(file, answer, wishes);
	(void)fflush(stdout);
	if (strcmp(json_read_text(answer, "verdict"), "refused") == 0)
		return EX_DATAERR;
	return wishes->wait ? err_exit_code(wait_for_delivery(ask, json_read_text(answer, "id")))
			    : EX_OK;
}

static int lodge(struct ask *ask, const char *file, const struct wishes *wishes)
{
	struct bytes document, bytes;
	struct buffer body;
	json_t *answer;
	int code;
	enum err err = file_read(file, LIMIT_DOCUMENT_BYTES, ask->arena, &document);

	if (err != OK) {
		fprintf(stderr, "sampan lodge: %s: %s\n", file,
			err == ERR_MISSING ? "no such file" : err_text(err));
		return err == ERR_MISSING ? EX_NOINPUT : err_exit_code(err);
	}
	buffer_init(&body, LIMIT_CALL_BYTES);
	pack_text(&body, wishes->party);
	pack_bytes(&body, document);
	err = ask_bytes(ask, ADMIN_LODGE, buffer_bytes(&body), &bytes);
	buffer_clear(&body);
	if (err != OK)
		return ask_complain(ask, "lodge", err);
	answer = json_loadb((const char *)bytes.at, bytes.len, 0, NULL);
	code = answer == NULL ? ask_complain(ask, "lodge", ERR_FORMAT)
			      : report(ask, file, answer, wishes);
	json_decref(answer);
	return code;
}

int cmd_lodge(int argc, char **argv)
{
	struct wishes wishes = {0};
	const struct command_option options[] = {
		{"--config", &wishes.config_path, NULL}, {"--node", &wishes.config_path, NULL},
		{"--party", &wishes.party, NULL},        {"--wait", NULL, &wishes.wait},
		{"--json", NULL, &wishes.as_json},       {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), worst, code;
	struct ask ask;

	if (count < 0)
		return command_exit_code(count);
	if (count == 0 || wishes.party == NULL) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	worst = ask_init(&ask, wishes.config_path);
	if (worst == 0 && config_party_of(ask.config, wishes.party) == NULL) {
		fprintf(stderr, "sampan lodge: %s has no party %s\n", ask.config->path,
			wishes.party);
		ask_clear(&ask);
		return EX_USAGE;
	}
	for (int i = 1; ask.endpoint != NULL && i <= count; i++)
		if ((code = lodge(&ask, argv[i], &wishes)) != 0)
			worst = code;
	ask_clear(&ask);
	return worst;
}
