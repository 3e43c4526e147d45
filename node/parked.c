#include "node/parked.h"

#include "node/objection.h"
#include "sampan/hash.h"

#define DIGEST_BYTES 16u
#define DAY_MS (24ull * 3600 * 1000)

/* Among the desk's counters, where no year is: the day and how many in it. */
static struct turn_key key_of(const char *party)
{
	struct hash hash = hash_of(bytes_of_text(party));
	struct turn_key key = turn_key(SPACE_COUNTER);
	const uint8_t no_year[4] = {0};

	turn_key_add_bytes(&key, no_year, sizeof(no_year));
	turn_key_add_bytes(&key, hash.at, DIGEST_BYTES);
	return key;
}

enum err parked_count(const struct turn *turn, const char *party, struct findings *findings)
{
	struct turn_key key = key_of(party);
	uint32_t today = (uint32_t)(turn->now_ms / DAY_MS), count = 0;
	struct bytes stored;
	uint8_t value[8];
	enum err err = turn_get(turn, &key, &stored);

	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK && stored.len == sizeof(value) && bytes_get_u32(stored.at) == today)
		count = bytes_get_u32(stored.at + 4);
	if (count >= PARKED_A_DAY)
		return objection_put(findings, OBJECTION_PARKED_TOO_MANY, party);
	bytes_put_u32(value, today);
	bytes_put_u32(value + 4, count + 1);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}
