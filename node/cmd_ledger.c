#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <jansson.h>

#include "node/archive.h"
#include "node/checkpoint.h"
#include "node/cmd_ledger.h"
#include "node/cmd_ledger_archive.h"
#include "node/cmd_ledger_copy.h"
#include "node/cmd_ledger_search.h"
#include "node/cmd_ledger_wish.h"
#include "node/command.h"
#include "node/file.h"
#include "node/ledger.h"
#include "node/plain.h"
#include "node/stamped.h"
#include "node/witness_view.h"
#include "sampan/base64.h"
#include "sampan/clock.h"

static const char usage[] =
	"usage: sampan ledger verify [--config FILE | --dir DIR] [--json] [--since NUMBER] "
	"[--stamps PEM]\n"
	"       sampan ledger stat   [--config FILE | --dir DIR] [--json]\n"
	"       sampan ledger list   [--config FILE | --dir DIR] [--json] [--since NUMBER] "
	"[--holding TEXT]\n"
	"       sampan ledger export [--config FILE | --dir DIR] [--since NUMBER] [--holding TEXT] "
	"[--payloads FOLDER]\n"
	"       sampan ledger backup  [--config FILE | --dir DIR] --to FOLDER [--every SECONDS] "
	"[--json]\n"
	"       sampan ledger restore --from FOLDER --dir DIR [--json]\n"
	"       sampan ledger archive [--config FILE] [--trial] [--json]\n"
	"       sampan ledger follow  --from FOLDER --dir DIR [--every SECONDS] [--json]\n"
	"\n"
	"verify  hashes every record and payload again, rebuilds the tree, checks every checkpoint "
	"with the public key\n"
	"        in DIR/keys/ledger.pub, compares the indexes with what records and states say, "
	"verifies cards,\n"
	"        cosignatures and time stamps, and compares it with what DIR/seal signed last; "
	"--since: only from\n"
	"        that record on. Exit code 65 when anything does not fit, or the file's pages are "
	"damaged\n"
	"stat    name, size, root, last checkpoint and time stamp, and which partner countersigned it up to which size\n"
	"list    one line for each record: number, time, event, message, actor, attributes; --holding: only "
	"those that hold\n"
	"        TEXT in an attribute or a payload, such as a reference in what a partner gave back "
	"(FrameRecalled); 66: none\n"
	"export  one JSON object a line for each record, with its leaf; --payloads also writes "
	"each payload to FOLDER\n"
	"backup  brings FOLDER up to date, also while the node runs; every hash is verified on the "
	"way. Interrupted, it\n"
	"        goes on where it was. --every: for ever. It is not encrypted, and holds no keys\n"
	"restore makes DIR/ledger anew from such a folder, and says its size and root. DIR/keys must "
	"hold ledger.pub and\n"
	"        backup.pub. Nothing runs on it before an operator's word opens a new epoch\n"
	"archive moves payloads that are older than their kind's policy (keepYears) from the store to "
	"a file in\n"
	"        DIR/ledger/archive; leaves and proofs stay. --trial: only says how many\n"
	"follow  restore, again and again: a second machine that is up to date\n"
	"\n"
	"DIR is the node's folder; its ledger is only read by all but restore and follow, also "
	"while the node runs.\n";

#define ARENA_BYTES ((size_t)5 * LIMIT_PAYLOAD_BYTES)

/* What is damaged is a finding about what was read, whichever verb meets it. */
static int exit_code_of(enum err err)
{
	return err == ERR_CORRUPT ? EX_DATAERR : err_exit_code(err);
}

/* ---- JSON ---- */

static void print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static json_t *hex_of(const struct hash *hash)
{
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	return json_string(hex);
}

static json_t *attributes_of(const struct record *record)
{
	json_t *attributes = json_object();

	for (size_t i = 0; i < record->attributes.count; i++)
		json_object_set_new(attributes, record->attributes.items[i].name,
				    json_string(record->attributes.items[i].value));
	return attributes;
}

/* Where a payload is that left the store; NULL: it did not. */
static json_t *archive_of(struct cmd_ledger_task *task, const struct record *record, size_t index)
{
	struct archive_place place;

	return archive_find(task->ledger, record->number, index, &place) == OK
		       ? json_string(place.name)
		       : NULL;
}

