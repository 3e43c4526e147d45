#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/ask.h"
#include "node/command.h"
#include "node/evidence.h"
#include "node/evidence_ask.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "node/remote.h"

static const char usage[] =
	"usage: sampan evidence [--for broker|partner|partner:CC|court] [--config FILE] ID-OR-REFERENCE > FILE\n"
	"       sampan evidence [--for ...] --node URL [--token FILE] [--reason TEXT] ID-OR-REFERENCE > FILE\n"
	"\n"
	"One self-contained file that proves, offline and without the node, what became of a message: what was received, from whom,\n"
	"when, what it was translated to by which schema set, who received it. ID is a message id, such as VN-1-57; what\n"
	"`sampan status` finds is found here too: the sender's reference, a declaration number, a certificate number. Check it\n"
	"with `sampan verify`.\n"
	"\n"
	"  --for court    everything that is on record, names of people too; here the default\n"
	"  --for broker   for who lodged it or received it; over HTTPS the default for who is no auditor\n"
	"  --for partner  for the partner's customs: only what went to them or came from them\n"
	"\n"
	"What a reader is not shown stands in the file as a hash. Ends with 66 when there is no such message, 75 when the seal has\n"
	"not signed for all of it yet.\n"
	"\n" REMOTE_USAGE REMOTE_REASON_USAGE;

#define ANY_PARTNER "partner" /* where one only has to do with it */
#define ARENA_BYTES ((size_t)1024 * 1024 * 1024)

static int write_out(struct bytes bytes)
{
	if (fwrite(bytes.at, 1, bytes.len, stdout) == bytes.len)
		return EX_OK;
	perror("sampan evidence: cannot write to standard output");
	return EX_CANTCREAT;
}

static int write_piece(void *context, struct bytes piece)
{
	(void)context;
	return write_out(piece);
}

/* The node is there, and its seal has not signed for all of it: the same error says both. */
static bool is_unsigned(struct ask *ask, const char *id, enum err err)
{
	json_t *status = NULL;
	bool is_it = err == ERR_UNAVAILABLE &&
		     ask_clerk(ask, CLERK_STATUS, bytes_of_text(id), &status) == OK;

	json_decref(status);
	return is_it;
}

static int complain(struct ask *ask, const char *id, const char *reader, enum err err)
{
	if (is_unsigned(ask, id, err)) {
		fprintf(stderr,
			"sampan evidence: the seal has not signed for all of %s yet: ask again\n",
			id);
		return EX_TEMPFAIL;
	}
	if (err == ERR_MISSING)
		fprintf(stderr, "sampan evidence: this node has no message %s (for this reader)\n",
			id);
	else if (err == ERR_USAGE && strcmp(reader, ANY_PARTNER) == 0)
		fprintf(stderr,
			"sampan evidence: several partners have to do with %s: say which, --for partner:CC\n",
			id);
	else if (err == ERR_CONFLICT)
		fprintf(stderr, "sampan evidence: more was recorded of %s meanwhile: ask again\n",
			id);
	else
		return ask_complain(ask, "evidence", err);
	return err == ERR_MISSING ? EX_NOINPUT : err == ERR_USAGE ? EX_USAGE : EX_TEMPFAIL;
}

/* What is no id is looked for as `sampan status` does; as it is, when that finds nothing. */
static const char *id_of(struct ask *ask, const char *what)
{
	json_t *status = NULL;
	const char *id = NULL;

	if (!remote_is_id(what) && ask_clerk(ask, CLERK_STATUS, bytes_of_text(what), &status) == OK)
		id = arena_text(ask->arena, bytes_of_text(json_read_text(
						    json_object_get(status, "message"), "id")));
	json_decref(status);
	return id == NULL || *id == '\0' ? what : id;
}

static int get_here(const char *config, const char *id, const char *reader)
{
	struct ask ask;
	int code = ask_init(&ask, config), written = 0;
	enum err err;

	if (code == 0) {
		id = id_of(&ask, id);
		err = evidence_ask(&ask, id, reader, write_piece, NULL, &written);
		code = written != 0 ? written : err == OK ? EX_OK : complain(&ask, id, reader, err);
	}
	ask_clear(&ask);
	return code;
}

static int get_there(const struct remote_options *options, const char *id, const char *reader)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct remote *remote = NULL;
	struct bytes bytes = {0};
	const char *path = NULL, *name, *whom;
	int code = arena == NULL ? err_exit_code(ERR_MEMORY)
				 : remote_open("evidence", options, arena, &remote);

	if (code == 0 && !remote_is_id(id))
		code = remote_find(remote, id, &id);
	if (code == 0) {
		name = remote_escape(id, arena);
		whom = remote_escape(reader, arena);
		if (name != NULL && whom != NULL)
			path = arena_format(arena, "/v1/messages/%s/evidence%s%s", name,
					    reader[0] == '\0' ? "" : "?for=", whom);
		code = path == NULL ? err_exit_code(ERR_MEMORY)
				    : remote_download(remote, path, &bytes);
	}
	if (code == 0)
		code = write_out(bytes);
	remote_close(remote);
	arena_free(arena);
	return code;
}

static bool is_reader(const char *text)
{
	struct evidence_view view;

	return text[0] == '\0' || strcmp(text, ANY_PARTNER) == 0 ||
	       evidence_view_parse(text, &view);
}

int cmd_evidence(int argc, char **argv)
{
	struct remote_options remote = {0};
	const char *config = NULL, *reader = "";
	const struct command_option options[] = {{"--config", &config, NULL},
						 {"--for", &reader, NULL},
						 REMOTE_OPTIONS(remote),
						 REMOTE_REASON_OPTION(remote),
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);

	if (count < 0)
		return command_exit_code(count);
	if (count == 0)
		return command_complain("evidence", "no message is named", "");
	if (count != 1 || (remote.url != NULL && !remote_is_url(remote.url))) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if (!is_reader(reader))
		return command_complain("evidence",
					"--for is broker, partner, partner:CC or court, and not",
					reader);
	if (isatty(STDOUT_FILENO) == 1) {
		fputs("sampan evidence: standard output is a terminal; write it to a file: > FILE\n",
		      stderr);
		return EX_USAGE;
	}
	return remote.url == NULL ? get_here(config, argv[1], reader)
				  : get_there(&remote, argv[1], reader);
}
