#include "node/witness_record.h"

#include <inttypes.h>

#include "node/message.h"

enum err witness_record_put(const struct turn *turn, const struct witness_record *record,
			    uint64_t ret_sizes[2], uint64_t *ret_number)
{
	bool is_alarm = record->verdict != WITNESS_RESTORED;
	struct checkpoint before = {.size = 0}, now = {.size = 0};
	const char *sizes[2];

	if (checkpoint_parse(record->seen, &before) != OK ||
	    checkpoint_parse(record->shown, &now) != OK)
		return ERR_FORMAT;
	sizes[0] = arena_format(turn->arena, "%s %" PRIu64, before.origin, before.size);
	sizes[1] = arena_format(turn->arena, "%s %" PRIu64, now.origin, now.size);
	if (sizes[0] == NULL || sizes[1] == NULL)
		return ERR_MEMORY;
	const char *attributes[] = {
		"partner", record->partner, "what",  witness_verdict_word(record->verdict),
		"seen",    sizes[0],        "shown", sizes[1],
		NULL};
	const struct message_event event = {
		.event = is_alarm ? "PartnerAlarm" : "PartnerRestored",
		.actor = "node",
		.attributes = attributes,
		.payload_role = {"checkpoint", "checkpoint", is_alarm ? NULL : "word"},
		.payload = {record->seen, record->shown, record->word}};

	ret_sizes[0] = before.size;
	ret_sizes[1] = now.size;
	return message_record(turn, 0, &event, ret_number);
}
