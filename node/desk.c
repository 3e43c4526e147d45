#include "node/desk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/calendar.h"
#include "node/delivery.h"
#include "node/find.h"
#include "node/lane.h"
#include "node/procedure.h"
#include "node/serial.h"

#define LAST_SERIAL 99999999u
#define SKIP_OFFICES 4096u
#define LAST_AMENDMENT 9

/* The counter and the number leave together with the record, in one commit: so there are no gaps.
 */
static enum err next_serial(const struct turn *turn, const char *office, int year,
			    uint64_t *ret_serial)
{
	uint64_t last;
	enum err err = serial_last(turn, office, year, &last);

	if (err != OK)
		return err;
	if (last >= LAST_SERIAL)
		return ERR_LIMIT;
	*ret_serial = last + 1;
	return serial_put(turn, office, year, last + 1);
}

/* ---- After a restore ---- */

struct skipping {
	const struct turn *turn;
	uint64_t count;
	struct turn_key keys[SKIP_OFFICES];
	uint64_t last[SKIP_OFFICES];
	size_t found;
	bool is_full;
};

static bool take_counter(void *context, struct bytes key, struct bytes value)
{
	struct skipping *skipping = context;
	struct turn_key *counter = &skipping->keys[skipping->found];

	if (skipping->found == SKIP_OFFICES)
		return skipping->is_full = true, false;
	if (key.len <= 5 || value.len != 8)
		return true; /* of no office */
	*counter = turn_key(SPACE_COUNTER);
	turn_key_add_bytes(counter, key.at + 1, key.len - 1);
	skipping->last[skipping->found++] = bytes_get_u64(value.at);
	return true;
}

static enum err put_counter(const struct turn *turn, const struct turn_key *key, uint64_t last)
{
	uint8_t value[8];

	bytes_put_u64(value, last);
	return batch_put(turn->batch, turn_key_bytes(key), bytes_of(value, sizeof(value)));
}

enum err desk_skip(const struct turn *turn, uint64_t count)
{
	int year = calendar_day_of(turn->now_ms).year;
	struct turn_key from = serial_key(year, ""), until = turn_key_after(&from);
	struct skipping *skipping = arena_alloc(turn->arena, sizeof(*skipping));
	enum err err;

	if (skipping == NULL)
		return ERR_MEMORY;
	*skipping = (struct skipping){.turn = turn, .count = count};
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  take_counter, skipping);
	if (err == OK && skipping->is_full)
		err = ERR_LIMIT;
	for (size_t i = 0; err == OK && i < skipping->found; i++)
		err = put_counter(turn, &skipping->keys[i], skipping->last[i] + count);
	return err != OK ? err : put_counter(turn, &from, count);
}

const char *desk_office(const struct turn *turn, const struct facts *facts)
{
	const char *office = facts_get_or_empty(facts, "office");

	return office[0] == '\0' ? turn->config->office : office;
}

const char *desk_key(const struct turn *turn, const char *office, const char *number)
{
	return find_text(turn, "registered", office, number, NULL);
}

static enum err new_number(const struct turn *turn, struct message *message)
{
	const char *prefix = facts_get_or_empty(&message->facts, "numberPrefix");
	int year = calendar_day_of(turn->now_ms).year;
	uint64_t serial;
	enum err err = next_serial(turn, desk_office(turn, &message->facts), year, &serial);

	if (err != OK)
		return err;
	message->registered = arena_format(turn->arena, "%.1s%02d%08" PRIu64 "0",
					   prefix[0] == '\0' ? "0" : prefix, year % 100, serial);
	return message->registered == NULL ? ERR_MEMORY : OK;
}

/* The number of the original with its last digit raised once more; ERR_LIMIT: it was raised nine
 * times. */
static enum err amended_number(const struct turn *turn, struct message *original,
			       struct message *amendment)
{
	long count = strtol(facts_get_or_empty(&original->facts, "amendments"), NULL, 10) + 1;
	const char *text = arena_format(turn->arena, "%ld", count);

	if (count > LAST_AMENDMENT)
		return ERR_LIMIT;
	amendment->registered =
		arena_format(turn->arena, "%.*s%ld", (int)strlen(original->registered) - 1,
			     original->registered, count);
	if (text == NULL || amendment->registered == NULL)
		return ERR_MEMORY;
	return facts_put(&original->facts, "amendments", text);
}

/* What is declared now may ask for a stricter lane; never for a lighter one. */
static enum err route_anew(const struct turn *turn, struct message *original,
			   const struct message *amendment)
{
	const struct config_lane_rule *rule = lane_choose(turn, &amendment->facts);
	const char *lane = facts_get_or_empty(&original->facts, LANE_FACT);
	uint64_t ignored;

	if (rule == NULL || !lane_is_stricter(turn->config, lane, rule->lane) ||
	    life_step(facts_get_or_empty(&original->facts, "life"), original->state, LIFE_ROUTED) ==
		    NULL)
		return OK;
	const char *attributes[] = {"from", lane, "lane", rule->lane, "rule", rule->id, NULL};
	struct message_event event = {.event = "Routed", .actor = "desk", .attributes = attributes};
	enum err err = message_record(turn, original->number, &event, &ignored);

	return err != OK ? err : lane_put(original, rule);
}

