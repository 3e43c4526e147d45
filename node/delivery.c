#include "node/delivery.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "messages/signature_write.h"
#include "messages/word.h"
#include "node/calendar.h"
#include "node/recipient.h"

#define DELIVERY_VERSION 2u /* 1 had no signature_record */
#define DELIVERY_BYTES ((size_t)64 * 1024)

static struct turn_key key_of(uint64_t number)
{
	struct turn_key key = turn_key(SPACE_DELIVERY);

	turn_key_add_number(&key, number);
	return key;
}

static enum err save(const struct turn *turn, const struct delivery *delivery)
{
	struct turn_key key = key_of(delivery->number);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, DELIVERY_BYTES);
	pack_u16(&buffer, DELIVERY_VERSION);
	pack_u64(&buffer, delivery->number);
	pack_u64(&buffer, delivery->message);
	pack_u64(&buffer, delivery->root);
	pack_u64(&buffer, delivery->output_record);
	pack_u64(&buffer, delivery->stream_number);
	pack_u64(&buffer, delivery->changed_ms);
	pack_u8(&buffer, (uint8_t)delivery->stage);
	pack_u8(&buffer, delivery->crashes);
	pack_text(&buffer, delivery->route);
	pack_text(&buffer, delivery->to);
	pack_text(&buffer, delivery->from_kind);
	pack_text(&buffer, delivery->as);
	pack_text(&buffer, delivery->why);
	pack_u64(&buffer, delivery->signature_record);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

enum err delivery_parse(struct bytes bytes, struct arena *arena, struct delivery *ret_delivery)
{
	struct delivery delivery;
	struct unpack from;
	uint16_t version;

	unpack_init(&from, bytes);
	if ((version = unpack_u16(&from)) > DELIVERY_VERSION)
		return ERR_VERSION;
	delivery.number = unpack_u64(&from);
	delivery.message = unpack_u64(&from);
	delivery.root = unpack_u64(&from);
	delivery.output_record = unpack_u64(&from);
	delivery.stream_number = unpack_u64(&from);
	delivery.changed_ms = unpack_u64(&from);
	delivery.stage = (enum delivery_stage)unpack_u8(&from);
	delivery.crashes = unpack_u8(&from);
	delivery.route = unpack_text(&from, arena);
	delivery.to = unpack_text(&from, arena);
	delivery.from_kind = unpack_text(&from, arena);
	delivery.as = unpack_text(&from, arena);
	delivery.why = unpack_text(&from, arena);
	delivery.signature_record = version == 1 ? 0 : unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	*ret_delivery = delivery;
	return OK;
}

enum err delivery_load(const struct turn *turn, uint64_t number, struct delivery *ret_delivery)
{
	struct turn_key key = key_of(number);
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	return err != OK ? err : delivery_parse(bytes, turn->arena, ret_delivery);
}

struct turn_key delivery_queue(enum delivery_stage stage, const char *to)
{
	struct turn_key key = turn_key(SPACE_WORK);
	uint8_t letter = (uint8_t)stage;

	turn_key_add_bytes(&key, &letter, 1);
	if (stage == STAGE_SEND || stage == STAGE_SENT) {
		assert(strncmp(to, "partner:", 8) == 0 && strlen(to) == 10);
		turn_key_add_bytes(&key, to + 8, 2);
	}
	return key;
}

enum err delivery_enqueue(const struct turn *turn, enum delivery_stage stage, const char *to,
			  uint64_t number)
{
	struct turn_key key = delivery_queue(stage, to);

	turn_key_add_number(&key, number);
	return batch_put(turn->batch, turn_key_bytes(&key), (struct bytes){0});
}

enum err delivery_dequeue(const struct turn *turn, enum delivery_stage stage, const char *to,
			  uint64_t number)
{
	struct turn_key key = delivery_queue(stage, to);

	turn_key_add_number(&key, number);
	return batch_delete(turn->batch, turn_key_bytes(&key));
}

enum err delivery_move(const struct turn *turn, struct delivery *delivery,
		       enum delivery_stage stage)
{
	enum err err = delivery_dequeue(turn, delivery->stage, delivery->to, delivery->number);

	if (err == OK && stage != STAGE_DONE)
		err = delivery_enqueue(turn, stage, delivery->to, delivery->number);
	if (err != OK)
		return err;
	delivery->stage = stage;
	delivery->changed_ms = turn->now_ms;
	return save(turn, delivery);
}

/* flows.md: a dated registry entry of the trader, overridable per lodgement. */
static bool has_consent(const struct turn *turn, const struct message *message, const char *date)
{
	const char *said = facts_get_or_empty(&message->facts, "consent");
	const struct config_trader *trader =
		config_trader_of(turn->config, facts_get_or_empty(&message->facts, "exporter"));

	if (said[0] != '\0')
		return strcmp(said, "yes") == 0;
	return trader != NULL && trader->consent_from[0] != '\0' &&
	       calendar_is_within(date, trader->consent_from, trader->consent_until);
}

