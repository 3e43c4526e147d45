#include "node/repeat.h"

#include "sampan/pack.h"

#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)
#define DIGEST_BYTES 16u
#define STATE_BYTES 64u
#define FORGET_AT_ONCE 8u /* more than one comes with each put, so the old ones run out */

static struct turn_key key_of(uint64_t day, const char *text)
{
	struct hash hash = hash_of(bytes_of_text(text));
	struct turn_key key = turn_key(SPACE_REPEAT);

	turn_key_add_number(&key, day);
	turn_key_add_bytes(&key, hash.at, DIGEST_BYTES);
	return key;
}

static enum err parse(const struct turn *turn, struct bytes value, struct repeat *ret)
{
	struct unpack from;
	const uint8_t *request;

	unpack_init(&from, value);
	request = unpack_fixed(&from, HASH_BYTES);
	ret->verdict = unpack_u8(&from);
	ret->number = unpack_u64(&from);
	ret->state = unpack_text(&from, turn->arena);
	if (unpack_end(&from) != OK || request == NULL)
		return ERR_CORRUPT;
	memcpy(ret->request.at, request, HASH_BYTES);
	return OK;
}

enum err repeat_find(const struct turn *turn, const struct repeat_ask *ask, struct repeat *ret)
{
	uint64_t today = turn->now_ms / DAY_MS;
	struct bytes value = {0};
	struct repeat found;
	enum err err = ERR_MISSING;

	if (ask->key[0] == '\0')
		return ERR_MISSING;
	for (uint64_t back = 0; err == ERR_MISSING && back < 2 && back <= today; back++) {
		struct turn_key key = key_of(today - back, ask->key);

		err = turn_get(turn, &key, &value);
	}
	if (err != OK || (err = parse(turn, value, &found)) != OK)
		return err;
	if (!hash_equal(&found.request, &ask->request))
		return ERR_EXISTS;
	*ret = found;
	return OK;
}

struct forgetting {
	struct turn_key keys[FORGET_AT_ONCE];
	size_t count;
};

static bool note(void *context, struct bytes key, struct bytes value)
{
	struct forgetting *forgetting = context;

	(void)value;
	if (key.len <= TURN_KEY_BYTES) {
		struct turn_key *old = &forgetting->keys[forgetting->count++];

		memcpy(old->at, key.at, key.len);
		old->len = key.len;
	}
	return forgetting->count < FORGET_AT_ONCE;
}

static enum err forget(const struct turn *turn)
{
	uint64_t today = turn->now_ms / DAY_MS;
	struct turn_key from = turn_key(SPACE_REPEAT), until = turn_key(SPACE_REPEAT);
	struct forgetting forgetting = {.count = 0};
	enum err err;

	turn_key_add_number(&until, today == 0 ? 0 : today - 1);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false, note,
			  &forgetting);
	for (size_t i = 0; err == OK && i < forgetting.count; i++)
		err = batch_delete(turn->batch, turn_key_bytes(&forgetting.keys[i]));
	return err;
}

enum err repeat_put(const struct turn *turn, const struct repeat_ask *ask, uint8_t verdict,
		    uint64_t number, const char *state)
{
	struct turn_key key = key_of(turn->now_ms / DAY_MS, ask->key);
	struct buffer value;
	enum err err;

	if (ask->key[0] == '\0')
		return OK;
	buffer_init(&value, HASH_BYTES + 1 + 8 + 4 + STATE_BYTES);
	pack_fixed(&value, ask->request.at, HASH_BYTES);
	pack_u8(&value, verdict);
	pack_u64(&value, number);
	pack_text(&value, state);
	err = buffer_error(&value);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&value));
	buffer_clear(&value);
	return err == OK ? forget(turn) : err;
}

void repeat_pack(struct buffer *to, const struct repeat_ask *ask)
{
	pack_text(to, ask->key == NULL ? "" : ask->key);
	pack_fixed(to, ask->request.at, HASH_BYTES);
}

void repeat_unpack(struct unpack *from, struct arena *arena, struct repeat_ask *ret)
{
	const uint8_t *request;

	ret->key = unpack_text(from, arena);
	request = unpack_fixed(from, HASH_BYTES);
	if (request != NULL)
		memcpy(ret->request.at, request, HASH_BYTES);
}
