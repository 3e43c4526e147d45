/*
 * The clerk: answers questions from what is durable in the ledger, read only, so that no question
 * ever stalls the writer.
 */
#include <stdlib.h>
#include <string.h>

#include "node/archive.h"
#include "node/call.h"
#include "node/clerk_call.h"
#include "node/clerk_certificate.h"
#include "node/clerk_evidence.h"
#include "node/clerk_hand_over.h"
#include "node/clerk_list.h"
#include "node/clerk_node.h"
#include "node/clerk_tile.h"
#include "node/clerk_wait.h"
#include "node/find.h"
#include "node/identity_clerk.h"
#include "node/queue_count.h"
#include "node/receipt.h"
#include "node/role.h"
#include "node/view.h"
#include "node/stamped.h"
#include "node/webhook_call.h"
#include "node/witness_view.h"
#include "node/writer.h"
#include "sampan/clock.h"

#define ANSWER_ARENA_BYTES ((size_t)256 * 1024 * 1024)
#define ROWS 1000u
#define EVENTS 128u /* more than there are; what is beyond is counted in the last */
#define COUNTED 50000u /* records counted for one answer */

struct count {
	char event[64];
	uint64_t count;
};

struct clerk {
	struct role *role;
	struct ledger *ledger;
	struct call_server *server;
	struct clerk_wait *wait;
	struct arena *arena;
	const char *schemas;         /* JSON */
	struct count counts[EVENTS]; /* of the records up to counted */
	uint64_t counted;
	bool has_said_damage;
};

/* Once in the life of the role. */
static void say_damage(struct clerk *clerk)
{
	if (!clerk->has_said_damage)
		writer_say_damage(clerk->role);
	clerk->has_said_damage = true;
}

typedef enum err answerer(struct clerk *clerk, const struct turn *turn, struct bytes question,
			  json_t *to);

/* The ledger's files may come later than this process: open them when they are first needed. */
static enum err open_ledger(struct clerk *clerk)
{
	const struct config *config = clerk->role->config;
	const char *folder;
	struct engine *engine;
	enum err err;

	if (clerk->ledger != NULL)
		return OK;
	folder = arena_format(clerk->arena, "%s/ledger", config->directory);
	if (folder == NULL)
		return ERR_MEMORY;
	err = engine_lmdb_open(folder, config->map_bytes, true, &engine);
	if (err == OK)
		err = ledger_open(engine, config->name, true, &clerk->ledger);
	if (err == OK)
		err = archive_use(clerk->ledger, folder);
	return err == ERR_MISSING ? ERR_UNAVAILABLE : err;
}

struct numbers {
	uint64_t items[ROWS];
	size_t count;
};

static enum err scan_prefix(const struct turn *turn, const struct turn_key *prefix,
			    struct numbers *ret_numbers)
{
	struct turn_key until = turn_key_after(prefix);

	return turn_scan(turn, prefix, &until, ret_numbers->items, ROWS, &ret_numbers->count);
}

static enum err scan_after(const struct turn *turn, enum space space, uint64_t after,
			   struct numbers *ret_numbers)
{
	struct turn_key from = turn_key(space), until = turn_key_after(&from);

	turn_key_add_number(&from, after + 1);
	return turn_scan(turn, &from, &until, ret_numbers->items, ROWS, &ret_numbers->count);
}

static enum err append(json_t *list, json_t *item)
{
	return json_array_append_new(list, item) == 0 ? OK : ERR_MEMORY;
}

static enum err put_deliveries(const struct turn *turn, const struct numbers *numbers, json_t *list)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < numbers->count; i++)
		err = view_put_delivery(turn, numbers->items[i], list);
	return err;
}

/* ---- Status of one message ---- */

/* What was refused is no message, but its record answers who asks about it. */
static enum err find_refusal(const struct turn *turn, uint64_t number, struct message *ret_message)
{
	struct record record;
	struct bytes leaf;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, &leaf);

	if (err != OK || strcmp(record.event, "SubmissionRejection") != 0)
		return err == OK ? ERR_MISSING : err;
	*ret_message = (struct message){.number = number,
					.root = number,
					.received_ms = record.time_ms,
					.state = MESSAGE_REFUSED,
					.sender = record.actor,
					.registered = "",
					.origin = "",
					.facts = record.attributes};
	(void)hash_parse_hex(facts_get_or_empty(&record.attributes, "sha256"),
			     &ret_message->document);
	return OK;
}

