#include "node/copy_place.h"

#include <string.h>

#include "node/space.h"
#include "sampan/pack.h"

#define VERSION 1u
#define VALUE_BYTES 1024u

static struct bytes key(void)
{
	static const uint8_t at = SPACE_COPY;

	return bytes_of(&at, 1);
}

enum err copy_place_put(struct batch *batch, const struct copy_place *place)
{
	struct buffer value;
	enum err err;

	buffer_init(&value, VALUE_BYTES);
	pack_u16(&value, VERSION);
	pack_u64(&value, place->place.segment);
	pack_u64(&value, place->place.offset);
	pack_fixed(&value, place->place.chain.at, HASH_BYTES);
	segment_format_mark(&place->place.mark, &value);
	pack_u8(&value, place->is_in_all);
	pack_bytes(&value, bytes_of(place->last, place->last_len));
	err = buffer_error(&value);
	if (err == OK)
		err = batch_put(batch, key(), buffer_bytes(&value));
	buffer_clear(&value);
	return err;
}

static void take_hash(struct unpack *from, struct hash *ret_hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret_hash->at, at, HASH_BYTES);
}

static void take_mark(struct unpack *from, struct segment_mark *mark)
{
	mark->number = unpack_u64(from);
	mark->is_cut = unpack_u8(from) == 1;
	mark->commits = unpack_u64(from);
	mark->size = unpack_u64(from);
	mark->checkpoint = unpack_u64(from);
	take_hash(from, &mark->root);
	take_hash(from, &mark->chain);
}

static enum err parse(struct bytes value, struct copy_place *ret_place)
{
	struct copy_place place = {0};
	struct unpack from;
	struct bytes last;

	unpack_init(&from, value);
	if (unpack_u16(&from) > VERSION)
		return ERR_VERSION;
	place.place.segment = unpack_u64(&from);
	place.place.offset = unpack_u64(&from);
	take_hash(&from, &place.place.chain);
	take_mark(&from, &place.place.mark);
	place.is_in_all = unpack_u8(&from) == 1;
	last = unpack_bytes(&from);
	if (unpack_end(&from) != OK || last.len > sizeof(place.last))
		return ERR_CORRUPT;
	if (last.len > 0)
		memcpy(place.last, last.at, last.len);
	place.last_len = last.len;
	*ret_place = place;
	return OK;
}

enum err copy_place_load(struct ledger *ledger, struct copy_place *ret_place)
{
	struct arena *arena = arena_new(1 << 16);
	struct bytes value;
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	err = ledger_get(ledger, key(), arena, &value);
	if (err == OK)
		err = parse(value, ret_place);
	arena_free(arena);
	return err;
}
