#include "node/expected.h"

#include <inttypes.h>

#include "node/change.h"
#include "node/clerk_view.h"
#include "node/find.h"

#define OF_ONE_BATCH 4096u /* more than one commit holds */

/* Also one of this turn. */
static enum err load_record(const struct turn *turn, uint64_t number, struct record *ret_record)
{
	struct turn_key key = turn_key(SPACE_RECORD);
	struct bytes leaf;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &leaf)) == OK)
		err = record_parse(leaf, turn->arena, ret_record);
	return err == ERR_MISSING || err == ERR_FORMAT ? ERR_CORRUPT : err;
}

/* The newest of this turn's records of the timeline that is shown; 0: none is. */
static enum err newest_of_turn(const struct clerk_view *view, uint64_t message,
			       uint64_t *ret_number)
{
	struct turn_key from = turn_key(SPACE_TIMELINE);
	uint64_t numbers[OF_ONE_BATCH];
	size_t count = 0;

	turn_key_add_number(&from, message);
	if (view->turn->batch != NULL)
		count = batch_numbers(view->turn->batch, turn_key_bytes(&from), numbers,
				      OF_ONE_BATCH);
	for (; count > 0; count--) {
		struct record record;
		enum err err = load_record(view->turn, numbers[count - 1], &record);

		if (err != OK)
			return err;
		if (clerk_view_is_shown(view, &record)) {
			*ret_number = record.number;
			return OK;
		}
	}
	*ret_number = 0;
	return OK;
}

static bool is_shown(const void *context, const struct record *record)
{
	return clerk_view_is_shown(context, record);
}

/* The newest record of a timeline that is shown, of this turn or before it; 0: there is none. */
static enum err newest_of(const struct clerk_view *view, uint64_t message, uint64_t *ret_number)
{
	struct record record = {.number = 0};
	enum err err = newest_of_turn(view, message, ret_number);

	if (err != OK || *ret_number != 0)
		return err;
	err = message_find_record(view->turn, message, is_shown, view, &record);
	if (err == OK)
		*ret_number = record.number;
	return err == ERR_MISSING ? OK : err;
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

enum err expected_version(const struct turn *turn, const struct caller *caller,
			  const struct message *message, uint64_t *ret_version)
{
	const struct clerk_view view = {
		.turn = turn, .is_staff = access_may_ever(caller, ACCESS_AUDIT), .caller = caller};
	const char *key = joined_key(turn, message->root);
	struct find_entry joined = {.message = 0};
	uint64_t own = 0, of_root = 0;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &joined);

	if (err != OK && err != ERR_MISSING)
		return err;
	if ((err = newest_of(&view, message->number, &own)) != OK ||
	    (err = newest_of(&view, message->root, &of_root)) != OK)
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
	if (err != OK || (err = expected_version(turn, &caller, &message, &version)) != OK)
		return err;
	expected->root = message.root;
	*ret_changed = version != expected->version;
	return *ret_changed ? ERR_CONFLICT : OK;
}