static json_t *payloads_of(struct cmd_ledger_task *task, const struct record *record)
{
	json_t *list = json_array();

	for (size_t i = 0; i < record->payload_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:I, s:o*}", "role",
						      record->payloads[i].role, "sha256",
						      hex_of(&record->payloads[i].hash), "bytes",
						      (json_int_t)record->payloads[i].len,
						      "archive", archive_of(task, record, i)));
	return list;
}

static json_t *record_to_json(struct cmd_ledger_task *task, const struct record *record)
{
	char time[CLOCK_TEXT_BYTES];

	clock_format(record->time_ms, time);
	return json_pack("{s:I, s:s, s:s, s:I, s:s, s:o, s:o}", "number",
			 (json_int_t)record->number, "time", time, "event", record->event,
			 "message", (json_int_t)record->message, "actor", record->actor,
			 "attributes", attributes_of(record), "payloads",
			 payloads_of(task, record));
}

/* ---- stat ---- */

/* The newest time stamp: null where there is none. */
static enum err stamp_new(struct cmd_ledger_task *task, json_t **ret_stamp)
{
	struct stamped stamped = {0};
	char time[CLOCK_TEXT_BYTES];
	enum err err = stamped_last(task->ledger, task->arena, &stamped);

	clock_format(stamped.time_ms, time);
	*ret_stamp = err == OK ? json_pack("{s:I, s:s, s:s}", "records", (json_int_t)stamped.number,
					   "time", time, "authority", stamped.authority)
			       : json_null();
	return err == ERR_MISSING ? OK : err;
}

static void print_stamp(const json_t *stamp)
{
	if (!json_is_object(stamp))
		return;
	printf("stamped     %" PRIu64 " at %s by ",
	       (uint64_t)json_integer_value(json_object_get(stamp, "records")),
	       json_string_value(json_object_get(stamp, "time")));
	plain_print(stdout, json_string_value(json_object_get(stamp, "authority")));
	putchar('\n');
}

/* A tree's size counts the records of its epoch, records' numbers those of all. */
static uint64_t covered_by(const struct cmd_ledger_task *task, const struct checkpoint *checkpoint)
{
	return checkpoint->size == 0
		       ? 0
		       : ledger_base(task->ledger, ledger_epoch(task->ledger)) + checkpoint->size;
}

static int stat_ledger(struct cmd_ledger_task *task)
{
	const struct turn turn = {.ledger = task->ledger, .arena = task->arena};
	struct checkpoint checkpoint = {0};
	json_t *witnesses = NULL, *stamp = NULL;
	char hex[HASH_HEX_BYTES];
	struct hash root;
	struct bytes note;
	uint64_t size = 0;
	enum err err = ledger_head(task->ledger, &size, &root);

	if (err == OK) {
		err = ledger_checkpoint_last(task->ledger, task->arena, &note);
		err = err == OK            ? checkpoint_parse(note, &checkpoint)
		      : err == ERR_MISSING ? OK
					   : err;
	}
	if (err == OK)
		err = witness_view_list(&turn, &witnesses);
	if (err == OK)
		err = stamp_new(task, &stamp);
	if (err != OK) {
		fprintf(stderr, "sampan ledger: %s\n", err_text(err));
		return exit_code_of(err);
	}
	hash_format_hex(&root, hex);
	if (task->as_json) {
		print_json(json_pack("{s:s, s:I, s:s, s:I, s:O, s:O}", "origin",
				     ledger_origin(task->ledger), "records", (json_int_t)size,
				     "root", hex, "checkpoint", (json_int_t)checkpoint.size,
				     "stamp", stamp, "witnesses", witnesses));
	} else {
		printf("ledger      %s\nrecords     %" PRIu64
		       "\nroot        %s\ncheckpoint  tree size %" PRIu64 ": up to record %" PRIu64
		       "\n",
		       ledger_origin(task->ledger), size, hex, checkpoint.size,
		       covered_by(task, &checkpoint));
		print_stamp(stamp);
		witness_view_print(witnesses, stdout);
	}
	json_decref(stamp);
	json_decref(witnesses);
	return EX_OK;
}

/* ---- list and export ---- */

static enum err list_record(struct cmd_ledger_task *task, const struct record *record,
			    struct bytes leaf)
{
	char time[CLOCK_TEXT_BYTES];

