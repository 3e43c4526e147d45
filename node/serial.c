#include "node/serial.h"

#include <string.h>

struct turn_key serial_key(int year, const char *office)
{
	struct turn_key key = turn_key(SPACE_COUNTER);
	uint8_t year_bytes[4];

	bytes_put_u32(year_bytes, (uint32_t)year);
	turn_key_add_bytes(&key, year_bytes, sizeof(year_bytes));
	turn_key_add_bytes(&key, office, strnlen(office, SERIAL_OFFICE_BYTES));
	return key;
}

enum err serial_last(const struct turn *turn, const char *office, int year, uint64_t *ret_last)
{
	struct turn_key key = serial_key(year, office);
	struct bytes stored;
	enum err err = turn_get(turn, &key, &stored);

	if (err == ERR_MISSING) {
		key = serial_key(year, "");
		err = turn_get(turn, &key, &stored);
	}
	if (err != OK && err != ERR_MISSING)
		return err;
	*ret_last = err == OK && stored.len == 8 ? bytes_get_u64(stored.at) : 0;
	return OK;
}

enum err serial_put(const struct turn *turn, const char *office, int year, uint64_t last)
{
	struct turn_key key = serial_key(year, office);
	uint8_t value[8];

	bytes_put_u64(value, last);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}
