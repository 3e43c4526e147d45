#include "node/arrival.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/by_hand.h"
#include "node/decision.h"
#include "node/delivery.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/findings_json.h"
#include "node/named.h"
#include "node/notice.h"
#include "node/objection.h"
#include "node/pair.h"
#include "node/signed.h"

#define MAX_CRASHES 3

static enum err put_facts(const struct parcel *parcel, struct facts *facts)
{
	enum err err = facts_put(facts, "kind", parcel->kind);

	if (err == OK)
		err = facts_put(facts, "life", "arrival");
	return err == OK ? facts_put(facts, "conversation", parcel->root) : err;
}

/* The record of its arrival; message->number is set. */
static enum err record(const struct turn *turn, const struct parcel *parcel,
		       struct message *message)
{
	const char *attributes[] = {"kind",         parcel->kind, "origin", message->origin,
				    "conversation", parcel->root, NULL};
	struct message_event event = {.event = "RelayAcceptance",
				      .actor = message->sender,
				      .attributes = attributes,
				      .payload_role = {"document"},
				      .payload = {parcel->document}};
	enum err err = message_record(turn, 0, &event, &message->number);

	message->root = message->number;
	return err;
}

static enum err init(const struct turn *turn, const char *partner, const struct parcel *parcel,
		     const char *origin, struct message *ret_message)
{
	*ret_message = (struct message){
		.received_ms = turn->now_ms,
		.state = life_step("arrival", "", LIFE_RECEIVED),
		.sender = arena_format(turn->arena, "partner:%s", partner),
		.registered = "",
		.origin = origin,
		.document = hash_of(parcel->document),
	};
	facts_init(&ret_message->facts, turn->arena);
	return ret_message->sender == NULL ? ERR_MEMORY : put_facts(parcel, &ret_message->facts);
}

/* People find it by the sender's id, unless something of ours is found by that. */
static enum err put_find(const struct turn *turn, const char *id, const struct find_entry *entry)
{
	const char *key = find_text(turn, "find", id, NULL);
	struct find_entry other;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &other);

	return err == ERR_MISSING ? find_put(turn, key, entry) : err;
}

static enum err begin(const struct turn *turn, const char *key, const struct parcel *parcel,
		      struct message *message)
{
	struct find_entry entry = {.document = message->document};
	enum err err = record(turn, parcel, message);

	entry.message = message->number;
	if (err != OK || (err = find_put(turn, key, &entry)) != OK ||
	    (err = put_find(turn, parcel->message, &entry)) != OK ||
	    (err = message_save(turn, message)) != OK)
		return err;
	return delivery_enqueue(turn, STAGE_CHECK, "", message->number);
}

static enum err set_aside(const struct turn *turn, struct message *message,
			  const struct findings *findings)
{
	struct bytes json = findings_json_format(findings, turn->arena);
	const char *attributes[] = {"code", findings->count > 0 ? findings->items[0].code : "",
				    NULL};
	struct message_event event = {.event = "RelayRejection",
				      .actor = "node",
				      .attributes = attributes,
				      .payload_role = {json.len > 0 ? "findings" : NULL},
				      .payload = {json}};
	uint64_t number;
	enum err err = message_record(turn, message->number, &event, &number);

	if (err != OK)
		return err;
	message->state = life_step("arrival", "received", LIFE_SET_ASIDE);
	return message_save(turn, message);
}

/* Other bytes under the name of a parcel that came before: kept, since the frame is acknowledged,
 * and never acted on. */
static enum err keep_other(const struct turn *turn, const struct parcel *parcel,
			   struct message *message)
{
	struct findings findings;
	enum err err = record(turn, parcel, message);

	findings_init(&findings, turn->arena);
	if (err == OK)
		err = objection_put(&findings, OBJECTION_IDENTITY_USED, message->origin);
	return err == OK ? set_aside(turn, message, &findings) : err;
}

enum err arrival_begin(const struct turn *turn, const char *partner, const struct parcel *parcel,
		       uint64_t *ret_message)
{
	const char *origin =
		arena_format(turn->arena, "%s/%" PRIu64, parcel->message, parcel->delivery);
	const char *key = origin == NULL ? NULL : find_text(turn, "arrival", partner, origin, NULL);
	struct find_entry entry;
	struct message message;
	enum err err = key == NULL ? ERR_MEMORY : init(turn, partner, parcel, origin, &message);

	if (err != OK)
		return err;
	err = find_get(turn, key, &entry);
	if (err == ERR_MISSING)
		err = begin(turn, key, parcel, &message);
	else if (err == OK && hash_equal(&entry.document, &message.document))
		message.number = entry.message;
	else if (err == OK)
		err = keep_other(turn, parcel, &message);
	if (err == OK)
		*ret_message = message.number;
	return err;
}

