#include "node/by_state.h"

#include "node/glance.h"

#define DIGEST_BYTES 8u
#define STEP_MESSAGES 1000u
#define WHOLE UINT64_MAX

static struct turn_key prefix_of(struct bytes state)
{
	struct hash hash = hash_of(state);
	struct turn_key key = turn_key(SPACE_STATE);

	turn_key_add_bytes(&key, hash.at, DIGEST_BYTES);
	return key;
}

struct turn_key by_state_key(struct bytes state, uint64_t number)
{
	struct turn_key key = prefix_of(state);

	turn_key_add_number(&key, number);
	return key;
}

enum err by_state_move(const struct turn *turn, struct bytes from, struct bytes to, uint64_t number)
{
	struct turn_key key;
	enum err err = OK;

	if (bytes_equal(from, to))
		return OK;
	if (from.len > 0) {
		key = by_state_key(from, number);
		err = batch_delete(turn->batch, turn_key_bytes(&key));
	}
	key = by_state_key(to, number);
	return err != OK ? err : batch_put(turn->batch, turn_key_bytes(&key), (struct bytes){0});
}

enum err by_state_numbers(const struct turn *turn, const char *state, uint64_t before,
			  uint64_t *ret_numbers, size_t max_count, size_t *ret_count)
{
	struct turn_key from = prefix_of(bytes_of_text(state)), until = turn_key_after(&from);

	if (before != 0)
		until = by_state_key(bytes_of_text(state), before);
	return turn_scan_back(turn, &from, &until, ret_numbers, max_count, ret_count);
}

/* ---- Making it whole ---- */

/* Under the space's byte alone: up to which message it is, WHOLE at the end. */
static enum err read_mark(const struct turn *turn, uint64_t *ret_mark)
{
	struct turn_key key = turn_key(SPACE_STATE);
	struct bytes value;
	enum err err = turn_get(turn, &key, &value);

	*ret_mark = err == OK && value.len == 8 ? bytes_get_u64(value.at) : 0;
	return err == ERR_MISSING || turn_is_bad_value(err) ? OK : err;
}

static enum err put_mark(const struct turn *turn, uint64_t mark)
{
	struct turn_key key = turn_key(SPACE_STATE);
	uint8_t value[8];

	bytes_put_u64(value, mark);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

enum err by_state_is_whole(const struct turn *turn, bool *ret_is_whole)
{
	uint64_t mark = 0;
	enum err err = read_mark(turn, &mark);

	*ret_is_whole = err == OK && mark == WHOLE;
	return err;
}

/* As this turn left it. One that cannot be read is in no list. */
static enum err put_one(const struct turn *turn, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct glance glance;
	struct bytes stored;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &stored)) == OK)
		err = glance_read(stored, &glance);
	if (err == OK)
		err = by_state_move(turn, (struct bytes){0}, glance.state, number);
	return err == ERR_MISSING || turn_is_bad_value(err) ? OK : err;
}

enum err by_state_step(const struct turn *turn, bool *ret_more)
{
	struct turn_key from = turn_key(SPACE_MESSAGE), until = turn_key_after(&from);
	uint64_t numbers[STEP_MESSAGES], mark = 0;
	size_t count = 0;
	enum err err = read_mark(turn, &mark);

	*ret_more = false;
	if (err != OK || mark == WHOLE)
		return err;
	turn_key_add_number(&from, mark + 1);
	err = turn_scan(turn, &from, &until, numbers, STEP_MESSAGES, &count);
	for (size_t i = 0; err == OK && i < count; i++)
		err = put_one(turn, numbers[i]);
	*ret_more = count == STEP_MESSAGES;
	return err != OK ? err : put_mark(turn, *ret_more ? numbers[count - 1] : WHOLE);
}