	(void)leaf;
	if (task->as_json) {
		print_json(record_to_json(task, record));
		return OK;
	}
	clock_format(record->time_ms, time);
	printf("%" PRIu64 "  %s  %s  %" PRIu64 "  ", record->number, time, record->event,
	       record->message);
	plain_print(stdout, record->actor);
	putchar(' ');
	for (size_t i = 0; i < record->attributes.count; i++) {
		printf(" %s=", record->attributes.items[i].name);
		plain_print(stdout, record->attributes.items[i].value);
	}
	putchar('\n');
	return OK;
}

/* FOLDER/NUMBER-INDEX-ROLE; roles are the node's own words and never hold a slash. */
static enum err write_payloads(struct cmd_ledger_task *task, const struct record *record)
{
	for (size_t i = 0; i < record->payload_count; i++) {
		const char *role = record->payloads[i].role, *path;
		struct bytes payload;
		enum err err;

		if (strchr(role, '/') != NULL)
			return ERR_FORMAT;
		path = arena_format(task->record_arena, "%s/%08" PRIu64 "-%zu-%s", task->payloads,
				    record->number, i, role);
		if (path == NULL)
			return ERR_MEMORY;
		err = ledger_payload(task->ledger, record->number, i, task->record_arena, &payload);
		if (err == ERR_ARCHIVED) /* the line of the record says where it is */
			continue;
		if (err == OK)
			err = file_make(path, 0600, payload);
		if (err != OK) {
			fprintf(stderr, "sampan ledger: %s: %s\n", path, err_text(err));
			return err;
		}
	}
	return OK;
}

static enum err export_record(struct cmd_ledger_task *task, const struct record *record,
			      struct bytes leaf)
{
	json_t *json = record_to_json(task, record);
	struct buffer text;
	enum err err;

	buffer_init(&text, 2 * LIMIT_RECORD_BYTES);
	base64_format(leaf, &text);
	if ((err = buffer_error(&text)) == OK) {
		json_object_set_new(json, "leaf", json_stringn((const char *)text.at, text.len));
		print_json(json);
		if (task->payloads != NULL)
			err = write_payloads(task, record);
	}
	buffer_clear(&text);
	return err;
}

static int each_record(struct cmd_ledger_task *task,
		       enum err (*visit)(struct cmd_ledger_task *task, const struct record *record,
					 struct bytes leaf))
{
	struct cmd_ledger_search search = {.text = task->holding};
	struct hash root;
	uint64_t size = 0, number = task->since == 0 ? 1 : task->since;
	enum err err = ledger_head(task->ledger, &size, &root);

	for (; err == OK && number <= size && !ferror(stdout); number++) {
		struct record record;
		struct bytes leaf;
		bool is_wanted = true;

		arena_clear(task->record_arena);
		err = ledger_record(task->ledger, number, task->record_arena, &record, &leaf);
		if (err == OK && task->holding != NULL)
			err = cmd_ledger_search_record(&search, task->ledger, &record,
						       task->record_arena, &is_wanted);
		if (err == OK && is_wanted)
			err = visit(task, &record, leaf);
	}
	if (err != OK)
		fprintf(stderr, "sampan ledger: record %" PRIu64 ": %s\n", number - 1,
			err_text(err));
	if (err == OK && !ferror(stdout) && task->holding != NULL)
		return cmd_ledger_search_end(&search);
	return err != OK ? exit_code_of(err) : ferror(stdout) ? EX_CANTCREAT : EX_OK;
}

static int list(struct cmd_ledger_task *task)
{
	return each_record(task, list_record);
}

