#include "node/turned_away.h"

#include "messages/utf8.h"
#include "node/findings_json.h"
#include "node/sender.h"

/* A refusal always finds room in a record, also one because something is too long. */
static const char *short_reference(const struct turn *turn, const struct intake *intake)
{
	return arena_text(turn->arena, utf8_within(bytes_of_text(intake_fact(intake, "reference")),
						   LIMIT_NAME_BYTES));
}

/* For lists: no more of it than says to who lodged it which one it was. */
static enum err keep_refusal(const struct turn *turn, const struct intake *intake, uint64_t number)
{
	const char *reference = short_reference(turn, intake);
	struct message message = {.number = number,
				  .root = number,
				  .received_ms = turn->now_ms,
				  .state = MESSAGE_REFUSED,
				  .sender = arena_format(turn->arena, "party:%s", intake->party),
				  .registered = "",
				  .origin = "",
				  .document = hash_of(intake->document)};
	static const char *const kept[] = {"kind", "schema"};
	enum err err;

	if (message.sender == NULL || reference == NULL)
		return ERR_MEMORY;
	facts_init(&message.facts, turn->arena);
	err = facts_put(&message.facts, "reference", reference);
	for (size_t i = 0; err == OK && i < sizeof(kept) / sizeof(kept[0]); i++)
		err = facts_put(&message.facts, kept[i], intake_fact(intake, kept[i]));
	return err != OK ? err : message_save_refusal(turn, &message);
}

enum err turned_away_record(const struct turn *turn, const struct intake *intake,
			    const char *sha256, const char *code, uint64_t *ret_number)
{
	struct bytes findings = findings_json_format(&intake->findings, turn->arena);
	const char *reference = short_reference(turn, intake);
	const char *actor = arena_format(turn->arena, "party:%s", intake->party);
	const char *attributes[] = {
		"sha256", sha256, "kind", intake_fact(intake, "schema"), "reference", reference,
		"code",   code,   "by",   sender_by(turn, intake),       NULL};
	struct message_event event = {
		.event = "SubmissionRejection",
		.actor = actor,
		.attributes = attributes,
		.payload_role = {findings.len > 0 ? "findings" : NULL},
		.payload = {findings},
	};

	enum err err;

	if (actor == NULL || reference == NULL)
		return ERR_MEMORY;
	err = message_record(turn, 0, &event, ret_number);
	return err != OK ? err : keep_refusal(turn, intake, *ret_number);
}
