#include "node/cmd_reopen.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"
#include "node/reopen.h"

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)

static int fail(const char *verb, const char *what, enum err err)
{
	fprintf(stderr, "sampan node %s: %s\n", verb, what);
	return err_exit_code(err);
}

int cmd_reopen_operator(const char *config_path, const char *key_path)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct config *config = NULL;
	int code = command_load_config(config_path, &config);
	enum err err;

	if (code != EX_OK || arena == NULL) {
		arena_free(arena);
		config_free(config);
		return code != EX_OK ? code : EX_TEMPFAIL;
	}
	err = reopen_make_key(config, key_path, arena);
	if (err == OK)
		fprintf(stderr,
			"%s: keep it off this machine: its word lets a restored ledger go on.\n"
			"Give every partner the new card now (`sampan partner card`).\n",
			key_path);
	else
		code = fail("operator",
			    err == ERR_EXISTS ? "there is an operator's key already, or that file"
					      : err_text(err),
			    err);
	arena_free(arena);
	config_free(config);
	return code;
}

/* Who sits at the machine. */
static const char *user_name(void)
{
	const struct passwd *entry = getpwuid(getuid());

	return entry == NULL ? "unknown" : entry->pw_name;
}

static const char *explain(enum err err)
{
	if (err == ERR_DENIED)
		return "not the key of this node's operator, or others may read its file";
	if (err == ERR_MISSING)
		return "no ledger, no memory of the seal, or no operator's key "
		       "(sampan node operator) is there";
	if (err == ERR_EXISTS)
		return "the node runs: stop it first";
	if (err == ERR_CONFIG)
		return "the ledger is a copy that was not made to its end: sampan ledger restore";
	return err == ERR_USAGE ? "the ledger is empty" : err_text(err);
}

/* What the partners have is not to be sent to them a second time. */
static void print_way_on(const struct epoch_word *word)
{
	if (word->known <= word->size) {
		fputs("Nothing that was signed is missing. Start the node: nothing is to be lodged "
		      "again, unless seal/ is a copy,\n"
		      "too (docs/operating.md, When only an older copy is left).\n",
		      stderr);
		return;
	}
	fprintf(stderr,
		"%" PRIu64
		" records that were signed are missing. Start the node, and lodge nothing "
		"again yet: what was sent to partners\n"
		"since, they have, and give back (FrameRecalled in `sampan ledger list`). When all "
		"have answered, lodge again only what\n"
		"`sampan ledger list --holding REFERENCE` does not find. What partners had sent since "
		"they send again: it is handed over\n"
		"again, under another name. Tell who had it already.\n",
		word->known - word->size);
}

static void print_word(const struct epoch_word *word)
{
	printf("%s/%" PRIu64 "\n", word->name, word->epoch);
	fprintf(stderr,
		"The ledger goes on in epoch %" PRIu64 " behind record %" PRIu64
		"; the seal had signed %" PRIu64 " of epoch %" PRIu64 ", %" PRIu64
		" are restored.\n",
		word->epoch, word->records, word->known, word->before, word->size);
	print_way_on(word);
}

static void print_known(const struct epoch_word *word)
{
	printf("%s/%" PRIu64 "\n", word->name, word->epoch);
	fprintf(stderr,
		"Nothing is to be done here: epoch %" PRIu64
		" was opened already behind record %" PRIu64 ", and nothing is signed in it yet.\n",
		word->epoch, word->records);
	print_way_on(word);
}

static int reopen(const struct config *config, const char *key_path, struct arena *arena)
{
	struct reopen_done done;
	struct key *key = NULL;
	enum err err = key_load(key_path, &key);

	if (err != OK) {
		fprintf(stderr, "sampan node reopen: %s: %s\n", key_path,
			err == ERR_DENIED    ? explain(err)
			: err == ERR_MISSING ? "there is no such file"
					     : err_text(err));
		return err_exit_code(err);
	}
	err = reopen_ledger(config, key, user_name(), arena, &done);
	key_free(key);
	if (err != OK)
		return fail("reopen", explain(err), err);
	if (done.was_open)
		print_known(&done.word);
	else
		print_word(&done.word);
	return EX_OK;
}

int cmd_reopen_ledger(const char *config_path, const char *key_path)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct config *config = NULL;
	int code = command_load_config(config_path, &config);

	if (code == EX_OK)
		code = arena == NULL ? EX_TEMPFAIL : reopen(config, key_path, arena);
	arena_free(arena);
	config_free(config);
	return code;
}
