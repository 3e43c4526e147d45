#include "node/cmd_ledger_copy.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <jansson.h>

#include "node/archive.h"
#include "node/backup.h"
#include "node/checkpoint.h"
#include "node/cmd_ledger_key.h"
#include "node/file.h"
#include "node/index_check.h"
#include "node/progress.h"
#include "node/restore.h"
#include "node/setup.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define KEY_FILE_BYTES 1024u
#define MAP_BYTES ((size_t)1 << 40) /* as node.yaml's default: sparse */

static volatile sig_atomic_t is_ended;

static void on_end(int number)
{
	(void)number;
	is_ended = 1;
}

/* ---- keys ---- */

static enum err save_public_key(const char *path, const char *name, const struct key *key)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;
	enum err err;

	key_get_public(key, public_key);
	buffer_init(&text, KEY_FILE_BYTES);
	err = checkpoint_format_key(name, public_key, &text);
	buffer_put_byte(&text, '\n');
	if (err == OK && (err = buffer_error(&text)) == OK)
		err = file_make(path, 0644, buffer_bytes(&text));
	buffer_clear(&text);
	return err == ERR_EXISTS ? OK : err;
}

/* The key that backups are signed with; made when it is needed first. */
static enum err load_backup_key(const char *directory, const char *name, struct arena *arena,
				struct key **ret_key)
{
	const char *secret = arena_format(arena, "%s/" SETUP_BACKUP_KEY, directory);
	const char *public = arena_format(arena, "%s/" SETUP_BACKUP_PUBLIC, directory);
	const char *origin = arena_format(arena, "%s/backup", name);
	struct key *key = NULL;
	enum err err = secret == NULL || public == NULL || origin == NULL ? ERR_MEMORY
									  : key_load(secret, &key);

	if (err == ERR_MISSING && (err = key_new(&key)) == OK)
		err = key_save(key, secret);
	if (err == OK)
		err = save_public_key(public, origin, key);
	if (err != OK) {
		fprintf(stderr, "sampan ledger: the backup's key in %s/" SETUP_BACKUP_KEY ": %s\n",
			directory, err_text(err));
		key_free(key);
		return err;
	}
	*ret_key = key;
	return OK;
}

/* ---- telling ---- */

static void draw(void *context, uint64_t done, uint64_t all)
{
	progress_draw(context, done, all);
}