static bool is_folder(const char *path)
{
	struct stat about;

	if (mkdir(path, 0700) == 0)
		return true;
	if (errno != EEXIST || stat(path, &about) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(about.st_mode);
}

static int export(struct cmd_ledger_task *task)
{
	if (task->payloads != NULL && !is_folder(task->payloads)) {
		fprintf(stderr, "sampan ledger: %s: %s\n", task->payloads, strerror(errno));
		return EX_CANTCREAT;
	}
	return each_record(task, export_record);
}

/* ---- the command ---- */

static const struct cmd_ledger_way ways[] = {
	{.name = "verify", .look = cmd_ledger_verify},
	{.name = "stat", .look = stat_ledger},
	{.name = "list", .look = list},
	{.name = "export", .look = export},
	{.name = "backup", .needs_to = true, .copy = cmd_ledger_backup},
	{.name = "restore", .needs_from = true, .needs_dir = true, .copy = cmd_ledger_restore},
	{.name = "follow", .needs_from = true, .needs_dir = true, .copy = cmd_ledger_follow},
	{.name = "archive"},
	{.name = NULL}};

static int open_ledger(struct cmd_ledger_task *task)
{
	const char *folder = arena_format(task->arena, "%s/ledger", task->directory);
	struct engine *engine;
	enum err err = folder == NULL ? ERR_MEMORY : engine_lmdb_open(folder, 0, true, &engine);

	if (err == OK)
		err = ledger_open(engine, NULL, true, &task->ledger);
	if (err == OK)
		err = archive_use(task->ledger, folder);
	if (err == OK)
		return EX_OK;
	fprintf(stderr, "sampan ledger: the ledger in %s/ledger: %s\n", task->directory,
		err_text(err));
	return exit_code_of(err);
}

static int run_verb(struct cmd_ledger_task *task, int (*verb)(struct cmd_ledger_task *task))
{
	int code = EX_TEMPFAIL;

	task->arena = arena_new(ARENA_BYTES);
	task->record_arena = arena_new(ARENA_BYTES);
	if (task->arena != NULL && task->record_arena != NULL &&
	    (code = open_ledger(task)) == EX_OK)
		code = verb(task);
	ledger_close(task->ledger);
	arena_free(task->record_arena);
	arena_free(task->arena);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fputs("sampan ledger: cannot write to standard output\n", stderr);
	return code == EX_OK ? EX_CANTCREAT : code;
}

/* A folder that only the configuration's name leads to; a copy has a ledger and no node.yaml. */
static int find_directory(const char *config, const char *directory)
{
	char ledger[PATH_MAX];
	int why;

	if (access(config, F_OK) == 0)
		return EX_OK;
	why = errno;
	(void)snprintf(ledger, sizeof(ledger), "%s/ledger", directory);
	if (access(ledger, F_OK) == 0)
		return EX_OK;
	fputs("sampan ledger: ", stderr);
	plain_print(stderr, config);
	fprintf(stderr, ": %s; say which node with --config FILE or --dir DIR\n", strerror(why));
	return why == EACCES ? EX_NOPERM : EX_NOINPUT;
}

int cmd_ledger(int argc, char **argv)
{
	struct cmd_ledger_wish wish = {.since = "0", .every = "0"};
	const char *config = NULL;
	bool is_trial = false;
	struct cmd_ledger_task task = {0};
	struct cmd_ledger_copy copy = {0};
	const struct command_option options[] = {
		{"--to", &wish.to, NULL},         {"--from", &wish.from, NULL},
		{"--every", &wish.every, NULL},   {"--trial", NULL, &is_trial},
		{"--config", &config, NULL},      {"--dir", &wish.dir, NULL},
		{"--since", &wish.since, NULL},   {"--payloads", &task.payloads, NULL},
		{"--stamps", &task.stamps, NULL}, {"--holding", &task.holding, NULL},
		{"--json", NULL, &task.as_json},  {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	struct cmd_ledger_wanted wanted;
	char *path;

	if (count < 0)
		return command_exit_code(count);
	code = cmd_ledger_wish(&wish, ways, count, argv, &wanted);
	if (code != EX_OK)
		return code;
	if (wanted.way->look == NULL && wanted.way->copy == NULL)
		return cmd_ledger_archive(config, is_trial, task.as_json);
	path = strdup(config != NULL ? config : command_config_path());
	if (path == NULL)
		return EX_TEMPFAIL;
	task.since = wanted.since;
	task.directory = wish.dir;
	if (task.directory == NULL) {
		task.config = config != NULL ? config : command_config_path();
		task.directory = dirname(path);
		code = find_directory(task.config, task.directory);
	}
	if (code != EX_OK)
		return free(path), code;
	copy = (struct cmd_ledger_copy){.directory = task.directory,
					.to = wish.to,
					.from = wish.from,
					.every_s = wanted.every_s,
					.as_json = task.as_json};
	code = wanted.way->copy != NULL ? wanted.way->copy(&copy)
					: cmd_ledger_contain(&task, run_verb, wanted.way->look);
	free(path);
	return code;
}
