#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"
#include "node/evidence_fork.h"
#include "node/evidence_sight.h"
#include "node/evidence_tell.h"
#include "node/evidence_trust.h"
#include "node/file.h"
#include "node/plain.h"
#include "node/receipt_check.h"
#include "node/zip.h"
#include "sampan/sandbox.h"
#include "sampan/trust_list.h"

static const char usage[] =
	"usage: sampan verify --trust DIR [--document FILE] [--json] [--lang en|vi] FILE...\n"
	"       sampan verify --trust DIR|--key FILE [--document FILE] [--json] [--lang en|vi] RECEIPT...\n"
	"\n"
	"Check evidence (`sampan evidence`) offline, with nothing but the trust anchors in DIR: public keys of ledgers (*.pub, as\n"
	"keys/ledger.pub of a node), partner cards (*.yaml), certificates (*.pem, *.crt) and revocation lists (*.crl). Says what is\n"
	"proved: who, what, when, translated by which schema set to what, received by whom; or what fails, and where. With the\n"
	"schema set at hand translations are made again and compared. \"-\" is standard input.\n"
	"\n"
	"A receipt by itself (NAME.receipt of a party's folder, the answer to a lodgement, what /receipt gives) is checked in\n"
	"the same way: the record that it is for is in the ledger, under a checkpoint signed by the ledger's key.\n"
	"\n"
	"  --key FILE   believe the public keys of ledgers in FILE, such as keys/ledger.pub of the node that gave the receipt\n"
	"  --document FILE  the receipt must be of these very bytes; in evidence, one of the documents must be\n"
	"  --json       one JSON object per file, each on one line\n"
	"  --lang vi    in Vietnamese\n"
	"\n"
	"Given the evidence of both sides, it says that what one sent the other received, byte for byte.\n"
	"Given several files of one ledger, it says when their checkpoints or records are of two histories.\n"
	"Ends with 0 when all is proved, 65 when something is not, 66 when a file is missing.\n";

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define MEMORY_BYTES ((size_t)4 * 1024 * 1024 * 1024)

struct verifying {
	bool as_json;
	bool in_vietnamese;
	struct evidence_anchors anchors;
	struct trust *trust;
	struct schema_set *set; /* NULL: none is here */
	struct evidence_sights sights;
	struct evidence_forks forks;
	struct hash document; /* that receipts must be of, and evidence must hold */
	bool has_document;
};

/* An evidence file, opened before the sandbox was closed. */
struct opened {
	const char *name;
	int fd;
};

/* ---- Before anything of the files is read ---- */

static void load_set(struct verifying *verifying, struct arena *arena)
{
	struct findings findings;

	findings_init(&findings, arena);
	if (schema_set_load(command_schemas_folder(), &findings, &verifying->set) != OK)
		verifying->set = NULL;
}

/* Files are not opened, nothing is written, no network: only what is open already is read. */
static void close_sandbox(void)
{
	static const char *const none[] = {NULL};
	const struct sandbox_paths paths = {
		.list = none, .read = none, .write = none, .no_tcp = true};
	const struct sandbox_calls calls = {.may_open = false, .may_tcp = false};

	if (sandbox_limit_paths(&paths) != OK)
		fputs("sampan verify: the sandbox is incomplete: this kernel has no Landlock\n",
		      stderr);
	if (sandbox_limit_calls(&calls) != OK)
		fputs("sampan verify: the sandbox is incomplete: this kernel has no seccomp\n",
		      stderr);
	(void)sandbox_limit_memory(MEMORY_BYTES);
}

/* Is it open, and something that can be read? */
static bool is_file(const struct opened *file, const char **ret_why)
{
	struct stat status;

	*ret_why = file->fd < 0 ? strerror(errno)
				: "it is a folder, not an evidence file or a receipt";
	return file->fd >= 0 && (fstat(file->fd, &status) != 0 || !S_ISDIR(status.st_mode));
}