static void tell(const struct cmd_ledger_copy *copy, const char *origin,
		 const struct segment_mark *mark, const char *words)
{
	char root[HASH_HEX_BYTES];
	json_t *json;

	hash_format_hex(&mark->root, root);
	if (!copy->as_json) {
		printf("%s %s: %" PRIu64 " records, root %s, newest checkpoint %" PRIu64 "\n",
		       origin, words, mark->size, root, mark->checkpoint);
		return;
	}
	json = json_pack("{s:s, s:I, s:s, s:I, s:I}", "origin", origin, "records",
			 (json_int_t)mark->size, "root", root, "checkpoint",
			 (json_int_t)mark->checkpoint, "commits", (json_int_t)mark->commits);
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

/* What passes by itself, for who goes on: a full disk, a folder that is being copied. */
static bool passes(enum err err)
{
	return err == ERR_FULL || err == ERR_UNAVAILABLE || err == ERR_MEMORY;
}

static int exit_code(enum err err)
{
	return err == ERR_CORRUPT       ? EX_DATAERR
	       : err == ERR_UNAVAILABLE ? EX_TEMPFAIL
	       : err == ERR_CONFLICT    ? EX_CANTCREAT
					: err_exit_code(err);
}

/* Between two rounds; false: it is to end. */
static bool wait_for_next(const struct cmd_ledger_copy *copy)
{
	fflush(stdout);
	if (copy->every_s > 0 && !is_ended)
		(void)poll(NULL, 0, (int)(copy->every_s * 1000));
	return copy->every_s > 0 && !is_ended;
}

/* ---- backup ---- */

static void complain_backup(const struct cmd_ledger_copy *copy, enum err err, uint64_t number)
{
	if (err == ERR_CORRUPT && number > 0)
		fprintf(stderr,
			"sampan ledger: the ledger is damaged at record %" PRIu64
			": nothing of it was copied; sampan ledger verify says more\n",
			number);
	else if (err == ERR_CORRUPT)
		fprintf(stderr, "sampan ledger: %s is not as it was written: %s\n", copy->to,
			"its newest mark and its segments do not fit; use another folder");
	else if (err == ERR_CONFLICT)
		fprintf(stderr,
			"sampan ledger: %s holds another ledger, another epoch, or more records: keep it, "
			"and back up to a new folder\n",
			copy->to);
	else if (err == ERR_USAGE)
		fprintf(stderr,
			"sampan ledger: %s holds other files and no backup: give an empty folder, or one that is "
			"not there yet, such as %s/backup\n",
			copy->to, copy->to);
	else if (err == ERR_EXISTS)
		fprintf(stderr, "sampan ledger: another backup writes to %s\n", copy->to);
	else if (access(copy->to, F_OK) != 0)
		fprintf(stderr,
			"sampan ledger: %s cannot be made (%s): make the folder that it is to lie in, or "
			"give another\n",
			copy->to, strerror(errno));
	else
		fprintf(stderr, "sampan ledger: %s: %s\n", copy->to, err_text(err));
}

/* It is whole but for these: nobody should find out when it is restored. */
static void complain_away(const struct backup *backup)
{
	const char *archive;
	uint64_t away = backup_away(backup, &archive);

	if (away > 0)
		fprintf(stderr,
			"sampan ledger: %" PRIu64
			" payloads are not in this backup: they are in archives that are not here, such "
			"as %s. Put them back and back up to a new folder, or keep them beside it\n",
			away, archive);
}

/* After an error everything is opened anew: the folder is then at its newest mark. */
static enum err back_up(const struct cmd_ledger_copy *copy, const struct backup_with *with)
{
	struct progress progress = progress_begin("records", true);
	struct backup_with drawing = *with;
	struct backup *backup = NULL;
	uint64_t number = 0;
	bool is_new = false;
	enum err err;

	drawing.progress = draw;
	drawing.context = &progress;
	err = backup_open(&drawing, &backup);
	while (err == OK && (err = backup_go_on(backup, &is_new, &number)) == OK) {
		progress_hide(&progress);
		if (is_new || copy->every_s == 0)
			tell(copy, ledger_origin(with->ledger), backup_newest(backup),
			     "is backed up");
		if (!copy->as_json && copy->every_s == 0)
			puts("It holds all documents in the clear, for its owner only, and no keys: keep keys/ and seal/ "
			     "apart.");
		complain_away(backup);
		if (!wait_for_next(copy))
			break;
	}
	progress_hide(&progress);
	if (err != OK)
		complain_backup(copy, err, number);
	backup_close(backup);
	return err;
}

static enum err open_ledger(const char *directory, struct arena *arena, struct ledger **ret_ledger)
{
	const char *folder = arena_format(arena, "%s/ledger", directory);
	struct engine *engine;
	enum err err = folder == NULL ? ERR_MEMORY : engine_lmdb_open(folder, 0, true, &engine);

	if (err == OK)
		err = ledger_open(engine, NULL, true, ret_ledger);
	if (err == OK)
		err = archive_use(*ret_ledger, folder);
	if (err != OK)
		fprintf(stderr, "sampan ledger: the ledger in %s/ledger: %s\n", directory,
			err_text(err));
	return err;
}

static void name_of(const struct ledger *ledger, char name[CHECKPOINT_ORIGIN_BYTES])
{
	(void)snprintf(name, CHECKPOINT_ORIGIN_BYTES, "%s", ledger_origin(ledger));
	*strrchr(name, '/') = '\0';
}

int cmd_ledger_backup(const struct cmd_ledger_copy *copy)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct backup_with with = {.folder = copy->to};
	char name[CHECKPOINT_ORIGIN_BYTES];
	struct ledger *ledger = NULL;
	struct key *key = NULL;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	(void)signal(SIGTERM, on_end);
	(void)signal(SIGINT, on_end);
	if (err == OK && (err = open_ledger(copy->directory, arena, &ledger)) == OK &&
	    (err = cmd_ledger_key(copy->directory, SETUP_LEDGER_PUBLIC, ledger_origin(ledger),
				  arena, with.ledger_public_key)) == OK) {
		name_of(ledger, name);
		err = load_backup_key(copy->directory, name, arena, &key);
	}
	with.ledger = ledger;
	with.key = key;
	if (err == OK)
		do
			err = back_up(copy, &with);
		while (passes(err) && wait_for_next(copy));
	ledger_close(ledger);
	key_free(key);
	arena_free(arena);
	return exit_code(err);
}

/* ---- restore and follow ---- */

static enum err take_over(const struct cmd_ledger_copy *copy, struct restore *restore,
			  const char *words, bool *ret_is_read)
{
	struct segment_place place;
	bool is_new = false;
	enum err err = restore_go_on(restore, &is_new);

	*ret_is_read = err == OK;
	if (err == OK && (is_new || copy->every_s == 0)) {
		err = restore_place(restore_ledger(restore), &place);
		if (err == OK && place.mark.is_cut)
			tell(copy, ledger_origin(restore_ledger(restore)), &place.mark, words);
		else if (err == OK)
			err = ERR_UNAVAILABLE;
	}
	return err;
}

