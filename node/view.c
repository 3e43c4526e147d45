#include "node/view.h"
#include <inttypes.h>
#include <string.h>

#include "node/json_time.h"
#include "node/outcome.h"

const char *view_stage_name(enum delivery_stage stage)
{
	switch (stage) {
	case STAGE_TRANSLATE:
		return "translate";
	case STAGE_SIGN:
		return "sign";
	case STAGE_SEND:
		return "send";
	case STAGE_SENT:
		return "sent";
	case STAGE_HAND_OVER:
		return "hand-over";
	case STAGE_LODGE:
		return "lodge";
	case STAGE_HELD:
		return "held";
	case STAGE_DONE:
		return "done";
	case STAGE_CHECK:
		return "check";
	case STAGE_REGISTER:
		return "register";
	}
	return "unknown";
}

static json_t *facts_new(const struct facts *facts)
{
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < facts->count; i++)
		(void)json_object_set_new(object, facts->items[i].name,
					  json_string(facts->items[i].value));
	return object;
}

const char *view_waits_for(const struct turn *turn, const struct message *message)
{
	const char *kind = facts_get_or_empty(&message->facts, "kind");
	const struct config *config = turn->config;

	if (strcmp(facts_get_or_empty(&message->facts, "life"), "certificate") != 0 ||
	    strcmp(message->state, "issued") != 0)
		return "";
	for (size_t i = 0; config != NULL && i < config->route_count; i++)
		if (strcmp(config->routes[i].kind, kind) == 0 &&
		    strcmp(config->routes[i].on, "authorised") == 0)
			return "exporter";
	return "";
}

json_t *view_message_new(const struct turn *turn, const struct message *message)
{
	char id[MESSAGE_ID_BYTES], root[MESSAGE_ID_BYTES], document[HASH_HEX_BYTES];

	message_format_id(turn, message->number, id);
	message_format_id(turn, message->root, root);
	hash_format_hex(&message->document, document);
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o?, s:o?, s:o?, s:i, s:i, s:o?}",
		"id", id, "conversation", root, "kind", facts_get_or_empty(&message->facts, "kind"),
		"reference", facts_get_or_empty(&message->facts, "reference"), "state",
		message->state, "waitsFor", view_waits_for(turn, message), "sender",
		message->sender, "number", message->registered, "sha256", document, "received",
		json_time_new(message->received_ms), "due", json_time_new(message->due_ms),
		"closed", json_time_new(message->closed_ms), "owed", (int)message->owed,
		"delivered", (int)message->delivered, "facts", facts_new(&message->facts));
}

/*
 * The payload "findings" of a record, as it was recorded. NULL: it has none, or it cannot be read.
 */
static json_t *findings_new(const struct turn *turn, const struct record *record)
{
	struct bytes payload;

	for (size_t i = 0; i < record->payload_count; i++)
		if (strcmp(record->payloads[i].role, "findings") == 0 &&
		    ledger_payload(turn->ledger, record->number, i, turn->arena, &payload) == OK)
			return json_loadb((const char *)payload.at, payload.len, 0, NULL);
	return NULL;
}

static bool is_held(const void *context, const struct record *record)
{
	return strcmp(record->event, "DeliveryHeld") == 0 &&
	       strcmp(facts_get_or_empty(&record->attributes, "delivery"), context) == 0;
}

/* Why a delivery is held: the findings of the newest DeliveryHeld in its message's timeline. NULL: none. */
static json_t *held_findings_new(const struct turn *turn, const struct delivery *delivery)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, delivery->number);
	struct record record;

	if (number == NULL ||
	    message_find_record(turn, delivery->message, is_held, number, &record) != OK)
		return NULL;
	return findings_new(turn, &record);
}

/* What an operator keeps back has nothing wrong with it. */
static bool has_findings(const struct delivery *delivery)
{
	return delivery->stage == STAGE_HELD && strcmp(delivery->why, OUTCOME_KEPT_BACK) != 0;
}

json_t *view_delivery_new(const struct turn *turn, const struct delivery *delivery)
{
	char id[MESSAGE_ID_BYTES];

	message_format_id(turn, delivery->message, id);
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o?, s:o*}", "delivery",
			 (json_int_t)delivery->number, "message", id, "route", delivery->route,
			 "to", delivery->to, "kind", delivery->from_kind, "as", delivery->as,
			 "stage", view_stage_name(delivery->stage), "why", delivery->why, "stream",
			 (json_int_t)delivery->stream_number, "since",
			 json_time_new(delivery->changed_ms), "findings",
			 has_findings(delivery) ? held_findings_new(turn, delivery) : NULL);
}

/* As it was owed; without the record only its number is known. */
static json_t *damaged_new(const struct turn *turn, uint64_t number)
{
	struct record record = {.time_ms = 1};
	struct delivery delivery = {.number = number, .from_kind = "", .why = "damaged"};
	json_t *json;

	facts_init(&record.attributes, turn->arena);
	(void)ledger_record(turn->ledger, number, turn->arena, &record, NULL);
	delivery.message = record.message;
	delivery.route = facts_get_or_empty(&record.attributes, "route");
	delivery.to = facts_get_or_empty(&record.attributes, "to");
	delivery.as = facts_get_or_empty(&record.attributes, "as");
	delivery.changed_ms = record.time_ms;
	json = view_delivery_new(turn, &delivery);
	if (json != NULL && record.message == 0)
		(void)json_object_set_new(json, "message", json_string(""));
	return json;
}

enum err view_put_delivery(const struct turn *turn, uint64_t number, json_t *list)
{
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK && !turn_is_bad_value(err))
		return err;
	return json_array_append_new(list, err == OK ? view_delivery_new(turn, &delivery)
						     : damaged_new(turn, number)) == 0
		       ? OK
		       : ERR_MEMORY;
}

json_t *view_record_new(const struct turn *turn, const struct record *record)
{
	return json_pack("{s:I, s:o?, s:s, s:s, s:o?, s:o*}", "number", (json_int_t)record->number,
			 "time", json_time_new(record->time_ms), "event", record->event, "actor",
			 record->actor, "attributes", facts_new(&record->attributes), "findings",
			 findings_new(turn, record));
}
