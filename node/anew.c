#include "node/anew.h"

struct turn_key anew_key(const struct turn *turn, enum space space, const struct hash *hash,
			 uint64_t epoch)
{
	uint64_t base = ledger_base(turn->ledger, epoch);
	struct turn_key key = turn_key(space);

	turn_key_add_bytes(&key, hash->at, HASH_BYTES);
	if (base > 0)
		turn_key_add_number(&key, base);
	return key;
}

/* Behind the last space of a text. */
static uint64_t number_behind(struct bytes text)
{
	uint64_t number = 0;
	size_t at = text.len;

	while (at > 0 && text.at[at - 1] != ' ')
		at--;
	for (; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++)
		number = number * 10 + (uint64_t)(text.at[at] - '0');
	return number;
}

uint64_t anew_number(enum space space, struct bytes value)
{
	if (space == SPACE_SIGNER)
		return number_behind(value);
	return value.len == 8 ? bytes_get_u64(value.at) : 0;
}

enum err anew_find(const struct turn *turn, enum space space, const struct hash *hash,
		   uint64_t epoch, struct bytes *ret_value, uint64_t *ret_number)
{
	struct turn_key key = anew_key(turn, space, hash, epoch);
	enum err err = turn_get(turn, &key, ret_value);

	if (err == ERR_MISSING) {
		key = anew_key(turn, space, hash, 1);
		err = turn_get(turn, &key, ret_value);
	}
	if (err != OK)
		return err;
	*ret_number = anew_number(space, *ret_value);
	return *ret_number > 0 && ledger_epoch_of(turn->ledger, *ret_number) == epoch ? OK
										      : ERR_MISSING;
}
