#include "node/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/utf8.h"
#include "node/by_state.h"
#include "node/glance.h"

#define MESSAGE_VERSION 1u
#define MESSAGE_BYTES ((size_t)1024 * 1024)
#define TIMELINE_AT_ONCE 256u

struct wanting {
	message_wanted *is_wanted;
	const void *context;
};

void message_format_id(const struct turn *turn, uint64_t number, char ret_id[MESSAGE_ID_BYTES])
{
	(void)snprintf(ret_id, MESSAGE_ID_BYTES, "%s-%" PRIu64 "-%" PRIu64, turn->config->country,
		       ledger_epoch_of(turn->ledger, number), number);
}

bool message_parse_id(const char *country, uint64_t epoch, const char *id, uint64_t *ret_number)
{
	char prefix[MESSAGE_ID_BYTES];
	int len = snprintf(prefix, sizeof(prefix), "%s-%" PRIu64 "-", country, epoch);
	uint64_t number;
	char *end;

	if (len < 0 || (size_t)len >= sizeof(prefix) || strncmp(id, prefix, (size_t)len) != 0)
		return false;
	id += len;
	if (id[0] < '1' || id[0] > '9' || strlen(id) > 19)
		return false;
	number = strtoull(id, &end, 10);
	if (*end != '\0')
		return false;
	*ret_number = number;
	return true;
}

bool message_find_id(const struct turn *turn, const char *id, uint64_t *ret_number)
{
	const char *dash = strchr(id, '-');
	uint64_t epoch = dash == NULL ? 0 : strtoull(dash + 1, NULL, 10), number;

	if (!message_parse_id(turn->config->country, epoch, id, &number) ||
	    ledger_epoch_of(turn->ledger, number) != epoch)
		return false;
	*ret_number = number;
	return true;
}

static struct turn_key key_of(enum space space, uint64_t number)
{
	struct turn_key key = turn_key(space);

	turn_key_add_number(&key, number);
	return key;
}

static void format(struct buffer *to, const struct message *message)
{
	size_t begin;

	pack_u16(to, MESSAGE_VERSION);
	pack_u64(to, message->number);
	pack_u64(to, message->root);
	pack_u64(to, message->received_ms);
	pack_u64(to, message->due_ms);
	pack_u64(to, message->closed_ms);
	pack_u32(to, message->owed);
	pack_u32(to, message->delivered);
	pack_text(to, message->state);
	pack_text(to, message->sender);
	pack_text(to, message->registered);
	pack_text(to, message->origin);
	pack_fixed(to, message->document.at, HASH_BYTES);
	begin = pack_begin(to);
	facts_pack(to, &message->facts);
	pack_end(to, begin);
}

enum err message_parse(struct bytes bytes, struct arena *arena, struct message *ret_message)
{
	struct message message = {0};
	struct unpack from;
	const uint8_t *hash;
	enum err err;

	unpack_init(&from, bytes);
	if (unpack_u16(&from) > MESSAGE_VERSION)
		return ERR_VERSION;
	message.number = unpack_u64(&from);
	message.root = unpack_u64(&from);
	message.received_ms = unpack_u64(&from);
	message.due_ms = unpack_u64(&from);
	message.closed_ms = unpack_u64(&from);
	message.owed = unpack_u32(&from);
	message.delivered = unpack_u32(&from);
	message.state = unpack_text(&from, arena);
	message.sender = unpack_text(&from, arena);
	message.registered = unpack_text(&from, arena);
	message.origin = unpack_text(&from, arena);
	hash = unpack_fixed(&from, HASH_BYTES);
	if (hash != NULL)
		memcpy(message.document.at, hash, HASH_BYTES);
	facts_init(&message.facts, arena);
	err = facts_unpack(unpack_bytes(&from), &message.facts);
	if (err != OK || (err = unpack_end(&from)) != OK)
		return err;
	*ret_message = message;
	return OK;
}

static enum err load(const struct turn *turn, enum space space, uint64_t number,
		     struct message *ret_message)
{
	struct turn_key key = key_of(space, number);
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	return err != OK ? err : message_parse(bytes, turn->arena, ret_message);
}

enum err message_load(const struct turn *turn, uint64_t number, struct message *ret_message)
{
	return load(turn, SPACE_MESSAGE, number, ret_message);
}

enum err message_load_refusal(const struct turn *turn, uint64_t number, struct message *ret_message)
{
	return load(turn, SPACE_REFUSAL, number, ret_message);
}

