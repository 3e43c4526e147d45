#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <jansson.h>

#include "node/checkpoint.h"
#include "node/cmd_ledger.h"
#include "node/cmd_ledger_key.h"
#include "node/epoch.h"
#include "node/file.h"
#include "node/index_check.h"
#include "node/progress.h"
#include "node/setup.h"
#include "node/side_check.h"
#include "sampan/config.h"
#include "sampan/process.h"

#define STAMP_FILE_BYTES ((size_t)1 << 20)

/* ---- a process that may die of it ---- */

static int say_damage(const struct cmd_ledger_task *task, int number)
{
	fprintf(stderr,
		"sampan ledger: page damage in %s/ledger/data.mdb: its structure leads nowhere",
		task->directory);
	if (task->where != NULL && *task->where > 0)
		fprintf(stderr, ", at record %" PRIu64 " or behind it", *task->where);
	fprintf(stderr, " (the reader died of %s). Restore it from a backup: docs/operating.md\n",
		strsignal(number));
	return EX_DATAERR;
}

static int wait_for(const struct cmd_ledger_task *task, pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		return EX_OSERR;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	switch (WTERMSIG(status)) {
	case SIGSEGV:
	case SIGBUS:
	case SIGABRT: /* the library's own assertions */
	case SIGFPE:
		return say_damage(task, WTERMSIG(status));
	default: /* somebody ended it: so do we */
		return 128 + WTERMSIG(status);
	}
}

int cmd_ledger_contain(struct cmd_ledger_task *task,
		       int (*run)(struct cmd_ledger_task *task, cmd_ledger_verb *verb),
		       cmd_ledger_verb *verb)
{
	void *shared = mmap(NULL, sizeof(*task->where), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long self = (long)getpid();
	pid_t child;
	int code;

	task->where = shared == MAP_FAILED ? NULL : shared;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (!process_die_with(self)) /* it would keep pages from being reused */
			_exit(EX_OSERR);
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		_exit(run(task, verb));
	}
	code = child < 0 ? EX_TEMPFAIL : wait_for(task, child);
	if (task->where != NULL)
		(void)munmap(task->where, sizeof(*task->where));
	task->where = NULL;
	return code;
}

/* ---- verify ---- */

/* The file that node.yaml names; "": none, or there is no node.yaml (a copy). */
static const char *stamps_of_config(const struct cmd_ledger_task *task)
{
	const char *path = task->config != NULL
				   ? task->config
				   : arena_format(task->arena, "%s/node.yaml", task->directory);
	const char *message = "", *file = "";
	struct config *config = NULL;
	enum err err =
		path == NULL ? ERR_MEMORY : config_load(path, task->arena, &config, &message);

	if (err == OK && config->stamps.trust != NULL)
		file = arena_format(task->arena, "%s", config->stamps.trust);
	else if (err != OK && err != ERR_MISSING)
		fprintf(stderr, "sampan ledger: who stamps is not known: %s\n",
			*message == '\0' ? err_text(err) : message);
	config_free(config);
	return file == NULL ? "" : file;
}

/* NULL: whoever stamped is not asked. */
static enum err load_stamps(const struct cmd_ledger_task *task, struct stamp_trust **ret_stamps)
{
	const char *path = task->stamps != NULL ? task->stamps : stamps_of_config(task);
	struct stamp_trust *stamps = NULL;
	struct bytes pem;
	enum err err;

	*ret_stamps = NULL;
	if (*path == '\0')
		return OK;
	if ((err = stamp_trust_new(&stamps)) == OK &&
	    (err = file_read(path, STAMP_FILE_BYTES, task->arena, &pem)) == OK &&
	    (err = stamp_trust_add(stamps, pem)) == OK && stamp_trust_is_empty(stamps))
		err = ERR_FORMAT;
	if (err != OK) {
		fprintf(stderr, "sampan ledger: the authorities of time stamps in %s: %s\n", path,
			err_text(err));
		stamp_trust_free(stamps);
		return err;
	}
	*ret_stamps = stamps;
	return OK;
}

struct watching {
	struct progress progress;
	uint64_t *where;
};