const char *delivery_agreed_as(const struct turn *turn, const struct config_route *route,
			       const char *to)
{
	const char *as = route->as[0] == '\0' ? route->kind : route->as;
	const struct config_partner *partner =
		strncmp(to, "partner:", 8) == 0 ? config_partner_of(turn->config, to + 8) : NULL;
	const char *agreed = partner == NULL ? NULL : config_partner_takes(partner, as);

	return agreed != NULL ? agreed : as;
}

enum delivery_stage delivery_first_stage(const struct message *message, const char *as,
					 const char *to)
{
	bool is_as_it_came = strcmp(as, facts_get_or_empty(&message->facts, "kind")) == 0 ||
			     strcmp(as, facts_get_or_empty(&message->facts, "schema")) == 0;

	return is_as_it_came && strncmp(to, "party:", 6) == 0 ? STAGE_HAND_OVER : STAGE_TRANSLATE;
}

/* What follows this conversation later must know where it went: route target "crossed". */
static enum err note_crossing(const struct turn *turn, struct message *message, const char *to)
{
	struct message other, *root = message;
	const char *crosses;
	enum err err = OK;

	if (strncmp(to, "partner:", 8) != 0)
		return OK;
	if (message->root != message->number) {
		err = message_load(turn, message->root, &other);
		root = &other;
	}
	if (err != OK)
		return err;
	crosses = facts_get_or_empty(&root->facts, "crosses");
	if (word_is_in(crosses, to + 8))
		return OK;
	crosses =
		arena_format(turn->arena, "%s%s%s", crosses, crosses[0] == '\0' ? "" : " ", to + 8);
	err = crosses == NULL ? ERR_MEMORY : facts_put(&root->facts, "crosses", crosses);
	return err != OK || root == message ? err : message_save(turn, root);
}

static enum err begin(const struct turn *turn, struct message *message,
		      const struct config_route *route, const char *to)
{
	const char *kind = facts_get_or_empty(&message->facts, "kind");
	const char *as = delivery_agreed_as(turn, route, to);
	struct delivery delivery = {
		.message = message->number,
		.root = message->root,
		.output_record = message->number,
		.changed_ms = turn->now_ms,
		.route = route->id,
		.to = to,
		.from_kind = kind,
		.as = as,
		.why = "",
	};
	const char *attributes[] = {"route", route->id, "agreement", route->agreement, "to", to,
				    "as",    as,        NULL};
	struct message_event event = {
		.event = "DeliveryOwed", .actor = "node", .attributes = attributes};
	enum err err = message_record(turn, message->number, &event, &delivery.number);

	if (err != OK)
		return err;
	delivery.stage = delivery_first_stage(message, as, to);
	message->owed++;
	if ((err = note_crossing(turn, message, to)) != OK)
		return err;
	err = delivery_enqueue(turn, delivery.stage, to, delivery.number);
	return err != OK ? err : save(turn, &delivery);
}

#define OFFICE "office:"

enum err delivery_begin_decided(const struct turn *turn, const struct message *message,
				uint64_t decided, const char *office, const char *as)
{
	struct delivery delivery = {
		.number = decided,
		.message = message->number,
		.root = message->root,
		.output_record = decided,
		.changed_ms = turn->now_ms,
		.stage = STAGE_SIGN,
		.route = "",
		.to = arena_format(turn->arena, OFFICE "%s", office),
		.from_kind = facts_get_or_empty(&message->facts, "kind"),
		.as = as,
		.why = "",
	};
	enum err err = delivery.to == NULL ? ERR_MEMORY
					   : delivery_enqueue(turn, STAGE_SIGN, "", decided);

	return err != OK ? err : save(turn, &delivery);
}

bool delivery_is_decided(const struct delivery *delivery)
{
	return strncmp(delivery->to, OFFICE, sizeof(OFFICE) - 1) == 0;
}

enum err delivery_sign_anew(const struct turn *turn, struct delivery *delivery, uint64_t record)
{
	delivery->output_record = record;
	delivery->signature_record = 0;
	return delivery_move(turn, delivery, STAGE_SIGN);
}

static enum err explain(const struct turn *turn, const struct message *message,
			const struct config_route *route, const char *reason)
{
	const char *attributes[] = {"route", route->id, "reason", reason, NULL};
	struct message_event event = {
		.event = "DeliveryNotOwed", .actor = "node", .attributes = attributes};
	uint64_t number;

	return message_record(turn, message->number, &event, &number);
}

static bool speaks_of(const struct turn *turn, const struct config_route *route, const char *kind,
		      const char *date)
{
	return (route->at[0] == '\0' || strcmp(route->at, turn->config->country) == 0) &&
	       strcmp(route->kind, kind) == 0 &&
	       calendar_is_within(date, route->valid_from, route->valid_until);
}

/* One route that speaks of what happened. */
static enum err owe(const struct turn *turn, struct message *message,
		    const struct config_route *route, const char *date)
{
	struct recipients recipients = {.reason = "no-consent"};
	enum err err = OK;

	if (strcmp(route->consent, "acdd") != 0 || has_consent(turn, message, date))
		err = recipient_find(turn, route, message, &recipients);
	for (size_t i = 0; err == OK && i < recipients.count; i++)
		err = begin(turn, message, route, recipients.to[i]);
	if (err == OK && recipients.count == 0)
		err = explain(turn, message, route, recipients.reason);
	return err;
}

