#include "node/ledger_health.h"

#include "sampan/disk.h"

static uint64_t time_of_last(struct ledger *ledger, uint64_t size, struct arena *arena)
{
	struct record record;
	struct bytes leaf;

	if (size == 0 || ledger_record(ledger, size, arena, &record, &leaf) != OK)
		return 0;
	return record.time_ms;
}

enum err ledger_health_read(struct ledger *ledger, const char *folder, struct arena *arena,
			    struct health_ledger *ret_health)
{
	const char *store = arena_format(arena, "%s/data.mdb", folder);
	struct health_ledger health = {0};
	struct disk_room room;
	struct hash root;

	if (store == NULL)
		return ERR_MEMORY;
	if (ledger_head(ledger, &health.size, &root) == OK)
		health.last_record_ms = time_of_last(ledger, health.size, arena);
	if (disk_get_room(folder, &room) == OK) {
		health.disk_free_bytes = room.free_bytes;
		health.disk_bytes = room.all_bytes;
	}
	(void)disk_get_use(store, &health.store_bytes);
	*ret_health = health;
	return OK;
}