/* What was cleared and amended is another state; before, it goes on where it was. */
static void step_amended(struct message *original)
{
	const char *next = life_step(facts_get_or_empty(&original->facts, "life"), original->state,
				     LIFE_AMENDED);

	if (next != NULL)
		original->state = next;
}

static enum err record_amended(const struct turn *turn, struct message *original,
			       const struct message *amendment)
{
	char by[MESSAGE_ID_BYTES];
	uint64_t ignored;

	message_format_id(turn, amendment->number, by);
	const char *attributes[] = {"number", amendment->registered, "by", by, NULL};
	struct message_event event = {
		.event = "Amended", .actor = "desk", .attributes = attributes};
	enum err err = message_record(turn, original->number, &event, &ignored);

	if (err == OK)
		err = route_anew(turn, original, amendment);
	step_amended(original);
	return err != OK ? err : message_save(turn, original);
}

static enum err record_registered(const struct turn *turn, const struct message *message,
				  const char *office, const char *amended)
{
	const char *attributes[] = {"number", message->registered,
				    "office", office,
				    "amends", amended,
				    "lane",   facts_get_or_empty(&message->facts, LANE_FACT),
				    "rule",   facts_get_or_empty(&message->facts, LANE_RULE),
				    NULL};
	struct message_event event = {
		.event = "Registered", .actor = "desk", .attributes = attributes};
	uint64_t ignored;

	return message_record(turn, message->number, &event, &ignored);
}

static enum err put_keys(const struct turn *turn, const struct message *message, const char *office)
{
	const char *exporter = facts_get_or_empty(&message->facts, "exporter");
	struct find_entry entry = {.message = message->number, .document = message->document};
	const char *keys[] = {desk_key(turn, office, message->registered),
			      find_text(turn, "find", message->registered, NULL),
			      exporter[0] == '\0' ? "" : find_text(turn, "exported", exporter,
								   message->registered, NULL)};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i] == NULL || keys[i][0] != '\0')
			err = keys[i] == NULL ? ERR_MEMORY : find_put(turn, keys[i], &entry);
	return err;
}

/* It has its number: tell everybody who waits for that. */
static enum err finish(const struct turn *turn, struct message *message, const char *office,
		       const char *amended)
{
	enum err err;

	message->state = life_step(facts_get_or_empty(&message->facts, "life"), message->state,
				   LIFE_REGISTERED);
	if ((err = record_registered(turn, message, office, amended)) != OK ||
	    (err = put_keys(turn, message, office)) != OK ||
	    (err = delivery_owe(turn, message, LIFE_REGISTERED)) != OK ||
	    (err = procedure_close(turn, message, life_event_name(LIFE_REGISTERED))) != OK)
		return err;
	return message_save(turn, message);
}

static enum err register_original(const struct turn *turn, struct message *message)
{
	enum err err = new_number(turn, message);

	if (err == OK)
		err = lane_put(message, lane_choose(turn, &message->facts));
	return err != OK ? err : finish(turn, message, desk_office(turn, &message->facts), "");
}

/* There is no digit behind 9: a person must look. */
static enum err set_aside(const struct turn *turn, struct message *amendment,
			  const struct message *original)
{
	const char *attributes[] = {"reason", "amendments-used-up", "amends", original->registered,
				    NULL};
	struct message_event event = {
		.event = "RegistrationRefused", .actor = "desk", .attributes = attributes};
	uint64_t ignored;
	enum err err = message_record(turn, amendment->number, &event, &ignored);

	if (err != OK)
		return err;
	amendment->state = life_step(facts_get_or_empty(&amendment->facts, "life"),
				     amendment->state, LIFE_SET_ASIDE);
	return amendment->state == NULL ? ERR_CONFIG : message_save(turn, amendment);
}

static enum err register_amendment(const struct turn *turn, struct message *original,
				   struct message *amendment)
{
	enum err err = amended_number(turn, original, amendment);

	if (err == ERR_LIMIT)
		return set_aside(turn, amendment, original);
	if (err != OK || (err = record_amended(turn, original, amendment)) != OK)
		return err;
	return finish(turn, amendment, desk_office(turn, &original->facts), original->registered);
}

enum err desk_register(const struct turn *turn, uint64_t number)
{
	struct message message, original = {0};
	enum err err = message_load(turn, number, &message);

	if (err == OK && message.root != number)
		err = message_load(turn, message.root, &original);
	if (err != OK)
		return err;
	if (message.root != number && original.registered[0] == '\0')
		return OK; /* it stays in the queue, behind its original */
	if ((err = delivery_dequeue(turn, STAGE_REGISTER, "", number)) != OK)
		return err;
	if (life_step(facts_get_or_empty(&message.facts, "life"), message.state, LIFE_REGISTERED) ==
	    NULL)
		return OK;
	return message.root == number ? register_original(turn, &message)
				      : register_amendment(turn, &original, &message);
}
