#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "node/ask.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "node/progress.h"
#include "node/remote.h"
#include "sampan/clock.h"

static const char usage[] =
	"usage: sampan lodge --party ID [--config FILE] [--wait] [--json] [--receipts DIR] FILE...\n"
	"       sampan lodge --node URL [--token FILE] [--party TAX-CODE] [--wait] [--json] [--receipts DIR] FILE...\n"
	"\n"
	"Lodge documents: at the node of this machine, as a party of its configuration; or over HTTPS, as the party of the\n"
	"credentials; there --party is the tax code of a principal whose mandate you have. Prints message id and state, as it was taken\n"
	"over, or with --wait as it is then (`sampan status` has more); with --json one object per file with id, state, verdict,\n"
	"findings and receipt. FILE - is standard input.\n"
	"\n"
	"  --wait              until all that is owed was delivered, at most 60 s\n"
	"  --receipts DIR      put each receipt into DIR/NAME.receipt, or DIR/NAME.ID.receipt where another\n"
	"                      document's receipt has that name; DIR must be there and be yours to write into\n" REMOTE_USAGE
	"\n"
	"What may be asked again is: after a broken line lodge the same files again, and nothing is doubled. Ends with 65 when a\n"
	"document is refused, 75 when --wait ended before all was delivered or the node is busy, 69 when it does not answer, 77 when\n"
	"you are not allowed.\n";

#define WAIT_MS 60000u
#define ARENA_BYTES ((size_t)1024 * 1024 * 1024)

struct wishes {
	const char *config_path;
	const char *party;
	const char *receipts;
	struct remote_options remote;
	bool wait;
	bool as_json;
};

/* Where it is lodged: here or there. */
struct lodging {
	const struct wishes *wishes;
	struct ask *ask;       /* NULL: at a remote node */
	struct remote *remote; /* NULL: at the node of this machine */
	struct arena *arena;   /* emptied after each file */
	struct progress progress;
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

/* The door's answer is the message itself; the admin socket's holds it. */
static const json_t *message_of(const json_t *status)
{
	const json_t *message = json_object_get(status, "message");

	return message == NULL ? status : message;
}

/* Is nothing owed any more, and was what was owed delivered? */
static bool is_delivered(const json_t *status)
{
	const json_t *message = message_of(status), *facts = json_object_get(message, "facts");
	bool is_at_desk;

	if (facts == NULL)
		facts = json_object_get(message, "about");
	is_at_desk = strcmp(json_read_text(message, "state"), "checked") == 0 &&
		     strcmp(json_read_text(facts, "register"), "yes") == 0;
	return !is_at_desk &&
	       json_read_number(message, "owed") == json_read_number(message, "delivered");
}

static int status_of(struct lodging *lodging, const char *id, json_t **ret_status)
{
	const char *path;

	if (lodging->ask != NULL)
		return ask_complain(
			lodging->ask, "lodge",
			ask_clerk(lodging->ask, CLERK_STATUS, bytes_of_text(id), ret_status));
	path = arena_format(lodging->arena, "/v1/messages/%s", id);
	return path == NULL ? err_exit_code(ERR_MEMORY)
			    : remote_get(lodging->remote, path, ret_status);
}

/* The answer says how it is now. */
static void take_state(const json_t *status, json_t *answer)
{
	json_t *state = json_object_get(message_of(status), "state");

	if (json_is_string(state))
		(void)json_object_set(answer, "state", state);
}

static int wait_for_delivery(struct lodging *lodging, json_t *answer)
{
	const char *id = json_read_text(answer, "id");
	const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
	uint64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	bool is_done = false, is_held = false;
	int code = 0;

	while (code == 0 && !is_done && !is_held && clock_monotonic_ms() < until_ms) {
		json_t *status = NULL;

		code = status_of(lodging, id, &status);
		is_done = code == 0 && is_delivered(status);
		is_held = code == 0 && has_held(status);
		if (code == 0)
			take_state(status, answer);
		json_decref(status);
		if (code == 0 && !is_done && !is_held)
			(void)nanosleep(&pause, NULL);
	}
	if (code != 0 || is_done)
		return code;
	fprintf(stderr, "sampan lodge: %s is not delivered yet; `sampan status %s` says why\n", id,
		id);
	return EX_TEMPFAIL;
}

#define RECEIPT_BYTES ((size_t)1 << 20)

/* DIR/NAME.receipt; where the receipt of another document has that name, DIR/NAME.ID.receipt. */
static const char *path_of_receipt(struct lodging *lodging, const char *file, const char *id,
				   struct bytes receipt)
{
	const char *slash = strrchr(file, '/'), *folder = lodging->wishes->receipts;
	const char *name = slash == NULL ? file : slash + 1;
	const char *path = arena_format(lodging->arena, "%s/%s.receipt", folder, name);
	struct bytes other;
	enum err err =
		path == NULL ? ERR_MEMORY : file_read(path, RECEIPT_BYTES, lodging->arena, &other);

