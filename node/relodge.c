#include "node/relodge.h"

#include <inttypes.h>
#include <string.h>

#include "node/find.h"
#include "node/sender.h"
#include "node/tie.h"

static const char *key_of(const struct turn *turn, const struct intake *intake,
			  const struct message *message)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, message->number);

	return number == NULL ? NULL : find_text(turn, "again", number, intake->party, NULL);
}

enum err relodge_is_known(const struct turn *turn, const struct intake *intake,
			  const struct message *message, bool *ret_is_known)
{
	const char *key;
	struct find_entry entry;
	enum err err;

	*ret_is_known = strncmp(message->sender, "party:", 6) == 0 &&
			strcmp(message->sender + 6, intake->party) == 0;
	if (*ret_is_known)
		return OK;
	key = key_of(turn, intake, message);
	err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);
	*ret_is_known = err == OK;
	return err == ERR_MISSING ? OK : err;
}

enum err relodge_record(const struct turn *turn, const struct intake *intake,
			const struct message *message)
{
	const struct find_entry entry = {.message = message->number, .document = message->document};
	const char *attributes[] = {"by", sender_by(turn, intake), NULL};
	const struct message_event event = {
		.event = "LodgedAgain",
		.actor = arena_format(turn->arena, "party:%s", intake->party),
		.attributes = attributes,
	};
	const char *key = key_of(turn, intake, message);
	uint64_t ignored;
	enum err err;

	if (key == NULL || event.actor == NULL)
		return ERR_MEMORY;
	if ((err = message_record(turn, message->number, &event, &ignored)) != OK ||
	    (err = find_put(turn, key, &entry)) != OK)
		return err;
	return tie_put_reference(turn, intake, &entry, strcmp(message->state, "parked") == 0);
}