static enum err find_message(const struct turn *turn, const char *text, struct message *ret_message)
{
	struct find_entry entry;
	uint64_t number;
	const char *key;
	enum err err;

	if (message_find_id(turn, text, &number)) {
		err = message_load(turn, number, ret_message);
		return err == ERR_MISSING ? find_refusal(turn, number, ret_message) : err;
	}
	key = find_text(turn, "find", text, NULL);
	err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);
	return err == OK ? message_load(turn, entry.message, ret_message) : err;
}

static enum err put_timeline(const struct turn *turn, uint64_t message, json_t *timeline,
			     json_t *deliveries)
{
	struct turn_key prefix = turn_key(SPACE_TIMELINE);
	struct numbers numbers;
	enum err err;

	turn_key_add_number(&prefix, message);
	err = scan_prefix(turn, &prefix, &numbers);
	for (size_t i = 0; err == OK && i < numbers.count; i++) {
		struct record record;
		struct bytes leaf;

		err = ledger_record(turn->ledger, numbers.items[i], turn->arena, &record, &leaf);
		if (err == OK)
			err = append(timeline, view_record_new(turn, &record));
		if (err == OK && strcmp(record.event, "DeliveryOwed") == 0)
			err = view_put_delivery(turn, record.number, deliveries);
	}
	return err;
}

static enum err answer_status(struct clerk *clerk, const struct turn *turn, struct bytes question,
			      json_t *to)
{
	char *text = arena_text(turn->arena, question);
	json_t *timeline = json_array(), *deliveries = json_array();
	struct message message;
	enum err err;

	(void)clerk;
	(void)json_object_set_new(to, "timeline", timeline);
	(void)json_object_set_new(to, "deliveries", deliveries);
	if (text == NULL || timeline == NULL || deliveries == NULL)
		return ERR_MEMORY;
	if ((err = find_message(turn, text, &message)) != OK)
		return err;
	if (json_object_set_new(to, "message", view_message_new(turn, &message)) != 0)
		return ERR_MEMORY;
	return put_timeline(turn, message.number, timeline, deliveries);
}

/* ---- Lists ---- */

static enum err answer_queue(struct clerk *clerk, const struct turn *turn, struct bytes question,
			     json_t *to)
{
	static const enum delivery_stage stages[] = {STAGE_HELD, STAGE_TRANSLATE, STAGE_SIGN, STAGE_LODGE,
						     STAGE_HAND_OVER, STAGE_SEND, STAGE_SENT};
	json_t *list = json_array();
	enum err err = json_object_set_new(to, "deliveries", list) == 0 ? OK : ERR_MEMORY;
	size_t room = question.len == 4 ? bytes_get_u32(question.at) : SIZE_MAX;

	(void)clerk;
	for (size_t i = 0; err == OK && i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct turn_key prefix = turn_key(SPACE_WORK);
		uint8_t letter = (uint8_t)stages[i];
		struct numbers numbers;

		turn_key_add_bytes(&prefix, &letter, 1);
		err = scan_prefix(turn, &prefix, &numbers);
		if (err == OK && numbers.count > room)
			numbers.count = room;
		if (err == OK)
			err = put_deliveries(turn, &numbers, list);
		room -= numbers.count;
	}
	return err;
}

static uint64_t after_of(struct bytes question)
{
	return question.len == 8 ? bytes_get_u64(question.at) : 0;
}

static enum err put_next(json_t *to, const struct numbers *numbers)
{
	uint64_t next = numbers->count == ROWS ? numbers->items[ROWS - 1] : 0;

	return json_object_set_new(to, "next", json_integer((json_int_t)next)) == 0 ? OK
										    : ERR_MEMORY;
}

static enum err answer_deliveries(struct clerk *clerk, const struct turn *turn,
				  struct bytes question, json_t *to)
{
	json_t *list = json_array();
	struct numbers numbers = {.count = 0};
	enum err err = json_object_set_new(to, "deliveries", list) == 0 ? OK : ERR_MEMORY;

	(void)clerk;
	if (err == OK)
		err = scan_after(turn, SPACE_DELIVERY, after_of(question), &numbers);
	if (err == OK)
		err = put_deliveries(turn, &numbers, list);
	return err == OK ? put_next(to, &numbers) : err;
}