static enum err save(const struct turn *turn, enum space space, const struct message *message)
{
	struct turn_key key = key_of(space, message->number);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, MESSAGE_BYTES);
	format(&buffer, message);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

/* Its state as it was: empty when it is new, or cannot be read. */
static enum err old_state(const struct turn *turn, uint64_t number, struct bytes *ret_state)
{
	struct turn_key key = key_of(SPACE_MESSAGE, number);
	struct glance glance;
	struct bytes stored;
	enum err err = turn_get(turn, &key, &stored);

	*ret_state = (struct bytes){0};
	if (err == OK && (err = glance_read(stored, &glance)) == OK)
		*ret_state = glance.state;
	return err == ERR_MISSING || turn_is_bad_value(err) ? OK : err;
}

enum err message_save(const struct turn *turn, const struct message *message)
{
	struct bytes before;
	enum err err = old_state(turn, message->number, &before);

	if (err == OK)
		err = by_state_move(turn, before, bytes_of_text(message->state), message->number);
	return err == OK ? save(turn, SPACE_MESSAGE, message) : err;
}

enum err message_save_refusal(const struct turn *turn, const struct message *message)
{
	return save(turn, SPACE_REFUSAL, message);
}

/* What is not UTF-8 could never be shown again. */
static bool is_text(const char *value)
{
	return utf8_first_wrong(bytes_of_text(value)) == strlen(value);
}

static enum err put_attributes(struct record *record, const char *const *attributes)
{
	enum err err = OK;

	for (; err == OK && attributes != NULL && attributes[0] != NULL; attributes += 2)
		if (attributes[1] != NULL && attributes[1][0] != '\0')
			err = is_text(attributes[1])
				      ? facts_put(&record->attributes, attributes[0], attributes[1])
				      : ERR_FORMAT;
	return err;
}

struct turn_key message_timeline_key(uint64_t message, uint64_t number)
{
	struct turn_key key = key_of(SPACE_TIMELINE, message);

	turn_key_add_number(&key, number);
	return key;
}

enum err message_record(const struct turn *turn, uint64_t message,
			const struct message_event *event, uint64_t *ret_number)
{
	struct record record = {
		.time_ms = turn->now_ms,
		.message = message,
		.event = event->event,
		.actor = event->actor,
	};
	struct turn_key key;
	uint64_t number;
	enum err err;

	facts_init(&record.attributes, turn->arena);
	if (!is_text(event->actor))
		return ERR_FORMAT;
	if ((err = put_attributes(&record, event->attributes)) != OK)
		return err;
	while (record.payload_count < 3 && event->payload_role[record.payload_count] != NULL) {
		record.payloads[record.payload_count].role =
			event->payload_role[record.payload_count];
		record.payload_count++;
	}
	if (event->known != NULL && record.payload_count > 0) {
		record.payloads[0].hash = *event->known;
		record.payloads[0].is_hashed = true;
	}
	err = batch_append(turn->batch, &record, event->payload, record.payload_count, &number);
	if (err != OK)
		return err;
	key = message_timeline_key(message == 0 ? number : message, number);
	if ((err = batch_put(turn->batch, turn_key_bytes(&key), (struct bytes){0})) != OK)
		return err;
	*ret_number = number;
	return OK;
}

static enum err find_among(const struct turn *turn, const uint64_t *numbers, size_t count,
			   const struct wanting *wanting, struct record *ret_record)
{
	for (size_t i = 0; i < count; i++) {
		enum err err =
			ledger_record(turn->ledger, numbers[i], turn->arena, ret_record, NULL);

		if (err != OK || wanting->is_wanted(wanting->context, ret_record))
			return err;
	}
	return ERR_MISSING;
}

enum err message_find_record(const struct turn *turn, uint64_t message, message_wanted *is_wanted,
			     const void *context, struct record *ret_record)
{
	const struct wanting wanting = {is_wanted, context};
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	uint64_t numbers[TIMELINE_AT_ONCE];
	size_t count = 0;
	enum err err = ERR_MISSING;

	turn_key_add_number(&from, message);
	until = turn_key_after(&from);
	do {
		err = turn_scan_back(turn, &from, &until, numbers, TIMELINE_AT_ONCE, &count);
		if (err == OK)
			err = find_among(turn, numbers, count, &wanting, ret_record);
		until = from;
		if (count > 0)
			turn_key_add_number(&until, numbers[count - 1]);
	} while (err == ERR_MISSING && count == TIMELINE_AT_ONCE);
	return err;
}
