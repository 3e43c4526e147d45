#include "node/queue_count.h"

#include <string.h>

#include "node/view.h"

#define MAX_QUEUES 128u /* stages, and for two of them partners: eleven countries and some */

/* SPACE_WORK stage(1) [CC] number(8) */
#define KEY_HEAD_BYTES 2u
#define KEY_NUMBER_BYTES 8u
#define COUNTRY_BYTES 2u

struct queue {
	char partner[COUNTRY_BYTES + 1];
	enum delivery_stage stage;
	uint64_t count;
	uint64_t first;
};

struct queues {
	struct queue items[MAX_QUEUES];
	size_t count;
};

static bool is_of(const struct queue *queue, struct bytes key)
{
	size_t country = key.len - KEY_HEAD_BYTES - KEY_NUMBER_BYTES;

	return (uint8_t)queue->stage == key.at[1] && strlen(queue->partner) == country &&
	       memcmp(queue->partner, key.at + KEY_HEAD_BYTES, country) == 0;
}

/* Keys come in order, so that a queue's keys stand together and its oldest first. */
static bool count_one(void *context, struct bytes key, struct bytes value)
{
	struct queues *queues = context;
	struct queue *queue = queues->count == 0 ? NULL : &queues->items[queues->count - 1];
	size_t country;

	(void)value;
	if (key.len < KEY_HEAD_BYTES + KEY_NUMBER_BYTES ||
	    key.len > KEY_HEAD_BYTES + COUNTRY_BYTES + KEY_NUMBER_BYTES)
		return true;
	if (queue == NULL || !is_of(queue, key)) {
		if (queues->count == MAX_QUEUES)
			return false;
		country = key.len - KEY_HEAD_BYTES - KEY_NUMBER_BYTES;
		queue = &queues->items[queues->count++];
		*queue =
			(struct queue){.stage = (enum delivery_stage)key.at[1],
				       .first = bytes_get_u64(key.at + key.len - KEY_NUMBER_BYTES)};
		memcpy(queue->partner, key.at + KEY_HEAD_BYTES, country);
	}
	queue->count++;
	return true;
}

/* What cannot be read waits since it came, or for ever if that is lost too: 0 is that nothing waits. */
static uint64_t since_ms(const struct turn *turn, const struct queue *queue)
{
	struct delivery delivery;
	struct message message;
	struct record record;

	if (queue->stage == STAGE_CHECK || queue->stage == STAGE_REGISTER) {
		if (message_load(turn, queue->first, &message) == OK)
			return message.received_ms;
	} else if (delivery_load(turn, queue->first, &delivery) == OK) {
		return delivery.changed_ms;
	}
	return ledger_record(turn->ledger, queue->first, turn->arena, &record, NULL) == OK
		       ? record.time_ms
		       : 1;
}

static json_t *queue_new(const struct turn *turn, const struct queue *queue)
{
	return json_pack("{s:s, s:s, s:I, s:I}", "stage", view_stage_name(queue->stage), "partner",
			 queue->partner, "count", (json_int_t)queue->count, "sinceMs",
			 (json_int_t)since_ms(turn, queue));
}

enum err queue_count_put(const struct turn *turn, json_t *to)
{
	struct turn_key from = turn_key(SPACE_WORK), until = turn_key_after(&from);
	struct queues *queues = arena_alloc(turn->arena, sizeof(*queues));
	json_t *list = json_array();
	enum err err = OK;

	if (json_object_set_new(to, "queues", list) != 0 || queues == NULL)
		return ERR_MEMORY;
	queues->count = 0;
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  count_one, queues);
	for (size_t i = 0; i < queues->count && err == OK; i++)
		if (json_array_append_new(list, queue_new(turn, &queues->items[i])) != 0)
			err = ERR_MEMORY;
	return err;
}

enum err queue_count_for(const struct turn *turn, const char *partner, uint64_t *ret_count,
			 uint64_t *ret_since_ms)
{
	static const enum delivery_stage stages[] = {STAGE_SEND, STAGE_SENT};
	struct queues *queues = arena_alloc(turn->arena, sizeof(*queues));
	const char *to = arena_format(turn->arena, "partner:%s", partner);
	uint64_t count = 0, oldest_ms = 0;
	enum err err = queues == NULL || to == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; i < 2 && err == OK; i++) {
		struct turn_key from = delivery_queue(stages[i], to);
		struct turn_key until = turn_key_after(&from);
		uint64_t since;

		queues->count = 0;
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, count_one, queues);
		if (err != OK || queues->count == 0)
			continue;
		since = since_ms(turn, &queues->items[0]);
		count += queues->items[0].count;
		if (oldest_ms == 0 || since < oldest_ms)
			oldest_ms = since;
	}
	if (err == OK) {
		*ret_count = count;
		*ret_since_ms = oldest_ms;
	}
	return err;
}

struct waiting {
	uint64_t waiting, held;
};

static bool count_waiting(void *context, struct bytes key, struct bytes value)
{
	struct waiting *waiting = context;

	(void)value;
	if (key.len > 1 && key.at[1] == STAGE_HELD)
		waiting->held++;
	else
		waiting->waiting++;
	return true;
}

enum err queue_count_waiting(const struct turn *turn, json_t *to)
{
	struct turn_key from = turn_key(SPACE_WORK), until = turn_key_after(&from);
	struct waiting waiting = {0};
	enum err err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				   false, count_waiting, &waiting);

	if (err != OK)
		return err;
	(void)json_object_set_new(to, "waiting", json_integer((json_int_t)waiting.waiting));
	(void)json_object_set_new(to, "held", json_integer((json_int_t)waiting.held));
	return OK;
}