enum err delivery_owe(const struct turn *turn, struct message *message, enum life_event event)
{
	const char *kind = facts_get_or_empty(&message->facts, "kind");
	char date[CALENDAR_DATE_BYTES];
	enum err err = OK;

	calendar_format_date(turn->now_ms, date);
	for (size_t i = 0; err == OK && i < turn->config->route_count; i++) {
		const struct config_route *route = &turn->config->routes[i];

		if (speaks_of(turn, route, kind, date) &&
		    strcmp(route->on, life_event_name(event)) == 0)
			err = owe(turn, message, route, date);
	}
	return err;
}

bool delivery_is_expected(const struct turn *turn, const char *kind)
{
	char date[CALENDAR_DATE_BYTES];

	calendar_format_date(turn->now_ms, date);
	for (size_t i = 0; i < turn->config->route_count; i++) {
		const struct config_route *route = &turn->config->routes[i];

		if ((strcmp(route->on, life_event_name(LIFE_RECEIVED)) == 0 ||
		     strcmp(route->on, life_event_name(LIFE_FOLLOWED)) == 0) &&
		    speaks_of(turn, route, kind, date))
			return true;
	}
	return false;
}

/* Who it was handed over to may read it from now on (node/reading.h). */
static enum err note_handed(const struct turn *turn, const struct delivery *delivery,
			    struct message *message)
{
	const char *all = facts_get_or_empty(&message->facts, MESSAGE_HANDED);
	const char *party = delivery->to + sizeof("party:") - 1;

	if (strncmp(delivery->to, "party:", sizeof("party:") - 1) != 0 || word_is_in(all, party))
		return OK;
	all = arena_format(turn->arena, "%s%s%s", all, all[0] == '\0' ? "" : " ", party);
	return all == NULL ? ERR_MEMORY : facts_put(&message->facts, MESSAGE_HANDED, all);
}

enum err delivery_finish(const struct turn *turn, struct delivery *delivery, const char *event,
			 const char *actor, const char *const *attributes)
{
	struct message_event record = {.event = event, .actor = actor, .attributes = attributes};
	struct message message;
	const char *next;
	uint64_t number;
	enum err err;

	if ((err = delivery_move(turn, delivery, STAGE_DONE)) != OK ||
	    (err = message_record(turn, delivery->message, &record, &number)) != OK ||
	    (err = message_load(turn, delivery->message, &message)) != OK)
		return err;
	message.delivered++;
	if ((err = note_handed(turn, delivery, &message)) != OK)
		return err;
	next = life_step(facts_get_or_empty(&message.facts, "life"), message.state, LIFE_DELIVERED);
	if (message.delivered == message.owed && next != NULL)
		message.state = next;
	return message_save(turn, &message);
}

enum err delivery_hold(const struct turn *turn, struct delivery *delivery, const char *code,
		       struct bytes findings)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, delivery->number);
	const char *attributes[] = {"delivery", number, "why", code, NULL};
	struct message_event event = {
		.event = "DeliveryHeld",
		.actor = "node",
		.attributes = attributes,
		.payload_role = {findings.len > 0 ? "findings" : NULL},
		.payload = {findings},
	};
	uint64_t ignored;
	enum err err = message_record(turn, delivery->message, &event, &ignored);

	delivery->why = code;
	return err != OK ? err : delivery_move(turn, delivery, STAGE_HELD);
}

const char *delivery_kind(const struct turn *turn, const struct delivery *delivery)
{
	size_t len = strcspn(delivery->as, "/");

	return delivery->as[len] == '\0' ? delivery->as
					 : arena_text(turn->arena, bytes_of(delivery->as, len));
}

enum err delivery_document(const struct turn *turn, const struct delivery *delivery,
			   struct bytes *ret_document)
{
	return ledger_payload(turn->ledger, delivery->output_record, 0, turn->arena, ret_document);
}

enum err delivery_signed(const struct turn *turn, const struct delivery *delivery,
			 struct bytes *ret_document)
{
	struct bytes document, signature;
	struct buffer buffer;
	enum err err = delivery_document(turn, delivery, &document);

	if (err != OK || delivery->signature_record == 0) {
		if (err == OK)
			*ret_document = document;
		return err;
	}
	err = ledger_payload(turn->ledger, delivery->signature_record, 0, turn->arena, &signature);
	if (err != OK)
		return err;
	buffer_init(&buffer, LIMIT_PAYLOAD_BYTES);
	err = signature_write_into(document, signature, &buffer);
	if (err == OK)
		err = buffer_give(&buffer, turn->arena, ret_document);
	buffer_clear(&buffer);
	return err;
}

const struct config_route *delivery_route(const struct turn *turn, const char *id)
{
	for (size_t i = 0; i < turn->config->route_count; i++)
		if (strcmp(turn->config->routes[i].id, id) == 0)
			return &turn->config->routes[i];
	return NULL;
}