static void close_file(struct opened *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static int open_files(int count, char **names, struct opened *files)
{
	const char *why;
	int code = EX_OK;

	for (int i = 0; i < count; i++) {
		files[i] = (struct opened){names[i], STDIN_FILENO};
		if (strcmp(names[i], "-") != 0)
			files[i].fd = open(names[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (is_file(&files[i], &why))
			continue;
		fputs("sampan verify: ", stderr);
		plain_print(stderr, names[i]);
		fprintf(stderr, ": %s\n", why);
		close_file(&files[i]);
		code = EX_NOINPUT;
	}
	return code;
}

/* ---- One file ---- */

/* One byte more than evidence can have is enough to refuse it. */
static enum err read_all(int fd, struct buffer *to)
{
	const size_t piece = 256 * 1024;

	for (;;) {
		uint8_t *at = buffer_room(to, piece);
		ssize_t len = at == NULL ? 0 : read(fd, at, piece);

		if (at == NULL)
			return buffer_error(to);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return ERR_IO;
		buffer_fill(to, at + len);
		if (len == 0)
			return OK;
	}
}

static enum err tell(const struct verifying *verifying, const struct evidence_verdict *verdict)
{
	json_t *line;
	enum err err = OK;

	if (!verifying->as_json) {
		evidence_tell_print(verdict, verifying->in_vietnamese);
		return OK;
	}
	line = evidence_tell_new(verdict);
	if (line == NULL || json_dumpf(line, stdout, JSON_COMPACT) != 0)
		err = ERR_MEMORY;
	putchar('\n');
	json_decref(line);
	return err;
}

static enum err verify(struct verifying *verifying, const char *name, struct bytes file,
		       struct arena *arena, bool *ret_is_proved)
{
	struct evidence evidence;
	struct evidence_repeat repeat = {.evidence = &evidence,
					 .set = verifying->set,
					 .trust = verifying->trust,
					 .arena = arena};
	struct evidence_verdict verdict = {
		.file = name,
		.fault = &repeat.fault,
		.evidence = &evidence,
		.repeat = verifying->set == NULL ? NULL : &repeat,
		.document = verifying->has_document ? &verifying->document : NULL,
	};
	enum err err = evidence_check(file, &verifying->anchors, arena, &evidence, &repeat.fault);

	if (err == OK && verifying->set != NULL)
		err = evidence_repeat_run(&repeat);
	if (err == OK && verdict.document != NULL &&
	    !evidence_tell_holds(&evidence, verdict.document)) {
		repeat.fault = (struct evidence_fault){"other-document", "", ""};
		err = ERR_FORMAT;
	}
	if (err != OK && err != ERR_FORMAT)
		return err;
	verdict.is_proved = *ret_is_proved = err == OK;
	if (verdict.is_proved)
		err = evidence_sight_note(&verifying->sights, &verdict);
	if (verdict.is_proved && err == OK)
		err = evidence_fork_note_all(&verifying->forks, name, &evidence);
	return err == OK || err == ERR_FORMAT ? tell(verifying, &verdict) : err;
}

static enum err verify_receipt(struct verifying *verifying, const char *name, struct bytes file,
			       struct arena *arena, bool *ret_is_proved)
{
	struct receipt_verdict verdict;
	enum err err = receipt_check(file, &verifying->anchors,
				     verifying->has_document ? &verifying->document : NULL, arena,
				     &verdict);

	if (err != OK)
		return err;
	*ret_is_proved = verdict.fault == NULL;
	if (verifying->as_json)
		receipt_check_print_json(name, &verdict);
	else
		receipt_check_print(name, &verdict, verifying->in_vietnamese);
	return *ret_is_proved ? evidence_fork_note_receipt(&verifying->forks, name, &verdict) : OK;
}

static int verify_file(struct verifying *verifying, const struct opened *file)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct buffer buffer;
	bool is_proved = false;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	buffer_init(&buffer, ZIP_MAX_BYTES + 1024 * 1024);
	if (err == OK)
		err = read_all(file->fd, &buffer);
	if (err == OK && buffer.len <= RECEIPT_CHECK_BYTES &&
	    receipt_check_is(buffer_bytes(&buffer)))
		err = verify_receipt(verifying, file->name, buffer_bytes(&buffer), arena,
				     &is_proved);
	else if (err == OK)
		err = verify(verifying, file->name, buffer_bytes(&buffer), arena, &is_proved);
	if (err != OK) {
		fputs("sampan verify: ", stderr);
		plain_print(stderr, file->name);
		fprintf(stderr, ": %s\n", err_text(err));
	}
	buffer_clear(&buffer);
	arena_free(arena);
	return err == ERR_LIMIT ? EX_DATAERR
	       : err != OK      ? err_exit_code(err)
	       : is_proved      ? EX_OK
				: EX_DATAERR;
}

/* What kept a file from being looked at says more than what was wrong in another. */
static int worse(int a, int b)
{
	if (a == EX_OK || a == EX_DATAERR)
		return b == EX_OK ? a : b;
	return a;
}

static int verify_files(struct verifying *verifying, int count, char **names)
{
	struct opened *files = calloc((size_t)count, sizeof(*files));
	int code = files == NULL ? EX_TEMPFAIL : open_files(count, names, files);

	if (files != NULL)
		close_sandbox();
	for (int i = 0; files != NULL && i < count; i++) {
		if (files[i].fd < 0)
			continue;
		code = worse(code, verify_file(verifying, &files[i]));
		close_file(&files[i]);
	}
	if (!verifying->as_json)
		evidence_sight_print(&verifying->sights, verifying->in_vietnamese);
	if (evidence_fork_print(&verifying->forks, verifying->as_json, verifying->in_vietnamese) >
	    0)
		code = worse(code, EX_DATAERR);
	free(files);
	return code;
}

static int finish(int code)
{
#ifdef __SANITIZE_ADDRESS__
	/* The leak check at exit traces its own process, which the sandbox forbids. */
	(void)fflush(stdout);
	_exit(code);
#endif
	return code;
}

struct wishes {
	const char *folder, *key, *document;
};

/* All that is opened by name, before the sandbox is closed. */
static enum err open_anchors(struct verifying *verifying, const struct wishes *wishes,
			     struct arena *arena, const char **ret_message)
{
	struct bytes document;
	enum err err = OK;

	if (wishes->folder != NULL)
		err = evidence_trust_open(wishes->folder, arena, &verifying->anchors,
					  &verifying->trust, ret_message);
	else
		err = evidence_trust_nobody(&verifying->trust);
	if (err == OK && wishes->key != NULL)
		err = evidence_trust_key(wishes->key, arena, &verifying->anchors, ret_message);
	if (err != OK || wishes->document == NULL)
		return err;
	err = file_read(wishes->document, LIMIT_PAYLOAD_BYTES, arena, &document);
	if (err != OK)
		*ret_message = arena_format(arena, "%s: %s", wishes->document, err_text(err));
	else
		verifying->document = hash_of(document);
	verifying->has_document = err == OK;
	return err;
}

static int run(struct verifying *verifying, const struct wishes *wishes, int count, char **names)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	const char *message = "";
	enum err err =
		arena == NULL ? ERR_MEMORY : open_anchors(verifying, wishes, arena, &message);
	int code = err_exit_code(err);

	if (err == OK) {
		trust_list_part(verifying->trust);
		load_set(verifying, arena);
		evidence_sight_init(&verifying->sights, arena);
		evidence_fork_init(&verifying->forks, arena);
		code = verify_files(verifying, count, names);
	} else {
		fprintf(stderr, "sampan verify: %s\n", message);
		code = err == ERR_FORMAT || err == ERR_CONFIG ? EX_CONFIG : code;
	}
	schema_set_free(verifying->set);
	trust_free(verifying->trust);
	stamp_trust_free(verifying->anchors.stamps);
	arena_free(arena);
	return finish(code);
}

int cmd_verify(int argc, char **argv)
{
	struct verifying verifying = {.as_json = false};
	struct wishes wishes = {.folder = NULL};
	const char *language = "en";
	const struct command_option options[] = {{"--trust", &wishes.folder, NULL},
						 {"--key", &wishes.key, NULL},
						 {"--document", &wishes.document, NULL},
						 {"--json", NULL, &verifying.as_json},
						 {"--lang", &language, NULL},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);

	if (count < 0)
		return command_exit_code(count);
	verifying.in_vietnamese = strcmp(language, "vi") == 0;
	json_object_seed(0); /* later there is no source of chance */
	if (!verifying.in_vietnamese && strcmp(language, "en") != 0)
		return command_complain("verify", "--lang is en or vi, and not", language);
	if (wishes.folder == NULL && wishes.key == NULL)
		return command_complain(
			"verify",
			"--trust DIR or --key FILE says whom to believe, and neither is given", "");
	if (count == 0)
		return command_complain("verify", "no file is given to verify", "");
	return run(&verifying, &wishes, count, argv + 1);
}