	if (path == NULL || err == ERR_MISSING || (err == OK && bytes_equal(other, receipt)) ||
	    !remote_is_id(id))
		return path;
	return arena_format(lodging->arena, "%s/%s.%s.receipt", folder, name, id);
}

/* As the folder door does. */
static int keep_receipt(struct lodging *lodging, const char *file, const json_t *answer)
{
	const json_t *receipt = json_object_get(answer, "receipt");
	const char *path = NULL;
	enum err err;
	char *text;

	if (json_is_true(json_object_get(answer, "receiptLost"))) {
		fprintf(stderr,
			"sampan lodge: %s: taken over; what signed its receipt was lost in a restore, and the "
			"receipt that was given then holds\n",
			file);
		return 0;
	}
	if (!json_is_object(receipt)) {
		fprintf(stderr,
			"sampan lodge: %s: taken over, but its receipt is not signed yet; lodge the same file "
			"again for it\n",
			file);
		return EX_TEMPFAIL;
	}
	text = json_dumps(receipt, JSON_COMPACT);
	if (text != NULL)
		path = path_of_receipt(lodging, file, json_read_text(answer, "id"),
				       bytes_of_text(text));
	err = path == NULL || text == NULL ? ERR_MEMORY : file_replace(path, bytes_of_text(text));
	free(text);
	if (err != OK)
		fprintf(stderr, "sampan lodge: %s: %s\n", path == NULL ? file : path,
			err_text(err));
	return err == OK ? 0 : EX_CANTCREAT;
}

static bool is_refused(const json_t *answer)
{
	return strcmp(json_read_text(answer, "verdict"), "refused") == 0;
}

static int report(struct lodging *lodging, const char *file, json_t *answer)
{
	const struct wishes *wishes = lodging->wishes;
	int code = 0, waited = 0;

	progress_hide(&lodging->progress);
	if (!is_refused(answer) && wishes->receipts != NULL)
		code = keep_receipt(lodging, file, answer);
	if (!is_refused(answer) && wishes->wait)
		waited = wait_for_delivery(lodging, answer);
	print_answer(file, answer, wishes);
	(void)fflush(stdout);
	if (is_refused(answer))
		return EX_DATAERR;
	return waited != 0 ? waited : code;
}

/* ---- Here ---- */

static int lodge_here(struct lodging *lodging, struct bytes document, json_t **ret_answer)
{
	struct bytes bytes;
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	pack_text(&body, lodging->wishes->party);
	pack_bytes(&body, document);
	err = ask_bytes(lodging->ask, ADMIN_LODGE, buffer_bytes(&body), &bytes);
	buffer_clear(&body);
	if (err == OK) {
		*ret_answer = json_loadb((const char *)bytes.at, bytes.len, 0, NULL);
		err = *ret_answer == NULL ? ERR_FORMAT : OK;
	}
	return ask_complain(lodging->ask, "lodge", err);
}

/* ---- There ---- */

/* The answer of the door, as the node of this machine would give it. */
static int lodge_there(struct lodging *lodging, struct bytes document, json_t **ret_answer)
{
	json_t *answer = NULL, *findings;
	int code = remote_lodge(lodging->remote, document, lodging->wishes->party, &answer);

	if (answer == NULL)
		return code;
	if (json_object_get(answer, "verdict") == NULL)
		(void)json_object_set_new(answer, "verdict",
					  json_string(code == 0 ? "accepted" : "refused"));
	findings = json_object_get(answer, "findings");
	if (findings == NULL)
		(void)json_object_set_new(answer, "findings", json_array());
	*ret_answer = answer;
	return 0;
}

/* ---- The command ---- */

/* Told before anything is lodged: what cannot be kept must not be found out afterwards. */
static int check_receipts(const char *folder)
{
	struct stat status;
	const char *why = NULL;

	if (folder == NULL)
		return 0;
	if (stat(folder, &status) != 0)
		why = strerror(errno);
	else if (!S_ISDIR(status.st_mode))
		why = "this is no folder";
	else if (access(folder, W_OK | X_OK) != 0)
		why = strerror(errno);
	if (why == NULL)
		return 0;
	fprintf(stderr, "sampan lodge: --receipts %s: %s; nothing was lodged\n", folder, why);
	return EX_CANTCREAT;
}

static int lodge(struct lodging *lodging, const char *file)
{
	struct bytes document;
	json_t *answer = NULL;
	int code;
	enum err err = file_read(file, LIMIT_DOCUMENT_BYTES, lodging->arena, &document);

	if (err != OK) {
		fprintf(stderr, "sampan lodge: %s: %s\n", file,
			err == ERR_MISSING ? "no such file" : err_text(err));
		return err == ERR_MISSING ? EX_NOINPUT : err_exit_code(err);
	}
	code = lodging->ask != NULL ? lodge_here(lodging, document, &answer)
				    : lodge_there(lodging, document, &answer);
	if (code == 0)
		code = report(lodging, file, answer);
	json_decref(answer);
	return code;
}

static int lodge_all(struct lodging *lodging, int count, char **files)
{
	int worst = 0, code;

	lodging->progress = progress_begin("files", count > 1);
	for (int i = 0; i < count; i++) {
		if ((code = lodge(lodging, files[i])) != 0)
			worst = code;
		progress_draw(&lodging->progress, (uint64_t)i + 1, (uint64_t)count);
		arena_clear(lodging->arena);
	}
	progress_end(&lodging->progress);
	return worst;
}

static int lodge_at_this_machine(struct lodging *lodging, int count, char **files)
{
	const struct wishes *wishes = lodging->wishes;
	struct ask ask;
	int code;

	if (wishes->party == NULL) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	code = ask_init(&ask, wishes->config_path);
	if (code == 0 && config_party_of(ask.config, wishes->party) == NULL) {
		fprintf(stderr, "sampan lodge: %s has no party %s\n", ask.config->path,
			wishes->party);
		code = EX_USAGE;
	}
	/* cppcheck-suppress autoVariables */
	lodging->ask = &ask;
	if (code == 0)
		code = lodge_all(lodging, count, files);
	lodging->ask = NULL;
	ask_clear(&ask);
	return code;
}

static int lodge_at_remote(struct lodging *lodging, int count, char **files)
{
	int code = remote_open("lodge", &lodging->wishes->remote, lodging->arena, &lodging->remote);

	if (code == 0)
		code = lodge_all(lodging, count, files);
	remote_close(lodging->remote);
	return code;
}

int cmd_lodge(int argc, char **argv)
{
	struct wishes wishes = {0};
	const struct command_option options[] = {{"--config", &wishes.config_path, NULL},
						 {"--party", &wishes.party, NULL},
						 {"--receipts", &wishes.receipts, NULL},
						 {"--wait", NULL, &wishes.wait},
						 {"--json", NULL, &wishes.as_json},
						 REMOTE_OPTIONS(wishes.remote),
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	struct lodging lodging = {.wishes = &wishes};

	if (count < 0)
		return command_exit_code(count);
	if (count == 0) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if ((code = check_receipts(wishes.receipts)) != 0)
		return code;
	lodging.arena = arena_new(ARENA_BYTES);
	if (lodging.arena == NULL)
		return err_exit_code(ERR_MEMORY);
	if (remote_is_url(wishes.remote.url)) {
		code = lodge_at_remote(&lodging, count, argv + 1);
	} else {
		if (wishes.remote.url != NULL)
			wishes.config_path = wishes.remote.url;
		code = lodge_at_this_machine(&lodging, count, argv + 1);
	}
	arena_free(lodging.arena);
	return code;
}
