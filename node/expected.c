#include "node/expected.h"

#include <inttypes.h>

#include "node/change.h"
#include "node/find.h"

#define OF_ONE_BATCH 4096u /* more than one commit holds */

/* The newest record of a timeline, of this turn or before it; 0: there is none. */
static enum err newest_of(const struct turn *turn, uint64_t message, uint64_t *ret_number)
{
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	uint64_t numbers[OF_ONE_BATCH];
	size_t count = 0;
	enum err err = OK;

	turn_key_add_number(&from, message);
	if (turn->batch != NULL)
		count = batch_numbers(turn->batch, turn_key_bytes(&from), numbers, OF_ONE_BATCH);
	if (count == 0) {
		until = turn_key_after(&from);
		err = turn_scan_back(turn, &from, &until, numbers, 1, &count);
	}
	*ret_number = count == 0 ? 0 : numbers[count - 1];
	return err;
}

static const char *joined_key(const struct turn *turn, uint64_t root)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, root);

	return number == NULL ? NULL : find_text(turn, "joined", number, NULL);
}

enum err expected_joined(const struct turn *turn, const struct message *message)
{
	const struct find_entry entry = {.message = message->number, .document = message->document};
	const char *key;

	if (message->root == message->number)
		return OK;
	key = joined_key(turn, message->root);
	return key == NULL ? ERR_MEMORY : find_put(turn, key, &entry);
}

enum err expected_version(const struct turn *turn, const struct message *message,
			  uint64_t *ret_version)
{
	const char *key = joined_key(turn, message->root);
	struct find_entry joined = {.message = 0};
	uint64_t own = 0, of_root = 0;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &joined);

	if (err != OK && err != ERR_MISSING)
		return err;
	if ((err = newest_of(turn, message->number, &own)) != OK ||
	    (err = newest_of(turn, message->root, &of_root)) != OK)
		return err;
	*ret_version = own > of_root ? own : of_root;
	if (joined.message > *ret_version)
		*ret_version = joined.message;
	return OK;
}

enum err expected_hold(const struct turn *turn, struct intake *intake, bool *ret_changed)
{
	struct intake_expected *expected = &intake->expected;
	struct message message;
	struct caller caller;
	uint64_t version;
	enum err err;

	*ret_changed = false;
	if (expected->message[0] == '\0')
		return OK;
	err = change_message(turn, &intake->caller, expected->action, expected->message, &caller,
			     &message);
	if (err != OK || (err = expected_version(turn, &message, &version)) != OK)
		return err;
	expected->root = message.root;
	*ret_changed = version != expected->version;
	return *ret_changed ? ERR_CONFLICT : OK;
}