static json_t *arrival_new(const struct turn *turn, const struct message *message)
{
	char id[MESSAGE_ID_BYTES], document[HASH_HEX_BYTES];

	message_format_id(turn, message->number, id);
	hash_format_hex(&message->document, document);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "id", id, "origin", message->origin,
			 "sender", message->sender, "state", message->state, "sha256", document,
			 "owed", (int)message->owed, "delivered", (int)message->delivered);
}

static enum err answer_arrivals(struct clerk *clerk, const struct turn *turn, struct bytes question,
				json_t *to)
{
	json_t *list = json_array();
	struct numbers numbers = {.count = 0};
	enum err err = json_object_set_new(to, "arrivals", list) == 0 ? OK : ERR_MEMORY;

	(void)clerk;
	if (err == OK)
		err = scan_after(turn, SPACE_MESSAGE, after_of(question), &numbers);
	for (size_t i = 0; err == OK && i < numbers.count; i++) {
		struct message message;

		err = message_load(turn, numbers.items[i], &message);
		if (err == OK && message.origin[0] != '\0')
			err = append(list, arrival_new(turn, &message));
	}
	return err == OK ? put_next(to, &numbers) : err;
}

/* ---- Counts ---- */

static void add_count(struct clerk *clerk, const char *event)
{
	size_t i = 0;

	while (i < EVENTS - 1 && clerk->counts[i].event[0] != '\0' &&
	       strcmp(clerk->counts[i].event, event) != 0)
		i++;
	(void)strncpy(clerk->counts[i].event, event, sizeof(clerk->counts[i].event) - 1);
	clerk->counts[i].count++;
}

/* Not more than COUNTED at once: the rest is counted with the next questions. */
static enum err count_new_records(struct clerk *clerk, const struct turn *turn)
{
	uint64_t size, until = clerk->counted + COUNTED;
	struct hash root;
	struct arena *arena = arena_new(ANSWER_ARENA_BYTES);
	enum err err = arena == NULL ? ERR_MEMORY : ledger_head(turn->ledger, &size, &root);

	while (err == OK && clerk->counted < size && clerk->counted < until) {
		struct record record;
		struct bytes leaf;

		err = ledger_record(turn->ledger, clerk->counted + 1, arena, &record, &leaf);
		if (err != OK)
			break;
		add_count(clerk, record.event);
		clerk->counted++;
		if (clerk->counted % 1024 == 0)
			arena_clear(arena);
	}
	arena_free(arena);
	return err;
}

static enum err answer_counts(struct clerk *clerk, const struct turn *turn, struct bytes question,
			      json_t *to)
{
	json_t *events = json_object();
	enum err err = count_new_records(clerk, turn);

	(void)question;
	for (size_t i = 0; events != NULL && i < EVENTS && clerk->counts[i].event[0] != '\0'; i++)
		(void)json_object_set_new(events, clerk->counts[i].event,
					  json_integer((json_int_t)clerk->counts[i].count));
	(void)json_object_set_new(to, "events", events);
	(void)json_object_set_new(to, "records", json_integer((json_int_t)clerk->counted));
	if (err == OK)
		err = queue_count_waiting(turn, to);
	if (err == OK)
		err = queue_count_put(turn, to);
	return err == OK ? witness_view_put(turn, to) : err;
}

static answerer *const answerers[] = {
	[CLERK_STATUS] = answer_status,     [CLERK_QUEUE] = answer_queue,
	[CLERK_COUNTS] = answer_counts,     [CLERK_DELIVERIES] = answer_deliveries,
	[CLERK_ARRIVALS] = answer_arrivals,
};

static enum err answer_receipt(const struct turn *turn, struct bytes question, struct buffer *to)
{
	char *text = arena_text(turn->arena, question);
	struct message message;
	enum err err = text == NULL ? ERR_MEMORY : find_message(turn, text, &message);

	return err == OK ? receipt_format(turn->ledger, message.number, to) : err;
}

static enum err answer_json(struct clerk *clerk, const struct turn *turn, answerer *answer,
			    struct bytes question, struct buffer *to)
{
	json_t *json;
	char *text = NULL;
	enum err err;