/* The facts of the kind join those of the parcel; life stays that of an arrival. */
static enum err add_facts(struct message *message, const struct facts *facts)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < facts->count; i++)
		if (strcmp(facts->items[i].name, "life") != 0)
			err = facts_put(&message->facts, facts->items[i].name,
					facts->items[i].value);
	return err;
}

/* What it is, is known now: a certificate leads another life from here. */
static enum err change_life(struct message *message)
{
	const char *life = facts_get_or_empty(&message->facts, "arrivesAs");

	return life[0] == '\0' ? OK : facts_put(&message->facts, "life", life);
}

/*
 * A partner sends what stands under its own law; a certificate of a third country is not its to
 * send.
 */
static bool speaks_for_another(const struct message *message, const struct facts *facts)
{
	const char *country = facts_get_or_empty(facts, "country");

	return country[0] != '\0' && strncmp(message->sender, "partner:", 8) == 0 &&
	       strcmp(country, message->sender + 8) != 0;
}

/* It speaks of nothing that is here: kept and reported, never acted on (flows.md, Routes). */
static enum err park(const struct turn *turn, struct message *message, struct findings *findings)
{
	const char *original = facts_get_or_empty(&message->facts, "certificate");
	struct bytes json;
	uint64_t ignored;
	enum err err;

	if (original[0] == '\0')
		original = facts_get_or_empty(&message->facts, "original");
	if ((err = objection_put(findings, OBJECTION_ORIGINAL_UNKNOWN, original)) != OK)
		return err;
	json = findings_json_format(findings, turn->arena);
	struct message_event event = {.event = "ArrivalParked",
				      .actor = "node",
				      .payload_role = {json.len > 0 ? "findings" : NULL},
				      .payload = {json}};

	if ((err = message_record(turn, message->number, &event, &ignored)) != OK)
		return err;
	message->state = life_step("arrival", "received", LIFE_PARKED);
	if ((err = notice_wait(turn, message)) != OK ||
	    (err = delivery_owe(turn, message, LIFE_PARKED)) != OK)
		return err;
	return message_save(turn, message);
}

/* In order: what it speaks of is told, and who is owed it. */
static enum err take(const struct turn *turn, struct message *message, enum life_event happened)
{
	const char *certificate = facts_get_or_empty(&message->facts, "signature.certificate");
	const char *attributes[] = {"kind", facts_get_or_empty(&message->facts, "schema"),
				    "signedBy", certificate, NULL};
	struct message_event event = {
		.event = "ArrivalChecked",
		.actor = "node",
		.attributes = signed_attributes(&message->facts, attributes, turn->arena)};
	struct findings none;
	uint64_t ignored;
	enum err err;

	findings_init(&none, turn->arena);
	if (event.attributes == NULL)
		return ERR_MEMORY;
	if ((err = message_record(turn, message->number, &event, &ignored)) != OK)
		return err;
	err = notice_is(&message->facts) ? decision_act(turn, message, &none)
					 : notice_remember(turn, message);
	message->state = life_step("arrival", message->state, LIFE_CHECKED);
	if (err == OK && message->state != NULL)
		err = change_life(message);
	if (err == OK &&
	    strcmp(facts_get_or_empty(&message->facts, "life"), "foreign-certificate") == 0 &&
	    (err = by_hand_cover(turn, message)) == OK)
		err = pair_certificate(turn, message);
	if (err == OK)
		err = expiry_watch(turn, message);
	if (err != OK || (err = delivery_owe(turn, message, happened)) != OK)
		return err;
	return message_save(turn, message);
}

static enum err take_notice(const struct turn *turn, struct message *message,
			    const struct message *root)
{
	message->root = root->number;
	return take(turn, message,
		    strncmp(root->sender, "party:", 6) == 0 ? LIFE_FOLLOWED : LIFE_RECEIVED);
}

/* A notice of it may have been read before it was. */
static enum err take_original(const struct turn *turn, struct message *message)
{
	struct message notice, root;
	enum err err = take(turn, message, LIFE_RECEIVED);

	if (err == OK && (err = notice_waiting(turn, message, &notice)) == OK &&
	    (err = notice_find(turn, &notice, &root)) == OK)
		err = take_notice(turn, &notice, &root);
	return err == ERR_MISSING ? OK : err;
}

enum err arrival_hear(const struct turn *turn, struct message *paper)
{
	struct message notice;
	enum err err = notice_waiting_for_paper(turn, paper, &notice);

