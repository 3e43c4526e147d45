#include "node/turn.h"

#include <assert.h>
#include <string.h>

struct turn_key turn_key(enum space space)
{
	struct turn_key key = {.len = 1};

	key.at[0] = (uint8_t)space;
	return key;
}

void turn_key_add_number(struct turn_key *key, uint64_t number)
{
	uint8_t at[8];

	bytes_put_u64(at, number);
	turn_key_add_bytes(key, at, sizeof(at));
}

void turn_key_add_bytes(struct turn_key *key, const void *at, size_t len)
{
	assert(len <= TURN_KEY_BYTES - key->len);
	memcpy(key->at + key->len, at, len);
	key->len += len;
}

struct bytes turn_key_bytes(const struct turn_key *key)
{
	return bytes_of(key->at, key->len);
}

enum err turn_get(const struct turn *turn, const struct turn_key *key, struct bytes *ret_value)
{
	if (turn->batch != NULL)
		return batch_get(turn->batch, turn_key_bytes(key), turn->arena, ret_value);
	return ledger_get(turn->ledger, turn_key_bytes(key), turn->arena, ret_value);
}

struct turn_key turn_key_after(const struct turn_key *prefix)
{
	struct turn_key key = *prefix;

	while (key.len > 0 && key.at[key.len - 1] == 0xFF)
		key.len--;
	assert(key.len > 0);
	key.at[key.len - 1]++;
	return key;
}

bool turn_is_bad_value(enum err err)
{
	return err == ERR_CORRUPT || err == ERR_FORMAT || err == ERR_VERSION ||
	       err == ERR_MISSING || err == ERR_LIMIT;
}

struct collecting {
	uint64_t *numbers;
	size_t count;
	size_t max_count;
};

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct collecting *collecting = context;

	(void)value;
	if (key.len >= 9)
		collecting->numbers[collecting->count++] = bytes_get_u64(key.at + key.len - 8);
	return collecting->count < collecting->max_count;
}

static enum err scan(const struct turn *turn, const struct turn_key *from,
		     const struct turn_key *until, bool is_backwards, struct collecting *collecting)
{
	return collecting->max_count == 0
		       ? OK
		       : ledger_scan(turn->ledger, turn_key_bytes(from), turn_key_bytes(until),
				     is_backwards, collect, collecting);
}

enum err turn_scan(const struct turn *turn, const struct turn_key *from,
		   const struct turn_key *until, uint64_t *ret_numbers, size_t max_count,
		   size_t *ret_count)
{
	struct collecting collecting = {.numbers = ret_numbers, .max_count = max_count};
	enum err err = scan(turn, from, until, false, &collecting);

	if (err == OK)
		*ret_count = collecting.count;
	return err;
}

enum err turn_scan_back(const struct turn *turn, const struct turn_key *from,
			const struct turn_key *until, uint64_t *ret_numbers, size_t max_count,
			size_t *ret_count)
{
	struct collecting collecting = {.numbers = ret_numbers, .max_count = max_count};
	enum err err = scan(turn, from, until, true, &collecting);

	if (err == OK)
		*ret_count = collecting.count;
	return err;
}
