#include "node/desk.h"

#include <inttypes.h>
#include <string.h>

#include "node/calendar.h"
#include "node/delivery.h"
#include "node/find.h"
#include "node/procedure.h"

#define LAST_SERIAL 99999999u
#define OFFICE_BYTES 32u

/* The counter and the number leave together with the record, in one commit: so there are no gaps. */
static enum err next_serial(const struct turn *turn, const char *office, int year, uint64_t *ret_serial)
{
	struct turn_key key = turn_key(SPACE_COUNTER);
	uint8_t value[8], year_bytes[4];
	uint64_t last = 0;
	struct bytes stored;
	enum err err;

	bytes_put_u32(year_bytes, (uint32_t)year);
	turn_key_add_bytes(&key, year_bytes, sizeof(year_bytes));
	turn_key_add_bytes(&key, office, strnlen(office, OFFICE_BYTES));
	err = batch_get(turn->batch, turn_key_bytes(&key), turn->arena, &stored);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK && stored.len == sizeof(value))
		last = bytes_get_u64(stored.at);
	if (last >= LAST_SERIAL)
		return ERR_LIMIT;
	bytes_put_u64(value, last + 1);
	*ret_serial = last + 1;
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

static enum err give_number(const struct turn *turn, struct message *message, const char *office)
{
	bool is_import = strcmp(facts_get_or_empty(&message->facts, "kind"), "vn.import") == 0;
	int year = calendar_day_of(turn->now_ms).year;
	uint64_t serial, number;
	enum err err = next_serial(turn, office, year, &serial);

	if (err != OK)
		return err;
	message->registered = arena_format(turn->arena, "%c%02d%08" PRIu64 "0",
					   is_import ? '1' : '3', year % 100, serial);
	if (message->registered == NULL)
		return ERR_MEMORY;
	const char *attributes[] = {"number", message->registered, "office", office, NULL};
	struct message_event event = {
		.event = "Registered", .actor = "desk", .attributes = attributes};

	return message_record(turn, message->number, &event, &number);
}

enum err desk_register(const struct turn *turn, uint64_t number)
{
	struct find_entry entry = {.message = number};
	struct message message;
	const char *office, *next, *key;
	enum err err;

	if ((err = message_load(turn, number, &message)) != OK ||
	    (err = delivery_dequeue(turn, STAGE_REGISTER, "", number)) != OK)
		return err;
	next = life_step(facts_get_or_empty(&message.facts, "life"), message.state, LIFE_REGISTERED);
	if (next == NULL)
		return OK;
	message.state = next;
	office = facts_get_or_empty(&message.facts, "office");
	office = office[0] == '\0' ? turn->config->office : office;
	if ((err = give_number(turn, &message, office)) != OK)
		return err;
	entry.document = message.document;
	key = find_text(turn, "registered", message.registered, NULL);
	if ((err = key == NULL ? ERR_MEMORY : find_put(turn, key, &entry)) != OK)
		return err;
	key = find_text(turn, "find", message.registered, NULL);
	if ((err = key == NULL ? ERR_MEMORY : find_put(turn, key, &entry)) != OK ||
	    (err = delivery_owe(turn, &message, LIFE_REGISTERED)) != OK ||
	    (err = procedure_close(turn, &message, life_event_name(LIFE_REGISTERED))) != OK)
		return err;
	return message_save(turn, &message);
}
