#include "node/ledger_home.h"

#include "node/archive.h"
#include "node/restore.h"
#include "sampan/engine_ahead.h"

enum err ledger_home_open(const struct config *config, struct arena *arena,
			  struct ledger **ret_ledger)
{
	const char *folder = arena_format(arena, "%s/ledger", config->directory);
	struct segment_place place;
	struct engine *engine;
	struct ledger *ledger;
	enum err err;

	if (folder == NULL)
		return ERR_MEMORY;
	if ((err = engine_lmdb_open(folder, config->map_bytes, false, &engine)) != OK ||
	    (err = engine_ahead_open(engine, &engine)) != OK ||
	    (err = ledger_open(engine, config->name, false, &ledger)) != OK)
		return err;
	err = restore_place(ledger, &place) == ERR_MISSING ? archive_use(ledger, folder)
							   : ERR_CONFIG;
	if (err != OK) {
		ledger_close(ledger);
		return err;
	}
	*ret_ledger = ledger;
	return OK;
}
