#include "adapters/table_run.h"

#include <stdlib.h>
#include <string.h>

#include "sampan/key.h"
#include "sampan/pack.h"

#define FIRST_ROOM 256u
#define MAX_ENTRIES (UINT32_MAX / 2)
#define MIN_ITEM_BYTES 7u

void table_clear(struct table *table)
{
	arena_free(table->arena);
	free(table->entries);
	free(table->buckets);
	*table = (struct table){0};
}

static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94D049BB133111EB);
	return hash ^ hash >> 31;
}

/* As many buckets as there is room. */
static uint32_t *bucket_of(const struct table *table, struct bytes key)
{
	uint64_t hash = table->seed;

	while (key.len >= 8) {
		hash = mix(hash ^ bytes_get_u64(key.at));
		key = bytes_of(key.at + 8, key.len - 8);
	}
	for (size_t i = 0; i < key.len; i++)
		hash = (hash << 8 | hash >> 56) ^ key.at[i];
	return &table->buckets[mix(hash) & (table->room - 1)];
}

static void chain(struct table *table, size_t index)
{
	uint32_t *bucket = bucket_of(table, table->entries[index].change.key);

	table->entries[index].next = *bucket;
	*bucket = (uint32_t)index + 1;
}

static struct table_entry *find(const struct table *table, struct bytes key)
{
	uint32_t at = table->room == 0 ? 0 : *bucket_of(table, key);

	while (at != 0 && !bytes_equal(table->entries[at - 1].change.key, key))
		at = table->entries[at - 1].next;
	return at == 0 ? NULL : &table->entries[at - 1];
}

const struct engine_change *table_find(const struct table *table, struct bytes key)
{
	const struct table_entry *entry = find(table, key);

	return entry == NULL ? NULL : &entry->change;
}

static enum err make_room(struct table *table)
{
	size_t room = table->room == 0 ? FIRST_ROOM : table->room * 2;
	struct table_entry *entries;
	uint32_t *buckets;

	if (table->count < table->room)
		return OK;
	if (room > MAX_ENTRIES ||
	    (entries = reallocarray(table->entries, room, sizeof(*entries))) == NULL)
		return ERR_MEMORY;
	table->entries = entries;
	if ((buckets = calloc(room, sizeof(*buckets))) == NULL)
		return ERR_MEMORY;
	free(table->buckets);
	table->buckets = buckets;
	table->room = room;
	for (size_t i = 0; i < table->count; i++)
		chain(table, i);
	return OK;
}

static enum err put(struct table *table, const struct engine_change *change)
{
	struct table_entry *entry = find(table, change->key);
	enum err err;

	if (entry != NULL) {
		entry->change = *change;
		return OK;
	}
	if ((err = make_room(table)) != OK)
		return err;
	table->entries[table->count].change = *change;
	chain(table, table->count++);
	return OK;
}

static enum err begin(struct table *table)
{
	if (table->arena != NULL)
		return OK;
	key_random(&table->seed, sizeof(table->seed));
	table->arena = arena_new(SIZE_MAX / 2);
	return table->arena == NULL ? ERR_MEMORY : OK;
}

enum err table_add(struct table *table, struct bytes list)
{
	enum err err = begin(table);
	struct unpack from;
	const uint8_t *copy;
	uint32_t count;

	if (err != OK)
		return err;
	if ((copy = arena_copy(table->arena, list)) == NULL)
		return ERR_MEMORY;
	unpack_init(&from, bytes_of(copy, list.len));
	count = unpack_count(&from, MIN_ITEM_BYTES);
	for (uint32_t i = 0; i < count && !from.failed; i++) {
		struct engine_change change;
		uint8_t is_delete;

		change.key.len = unpack_u8(&from);
		change.key.at = unpack_fixed(&from, change.key.len);
		is_delete = unpack_u8(&from);
		change.is_delete = is_delete == 1;
		change.value = unpack_bytes(&from);
		if (from.failed || is_delete > 1 || change.key.len == 0)
			return ERR_CORRUPT;
		if ((err = put(table, &change)) != OK)
			return err;
		table->said++;
	}
	return unpack_end(&from) == OK ? OK : ERR_CORRUPT;
}

struct engine_change *table_sort(const struct table *newer, const struct table *older,
				 struct bytes from, struct bytes until, size_t *ret_count)
{
	const struct table *tables[] = {newer, older};
	struct engine_change *changes = calloc(newer->count + older->count + 1, sizeof(*changes));
	size_t count = 0;

	for (size_t t = 0; changes != NULL && t < 2; t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct engine_change *change = &tables[t]->entries[i].change;

			if (bytes_compare(change->key, from) >= 0 &&
			    (until.len == 0 || bytes_compare(change->key, until) < 0) &&
			    (t == 0 || find(newer, change->key) == NULL))
				changes[count++] = *change;
		}
	if (changes != NULL)
		qsort(changes, count, sizeof(*changes), engine_merge_compare);
	*ret_count = count;
	return changes;
}