	json = json_object();
	err = json == NULL ? ERR_MEMORY : answer(clerk, turn, question, json);
	if (err == OK && (text = json_dumps(json, JSON_COMPACT)) == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		buffer_put_text(to, text);
	free(text);
	json_decref(json);
	return err == OK ? buffer_error(to) : err;
}

/* What is not JSON made from nothing. */
static const struct {
	uint16_t operation;
	enum err (*serve)(const struct turn *turn, struct bytes question, struct buffer *to);
} served[] = {
	{CLERK_RECEIPT, answer_receipt}, {CLERK_READ, clerk_read_serve}, {CLERK_EVIDENCE, clerk_evidence_serve},
	{CLERK_LIST, clerk_list_serve},  {CLERK_EVENTS, clerk_list_serve_events},
	{CLERK_LANES, clerk_list_serve_lanes},
	{CLERK_WHO, identity_clerk_who}, {CLERK_IDENTITIES, identity_clerk_list},
	{CLERK_CHECKPOINT, clerk_tile_checkpoint}, {CLERK_TILE, clerk_tile_serve},
	{CLERK_STAMPED, stamped_answer}, {CLERK_HAND_OVER, clerk_hand_over_serve}, {CLERK_CERTIFICATE, clerk_certificate_serve},
};

static enum err answer_partners(struct clerk *clerk, const struct turn *turn, struct bytes question,
				json_t *to)
{
	(void)clerk;
	(void)question;
	return clerk_node_partners(turn, to);
}

static enum err answer_webhooks(struct clerk *clerk, const struct turn *turn, struct bytes question,
				json_t *to)
{
	(void)clerk;
	(void)question;
	return webhook_call_list(turn, to);
}

static enum err answer_any(struct clerk *clerk, const struct turn *turn, uint16_t operation,
			   struct bytes question, struct buffer *to)
{
	for (size_t i = 0; i < sizeof(served) / sizeof(served[0]); i++)
		if (served[i].operation == operation)
			return served[i].serve(turn, question, to);
	if (operation == CLERK_PARTNERS)
		return answer_json(clerk, turn, answer_partners, question, to);
	if (operation == CLERK_WEBHOOKS)
		return answer_json(clerk, turn, answer_webhooks, question, to);
	if (operation == CLERK_SCHEMAS) {
		buffer_put_text(to, clerk->schemas);
		return buffer_error(to);
	}
	if (operation >= sizeof(answerers) / sizeof(answerers[0]) || answerers[operation] == NULL)
		return ERR_USAGE;
	return answer_json(clerk, turn, answerers[operation], question, to);
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct clerk *clerk = context;
	struct turn turn = {
		.config = clerk->role->config, .arena = clerk->arena, .now_ms = clock_now_ms()};
	enum err err = open_ledger(clerk);
	struct buffer to;

	buffer_init(&to, LIMIT_CALL_BYTES);
	turn.ledger = clerk->ledger;
	if (err == OK)
		err = answer_any(clerk, &turn, operation, body, &to);
	if (err == ERR_CORRUPT)
		say_damage(clerk);
	if (err != ERR_UNAVAILABLE || clerk->ledger == NULL ||
	    clerk_wait_put(clerk->wait, operation, body, ticket) != OK)
		call_answer(ticket, err, err == OK ? buffer_bytes(&to) : (struct bytes){0});
	buffer_clear(&to);
	arena_clear(clerk->arena);
}

static enum err open_role(struct role *role)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	const char *endpoint = role_endpoint(role->config, "clerk", role->arena);
	enum err err;

	if (clerk == NULL || endpoint == NULL) {
		free(clerk);
		return ERR_MEMORY;
	}
	role->state = clerk;
	clerk->role = role;
	clerk->arena = arena_new(ANSWER_ARENA_BYTES);
	if (clerk->arena == NULL)
		return ERR_MEMORY;
	if ((err = clerk_node_load_schemas(role->config->schemas, role->arena, &clerk->schemas)) !=
		    OK ||
	    (err = clerk_wait_open(role->loop, on_question, clerk, &clerk->wait)) != OK)
		return err;
	return call_server_open(role->loop, endpoint, on_question, clerk, &clerk->server);
}

static void close_role(struct role *role)
{
	struct clerk *clerk = role->state;

	if (clerk == NULL)
		return;
	call_server_close(clerk->server);
	clerk_wait_close(clerk->wait);
	ledger_close(clerk->ledger);
	arena_free(clerk->arena);
	free(clerk);
	role->state = NULL;
}

const struct role_table role_clerk = {
	.name = "clerk",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_LEDGER,
};