static void watch(void *context, uint64_t done, uint64_t all)
{
	struct watching *watching = context;

	if (watching->where != NULL)
		*watching->where = done;
	progress_draw(&watching->progress, done, all);
}

/* What was looked at besides what the verdict counts. */
struct looked {
	uint64_t entries;
	struct side_counts side;
	bool is_sealed;  /* also held against the seal */
	enum err unread; /* why the seal's memory, which is here, could not be read */
	bool is_vouched; /* stamps: also whether authorities gave them that are believed */
};

static json_t *number_or_null(uint64_t number)
{
	return number == 0 ? json_null() : json_integer((json_int_t)number);
}

static void print_json(const struct cmd_ledger_task *task, const struct ledger_verdict *verdict,
		       const struct looked *looked)
{
	json_t *json = json_pack(
		"{s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:o, s:I, s:o, s:b, s:o, s:s}",
		"ok", verdict->first_bad == 0, "origin", ledger_origin(task->ledger), "since",
		(json_int_t)(task->since == 0 ? 1 : task->since), "records",
		(json_int_t)verdict->records, "payloads", (json_int_t)verdict->payloads, "archived",
		(json_int_t)verdict->archived, "away", (json_int_t)verdict->away, "checkpoints",
		(json_int_t)verdict->checkpoints, "indexes", (json_int_t)looked->entries,
		"cosignatures", (json_int_t)looked->side.cosignatures, "stamps",
		(json_int_t)looked->side.stamps, "cards", (json_int_t)looked->side.cards,
		"stampsVouchedFor", looked->is_vouched, "late", (json_int_t)looked->side.late,
		"firstLate", number_or_null(looked->side.first_late), "setBack",
		(json_int_t)verdict->set_back, "firstSetBack",
		number_or_null(verdict->first_set_back), "seal", looked->is_sealed, "firstBad",
		number_or_null(verdict->first_bad), "what", verdict->what);

	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

/* Times that cannot be right: notes, no damage. */
static void print_times(const struct ledger_verdict *verdict, const struct side_counts *side)
{
	if (side->late > 0)
		printf("%" PRIu64 " records say a later time than the time stamp that covers them, "
		       "such as %" PRIu64 ": the clock was wrong when they were written.\n",
		       side->late, side->first_late);
	if (verdict->set_back > 0)
		printf("%" PRIu64 " records say an earlier time than the record before them, the "
		       "first is %" PRIu64 ": the clock was set back.\n",
		       verdict->set_back, verdict->first_set_back);
}

static void print_words(const struct cmd_ledger_task *task, const struct ledger_verdict *verdict,
			const struct looked *looked)
{
	if (verdict->first_bad != 0) {
		printf("%s is damaged at record %" PRIu64 ": %s.\n", ledger_origin(task->ledger),
		       verdict->first_bad, verdict->what);
		return;
	}
	printf("%s is whole", ledger_origin(task->ledger));
	if (task->since > 1)
		printf(" from record %" PRIu64 " on", task->since);
	printf(": %" PRIu64 " records, %" PRIu64 " payloads, %" PRIu64 " checkpoints, %" PRIu64
	       " entries of indexes.\n",
	       verdict->records, verdict->payloads, verdict->checkpoints, looked->entries);
	if (looked->side.cards + looked->side.cosignatures + looked->side.stamps > 0)
		printf("Signed as they must be: %" PRIu64 " cosignatures, %" PRIu64
		       " time stamps, %" PRIu64 " cards.\n",
		       looked->side.cosignatures, looked->side.stamps, looked->side.cards);
	if (looked->side.stamps > 0)
		puts(looked->is_vouched
			     ? "The time stamps are of authorities that are believed."
			     : "Who gave the time stamps was not asked: no authorities are named "
			       "(--stamps).");
	print_times(verdict, &looked->side);
	if (looked->is_sealed)
		puts("It holds what its seal signed last.");
	if (looked->unread != OK)
		printf("What its seal signed last cannot be read (%s): it was not held against that.\n",
		       err_text(looked->unread));
	if (verdict->archived > 0)
		printf("%" PRIu64 " of the payloads are in archives, and whole.\n",
		       verdict->archived);
	if (verdict->away > 0)
		printf("%" PRIu64
		       " more payloads are in archives that are not here, such as %s: they "
		       "were not looked at.\n",
		       verdict->away, verdict->away_in);
}

/* There is none. ERR_MISSING: there must be one, for its folder is here and the ledger holds what it signed. */
static enum err do_without_memory(const struct cmd_ledger_task *task)
{
	const char *folder = arena_format(task->arena, "%s/seal", task->directory);
	struct bytes note;
	enum err err = folder == NULL ? ERR_MEMORY
				      : ledger_checkpoint_last(task->ledger, task->arena, &note);

	if (err == OK)
		return access(folder, F_OK) == 0 ? ERR_MISSING : OK;
	return err == ERR_MISSING ? OK : err;
}

/* Where no seal is (a copy) nothing is said of it. */
static enum err hold_against_seal(const struct cmd_ledger_task *task,
				  const uint8_t public_key[KEY_PUBLIC_BYTES],
				  struct ledger_verdict *verdict, struct looked *looked)
{
	const char *path =
		epoch_last_path(task->directory, ledger_epoch(task->ledger), task->arena);
	struct checkpoint last;
	enum err err = path == NULL ? ERR_MEMORY
				    : seal_memory_peek(path, ledger_origin(task->ledger),
						       public_key, &last);

	if (err == OK) {
		err = side_check_sealed(task->ledger, &last, verdict);
		looked->is_sealed = err == OK;
		return err;
	}
	if (err == ERR_MISSING)
		err = do_without_memory(task);
	if (err == ERR_MEMORY)
		return err;
	looked->unread = err;
	return OK;
}

static enum err look_beside(const struct cmd_ledger_task *task, struct ledger_verdict *verdict,
			    struct looked *looked)
{
	struct stamp_trust *stamps;
	enum err err = load_stamps(task, &stamps);

	if (err != OK)
		return err;
	err = side_check(task->ledger, task->since, stamps, verdict, &looked->side);
	looked->is_vouched = stamps != NULL;
	stamp_trust_free(stamps);
	return err;
}

static enum err look(const struct cmd_ledger_task *task, const uint8_t public_key[KEY_PUBLIC_BYTES],
		     struct ledger_verdict *verdict, struct looked *looked)
{
	struct watching watching = {.where = task->where};
	enum err err;

	watching.progress = progress_begin("records", true);
	err = ledger_verify_since(task->ledger, task->since, public_key, watch, &watching, verdict);
	progress_end(&watching.progress);
	if (err == OK && verdict->first_bad == 0) {
		watching.progress = progress_begin("records in the indexes", true);
		err = index_check(task->ledger, task->since, watch, &watching, verdict,
				  &looked->entries);
		progress_end(&watching.progress);
	}
	if (err == OK && verdict->first_bad == 0)
		err = look_beside(task, verdict, looked);
	if (err == OK && verdict->first_bad == 0)
		err = hold_against_seal(task, public_key, verdict, looked);
	return err;
}

int cmd_ledger_verify(struct cmd_ledger_task *task)
{
	struct ledger_verdict verdict = {.what = ""};
	struct looked looked = {.entries = 0};
	uint8_t public_key[KEY_PUBLIC_BYTES];
	enum err err = cmd_ledger_key(task->directory, SETUP_LEDGER_PUBLIC,
				      ledger_origin(task->ledger), task->arena, public_key);

	if (err != OK)
		return err == ERR_FORMAT ? EX_CONFIG : err_exit_code(err);
	err = look(task, public_key, &verdict, &looked);
	if (err == ERR_USAGE)
		fprintf(stderr, "sampan ledger: there are fewer records than %" PRIu64 "\n",
			task->since);
	else if (err == ERR_VERSION && verdict.first_bad != 0)
		fprintf(stderr, "sampan ledger: record %" PRIu64 ": %s\n", verdict.first_bad,
			err_text(err));
	else if (err != OK)
		fprintf(stderr, "sampan ledger: %s\n", err_text(err));
	if (err != OK)
		return err == ERR_CORRUPT ? EX_DATAERR : err_exit_code(err);
	if (task->as_json)
		print_json(task, &verdict, &looked);
	else
		print_words(task, &verdict, &looked);
	return verdict.first_bad == 0 ? EX_OK : EX_DATAERR;
}