	if (err == ERR_MISSING || (err == OK && !notice_fits(&notice.facts, &paper->facts)))
		return OK;
	if (err != OK || (err = take_notice(turn, &notice, paper)) != OK)
		return err;
	return message_load(turn, paper->number, paper);
}

static enum err take_or_park(const struct turn *turn, struct message *message,
			     struct findings *findings)
{
	struct message root;
	enum err err;

	if (!notice_is(&message->facts))
		return take_original(turn, message);
	err = notice_find(turn, message, &root);
	if (err == ERR_MISSING)
		return park(turn, message, findings);
	if (err != OK)
		return err;
	return take_notice(turn, message, &root);
}

static enum err object(const struct turn *turn, const struct message *message,
		       const struct facts *facts, struct findings *findings)
{
	const char *kind = facts_get_or_empty(facts, "kind");

	if (findings_has_errors(findings))
		return OK;
	if (strcmp(kind, facts_get_or_empty(&message->facts, "kind")) != 0)
		return objection_put(findings, OBJECTION_KIND_MISMATCH, kind);
	if (!delivery_is_expected(turn, kind))
		return objection_put(findings, OBJECTION_NO_AGREEMENT, kind);
	if (speaks_for_another(message, facts))
		return objection_put(findings, OBJECTION_WRONG_COUNTRY,
				     facts_get_or_empty(facts, "country"));
	return strncmp(message->sender, "partner:", 8) == 0
		       ? signed_object_to_partner(facts, message->sender, findings)
		       : OK;
}

enum err arrival_recover(const struct turn *turn, uint64_t number, struct message *ret_message)
{
	struct message message = {.number = number,
				  .root = number,
				  .state = life_step("arrival", "", LIFE_RECEIVED),
				  .registered = ""};
	struct parcel parcel = {0};
	struct record record;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);

	if (err != OK)
		return err;
	if (strcmp(record.event, "RelayAcceptance") != 0 || record.payload_count == 0)
		return ERR_MISSING;
	message.received_ms = record.time_ms;
	message.sender = record.actor;
	message.origin = facts_get_or_empty(&record.attributes, "origin");
	message.document = record.payloads[0].hash;
	facts_init(&message.facts, turn->arena);
	parcel.kind = facts_get_or_empty(&record.attributes, "kind");
	parcel.root = facts_get_or_empty(&record.attributes, "conversation");
	if ((err = put_facts(&parcel, &message.facts)) == OK)
		*ret_message = message;
	return err;
}

static enum err load(const struct turn *turn, uint64_t number, struct message *ret_message)
{
	enum err err = message_load(turn, number, ret_message);

	return turn_is_bad_value(err) ? arrival_recover(turn, number, ret_message) : err;
}

enum err arrival_checked(const struct turn *turn, uint64_t number, const struct facts *facts,
			 struct findings *findings)
{
	struct message message;
	enum err err = load(turn, number, &message);

	if (err != OK || strcmp(message.state, "received") != 0)
		return err; /* checked before: the answer was lost on the way */
	if ((err = delivery_dequeue(turn, STAGE_CHECK, "", number)) != OK ||
	    (err = object(turn, &message, facts, findings)) != OK)
		return err;
	if (findings_has_errors(findings))
		return set_aside(turn, &message, findings);
	if ((err = add_facts(&message, facts)) != OK ||
	    (err = named_put(turn, &message, NULL)) != OK)
		return err;
	return take_or_park(turn, &message, findings);
}

enum err arrival_crashed(const struct turn *turn, uint64_t number, bool *ret_is_again)
{
	struct findings findings;
	struct message message;
	const char *crashes;
	long count;
	enum err err = load(turn, number, &message);

	*ret_is_again = false;
	if (err != OK || strcmp(message.state, "received") != 0)
		return err;
	count = strtol(facts_get_or_empty(&message.facts, "crashes"), NULL, 10) + 1;
	crashes = arena_format(turn->arena, "%ld", count);
	if ((err = crashes == NULL ? ERR_MEMORY : facts_put(&message.facts, "crashes", crashes)) !=
	    OK)
		return err;
	if (count < MAX_CRASHES) {
		*ret_is_again = true;
		return message_save(turn, &message);
	}
	findings_init(&findings, turn->arena);
	if ((err = objection_put(&findings, OBJECTION_WORKER_CRASHED, "")) != OK ||
	    (err = delivery_dequeue(turn, STAGE_CHECK, "", number)) != OK)
		return err;
	return set_aside(turn, &message, &findings);
}
