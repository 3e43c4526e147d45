#include "node/cmd_ledger_archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "messages/schema.h"
#include "node/admin.h"
#include "node/archive.h"
#include "node/ask.h"
#include "node/command_set.h"
#include "sampan/clock.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define BODY_BYTES ((size_t)1 << 16)

/* One run: what is due goes to a new file, and each few hundred are told to the ledger. */
struct archiving {
	struct ask *ask;
	const char *folder;
	struct ledger *ledger;
	struct archive_writer *writer; /* NULL: nothing was due yet */
	struct archive_place places[ARCHIVE_AT_ONCE];
	size_t count;
	bool is_trial;
	uint64_t payloads, bytes;
};

static uint32_t policy_of(const void *context, const char *id)
{
	const struct schema *schema = schema_set_find(context, id);

	return schema == NULL ? ARCHIVE_KEEP : schema_keep_years(schema);
}

static const char *operator_name(void)
{
	const char *name = getenv("SUDO_USER");

	if (name == NULL || name[0] == '\0')
		name = getenv("USER");
	return name == NULL || name[0] == '\0' ? "root" : name;
}

/* On disk in the file first; then they leave the store. */
static enum err tell_ledger(struct archiving *archiving)
{
	struct buffer body;
	struct bytes answer;
	enum err err;

	if (archiving->count == 0)
		return OK;
	if ((err = archive_writer_sync(archiving->writer)) != OK)
		return err;
	buffer_init(&body, BODY_BYTES);
	archive_pack(&body, archiving->places, archiving->count, operator_name());
	if ((err = buffer_error(&body)) == OK)
		err = ask_bytes(archiving->ask, ADMIN_ARCHIVE, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	archiving->count = 0;
	return err;
}

static enum err take(void *context, uint64_t number, size_t index, struct bytes stored)
{
	struct archiving *archiving = context;
	enum err err = OK;

	archiving->payloads++;
	archiving->bytes += stored.len;
	if (archiving->is_trial)
		return OK;
	if (archiving->writer == NULL)
		err = archive_writer_open(archiving->ledger, archiving->folder, &archiving->writer);
	if (err == OK)
		err = archive_writer_put(archiving->writer, number, index, stored,
					 &archiving->places[archiving->count]);
	if (err == OK && ++archiving->count == ARCHIVE_AT_ONCE)
		err = tell_ledger(archiving);
	return err;
}

static void print(const struct archiving *archiving, bool as_json)
{
	if (as_json)
		printf("{\"payloads\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"moved\":%s}\n",
		       archiving->payloads, archiving->bytes,
		       archiving->is_trial ? "false" : "true");
	else
		printf("%" PRIu64 " payloads (%" PRIu64 " bytes as stored) %s.\n",
		       archiving->payloads, archiving->bytes,
		       archiving->is_trial ? "are due" : "moved to " ARCHIVE_FOLDER);
}

static enum err open_ledger(const char *folder, struct ledger **ret_ledger)
{
	struct engine *engine;
	enum err err = engine_lmdb_open(folder, 0, true, &engine);

	return err != OK ? err : ledger_open(engine, NULL, true, ret_ledger);
}

static enum err archive(struct archiving *archiving, const struct schema_set *set)
{
	struct ledger *ledger = NULL;
	enum err err = open_ledger(archiving->folder, &ledger);

	archiving->ledger = ledger;
	if (err == OK)
		err = archive_each_due(ledger, clock_now_ms(), policy_of, set, take, archiving);
	if (err == OK)
		err = tell_ledger(archiving);
	ledger_close(ledger);
	archive_writer_close(archiving->writer);
	return err;
}

int cmd_ledger_archive(const char *config_path, bool is_trial, bool as_json)
{
	struct archiving archiving = {.is_trial = is_trial};
	struct arena *arena = arena_new(ARENA_BYTES);
	struct schema_set *set = NULL;
	struct ask ask;
	int code = arena == NULL ? EX_TEMPFAIL : ask_init(&ask, config_path);
	enum err err;

	if (code != EX_OK) {
		arena_free(arena);
		return code;
	}
	archiving.ask = &ask;
	archiving.folder = arena_format(arena, "%s/ledger", ask.config->directory);
	if (archiving.folder == NULL)
		code = EX_TEMPFAIL;
	else if ((code = command_set_load(&set)) == EX_OK) {
		err = archive(&archiving, set);
		if (err == OK)
			print(&archiving, as_json);
		code = ask_complain(&ask, "ledger archive", err);
	}
	schema_set_free(set);
	ask_clear(&ask);
	arena_free(arena);
	return code;
}