/* What is said of nothing that was read, is of where it is written to. */
static bool is_of_target(const char *what, enum err err, bool is_read)
{
	return err == ERR_FULL || (err == ERR_UNAVAILABLE && what[0] == '\0' && !is_read);
}

static void complain(const struct cmd_ledger_copy *copy, const struct restore *restore,
		     enum err err, bool is_read)
{
	const char *what = restore_what(restore);

	if (is_of_target(what, err, is_read)) {
		fprintf(stderr,
			"sampan ledger: %s/ledger cannot be written: %s; what was taken over before stays\n",
			copy->directory,
			err == ERR_FULL
				? err_text(err)
				: "is there room, and is no limit of file size in the way?");
		return;
	}
	if (restore_is_of_ledger(restore)) {
		fprintf(stderr, "sampan ledger: %s/ledger: %s\n", copy->directory,
			what[0] == '\0' ? err_text(err) : what);
		return;
	}
	fprintf(stderr, "sampan ledger: %s: %s%s%s\n", copy->from, what,
		what[0] == '\0' || err != ERR_CORRUPT ? "" : ": ",
		what[0] != '\0' && err != ERR_CORRUPT ? ""
		: err == ERR_UNAVAILABLE              ? "there is no whole state in it yet"
						      : err_text(err));
}

static enum err copy_once(const struct cmd_ledger_copy *copy, const struct restore_with *with,
			  const char *words)
{
	struct progress progress = progress_begin("records", true);
	struct restore_with drawing = *with;
	struct restore *restore = NULL;
	bool is_read = false;
	enum err err;

	drawing.progress = draw;
	drawing.context = &progress;
	err = restore_open(&drawing, &restore);
	while (err == OK && (err = take_over(copy, restore, words, &is_read)) == OK &&
	       wait_for_next(copy))
		progress_hide(&progress);
	progress_hide(&progress);
	if (err != OK)
		complain(copy, restore, err, is_read);
	restore_close(restore);
	return err;
}

static int copy_from(const struct cmd_ledger_copy *copy, const char *words,
		     enum err (*finish)(const struct cmd_ledger_copy *copy, struct arena *arena))
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct restore_with with = {.from = copy->from, .map_bytes = MAP_BYTES};
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	(void)signal(SIGTERM, on_end);
	(void)signal(SIGINT, on_end);
	if (err == OK && (err = cmd_ledger_key(copy->directory, SETUP_LEDGER_PUBLIC, NULL, arena,
					       with.ledger_public_key)) == OK)
		err = cmd_ledger_key(copy->directory, SETUP_BACKUP_PUBLIC, NULL, arena,
				     with.backup_public_key);
	if (err == OK) {
		with.ledger = arena_format(arena, "%s/ledger", copy->directory);
		do
			err = with.ledger == NULL ? ERR_MEMORY : copy_once(copy, &with, words);
		while ((passes(err) || err == ERR_MISSING) && wait_for_next(copy));
	}
	if (err == OK && finish != NULL)
		err = finish(copy, arena);
	arena_free(arena);
	return exit_code(err);
}

/* Records, tree and checkpoints were verified on the way; the indexes when all is there. */
static enum err check_indexes(const struct cmd_ledger_copy *copy, struct arena *arena)
{
	struct progress progress = progress_begin("records in the indexes", true);
	struct ledger_verdict verdict = {.what = ""};
	struct ledger *ledger = NULL;
	uint64_t entries = 0;
	enum err err = open_ledger(copy->directory, arena, &ledger);

	if (err == OK)
		err = index_check(ledger, 0, draw, &progress, &verdict, &entries);
	progress_hide(&progress);
	if (err == OK && verdict.first_bad != 0) {
		fprintf(stderr, "sampan ledger: an index does not fit at record %" PRIu64 ": %s\n",
			verdict.first_bad, verdict.what);
		err = ERR_CORRUPT;
	}
	ledger_close(ledger);
	return err;
}

int cmd_ledger_restore(const struct cmd_ledger_copy *copy)
{
	struct cmd_ledger_copy once = *copy;

	int code;

	once.every_s = 0;
	code = copy_from(&once, "is restored", check_indexes);
	if (code == EX_OK)
		fprintf(stderr,
			"It is a copy: no node runs on it. Next, when the old node is gone: sampan "
			"node reopen (docs/operating.md)\n");
	return code;
}

int cmd_ledger_follow(const struct cmd_ledger_copy *copy)
{
	return copy_from(copy, "follows", NULL);
}
