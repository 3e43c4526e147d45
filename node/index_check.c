#include "node/index_check.h"

#include <string.h>

#include "node/by_state.h"
#include "node/delivery.h"
#include "node/find.h"
#include "node/glance.h"
#include "node/identity.h"
#include "node/index_flaw.h"
#include "node/index_known.h"
#include "node/index_life.h"
#include "node/index_registry.h"
#include "node/key_walk.h"
#include "node/recall.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define PROGRESS_EACH 256u

struct check {
	struct turn turn; /* without a batch and a configuration: only what is durable is read */
	uint64_t since, size;
	uint64_t timeline; /* entries of records that are looked at */
	struct ledger_verdict *verdict;
	void (*progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

static void fail(struct check *check, uint64_t number, const char *what)
{
	if (what == NULL || check->verdict->first_bad != 0)
		return;
	check->verdict->first_bad = number == 0 ? 1 : number;
	check->verdict->what = what;
}

static bool is_bad(const struct check *check)
{
	return check->verdict->first_bad != 0;
}

/* The store failed: it is no verdict. What cannot be read as what it should be is one. */
static bool is_failure(enum err err)
{
	return err != OK && !turn_is_bad_value(err) && err != ERR_USAGE;
}

static bool has(struct check *check, const struct turn_key *key)
{
	struct bytes ignored;

	return turn_get(&check->turn, key, &ignored) == OK;
}

static const char *attribute(const struct record *record, const char *name)
{
	return facts_get_or_empty(&record->attributes, name);
}

/* ---- what each record leads to ---- */

static enum err check_owed(struct check *check, const struct record *record)
{
	struct delivery delivery;
	enum err err = delivery_load(&check->turn, record->number, &delivery);

	if (err == OK && delivery.number == record->number && delivery.message == record->message &&
	    strcmp(delivery.to, attribute(record, "to")) == 0 &&
	    strcmp(delivery.route, attribute(record, "route")) == 0)
		return OK;
	fail(check, record->number, "the state of a delivery is not that of its record");
	return is_failure(err) ? err : OK;
}

static bool is_document(const struct record *record, const struct hash *document)
{
	return record->payload_count > 0 && strcmp(record->payloads[0].role, "document") == 0 &&
	       hash_equal(&record->payloads[0].hash, document);
}

/* Another of the same name may have come since; then that one is found. */
static enum err check_found_by(struct check *check, const struct message *message, const char *text,
			       const char *what)
{
	struct find_entry entry;
	const char *key;
	enum err err;

	if (text[0] == '\0')
		return OK;
	key = find_text(&check->turn, "find", text, NULL);
	err = key == NULL ? ERR_MEMORY : find_get(&check->turn, key, &entry);
	if (err == OK && entry.message >= message->number)
		return OK;
	fail(check, message->number, what);
	return is_failure(err) ? err : OK;
}

static enum err check_found(struct check *check, const struct message *message)
{
	enum err err = check_found_by(check, message, message->registered,
				      "a message is not found by its number");

	if (err != OK || strncmp(message->sender, "party:", 6) != 0)
		return err;
	return check_found_by(check, message, facts_get_or_empty(&message->facts, "reference"),
			      "a message is not found by its reference");
}

/* What waits for the desk, or for a worker, stands in their queue. */
static void check_waiting(struct check *check, const struct message *message)
{
	const char *life = facts_get_or_empty(&message->facts, "life");
	bool registers = strcmp(facts_get_or_empty(&message->facts, "register"), "yes") == 0 &&
			 message->registered[0] == '\0' &&
			 life_step(life, message->state, LIFE_REGISTERED) != NULL;
	bool checks = strcmp(life, "arrival") == 0 &&
		      strcmp(message->state, life_step(life, "", LIFE_RECEIVED)) == 0;
	struct turn_key key = delivery_queue(registers ? STAGE_REGISTER : STAGE_CHECK, "");

	turn_key_add_number(&key, message->number);
	if ((registers || checks) && !has(check, &key))
		fail(check, message->number, "a message that waits stands in no queue");
}

static enum err check_message(struct check *check, const struct record *record)
{
	struct message message;
	enum err err = message_load(&check->turn, record->number, &message);

	if (err == OK && message.number == record->number &&
	    strcmp(message.sender, record->actor) == 0 && is_document(record, &message.document)) {
		check_waiting(check, &message);
		return check_found(check, &message);
	}
	fail(check, record->number, "the state of a message is not that of its record");
	return is_failure(err) ? err : OK;
}

static bool begins_message(const struct record *record)
{
	return record->message == record->number &&
	       (strcmp(record->event, "SubmissionAcceptance") == 0 ||
		strcmp(record->event, "RelayAcceptance") == 0);
}

static const char *what_is_not_led_to(const struct check *check, const struct record *record)
{
	const char *flaw = index_registry_of_record(&check->turn, record);

	return flaw != NULL ? flaw : index_known_of_record(&check->turn, record);
}

static enum err check_record(struct check *check, uint64_t number)
{
	struct turn_key timeline = turn_key(SPACE_TIMELINE);
	struct record record;
	enum err err;

	check->turn.now_ms = 0;
	if ((err = ledger_record(check->turn.ledger, number, check->turn.arena, &record, NULL)) !=
	    OK)
		return err;
	check->turn.now_ms = record.time_ms;
	turn_key_add_number(&timeline, record.message);
	turn_key_add_number(&timeline, number);
	if (!has(check, &timeline))
		fail(check, number, "the timeline of its message does not have the record");
	else if (begins_message(&record))
		err = check_message(check, &record);
	else if (strcmp(record.event, "DeliveryOwed") == 0)
		err = check_owed(check, &record);
	else
		fail(check, number, what_is_not_led_to(check, &record));
	return err;
}

/* ---- what each entry says ---- */

static uint64_t number_at(const struct turn_key *entry, size_t at)
{
	return entry->len >= at + 8 ? bytes_get_u64(entry->at + at) : 0;
}

static uint64_t last_number(const struct turn_key *entry)
{
	return entry->len >= 9 ? number_at(entry, entry->len - 8) : 0;
}

/* The record may be one that came after the look began. */
static enum err check_timeline(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t message = number_at(entry, 1), number = number_at(entry, 9);

	(void)value;
	if (entry->len != 17 || message == 0 || message > number)
		fail(check, number, "an entry of the timeline names no record");
	else if (number >= check->since && number <= check->size)
		check->timeline++;
	return OK;
}

static bool is_in_queue(const struct delivery *delivery, const struct turn_key *entry)
{
	struct turn_key key = delivery_queue((enum delivery_stage)entry->at[1], delivery->to);

	turn_key_add_number(&key, delivery->number);
	return key.len == entry->len && memcmp(key.at, entry->at, key.len) == 0;
}

static enum err check_work(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = last_number(entry);
	struct delivery delivery;
	struct message message;
	bool is_good = false;
	enum err err;

	(void)value;
	if (entry->at[1] == STAGE_CHECK || entry->at[1] == STAGE_REGISTER) {
		err = message_load(&check->turn, number, &message);
		is_good = err == OK;
	} else {
		err = delivery_load(&check->turn, number, &delivery);
		is_good = err == OK && entry->at[1] == (uint8_t)delivery.stage &&
			  is_in_queue(&delivery, entry);
	}
	if (!is_good)
		fail(check, number, "a queue names what does not stand in it");
	return is_failure(err) ? err : OK;
}

static enum err check_delivery(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct delivery delivery;
	struct turn_key key;
	enum err err = delivery_load(&check->turn, last_number(entry), &delivery);

	(void)value;
	if (err != OK) {
		fail(check, last_number(entry), "the state of a delivery cannot be read");
		return is_failure(err) ? err : OK;
	}
	fail(check, delivery.number, index_life_of_delivery(&check->turn, &delivery));
	if (delivery.stage != STAGE_DONE) {
		key = delivery_queue(delivery.stage, delivery.to);
		turn_key_add_number(&key, delivery.number);
		if (!has(check, &key))
			fail(check, delivery.number, "a delivery stands in no queue");
	}
	if (delivery.stream_number != 0 && strncmp(delivery.to, "partner:", 8) == 0) {
		key = turn_key(SPACE_STREAM);
		turn_key_add_bytes(&key, delivery.to + 8, 2);
		turn_key_add_number(&key, delivery.stream_number);
		if (!has(check, &key))
			fail(check, delivery.number, "a delivery has a number in no stream");
	}
	return OK;
}

static enum err check_recalled(struct check *check, uint64_t number)
{
	struct record record;
	enum err err = ledger_record(check->turn.ledger, number, check->turn.arena, &record, NULL);

	if (err == ERR_MEMORY || err == ERR_IO)
		return err;
	if (err != OK || strcmp(record.event, "FrameRecalled") != 0)
		fail(check, number, "a number in a stream names no frame that was given back");
	return OK;
}

static enum err check_stream(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct delivery delivery = {.to = ""};
	enum err err = OK;

	if (recall_is_taken(value))
		return check_recalled(check, bytes_get_u64(value.at + 1));
	if (value.len == 8)
		err = delivery_load(&check->turn, bytes_get_u64(value.at), &delivery);
	if (err != OK || entry->len != 11 || delivery.stream_number != last_number(entry) ||
	    strlen(delivery.to) != 10 || memcmp(delivery.to + 8, entry->at + 1, 2) != 0)
		fail(check, value.len == 8 ? bytes_get_u64(value.at) : 0,
		     "a number in a stream names no delivery that has it");
	return is_failure(err) ? err : OK;
}

static enum err check_refusal(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct record record = {.event = ""};
	enum err err = ledger_record(check->turn.ledger, last_number(entry), check->turn.arena,
				     &record, NULL);

	(void)value;
	if (err != OK || strcmp(record.event, "SubmissionRejection") != 0)
		fail(check, last_number(entry), "what is listed as a refusal is none");
	return is_failure(err) ? err : OK;
}

/* A content of the record, or what it says that it refused. */
static bool brought(const struct record *record, const uint8_t *document)
{
	struct hash hash;
	char hex[HASH_HEX_BYTES];

	memcpy(hash.at, document, HASH_BYTES);
	for (size_t i = 0; i < record->payload_count; i++)
		if (hash_equal(&record->payloads[i].hash, &hash))
			return true;
	hash_format_hex(&hash, hex);
	return strcmp(attribute(record, "sha256"), hex) == 0;
}

static enum err check_key(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct record record;
	enum err err = OK;
	uint64_t number = value.len == 8 + HASH_BYTES ? bytes_get_u64(value.at) : 0;

	if (number > 0)
		err = ledger_record(check->turn.ledger, number, check->turn.arena, &record, NULL);
	if (err != OK || number == 0)
		fail(check, number, "a key of messages names no record");
	else if (!brought(&record, value.at + 8))
		fail(check, number, "a key of messages names another document than its record");
	if (block_sieve_hides(&check->turn, turn_key_bytes(entry)))
		fail(check, number, "a key of messages is hidden by the filter of its block");
	return is_failure(err) ? err : OK;
}

static enum err check_registry(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = last_number(entry); /* or the end of a hash */

	fail(check, number <= check->size ? number : 0,
	     index_registry_of_entry(&check->turn, entry, value));
	return OK;
}

static enum err check_known(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;

	fail(check, 0, index_known_of_entry(&check->turn, entry, value));
	return OK;
}

static enum err check_flaw(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;

	(void)value;
	fail(check, last_number(entry), index_flaw(&check->turn, entry));
	return OK;
}

static enum err check_listed(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct turn_key listed;
	struct glance glance;

	if (glance_read(value, &glance) != OK) /* told elsewhere */
		return OK;
	listed = by_state_key(glance.state, glance.number);
	if (!has(check, &listed) && by_state_is_whole(&check->turn))
		fail(check, glance.number, "a message is not listed under its state");
	return check_flaw(check, entry, value);
}

static const struct {
	enum space space;
	key_walk_visit *check;
} spaces[] = {
	{SPACE_TIMELINE, check_timeline}, {SPACE_WORK, check_work},
	{SPACE_DELIVERY, check_delivery}, {SPACE_STREAM, check_stream},
	{SPACE_REFUSAL, check_refusal},   {SPACE_KEY, check_key},
	{SPACE_IDENTITY, check_registry}, {SPACE_MESSAGE, check_listed},
	{SPACE_BALANCE, check_flaw},      {SPACE_PAIR, check_flaw},
	{SPACE_GROUND, check_known},      {SPACE_SIGNER, check_known},
	{SPACE_ARRIVAL, check_known},     {SPACE_EXPIRY, check_flaw},
	{SPACE_ACCOUNT, check_registry},  {SPACE_CREDENTIAL, check_registry},
	{SPACE_MANDATE, check_registry},
};

static enum err check_records(struct check *check)
{
	enum err err = OK;

	for (uint64_t number = check->since; err == OK && number <= check->size && !is_bad(check);
	     number++) {
		arena_clear(check->turn.arena);
		if ((err = ledger_hold(check->turn.ledger, true)) == OK)
			err = check_record(check, number);
		(void)ledger_hold(check->turn.ledger, false);
		if (check->progress != NULL &&
		    (number % PROGRESS_EACH == 0 || number == check->size))
			check->progress(check->context, number, check->size);
	}
	return err;
}

enum err index_check(struct ledger *ledger, uint64_t since,
		     void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
		     struct ledger_verdict *verdict, uint64_t *ret_entries)
{
	struct check check = {.turn.ledger = ledger,
			      .since = since == 0 ? 1 : since,
			      .verdict = verdict,
			      .progress = progress,
			      .context = context};
	struct find_memory memory = {.sieve = block_sieve_new_of_reader()};
	struct key_walk walk = {.turn = &check.turn, .verdict = verdict, .context = &check};
	struct hash root;
	enum err err;

	check.turn.arena = arena_new(ARENA_BYTES);
	check.turn.memory = &memory;
	if (check.turn.arena == NULL) {
		block_sieve_free(memory.sieve);
		return ERR_MEMORY;
	}
	if ((err = ledger_head(ledger, &check.size, &root)) == OK)
		err = check_records(&check);
	for (size_t i = 0; err == OK && i < sizeof(spaces) / sizeof(*spaces); i++)
		err = key_walk(&walk, spaces[i].space, spaces[i].check);
	if (err == OK && !is_bad(&check) && check.timeline != check.size - check.since + 1)
		fail(&check, check.size, "the timeline has other records than the ledger");
	arena_free(check.turn.arena);
	block_sieve_free(memory.sieve);
	if (err == OK)
		*ret_entries = walk.visited;
	return err;
}
